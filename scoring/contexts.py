"""Where it works and where not: a verdict for each context, and whether contexts truly differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from scoring.measurements import Measurement
from scoring.pooled import pooled
from scoring.synthesis import Synthesis
from scoring.synthesis.moderated.subgroups import compare
from scoring.units import Unit, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The units of one context: `shown` pools their latest, `designated` what the ledger has."""

    kind: str
    value: str
    units: tuple[Unit, ...]
    shown: Synthesis
    designated: Synthesis


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Whether the effect differs between the contexts of one kind: z for two of them, chi2 else.

    `difference` (standard deviations, first minus second) is there for two contexts.
    """

    kind: str
    values: tuple[str, ...]
    difference: float | None
    se: float | None
    statistic: float
    p: float


def contexts(
    measured: Iterable[Measurement], *, keep: Callable[[Unit], bool] = lambda _: True
) -> tuple[Context, ...]:
    """A pool for each value of each kind of context, in the order of their names.

    Only results split by that one kind speak of it; a whole sample says nothing of its parts.
    """
    split = sorted((m for m in measured if len(m.contrast.context) == 1), key=_context)
    found = (
        _pooled(kind, value, tuple(filter(keep, units_of(tuple(members)))))
        for (kind, value), members in groupby(split, key=_context)
    )
    return tuple(context for context in found if context is not None)


def _context(measurement: Measurement) -> tuple[str, str]:
    return next(iter(measurement.contrast.context.items()))


def _pooled(kind: str, value: str, units: tuple[Unit, ...]) -> Context | None:
    standing = [unit.shown for unit in units if unit.shown is not None]
    if not standing:
        return None
    return Context(
        kind=kind,
        value=value,
        units=units,
        shown=pooled(standing),
        designated=pooled(unit.value for unit in units),
    )


def interactions(found: Sequence[Context]) -> tuple[Interaction, ...]:
    """One test for each kind of context with two values or more.

        two       z = (a - b) / sqrt(se_a^2 + se_b^2), the difference of (log) effects
        more      Q = sum w (estimate - mean)^2, w = 1/se^2, on chi2 with one degree less
    On the designated measurements, se that of each pool. Source: Altman and Bland 2003, BMJ
    326:219; Borenstein 2009.
    """
    return tuple(
        _interaction(kind, tuple(members))
        for kind, members in groupby(found, key=lambda c: c.kind)
        if _several(found, kind)
    )


def smallest_p(measured: Iterable[Measurement], *, keep: Callable[[Unit], bool]) -> float | None:
    """The smallest p of all interactions within the units to `keep`; None without any."""
    found = contexts(measured, keep=keep)
    return min((test.p for test in interactions(found)), default=None)


def _several(found: Sequence[Context], kind: str) -> bool:
    return sum(context.kind == kind for context in found) > 1


def _interaction(kind: str, members: Sequence[Context]) -> Interaction:
    values = tuple(member.value for member in members)
    pools = [member.designated for member in members]
    together, pairs = compare(values, [p.estimate for p in pools], [p.se for p in pools])
    pair = pairs[0].contrast if len(pairs) == 1 else None
    return Interaction(
        kind=kind,
        values=values,
        difference=None if pair is None else pair.estimate,
        se=None if pair is None else pair.se,
        statistic=together.statistic if pair is None else pair.statistic,
        p=together.p_value if pair is None else pair.p_value,
    )

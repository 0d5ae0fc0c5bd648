"""The finding: what may be said now, however often one looks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.anytime.config import ANYTIME_1, AnytimeConfig, default_sesoi
from scoring.anytime.ledger import Entry, Status, Study, as_told
from scoring.anytime.plural import Plural, plural
from scoring.anytime.symmetry import bets, counting
from scoring.columns import number
from scoring.synthesis import Synthesis, synthesise

Finding: TypeAlias = Literal[
    "harmful",
    "works",
    "no detectable effect",
    "concerning",
    "promising",
    "no effect where tried",
    "insufficient",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """The state of the evidence on one outcome, in standard deviations, + good.

    `k` units have a measurement now and `counting` of the ledger can add to the evidence.
    `ln_e_plus`, `ln_e_minus`, `lower`, `upper` speak of other places (symmetry process), `plural`
    of those studied. `conventional` is REML with truncated Knapp-Hartung at 95 %, which people see
    beside the finding; None without studies. `sesoi` is the smallest worthwhile effect and
    `sesoi_is_default` says that no plan registered one. `overdue` units were never seen.
    """

    config: AnytimeConfig
    k: int
    counting: int
    overdue: int
    ln_e_plus: float
    ln_e_minus: float
    lower: float
    upper: float
    plural: Plural
    conventional: Synthesis | None
    sesoi: float
    sesoi_is_default: bool

    @property
    def finding(self) -> Finding:
        """What may be said, in the order of section 3.7 of the method.

        The first three hold elsewhere too, each wrong with probability at most alpha (harmful:
        `alpha_harm`) over the whole life of the stream; the next three only where it was tried.
        """
        return self._elsewhere() or self._where_tried() or "insufficient"

    @property
    def small(self) -> bool:
        """Whether a finding of works or promising comes with an upper bound below `sesoi`."""
        match self.finding:
            case "works":
                return self.upper < self.sesoi
            case "promising":
                return self.plural.upper < self.sesoi
            case _:
                return False

    @property
    def p_plus(self) -> float:
        """Anytime-valid p-value against "no good on average": min(1, 1/E+)."""
        return math.exp(min(0.0, -self.ln_e_plus))

    @property
    def p_minus(self) -> float:
        """Anytime-valid p-value against "no harm on average": min(1, 1/E-)."""
        return math.exp(min(0.0, -self.ln_e_minus))

    @property
    def significant_once(self) -> bool:
        """Whether the conventional interval, read once, lies above 0: it agrees with works."""
        return self.conventional is not None and self.conventional.ci_low > 0

    @property
    def only_once(self) -> bool:
        """Whether it is significant in a one-off analysis, but not yet under monitoring."""
        return self.significant_once and self.ln_e_plus < self.config.ln_threshold

    def _elsewhere(self) -> Finding | None:
        if self.ln_e_minus >= self.config.ln_harm_threshold:
            return "harmful"
        if self.ln_e_plus >= self.config.ln_threshold and self.significant_once:
            return "works"
        within = -self.sesoi < self.lower and self.upper < self.sesoi
        return "no detectable effect" if within else None

    def _where_tried(self) -> Finding | None:
        enough = self.config.ln_threshold
        if self.plural.ln_e_minus >= enough and self.ln_e_minus > 0:
            return "concerning"
        if self.plural.ln_e_plus >= enough and self._promises:
            return "promising"
        within = -self.sesoi < self.plural.lower and self.plural.upper < self.sesoi
        return "no effect where tried" if within else None

    @property
    def _promises(self) -> bool:
        return self.ln_e_plus > 0 and self.ln_e_plus >= self.config.ln_promising


def monitor(
    entries: Sequence[Entry],
    *,
    sesoi: float | None = None,
    measure: str = "SMD",
    config: AnytimeConfig = ANYTIME_1,
    strict: bool = False,
    latest: Sequence[Study] | None = None,
) -> Monitoring:
    """Everything the ledger says now: evidence, bounds, the conventional estimate, the finding.

    A function of the entries as a multiset: the same at every replay and in every order. `sesoi`
    is the smallest worthwhile effect in standard deviations; without one the default for the
    `measure` that was standardised is taken, and flagged. `strict` charges units never seen.
    `latest` are the studies that people are shown where those are newer than the locked ones.
    Raises InvalidInput for a `sesoi` not above 0.
    Section 3 of the method.
    """
    told = as_told(entries)
    # One order for every order of arrival, so that the conventional estimate keeps its last bit.
    shown = sorted(told if latest is None else latest, key=lambda study: (study.yi, study.sei))
    good = bets(entries, config=config, strict=strict)
    harm = bets(entries, config=config, strict=strict, sign=-1)
    return Monitoring(
        config=config,
        k=len(told),
        counting=counting(entries),
        overdue=sum(entry.status is Status.OVERDUE for entry in entries),
        ln_e_plus=good.ln_e(0.0),
        ln_e_minus=harm.ln_e(0.0),
        lower=good.lower(),
        upper=-harm.lower(),
        plural=plural(entries, config=config),
        conventional=synthesise([s.yi for s in shown], [s.sei**2 for s in shown])
        if shown
        else None,
        sesoi=default_sesoi(measure) if sesoi is None else number("sesoi", sesoi, above=0.0),
        sesoi_is_default=sesoi is None,
    )

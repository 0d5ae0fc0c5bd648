"""Effects as they are pooled: corrected for clusters, converted, turned so that + is good."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from scoring.effects import Effect, clustered, convert, oriented
from scoring.errors import IncompatibleEffects, ScoringError
from service.cli.effects_in import EffectRows, rows_of_the_file
from service.cli.tables_in import Table, TableRefused

# A figure that holds for every row, or the column that has each row's own.
Given: TypeAlias = float | str

# Which way a higher outcome points.
DIRECTIONS: Final[Mapping[str | float, int]] = {
    "higher-is-better": 1,
    "lower-is-better": -1,
    1.0: 1,
    -1.0: -1,
}
DIRECTION_WORDS: Final = ("higher-is-better", "lower-is-better")

# What a conversion may need, by its flag and by the name `convert` has for it.
FIGURES: Final = {
    "--baseline-risk": "baseline_risk",
    "--standardiser": "standardiser",
    "--correlation": "ri",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """What is done to effects before they are pooled; None for what is not."""

    icc: Given | None
    cluster_size: Given | None
    to: str | None
    figures: Mapping[str, Given]
    direction: str | None

    @classmethod
    def of(cls, args: argparse.Namespace) -> "Preparing":
        """The flags that ask for it."""
        known = (args.baseline_risk, args.standardiser, args.correlation)
        figures = {flag: one for flag, one in zip(FIGURES, known, strict=True) if one is not None}
        return cls(
            icc=args.icc,
            cluster_size=args.cluster_size,
            to=args.convert,
            figures=figures,
            direction=args.direction,
        )

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """By flag, the column that has each row's own figure."""
        words = None if self.direction in DIRECTION_WORDS else self.direction
        figures = {"--icc": self.icc, "--cluster-size": self.cluster_size, **self.figures}
        named = {**figures, "--direction": words}
        return {flag: (name,) for flag, name in named.items() if isinstance(name, str)}

    @property
    def names(self) -> Mapping[str, str]:
        """What the caller calls the figures that scoring has names of its own for: their column, or
        the flag itself."""
        told = {"icc": "--icc", "size": "--cluster-size", "direction_good": "--direction"}
        told |= {argument: flag for flag, argument in FIGURES.items()}
        columns = self.columns
        named = {argument: columns.get(flag, (flag,))[0] for argument, flag in told.items()}
        return {**named, "to": "--convert", "measure": "--convert", "effects": "--icc"}


def prepared(data: EffectRows, how: Preparing) -> tuple[Effect, ...]:
    """The effects with all that is asked done to them, as they were measured first to last.

    Clusters come first, for their correction rests on the measure; the direction last, for a
    conversion rests on the risk of the outcome that was measured.
    """
    effects: Sequence[Effect] = data.effects
    for step in (_corrected, _converted, _turned):
        with rows_of_the_file(data.rows, {**data.names, **how.names}):
            effects = step(effects, data.rows, how)
    return tuple(effects)


def _corrected(effects: Sequence[Effect], rows: Table, how: Preparing) -> Sequence[Effect]:
    if how.icc is None or how.cluster_size is None:
        return effects
    sizes, iccs = _figures(rows, how.cluster_size), _figures(rows, how.icc)

    def corrected(effect: Effect, place: int) -> Effect:
        if sizes[place] == 1:  # people themselves were assigned: there is nothing to correct
            return effect
        return clustered((effect,), size=[sizes[place]], icc=[iccs[place]])[0]

    return _each(effects, corrected)


def _converted(effects: Sequence[Effect], rows: Table, how: Preparing) -> Sequence[Effect]:
    to = how.to
    if to is None:
        return effects
    known = {FIGURES[flag]: _figures(rows, figure) for flag, figure in how.figures.items()}

    def converted(effect: Effect, place: int) -> Effect:
        return convert(effect, to, **{name: column[place] for name, column in known.items()})

    found = _each(effects, converted)
    for flag in how.figures if effects else ():
        others = {name: column[0] for name, column in known.items() if name != FIGURES[flag]}
        _check_needed(flag, effects[0], to, others)
    return found


def _check_needed(flag: str, effect: Effect, to: str, others: Mapping[str, float]) -> None:
    """Refuses a figure without which the conversion is the same."""
    try:
        convert(effect, to, **others)
    except IncompatibleEffects:
        return
    raise TableRefused(
        f"{flag} and --convert {to}: from {effect.measure} it is not needed "
        f"(accepted: without {flag})"
    )


def _turned(effects: Sequence[Effect], rows: Table, how: Preparing) -> Sequence[Effect]:
    if how.direction is None:
        return effects
    if how.direction in DIRECTION_WORDS:
        signs = [DIRECTIONS[how.direction]] * len(effects)
    else:
        cells = zip(rows.numbers, rows.cells(how.direction), strict=True)
        signs = [_sign(cell, column=how.direction, row=number) for number, cell in cells]
    return _each(effects, lambda effect, place: oriented(effect, signs[place]))


def _sign(cell: object, *, column: str, row: int) -> int:
    word = cell.strip().lower() if isinstance(cell, str) else cell
    if isinstance(word, str | float) and word in DIRECTIONS:
        return DIRECTIONS[word]
    accepted = "higher-is-better or 1, lower-is-better or -1"
    raise TableRefused(f"{column}, row {row}: is {cell!r} (accepted: {accepted})")


def _figures(rows: Table, figure: Given) -> list[float]:
    return rows.floats(figure) if isinstance(figure, str) else [figure] * len(rows.rows)


def _each(effects: Sequence[Effect], change: Callable[[Effect, int], Effect]) -> list[Effect]:
    """Every effect changed; a refusal names the place of its effect, from 1."""
    changed = []
    for place, effect in enumerate(effects):
        try:
            changed.append(change(effect, place))
        except ScoringError as refusal:
            raise refusal.at(place + 1) from None
    return changed

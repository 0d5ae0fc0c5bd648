"""What the panel designs say alike: the effect in words, in standard deviations, and its facts."""

import math
from typing import Final

import numpy as np

from scoring.columns import number
from scoring.effects import SCALES, Effect
from scoring.errors import InvalidInput
from scoring.estimation.deviations import FEWEST_PEOPLE, Standardiser
from scoring.estimation.panels.panel import ROUNDING, Panel
from scoring.estimation.results import Check, Value
from scoring.estimation.shapes import Flags
from scoring.estimation.words import p_in_words, plain

# A gap of so many times the smallest has room for a period. Gaps that differ by less than their
# rounding are the same.
ROOM: Final = 2.0
SAME: Final = 1e-9


def standardiser(
    panel: Panel, comparison: Flags, before: int, *, sd: float | None, people: bool
) -> Standardiser:
    """`sd` where it is given; the spread between comparison units where they are people.

    That is the root of the mean over the first `before` periods of the variance between units of
    `comparison` (units,). Areas differ less than people do, so their spread standardises nothing.
    """
    if sd is not None:
        return Standardiser(sd=number("sd", sd, above=0.0), source="given by the analyst")
    if not people:
        return Standardiser(
            sd=None,
            source="none",
            reason="the units are areas or organisations, which differ less among themselves than "
            "people do: give sd, the standard deviation between people",
        )
    values = panel.y[comparison][:, :before]
    if len(values) < FEWEST_PEOPLE or not np.ptp(values, axis=0).any():
        return Standardiser(
            sd=None, source="none", reason="fewer than three comparison people who differ"
        )
    return Standardiser(
        sd=math.sqrt(float(values.var(axis=0, ddof=1).mean())),
        source="between comparison people, before the programme",
        df=len(values) - 1,
    )


def natural_effect(
    panel: Panel, yi: float, se: float, *, source: str, n1i: float, n2i: float
) -> Effect:
    """The effect in the outcome's own terms; refuses one without any error around it."""
    if not se > ROUNDING * float(np.abs(panel.y).max()):
        raise no_error_left()
    return Effect(
        measure=panel.measure,
        yi=yi,
        vi=se**2,
        scale=SCALES[panel.measure],
        source=source,
        n1i=n1i,
        n2i=n2i,
    )


def baseline_facts(panel: Panel, before: int, *, unit: Standardiser) -> dict[str, Value | None]:
    """Means of both groups over the first `before` periods, and how far apart in deviations.

    Means are of outcomes as they were measured, never of their logarithms. Units treated from the
    first period on have no time before it and are in neither group. Nothing where a group is empty.
    """
    groups = panel.ever & (panel.starts > 0), ~panel.ever
    if not before or not all(group.any() for group in groups):
        return {}
    outcomes = np.exp(panel.y) if panel.log else panel.y
    treated, others = (float(outcomes[group][:, :before].mean()) for group in groups)
    apart = None if unit.sd is None or panel.log else (treated - others) / unit.sd
    return {
        "mean_intervention": treated,
        "mean_comparison": others,
        "standardised_difference": apart,
    }


def effect_in_words(
    panel: Panel, yi: float, low: float, high: float, *, level: float, p_value: float
) -> str:
    """How much higher or lower, with its interval and p-value; ratios as ratios."""
    way = "higher" if yi > 0 else "lower"
    bounds = f"{100 * level:g} % interval"
    p = p_in_words(p_value)
    if panel.log:
        ratios = [plain(math.exp(min(value, 700.0))) for value in (yi, low, high)]
        return (
            f"{ratios[0]} times what it would have been ({bounds} {' to '.join(ratios[1:])}, {p})"
        )
    return (
        f"{plain(abs(yi))} {way} than it would have been "
        f"({bounds} of the difference {plain(low)} to {plain(high)}, {p})"
    )


def even_periods(panel: Panel) -> Check:
    """Whether the periods, where they are numbers or dates, follow each other evenly.

    A gap of twice the smallest one or more has room for a period, which is then missing. Nothing
    is told of periods that are words.
    """
    gaps = np.diff(panel.times)
    widest = float(gaps.max() / gaps.min())
    room = widest >= ROOM - SAME
    told = "Periods follow each other evenly."
    if panel.worded:
        told = "Periods are words, so that nobody can tell whether one is missing in all units."
    elif room:
        told = (
            f"Periods are missing in all units: the widest gap is {plain(widest)} times the "
            "smallest. Or they are written as year and month: tell them as dates."
        )
    elif widest > 1 + SAME:
        told = "Periods are not evenly spaced, but no gap has room for another one."
    return Check(
        name="even_periods",
        title="Missing periods",
        passed=False if room else None if panel.worded or widest > 1 + SAME else True,
        observed=widest,
        threshold=ROOM,
        text=told,
        source="arithmetic on the periods given",
    )


def no_error_left() -> InvalidInput:
    """The refusal of an effect whose error is nothing but rounding of the outcome."""
    return InvalidInput(
        "leaves no error around the effect: the model fits every row exactly",
        field="outcome",
        accepted="outcomes as they were measured",
    )

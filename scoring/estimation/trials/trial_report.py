"""What trials say alike: the effect as an estimate, its facts, pictures and words."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from scoring.columns import number
from scoring.effects import SD_UNITS, Effect
from scoring.errors import InvalidInput
from scoring.estimation.linear import coefficient
from scoring.estimation.results import Check, Coefficient, Line, Picture, Value
from scoring.estimation.trials.trial_checks import Difference
from scoring.estimation.trials.trial_data import TrialData
from scoring.estimation.trials.trial_effects import (
    Risks,
    Spread,
    counted_odds_ratio,
    hedges_g,
    log_odds_ratio,
)
from scoring.estimation.trials.trial_fit import Answer
from scoring.estimation.words import p_in_words, plain

# Where the standardised effect and its variance come from.
FORMULA: Final = "Hedges' g by the WWC Supplement to the Procedures Handbook 4.1"

ARMS: Final = ("without the programme", "with the programme")


def flow_facts(data: TrialData) -> dict[str, Value | None]:
    """How many people were assigned and analysed, by arm."""
    return {
        "assigned_intervention": int(data.assigned.sum()),
        "assigned_comparison": int((~data.assigned).sum()),
        "analysed_intervention": int(data.treated.sum()),
        "analysed_comparison": int((~data.treated).sum()),
    }


def baseline_facts(found: Sequence[Difference]) -> dict[str, Value | None]:
    """The characteristic that is furthest apart, by the names of `Baseline`, and all the others.

    One whose difference has no value counts as furthest. Each is also under its own name.
    """
    if not found:
        return {}
    worst = max(found, key=lambda one: (one.apart is None, abs(one.apart or 0.0)))
    facts = _facts(worst)
    for one in found:
        facts |= {f"baseline.{one.measure}.{name}": told for name, told in _facts(one).items()}
    return facts


def _facts(one: Difference) -> dict[str, Value | None]:
    shared: dict[str, Value | None] = {
        "measure": one.measure,
        "n_intervention": one.n1i,
        "n_comparison": one.n2i,
        "standardised_difference": one.apart,
    }
    if one.binary:
        return shared | {"proportion_intervention": one.m1i, "proportion_comparison": one.m2i}
    return shared | {
        "mean_intervention": one.m1i,
        "sd_intervention": one.sd1i,
        "mean_comparison": one.m2i,
        "sd_comparison": one.sd2i,
    }


def given_spread(sd: float | None, *, binary: bool) -> Spread | None:
    """The spread that the analyst gives; refused for yes or no, whose odds ratio needs none."""
    if sd is None:
        return None
    if binary:
        raise InvalidInput(
            "is given for an outcome that is yes or no", field="sd", accepted="no sd"
        )
    return Spread(sd=number("sd", sd, above=0.0), source="given by the analyst", df=None)


def pooled_effect(
    natural: Effect, spread: Spread | None, risks: Risks, *, counts: TrialData | None
) -> tuple[Effect | None, str]:
    """The effect for the pool with where it comes from, or None with the reason.

    `spread` is of outcomes that are measured, `risks` of yes or no; where a risk is not between 0
    and 1 the plain table stands in, if `counts` holds people that count singly.
    """
    if natural.measure == "MD":
        if spread is None or not spread.sd > 0:
            return None, "nobody differs from others of the same arm"
        return hedges_g(natural, spread), f"{spread.source}; {FORMULA}"
    effect = log_odds_ratio(risks, natural)
    if effect is not None:
        return effect, "log odds ratio of the adjusted risks"
    if counts is not None:
        effect = counted_odds_ratio(counts.y, counts.treated.astype(np.float64))
        return effect, "log odds ratio of the plain 2x2 table, 1/2 added to its cells if one is 0"
    return None, "an adjusted risk is not between 0 and 1, so that there are no odds"


def ratios(risks: Risks, *, df: float | None, level: float) -> tuple[Coefficient, ...]:
    """The log risk ratio and log odds ratio of adjusted risks, where they exist."""
    if not risks.possible:
        return ()
    rows = []
    for term, measure in (("log risk ratio", "RR"), ("log odds ratio", "OR")):
        yi, se = risks.log_ratio(measure)
        rows.append(coefficient(term, yi, se, df=df, level=level))
    return tuple(rows)


def pictures(
    answer: Answer, differences: Sequence[Difference], *, binary: bool
) -> tuple[Picture, ...]:
    """Adjusted means of both arms with their intervals; how far apart they were before."""
    rows = (answer.without, answer.with_it)
    found = [
        Picture(
            kind="groups",
            title="Outcome by arm",
            x_label="",
            y_label="share of people" if binary else "mean outcome",
            lines=(
                Line(
                    role="estimate",
                    label="adjusted mean",
                    x=(0.0, 1.0),
                    y=tuple(row.estimate for row in rows),
                    low=tuple(row.ci_low for row in rows),
                    high=tuple(row.ci_high for row in rows),
                ),
            ),
            ticks=((0.0, ARMS[0]), (1.0, ARMS[1])),
        )
    ]
    known = [(one.measure, one.apart) for one in differences if one.apart is not None]
    if known:
        found.append(_balance(known))
    return tuple(found)


def _balance(known: Sequence[tuple[str, float]]) -> Picture:
    places = tuple(float(place) for place in range(len(known)))
    return Picture(
        kind="balance",
        title="Differences between the arms before the programme",
        x_label="",
        y_label="standard deviations",
        lines=(
            Line(
                role="before", label="as assigned", x=places, y=tuple(apart for _, apart in known)
            ),
        ),
        ticks=tuple((place, name) for place, (name, _) in zip(places, known, strict=True)),
        zero=0.0,
    )


def effect_in_words(effect: Coefficient, *, binary: bool, level: float) -> str:
    """How much higher or lower, with interval and p-value; shares in percentage points."""
    scale = 100 if binary else 1
    size, low, high = (scale * v for v in (effect.estimate, effect.ci_low, effect.ci_high))
    unit = " percentage points" if binary else ""
    way = "higher" if size > 0 else "lower"
    p = p_in_words(effect.p_value)
    return (
        f"{plain(abs(size))}{unit} {way} ({100 * level:g} % interval of the difference "
        f"{plain(low)} to {plain(high)}, {p})"
    )


def deviations_in_words(pooled: Effect | None, spread: Spread) -> str:
    """How many standard deviations the effect is, and whose; nothing for ratios."""
    if pooled is None or pooled.scale != SD_UNITS:
        return ""
    return f"That is {plain(pooled.yi)} standard deviations ({spread.source}). "


def flow_in_words(flow: Mapping[str, Value | None]) -> str:
    """Who was assigned and who is analysed, and that the others are left out."""
    told = (
        f"{flow['analysed_intervention']} of {flow['assigned_intervention']} people assigned to "
        f"the programme and {flow['analysed_comparison']} of {flow['assigned_comparison']} "
        "assigned to the comparison are analysed"
    )
    lost = flow["assigned_intervention"] != flow["analysed_intervention"] or (
        flow["assigned_comparison"] != flow["analysed_comparison"]
    )
    if not lost:
        return f"{told}."
    return f"{told}; the others lack a figure and are left out (complete cases)."


def passed(checks: Sequence[Check], name: str) -> bool | None:
    """What the check of that name says; None where it was not made or only informs."""
    return next((check.passed for check in checks if check.name == name), None)

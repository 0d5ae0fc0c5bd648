"""A jump at a cut-off as an estimate: its checks, words, facts and picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.effects import SCALES, Effect
from scoring.estimation.comparisons import discontinuity_checks as checks
from scoring.estimation.comparisons.arms import effect_of, interval_in_words
from scoring.estimation.comparisons.discontinuity_bandwidth import RULES, Bandwidths
from scoring.estimation.comparisons.discontinuity_fit import (
    ROBUST,
    How,
    Jump,
    Regression,
    Rows,
    fitted,
)
from scoring.estimation.comparisons.local_polynomial import Side
from scoring.estimation.deviations import among_people, in_deviations
from scoring.estimation.results import (
    COMPARISON,
    Check,
    Coefficient,
    Estimate,
    Line,
    Picture,
    Value,
)
from scoring.estimation.words import checks_in_words, plain, verdict_in_words

ASSUMED: Final = (
    "This takes for granted that, without it, the outcome would have run on smoothly through the "
    "cut-off."
)

# Bins on each side of the picture, and points of its lines.
BINS: Final = 12
POINTS: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A jump with all that its report needs; `chosen` says the bandwidth came from the data.

    The effect is read from `regression` where there is one, else from `jump`.
    """

    rows: Rows
    how: How
    at: Bandwidths
    jump: Jump | None
    regression: Regression | None
    covariates: Mapping[str, Column]
    cutoff: float
    side: str
    chosen: bool
    sd: float | None
    people: bool

    @property
    def table(self) -> tuple[Coefficient, ...]:
        """The table that the effect is read from."""
        if self.regression is not None:
            return self.regression.table
        return () if self.jump is None else self.jump.table

    @property
    def effect(self) -> Coefficient:
        """The jump."""
        term = ROBUST if self.regression is None else "treated"
        return next(row for row in self.table if row.term == term)

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The outcome at the cut-off, with and without the programme, and the variances."""
        if self.jump is None:
            return None
        own, other = self.jump.limits
        if self.regression is None:
            return (own.corrected, own.v_robust), (other.corrected, other.v_robust)
        return (own.conventional, own.v_conventional), (other.conventional, other.v_conventional)

    @property
    def binary(self) -> bool:
        """Whether the outcome is a yes or no."""
        return bool(np.isin(self.rows.y, (0.0, 1.0)).all())

    @property
    def counts(self) -> tuple[int, int]:
        """Rows with weight, with the programme and without."""
        near = self.rows.near(self.at.h, self.how.kernel)
        return int((near & self.rows.treated).sum()), int((near & ~self.rows.treated).sum())


def report(case: Case) -> Estimate:
    """The estimate of a fitted case."""
    effect, n1, n2 = case.effect, *case.counts
    measure = "RD" if case.binary else "MD"
    natural = effect_of(effect, measure, source=case.how.kind, n1i=float(n1), n2i=float(n2))
    standardised, reason = _standardised(case, natural)
    jumps = checks.jumps_before(case.rows, case.covariates, case.how)
    found = _checks(case, jumps)
    return Estimate(
        design="regression_discontinuity",
        estimator=f"local {'linear' if case.how.order == 1 else 'quadratic'}, {case.how.inference}",
        covariance=case.how.kind,
        claim=COMPARISON,
        level=case.how.level,
        n=n1 + n2,
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=standardised,
        not_standardised=reason,
        coefficients=case.table,
        checks=found,
        text=_text(case, found),
        specification=_specification(case),
        facts=_facts(case, jumps, found),
        pictures=(_picture(case),),
    )


def _standardised(case: Case, natural: Effect) -> tuple[Effect | None, str | None]:
    if case.binary:
        return _log_odds_ratio(case)
    unit = among_people(case.rows.y[~case.rows.treated], sd=case.sd, people=case.people)
    return in_deviations(natural, unit), unit.reason


def _log_odds_ratio(case: Case) -> tuple[Effect | None, str | None]:
    """ln odds at the cut-off from one side less that from the other, by the delta method."""
    odds = case.limits
    if odds is None or not all(0 < p < 1 for p, _ in odds):
        return (
            None,
            "the proportions at the cut-off do not both come to more than 0 and less than 1",
        )
    log_odds = [math.log(p / (1 - p)) for p, _ in odds]
    vi = sum(v / (p * (1 - p)) ** 2 for p, v in odds)
    return (
        Effect(
            measure="OR",
            yi=log_odds[0] - log_odds[1],
            vi=vi,
            scale=SCALES["OR"],
            source=case.how.kind,
        ),
        None,
    )


def _checks(case: Case, jumps: Mapping[str, Coefficient]) -> tuple[Check, ...]:
    rows, how, at = case.rows, case.how, case.at
    found = (
        checks.no_sorting(rows),
        checks.no_jump_before(jumps),
        checks.enough_near(rows, how, at.h),
        checks.fine_scores(rows, how, at.h),
        checks.no_placebo_jump(rows, how),
        checks.donut(rows, how, at, case.effect),
        checks.other_bandwidths(rows, how, at),
        checks.bias_allowed_for(how, chosen=case.chosen),
        None if case.jump is None else checks.no_row_carries(case.jump),
    )
    return tuple(check for check in found if check is not None)


def _text(case: Case, found: tuple[Check, ...]) -> str:
    effect = case.effect
    way = "higher" if effect.estimate > 0 else "lower"
    what = "The proportion" if case.binary else "The outcome"
    size = (
        f"{what} was {plain(abs(effect.estimate))} {way} with the programme for those at the "
        f"cut-off of {plain(case.cutoff)} ({interval_in_words(effect, level=case.how.level)})."
    )
    return " ".join(
        (
            size,
            verdict_in_words(effect.ci_low, effect.ci_high),
            ASSUMED,
            checks_in_words(found),
            "It speaks of those near the cut-off, not of those far from it.",
        )
    )


def _specification(case: Case) -> dict[str, Value | None]:
    how, limits, plain_fit = case.how, case.limits, case.regression
    return {
        "inference": how.inference,
        "covariance": how.kind,
        "order": how.order,
        "kernel": how.kernel,
        "bandwidth": case.at.h,
        "bias_bandwidth": case.at.b,
        "bandwidth_rule": RULES[how.rule] if case.chosen else "given",
        "cutoff": case.cutoff,
        "side": case.side,
        "level": how.level,
        "sd": case.sd,
        "covariates": ", ".join(case.covariates),
        "rows": len(case.rows.y),
        "limit_intervention": None if limits is None else limits[0][0],
        "limit_comparison": None if limits is None else limits[1][0],
        "rank": None if plain_fit is None else plain_fit.rank,
        "residual_df": None if plain_fit is None else plain_fit.df,
        "sigma": None if plain_fit is None else plain_fit.sigma,
        "r2": None if plain_fit is None else plain_fit.r2,
    }


def _facts(
    case: Case, jumps: Mapping[str, Coefficient], found: tuple[Check, ...]
) -> dict[str, Value | None]:
    by_name = {check.name: check for check in found}
    density = by_name["density"]
    facts: dict[str, Value | None] = {
        "units_intervention": case.counts[0],
        "units_comparison": case.counts[1],
        "cutoff": case.cutoff,
        "bandwidth": case.at.h,
        "fuzzy": False,
        "density_p": density.observed,
        # That a test sees no sorting does not show that there was none.
        "assignment_valid": False if density.passed is False else None,
        "comparison_similar": checks.shown_alike(jumps, case.covariates, by_name.get("covariates")),
    }
    if case.people:
        treated, others = case.counts
        facts |= {"analysed_intervention": treated, "analysed_comparison": others}
    return facts


def _picture(case: Case) -> Picture:
    lines = []
    for side, role, label in zip(
        case.rows.sides,
        ("observed", "comparison"),
        ("with the programme", "without it"),
        strict=True,
    ):
        lines += [_bins(side, case, role, label), _curve(side, case, label)]
    return Picture(
        kind="discontinuity",
        title="The outcome on both sides of the cut-off",
        x_label="score",
        y_label="outcome",
        lines=tuple(lines),
        mark=case.cutoff,
    )


def _bins(side: Side, case: Case, role: str, label: str) -> Line:
    edges = np.linspace(side.x[0], side.x[-1], BINS + 1)
    place = np.clip(np.searchsorted(edges, side.x, side="right") - 1, 0, BINS - 1)
    held = np.unique(place)
    x = [float(side.x[place == one].mean()) + case.cutoff for one in held]
    y = [float(side.y[place == one].mean()) for one in held]
    return Line(role=role, label=f"means {label}", x=tuple(x), y=tuple(y))


def _curve(side: Side, case: Case, label: str) -> Line:
    end = math.copysign(case.at.h, float(side.x[np.argmax(np.abs(side.x))]))
    points = np.linspace(min(end, 0.0), max(end, 0.0), POINTS)
    y = fitted(side, case.at.h, case.how, points)
    return Line(
        role="fitted",
        label=f"local fit {label}",
        x=tuple((points + case.cutoff).tolist()),
        y=tuple(y.tolist()),
    )

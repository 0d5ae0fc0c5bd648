"""A matched comparison as an estimate: its checks, words, facts and pictures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.effects import SCALES, Effect
from scoring.errors import ScoringError
from scoring.estimation.comparisons import matching_checks as checks
from scoring.estimation.comparisons.arms import (
    Difference,
    differences,
    effect_of,
    interval_in_words,
    pooled_sd,
)
from scoring.estimation.comparisons.pair_matching import Pairs
from scoring.estimation.comparisons.propensity import (
    ATT,
    Means,
    Sample,
    Scored,
    doubly_robust,
    weighted,
)
from scoring.estimation.deviations import among_people, in_deviations
from scoring.estimation.linear import coefficient
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

BLIND: Final = (
    "It takes for granted that nothing else set the arms apart that matters for the outcome: being "
    "alike in what was measured says nothing of what was not."
)

# The covariances by method, as they are named.
NAMES: Final = ("pairs", "stacked", "stacked by cluster", "clusters left out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Means of two arms with all that their report needs: `whole` as it came, `found` trimmed."""

    whole: Sample
    found: Scored
    means: Means
    pairs: Pairs | None
    method: str
    estimand: str
    trim: str
    adjust: bool
    baseline: str | None
    sd: float | None
    people: bool
    level: float

    @property
    def binary(self) -> bool:
        """Whether the outcome is a yes or no."""
        return bool(np.isin(self.whole.y, (0.0, 1.0)).all())

    @property
    def covariance(self) -> str:
        """What the error allows for."""
        if self.pairs is not None:
            return NAMES[0]
        if self.whole.clusters is None:
            return NAMES[1]
        return NAMES[2] if self.found.sample.whole_clusters is None else NAMES[3]

    @property
    def weights(self) -> Column:
        """What each row (n,) counts for; rows without a pair count for nothing."""
        if self.pairs is None:
            return self.found.weights(self.estimand)
        w = np.zeros(len(self.found.logit))
        w[self.pairs.treated] = w[self.pairs.comparison] = 1 / len(self.pairs.treated)
        return w

    @property
    def counts(self) -> tuple[int, int]:
        """Rows that count, with the programme and without."""
        counted = self.weights > 0
        treated = self.found.sample.treated
        return int((counted & treated).sum()), int((counted & ~treated).sum())


def report(case: Case) -> Estimate:
    """The estimate of two arms' means."""
    table = _table(case, case.means)
    effect, (n1, n2) = table[0], case.counts
    measure = "RD" if case.binary else "MD"
    natural = effect_of(effect, measure, source=case.covariance, n1i=float(n1), n2i=float(n2))
    standardised, reason = _standardised(case, natural)
    before, after = _balance(case)
    found = _checks(case, effect, before, after)
    return Estimate(
        design="matched_comparison",
        estimator=f"{case.method}, {case.estimand}",
        covariance=case.covariance,
        claim=COMPARISON,
        level=case.level,
        n=n1 + n2,
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=standardised,
        not_standardised=reason,
        coefficients=table,
        checks=found,
        text=_text(case, effect, found),
        specification={**_specification(case), **_balance_told(before, after)},
        facts=_facts(case, after, found),
        pictures=(_picture(before, after),),
    )


def _table(case: Case, means: Means) -> tuple[Coefficient, ...]:
    """The effect, the means behind it, and for a yes or no its log risk and log odds ratios."""
    p1, p0 = means.treated, means.comparison
    loads = {
        "effect": (p1 - p0, (1.0, -1.0)),
        "mean with the programme": (p1, (1.0, 0.0)),
        "mean without it": (p0, (0.0, 1.0)),
    }
    if case.binary and 0 < p1 < 1 and 0 < p0 < 1:
        loads["log risk ratio"] = (math.log(p1 / p0), (1 / p1, -1 / p0))
        odds = math.log(p1 / (1 - p1)) - math.log(p0 / (1 - p0))
        loads["log odds ratio"] = (odds, (1 / (p1 * (1 - p1)), -1 / (p0 * (1 - p0))))
    rows = []
    for term, (value, load) in loads.items():
        gradient = np.array(load)
        se = math.sqrt(max(float(gradient @ means.cov @ gradient), 0.0))
        rows.append(coefficient(term, value, se, df=means.df, level=case.level))
    return tuple(rows)


def _standardised(case: Case, natural: Effect) -> tuple[Effect | None, str | None]:
    if case.binary:
        rows = [row for row in _table(case, case.means) if row.term == "log odds ratio"]
        if not rows:
            return None, "an arm has a proportion of 0 or 1, so no odds ratio exists"
        return (
            Effect(
                measure="OR",
                yi=rows[0].estimate,
                vi=rows[0].se ** 2,
                scale=SCALES["OR"],
                source=case.covariance,
                n1i=natural.n1i,
                n2i=natural.n2i,
            ),
            None,
        )
    unit = among_people(case.whole.y[~case.whole.treated], sd=case.sd, people=case.people)
    return in_deviations(natural, unit), unit.reason


def _balance(case: Case) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """Differences of all rows as they came, and of those that count by their weights.

    In standard deviations of those treated for ATT, of both arms for ATE, before anything is left
    out, so that both can be compared.
    """
    whole, sample = case.whole, case.found.sample
    scale = {
        name: float(values[whole.treated].std(ddof=1))
        if case.estimand == ATT
        else pooled_sd(values, whole.treated)
        for name, values in whole.covariates.items()
    }
    before = differences(whole.covariates, whole.treated, scale=scale)
    after = differences(sample.covariates, sample.treated, weights=case.weights, scale=scale)
    return before, after


def _checks(
    case: Case,
    effect: Coefficient,
    before: Sequence[Difference],
    after: Sequence[Difference],
) -> tuple[Check, ...]:
    trimmed = len(case.whole.y) - len(case.found.logit)
    found = (
        checks.balanced(before, after),
        checks.variances_alike(after),
        checks.common_support(case.found, case.estimand),
        checks.left_out(trimmed, len(case.whole.y), case.trim),
        None if case.pairs is None else checks.pairs_found(case.found, case.pairs),
        checks.no_heavy_rows(case.weights, case.found.sample.treated),
        checks.enough_rows(case.found),
        checks.enough_clusters(case.found.sample),
        _other_method(case),
        checks.unmeasured(_risk_ratio(case, effect)),
    )
    return tuple(check for check in found if check is not None)


def _other_method(case: Case) -> Check | None:
    name = "weighting" if case.method == "doubly_robust" else "doubly_robust"
    try:
        means = (weighted if name == "weighting" else doubly_robust)(case.found, case.estimand)
    except ScoringError:
        return None
    return checks.other_method(_table(case, means)[0], name)


def _risk_ratio(case: Case, effect: Coefficient) -> checks.RiskRatio | None:
    """The risk ratio of a yes or no; of other outcomes about what their difference comes to."""
    if case.binary:
        rows = [row for row in _table(case, case.means) if row.term == "log risk ratio"]
        if not rows:
            return None
        ends = (rows[0].estimate, rows[0].ci_low, rows[0].ci_high)
        return checks.RiskRatio(*(math.exp(end) for end in ends))
    sd = pooled_sd(case.whole.y, case.whole.treated)
    size = checks.RISK_RATIO_OF_SD * effect.estimate / sd
    # The published factor is for 95 %: 0.91 times 1.96.
    width = checks.HALF_WIDTH_OF_SD * effect.se / sd
    width *= float(special.ndtri(0.5 + case.level / 2) / special.ndtri(0.975))
    return checks.RiskRatio(math.exp(size), math.exp(size - width), math.exp(size + width))


def _text(case: Case, effect: Coefficient, found: Sequence[Check]) -> str:
    way = "higher" if effect.estimate > 0 else "lower"
    what = "The proportion" if case.binary else "The outcome"
    n1, n2 = case.counts
    who = "those who had the programme" if case.estimand == ATT else "all"
    if case.pairs is not None:
        who = f"{n1} who had the programme, against as many others with near the same score"
    else:
        who += f", {n1} with it and {n2} others weighted to be like them"
        if case.estimand != ATT:
            who = f"all {n1 + n2}, with and without the programme weighted to be alike"
    size = (
        f"{what} was {plain(abs(effect.estimate))} {way} with the programme, for {who} "
        f"({interval_in_words(effect, level=case.level)})."
    )
    balance = next(check.text for check in found if check.name == "balance")
    return " ".join(
        (
            size,
            verdict_in_words(effect.ci_low, effect.ci_high),
            balance,
            checks_in_words(found),
            BLIND,
        )
    )


def _specification(case: Case) -> dict[str, Value | None]:
    kept, whole = case.found.sample, case.whole
    return {
        "method": case.method,
        "estimand": case.estimand,
        "covariance": case.covariance,
        "score": "logistic: " + ", ".join(whole.covariates),
        "trim": case.trim,
        "trimmed_intervention": int(whole.treated.sum() - kept.treated.sum()),
        "trimmed_comparison": int((~whole.treated).sum() - (~kept.treated).sum()),
        "caliper": None if case.pairs is None else case.pairs.caliper,
        "pairs": None if case.pairs is None else len(case.pairs.treated),
        "adjust": None if case.pairs is None else case.adjust,
        "sd": case.sd,
        "baseline": case.baseline,
        "level": case.level,
        "rows": len(whole.y),
        "clusters": None if whole.clusters is None else len(set(whole.clusters)),
        "mean_intervention": case.means.treated,
        "mean_comparison": case.means.comparison,
    }


def _balance_told(
    before: Sequence[Difference], after: Sequence[Difference]
) -> dict[str, Value | None]:
    """The balance table: differences and variance ratios of every covariate, before and after."""
    told: dict[str, Value | None] = {}
    for when, found in (("before", before), ("after", after)):
        for one in found:
            told[f"difference_{when}: {one.name}"] = one.standardised
            told[f"variance_ratio_{when}: {one.name}"] = one.ratio
    return told


def _facts(
    case: Case, after: Sequence[Difference], found: Sequence[Check]
) -> dict[str, Value | None]:
    told = max(after, key=lambda one: abs(one.standardised))
    if case.baseline is not None:
        told = next(one for one in after if one.name == case.baseline)
    n1, n2 = case.counts
    whole = case.found.sample.whole_clusters
    units = whole or (n1, n2)
    facts: dict[str, Value | None] = {
        "units_intervention": units[0],
        "units_comparison": units[1],
        "comparison_similar": next(c.passed for c in found if c.name == "balance"),
        "adjusted_for_baseline": True if case.baseline is not None else None,
        "measure": told.name,
        "mean_intervention": told.mean_intervention,
        "mean_comparison": told.mean_comparison,
        "standardised_difference": told.standardised,
    }
    if case.people:
        facts |= {"analysed_intervention": n1, "analysed_comparison": n2}
    if whole is not None:
        facts |= {
            "clusters_analysed_intervention": whole[0],
            "clusters_analysed_comparison": whole[1],
        }
    return facts


def _picture(before: Sequence[Difference], after: Sequence[Difference]) -> Picture:
    places = tuple(float(place) for place in range(len(before)))
    lines = tuple(
        Line(
            role=role,
            label=label,
            x=places,
            y=tuple(one.standardised for one in found),
        )
        for role, label, found in (
            ("before", "before", before),
            ("after", "after weighting or matching", after),
        )
    )
    return Picture(
        kind="balance",
        title="How alike the arms are in every covariate",
        x_label="covariate",
        y_label="difference in standard deviations",
        lines=lines,
        ticks=tuple(zip(places, (one.name for one in before), strict=True)),
        zero=0.0,
    )

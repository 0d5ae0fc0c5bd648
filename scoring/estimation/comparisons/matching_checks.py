"""What could be wrong with a matched comparison, looked for in the rows and their weights."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.estimation.comparisons.arms import Difference
from scoring.estimation.comparisons.pair_matching import Pairs
from scoring.estimation.comparisons.propensity import ATT, Sample, Scored
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.shapes import Flags
from scoring.estimation.words import plain

# Standardised differences that count as balanced, and variance ratios that do.
# Source: Austin 2009, Stat. Med. 28:3083; Rubin 2001, Health Serv. Outcomes Res. Methodol. 2:169.
BALANCED: Final = 0.1
RATIOS: Final = (0.5, 2.0)

# Shares that a convention of this project draws: of rows without their like in the other arm, of
# those treated who found a pair, and of the weight of an arm that one row may have.
UNLIKE: Final = 0.05
FOUND: Final = 0.9
HEAVIEST: Final = 0.1

# Rows of the smaller arm for each coefficient of the score.
# Source: Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373.
ROWS_FOR_EACH: Final = 10

# Clusters of an arm, or half of those with rows of both, as in a difference in differences.
# Source: MacKinnon and Webb 2018, Econometrics J. 21:114.
FEWEST_CLUSTERS: Final = 5

# A standardised difference d is about a risk ratio of exp(0.91 d), its interval's ends
# exp(0.91 d -+ 1.78 se). Source: VanderWeele and Ding 2017, Ann. Intern. Med. 167:268, table 2.
RISK_RATIO_OF_SD: Final = 0.91
HALF_WIDTH_OF_SD: Final = 1.78


@dataclass(frozen=True, slots=True)
class RiskRatio:
    """A risk ratio with its interval, exact or approximate."""

    value: float
    low: float
    high: float


def balanced(before: Sequence[Difference], after: Sequence[Difference]) -> Check:
    """Whether the arms are alike in every covariate after weighting or matching."""
    worst = max(after, key=lambda one: abs(one.standardised))
    first = next(one for one in before if one.name == worst.name)
    size = abs(worst.standardised)
    passed = size <= BALANCED
    told = (
        f"The arms differ most in {worst.name}, by {plain(size)} standard deviations (before, "
        f"{plain(abs(first.standardised))})"
    )
    if not passed:
        told += ": they are still not alike; squares and products in the score may help"
    return Check(
        name="balance",
        title="Balance of the arms in every covariate",
        passed=passed,
        observed=size,
        threshold=BALANCED,
        text=f"{told}.",
        source="Austin 2009, Stat. Med. 28:3083",
    )


def variances_alike(after: Sequence[Difference]) -> Check | None:
    """Whether covariates vary alike in both arms after weighting or matching."""
    told = {one.name: one.ratio for one in after if one.ratio is not None and one.ratio > 0}
    if not told:
        return None
    name = max(told, key=lambda one: abs(math.log(told[one] or 1.0)))
    ratio = told[name] or 1.0
    passed = RATIOS[0] <= ratio <= RATIOS[1]
    return Check(
        name="variance_ratios",
        title="Variances of covariates in both arms",
        passed=passed,
        observed=ratio,
        threshold=RATIOS[1],
        text=f"The variances differ most in {name}: {plain(ratio)} times that of those without "
        f"the programme{'' if passed else ', more than half or double'}.",
        source="Rubin 2001, Health Serv. Outcomes Res. Methodol. 2:169",
    )


def common_support(found: Scored, estimand: str) -> Check:
    """Whether those asked about have their like in the other arm."""
    target = found.sample.treated if estimand == ATT else np.ones(len(found.logit), bool)
    share = float(found.outside(estimand).sum() / target.sum())
    passed = share <= UNLIKE
    who = "those with the programme" if estimand == ATT else "all"
    told = f"{100 * share:.0f} % of {who} have a score that nobody in the other arm comes near"
    if not passed:
        told += "; what is said of them is a guess: trim='range' leaves them out"
    return Check(
        name="common_support",
        title="Common support of the arms",
        passed=passed,
        observed=share,
        threshold=UNLIKE,
        text=f"{told}.",
        source="Crump et al. 2009, Biometrika 96:187; Austin and Stuart 2015",
    )


def left_out(trimmed: int, whole: int, trim: str) -> Check | None:
    """How many rows were trimmed: it informs."""
    if trim == "none":
        return None
    return Check(
        name="trimmed",
        title="Rows left out for want of their like",
        passed=None,
        observed=float(trimmed),
        threshold=None,
        text=f"{trimmed} of {whole} rows were left out: the effect is that on the others.",
        source="Crump et al. 2009, Biometrika 96:187",
    )


def pairs_found(found: Scored, pairs: Pairs) -> Check:
    """Whether those treated found somebody to be compared with."""
    whole = int(found.sample.treated.sum())
    share = len(pairs.treated) / whole
    passed = share >= FOUND
    told = f"{len(pairs.treated)} of {whole} with the programme found a pair"
    if not passed:
        told += ": the effect is that on those who did, not on all who had it"
    return Check(
        name="matched",
        title="Share of those with the programme in a pair",
        passed=passed,
        observed=share,
        threshold=FOUND,
        text=f"{told}.",
        source="Rosenbaum and Rubin 1985, Biometrics 41:103, on incomplete matching",
    )


def no_heavy_rows(weights: Column, treated: Flags) -> Check:
    """Whether one row has much of an arm's weight (n,), and how many rows the weights leave."""
    heaviest, effective = 0.0, []
    for side in (treated, ~treated):
        own = weights[side] / weights[side].sum()
        heaviest = max(heaviest, float(own.max()))
        effective.append(1 / float((own**2).sum()))
    passed = heaviest <= HEAVIEST
    told = (
        f"Weighted, the arms count as {effective[0]:.0f} and {effective[1]:.0f} rows of "
        f"{int(treated.sum())} and {int((~treated).sum())}; the heaviest has "
        f"{100 * heaviest:.0f} % of its arm"
    )
    if not passed:
        told += ": the result leans on it"
    return Check(
        name="influential_points",
        title="Weight of single rows in the result",
        passed=passed,
        observed=heaviest,
        threshold=HEAVIEST,
        text=f"{told}.",
        source="Kish 1965, Survey Sampling, on effective numbers",
    )


def enough_rows(found: Scored) -> Check:
    """Whether the score has rows enough for its coefficients."""
    treated = int(found.sample.treated.sum())
    each = min(treated, len(found.logit) - treated) / max(len(found.gamma) - 1, 1)
    passed = each >= ROWS_FOR_EACH
    told = f"{plain(each)} rows of the smaller arm for each covariate"
    if not passed:
        told += ", so the score may follow chance: fewer covariates or more rows are needed"
    return Check(
        name="rows_for_score",
        title="Number of rows for the score",
        passed=passed,
        observed=each,
        threshold=float(ROWS_FOR_EACH),
        text=f"{told}.",
        source="Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373",
    )


def enough_clusters(sample: Sample) -> Check | None:
    """Whether clusters, where they are given, are enough to tell how such clusters vary."""
    if sample.clusters is None:
        return None
    whole = sample.whole_clusters
    fewest = len(set(sample.clusters)) // 2 if whole is None else min(whole)
    passed = fewest >= FEWEST_CLUSTERS
    told = (
        f"{len(set(sample.clusters))} clusters, some with rows of both arms"
        if whole is None
        else f"{whole[0]} clusters with the programme and {whole[1]} without it"
    )
    if not passed:
        told += ": the interval leans on few degrees of freedom, and balance may be chance"
    return Check(
        name="clusters",
        title="Number of clusters",
        passed=passed,
        observed=float(fewest),
        threshold=float(FEWEST_CLUSTERS),
        text=f"{told}.",
        source="MacKinnon and Webb 2018, Econometrics J. 21:114; Tipton 2015",
    )


def other_method(row: Coefficient, name: str) -> Check:
    """What another method says of the same rows: it informs."""
    return Check(
        name="other_method",
        title="What another method says",
        passed=None,
        observed=row.estimate,
        threshold=None,
        text=f"By {name.replace('_', ' ')} the difference is {plain(row.estimate)} "
        f"({plain(row.ci_low)} to {plain(row.ci_high)}).",
        source="Lunceford and Davidian 2004, Stat. Med. 23:2937",
    )


def unmeasured(ratio: RiskRatio | None) -> Check | None:
    """How strong something unmeasured would have to be to explain the effect: it informs.

        E = RR + sqrt(RR (RR - 1)), RR turned to above 1; 1 for an interval that holds 1
    Source: VanderWeele and Ding 2017, Ann. Intern. Med. 167:268.
    """
    if ratio is None:
        return None
    nearest = ratio.low if ratio.value >= 1 else ratio.high
    holds = ratio.low <= 1 <= ratio.high
    point, bound = e_value(ratio.value), 1.0 if holds else e_value(nearest)
    return Check(
        name="unmeasured_confounding",
        title="What it would take to explain the effect away",
        passed=None,
        observed=point,
        threshold=bound,
        text="Something not measured could explain the effect if it made both the programme and "
        f"the outcome {plain(point)} times as likely, and its interval if {plain(bound)} times "
        "(as risk ratios, beyond the covariates).",
        source="VanderWeele and Ding 2017, Ann. Intern. Med. 167:268",
    )


def e_value(ratio: float) -> float:
    """The E-value of a risk ratio."""
    above = ratio if ratio >= 1 else 1 / ratio
    return above + math.sqrt(above * (above - 1))

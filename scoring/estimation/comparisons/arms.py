"""Rows of people or places in two arms: read, refused where wrong, compared before the start."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.columns import Column, Numbers, check_same_length, column, refuse_rows
from scoring.effects import SCALES, Effect
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import indicators
from scoring.estimation.results import COMPARISON, RANDOMISED, Check, Coefficient
from scoring.estimation.shapes import Flags
from scoring.estimation.words import p_in_words, plain

Labels: TypeAlias = Sequence[object] | npt.NDArray[np.generic]
Covariate: TypeAlias = Numbers | Sequence[str]
Covariates: TypeAlias = Mapping[str, Covariate]

NO_COVARIATES: Final[Covariates] = MappingProxyType({})

# How rows came into their arm, and what that lets a comparison claim.
CLAIMS: Final[Mapping[str, str]] = MappingProxyType(
    {"randomised": RANDOMISED, "observed": COMPARISON}
)

# Standardised differences that count as the same, and the most that adjustment can make good.
# Source: WWC Standards Handbook 4.1 (baseline equivalence).
EQUAL: Final = 0.05
ADJUSTABLE: Final = 0.25

# A mean of one row tells nothing of how rows vary.
FEWEST_ROWS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far apart the arms are in one covariate, in standard deviations, and in variance.

    `ratio` is None where the covariate does not vary in the comparison arm.
    """

    name: str
    mean_intervention: float
    mean_comparison: float
    standardised: float
    ratio: float | None


def read_arms(treated: Numbers, **columns: Column) -> Column:
    """`treated` (n,) as 1 and 0, of the length of the other columns, two rows in each arm at least.

    Raises InvalidInput, with the row, for what is neither; TooLittleData for an arm without rows.
    """
    arms = column("treated", treated)
    check_same_length(**columns, treated=arms)
    refuse_rows(
        (arms != 0) & (arms != 1),
        field="treated",
        values=arms,
        accepted="1 with the programme, 0 without",
    )
    for count, side in ((arms.sum(), "with"), ((1 - arms).sum(), "without")):
        if count < FEWEST_ROWS:
            raise TooLittleData(
                f"{int(count)} rows {side} the programme",
                field="treated",
                accepted="two rows of each at least; an interrupted time series needs no "
                "comparison group",
            )
    return arms


def whole_clusters(clusters: Labels, treated: Flags) -> tuple[int, int] | None:
    """How many clusters are with the programme and without, or None where one has rows of both."""
    own, others = (
        {name for name, on in zip(clusters, treated, strict=True) if on == side}
        for side in (True, False)
    )
    return None if own & others else (len(own), len(others))


def refuse_lone_cluster(clusters: Labels | None, treated: Flags) -> None:
    """Raise TooLittleData where all rows of an arm are of one cluster that has no other rows."""
    whole = None if clusters is None else whole_clusters(clusters, treated)
    if whole is not None and min(whole) < FEWEST_ROWS:
        raise TooLittleData(
            f"are {whole[0]} with the programme and {whole[1]} without it: one does not tell how "
            "clusters differ",
            field="clusters",
            accepted="two in each arm at least; with one, nothing tells the programme from the "
            "place; more places, or figures of both from before, are needed",
        )


def read_covariates(covariates: Covariates, *, rows: int) -> dict[str, Column]:
    """Covariates (n,) by name: numbers as they are, words as indicators of all levels but one.

    Raises InvalidInput for another number of rows, what is not finite, and what does not vary.
    """
    found: dict[str, Column] = {}
    for name, values in covariates.items():
        if len(values) != rows:
            raise InvalidInput(f"has {len(values)} rows", field=name, accepted=f"{rows} rows")
        if any(isinstance(value, str) for value in values):
            found |= indicators(list(values), prefix=name)
        else:
            found[name] = column(name, np.asarray(values, np.float64))
    for name, told in found.items():
        if np.ptp(told) == 0:
            raise InvalidInput(
                "is the same in every row", field=name, accepted="a covariate that varies"
            )
    return found


def differences(
    columns: Mapping[str, Column],
    treated: Flags,
    *,
    weights: Column | None = None,
    scale: Mapping[str, float] | None = None,
) -> tuple[Difference, ...]:
    """How far apart the arms are in every covariate (n,), rows counted by `weights` (n,).

        standardised = (mean 1 - mean 0) / s        ratio = variance 1 / variance 0
    s is what `scale` says, unless given the root of the mean of both unweighted variances.
    Source: Austin 2009, Stat. Med. 28:3083; Rubin 2001, Health Serv. Outcomes Res. Methodol. 2:169.
    """
    w = np.ones(len(treated)) if weights is None else weights
    told = []
    for name, values in columns.items():
        means = [float(np.average(values[side], weights=w[side])) for side in (treated, ~treated)]
        spread = [_variance(values[side], w[side]) for side in (treated, ~treated)]
        s = pooled_sd(values, treated) if scale is None else scale[name]
        apart = means[0] - means[1]
        told.append(
            Difference(
                name=name,
                mean_intervention=means[0],
                mean_comparison=means[1],
                standardised=apart / s if s > 0 else math.copysign(math.inf, apart) * (apart != 0),
                ratio=spread[0] / spread[1] if spread[1] > 0 else None,
            )
        )
    return tuple(told)


def _variance(values: Column, weights: Column) -> float:
    """Without bias where rows vary alike: sum w (x - m)^2 / (sum w - sum w^2 / sum w)."""
    off = values - np.average(values, weights=weights)
    left = weights.sum() - (weights**2).sum() / weights.sum()
    return float(weights @ off**2 / left)


def pooled_sd(values: Column, treated: Flags) -> float:
    """The root of the mean of both arms' variances."""
    return math.sqrt(float(values[treated].var(ddof=1) + values[~treated].var(ddof=1)) / 2)


def alike_before(found: Sequence[Difference], *, randomised: bool) -> Check | None:
    """Whether the arms were alike in what was measured before the start."""
    if not found:
        return None
    worst = max(found, key=lambda one: abs(one.standardised))
    size = abs(worst.standardised)
    told = (
        f"Before the start the arms differed most in {worst.name}, by {plain(size)} standard "
        "deviations"
    )
    if size > ADJUSTABLE:
        told += ", more than a regression can be trusted to make good"
        told += "" if randomised else "; matching or weighting on the propensity score fits better"
    return Check(
        name="baseline",
        title="Balance of the arms before the start",
        passed=None if randomised else size <= ADJUSTABLE,
        observed=size,
        threshold=ADJUSTABLE,
        text=f"{told}.",
        source="WWC Standards Handbook 4.1, baseline equivalence",
    )


def baseline_facts(found: Sequence[Difference]) -> dict[str, float | int | bool | str | None]:
    """The facts of the covariate that is furthest apart; nothing where there are none."""
    if not found:
        return {}
    worst = max(found, key=lambda one: abs(one.standardised))
    return {
        "measure": worst.name,
        "mean_intervention": worst.mean_intervention,
        "mean_comparison": worst.mean_comparison,
        "standardised_difference": worst.standardised,
    }


def effect_of(
    row: Coefficient, measure: str, *, source: str, n1i: float | None, n2i: float | None
) -> Effect:
    """One row of a table as an effect; refuses one without any error around it."""
    if not row.se > 0:
        raise InvalidInput(
            "leaves no error around the effect: the model fits every row exactly",
            field="outcome",
            accepted="outcomes as they were measured",
        )
    return Effect(
        measure=measure,
        yi=row.estimate,
        vi=row.se**2,
        scale=SCALES[measure],
        source=source,
        n1i=n1i,
        n2i=n2i,
    )


def interval_in_words(row: Coefficient, *, level: float, ratio: bool = False) -> str:
    """The interval and the p-value of a row, ratios as ratios."""
    bounds = [math.exp(min(end, 700.0)) if ratio else end for end in (row.ci_low, row.ci_high)]
    return (
        f"{100 * level:g} % interval {plain(bounds[0])} to {plain(bounds[1])}, "
        f"{p_in_words(row.p_value)}"
    )

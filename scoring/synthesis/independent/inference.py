"""From a fitted tau2 to what is reported: estimate, test, intervals, heterogeneity; by columns."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, check_known, number
from scoring.synthesis.independent.batch import Batch
from scoring.synthesis.independent.forms import Fit, fit, projected_trace
from scoring.synthesis.independent.heterogeneity import METHODS, Heterogeneity
from scoring.synthesis.independent.results import Columns

# Tests of the pooled estimate by their names in metafor: Wald on the normal (z) or on t with
# k - 1 df, Knapp-Hartung (knha), and Knapp-Hartung whose factor is not allowed below 1 (adhoc).
TESTS: Final = ("z", "t", "knha", "adhoc")

# Conventions of the prediction interval: the critical value of the test (metafor's default), t with
# k - 2 df (Higgins, Thompson and Spiegelhalter 2009, J. R. Stat. Soc. A 172:137), t with k - 1 df
# (Partlett and Riley 2017, Stat. Med. 36:301).
PREDICTIONS: Final = ("test", "t_k2", "t_k1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How to pool: the names of method, test and prediction interval, and the level of intervals.

    Raises UnknownMethod for names that are not known and InvalidInput for a level outside (0, 1).
    """

    method: str
    test: str
    level: float
    prediction: str

    def __post_init__(self) -> None:
        check_known("method", self.method, METHODS)
        check_known("test", self.test, TESTS)
        check_known("prediction", self.prediction, PREDICTIONS)
        number("level", self.level, above=0.0, below=1.0)


def inferred(batch: Batch, found: Heterogeneity, choice: Choice) -> tuple[Columns, Fit]:
    """The reported columns of a batch at its tau2, and the fit they come from."""
    method, test, level = choice.method, choice.test, choice.level
    k, unit = batch.k, batch.unit
    pooled = fit(batch.y, batch.v, found.tau2)
    fixed = fit(batch.y, batch.v, np.zeros_like(k))
    df = np.where(k > 1, k - 1, np.nan) if test != "z" else np.full_like(k, np.nan)
    estimate = batch.origin + unit * pooled.mean
    se = unit * np.sqrt(_dispersion(test, pooled.q, k - 1) / pooled.total)
    statistic = _ratio(estimate, se)
    quantile = critical(level, df)
    margin = quantile * se
    half_pi = _predicting(choice, k, quantile) * np.hypot(unit * np.sqrt(found.tau2), se)
    i2, h2 = _inconsistency(fixed, found.tau2, k, common=method == "EE")
    columns = Columns(
        estimate=estimate,
        se=se,
        statistic=statistic,
        p_value=two_sided_p(statistic, df),
        ci_low=estimate - margin,
        ci_high=estimate + margin,
        tau2=found.tau2 * unit**2,
        se_tau2=found.se * unit**2,
        i2=i2,
        h2=h2,
        q=fixed.q,
        q_p=np.where(k > 1, special.chdtrc(np.maximum(k - 1, 1), fixed.q), 1.0),
        pi_low=estimate - half_pi,
        pi_high=estimate + half_pi,
    )
    return columns, pooled


def _dispersion(test: str, q: Column, df: Column) -> Column:
    if test in ("z", "t"):
        return np.ones_like(q)
    # One study has no spread to be scaled by: its test is Wald's.
    factor = np.where(df > 0, q / np.maximum(df, 1), 1.0)
    return factor if test == "knha" else np.maximum(1.0, factor)


def _ratio(estimate: Column, se: Column) -> Column:
    point = se == 0
    plain: Column = estimate / np.where(point, 1.0, se)
    return np.where(point & (estimate != 0), np.copysign(np.inf, estimate), plain)


def _predicting(choice: Choice, k: Column, quantile: Column) -> Column:
    """The critical value of the prediction interval, NaN where none is made."""
    if choice.method == "EE":
        return np.full_like(k, np.nan)
    match choice.prediction:
        case "test":
            return quantile
        case "t_k2":
            return critical(choice.level, k - 2, least=1)
        case _:
            return critical(choice.level, k - 1, least=1)


def _inconsistency(fixed: Fit, tau2: Column, k: Column, *, common: bool) -> tuple[Column, Column]:
    """I2 in per cent and H2, by Q for the common effect and by tau2 for random effects."""
    df = np.maximum(k - 1, 1)
    if common:
        excess = np.maximum(0.0, fixed.q - df)
        share = excess / np.where(excess > 0, fixed.q, 1.0)
        return np.where(k > 1, 100 * share, 0.0), np.where(k > 1, fixed.q / df, 1.0)
    typical = typical_variance(fixed, k)
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def typical_variance(fixed: Fit, k: Column) -> Column:
    """The sampling variance of a typical study, (k - 1) / tr P at weights 1/v; inf for one study.

    Source: Higgins and Thompson 2002, Stat. Med. 21:1539, equation 9.
    """
    trace = projected_trace(fixed.w)
    alone = k < 2
    return np.where(alone, np.inf, (k - 1) / np.where(alone, 1.0, trace))


def critical(level: float, df: Column, *, least: float = 0) -> Column:
    """The two-sided quantile at `level`: normal where df is NaN, t elsewhere, NaN below `least`."""
    upper = 0.5 + level / 2
    distinct, place = (df, [0]) if len(df) == 1 else np.unique(df, return_inverse=True)
    t = special.stdtrit(np.where(distinct > 0, distinct, 1.0), upper)
    quantile = np.where(np.isnan(distinct), special.ndtri(upper), t)
    result: Column = np.where(distinct < least, np.nan, quantile)[place]
    return result


def two_sided_p(statistic: Column, df: Column) -> Column:
    """P(|T| >= |statistic|): normal where df is NaN, Student's t elsewhere."""
    tail = -np.abs(statistic)
    normal = np.isnan(df)
    if normal.all():
        by_normal: Column = 2 * special.ndtr(tail)
        return by_normal
    by_t = special.stdtr(np.where(normal, 1.0, df), tail)
    result: Column = 2 * np.where(normal, special.ndtr(tail), by_t)
    return result

"""Many effects -> one: the pooled estimate, its test, its interval and the heterogeneity."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import (
    Column,
    Numbers,
    check_known,
    check_same_length,
    column,
    number,
    refuse_rows,
)
from scoring.errors import TooLittleData
from scoring.synthesis.heterogeneity import (
    Heterogeneity,
    dersimonian_laird,
    full_likelihood,
    inverse_variance_fit,
    none,
    paule_mandel,
    projected_trace,
    restricted_likelihood,
)

# Estimators of tau2 by their names in metafor.
METHODS: Final[Mapping[str, Callable[[Column, Column], Heterogeneity]]] = MappingProxyType(
    {
        "EE": none,
        "DL": dersimonian_laird,
        "PM": paule_mandel,
        "REML": restricted_likelihood,
        "ML": full_likelihood,
    }
)

# Tests of the pooled estimate by their names in metafor: Wald on the normal (z) or on t with
# k - 1 df, Knapp-Hartung (knha), and Knapp-Hartung whose factor is not allowed below 1 (adhoc).
TESTS: Final = ("z", "t", "knha", "adhoc")

# Once variances are divided by their median and estimates by its root, anything this far from 1
# has no figure left in double precision: squares of squares would overflow.
LARGEST_RATIO: Final = 1e50


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """A pooled estimate in the units of `yi`; tau2 in their square, i2 and weights in per cent.

    `test` is the one that was used: with one study every test is the Wald test `z`. `df` is None
    for `z`. `statistic` is infinite where the standard error is 0. The prediction interval is None
    for the common effect (EE), which predicts no spread. `weights` are in row order.
    `tau2_maxima` holds every local maximum of the likelihood for REML and ML, in rising order;
    tau2 is the one where the likelihood is highest.
    """

    k: int
    method: str
    test: str
    level: float
    estimate: float
    se: float
    statistic: float
    df: int | None
    p_value: float
    ci_low: float
    ci_high: float
    tau2: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    pi_low: float | None
    pi_high: float | None
    weights: tuple[float, ...]
    tau2_maxima: tuple[float, ...]


def synthesise(
    yi: Numbers, vi: Numbers, *, method: str = "REML", test: str = "adhoc", level: float = 0.95
) -> Synthesis:
    """Pool k independent effects `yi` (k,) with sampling variances `vi` (k,).

        w = 1 / (vi + tau2)       estimate = sum(w yi) / sum(w)       se = sqrt(f / sum(w))
        f = 1 for z and t; f = sum(w (yi - estimate)^2) / (k - 1) for knha, at least 1 for adhoc
        interval    estimate +- crit se, crit normal for z, t with k - 1 df otherwise
        prediction  estimate +- crit sqrt(tau2 + se^2)
        I2 = tau2 / (tau2 + typical variance), H2 = 1 + tau2 / typical variance;
        for EE I2 = max(0, (Q - df) / Q), H2 = Q / df
    REML and ML find every local maximum of the likelihood and take the highest, where an iterative
    fit may stop at a lower one. One study is its own result: tau2 = 0, Wald test.
    Raises TooLittleData without studies; InvalidInput with field and row for what is not finite, a
    variance not above 0, or magnitudes beyond double precision; UnknownMethod for other names.
    Source: metafor 3.8 `rma.uni`; Higgins and Thompson 2002 (I2, H2); Knapp and Hartung 2003.
    """
    check_known("method", method, METHODS)
    check_known("test", test, TESTS)
    number("level", level, above=0.0, below=1.0)
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    if not len(effects):
        raise TooLittleData("there is nothing to pool", field="yi", accepted="at least one study")
    data = _Scaled.of(effects, variances)
    found = METHODS[method](data.y, data.v) if len(effects) > 1 else none(data.y, data.v)
    return _pooled(data, found, method=method, test=test if len(effects) > 1 else "z", level=level)


@dataclass(frozen=True, slots=True)
class _Scaled:
    """The same studies with the most precise one at 0 and variances in units of their median.

    So no threshold depends on the caller's units, differences keep their digits far from 0, and
    studies that agree exactly have a Q of exactly 0.
    """

    y: Column
    v: Column
    origin: float
    unit: float

    @classmethod
    def of(cls, yi: Column, vi: Column) -> "_Scaled":
        origin, median = float(yi[np.argmin(vi)]), float(np.median(vi))
        unit = math.sqrt(median)
        with np.errstate(over="ignore"):
            y, v = (yi - origin) / unit, vi / median
        accepted = f"within a factor of {LARGEST_RATIO:g} of the other rows"
        refuse_rows(
            ~((v < LARGEST_RATIO) & (v > 1 / LARGEST_RATIO)),
            field="vi",
            values=vi,
            accepted=accepted,
        )
        refuse_rows(~(np.abs(y) < LARGEST_RATIO), field="yi", values=yi, accepted=accepted)
        return cls(y, v, origin, unit)


def _pooled(
    data: _Scaled, found: Heterogeneity, *, method: str, test: str, level: float
) -> Synthesis:
    k = len(data.y)
    w, mean, q_tau2 = inverse_variance_fit(data.y, data.v, found.tau2)
    q = inverse_variance_fit(data.y, data.v, 0.0)[2]
    estimate = data.origin + data.unit * mean
    se = data.unit * math.sqrt(_dispersion(test, q_tau2, df=k - 1) / float(w.sum()))
    df = None if test == "z" else k - 1
    statistic = _ratio(estimate, se)
    margin = _critical(level, df=df)
    half_pi = margin * math.hypot(data.unit * math.sqrt(found.tau2), se)
    i2, h2 = _inconsistency(data.v, found.tau2, q, common=method == "EE")
    return Synthesis(
        k=k,
        method=method,
        test=test,
        level=level,
        estimate=estimate,
        se=se,
        statistic=statistic,
        df=df,
        p_value=_two_sided_p(statistic, df=df),
        ci_low=estimate - margin * se,
        ci_high=estimate + margin * se,
        tau2=found.tau2 * data.unit**2,
        i2=i2,
        h2=h2,
        q=q,
        q_df=k - 1,
        q_p=float(special.chdtrc(k - 1, q)) if k > 1 else 1.0,
        pi_low=None if method == "EE" else estimate - half_pi,
        pi_high=None if method == "EE" else estimate + half_pi,
        weights=tuple((100 * w / w.sum()).tolist()),
        tau2_maxima=tuple(tau2 * data.unit**2 for tau2 in found.maxima),
    )


def _dispersion(test: str, q: float, *, df: int) -> float:
    match test:
        case "z" | "t":
            return 1.0
        case "knha":
            return q / df
        case _:
            return max(1.0, q / df)


def _inconsistency(v: Column, tau2: float, q: float, *, common: bool) -> tuple[float, float]:
    """I2 in per cent and H2, by Q for the common effect and by tau2 for random effects."""
    df = len(v) - 1
    if df == 0:
        return 0.0, 1.0
    if common:
        return (100 * max(0.0, (q - df) / q) if q > 0 else 0.0), q / df
    typical = df / float(projected_trace(1.0 / v, v))
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def _ratio(estimate: float, se: float) -> float:
    if se > 0:
        return estimate / se
    return math.copysign(math.inf, estimate) if estimate else 0.0


def _critical(level: float, *, df: int | None) -> float:
    upper = 0.5 + level / 2
    return float(special.ndtri(upper) if df is None else special.stdtrit(df, upper))


def _two_sided_p(statistic: float, *, df: int | None) -> float:
    tail = -abs(statistic)
    return 2 * float(special.ndtr(tail) if df is None else special.stdtr(df, tail))

"""Estimates with their tests and intervals: one combination of coefficients, or several at once."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from scoring.columns import Column, column
from scoring.errors import InvalidInput
from scoring.synthesis.moderated.designs import table
from scoring.synthesis.moderated.spectrum import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One term of a regression; `df` is None for the normal distribution."""

    term: str
    estimate: float
    se: float
    statistic: float
    df: float | None
    p_value: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """Whether several linear combinations are all 0.

    `statistic` is chi2 on `df` where `df_residual` is None, F on both else.
    """

    statistic: float
    df: int
    df_residual: int | None
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The expected effect at one row of moderators, and where a new study's own would lie.

    The prediction interval is None for the common effect (EE), which predicts no spread.
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None


def tested(term: str, estimate: float, se: float, *, df: float | None, level: float) -> Coefficient:
    """An estimate against 0 on the normal distribution, or on t with `df` degrees of freedom.

    The statistic is infinite where the standard error is 0 and the estimate is not.
    """
    statistic, margin = ratio(estimate, se), critical(level, df=df)
    tail = -abs(statistic)
    return Coefficient(
        term=term,
        estimate=estimate,
        se=se,
        statistic=statistic,
        df=df,
        p_value=2 * float(special.ndtr(tail) if df is None else special.stdtr(df, tail)),
        ci_low=estimate - margin * se,
        ci_high=estimate + margin * se,
    )


def joint(estimates: Column, root: Table, *, df_residual: int | None) -> JointTest:
    """Test that `estimates` (m,) with covariance root root' of rank m are all 0.

    chi2 on m df, or F on m and `df_residual`; infinite where nothing varies but the estimates.
    """
    m = len(estimates)
    if root.any():
        upper = linalg.qr(root.T, mode="economic")[1]
        chi2 = float((linalg.solve_triangular(upper, estimates, trans="T") ** 2).sum())
    else:
        chi2 = math.inf if estimates.any() else 0.0
    if df_residual is None:
        p_value = float(special.chdtrc(m, chi2))
        return JointTest(statistic=chi2, df=m, df_residual=None, p_value=p_value)
    p_value = float(special.fdtrc(m, df_residual, chi2 / m))
    return JointTest(statistic=chi2 / m, df=m, df_residual=df_residual, p_value=p_value)


def predicted(
    estimate: float, se: float, *, tau2: float | None, df: int | None, level: float
) -> Prediction:
    """An expected effect with both its intervals; without `tau2` there is no spread to predict."""
    margin = critical(level, df=df)
    reach = None if tau2 is None else margin * math.hypot(math.sqrt(tau2), se)
    return Prediction(
        estimate=estimate,
        se=se,
        ci_low=estimate - margin * se,
        ci_high=estimate + margin * se,
        pi_low=None if reach is None else estimate - reach,
        pi_high=None if reach is None else estimate + reach,
    )


def critical(level: float, *, df: float | None) -> float:
    """The two-sided critical value at `level`, of the normal distribution or of t."""
    upper = 0.5 + level / 2
    return float(special.ndtri(upper) if df is None else special.stdtrit(df, upper))


def rows_of(field: str, values: Table, *, p: int) -> Table:
    """Rows with one entry a coefficient, all finite; raises InvalidInput with the row."""
    matrix = table(field, values)
    if matrix.shape[1] != p:
        raise InvalidInput(
            f"has {matrix.shape[1]} columns", field=field, accepted=f"rows of {p} numbers"
        )
    for entries in matrix.T:
        column(field, entries)
    return matrix


def check_rows_independent(field: str, matrix: Table) -> None:
    """Raise InvalidInput at the first row that follows from those before it."""
    sizes = np.abs(matrix).max(axis=1)
    scaled = matrix / np.where(sizes > 0, sizes, 1.0)[:, None]
    for row in range(1, len(matrix) + 1):
        if np.linalg.matrix_rank(scaled[:row]) < row:
            raise InvalidInput(
                "follows from the rows before it",
                field=field,
                row=row,
                accepted="rows that are not collinear",
            )


def ratio(estimate: float, se: float) -> float:
    """An estimate in standard errors: infinite where there is an estimate and no error."""
    if se > 0:
        return estimate / se
    return math.copysign(math.inf, estimate) if estimate else 0.0

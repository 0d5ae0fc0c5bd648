"""Least squares with a named covariance: the table from which most designs read their effect."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import statsmodels.api as sm

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Indices, Matrix
from scoring.synthesis.moderated.coefficients import tested

# Covariances that need no clusters, by their names in the literature and in R's sandwich:
# classical, White's, its three small-sample corrections, and Newey and West's.
COVARIANCES: Final = ("const", "HC0", "HC1", "HC2", "HC3", "NW")

# A column whose part that the others do not explain is below this share of its size is taken to
# be their combination: R's `lm` draws the line at 1e-7 as well.
COLLINEAR: Final = 1e-7


@dataclass(frozen=True, slots=True)
class LinearFit:
    """A least-squares fit: design `x` (n, p), outcome `y` (n,), coefficients `b` (p,), residuals.

    `weights` are 1 for ordinary least squares; `residuals` (n,) are not weighted; `fitted` is what
    statsmodels returned.
    """

    terms: tuple[str, ...]
    x: Matrix
    y: Column
    weights: Column
    b: Column
    residuals: Column
    fitted: Any

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.y)

    @property
    def df(self) -> int:
        """Residual degrees of freedom, n - p."""
        return len(self.y) - len(self.terms)

    @property
    def sigma(self) -> float:
        """The residual standard deviation, weighted where the fit is."""
        return math.sqrt(float((self.weights * self.residuals**2).sum()) / self.df)

    def at(self, term: str) -> int:
        """The place of a term."""
        return self.terms.index(term)


def least_squares(
    y: Column, columns: Mapping[str, Column], *, weights: Column | None = None
) -> LinearFit:
    """Fit y (n,) on named columns (n,), an intercept being one of them if one is wanted.

    Raises TooLittleData with fewer rows than columns plus one, and InvalidInput naming the column
    that is a combination of those before it. Source: statsmodels `WLS` does the fitting.
    """
    terms, x = tuple(columns), np.column_stack(list(columns.values()))
    if len(y) <= len(terms):
        raise TooLittleData(
            f"{len(y)} rows for {len(terms)} coefficients",
            field="rows",
            accepted=f"at least {len(terms) + 1} rows",
        )
    refuse_collinear(x, terms)
    w = np.ones(len(y)) if weights is None else weights
    fitted = sm.WLS(y, x, weights=w).fit(method="qr")
    b = np.asarray(fitted.params, np.float64)
    return LinearFit(terms, x, y, w, b, y - x @ b, fitted)


def refuse_collinear(x: Matrix, terms: Sequence[str]) -> None:
    """Raise InvalidInput naming the first column that those before it explain."""
    sizes = np.linalg.norm(x, axis=0)
    r = np.abs(np.diag(np.linalg.qr(x / np.where(sizes > 0, sizes, 1.0), mode="r")))
    if (r < COLLINEAR).any():
        raise InvalidInput(
            "does not vary, or is a combination of the other columns",
            field=terms[int(np.argmax(r < COLLINEAR))],
            accepted="a column that tells something the others do not",
        )


def covariance(fit: LinearFit, kind: str, *, lag: int | None = None) -> Matrix:
    """The covariance (p, p) of the coefficients: one of `COVARIANCES`; NW needs its `lag`.

    HC1 is HC0 n/(n-p); HC2 and HC3 divide by 1 - leverage and its square. NW has Bartlett weights,
    no pre-whitening, and the factor n/(n-p). Source: MacKinnon and White 1985, J. Econometrics
    29:305; Newey and West 1987, Econometrica 55:703; statsmodels computes all but the last. Raises
    TooLittleData where HC2 or HC3 meet a row that the model fits exactly.
    """
    check_known("covariance", kind, COVARIANCES)
    if kind in ("HC2", "HC3"):
        _refuse_full_leverage(fit)
    match kind:
        case "const":
            cov = fit.fitted.cov_params()
        case "NW":
            cov = newey_west(fit, lag=lag or 0)
        case _:
            cov = getattr(fit.fitted, f"cov_{kind}")
    return np.asarray(cov, np.float64)


def _refuse_full_leverage(fit: LinearFit) -> None:
    q = np.linalg.qr(np.sqrt(fit.weights)[:, None] * fit.x)[0]
    full = np.flatnonzero(1 - (q**2).sum(axis=1) < COLLINEAR)
    if len(full):
        raise TooLittleData(
            "the model fits it exactly, so its error is unknown",
            field="rows",
            row=int(full[0]) + 1,
            accepted="more rows like it, or covariance HC1",
        )


def newey_west(
    fit: LinearFit, *, lag: int, steps: Indices | None = None, adjusted: bool = True
) -> Matrix:
    """Newey and West's covariance (p, p) of the coefficients of one series in order of time.

        bread [G_0 + sum_l (1 - l/(lag + 1)) (G_l + G_l')] bread,   G_l = sum_t u_t u_(t-l)'
    with u_t = w_t x_t e_t. `steps` (n,) are the periods from each row to the one before (the first
    is not read), 1 unless given: periods that are missing count as u = 0, so that products are
    taken at true distances (amplitude modulation). `adjusted` multiplies by n/(n-p).
    Raises InvalidInput for a negative lag.
    Source: Newey and West 1987, Econometrica 55:703; for gaps, Datta and Du 2012, IFDP 1060.
    """
    if lag < 0:
        raise InvalidInput(f"is {lag}", field="lag", accepted="0 or more periods")
    places = np.arange(fit.n) if steps is None else np.cumsum([0, *steps[1:]])
    scores = np.zeros((places[-1] + 1, len(fit.terms)))
    scores[places] = fit.x * (fit.weights * fit.residuals)[:, None]
    middle = scores.T @ scores
    for distance in range(1, min(lag, len(scores) - 1) + 1):
        products = scores[distance:].T @ scores[:-distance]
        middle += (1 - distance / (lag + 1)) * (products + products.T)
    bread = np.asarray(fit.fitted.normalized_cov_params, np.float64)
    cov: Matrix = bread @ middle @ bread
    return cov * (fit.n / fit.df) if adjusted else cov


def default_lag(n: int) -> int:
    """Newey and West's rule of thumb for the lag, floor(4 (n / 100)^(2/9)).

    Source: Newey and West 1994, Rev. Econ. Stud. 61:631, section 3, for the Bartlett kernel.
    """
    return int(4 * (n / 100) ** (2 / 9))


def table(
    terms: Sequence[str],
    b: Column,
    cov: Matrix,
    *,
    df: float | Sequence[float] | None,
    level: float = 0.95,
) -> tuple[Coefficient, ...]:
    """Coefficients with their tests and intervals: normal where `df` is None, else Student's t."""
    dfs = df if isinstance(df, Sequence) else [df] * len(terms)
    se = np.sqrt(np.diag(cov)).tolist()
    return tuple(
        coefficient(term, estimate, error, df=own, level=level)
        for term, estimate, error, own in zip(terms, b.tolist(), se, dfs, strict=True)
    )


def coefficient(
    term: str, estimate: float, se: float, *, df: float | None, level: float = 0.95
) -> Coefficient:
    """One coefficient with its two-sided test of no effect and its interval at `level`."""
    return tested(term, estimate, se, df=df, level=level)


def combination(
    fit: LinearFit,
    cov: Matrix,
    weights: Mapping[str, float],
    *,
    term: str,
    df: float | None,
    level: float = 0.95,
) -> Coefficient:
    """A weighted sum of coefficients, by term, as one row of a table (delta method, exact here)."""
    load = np.zeros(len(fit.terms))
    for name, weight in weights.items():
        load[fit.at(name)] = weight
    se = math.sqrt(float(load @ cov @ load))
    return coefficient(term, float(load @ fit.b), se, df=df, level=level)


def indicators(values: Sequence[object], *, prefix: str) -> dict[str, Column]:
    """Dummy columns of a factor, the first level in sorted order left out."""
    levels = sorted(set(values), key=lambda value: (str(type(value)), value))
    listed = list(values)
    return {
        f"{prefix} {level}": np.array([float(value == level) for value in listed])
        for level in levels[1:]
    }

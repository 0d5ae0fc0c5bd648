"""What the residuals of a series say: autocorrelation, seasons, and periods that weigh too much."""

from typing import Final

import numpy as np
from scipy import special
from statsmodels.tsa.adfvalues import mackinnonp

from scoring.columns import Column
from scoring.estimation.linear import COLLINEAR
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.series.seasons import season_dummies
from scoring.estimation.series.series_fit import SeriesFit, whitened
from scoring.estimation.shapes import Matrix

# Lags of the portmanteau test: 10, or two cycles where there are seasons, and at most n/5.
# Hyndman and Athanasopoulos 2021, Forecasting: Principles and Practice, section 5.4.
LAGS: Final = 10
ROWS_A_LAG: Final = 5

# Residual degrees of freedom below which the test of seasons has too little to go by.
FEWEST_LEFT: Final = 5


def autocorrelations(values: Column, steps: Steps, lags: int) -> Column:
    """Autocorrelations (lags,) of one or more series, at their true distances.

        r_k = sum e_t e_(t-k) / sum e_t^2, e less its mean
    `values` (n,) in order of time, `steps` (n,) the periods since the row before, 0 where a series
    begins. Periods that are missing count as the mean, as does all that lies before a series.
    """
    # Series stand one after the other with so many zeros between that no product joins two.
    places = np.cumsum(np.where(steps == 0, lags + 1, steps))
    grid = np.zeros(int(places[-1]) + 1)
    grid[places] = values - values.mean()
    total = float(grid @ grid)
    return np.array([float(grid[lag:] @ grid[:-lag]) / total for lag in range(1, lags + 1)])


def durbin_watson(values: Column, steps: Steps) -> float:
    """Squared differences of neighbours one period apart over squares; 2 is no autocorrelation.

    Source: Durbin and Watson 1950, Biometrika 37:409.
    """
    near = np.flatnonzero(steps == 1)
    return float(((values[near] - values[near - 1]) ** 2).sum() / (values @ values))


def ljung_box(fit: SeriesFit, *, cycle: int | None) -> tuple[float, int]:
    """The p-value of no autocorrelation in the whitened residuals, and the lags it looks at.

        Q = n (n + 2) sum r_k^2 / (n - k), chi-squared on the lags less the fitted phi
    Source: Ljung and Box 1978, Biometrika 65:297.
    """
    lags = max(2, min(2 * cycle if cycle else LAGS, fit.n // ROWS_A_LAG))
    r = autocorrelations(whitened_rows(fit)[1], fit.steps, lags)
    q = fit.n * (fit.n + 2) * float((r**2 / (fit.n - np.arange(1, lags + 1))).sum())
    return float(special.chdtrc(lags - (fit.phi is not None), q)), lags


def dickey_fuller(values: Column) -> tuple[float | None, float | None]:
    """The augmented Dickey-Fuller statistic about a trend, one lag, and its p-value.

        y_t - y_(t-1) = a + b t + c y_(t-1) + d (y_(t-1) - y_(t-2)) + e,   t statistic of c
    `values` (n,) one period apart. A small p-value speaks against an outcome that wanders without
    returning. None where the values are too few or vary too little to tell.
    Source: Dickey and Fuller 1979, J. Am. Stat. Assoc. 74:427; MacKinnon 1994 and 2010, for p.
    """
    steps = np.diff(values)
    n = len(steps) - 1
    x = np.column_stack([values[1:-1], steps[:-1], np.ones(n), np.arange(n, dtype=np.float64)])
    y = steps[1:]
    size = np.linalg.norm(x, axis=0)
    if n <= x.shape[1] or not size.all():
        return None, None
    q, r = np.linalg.qr(x / size)
    left = y - q @ (q.T @ y)
    spread = float(left @ left) / (n - x.shape[1])
    if np.abs(np.diag(r)).min() < COLLINEAR or spread <= COLLINEAR**2 * float(values @ values):
        return None, None
    inverse = np.linalg.inv(r)
    statistic = float((inverse @ (q.T @ y))[0] / np.sqrt(spread * float(inverse[0] @ inverse[0])))
    return statistic, float(mackinnonp(statistic, regression="ct"))


def seasons_p_value(fit: SeriesFit, periods: Steps, *, cycle: int) -> float | None:
    """The p-value of no seasons beyond those modelled: an F test of dummies, rows whitened.

    None where fewer than 5 residual degrees of freedom are left; 1 where all seasons are modelled.
    """
    dummies = list(season_dummies(periods, cycle=cycle).values())
    z = np.column_stack([fit.x, *dummies, fit.residuals])
    rows = whitened(z, fit.steps, fit.phi or 0.0)
    small, rank = _left(rows[:, : len(fit.terms)], rows[:, -1])
    large, whole_rank = _left(rows[:, :-1], rows[:, -1])
    added, df = whole_rank - rank, fit.n - whole_rank
    if not added:
        return 1.0
    if df < FEWEST_LEFT:
        return None
    return float(special.fdtrc(added, df, max(0.0, (small - large) / added * df / large)))


def cooks_distances(fit: SeriesFit) -> Column:
    """How far each row moves the whitened fit (n,); 0 for rows that it runs through.

        D_i = e_i^2 h_i / ((1 - h_i)^2 p s^2)
    Source: Cook 1977, Technometrics 19:15.
    """
    x, e = whitened_rows(fit)
    leverage = (np.linalg.qr(x)[0] ** 2).sum(axis=1)
    free = 1 - leverage > COLLINEAR
    left = np.where(free, 1 - leverage, 1.0)
    p, s2 = x.shape[1], float(e @ e) / fit.df
    distances: Column = np.where(free, e**2 * leverage / (left**2 * p * s2), 0.0)
    return distances


def whitened_rows(fit: SeriesFit) -> tuple[Matrix, Column]:
    """The columns (n, p) and residuals (n,) less what follows from the row before."""
    rows = whitened(np.column_stack([fit.x, fit.residuals]), fit.steps, fit.phi or 0.0)
    return rows[:, :-1], rows[:, -1]


def _left(x: Matrix, y: Column) -> tuple[float, int]:
    size = np.linalg.norm(x, axis=0)
    scaled = x / np.where(size > 0, size, 1.0)
    b, _, rank, _ = np.linalg.lstsq(scaled, y, rcond=COLLINEAR)
    return float(((y - scaled @ b) ** 2).sum()), int(rank)

"""Two-step AR(1) regression, repeated to a fixed point: Prais-Winsten and Cochrane-Orcutt."""

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np

from scoring.columns import Column
from scoring.errors import InvalidInput, NotConverged, TooLittleData
from scoring.estimation.linear import refuse_collinear
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.series.series_fit import Orthogonal, SeriesFit, orthogonal
from scoring.estimation.shapes import Matrix

Transformation: TypeAlias = Callable[[Matrix, float], Matrix]

# The fits are repeated until the autocorrelation moves by less than this, far below what any figure
# shows; in most series a round shrinks the move to a tenth.
FIXED_POINT: Final = 1e-13
MOST_ROUNDS: Final = 500


def prais_winsten(y: Column, columns: Mapping[str, Column], *, steps: Steps) -> SeriesFit:
    """Two-step AR(1) regression, repeated to a fixed point, that keeps the first row.

        rho = sum e_t e_(t-1) / sum e_(t-1)^2 over rows 2..n, of the residuals e of the last round
        rows y_t - rho y_(t-1), and sqrt(1 - rho^2) y_1, by least squares; df = n - p
    Raises what `gls_ar1` does, InvalidInput for missing periods or several series, NotConverged
    where rho reaches 1 or circles.
    Source: Prais and Winsten 1954, Cowles Commission discussion paper 383.
    """
    return _two_step(y, columns, steps, _with_first)


def cochrane_orcutt(y: Column, columns: Mapping[str, Column], *, steps: Steps) -> SeriesFit:
    """The same as `prais_winsten` without the first row, so that df = n - 1 - p.

    Source: Cochrane and Orcutt 1949, J. Am. Stat. Assoc. 44:32.
    """
    return _two_step(y, columns, steps, _without_first)


def _with_first(z: Matrix, rho: float) -> Matrix:
    return np.vstack([math.sqrt(1 - rho**2) * z[:1], z[1:] - rho * z[:-1]])


def _without_first(z: Matrix, rho: float) -> Matrix:
    rows: Matrix = z[1:] - rho * z[:-1]
    return rows


def _two_step(
    y: Column,
    columns: Mapping[str, Column],
    steps: Steps,
    transformed: Transformation,
) -> SeriesFit:
    _refuse_gaps(steps)
    base = orthogonal(y, columns)
    if len(y) <= len(columns) + 1:
        raise TooLittleData(
            f"{len(y)} periods for {len(columns)} coefficients and an autocorrelation",
            field="periods",
            accepted=f"at least {len(columns) + 2} periods",
        )
    rho = _fixed_point(base, transformed)
    shift, z = _step(base, transformed, rho)
    q, n, p = z[:, :-1], len(z), base.x.shape[1]
    refuse_collinear(q, base.terms)
    left = z[:, -1] - q @ shift
    sigma2 = float(left @ left) / (n - p)
    back = np.linalg.inv(np.linalg.qr(q, mode="r") @ base.r)
    return SeriesFit(
        terms=base.terms,
        x=base.x,
        y=y,
        steps=steps,
        b=base.b + np.linalg.solve(base.r, shift),
        cov=sigma2 * back @ back.T,
        df=n - p,
        sigma=math.sqrt(sigma2),
        phi=rho,
    )


def _step(base: Orthogonal, transformed: Transformation, rho: float) -> tuple[Column, Matrix]:
    z = transformed(base.z, rho)
    shift = np.linalg.lstsq(z[:, :-1], z[:, -1], rcond=None)[0]
    return np.asarray(shift, np.float64), z


def _fixed_point(base: Orthogonal, transformed: Transformation) -> float:
    rho, e = math.nan, base.z[:, -1]
    for _ in range(MOST_ROUNDS):
        before, rho = rho, float(e[1:] @ e[:-1] / (e[:-1] @ e[:-1]))
        if abs(rho) >= 1:
            break
        if abs(rho - before) <= FIXED_POINT:
            return rho
        shift, _ = _step(base, transformed, rho)
        e = base.z[:, -1] - base.z[:, :-1] @ shift
    raise NotConverged(
        f"the autocorrelation went to {rho:.3g} and did not settle below 1",
        field="estimator",
        accepted="ar1, which averages over all autocorrelations, or a longer series",
    )


def _refuse_gaps(steps: Steps) -> None:
    wrong = np.flatnonzero(steps[1:] != 1)
    if len(wrong):
        raise InvalidInput(
            "needs one series without missing periods",
            field="periods",
            row=int(wrong[0]) + 2,
            accepted="every period once, or the estimators ar1, ar1_reml, ar1_ml or ols",
        )

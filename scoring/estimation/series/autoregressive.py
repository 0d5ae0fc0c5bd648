"""Generalised least squares with AR(1) errors: by REML, by ML, and averaged over what is open."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.estimation.series.autoregressive_profile import Moments, Profile, Steps, highest, nodes
from scoring.estimation.series.series_fit import SeriesFit, orthogonal

METHODS: Final = ("REML", "ML")

# The average is over |phi| up to this. At 0.999 a disturbance takes 700 periods to halve, longer
# than any series here; at 1 a series has no level, and the variance of its intercept no bound.
WIDEST: Final = 0.999


def gls_ar1(
    y: Column, columns: Mapping[str, Column], *, steps: Steps, method: str = "REML"
) -> SeriesFit:
    """Generalised least squares with errors of correlation phi^d at d periods, phi by `method`.

        b = (X'C^-1 X)^-1 X'C^-1 y,   cov = sigma^2 (X'C^-1 X)^-1,   sigma^2 = r'C^-1 r / (n - p)
    where phi maximises the restricted likelihood (REML) or the likelihood (ML, whose `sigma` has n
    for n - p while `cov` keeps n - p), as R's `nlme::gls(correlation = corAR1(form = ~ t | g))`;
    the maximum is found to the last digits. `columns` (n,) hold the intercept too; periods that are
    missing are gaps in time. df is n - p. Raises TooLittleData for n <= p, InvalidInput for a
    column that the others explain or a model without residuals, NotConverged where phi would be 1.
    Source: Pinheiro and Bates 2000, Mixed-Effects Models in S and S-PLUS, sections 5.3 and 5.4.
    """
    check_known("method", method, METHODS)
    base = orthogonal(y, columns)
    moments = Moments.of(base.z, steps)
    n, p = base.x.shape
    restricted = method == "REML"
    phi = highest(moments, n, restricted=restricted)
    at = Profile.of(moments, np.array([phi]))
    df = n - p if restricted else n
    back = np.linalg.inv(base.r)
    rss = float(at.rss[0])
    constant = df * (math.log(2 * math.pi / df) + 1)
    if restricted:
        constant += 2 * float(np.log(np.abs(np.diag(base.r))).sum())
    return SeriesFit(
        terms=base.terms,
        x=base.x,
        y=y,
        steps=steps,
        b=base.b + back @ at.shift[0],
        cov=rss / (n - p) * back @ at.inverse[0] @ back.T,
        df=n - p,
        phi=phi,
        sigma=math.sqrt(rss / df),
        loglik=float(at.height(n, restricted=restricted)[0]) - 0.5 * constant,
    )


def averaged_ar1(y: Column, columns: Mapping[str, Column], *, steps: Steps) -> SeriesFit:
    """AR(1) regression that does not pretend to know phi: the fits at all phi, averaged.

        w(phi) = restricted likelihood of phi, over phi evenly spread on (-0.999, 0.999)
        b = sum w b(phi)
        cov = sum w s^2(phi) (X'C^-1 X)^-1 + sum w (b(phi) - b)(b(phi) - b)',  df = n - p
    that is the mean of b and (but for a factor (n-p)/(n-p-2) on its first part) its covariance
    under flat priors on b, log sigma and phi. A short series leaves phi wide open and REML tends to
    put it too low; a covariance at one phi is then too small. The mean over phi exists even where
    REML has no maximum below 1. `phi` is its mean; there is no `loglik`. Changes of level and slope
    hardly depend on where phi is cut off; the errors of levels (the intercept) do. Arguments and
    errors are those of `gls_ar1`, but for NotConverged.
    Source: Zellner and Tiao 1964, J. Am. Stat. Assoc. 59:763; Harville 1974, Biometrika 61:383 (the
    restricted likelihood is what is left when b is integrated out).
    """
    base = orthogonal(y, columns)
    moments = Moments.of(base.z, steps)
    n, p = base.x.shape
    at = Profile.of(moments, nodes(n, math.atanh(WIDEST)))
    height = at.height(n, restricted=True)
    # Nodes are even in artanh(phi), so each stands for a stretch of phi of 1 - phi^2.
    weights = np.exp(height - height.max()) * (1 - at.phi**2) * _simpson(len(at.phi))
    weights /= weights.sum()
    shift = weights @ at.shift
    apart = at.shift - shift
    s2 = at.rss / (n - p)
    spread = np.tensordot(weights * s2, at.inverse, axes=1) + (apart.T * weights) @ apart
    back = np.linalg.inv(base.r)
    return SeriesFit(
        terms=base.terms,
        x=base.x,
        y=y,
        steps=steps,
        b=base.b + back @ shift,
        cov=back @ spread @ back.T,
        df=n - p,
        phi=float(weights @ at.phi),
        sigma=math.sqrt(float(weights @ s2)),
    )


def _simpson(count: int) -> Column:
    weights = np.where(np.arange(count) % 2, 4.0, 2.0)
    weights[[0, -1]] = 1.0
    return weights

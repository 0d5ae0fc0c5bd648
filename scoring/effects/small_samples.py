"""The exact small-sample correction of standardised differences."""

from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column

# From these degrees of freedom the series of `gamma_correction` is exact to the last digit, while
# the gamma function itself soon overflows.
SERIES_FROM_DF: Final = 100.0

# ln(Gamma(x + 1/2) / Gamma(x)) = ln(x)/2 + sum c x^-p: the coefficients c and powers p that follow
# from the Stirling series (DLMF 5.11.8 with h = 1/2 and h = 0).
GAMMA_RATIO_SERIES: Final = ((-1 / 8, 1), (1 / 192, 3), (-1 / 640, 5), (17 / 14336, 7))


def gamma_correction(df: Column) -> Column:
    """Hedges' small-sample factor J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)), for m > 1.

    Degrees of freedom in, factors out, (k,) each. Source: Hedges 1981, J. Educ. Stat. 6:107,
    equation 6e; series from DLMF 5.11.
    """
    # Each branch runs on arguments held to its own side, so that neither can overflow.
    small, large = np.minimum(df, SERIES_FROM_DF), np.maximum(df, SERIES_FROM_DF)
    by_gamma = special.gamma(small / 2) / special.gamma((small - 1) / 2) / np.sqrt(small / 2)
    x = (large - 1) / 2
    series = sum((c / x**power for c, power in GAMMA_RATIO_SERIES), np.zeros_like(x))
    by_series = np.sqrt((large - 1) / large) * np.exp(series)
    return np.where(df < SERIES_FROM_DF, by_gamma, by_series)

"""The e-processes of `scoring.anytime` after each study, for thousands of streams at once."""

import numpy as np
from scipy import special

from scoring.anytime import ANYTIME_1


def ln_bets(y, se, *, m=0.0, sign=1, stake=ANYTIME_1.stake):
    """Logarithm of each study's factor for each design effect: shape (D, *y.shape)."""
    effects = np.array(ANYTIME_1.design_effects).reshape(-1, *[1] * y.ndim)
    # A stake of 1 can lose everything, which is -inf and no mistake.
    with np.errstate(divide="ignore"):
        return np.log1p(stake * np.tanh(sign * effects * (y - m) / (se**2 + ANYTIME_1.tau0**2)))


def ln_mixture(sums):
    """The mean over design effects of products, from the sums (D, ...) of their logarithms."""
    return np.logaddexp.reduce(sums, axis=0) - np.log(len(sums))


def symmetry(y, se, *, m=0.0, sign=1, stake=ANYTIME_1.stake):
    """ln E of the symmetry process after each of k studies (n, k)."""
    return ln_mixture(np.cumsum(ln_bets(y, se, m=m, sign=sign, stake=stake), axis=2))


def plural(y, se, *, m=0.0, sign=1):
    """ln E of the plural process after each of k studies (n, k); `m` may differ by look."""
    precision = np.cumsum(se**-2, axis=1)
    score = sign * (np.cumsum(y * se**-2, axis=1) - m * precision)
    spread2 = 1 + ANYTIME_1.rho**2 * precision
    z = ANYTIME_1.rho * score / np.sqrt(spread2)
    return np.log(2) - np.log(spread2) / 2 + z**2 / 2 + special.log_ndtr(z)

"""Errors that are not what a textbook has: skewed, heavy-tailed, following their own past."""

import numpy as np
from scipy import signal

# Shape of the gamma distribution whose skewness is 1, and degrees of freedom of a t distribution
# whose kurtosis is 9.
GAMMA_SHAPE, HEAVY_DF = 4.0, 5.0
# Periods after which a series has forgotten how it began, up to an autocorrelation of 0.9.
FORGOTTEN = 100


def skewed(rng, shape):
    """Mean 0, standard deviation 1, skewness 1."""
    return (rng.standard_gamma(GAMMA_SHAPE, shape) - GAMMA_SHAPE) / np.sqrt(GAMMA_SHAPE)


def heavy(rng, shape):
    """Mean 0, standard deviation 1, heavy tails."""
    return rng.standard_t(HEAVY_DF, shape) / np.sqrt(HEAVY_DF / (HEAVY_DF - 2))


def following(rng, shape, *phi):
    """Series along the last axis that follow their own past by `phi`, with heavy-tailed shocks.

    Their standard deviation is 1 in the long run.
    """
    *series, periods = shape
    past = [1.0, *(-weight for weight in phi)]
    shocks = heavy(rng, (*series, FORGOTTEN + periods))
    impulse = signal.lfilter([1.0], past, np.eye(1, FORGOTTEN)[0])
    return signal.lfilter([1.0], past, shocks)[..., FORGOTTEN:] / np.sqrt((impulse**2).sum())


def uneven(rng, count, fewest, most):
    """Whole sizes from `fewest` to `most`, even on the log scale."""
    return np.rint(np.exp(rng.uniform(np.log(fewest), np.log(most), count))).astype(int)

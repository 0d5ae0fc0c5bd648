"""Streams of study results drawn from a truth that is known."""

from dataclasses import dataclass

import numpy as np

# Standard errors of the reference's studies: even on the log scale between these, in SDs.
SMALLEST_SE, LARGEST_SE = 0.05, 0.30


@dataclass(frozen=True, kw_only=True)
class Streams:
    """Results `y` and standard errors `se` of n streams of k studies, each (n, k).

    `theta` are the studies' own true effects.
    """

    y: np.ndarray
    se: np.ndarray
    theta: np.ndarray

    def first(self, n: int) -> "Streams":
        """The first n streams."""
        return Streams(y=self.y[:n], se=self.se[:n], theta=self.theta[:n])


def standard_errors(rng, shape, *, between=(SMALLEST_SE, LARGEST_SE)):
    """Standard errors, even on the log scale."""
    return np.exp(rng.uniform(*np.log(between), shape))


def measured(rng, theta, se) -> Streams:
    """Normal estimates of the studies' own effects."""
    return Streams(y=theta + se * rng.standard_normal(theta.shape), se=se, theta=theta)


def random_effects(rng, n: int, k: int, *, delta: float, tau: float) -> Streams:
    """The reference's world: normal effects about `delta`, normal estimates."""
    se = standard_errors(rng, (n, k))
    return measured(rng, delta + tau * rng.standard_normal((n, k)), se)

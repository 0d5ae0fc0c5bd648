"""The likelihood of regression with AR(1) errors as a function of the autocorrelation alone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import optimize

from scoring.columns import Column
from scoring.errors import NotConverged
from scoring.estimation.shapes import Matrix

Steps = npt.NDArray[np.int64]
Stack = npt.NDArray[np.float64]

# phi = tanh(x) is searched for |x| up to this, |phi| < 0.9999, as rounding makes hills beyond.
SEARCHED: Final = 5.0

# Brent's search stops at adjacent doubles: 4 eps is the smallest tolerance that scipy accepts.
ROOT_RTOL: Final = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of products of Z = [Q, e] (n, p + 1) that give Z'C(phi)^-1 Z for any phi.

    X = QR and e = y - X b0 (least squares). In a chain of rows, `d` periods after the one before,
        Z'C^-1 Z = sum over firsts z z' + sum over the rest (z - phi^d z_before)(...)'/(1 - phi^2d),
    so the rows only enter by their sums over each distance d: `first` (q, q), and for every one of
    `gaps` (g,), shared by `counts` (g,) rows, `now`, `cross` and `before` (g, q, q).
    """

    first: Matrix
    gaps: Steps
    counts: Column
    now: Stack
    cross: Stack
    before: Stack

    @classmethod
    def of(cls, z: Matrix, steps: Steps) -> "Moments":
        """From Z (n, q) and `steps` (n,): periods since the row before, 0 where a series begins."""
        firsts = z[steps == 0]
        gaps = np.unique(steps[steps > 0])
        places = [np.flatnonzero(steps == gap) for gap in gaps]
        half = [z[at].T @ z[at - 1] for at in places]
        return cls(
            first=firsts.T @ firsts,
            gaps=gaps,
            counts=np.array([float(len(at)) for at in places]),
            now=np.array([z[at].T @ z[at] for at in places]),
            cross=np.array([product + product.T for product in half]),
            before=np.array([z[at - 1].T @ z[at - 1] for at in places]),
        )

    def at(self, phi: Column) -> tuple[Stack, Column]:
        """Z'C^-1 Z (k, q, q) and log |C| (k,) at each phi (k,)."""
        rho = phi[:, None] ** self.gaps
        left = 1 - rho**2
        rises = self._rises(rho) / left[..., None, None]
        return self.first + rises.sum(axis=1), np.log(left) @ self.counts

    def slope(self, phi: Column) -> tuple[Stack, Column]:
        """The derivatives of both in phi, (k, q, q) and (k,)."""
        rho = phi[:, None] ** self.gaps
        left = (1 - rho**2)[..., None, None]
        r = rho[..., None, None]
        inner = ((2 * r * self.before - self.cross) * left + 2 * r * self._rises(rho)) / left**2
        turn = self.gaps * phi[:, None] ** (self.gaps - 1)
        log_slope = (-2 * rho / (1 - rho**2) * turn) @ self.counts
        return (inner * turn[..., None, None]).sum(axis=1), log_slope

    def _rises(self, rho: Matrix) -> Stack:
        r = rho[..., None, None]
        rises: Stack = self.now - r * self.cross + r**2 * self.before
        return rises


@dataclass(frozen=True, slots=True)
class Profile:
    """What is best at each of k autocorrelations `phi` (k,).

    `shift` (k, p) is R (b - b0), `inverse` (k, p, p) is (Q'C^-1 Q)^-1, `rss` (k,) the generalised
    sum of squares, `log_c` and `log_x` (k,) are log |C| and log |Q'C^-1 Q|.
    """

    phi: Column
    shift: Matrix
    inverse: Stack
    rss: Column
    log_c: Column
    log_x: Column

    @classmethod
    def of(cls, moments: Moments, phi: Column) -> "Profile":
        """The profile at each phi (k,)."""
        products, log_c = moments.at(phi)
        inner, outer = products[:, :-1, :-1], products[:, :-1, -1]
        inverse = np.asarray(np.linalg.inv(inner), np.float64)
        shift = (inverse @ outer[..., None])[..., 0]
        rss: Column = products[:, -1, -1] - (shift * outer).sum(axis=1)
        log_x = np.asarray(np.linalg.slogdet(inner)[1], np.float64)
        return cls(phi, shift, inverse, rss, log_c, log_x)

    def height(self, n: int, *, restricted: bool) -> Column:
        """The (restricted) log-likelihood (k,), up to a constant, at the best b and sigma."""
        df = n - self.shift.shape[1] if restricted else n
        extra = self.log_x if restricted else 0.0
        result: Column = -0.5 * (self.log_c + extra + df * np.log(self.rss))
        return result


def nodes(n: int, widest: float) -> Column:
    """tanh(x) for x in +-`widest`, evenly, at half the finest error of x, which is 1/sqrt(n).

    There is an odd number of them, as Simpson's rule needs.
    """
    half = int(np.ceil(2 * widest * np.sqrt(n)))
    grid: Column = np.tanh(np.linspace(-widest, widest, 2 * half + 1))
    return grid


def score(moments: Moments, phi: Column, n: int, *, restricted: bool) -> Column:
    """The slope of the (restricted) log-likelihood in phi (k,)."""
    at = Profile.of(moments, phi)
    products, log_slope = moments.slope(phi)
    residual = np.concatenate([-at.shift, np.ones((len(phi), 1))], axis=1)
    rss_slope = np.einsum("ki,kij,kj->k", residual, products, residual)
    df = n - at.shift.shape[1] if restricted else n
    volume = np.einsum("kij,kji->k", at.inverse, products[:, :-1, :-1]) if restricted else 0.0
    result: Column = -0.5 * (log_slope + volume + df * rss_slope / at.rss)
    return result


def highest(moments: Moments, n: int, *, restricted: bool) -> float:
    """The phi at the highest maximum of the (restricted) likelihood, to the last digits.

    The slope is followed along `nodes`; every fall through 0 is a maximum, found by Brent's method.
    Raises NotConverged where the likelihood is highest at phi = 1, an error that never returns.
    """
    grid = nodes(n, SEARCHED)
    slopes = score(moments, grid, n, restricted=restricted)
    falls = np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))

    def slope(phi: float) -> float:
        return float(score(moments, np.array([phi]), n, restricted=restricted)[0])

    peaks = [
        optimize.brentq(slope, grid[at], grid[at + 1], xtol=1e-15, rtol=ROOT_RTOL) for at in falls
    ]
    candidates = np.array([*peaks, grid[-1]])
    heights = Profile.of(moments, candidates).height(n, restricted=restricted)
    best = int(np.argmax(heights))
    if best == len(peaks):
        raise NotConverged(
            "the likelihood is highest where the autocorrelation is 1, so no estimate of it exists",
            field="estimator",
            accepted="ar1, which averages over all autocorrelations, or a longer series",
        )
    return float(candidates[best])

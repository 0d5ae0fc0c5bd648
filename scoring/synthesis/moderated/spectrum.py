"""What is left of effects once a design is fitted, in coordinates where tau2 is a plain shift."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

from scoring.columns import Column
from scoring.errors import NotConverged

Table: TypeAlias = npt.NDArray[np.float64]

# Two stationary points closer than this share of tau2 + the smallest eigenvalue differ by less than
# 1e-17 in log-likelihood, which a double cannot tell from a point of inflexion.
INDISTINCT: Final = 1e-6

# Brent's search stops at adjacent doubles: an absolute tolerance below any scale of the data, and
# the smallest relative one that scipy accepts (4 eps).
ROOT_XTOL: Final = 1e-30
ROOT_RTOL: Final = 4 * float(np.finfo(np.float64).eps)

# Brackets may span many orders of magnitude, so it gets more steps than scipy's hundred.
STEPS: Final = 1000


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Effects y (k,) beside a design X (k, p), as n = k - p independent contrasts.

    With K an orthonormal basis of what X leaves (K'X = 0) and K'VK = U diag(d) U',
        z = U'K'y      has independent entries of variance d + tau2, whatever tau2 is,
    and with P = K (K'(V + t I)K)^-1 K', for every t,
        y'P^m y = sum z^2 / (d + t)^m        tr P^m = sum 1 / (d + t)^m
        restricted log-likelihood = -1/2 [sum log(d + t) + sum z^2 / (d + t)] + constant.
    `d`, `z` (n,); `v` (k,) are the eigenvalues of V itself, for the likelihood that is not
    restricted; `crude` is the mean square of y about its mean.
    Source: Patterson and Thompson 1971, Biometrika 58:545 (error contrasts); Jennrich and Moore
    1975 (their diagonal form).
    """

    d: Column
    z: Column
    v: Column
    crude: float

    @classmethod
    def of(cls, y: Column, x: Table, v: Table) -> "Spectrum":
        """From `y` (k,), `x` (k, p) of full rank, and `v`: variances (k,) or a covariance (k, k).

        The d are squared singular values of V^1/2 K, so a variance ratio r costs them a factor
        sqrt(r) of precision; eigenvalues of K'VK would cost r.
        """
        basis = linalg.qr(x)[0][:, x.shape[1] :]
        if v.ndim == 1:
            eigenvalues, half = v, np.sqrt(v)[:, None] * basis
        else:
            eigenvalues, half = linalg.eigvalsh(v), linalg.cholesky(v) @ basis
        _, singular, rotation = linalg.svd(half, full_matrices=False)
        return cls(singular**2, rotation @ (basis.T @ y), eigenvalues, float(np.var(y)))

    @property
    def n(self) -> int:
        """How many contrasts there are: the residual degrees of freedom k - p."""
        return len(self.d)

    def squares(self, tau2: float, *, power: int) -> float:
        """y'P^power y at tau2; the first power is Cochran's generalised Q(tau2)."""
        return float((self.z**2 / (self.d + tau2) ** power).sum())

    def trace(self, tau2: float, *, power: int) -> float:
        """tr P^power at tau2."""
        return float(((self.d + tau2) ** -power).sum())

    def full_trace(self, tau2: float, *, power: int) -> float:
        """tr (V + tau2 I)^-power."""
        return float(((self.v + tau2) ** -power).sum())

    def beyond(self, q: float) -> float:
        """A tau2 at which Q(tau2) <= q: each of n terms is at most q/n from there on."""
        return max(0.0, float((self.z**2 * (self.n / q) - self.d).max()))

    def q_root(self, q: float) -> float:
        """The tau2 >= 0 at which Q(tau2) falls to `q`, 0 where it never is above it.

        1/Q is concave and nearly straight in tau2, so that is what is searched.
        """
        if self.squares(0.0, power=1) <= q:
            return 0.0

        def excess(tau2: float) -> float:
            return q / self.squares(tau2, power=1) - 1

        # A factor 2 past the bound keeps its sign whatever the rounding.
        return _root(excess, 0.0, 2 * self.beyond(q))


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The (restricted) likelihood of tau2: its height, and twice its slope by falling parts."""

    spectrum: Spectrum
    restricted: bool

    def height(self, tau2: float) -> float:
        """The log-likelihood at tau2, up to a constant."""
        own = self.spectrum.d if self.restricted else self.spectrum.v
        return -0.5 * (float(np.log(own + tau2).sum()) + self.spectrum.squares(tau2, power=1))

    def trace(self, tau2: float, *, power: int) -> float:
        """The trace in the score: tr P^power, or tr (V + tau2 I)^-power without restriction."""
        if self.restricted:
            return self.spectrum.trace(tau2, power=power)
        return self.spectrum.full_trace(tau2, power=power)

    def score(self, tau2: float) -> "Score":
        """The parts of the score at tau2."""
        return Score(
            tau2=tau2,
            squares=self.spectrum.squares(tau2, power=2),
            trace=self.trace(tau2, power=1),
            cubes=self.spectrum.squares(tau2, power=3),
            trace2=self.trace(tau2, power=2),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Twice the slope of a log-likelihood: squares - trace, with its own slope trace2 - 2 cubes.

    All four parts fall as tau2 rises, so their values at the ends of a piece [a, b] enclose the
    score and its slope between them.
    """

    tau2: float
    squares: float
    trace: float
    cubes: float
    trace2: float

    @property
    def rising(self) -> bool:
        """Whether the likelihood rises here."""
        return self.squares > self.trace


def local_maxima(likelihood: Likelihood) -> tuple[float, ...]:
    """Every local maximum over tau2 >= 0, in rising order, none missed.

    On a piece [a, b] the score lies between squares(b) - trace(a) and squares(a) - trace(b): where
    that leaves out 0 there is no stationary point; where the same enclosure of its slope does,
    there is at most one. Pieces are halved until each is of one kind or the other.
    Beyond max(z^2 - d) every term of the score is negative (for the likelihood that is not
    restricted too, as the eigenvalues of V interlace with d).
    Raises NotConverged where a root cannot be found to the last digit.
    """
    spectrum = likelihood.spectrum
    smallest = float(min(spectrum.d.min(), spectrum.v.min()))
    at_zero = likelihood.score(0.0)
    end = 2 * max(spectrum.beyond(spectrum.n), smallest)
    brackets = _brackets(likelihood, at_zero, likelihood.score(end), smallest=smallest)

    def relative(tau2: float) -> float:
        at = likelihood.score(tau2)
        return at.trace / at.squares - 1

    peaks = tuple(_root(relative, a, b) for a, b in brackets)
    return peaks if at_zero.rising else (0.0, *peaks)


def _brackets(
    likelihood: Likelihood, a: Score, b: Score, *, smallest: float
) -> Iterator[tuple[float, float]]:
    """The pieces of [a, b], from left to right, on which the score falls through 0 just once."""
    if b.squares > a.trace or a.squares < b.trace:
        return
    monotone = a.trace2 < 2 * b.cubes or b.trace2 > 2 * a.cubes
    if monotone or b.tau2 - a.tau2 <= INDISTINCT * (a.tau2 + smallest):
        if a.rising and not b.rising:
            yield a.tau2, b.tau2
        return
    middle = likelihood.score(float(np.sqrt((a.tau2 + smallest) * (b.tau2 + smallest))) - smallest)
    yield from _brackets(likelihood, a, middle, smallest=smallest)
    yield from _brackets(likelihood, middle, b, smallest=smallest)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    root, search = optimize.brentq(
        function,
        low,
        high,
        xtol=ROOT_XTOL,
        rtol=ROOT_RTOL,
        maxiter=STEPS,
        full_output=True,
        disp=False,
    )
    if not search.converged:
        raise NotConverged(f"no root between {low} and {high}", field="tau2")
    return float(root)

"""Generalised linear models by maximum likelihood: counts with a log link, and the logistic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np
from scipy import optimize, special

from scoring.columns import Column
from scoring.errors import NotConverged, TooLittleData
from scoring.estimation.linear import LinearFit, least_squares, refuse_collinear

# Newton's steps shrink by squares: past this one, in the linear predictor, the next is rounding.
SETTLED: Final = 1e-9

# Ordinary data take fewer than ten steps. A separated row takes one of size 1 for ever, as its
# fitted mean falls by a factor of e each time; after this many it is 1e-13 and told for what it is.
MOST_STEPS: Final = 30

# A step that lowers the likelihood is halved; a concave likelihood rises before so many halvings.
MOST_HALVINGS: Final = 40

# The overdispersion is bracketed by factors of this, and looked for no lower than that, where a
# negative binomial is a Poisson in all digits that count.
BRACKET: Final = 4.0
LEAST_ALPHA: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts with mean mu = exp(offset + eta) and variance mu + alpha mu^2 (Poisson: alpha 0)."""

    offset: Column
    alpha: float = 0.0

    def mean(self, eta: Column) -> Column:
        """The mean at the linear predictor (n,)."""
        mu: Column = np.exp(self.offset + eta)
        return mu

    def first(self, y: Column) -> Column:
        """A linear predictor to start from (n,)."""
        eta: Column = np.log(y + 0.1) - self.offset
        return eta

    def height(self, y: Column, eta: Column) -> float:
        """The log-likelihood, up to what does not depend on eta."""
        mu = self.mean(eta)
        if self.alpha == 0:
            return float((y * eta - mu).sum())
        inflated = np.log1p(self.alpha * mu)
        return float((y * (eta - inflated) - inflated / self.alpha).sum())

    def slopes(self, y: Column, eta: Column) -> tuple[Column, Column]:
        """The derivative of the log-likelihood in eta, and minus the second one (n,)."""
        mu = self.mean(eta)
        inflated = 1 + self.alpha * mu
        return (y - mu) / inflated, mu * (1 + self.alpha * y) / inflated**2

    def working(self, y: Column, eta: Column) -> tuple[Column, Column]:
        """Residuals and weights of the regression that every step of Fisher's scoring is (n,)."""
        mu = self.mean(eta)
        return (y - mu) / mu, mu / (1 + self.alpha * mu)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A yes or no (1, 0) with the probability expit(eta) of a yes."""

    def mean(self, eta: Column) -> Column:
        """The probability at the linear predictor (n,)."""
        return np.asarray(special.expit(eta), np.float64)

    def first(self, y: Column) -> Column:
        """A linear predictor to start from (n,)."""
        return np.zeros(len(y))

    def height(self, y: Column, eta: Column) -> float:
        """The log-likelihood."""
        return float((y * eta - np.logaddexp(0.0, eta)).sum())

    def slopes(self, y: Column, eta: Column) -> tuple[Column, Column]:
        """The derivative of the log-likelihood in eta, and minus the second one (n,)."""
        return y - self.mean(eta), self._variance(eta)

    def working(self, y: Column, eta: Column) -> tuple[Column, Column]:
        """Residuals and weights of the regression that every step of Fisher's scoring is (n,)."""
        residuals = np.where(y > 0, 1 / self.mean(eta), -1 / self.mean(-eta))
        return residuals, self._variance(eta)

    def _variance(self, eta: Column) -> Column:
        # Neither factor rounds to 0, as 1 - mean would.
        variance: Column = self.mean(eta) * self.mean(-eta)
        return variance


F = TypeVar("F", Counts, Logistic)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralisedFit(Generic[F]):
    """A fit of y (n,): its family, coefficients `b` (p,) and linear predictor `eta` (n,).

    `working` is the least-squares fit of the working response with the working weights, which has
    the same coefficients: its covariances are those of the model and, by the names of White's, the
    robust ones (McCullagh and Nelder 1989, section 2.5; R's `sandwich`).
    """

    family: F
    y: Column
    b: Column
    eta: Column
    working: LinearFit

    @property
    def mean(self) -> Column:
        """Fitted means (n,)."""
        return self.family.mean(self.eta)


def generalised(y: Column, columns: Mapping[str, Column], family: F) -> GeneralisedFit[F]:
    """Fit y (n,) on named columns (n,), the intercept among them, by maximum likelihood.

    Newton's method on the log-likelihood, steps halved where it would fall; the last step, a
    weighted regression, is done by statsmodels' `WLS`. Raises what `least_squares` does, and
    TooLittleData naming the column along which the likelihood rises without end, that is, which
    separates the outcomes (Albert and Anderson 1984, Biometrika 71:1; for counts Correia,
    Guimaraes and Zylkin 2019, arXiv:1903.01633).
    """
    terms, x = tuple(columns), np.column_stack(list(columns.values()))
    refuse_few(len(y), terms)
    refuse_collinear(x, terms)
    b = _climbed(y, x, family, _solved(x, family.first(y)), terms)
    eta = x @ b
    residuals, weights = family.working(y, eta)
    fit = least_squares(eta + residuals, columns, weights=weights)
    return GeneralisedFit(family=family, y=y, b=fit.b, eta=x @ fit.b, working=fit)


def refuse_few(n: int, terms: tuple[str, ...]) -> None:
    """Refuse fewer rows than coefficients and one more."""
    if n <= len(terms):
        raise TooLittleData(
            f"{n} rows for {len(terms)} coefficients",
            field="rows",
            accepted=f"at least {len(terms) + 1} rows, or fewer covariates",
        )


def negative_binomial(poisson: GeneralisedFit[Counts]) -> GeneralisedFit[Counts]:
    """The same counts with variance mu + alpha mu^2, alpha (1 / theta) by maximum likelihood too.

    The profile likelihood's slope in log alpha is followed to its root by Brent's method, from a
    likelihood that rises at alpha = 0. Raises what `generalised` does, and NotConverged where it
    does not rise there: the counts vary no more than a Poisson's.
    Source: Lawless 1987, Can. J. Stat. 15:209; R's `MASS::glm.nb` finds the same maximum.
    """
    y, mu, offset = poisson.y, poisson.mean, poisson.family.offset
    excess = float(((y - mu) ** 2 - y).sum())
    if excess <= 0:
        raise NotConverged(
            "the counts vary no more than a Poisson's, so no negative binomial fits them better",
            field="model",
            accepted="poisson, with a robust covariance",
        )
    terms, x = poisson.working.terms, poisson.working.x
    profile = _Profile(y=y, x=x, terms=terms, offset=offset, b=poisson.b)
    alpha = profile.highest(excess / float((mu**2).sum()))
    columns = dict(zip(terms, x.T, strict=True))
    return generalised(y, columns, Counts(offset=offset, alpha=alpha))


def log_likelihood(fit: GeneralisedFit[Counts]) -> float:
    """The whole log-likelihood of counts, constants included."""
    y, offset, alpha = fit.y, fit.family.offset, fit.family.alpha
    constant = float((y * offset - special.gammaln(y + 1)).sum())
    if alpha:
        r = 1 / alpha
        constant += float((special.gammaln(y + r) - special.gammaln(r) + y * np.log(alpha)).sum())
    return fit.family.height(y, fit.eta) + constant


def _solved(x: Column, y: Column) -> Column:
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], np.float64)


def _climbed(y: Column, x: Column, family: F, b: Column, terms: tuple[str, ...]) -> Column:
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(MOST_STEPS):
            slope, curve = family.slopes(y, x @ b)
            root = np.sqrt(np.maximum(curve, np.finfo(np.float64).tiny))
            step = _solved(root[:, None] * x, slope / root)
            b = b + _shortened(y, x, family, b, step)
            if np.abs(x @ step).max() < SETTLED:
                return b
    worst = int(np.argmax(np.ptp(x, axis=0) * np.abs(b)))
    raise TooLittleData(
        "separates the outcomes perfectly: its coefficient grows without end",
        field=terms[worst],
        accepted="a column that every kind of outcome shares values of: leave it out, or join "
        "its levels",
    )


def _shortened(y: Column, x: Column, family: F, b: Column, step: Column) -> Column:
    eta, move = x @ b, x @ step
    height = family.height(y, eta)
    for _ in range(MOST_HALVINGS):
        if np.abs(move).max() < SETTLED or family.height(y, eta + move) >= height:
            break
        step, move = step / 2, move / 2
    return step


@dataclass(slots=True)
class _Profile:
    """The likelihood of counts as a function of alpha, b being the best for each."""

    y: Column
    x: Column
    terms: tuple[str, ...]
    offset: Column
    b: Column

    def slope(self, log_alpha: float) -> float:
        """Its derivative in log alpha."""
        alpha = float(np.exp(log_alpha))
        family = Counts(offset=self.offset, alpha=alpha)
        self.b = _climbed(self.y, self.x, family, self.b, self.terms)
        mu, r = family.mean(self.x @ self.b), 1 / alpha
        drawn = special.psi(self.y + r) - special.psi(r)
        rows = r * (np.log1p(alpha * mu) - drawn) + (self.y - mu) / (1 + alpha * mu)
        return float(rows.sum())

    def highest(self, start: float) -> float:
        """The alpha of its maximum, looked for from `start`."""
        low = high = float(np.log(start))
        step = float(np.log(BRACKET))
        while self.slope(low) < 0:
            low -= step
            if low < np.log(LEAST_ALPHA):
                raise NotConverged(
                    "the overdispersion fell to nothing",
                    field="model",
                    accepted="poisson, with a robust covariance",
                )
        while self.slope(high) > 0:
            high += step
        return float(np.exp(optimize.brentq(self.slope, low, high, xtol=1e-14, rtol=1e-14)))

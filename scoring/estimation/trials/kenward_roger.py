"""Kenward and Roger's covariance and degrees of freedom for a mixed model of few clusters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.columns import Column
from scoring.errors import InvalidInput
from scoring.estimation.linear import table
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Matrix
from scoring.estimation.trials.mixed import MixedFit, Profile

Stack = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class KenwardRoger:
    """The adjusted covariance `cov` (p, p) of the coefficients, and `df` (p,) for each of them."""

    cov: Matrix
    df: Column

    def table(self, fit: MixedFit, *, level: float = 0.95) -> tuple[Coefficient, ...]:
        """Every coefficient of `fit` with its t test and interval."""
        return table(fit.terms, fit.b, self.cov, df=self.df.tolist(), level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Powers:
    """Sums over clusters in which V^-1 has two values: `on_ones` (G,) on 1, `off` beside it.

    `between` (G, p p) are products of the columns' parts along 1, `within` (p, p) what is left.
    """

    on_ones: Column
    off: float
    between: Matrix
    within: Matrix

    @classmethod
    def of(cls, profile: Profile, *, var_cluster: float, var_residual: float) -> "_Powers":
        p = profile.sums.shape[1]
        between = profile.products / profile.sizes[:, None]
        return cls(
            on_ones=1 / (var_residual + profile.sizes * var_cluster),
            off=1 / var_residual,
            between=between,
            within=np.eye(p) - between.sum(axis=0).reshape(p, p),
        )

    def along(self, weights: Column) -> Matrix:
        """A sum of the parts along 1 alone."""
        total: Matrix = (weights @ self.between).reshape(self.within.shape)
        return total

    def power(self, k: int) -> Matrix:
        """X'V^-k X."""
        total: Matrix = self.along(self.on_ones**k) + self.off**k * self.within
        return total


def kenward_roger(fit: MixedFit) -> KenwardRoger:
    """What estimating both variances adds to the uncertainty of a REML fit's coefficients.

        Phi = (X'V^-1 X)^-1,  P_i = -X'V^-1 G_i V^-1 X,  Q_ij = X'V^-1 G_i V^-1 G_j V^-1 X
        I_ij = tr(V^-1 G_i V^-1 G_j)/2 - tr(Phi Q_ij) + tr(Phi P_i Phi P_j)/2,   W = I^-1
        cov = Phi + 2 Phi [sum W_ij (Q_ij - P_i Phi P_j)] Phi
        df of l'b = 2 / sum W_ij a_i a_j,  a_i = l'Phi P_i Phi l / l'Phi l
    with G = (11' in each cluster, I) for (var_cluster, var_residual). Second derivatives of V are 0
    as it is linear in both, and for one combination at a time the scale of F is 1.
    Raises InvalidInput for a fit by ML, which the expansion is not about.
    Source: Kenward and Roger 1997, Biometrics 53:983; Halekoh and Hojsgaard 2014, J. Stat. Softw.
    59(9) (pbkrtest).
    """
    if fit.method != "REML":
        raise InvalidInput(f"is {fit.method}", field="method", accepted="REML")
    powers = _Powers.of(fit.profile, var_cluster=fit.var_cluster, var_residual=fit.var_residual)
    phi = np.linalg.inv(powers.power(1))
    first, second = _derivatives(powers, fit.profile.sizes)
    products = np.einsum("iab,bc,jcd->ijad", first, phi, first)
    information = (
        _traces(powers, fit.profile.sizes) / 2
        - np.einsum("ab,ijba->ij", phi, second)
        + np.einsum("ab,ijba->ij", phi, products) / 2
    )
    w = np.linalg.inv(information)
    added = np.einsum("ij,ijab->ab", w, second - products)
    turned = fit.back @ phi
    variances = np.einsum("ka,ka->k", turned, fit.back)
    slopes = np.einsum("ka,iab,kb->ik", turned, first, turned) / variances
    return KenwardRoger(
        cov=turned @ fit.back.T + 2 * turned @ added @ turned.T,
        df=2 / np.einsum("ij,ik,jk->k", w, slopes, slopes),
    )


def _derivatives(powers: _Powers, sizes: Column) -> tuple[Stack, Stack]:
    """P_i (2, p, p) and Q_ij (2, 2, p, p)."""
    c = powers.on_ones
    crossed = powers.along(c**3 * sizes)
    first = np.stack([-powers.along(c**2 * sizes), -powers.power(2)])
    second = np.stack(
        [
            np.stack([powers.along(c**3 * sizes**2), crossed]),
            np.stack([crossed, powers.power(3)]),
        ]
    )
    return first, second


def _traces(powers: _Powers, sizes: Column) -> Matrix:
    """tr(V^-1 G_i V^-1 G_j) (2, 2)."""
    squares = powers.on_ones**2
    crossed = float(sizes @ squares)
    residual = float(((sizes - 1) * powers.off**2 + squares).sum())
    return np.array([[float(sizes**2 @ squares), crossed], [crossed, residual]])

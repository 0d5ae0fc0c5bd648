"""Meta-regression: effects on moderators, with what they leave unexplained between studies."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy import linalg, special

from scoring.columns import Column, Numbers, check_known, column, number
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.independent.inference import TESTS
from scoring.synthesis.moderated.coefficients import (
    Coefficient,
    JointTest,
    Prediction,
    check_rows_independent,
    joint,
    predicted,
    rows_of,
    tested,
)
from scoring.synthesis.moderated.designs import Scaled, design
from scoring.synthesis.moderated.regression_input import check_distinct, covariance
from scoring.synthesis.moderated.spectrum import Spectrum, Table
from scoring.synthesis.moderated.tau2 import METHODS, q_profile

# metafor's other names of the common effect.
SAME_METHOD: Final[Mapping[str, str]] = MappingProxyType({"FE": "EE", "CE": "EE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A fitted meta-regression, in the units of `yi`; i2, r2 and weights in per cent.

    `coefficients` are in the order of the design's columns, `vcov` their covariance, of which
    `root` (p, p) is a square root: vcov = root root'. `moderators` (QM) tests every coefficient but
    the intercept, None where there is no other. `q` (QE) and its p test for residual heterogeneity.
    `tau2_maxima` holds every local maximum of the likelihood for REML and ML. `se_tau2` and
    `tau2_ci` (Q-profile) are None for EE; `r2` is None without an intercept or without moderators.
    `weights` and `hat` (leverages) are in row order.
    """

    k: int
    p: int
    method: str
    test: str
    level: float
    coefficients: tuple[Coefficient, ...]
    vcov: tuple[tuple[float, ...], ...]
    root: tuple[tuple[float, ...], ...]
    df: int | None
    tau2: float
    se_tau2: float | None
    tau2_maxima: tuple[float, ...]
    tau2_ci: tuple[float, float] | None
    i2: float
    h2: float
    r2: float | None
    q: float
    q_df: int
    q_p: float
    moderators: JointTest | None
    weights: tuple[float, ...]
    hat: tuple[float, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The names of the coefficients."""
        return tuple(c.term for c in self.coefficients)

    def coefficient(self, term: str) -> Coefficient:
        """The coefficient of that name; raises UnknownMethod for a name that is not there."""
        check_known("term", term, self.terms)
        return self.coefficients[self.terms.index(term)]

    def combination(self, weights: Numbers, *, name: str = "contrast") -> Coefficient:
        """One linear combination of the coefficients, `weights` (p,), with its test and interval.

        Raises InvalidInput for another length or entries that are not finite.
        """
        row = rows_of("weights", column("weights", weights)[None, :], p=self.p)[0]
        se = float(linalg.norm(row @ self._root))
        return tested(name, float(row @ self._b), se, df=self.df, level=self.level)

    def contrast(self, rows: Table, *, equal_to: Numbers | None = None) -> JointTest:
        """Test L b = `equal_to` (0 unless given), L = `rows` (m, p) of full rank m.

            (L b)' (L vcov L')^-1 (L b)     chi2 on m df for z; over m, F on (m, k - p) df else
        Raises InvalidInput for other shapes and for a row that follows from those before it.
        Source: metafor 3.8, `anova(fit, X=L)`.
        """
        matrix = rows_of("rows", rows, p=self.p)
        check_rows_independent("rows", matrix)
        target = np.zeros(len(matrix)) if equal_to is None else column("equal_to", equal_to)
        if len(target) != len(matrix):
            raise InvalidInput(
                f"has {len(target)} entries", field="equal_to", accepted=f"{len(matrix)}, as rows"
            )
        return joint(matrix @ self._b - target, matrix @ self._root, df_residual=self.df)

    def predict(self, x: Table, *, level: float | None = None) -> tuple[Prediction, ...]:
        """The expected effect at each row of `x` (m, p), with confidence and prediction interval.

            se = sqrt(x vcov x')     prediction x b +- crit sqrt(tau2 + se^2)
        crit normal for z, t with k - p df else. Raises InvalidInput for other shapes.
        Source: metafor 3.8, `predict.rma`.
        """
        confidence = self.level if level is None else number("level", level, above=0, below=1)
        tau2 = None if self.method == "EE" else self.tau2
        return tuple(
            predicted(
                float(row @ self._b),
                float(linalg.norm(row @ self._root)),
                tau2=tau2,
                df=self.df,
                level=confidence,
            )
            for row in rows_of("x", x, p=self.p)
        )

    @property
    def _b(self) -> Column:
        return np.array([c.estimate for c in self.coefficients])

    @property
    def _root(self) -> Table:
        return np.array(self.root)


def regress(
    yi: Numbers,
    vi: Numbers | Table,
    x: Table,
    *,
    terms: Sequence[str],
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
    units: Sequence[object] | None = None,
) -> Regression:
    """Regress k effects `yi` (k,) on the columns of `x` (k, p), an intercept among them if wanted.

        b = (X'WX)^-1 X'W y     vcov = f (X'WX)^-1     W = (V + tau2 I)^-1
        f = 1 for z and t; f = Q(tau2) / (k - p) for knha, at least 1 for adhoc
    `vi` are sampling variances (k,) or a whole covariance matrix (k, k); `terms` name the columns;
    `units` (k,), where given, name who each row is about, and nobody may be there twice.
        I2 = tau2 / (tau2 + (k - p) / tr P), H2 = 1 + tau2 / ((k - p) / tr P);
        for EE I2 = max(0, (Q - df) / Q), H2 = Q / df
        R2 = 1 - tau2 / tau2 of the intercept alone, at least 0;
        for EE adjusted R2 of the weighted regression
    REML and ML find every local maximum of the likelihood by proof and take the highest.
    Raises TooLittleData unless k > p; InvalidInput with field and row for what is not finite, a
    variance not above 0, magnitudes beyond double precision, a unit that is there twice, constant
    or collinear columns (by name); UnknownMethod for other names of method or test.
    Source: metafor 3.8 `rma.uni`; Knapp and Hartung 2003; Raudenbush 2009 (R2).
    """
    named = SAME_METHOD.get(method, method)
    check_known("method", named, METHODS)
    check_known("test", test, TESTS)
    number("level", level, above=0.0, below=1.0)
    effects, variances = column("yi", yi), covariance(vi)
    if not len(effects):
        raise TooLittleData("there is nothing to regress", field="yi", accepted="some studies")
    if len(variances) != len(effects):
        raise InvalidInput(
            f"has {len(variances)} rows", field="vi", accepted=f"{len(effects)} rows, as yi has"
        )
    check_distinct(units, rows=len(effects))
    matrix = design(x, terms, rows=len(effects))
    scaled = Scaled.of(effects, variances, matrix)
    return _fitted(scaled, terms=terms, method=named, test=test, level=level)


def _fitted(
    scaled: Scaled, *, terms: Sequence[str], method: str, test: str, level: float
) -> Regression:
    spectrum = scaled.spectrum
    found = METHODS[method](spectrum)
    fit, square = scaled.fit(found.value), scaled.unit**2
    dispersion = _dispersion(test, spectrum.squares(found.value, power=1), df=spectrum.n)
    b, root = scaled.restored(fit)
    root = math.sqrt(dispersion) * root
    df = None if test == "z" else spectrum.n
    q = spectrum.squares(0.0, power=1)
    i2, h2 = _inconsistency(spectrum, found.value, common=method == "EE")
    return Regression(
        k=len(scaled.y),
        p=len(terms),
        method=method,
        test=test,
        level=level,
        coefficients=tuple(
            tested(term, float(estimate), float(linalg.norm(row)), df=df, level=level)
            for term, estimate, row in zip(terms, b, root, strict=True)
        ),
        vcov=_nested(root @ root.T),
        root=_nested(root),
        df=df,
        tau2=found.value * square,
        se_tau2=None if found.se is None else found.se * square,
        tau2_maxima=tuple(tau2 * square for tau2 in found.maxima),
        tau2_ci=_interval(spectrum, level=level, square=square, common=method == "EE"),
        i2=i2,
        h2=h2,
        r2=_explained(scaled, spectrum, found.value, method=method),
        q=q,
        q_df=spectrum.n,
        q_p=float(special.chdtrc(spectrum.n, q)),
        moderators=_moderators(b, root, intercept=scaled.intercept, df=df),
        weights=tuple((100 * fit.weights / fit.weights.sum()).tolist()),
        hat=tuple(fit.hat.tolist()),
    )


def _dispersion(test: str, q: float, *, df: int) -> float:
    match test:
        case "z" | "t":
            return 1.0
        case "knha":
            return q / df
        case _:
            return max(1.0, q / df)


def _inconsistency(spectrum: Spectrum, tau2: float, *, common: bool) -> tuple[float, float]:
    """I2 in per cent and H2, by Q for the common effect and by tau2 for random effects."""
    n, q = spectrum.n, spectrum.squares(0.0, power=1)
    if common:
        return (100 * max(0.0, (q - n) / q) if q > 0 else 0.0), q / n
    typical = n / spectrum.trace(0.0, power=1)
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def _interval(
    spectrum: Spectrum, *, level: float, square: float, common: bool
) -> tuple[float, float] | None:
    if common:
        return None
    low, high = q_profile(spectrum, level=level)
    return low * square, high * square


def _explained(scaled: Scaled, spectrum: Spectrum, tau2: float, *, method: str) -> float | None:
    """R2 in per cent: the share of tau2 (of Q per degree of freedom for EE) that is gone."""
    if scaled.intercept is None or scaled.z.shape[1] == 1:
        return None
    alone = scaled.mean_spectrum
    if method == "EE":
        left, before = (s.squares(0.0, power=1) / s.n for s in (spectrum, alone))
    else:
        left, before = tau2, METHODS[method](alone).value
    return 100 * max(0.0, 1 - left / before) if before > 0 else 0.0


def _moderators(
    b: Column, root: Table, *, intercept: int | None, df: int | None
) -> JointTest | None:
    others = [j for j in range(len(b)) if j != intercept]
    return joint(b[others], root[others], df_residual=df) if others else None


def _nested(matrix: Table) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())

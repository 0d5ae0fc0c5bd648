"""The likelihood of the variances between units and between effects within them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import linalg

from scoring.columns import Column
from scoring.synthesis.independent.batch import Ragged, Table
from scoring.synthesis.nested.dependence import rows_by_unit

# The variance components by name, in the order of every vector of them here.
LEVELS: Final = ("unit", "effect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The log-likelihood at one pair of variances: height, slope and curvatures, as LEVELS order.

    `squares` (2, 2) holds y'PGaPGbPy and `traces` tr(PGaPGb), G being the derivatives of the
    covariance: traces/2 is the expected information and squares - traces/2 the observed one.
    `q` is y'Py, `trace` tr P.
    """

    sigma2: Column
    height: float
    q: float
    trace: float
    slope: Column
    squares: Table
    traces: Table

    @property
    def expected(self) -> Table:
        """The expected information (2, 2)."""
        result: Table = self.traces / 2
        return result

    @property
    def observed(self) -> Table:
        """The observed information (2, 2): minus the second derivatives."""
        result: Table = self.squares - self.traces / 2
        return result


@dataclass(frozen=True, slots=True)
class Nested:
    """Effects in units, each unit's rows turned so that its sampling errors are independent.

    Rows are sorted by unit, `start` (G,) where each begins. With V = U diag(d) U' in a unit,
        y = U'y, x = U'X (orthonormal columns), a = U'1
        covariance of a unit: diag(d + s_effect) + s_unit a a'
    whatever the two variances are, so that its inverse and determinant cost k and not k^3.
    """

    y: Column
    x: Table
    a: Column
    d: Column
    start: npt.NDArray[np.intp]
    restricted: bool

    @classmethod
    def of(
        cls, y: Column, x: Table, blocks: Sequence[Table], units: Ragged, *, restricted: bool
    ) -> "Nested":
        """From effects (k,), a design (k, p) of full rank and the sampling covariance by unit."""
        basis = linalg.qr(x, mode="economic")[0]
        stacked = np.column_stack([y, np.ones(len(y)), basis])
        d, turned = [], []
        for rows, block in zip(rows_by_unit(units), blocks, strict=True):
            variances, own = _turned(block, stacked[rows])
            d.append(variances)
            turned.append(own)
        table = np.concatenate(turned)
        return cls(
            table[:, 0], table[:, 2:], table[:, 1], np.concatenate(d), units.start, restricted
        )

    def heights(self, of_unit: Column, of_effect: float) -> Column:
        """The log-likelihood at each of `of_unit` (m,) beside one variance of effects, (m,).

        Only what the means of units add to the cross-products of x and y changes with `of_unit`.
        The determinant of all of them over that of x alone is y'Py.
        """
        precision = _Precision.at(self, np.array([0.0, of_effect]))
        deviations, means = precision.split(np.column_stack([self.x, self.y]))
        load = 1 + np.outer(of_unit, precision.s)
        between = (precision.s / load) @ (means[:, :, None] * means[:, None, :]).reshape(
            len(means), -1
        )
        within = (deviations.T * precision.w) @ deviations
        products = within + between.reshape(len(load), *within.shape)
        log_x = np.linalg.slogdet(products[:, :-1, :-1])[1]
        q = np.exp(np.linalg.slogdet(products)[1] - log_x)
        logs = np.log(precision.w).sum() - np.log(load).sum(axis=1) - self.restricted * log_x
        result: Column = (logs - q) / 2
        return result

    def at(self, sigma2: Column) -> Point:
        """The log-likelihood at these variances with its derivatives."""
        solved = _Solved.at(self, sigma2)
        traces, trace = solved.traces()
        slopes, squares = solved.slopes_and_squares()
        return Point(
            sigma2=sigma2,
            height=solved.height,
            q=solved.q,
            trace=float(trace[1]),
            slope=(slopes - trace) / 2,
            squares=squares,
            traces=traces,
        )

    def sums(self, values: Table) -> Table:
        """Sums over each unit's rows."""
        return np.add.reduceat(values, self.start, axis=0)

    def spread(self, values: Table) -> Table:
        """What each unit has, repeated for its rows."""
        return np.repeat(values, np.diff(np.append(self.start, len(self.y))), axis=0)


def _turned(block: Table, stacked: Table) -> tuple[Column, Table]:
    if block.ndim == 1:
        return block, stacked
    # Singular values of the root: a variance ratio r costs them sqrt(r) of their digits, not r.
    turn, sizes, _ = linalg.svd(linalg.cholesky(block, lower=True))
    return sizes**2, turn.T @ stacked


@dataclass(frozen=True, slots=True)
class _Precision:
    """S^-1 of the covariance S of each unit: of deviations from the unit's mean, and of that mean.

        m = sum(w a z) / s         w = 1 / (d + s_effect)      s = sum(w a^2)
        S^-1 z = w (z - a m) + w a m / load                     load = 1 + s_unit s
    so that no digits are lost where one variance dwarfs the other.
    """

    model: Nested
    unit: float
    w: Column
    s: Column

    @classmethod
    def at(cls, model: Nested, sigma2: Column) -> "_Precision":
        """At these variances."""
        w = 1 / (model.d + sigma2[1])
        return cls(model, float(sigma2[0]), w, model.sums(w * model.a**2))

    @property
    def load(self) -> Column:
        """1 + s_unit s (G,): how many times the mean of a unit varies more than by its errors."""
        return 1 + self.unit * self.s

    def split(self, values: Table) -> tuple[Table, Table]:
        """Deviations (k, m) of columns (k, m) from their means by unit, and the means (G, m)."""
        a = self.model.a[:, None]
        means = self.model.sums(self.w[:, None] * a * values) / self.s[:, None]
        return values - a * self.model.spread(means), means

    def white(self, values: Table) -> Table:
        """Columns (k + G, m) whose products are those of `values` by S^-1."""
        deviations, means = self.split(values)
        own = np.sqrt(self.s / self.load)
        return np.concatenate([np.sqrt(self.w)[:, None] * deviations, own[:, None] * means])

    def solve(self, values: Table) -> Table:
        """S^-1 `values` (k, m)."""
        deviations, means = self.split(values)
        back = self.model.spread(means / self.load[:, None])
        result: Table = self.w[:, None] * (deviations + self.model.a[:, None] * back)
        return result

    def along(self, values: Table) -> Table:
        """a'S^-1 `values` by unit (G, m)."""
        result: Table = (self.s / self.load)[:, None] * self.split(values)[1]
        return result

    def traces(self) -> tuple[Table, Column]:
        """tr(S^-1 Ga S^-1 Gb) (2, 2) and tr(S^-1 Ga) (2,)."""
        m, w = self.model, self.w
        # The diagonal of S^-1 by what others in the unit weigh, which is exactly 0 for one alone.
        others = m.spread(self.s) - w * m.a**2
        diagonal = w * (1 + self.unit * others) / m.spread(self.load)
        own, ha, tilt = self.s / self.load, w * m.a / m.spread(self.load), (w * m.a) ** 2
        beside = (m.sums(tilt) ** 2 - m.sums(tilt**2)) * (self.unit / self.load) ** 2
        crossed = float(ha @ ha)
        both = [[own @ own, crossed], [crossed, diagonal @ diagonal + beside.sum()]]
        return np.array(both), np.array([own.sum(), diagonal.sum()])


@dataclass(frozen=True, slots=True)
class _Solved:
    """A generalised least squares fit of y on x, and the derivatives of its likelihood.

    `basis` (k + G, p) are orthonormal columns that span those of x once whitened, `c` is
    (X'S^-1X)^-1, `e` (k, 1) the residuals, `q` e'S^-1e.
    """

    precision: _Precision
    basis: Table
    c: Table
    e: Table
    q: float
    height: float

    @classmethod
    def at(cls, model: Nested, sigma2: Column) -> "_Solved":
        """The fit at these variances."""
        precision = _Precision.at(model, sigma2)
        x, y = np.hsplit(precision.white(np.column_stack([model.x, model.y])), [-1])
        basis, r = linalg.qr(x, mode="economic")
        inverse = linalg.solve_triangular(r, np.eye(len(r)))
        along = basis.T @ y
        white = y - basis @ along
        q = float((white**2).sum())
        logs = float(np.log(precision.w).sum() - np.log(precision.load).sum())
        if model.restricted:
            logs -= 2 * float(np.log(np.abs(np.diagonal(r))).sum())
        e = model.y[:, None] - model.x @ (inverse @ along)
        return cls(precision, basis, inverse @ inverse.T, e, q, (logs - q) / 2)

    def slopes_and_squares(self) -> tuple[Column, Table]:
        """y'P Ga Py (2,) and y'P Ga P Gb Py (2, 2)."""
        m = self.precision.model
        by_unit, he = self.precision.along(self.e), self.precision.solve(self.e)
        pushed = self.precision.white(np.hstack([m.a[:, None] * m.spread(by_unit), he]))
        left = pushed - self.basis @ (self.basis.T @ pushed)
        return np.array([(by_unit**2).sum(), (he**2).sum()]), left.T @ left

    def traces(self) -> tuple[Table, Column]:
        """tr(P Ga P Gb) (2, 2) and tr(P Ga) (2,); S^-1 for P in the likelihood without restriction.

        With D = S^-1 and P = D - hx c hx', each is the part of D less what the columns take.
        """
        traces, trace = self.precision.traces()
        model = self.precision.model
        if not model.restricted:
            return traces, trace
        hx, through = self.precision.solve(model.x), self.precision.along(model.x)
        within = hx.T @ hx
        used = [float((self.c * part).sum()) for part in (through.T @ through, within)]
        return traces - self._taken(hx, through, within), trace - used

    def _taken(self, hx: Table, through: Table, within: Table) -> Table:
        """What the columns take of the traces of products: `through` (G, p) is a'D x by unit."""
        bent, white = through @ self.c, self.precision.white(hx)
        own, deep = self.precision.s / self.precision.load, self.precision.along(hx)
        uu = 2 * float(own @ (through * bent).sum(axis=1)) - _trace_square(bent.T @ through)
        ue = float((2 * deep * bent - bent * (bent @ within)).sum())
        ee = 2 * float((self.c * (white.T @ white)).sum()) - _trace_square(self.c @ within)
        return np.array([[uu, ue], [ue, ee]])


def _trace_square(matrix: Table) -> float:
    return float((matrix * matrix.T).sum())

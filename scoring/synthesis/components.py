"""The likelihood of the variances between units and between effects within them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import linalg

from scoring.columns import Column
from scoring.synthesis.batch import Ragged, Table
from scoring.synthesis.dependence import rows_by_unit

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

        The cross-products of x and y at all m lose one square a unit each; the determinant of all
        of them over that of x alone is y'Py.
        """
        w = 1 / (self.d + of_effect)
        columns = np.column_stack([self.x, self.y])
        along = self.sums((w * self.a)[:, None] * columns)
        load = np.outer(of_unit, self.sums(w * self.a**2))
        shrink = of_unit[:, None] / (1 + load)
        lost = shrink @ (along[:, :, None] * along[:, None, :]).reshape(len(along), -1)
        products = (columns.T * w) @ columns - lost.reshape(len(lost), *along.shape[1:], -1)
        log_x = np.linalg.slogdet(products[:, :-1, :-1])[1]
        q = np.exp(np.linalg.slogdet(products)[1] - log_x)
        logs = np.log(w).sum() - np.log1p(load).sum(axis=1) - self.restricted * log_x
        result: Column = (logs - q) / 2
        return result

    def at(self, sigma2: Column) -> Point:
        """The log-likelihood at these variances with its derivatives."""
        solved = _Solved.at(self, sigma2)
        traces, trace = solved.traces()
        return Point(
            sigma2=sigma2,
            height=solved.height,
            q=solved.q,
            trace=float(trace[1]),
            slope=(solved.slopes() - trace) / 2,
            squares=solved.squares(),
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
class _Solved:
    """What the likelihood and its derivatives share: the covariance S = V + ... inverted.

    `w` (k,) is 1/(d + s_effect), `shrink` (G,) s_unit / (1 + s_unit a'Wa), `hx` S^-1 X, `he`
    S^-1 (y - Xb) = Py, `ha` S^-1 a by unit, `c` (X'S^-1X)^-1.
    """

    model: Nested
    w: Column
    shrink: Column
    hx: Table
    he: Column
    ha: Column
    c: Table
    q: float
    height: float

    @classmethod
    def at(cls, model: Nested, sigma2: Column) -> "_Solved":
        w = 1 / (model.d + sigma2[1])
        load = sigma2[0] * model.sums(w * model.a**2)
        shrink = sigma2[0] / (1 + load)
        solve = _Inverse(model, w, shrink)
        hx = solve(model.x)
        root = linalg.cho_factor(model.x.T @ hx, lower=True)
        e = model.y - model.x @ linalg.cho_solve(root, hx.T @ model.y)
        he = solve(e)
        q = float(e @ he)
        logs = float(np.log(w).sum() - np.log1p(load).sum())
        if model.restricted:
            logs -= 2 * float(np.log(np.diagonal(root[0])).sum())
        c = linalg.cho_solve(root, np.eye(len(root[0])))
        return cls(model, w, shrink, hx, he, solve(model.a), c, q, (logs - q) / 2)

    def slopes(self) -> Column:
        """y'P Ga Py for both levels."""
        by_unit = self.model.sums(self.model.a * self.he)
        return np.array([by_unit @ by_unit, self.he @ self.he])

    def squares(self) -> Table:
        """y'P Ga P Gb Py (2, 2)."""
        m = self.model
        pushed = np.column_stack([m.a * m.spread(m.sums(m.a * self.he)), self.he])
        solved = _Inverse(m, self.w, self.shrink)(pushed)
        crossed = self.hx.T @ pushed
        result: Table = pushed.T @ solved - crossed.T @ self.c @ crossed
        return result

    def traces(self) -> tuple[Table, Column]:
        """tr(P Ga P Gb) (2, 2) and tr(P Ga) (2,); S^-1 for P in the likelihood without restriction.

        With D = S^-1 and P = D - hx c hx', each is the part of D less what the columns take.
        """
        m, w, shrink = self.model, self.w, self.shrink
        w2a2 = m.sums((w * m.a) ** 2)
        own = m.sums(m.a * self.ha)
        plain = np.array([own.sum(), w.sum() - shrink @ w2a2])
        uu, ue = own @ own, self.ha @ self.ha
        ee = w @ w - 2 * shrink @ m.sums(w**3 * m.a**2) + (shrink * w2a2) @ (shrink * w2a2)
        traces = np.array([[uu, ue], [ue, ee]])
        if not m.restricted:
            return traces, plain
        through, within = m.sums(m.a[:, None] * self.hx), self.hx.T @ self.hx
        used = [float((self.c * part).sum()) for part in (through.T @ through, within)]
        return traces - self._taken(own, through, within), plain - used

    def _taken(self, own: Column, through: Table, within: Table) -> Table:
        """What the columns take of the traces of products: `through` (G, p) is a'D x by unit."""
        c, bent = self.c, through @ self.c
        twice = _Inverse(self.model, self.w, self.shrink)(self.hx)
        deep = self.model.sums(self.model.a[:, None] * twice)
        uu = 2 * float(own @ (through * bent).sum(axis=1)) - _trace_square(bent.T @ through)
        ue = float((2 * deep * bent - bent * (bent @ within)).sum())
        ee = 2 * float((c * (self.hx.T @ twice)).sum()) - _trace_square(c @ within)
        return np.array([[uu, ue], [ue, ee]])


@dataclass(frozen=True, slots=True)
class _Inverse:
    """S^-1 times columns: diagonal less one direction a unit (Sherman and Morrison)."""

    model: Nested
    w: Column
    shrink: Column

    def __call__(self, values: Table) -> Table:
        weighted = (values.T * self.w).T
        along = self.model.sums((weighted.T * self.model.a).T)
        back = self.model.spread((along.T * self.shrink).T)
        result: Table = weighted - (back.T * (self.w * self.model.a)).T
        return result


def _trace_square(matrix: Table) -> float:
    return float((matrix * matrix.T).sum())

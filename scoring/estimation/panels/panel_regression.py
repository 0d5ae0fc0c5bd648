"""Least squares on a panel, with unit and period effects or without, and its named covariances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import COLLINEAR, coefficient, refuse_collinear
from scoring.estimation.panels.panel import Panel, one_kind
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Indices, Label, Labels, Matrix
from scoring.synthesis.nested.robust import Robust, cluster_robust

# Covariances by their names in R's sandwich and clubSandwich, with the degrees of freedom that each
# is read on unless told otherwise. CR3 leaves one cluster out at a time.
COVARIANCES: Final = ("const", "HC0", "HC1", "HC2", "HC3", "CR0", "CR1", "CR1S", "CR2", "CR3")
BY_ROWS: Final = ("const", "HC0", "HC1", "HC2", "HC3")
SATTERTHWAITE: Final = ("CR1", "CR2")
DEGREES: Final = ("residual", "clusters", "satterthwaite", "normal")

INTERCEPT: Final = "(Intercept)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFit:
    """A fit of `y` on `x` (n, p), the first `shown` of whose `terms` are told.

    `clusters` (n,) says which rows go together. `absorbed` unit effects are taken out of x and y
    beforehand, each of them over `span` rows (0 and 1 where there are none).
    """

    terms: tuple[str, ...]
    shown: int
    x: Matrix
    b: Column
    residuals: Column
    total: float
    clusters: Indices
    absorbed: int
    span: int

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.residuals)

    @property
    def rank(self) -> int:
        """Coefficients, the unit effects among them."""
        return len(self.terms) + self.absorbed

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.n - self.rank

    @property
    def sigma2(self) -> float:
        """The residual variance."""
        return float(self.residuals @ self.residuals) / self.df

    @property
    def r2(self) -> float:
        """The share of the outcome's variance about its mean that the fit explains."""
        return 1 - float(self.residuals @ self.residuals) / self.total

    @property
    def bread(self) -> Matrix:
        """(X'X)^-1 (p, p)."""
        inverse = np.linalg.inv(np.linalg.qr(self.x, mode="r"))
        return inverse @ inverse.T

    def unit_row(self, term: str) -> Column:
        """The combination (p,) that is this term alone."""
        return np.array([float(name == term) for name in self.terms])

    def robust(self, kind: str) -> Robust:
        """The cluster-robust covariance CR0, CR1 or CR2 with what its tests need."""
        return cluster_robust(self.x, self.residuals, self.clusters, kind=kind)

    def without_each(self) -> Matrix:
        """How far each cluster moves the coefficients: b minus b without it (clusters, p).

            (X'X - X_g'X_g)^-1 X_g' e_g = R^-1 Q_g' (I - Q_g Q_g')^-1 e_g,   X = QR
        Raises TooLittleData where the others do not tell all coefficients.
        """
        q, r = np.linalg.qr(self.x)
        order = np.argsort(self.clusters, kind="stable")
        cuts = np.flatnonzero(np.diff(self.clusters[order])) + 1
        moves = []
        for rows in np.split(order, cuts):
            own = q[rows]
            left, turn = np.linalg.eigh(np.eye(len(rows)) - own @ own.T)
            if left[0] < COLLINEAR:
                raise TooLittleData(
                    "cannot leave out one cluster: the others do not tell the effect",
                    field="clusters",
                    accepted="at least two treated and two comparison clusters",
                )
            moves.append(own.T @ (turn @ ((turn.T @ self.residuals[rows]) / left)))
        return np.asarray(np.linalg.solve(r, np.array(moves).T).T, np.float64)

    def covariance(self, kind: str) -> Matrix:
        """The covariance (p, p) of the coefficients by `kind`, one of `COVARIANCES`.

        Every unit and period effect counts as a column in const, HC1 and CR1S and has its leverage
        in HC2 and HC3. Source: MacKinnon and White 1985; Cameron and Miller 2015, J. Hum. Resour.
        50:317; Pustejovsky and Tipton 2018; Bell and McCaffrey 2002 for CR3.
        """
        check_known("covariance", kind, COVARIANCES)
        match kind:
            case "const":
                return self.bread * self.sigma2
            case "HC0" | "HC1" | "HC2" | "HC3":
                half = self.bread @ self.x.T * (self.residuals * self._stretch(kind))
                return half @ half.T
            case "CR3":
                changes = self.without_each()
                return changes.T @ changes
            case "CR1S":
                return self.robust("CR1").vcov * ((self.n - 1) / self.df)
            case _:
                return self.robust(kind).vcov

    def _stretch(self, kind: str) -> Column | float:
        if kind in ("HC0", "HC1"):
            return float(np.sqrt(self.n / self.df)) if kind == "HC1" else 1.0
        q = np.linalg.qr(self.x)[0]
        leverage = (q**2).sum(axis=1) + (1 / self.span if self.absorbed else 0.0)
        left = np.maximum(1 - leverage, 0.0)
        if (left < COLLINEAR).any():
            raise TooLittleData(
                "has a row that the model fits exactly, so that its error is unknown",
                field="outcome",
                accepted=f"more units or periods, or another covariance than {kind}",
            )
        stretch: Column = 1 / (np.sqrt(left) if kind == "HC2" else left)
        return stretch

    def table(
        self,
        kind: str,
        *,
        df: str | None = None,
        level: float = 0.95,
        reduced: Robust | None = None,
    ) -> tuple[Coefficient, ...]:
        """The shown coefficients with tests and intervals on the degrees of freedom `df`.

        `df` is one of `DEGREES`; unless given, residual for const and HC, Satterthwaite's for CR1
        and CR2, clusters less one for the others. `reduced` is `robust("CR2")` where that has been
        found already. Raises UnknownMethod for a pair that has no meaning.
        """
        chosen = degrees(kind, df)
        rows = [self.unit_row(term) for term in self.terms[: self.shown]]
        own: list[float | None]
        if chosen == "satterthwaite":
            found = self.robust("CR1") if kind != "CR2" else reduced or self.robust("CR2")
            cov = found.vcov if kind in SATTERTHWAITE else self.covariance(kind)
            own = [found.combination(self.b, row).df for row in rows]
        else:
            cov = self.covariance(kind)
            own = [self._df(chosen)] * self.shown
        errors = np.sqrt(np.diag(cov)).tolist()
        return tuple(
            coefficient(term, estimate, se, df=one, level=level)
            for term, estimate, se, one in zip(
                self.terms, self.b.tolist()[: self.shown], errors, own, strict=False
            )
        )

    def _df(self, chosen: str) -> float | None:
        match chosen:
            case "clusters":
                return float(self.clusters.max())
            case "residual":
                return float(self.df)
            case _:
                return None


def degrees(kind: str, df: str | None) -> str:
    """Which degrees of freedom a covariance is read on: `df`, or its own where that is None."""
    check_known("covariance", kind, COVARIANCES)
    if df is None:
        if kind in BY_ROWS:
            return "residual"
        return "satterthwaite" if kind in SATTERTHWAITE else "clusters"
    clustered = kind not in BY_ROWS
    meant = {
        "residual": True,
        "clusters": clustered,
        "satterthwaite": clustered and kind != "CR3",
        "normal": True,
    }
    check_known("df", df, [name for name in DEGREES if meant[name]])
    return df


def two_way(panel: Panel, columns: Mapping[str, Matrix], clusters: Indices) -> PanelFit:
    """Fit the outcome on columns (units, periods) with an effect of every unit and every period.

    Unit effects are taken out by their means, which leaves every covariance here as it would be
    with dummies where units do not cross clusters (Pustejovsky and Tipton 2018, theorem 2, and the
    leverage 1 / periods of a unit's dummy); periods are dummies. `clusters` (units,) are numbers
    from 0. Raises InvalidInput naming a column that units and periods explain.
    """
    periods = len(panel.periods)
    for name, values in columns.items():
        _refuse_explained(name, values)
    dummies = [np.broadcast_to(row, panel.y.shape) for row in np.eye(periods)[1:]]
    kept = [_within(values) for values in (*columns.values(), *dummies)]
    names = (*columns, *(f"period {label}" for label in panel.periods[1:]))
    return _fitted(
        names,
        kept,
        _within(panel.y),
        shown=len(columns),
        total=panel.y,
        clusters=clusters,
        absorbed=len(panel.units),
    )


def pooled(panel: Panel, columns: Mapping[str, Matrix], clusters: Indices) -> PanelFit:
    """Fit the outcome on an intercept and columns (units, periods), without effects."""
    names = (INTERCEPT, *columns)
    kept = [np.ones(panel.y.shape), *columns.values()]
    return _fitted(
        names, kept, panel.y, shown=len(names), total=panel.y, clusters=clusters, absorbed=0
    )


def clusters_of(panel: Panel, units: Labels, clusters: Labels | None) -> Indices:
    """The cluster of every unit (units,), numbered from 0: its own, or what its rows (n,) say.

    Raises InvalidInput, with the row, for a unit in two clusters or none.
    """
    if clusters is None:
        return np.arange(len(panel.units))
    told, names = one_kind("clusters", clusters), one_kind("units", units)
    if len(told) != len(names):
        raise InvalidInput(
            f"has {len(told)} rows", field="clusters", accepted=f"{len(names)} rows, as units has"
        )
    of: dict[Label, Label] = {}
    for row, (unit, cluster) in enumerate(zip(names, told, strict=True), start=1):
        if of.setdefault(unit, cluster) != cluster:
            raise InvalidInput(
                f"puts {unit} in {cluster}, and in {of[unit]} before",
                field="clusters",
                row=row,
                accepted="one cluster a unit, the same in all its rows",
            )
    at = {cluster: place for place, cluster in enumerate(dict.fromkeys(of.values()))}
    return np.array([at[of[unit]] for unit in panel.units], np.intp)


def _fitted(
    names: tuple[str, ...],
    columns: Sequence[Matrix],
    y: Matrix,
    *,
    shown: int,
    total: Matrix,
    clusters: Indices,
    absorbed: int,
) -> PanelFit:
    span = y.shape[1]
    x = np.stack(columns, axis=-1).reshape(y.size, len(names))
    if y.size <= len(names) + absorbed:
        raise TooLittleData(
            f"{y.size} rows for {len(names) + absorbed} coefficients",
            field="outcome",
            accepted="more units or periods, or fewer covariates",
        )
    refuse_collinear(x, names)
    q, r = np.linalg.qr(x)
    b = np.linalg.solve(r, q.T @ y.ravel())
    return PanelFit(
        terms=names,
        shown=shown,
        x=x,
        b=b,
        residuals=y.ravel() - x @ b,
        total=float(((total - total.mean()) ** 2).sum()),
        clusters=np.repeat(clusters, span),
        absorbed=absorbed,
        span=span,
    )


def _within(values: Matrix) -> Matrix:
    within: Matrix = values - values.mean(axis=1, keepdims=True)
    return within


def net_of_both(values: Matrix) -> Matrix:
    """Values (units, periods) less the means of units and of periods, plus the mean of all."""
    net: Matrix = _within(values) - _within(values).mean(axis=0)
    return net


def _refuse_explained(name: str, values: Matrix) -> None:
    size = float(np.abs(values).max())
    if float(np.abs(net_of_both(values)).max()) <= COLLINEAR * size:
        raise InvalidInput(
            "does not vary beyond what differs between units and between periods",
            field=name,
            accepted="a column that changes over time in some units and not in others",
        )

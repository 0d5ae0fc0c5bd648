"""Averages of group-time effects, over all, by cohort and by time, with their errors."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.errors import TooLittleData
from scoring.estimation.panels.group_time import GroupTime
from scoring.estimation.panels.panel import Panel
from scoring.estimation.panels.panel_fits import STAGGERED, instead
from scoring.estimation.shapes import Flags, Matrix
from scoring.synthesis.nested.robust import HotellingTest

# The averages over all effects, by the names in Callaway and Sant'Anna 2021, section 3.
GROUP: Final = "group"
SIMPLE: Final = "simple"
DYNAMIC: Final = "dynamic"
OVERALL: Final = (GROUP, SIMPLE, DYNAMIC)

# CR2 takes cohort sizes as they are and is read on Welch's df; IF is the published influence
# function, cohort sizes sampled, read on the normal distribution.
COVARIANCES: Final = ("CR2", "IF")

# One treated unit tells nothing of how treated units vary.
FEWEST_TREATED: Final = 2

# Below this share of its largest eigenvalue a covariance has lost a direction.
LOST: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Averages:
    """Averages (m,) with their covariance (m, m) and degrees of freedom (m,), None where normal.

    `terms` name them, `weights` (m, k) are those of the cells; `time` (m,) is the periods since the
    start where an average is of one, else None. `strata` (s, m, m) are the parts of the covariance
    that come from each stratum of units, `left` (s, m) its degrees of freedom. `alone` counts
    cohorts of one unit.
    """

    terms: tuple[str, ...]
    weights: Matrix
    time: tuple[int | None, ...]
    estimates: Column
    covariance: Matrix
    df: Column | None
    strata: Matrix
    left: Matrix
    alone: int

    def places(self, *, below: int) -> list[int]:
        """Those of one time since the start, earlier than `below`, in order."""
        return [m for m, time in enumerate(self.time) if time is not None and time < below]

    def joint(self, places: list[int]) -> HotellingTest | None:
        """Whether these averages are all 0; None where units are too few to say.

            Q = b' V^-1 b      F = Q (n - q + 1) / (n q) on q and n - q + 1 df
            n = (q + q^2) / sum over strata (tr A^2 + (tr A)^2) / (units - 1),  A = V_s V^-1
        Source: Nel and van der Merwe 1986, Commun. Stat. Theory Methods 15:3719, for T2 of strata
        with covariances of their own.
        """
        some, q = np.ix_(places, places), len(places)
        v = self.covariance[some]
        values = np.linalg.eigvalsh(v) if q else np.zeros(1)
        if values[0] <= LOST * values[-1]:
            return None
        shares = np.array([stratum[some] for stratum in self.strata]) @ np.linalg.inv(v)
        traces = np.trace(shares, axis1=1, axis2=2)
        left = self.left[:, places].min(axis=1)
        squares = np.einsum("sij,sji->s", shares, shares)
        n = (q + q**2) / float(((squares + traces**2) / left).sum())
        if n - q + 1 <= 0:
            return None
        b = self.estimates[places]
        statistic = float(b @ np.linalg.solve(v, b)) * (n - q + 1) / (n * q)
        return HotellingTest(
            statistic=statistic,
            df=q,
            df_residual=n - q + 1,
            p_value=float(special.fdtrc(q, n - q + 1, statistic)),
        )

    def simultaneous(self, places: list[int], *, level: float, draws: int, seed: int) -> float:
        """How many standard errors bound all of these averages at once with probability `level`.

        The quantile of the largest |t| of a multivariate t with their correlations and the least of
        their degrees of freedom, from `draws` with `seed`.
        Source: Callaway and Sant'Anna 2021, section 4.1; Montiel Olea and Plagborg-Moller 2019,
        J. Appl. Econometrics 34:1.
        """
        v = self.covariance[np.ix_(places, places)]
        se = np.sqrt(np.diag(v))
        rng = np.random.default_rng(seed)
        values, turn = np.linalg.eigh(v / np.outer(se, se))
        half = turn * np.sqrt(np.maximum(values, 0.0))
        drawn = rng.standard_normal((draws, len(places))) @ half.T
        if self.df is not None:
            df = float(self.df[places].min())
            drawn /= np.sqrt(rng.chisquare(df, draws) / df)[:, None]
        return float(np.quantile(np.abs(drawn).max(axis=1), level))


def averages(panel: Panel, cells: GroupTime, *, covariance: str) -> Averages:
    """Every average of the cells' effects by `covariance`, one of `COVARIANCES`.

        simple    all effects alike, by the units of their cohort
        group     each cohort's own average, by its units
        dynamic   each time since the start alike, cohorts within it by their units
    then each cohort and each time since the start, leads among them; those that rest on one treated
    unit are left out, as nothing tells their error. Raises TooLittleData for one treated unit.
    Source: Callaway and Sant'Anna 2021, section 3.
    """
    terms, time, shares, dynamic = _shares(panel, cells)
    units = cells.sizes[cells.cohort].astype(np.float64)
    scale = (shares * units).sum(axis=1, keepdims=True)
    weights = np.vstack([dynamic @ (shares * units / scale), shares * units / scale])
    estimates = weights @ cells.att
    _refuse_one_treated(panel, cells)
    strata, left = _parts(cells, weights, estimates)
    v = strata.sum(axis=0)
    own = np.diagonal(strata, axis1=1, axis2=2)
    known = np.flatnonzero(np.diag(v) > 0)
    if covariance == "IF":
        v = _by_influence(cells, weights, shares / scale, dynamic, estimates)
    some = np.ix_(known, known)
    return Averages(
        terms=tuple(terms[m] for m in known),
        weights=weights[known],
        time=tuple(time[m] for m in known),
        estimates=estimates[known],
        covariance=v[some],
        df=_welch(own[:, known], left[:, known]) if covariance == "CR2" else None,
        strata=strata[:, known[:, None], known],
        left=left[:, known],
        alone=int(((cells.sizes == 1) & _used(cells)).sum()),
    )


def _welch(own: Matrix, left: Matrix) -> Column:
    """Degrees of freedom of sums of variances `own` (strata, m), each on its own `left`."""
    df: Column = own.sum(axis=0) ** 2 / (own**2 / left).sum(axis=0)
    return df


def _shares(
    panel: Panel, cells: GroupTime
) -> tuple[tuple[str, ...], tuple[int | None, ...], Matrix, Matrix]:
    """Names and times of all averages; how cells share in each but the dynamic one, and in that."""
    after = cells.time >= 0
    treated = [int(c) for c in np.unique(cells.cohort[after])]
    times = [int(time) for time in np.unique(cells.time)]
    by_cohort = np.array([(cells.cohort == c) & after for c in treated], np.float64)
    by_cohort /= by_cohort.sum(axis=1, keepdims=True)
    by_time = np.array([cells.time == time for time in times], np.float64)
    shares = np.vstack([by_cohort.sum(axis=0), after, by_cohort, by_time])
    late = np.array([time >= 0 for time in times], np.float64)
    dynamic = np.concatenate([np.zeros(2 + len(treated)), late / late.sum()])[None, :]
    labels = [str(panel.periods[cells.cohorts[c]]) for c in treated]
    terms = (
        *(f"{name} average" for name in (DYNAMIC, GROUP, SIMPLE)),
        *(f"started {label}" for label in labels),
        *(f"{time:+d}" for time in times),
    )
    return terms, (*[None] * (3 + len(treated)), *times), shares, dynamic


def _refuse_one_treated(panel: Panel, cells: GroupTime) -> None:
    treated = np.unique(cells.cohort[cells.time >= 0])
    if cells.sizes[treated].sum() < FEWEST_TREATED:
        raise TooLittleData(
            "one treated unit does not tell how treated units vary",
            field="treated",
            accepted=f"at least {FEWEST_TREATED}; {instead(panel, refused=STAGGERED)}",
        )


def _parts(cells: GroupTime, weights: Matrix, estimates: Column) -> tuple[Matrix, Matrix]:
    """What each stratum adds to the covariance of the averages, and its degrees of freedom.

    A cohort is a stratum, its units set against their mean. Cohorts of one unit are one stratum
    together; each is set against its share of the whole average, which is on the safe side where
    effects differ (collapsed strata: Cochran 1977, Sampling Techniques, section 5A.12).
    """
    adds, owed = _adds(cells, weights), _owed(cells, weights)
    parts, left = [], []
    for place in np.flatnonzero((cells.sizes > 1) & _used(cells)):
        mine = adds[cells.member == place]
        apart, n = mine - mine.mean(axis=0), len(mine)
        parts.append(apart.T @ apart * n / (n - 1))
        left.append(np.full(len(weights), n - 1.0))
    single = ((cells.sizes == 1) & _used(cells))[cells.member]
    if single.any():
        apart = _apart(adds[single], owed[single], estimates, squares=(owed**2).sum(axis=0))
        parts.append(apart.T @ apart)
        left.append(np.maximum(np.count_nonzero(apart, axis=0), 1).astype(np.float64))
    return np.array(parts), np.array(left)


def _apart(adds: Matrix, owed: Matrix, estimates: Column, *, squares: Column) -> Matrix:
    """What single units (units, m) add beyond their share w of an average, by what that takes.

    Setting a unit against an average that it is part of leaves 1 - 2 w + sum w^2 of its variance
    (where spreads go with shares); against one that it makes up alone nothing, and nan.
    """
    kept = np.where(owed == 0, 1.0, 1 - 2 * owed + squares)
    return (adds - owed * estimates) / np.sqrt(np.where(kept > LOST, kept, np.nan))


def _used(cells: GroupTime) -> Flags:
    """Cohorts that count in some cell (c,)."""
    flags: Flags = np.abs(cells.loads).sum(axis=(0, 2)) > 0
    return flags


def _adds(cells: GroupTime, weights: Matrix) -> Matrix:
    """What each unit adds to each average (units, m)."""
    loads = np.einsum("mk,kct->cmt", weights, cells.loads)
    adds: Matrix = np.einsum("imt,it->im", loads[cells.member], cells.net)
    return adds


def as_any_cohort(panel: Panel, cells: GroupTime, found: Averages, term: str) -> Matrix:
    """What each unit would add to an average as a member of each cohort (units, c)."""
    load = np.einsum("k,kct->ct", found.weights[found.terms.index(term)], cells.loads)
    adds: Matrix = panel.y @ load.T
    return adds


def _owed(cells: GroupTime, weights: Matrix) -> Matrix:
    """The share of each treated unit in each average (units, m)."""
    by_cohort = np.zeros((len(cells.sizes), len(weights)))
    np.add.at(by_cohort, cells.cohort, weights.T)
    owed: Matrix = (by_cohort / cells.sizes[:, None])[cells.member]
    return owed


def _by_influence(
    cells: GroupTime, weights: Matrix, shares: Matrix, dynamic: Matrix, estimates: Column
) -> Matrix:
    """The covariance by the influence function, in which cohort sizes are sampled too.

    Units are set against the mean of their cohort where it is the one treated in a cell, and
    against the mean of all comparison units where they are among these.
    """
    psi = _adds(cells, weights) - (weights @ _means(cells))[:, cells.member].T
    apart = shares * (cells.att - estimates[1:, None])
    by_cohort = np.zeros((len(cells.sizes), len(apart)))
    np.add.at(by_cohort, cells.cohort, apart.T)
    sampled = by_cohort[cells.member]
    psi += np.hstack([sampled @ dynamic.T, sampled])
    covariance: Matrix = psi.T @ psi
    return covariance


def _means(cells: GroupTime) -> Matrix:
    """What a unit of each cohort would add to each cell at the mean it is set against (k, c)."""
    sums = np.zeros(cells.loads.shape[1:])
    np.add.at(sums, cells.member, cells.net)
    adds = np.einsum("kct,ct->kc", cells.loads, sums)
    each = np.arange(len(cells.att))
    own = adds[each, cells.cohort]
    means: Matrix = -cells.loads[each, :, cells.time + cells.cohorts[cells.cohort]]
    means *= (adds.sum(axis=1) - own)[:, None]
    means[each, cells.cohort] = own / cells.sizes[cells.cohort]
    return means

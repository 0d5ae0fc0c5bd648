"""Effects that share a unit: who belongs together, how their sampling errors go together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from scoring.columns import (
    LARGEST_RATIO,
    Column,
    Numbers,
    check_comparable,
    check_same_length,
    column,
    number,
)
from scoring.errors import InvalidInput, TooLittleData, told_among
from scoring.synthesis.independent.batch import Flags, Indices, Names, Ragged, Table
from scoring.synthesis.independent.pooling import synthesise
from scoring.synthesis.independent.results import Synthesis

# A covariance given twice may differ in its last digits.
SYMMETRIC: Final = 1e-12

# With one unit nothing tells how units differ.
FEWEST_UNITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregated:
    """One effect a unit, pooled; `weights` (k,) of the single effects, in per cent and row order.

    `units`, `sizes` (how many effects), `yi` and `vi` are one entry a unit, in order of first
    appearance. `weights` @ effects / 100 is the pooled estimate. An effect far less precise than
    others of its unit can weigh less than 0 where rho is high.
    """

    rho: float
    units: tuple[object, ...]
    sizes: tuple[int, ...]
    yi: tuple[float, ...]
    vi: tuple[float, ...]
    weights: tuple[float, ...]
    pooled: Synthesis


def aggregated(
    yi: Numbers,
    vi: Numbers,
    unit: Names,
    *,
    rho: float,
    method: str = "REML",
    test: str = "knha",
    level: float = 0.95,
) -> Aggregated:
    """Average k effects `yi` (k,) within their units by precision, then pool one effect a unit.

        V of a unit: vi on the diagonal, rho sqrt(vi vj) off it
        yi of a unit = 1'V^-1 y / 1'V^-1 1          vi of a unit = 1 / 1'V^-1 1
    Raises InvalidInput with field and row for what is not finite, a variance not above 0, a row
    without a unit or a rho with which a unit's V is not positive definite; TooLittleData for fewer
    than two units; and as `synthesise`, which pools by `method`, `test` and `level`: its refusals
    name the first row of a unit.
    Source: Borenstein et al. 2009, chapter 24; metafor 3.8 `aggregate.escalc`, struct "CS".
    """
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    units = Ragged.of("unit", unit, rows=len(effects))
    check_units(units, columns=1)
    check_correlation(rho, units)
    shares, sums = np.empty_like(effects), np.empty(len(units.k))
    for j, rows in enumerate(rows_by_unit(units)):
        precision = _precision(variances[rows], rho)
        sums[j] = precision.sum()
        shares[rows] = precision / sums[j]
    owner, averages = units.owner(), np.zeros(len(units.k))
    np.add.at(averages, owner, shares * effects)
    with told_among((units.order[units.start] + 1).tolist()):
        pooled = synthesise(averages, 1 / sums, method=method, test=test, level=level)
    return Aggregated(
        rho=rho,
        units=units.labels,
        sizes=tuple(units.k.tolist()),
        yi=tuple(averages.tolist()),
        vi=tuple((1 / sums).tolist()),
        weights=tuple((shares * np.array(pooled.weights)[owner]).tolist()),
        pooled=pooled,
    )


def _precision(vi: Column, rho: float) -> Column:
    """V^-1 1 of one unit, V with constant correlation (its inverse has a closed form)."""
    root = 1 / np.sqrt(vi)
    shared = rho / (1 + (len(vi) - 1) * rho) * root.sum()
    result: Column = root * (root - shared) / (1 - rho)
    return result


def rows_by_unit(units: Ragged) -> list[Indices]:
    """The rows of each unit in their order."""
    return np.split(units.order, units.start[1:]) if len(units.k) else []


def check_units(units: Ragged, *, columns: int, field: str = "unit") -> None:
    """Raise TooLittleData unless there are two units and more units than columns."""
    needed = max(FEWEST_UNITS, columns + 1)
    if len(units.k) < needed:
        have, asked = len(units.k), columns
        raise TooLittleData(
            f"has {have} different {field if have == 1 else f'{field}s'} for {asked} "
            f"{'coefficient' if asked == 1 else 'coefficients'}",
            field=field,
            accepted=f"at least {needed}",
        )


def check_distinct_effects(units: Ragged, effect: Names | None) -> None:
    """Raise InvalidInput, with the row, where a unit's effect is named that was there before."""
    if effect is None:
        return
    rows = len(units.order)
    named = Ragged.of("effect", effect, rows=rows)
    pairs = list(zip(units.owner().tolist(), named.owner().tolist(), strict=True))
    twice = Ragged.of("effect", pairs, rows=rows).repeated()
    if twice is not None:
        earlier, row = twice
        owner, name = pairs[row - 1]
        raise InvalidInput(
            f"{named.labels[name]!r} of {units.labels[owner]!r} is there twice",
            field="effect",
            row=row,
            earlier=earlier,
            accepted="each effect of a unit once",
        )


def check_correlation(rho: float, units: Ragged) -> None:
    """Raise InvalidInput unless every unit's constant correlation is positive definite."""
    largest = int(units.k.max(initial=1))
    number("rho", rho, above=-1 / max(1, largest - 1), below=1.0)


def covariance_blocks(
    v: Numbers | Table, units: Ragged, *, rho: float | None = None, field: str = "v"
) -> list[Table]:
    """The sampling covariance of each unit: variances (n,) if independent, else a matrix (n, n).

    `v` holds sampling variances (k,), to which `rho` gives a constant correlation within units, or
    a whole covariance matrix (k, k) without any between units.
    Raises InvalidInput with the row for what is not finite, a variance not above 0, an asymmetric
    matrix, covariances between units or a unit whose block is not positive definite; and for
    variances too far apart for double precision.
    """
    given = np.asarray(v, dtype=np.float64)
    if given.ndim == 2:
        return _given_blocks(given, units, rho=rho, field=field)
    variances = column(field, given, above=0.0)
    if len(variances) != len(units.order):
        raise InvalidInput(
            f"has {len(variances)} rows", field=field, accepted=f"{len(units.order)}, as yi has"
        )
    check_comparable(field, variances)
    if rho is None:
        return [variances[own] for own in rows_by_unit(units)]
    check_correlation(rho, units)
    return [
        _positive_definite(
            _constant_correlation(variances[own], rho), label, row=int(own[0]) + 1, field=field
        )
        for label, own in zip(units.labels, rows_by_unit(units), strict=True)
    ]


def _constant_correlation(vi: Column, rho: float) -> Table:
    root = np.sqrt(vi)
    block: Table = rho * np.outer(root, root)
    np.fill_diagonal(block, vi)
    return block


def _given_blocks(v: Table, units: Ragged, *, rho: float | None, field: str) -> list[Table]:
    rows = len(units.order)
    if rho is not None:
        raise InvalidInput(
            "is given beside a whole covariance matrix", field="rho", accepted="one of the two"
        )
    if v.shape != (rows, rows):
        raise InvalidInput(
            f"has the shape {v.shape}", field=field, accepted=f"{rows} rows and columns, as yi has"
        )
    check_comparable(field, column(field, np.diagonal(v).copy(), above=0.0))
    for wrong, message, accepted in _faults(v, units.owner()):
        rows_wrong = np.flatnonzero(np.any(wrong, axis=1))
        if len(rows_wrong):
            raise InvalidInput(message, field=field, row=int(rows_wrong[0]) + 1, accepted=accepted)
    return [
        _positive_definite(v[np.ix_(own, own)], label, row=int(own[0]) + 1, field=field)
        for label, own in zip(units.labels, rows_by_unit(units), strict=True)
    ]


def _faults(v: Table, owner: Indices) -> Iterator[tuple[Flags, str, str]]:
    """Where a covariance matrix is wrong, what it is, and what would do; one after another."""
    yield ~np.isfinite(v), "is not finite", "finite covariances"
    yield np.abs(v - v.T) > SYMMETRIC * np.abs(v), "is not its mirror image", "a symmetric matrix"
    apart = owner[:, None] != owner
    yield (v != 0) & apart, "covaries with another unit", "covariances within units only"


def _positive_definite(block: Table, label: object, *, row: int, field: str) -> Table:
    """The block itself, if its correlations are positive definite; variances alone if one row."""
    variances = np.diagonal(block)
    if len(block) == 1:
        return variances
    root = np.sqrt(variances)
    eigenvalues = linalg.eigvalsh(block / np.outer(root, root))
    if eigenvalues[0] <= eigenvalues[-1] / LARGEST_RATIO:
        raise InvalidInput(
            f"of the unit {label!r} has correlations with the eigenvalue {eigenvalues[0]:g}",
            field=field,
            row=row,
            accepted="a positive definite matrix",
        )
    return block

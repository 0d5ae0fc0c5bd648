"""Subgroups: a pooled estimate for each, and whether they truly differ."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.columns import Column, Numbers, check_same_length, column, number
from scoring.errors import InvalidInput, TooLittleData, told_among
from scoring.synthesis.independent.batch import Ragged
from scoring.synthesis.independent.pooling import synthesise
from scoring.synthesis.moderated.coefficients import Coefficient, JointTest, joint, tested
from scoring.synthesis.moderated.regression import regress
from scoring.synthesis.moderated.regression_input import check_distinct
from scoring.synthesis.moderated.spectrum import Table

# The largest exponent whose exponential a double holds.
EXP_LIMIT: Final = 709.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """The pooled estimate of one subgroup's k studies; `test` is the one that was used."""

    name: str
    k: int
    pooled: Coefficient
    tau2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """First subgroup minus second, on the scale of the effects."""

    first: str
    second: str
    contrast: Coefficient

    @property
    def ratio(self) -> tuple[float, float, float]:
        """For effects that are logs: the ratio of first to second, with its interval."""
        ends = (self.contrast.estimate, self.contrast.ci_low, self.contrast.ci_high)
        low, middle, high = sorted(math.exp(end) if end < EXP_LIMIT else math.inf for end in ends)
        return middle, low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupTest:
    """Subgroups in the order of their names, whether all share one effect, and each difference."""

    method: str
    test: str
    level: float
    common_tau2: bool
    subgroups: tuple[Subgroup, ...]
    between: JointTest
    differences: tuple[Difference, ...]


def subgroup_test(
    yi: Numbers,
    vi: Numbers,
    groups: Sequence[str],
    *,
    common_tau2: bool,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
    units: Sequence[object] | None = None,
) -> SubgroupTest:
    """Whether the effect differs between subgroups of k effects `yi` (k,) with variances `vi` (k,).

    `common_tau2`: one regression on the groups, all with the same tau2; `between` is its QM (chi2
    for z, F on k - p df else), and every interval has its degrees of freedom.
    Otherwise each subgroup is pooled alone, with a tau2 of its own, and the pooled estimates are
    compared by their standard errors on the normal distribution: chi2 on one df less than there are
    subgroups. A subgroup of one study is that study.
    Raises TooLittleData for fewer than two subgroups, and for a common tau2 unless k exceeds their
    number; InvalidInput with field and row for bad numbers, a blank name of a group, or a unit that
    is there twice; UnknownMethod for other names of method or test.
    Source: Borenstein and Higgins 2013, Prev. Sci. 14:134; Altman and Bland 2003, BMJ 326:219.
    """
    data = _Data.of(yi, vi, groups)
    check_distinct(units, rows=len(data.y))
    pool = _together if common_tau2 else _apart
    subgroups, root, df = pool(data, method=method, test=test, level=level)
    estimates = np.array([group.pooled.estimate for group in subgroups])
    between, differences = _compared(data.names, estimates, root, df=df, level=level)
    return SubgroupTest(
        method=method,
        test=test,
        level=level,
        common_tau2=common_tau2,
        subgroups=subgroups,
        between=between,
        differences=differences,
    )


def compare(
    names: Sequence[str], estimates: Numbers, ses: Numbers, *, level: float = 0.95
) -> tuple[JointTest, tuple[Difference, ...]]:
    """Independent estimates (g,) with standard errors (g,): whether they differ, and each pair.

        Q = sum w (estimate - mean)^2, w = 1/se^2, on chi2 with g - 1 df
        z = (a - b) / sqrt(se_a^2 + se_b^2) for each pair
    Raises TooLittleData for fewer than two; InvalidInput with the row for a standard error not
    above 0 or a name given twice. Source: Altman and Bland 2003, BMJ 326:219.
    """
    middle, spread = column("estimates", estimates), column("ses", ses, above=0.0)
    check_same_length(estimates=middle, ses=spread)
    check_distinct(names, rows=len(middle))
    _check_several(names)
    number("level", level, above=0.0, below=1.0)
    return _compared(names, middle, np.diag(spread), df=None, level=level)


@dataclass(frozen=True, slots=True)
class _Data:
    """Effects and variances (k,) with the subgroup's name on each row, and all names in order."""

    y: Column
    v: Column
    group: npt.NDArray[np.str_]
    names: tuple[str, ...]

    @classmethod
    def of(cls, yi: Numbers, vi: Numbers, groups: Sequence[str]) -> "_Data":
        y, v = column("yi", yi), column("vi", vi, above=0.0)
        check_same_length(yi=y, vi=v)
        Ragged.of("groups", groups, rows=len(y))
        for row, name in enumerate(groups, start=1):
            if not isinstance(name, str):
                raise InvalidInput(f"is {name!r}", field="groups", row=row, accepted="a name")
        names = tuple(sorted(set(groups)))
        _check_several(names)
        return cls(y, v, np.array(groups), names)


def _together(
    data: _Data, *, method: str, test: str, level: float
) -> tuple[tuple[Subgroup, ...], Table, int | None]:
    """The subgroups of one regression; a square root of their covariance, and its df."""
    g = len(data.names)
    rows = np.column_stack([np.ones(g), np.eye(g)[:, 1:]])
    place = np.searchsorted(data.names, data.group)
    fitted = regress(
        data.y, data.v, rows[place], terms=data.names, method=method, test=test, level=level
    )
    subgroups = tuple(
        Subgroup(
            name=name,
            k=int((data.group == name).sum()),
            pooled=fitted.combination(row, name=name),
            tau2=fitted.tau2,
        )
        for name, row in zip(data.names, rows, strict=True)
    )
    return subgroups, rows @ np.array(fitted.root), fitted.df


def _apart(
    data: _Data, *, method: str, test: str, level: float
) -> tuple[tuple[Subgroup, ...], Table, None]:
    """Each subgroup pooled alone; its standard errors as the root of a diagonal covariance."""
    subgroups = tuple(
        _alone(data, name, method=method, test=test, level=level) for name in data.names
    )
    ses = np.array([group.pooled.se for group in subgroups])
    for name, se in zip(data.names, ses, strict=True):
        if se == 0:
            raise InvalidInput(
                f"{name!r} agrees exactly, so knha leaves no standard error",
                field="groups",
                accepted="another test",
            )
    return subgroups, np.diag(ses), None


def _alone(data: _Data, name: str, *, method: str, test: str, level: float) -> Subgroup:
    its = data.group == name
    with told_among((np.flatnonzero(its) + 1).tolist()):
        found = synthesise(data.y[its], data.v[its], method=method, test=test, level=level)
    pooled = tested(name, found.estimate, found.se, df=found.df, level=level)
    return Subgroup(name=name, k=found.k, pooled=pooled, tau2=found.tau2)


def _compared(
    names: Sequence[str], estimates: Column, root: Table, *, df: int | None, level: float
) -> tuple[JointTest, tuple[Difference, ...]]:
    between = joint(estimates[1:] - estimates[0], root[1:] - root[0], df_residual=df)
    differences = tuple(
        Difference(
            first=names[i],
            second=names[j],
            contrast=tested(
                f"{names[i]} - {names[j]}",
                float(estimates[i] - estimates[j]),
                float(np.linalg.norm(root[i] - root[j])),
                df=df,
                level=level,
            ),
        )
        for i, j in combinations(range(len(names)), 2)
    )
    return between, differences


def _check_several(names: Sequence[str]) -> None:
    if len(names) < 2:
        raise TooLittleData(
            f"has {'1 group' if names else 'no group'}",
            field="groups",
            accepted="at least two different groups",
        )

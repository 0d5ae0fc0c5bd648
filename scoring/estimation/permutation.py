"""A p-value from who else might have been treated, for few treated units."""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import InvalidInput
from scoring.estimation.shapes import Flags, Indices, Matrix

# Effects that differ by rounding alone are the same effect.
TIED: Final = 1e-9


def check_seed(seed: float) -> None:
    """Raise InvalidInput for a seed that is no whole number of 0 or more."""
    if not isinstance(seed, int) or seed < 0:
        raise InvalidInput(f"is {seed}", field="seed", accepted="a whole number of 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permutation:
    """The share of assignments with an effect as far from 0; `exact` where all were tried.

    `tried` counts them, the actual one included; `smallest` is the least p-value there could be.
    """

    p_value: float
    tried: int
    exact: bool

    @property
    def smallest(self) -> float:
        """The least p-value that so many assignments could give."""
        return 1 / self.tried


def placebo_test(
    changes: Column, sizes: Column, treated: Flags, *, permutations: int, seed: int
) -> Permutation:
    """Test no effect in any cluster: its treatment might as well have fallen to any other.

    `changes` (g,) are sums of the units' changes in each cluster, `sizes` (g,) their units,
    `treated` (g,) who was. The effect is the mean change of the treated less that of the others.
    All assignments of as many clusters are tried where there are no more than `permutations`, else
    that many less one are drawn with `seed`, and the actual one is added.
    Source: Fisher 1935; Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39, for draws;
    Conley and Taber 2011, Rev. Econ. Stat. 93:113, for few treated groups.
    """
    count, among = int(treated.sum()), len(treated)
    exact = math.comb(among, count) <= permutations
    if exact:
        chosen = np.array(list(combinations(range(among), count)))
    else:
        order = np.random.default_rng(seed).random((permutations - 1, among)).argsort(axis=1)
        chosen = np.vstack([np.flatnonzero(treated), order[:, :count]])
    theirs, number = changes[chosen].sum(axis=1), sizes[chosen].sum(axis=1)
    effects = theirs / number - (changes.sum() - theirs) / (sizes.sum() - number)
    mine = changes[treated].sum() / sizes[treated].sum()
    mine -= changes[~treated].sum() / sizes[~treated].sum()
    as_far = np.abs(effects) >= abs(mine) - TIED * float(np.abs(effects).max())
    return Permutation(p_value=float(as_far.mean()), tried=len(chosen), exact=exact)


def placebo_starts(adds: Matrix, member: Indices, *, permutations: int, seed: int) -> Permutation:
    """Test no effect in any unit: its start might as well have been any other unit's.

    `adds` (units, cohorts) is what each unit would add to the effect as a member of each cohort,
    `member` (units,) where it is. Starts are dealt out anew `permutations` times less one with
    `seed`, and the actual ones are added.
    Source: Athey and Imbens 2022, J. Econometrics 226:62, on random adoption dates.
    """
    rng, units = np.random.default_rng(seed), np.arange(len(member))
    dealt = rng.permuted(np.tile(member, (permutations - 1, 1)), axis=1)
    effects = adds[units, np.vstack([member, dealt])].sum(axis=1)
    as_far = np.abs(effects) >= abs(effects[0]) - TIED * float(np.abs(effects).max())
    return Permutation(p_value=float(as_far.mean()), tried=permutations, exact=False)

"""What each study does to the pooled estimate: leave-one-out, cumulative, influence."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_same_length, column
from scoring.errors import TooLittleData
from scoring.synthesis.independent.batch import Flags, Indices
from scoring.synthesis.independent.pooling import synthesise_many
from scoring.synthesis.independent.results import Block, Columns, Syntheses

# Beyond any of these a study is marked influential: |DFFITS| over 3 sqrt(p / (k - p)), a Cook's
# distance past the median of chi-squared with p df, a hat value over 3 p / k, a |DFBETAS| over 1,
# here with p = 1. Source: Viechtbauer and Cheung 2010, Res. Synth. Methods 1:112, section 5.
DFFITS_FACTOR: Final = 3.0
COOK_SHARE: Final = 0.5
HAT_FACTOR: Final = 3.0
LARGEST_DFBETAS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence(Block):
    """Deletion diagnostics, one entry a study (k,) in row order; tau2 in squared units of `yi`."""

    rstudent: Column
    dffits: Column
    cook: Column
    cov_ratio: Column
    tau2_without: Column
    q_without: Column
    hat: Column
    dfbetas: Column
    influential: Flags


def leave_one_out(
    yi: Numbers,
    vi: Numbers,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
) -> Columns:
    """The pooled figures without each study in turn, one entry a study (k,); k is at least 2.

    Raises TooLittleData for fewer than 2 studies, else as `synthesise`.
    Source: metafor 3.8 `leave1out`, with the highest maximum of every likelihood.
    """
    return _with_parts(yi, vi, method=method, test=test, level=level, at_least=2).without


def cumulative(
    yi: Numbers,
    vi: Numbers,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
) -> Columns:
    """The pooled figures of the first study, the first two and so on, one entry a study (k,).

    Rows are taken in the order given. Raises as `synthesise`. Source: metafor 3.8 `cumul`.
    """
    return _with_parts(yi, vi, method=method, test=test, level=level, at_least=1).up_to


def influence(
    yi: Numbers,
    vi: Numbers,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
) -> Influence:
    """Deletion diagnostics of k >= 2 studies; `d` marks figures of the fit without study i.

        rstudent    (yi - estimate_d) / sqrt(f_d (vi + tau2_d) + se_d^2)
        dffits      (estimate - estimate_d) / sqrt(f_d hat_i (vi + tau2_d))
        cook        ((estimate - estimate_d) / se)^2
        dfbetas     (estimate - estimate_d) sqrt(sum 1 / (vi + tau2_d) / f_d), over all studies
        cov_ratio   (se_d / se)^2            hat   w_i / sum w
    f is the factor of the test (1 for z and t). Raises TooLittleData for fewer than 2 studies,
    else as `synthesise`. Source: Viechtbauer and Cheung 2010; metafor 3.8 `influence.rma.uni`.
    """
    pooled = _with_parts(yi, vi, method=method, test=test, level=level, at_least=2)
    return influence_in(pooled, yi, vi)


def influence_in(pooled: Syntheses, yi: Numbers, vi: Numbers) -> Influence:
    """`influence` of every row (N,) in its own subject, NaN where that was refused or has one row.

    `pooled` is what `synthesise_many` made of these `yi` and `vi` (N,) with `leave_one_out`.
    """
    effects, variances = np.asarray(yi, np.float64), np.asarray(vi, np.float64)
    owner, without = pooled.rows.owner(), pooled.without
    whole = pooled.figures.taken(owner)
    spread = variances + without.tau2
    information = _information(pooled, variances)
    hat = pooled.weights / 100
    change = whole.estimate - without.estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = without.se**2 * information
        rstudent = (effects - without.estimate) / np.sqrt(factor * spread + without.se**2)
        dffits = change / np.sqrt(factor * hat * spread)
        cook = (change / whole.se) ** 2
        dfbetas = change / np.sqrt(factor / (information + 1 / spread))
        cov_ratio = (without.se / whole.se) ** 2
    return Influence(
        rstudent=rstudent,
        dffits=dffits,
        cook=cook,
        cov_ratio=cov_ratio,
        tau2_without=without.tau2,
        q_without=without.q,
        hat=hat,
        dfbetas=dfbetas,
        influential=_influential(dffits, cook, hat, dfbetas, k=pooled.rows.k[owner]),
    )


def _influential(
    dffits: Column, cook: Column, hat: Column, dfbetas: Column, *, k: Indices
) -> Flags:
    marked: Flags = (k > 1) & (
        (np.abs(dffits) > DFFITS_FACTOR / np.sqrt(np.maximum(k - 1, 1)))
        | (special.chdtr(1, cook) > COOK_SHARE)
        | (hat > HAT_FACTOR / k)
        | (np.abs(dfbetas) > LARGEST_DFBETAS)
    )
    return marked


def _information(pooled: Syntheses, variances: Column) -> Column:
    """The sum of the other studies' weights at the tau2 of each fit without one (N,)."""
    found = np.full(len(variances), np.nan)
    several = pooled.rows.k > 1
    several[list(pooled.refusals)] = False
    for _, rows in pooled.rows.blocks(several):
        v = np.where(rows < 0, np.inf, variances[rows])
        for place, own in enumerate(rows):
            others = np.delete(v, place, axis=0) + pooled.without.tau2[own]
            there = own >= 0
            found[own[there]] = (1.0 / others).sum(axis=0)[there]
    return found


def _with_parts(
    yi: Numbers, vi: Numbers, *, method: str, test: str, level: float, at_least: int
) -> Syntheses:
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    if len(effects) < at_least:
        accepted = f"{at_least} or more"
        have = "there is 1 study" if len(effects) else "there are no studies"
        raise TooLittleData(have, field="yi", accepted=accepted)
    pooled = synthesise_many(
        effects,
        variances,
        np.zeros(len(effects), dtype=np.intp),
        method=method,
        test=test,
        level=level,
        leave_one_out=at_least > 1,
        cumulative=at_least == 1,
    )
    pooled.at(0)
    return pooled

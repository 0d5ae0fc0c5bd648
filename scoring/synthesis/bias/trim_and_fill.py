"""Trim and fill: the pooled effect once the studies that seem to be missing are put in."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.columns import Column, Numbers, check_known
from scoring.errors import NotConverged
from scoring.synthesis.bias.asymmetry import ENOUGH_STUDIES, egger, studies
from scoring.synthesis.independent.pooling import synthesise
from scoring.synthesis.independent.results import Synthesis

# Estimators of the number of missing studies (Duval and Tweedie 2000, Biometrics 56:455).
ESTIMATORS: Final = ("L0", "R0", "Q0")

SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """`k0` studies are thought to be missing on `side`, and pooled once they are filled in.

    `filled_yi` and `filled_vi` are the studies put in, the mirror images of rows `mirrored` (from
    1) around `centre`, the effect without those. `pooled` is a fresh fit to all of them, which is
    the plain one where `k0` is 0. `p_k0` tests that none is missing (R0 only); `se_k0` is None
    where the model of the ranks has no variance. `enough_studies` says whether there are the 10
    that it takes to read it. A reading of how far the answer hangs on missing studies, not a better
    estimate.
    """

    estimator: str
    side: str
    k: int
    k0: int
    se_k0: float | None
    p_k0: float | None
    centre: float
    mirrored: tuple[int, ...]
    filled_yi: tuple[float, ...]
    filled_vi: tuple[float, ...]
    pooled: Synthesis
    enough_studies: bool


def trim_and_fill(
    yi: Numbers,
    vi: Numbers,
    *,
    method: str = "REML",
    test: str = "adhoc",
    level: float = 0.95,
    estimator: str = "L0",
    side: str | None = None,
) -> TrimAndFill:
    """Duval and Tweedie's trim and fill for k >= 3 effects `yi` (k,) with variances `vi` (k,).

    Turned so that studies miss on the left, the k0 largest effects are trimmed and the rest pooled
    by `method`; the ranks of |yi - pooled| with their signs then give k0 anew, until it stays:
        L0   (4 S - k (k + 1)) / (2 k - 1)           S: the sum of the ranks with a plus
        R0   the ranks above the highest with a minus, less 1
        Q0   k - 1/2 - sqrt(2 k^2 - 4 S + 1/4)
    rounded, at least 0. The k0 largest effects are mirrored around the last pooled one, and all
    are pooled by `method` and `test`. Without a `side` it is `right` where Egger's regression by
    the same method slopes down, `left` otherwise.
    Raises TooLittleData for fewer than 3 studies; InvalidInput as `egger` where no `side` is given,
    else as `synthesise`; NotConverged where k0 goes round in a circle or Q0 has no solution;
    UnknownMethod for other names.
    Source: Duval and Tweedie 2000; metafor 3.8 `trimfill`, but for the fresh fit by `test`.
    """
    check_known("estimator", estimator, ESTIMATORS)
    effects, variances = studies(yi, vi)
    whole = synthesise(effects, variances, method=method, test=test, level=level)
    side = _side(effects, variances, method=method) if side is None else side
    check_known("side", side, SIDES)
    sign = 1.0 if side == "left" else -1.0
    order = np.argsort(sign * effects, kind="stable")
    found = _settled(sign * effects[order], variances[order], method=method, estimator=estimator)
    chosen = order[len(order) - found.k0 :]
    filled = 2 * sign * found.centre - effects[chosen]
    pooled = whole
    if found.k0:
        all_yi = np.concatenate([effects, filled])
        all_vi = np.concatenate([variances, variances[chosen]])
        pooled = synthesise(all_yi, all_vi, method=method, test=test, level=level)
    return TrimAndFill(
        estimator=estimator,
        side=side,
        k=len(effects),
        k0=found.k0,
        se_k0=_standard_error(found.raw, k=len(effects), estimator=estimator),
        p_k0=0.5 ** (found.k0 + 1) if estimator == "R0" else None,
        centre=sign * found.centre,
        mirrored=tuple((chosen + 1).tolist()),
        filled_yi=tuple(filled.tolist()),
        filled_vi=tuple(variances[chosen].tolist()),
        pooled=pooled,
        enough_studies=len(effects) >= ENOUGH_STUDIES,
    )


def _side(effects: Column, variances: Column, *, method: str) -> str:
    falling = egger(effects, variances, model=method).slope.estimate < 0
    return "right" if falling else "left"


@dataclass(frozen=True, slots=True)
class _Missing:
    """How many are missing, before rounding (`raw`) and after, and the centre it was found at."""

    raw: float
    k0: int
    centre: float


def _settled(yi: Column, vi: Column, *, method: str, estimator: str) -> _Missing:
    """The number of missing studies that gives itself; effects (k,) are in rising order."""
    k0 = 0
    tried: set[int] = set()
    # Each k0 has one successor, so one that comes again, but for its own, is where a circle closes.
    while k0 not in tried:
        tried.add(k0)
        kept = len(yi) - k0
        centre = synthesise(yi[:kept], vi[:kept], method=method, test="z").estimate
        raw = _estimated(_signed_ranks(yi - centre), estimator)
        before, k0 = k0, max(0, round(raw))
        if k0 == before:
            return _Missing(raw, k0, centre)
    raise NotConverged(
        "trimming goes round in a circle", field="estimator", accepted="another estimator or method"
    )


def _signed_ranks(deviations: Column) -> npt.NDArray[np.int64]:
    """Ranks of |deviation| from 1, the first of equals first, with the sign of the deviation."""
    ranks = np.empty(len(deviations), dtype=np.int64)
    ranks[np.argsort(np.abs(deviations), kind="stable")] = np.arange(1, len(deviations) + 1)
    signed: npt.NDArray[np.int64] = np.sign(deviations).astype(np.int64) * ranks
    return signed


def _estimated(signed: npt.NDArray[np.int64], estimator: str) -> float:
    k, plus = len(signed), int(signed[signed > 0].sum())
    match estimator:
        case "L0":
            return (4 * plus - k * (k + 1)) / (2 * k - 1)
        case "R0":
            # Effects that all agree have no rank with a minus, and none is missing.
            return float(k - max(-signed[signed < 0], default=k) - 1)
        case _:
            return k - 0.5 - _root_for_q0(2 * k**2 - 4 * plus + 0.25)


def _root_for_q0(square: float) -> float:
    if square < 0:
        raise NotConverged(
            "Q0 has no solution for effects this lopsided", field="estimator", accepted="L0 or R0"
        )
    return math.sqrt(square)


def _standard_error(raw: float, *, k: int, estimator: str) -> float | None:
    """The standard error of k0 under the model of Duval and Tweedie 2000, section 3.

    None where that model has no variance: far fewer ranks with a plus than chance would give.
    """
    if estimator == "R0":
        return math.sqrt(2 * max(0.0, raw) + 2)
    cubic = k * (k + 1) * (2 * k + 1) + 10 * raw**3 + 27 * raw**2 + 17 * raw
    variance = (cubic - 18 * k * raw**2 - 18 * k * raw + 6 * k**2 * raw) / 24
    slope = (2 * k - 1) / 4 if estimator == "L0" else (k - 0.5 - raw) / 2
    return math.sqrt(variance) / slope if variance >= 0 and slope > 0 else None

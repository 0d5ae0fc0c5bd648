"""Nearest-neighbour matching on the propensity score, and the means of the pairs."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring.columns import number
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.comparisons.propensity import Means, Scored
from scoring.estimation.comparisons.stacked import sandwich
from scoring.estimation.linear import refuse_collinear

# The caliper in standard deviations of the logit. Source: Austin 2011, Pharm. Stat. 10:150.
CALIPER: Final = 0.2

# One pair does not tell how pairs vary.
FEWEST_PAIRS: Final = 2


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places of the pairs' rows with and without the programme (pairs,), and the caliper."""

    treated: npt.NDArray[np.intp]
    comparison: npt.NDArray[np.intp]
    caliper: float


def nearest_pairs(found: Scored, *, caliper: float = CALIPER) -> Pairs:
    """Match each treated row to the unused comparison row with the nearest logit of the score.

    In falling order of the score, within `caliper` standard deviations of the logit of all rows;
    treated rows with nobody that near stay out. Raises TooLittleData for fewer than two pairs.
    Source: Austin 2011, Multivar. Behav. Res. 46:399; MatchIt 4.5, `nearest`, in the order
    `largest` and by `link = "linear.logit"`.
    """
    width = number("caliper", caliper, above=0.0) * float(found.logit.std(ddof=1))
    treated = np.flatnonzero(found.sample.treated)
    order = treated[np.argsort(-found.logit[treated], kind="stable")]
    pool = np.flatnonzero(~found.sample.treated)
    free = np.ones(len(pool), bool)
    pairs = []
    for row in order.tolist():
        far = np.where(free, np.abs(found.logit[pool] - found.logit[row]), np.inf)
        nearest = int(np.argmin(far))
        if far[nearest] <= width:
            free[nearest] = False
            pairs.append((row, int(pool[nearest])))
    if len(pairs) < FEWEST_PAIRS:
        raise TooLittleData(
            f"leaves {len(pairs)} pairs: hardly anybody without the programme is like those with",
            field="caliper",
            accepted="a wider caliper, more comparison rows, or method='weighting'",
        )
    own, other = np.array(pairs, np.intp).T
    return Pairs(own, other, width)


def paired(found: Scored, pairs: Pairs, *, adjust: bool = True) -> Means:
    """Means with and without the programme of the pairs' rows, their errors clustered by pair.

        y = a + b treated + covariates + e  over the matched rows (without covariates unless
        `adjust`): the mean of those treated, and that less b
    The regression takes out what pairs still differ by, and what they have in common, without which
    the error is too large. Matching without replacement, the score being estimated, this holds.
    Raises InvalidInput where rows of a cluster would be taken as apart.
    Source: Abadie and Spiess 2022, J. Am. Stat. Assoc. 117:983; Ho, Imai, King and Stuart 2007,
    Polit. Anal. 15:199. Read on t with as many df as pairs less the coefficients.
    """
    sample = found.sample
    if sample.clusters is not None:
        raise InvalidInput(
            "go across pairs", field="clusters", accepted="method='weighting' or 'doubly_robust'"
        )
    rows, n = np.concatenate([pairs.treated, pairs.comparison]), len(pairs.treated)
    d, y = np.repeat([1.0, 0.0], n), sample.y[rows]
    extra = [values[rows] for values in sample.covariates.values()] if adjust else []
    x = np.column_stack([np.ones(2 * n), d, *extra])
    refuse_collinear(x, ("(Intercept)", "treated", *(sample.covariates if adjust else ())))
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    k, mean = len(b), float(y[:n].mean())

    def equations(theta: npt.NDArray[Any]) -> npt.NDArray[Any]:
        left = y - x @ theta[:k]
        own = d * (y - theta[k])
        return np.column_stack([x * left[:, None], own, d * (theta[k] - theta[1] - theta[k + 1])])

    theta = np.concatenate([b, [mean, mean - b[1]]])
    cov = sandwich(equations, theta, clusters=list(range(n)) * 2, counted=k)[-2:, -2:]
    df = n - k + 1
    if df < 1:
        raise TooLittleData(
            f"{n} pairs for {k} coefficients",
            field="covariates",
            accepted="fewer covariates, or adjust=False",
        )
    return Means(treated=mean, comparison=mean - float(b[1]), cov=cov, df=float(df))

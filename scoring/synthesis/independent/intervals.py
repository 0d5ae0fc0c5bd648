"""How far tau2 itself can be trusted: Q-profile and profile-likelihood intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final

import numpy as np
from scipy import optimize, special

from scoring.columns import Numbers, check_known, check_same_length, column, number, odd_one
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.independent.batch import LARGEST_RATIO, Batch, Flags
from scoring.synthesis.independent.forms import fit, log_likelihood
from scoring.synthesis.independent.heterogeneity import generalised_q_root
from scoring.synthesis.independent.inference import typical_variance
from scoring.synthesis.independent.results import Intervals
from scoring.synthesis.independent.search import local_maxima

KINDS: Final = ("q_profile", "profile_likelihood")

# Brent's search stops at adjacent doubles: its relative tolerance is the smallest that scipy takes
# (4 eps), its absolute one far below the smallest variance, which is near 1 in a batch.
ROOT_XTOL: Final = 1e-18
ROOT_RTOL: Final = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceInterval:
    """An interval of tau2 in the squared units of `yi`, with I2 (per cent) and H2 at its ends.

    `low` and `high` are 0 where the whole interval would lie below 0 (`empty` is then true): the
    effects vary less than their sampling errors lead to expect. `gap` tells that the likelihood
    has a second maximum and tau2 inside the interval that are less likely than both its ends.
    """

    kind: str
    level: float
    low: float
    high: float
    i2_low: float
    i2_high: float
    h2_low: float
    h2_high: float
    empty: bool
    gap: bool


def q_profile_of(batch: Batch, level: float) -> tuple[Intervals, Flags]:
    """The Q-profile intervals of a batch with k >= 2, and whether each was found to precision."""
    df, tail = batch.k - 1, (1 - level) / 2
    low, sure_low = generalised_q_root(batch, special.chdtri(df, tail))
    high, sure_high = generalised_q_root(batch, special.chdtri(df, 1 - tail))
    typical = typical_variance(fit(batch.y, batch.v, np.zeros_like(df)), batch.k)
    unit2 = batch.unit**2
    found = Intervals(
        tau2_low=low * unit2,
        tau2_high=high * unit2,
        i2_low=100 * low / (low + typical),
        i2_high=100 * high / (high + typical),
        h2_low=1 + low / typical,
        h2_high=1 + high / typical,
    )
    return found, sure_low & sure_high


def between_study_variance(
    yi: Numbers,
    vi: Numbers,
    *,
    kind: str = "q_profile",
    method: str = "REML",
    level: float = 0.95,
) -> VarianceInterval:
    """An interval of tau2 for k >= 2 independent effects `yi` (k,) with variances `vi` (k,).

        q_profile            tau2 at which Q(tau2) meets the quantiles of chi-squared, k - 1 df
        profile_likelihood   tau2 whose (restricted, for REML) log-likelihood is within half the
                             quantile of chi-squared, 1 df, of the highest; `method` REML or ML
    The first is exact for any k where effects are normal; the second is approximate and may have a
    gap where the likelihood has two maxima: the outermost ends are given then.
    Raises TooLittleData for fewer than 2 studies, InvalidInput and UnknownMethod as `synthesise`.
    Source: Viechtbauer 2007, Stat. Med. 26:37; Hardy and Thompson 1996, Stat. Med. 15:619.
    """
    check_known("kind", kind, KINDS)
    check_known("method", method, ("REML", "ML"))
    number("level", level, above=0.0, below=1.0)
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    if len(effects) < 2:
        raise TooLittleData("one study tells nothing of tau2", field="yi", accepted="2 or more")
    batch = checked(Batch.of(effects, variances, np.arange(len(effects))[:, None]))
    if kind == "q_profile":
        return q_profile_at(q_profile_of(batch, level)[0], 0, level=level)
    scaled_low, scaled_high, gap = _likelihood_ends(batch, level, restricted=method == "REML")
    unit2 = float(batch.unit[0]) ** 2
    return _interval(batch, scaled_low * unit2, scaled_high * unit2, level=level, gap=gap)


def q_profile_at(found: Intervals, number: int, *, level: float) -> VarianceInterval:
    """One subject's Q-profile interval of those that `synthesise_many` adds at this `level`."""
    ends = {f.name: float(getattr(found, f.name)[number]) for f in fields(Intervals)}
    low, high = ends.pop("tau2_low"), ends.pop("tau2_high")
    return VarianceInterval(
        kind="q_profile", level=level, low=low, high=high, empty=high == 0, gap=False, **ends
    )


def checked(batch: Batch) -> Batch:
    """The batch of one subject; raises InvalidInput, with the row, beyond double precision."""
    beyond = batch.beyond_precision()[:, 0]
    if beyond.any():
        raise too_far(batch, 0)
    return batch


def too_far(batch: Batch, subject: int) -> InvalidInput:
    """The refusal of a subject's odd study, too far from the others for double precision."""
    present = batch.present[:, subject]
    v, y = batch.v[present, subject], batch.y[present, subject]
    imprecise = not (v < LARGEST_RATIO).all()
    # In the caller's order, so that of two studies equally far apart the first is told.
    order = np.argsort(batch.rows[present, subject])
    odd = odd_one((np.log(v) if imprecise else y)[order])
    return InvalidInput(
        "is too far from the other rows for double precision",
        field="vi" if imprecise else "yi",
        row=int(batch.rows[present, subject][order][odd]) + 1,
        accepted=f"within a factor of {LARGEST_RATIO:g} of the most precise row",
    )


def _interval(
    batch: Batch, low: float, high: float, *, level: float, gap: bool
) -> VarianceInterval:
    fixed = fit(batch.y, batch.v, np.zeros(1))
    typical = float(typical_variance(fixed, batch.k)[0] * batch.unit[0] ** 2)
    return VarianceInterval(
        kind="profile_likelihood",
        level=level,
        low=low,
        high=high,
        i2_low=100 * low / (low + typical),
        i2_high=100 * high / (high + typical),
        h2_low=1 + low / typical,
        h2_high=1 + high / typical,
        empty=high == 0,
        gap=gap,
    )


def likelihoods(yi: Numbers, vi: Numbers, tau2: Numbers, *, method: str) -> tuple[float, ...]:
    """The log-likelihood of k effects `yi` (k,) with variances `vi` (k,) at each `tau2` (m,).

    For REML the restricted one; both but for a constant of the data, so that differences can be
    read: exp of one is how many times as likely the data are. Raises UnknownMethod for a `method`
    that is neither REML nor ML, InvalidInput as `synthesise`.
    Source: Viechtbauer 2005, J. Educ. Behav. Stat. 30:261.
    """
    check_known("method", method, ("REML", "ML"))
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    at = column("tau2", tau2, at_least=0.0)
    batch = checked(Batch.of(effects, variances, np.arange(len(effects))[:, None]))
    y, v = batch.tables(np.zeros(len(at), np.intp))
    heights = log_likelihood(y, v, at / batch.unit[0] ** 2, restricted=method == "REML")
    return tuple(heights.tolist())


def _likelihood_ends(batch: Batch, level: float, *, restricted: bool) -> tuple[float, float, bool]:
    """The outermost tau2 whose log-likelihood is near enough to the highest; is there a gap?

    Between two neighbouring maxima the likelihood has one minimum, so from one that is not near
    enough to one that is it crosses the limit once.
    """

    found = local_maxima(batch, restricted=restricted)

    def height(tau2: float) -> float:
        at = np.array([tau2])
        return float(log_likelihood(batch.y, batch.v, at, restricted=restricted)[0])

    limit = height(float(found.best[0])) - float(special.chdtri(1, 1 - level)) / 2

    def above(tau2: float) -> float:
        return height(tau2) - limit

    peaks = found.tau2.tolist()
    near = [i for i, peak in enumerate(peaks) if above(peak) >= 0]
    first, last = near[0], near[-1]
    before = peaks[first - 1] if first else 0.0
    low = 0.0 if first == 0 and above(0.0) >= 0 else _crossing(above, before, peaks[first])
    after = peaks[last + 1] if last + 1 < len(peaks) else _far_below(above, batch, peaks[last])
    high = _crossing(above, peaks[last], after)
    return low, high, _has_gap(above, peaks[first : last + 1])


def _crossing(above: Callable[[float], float], a: float, b: float) -> float:
    return float(optimize.brentq(above, a, b, xtol=ROOT_XTOL, rtol=ROOT_RTOL))


def _far_below(above: Callable[[float], float], batch: Batch, peak: float) -> float:
    """A tau2 past the last maximum at which the likelihood is below the limit."""
    # Far out the likelihood falls like a power of tau2, so doubling ends.
    end = 2 * peak + float(batch.v[0, 0])
    while above(end) >= 0:
        end *= 2
    return end


def _has_gap(above: Callable[[float], float], peaks: Sequence[float]) -> bool:
    return any(
        optimize.minimize_scalar(above, bounds=(left, right), method="bounded").fun < 0
        for left, right in pairwise(peaks)
    )

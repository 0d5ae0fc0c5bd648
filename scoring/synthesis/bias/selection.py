"""A selection model: the effect once results have been published more readily at some p-values."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_known, column, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.bias.asymmetry import ENOUGH_STUDIES
from scoring.synthesis.bias.climbing import VARIANCE, Peak, maxima, profile_end
from scoring.synthesis.bias.step_likelihood import StepLikelihood, Table
from scoring.synthesis.counts.contingency import ChiSquared, chi_squared
from scoring.synthesis.independent.pooling import synthesise
from scoring.synthesis.independent.results import Synthesis
from scoring.synthesis.moderated.coefficients import Coefficient, tested

# The step of the three-parameter model: significant at 5 per cent, two-sided, in the favoured
# direction. Source: McShane, Boeckenholt and Hansen 2016, Perspect. Psychol. Sci. 11:730.
SIGNIFICANT: Final = (0.025,)

# Which results are favoured: those significantly above 0, or those below it.
ALTERNATIVES: Final = ("greater", "less")

# Where climbs start: this many standard deviations from the unadjusted mean, with this many times
# its variance. Selection takes the mean down far more than up. In 481 constructed sets of 4 to 29
# studies, 8 of them with two maxima, no point of a grid of 9,821 stood higher than these climbs.
START_MEANS: Final = (-3.0, -1.0, 0.0, 1.0)
START_VARIANCES: Final = (0.1, 1.0, 4.0)

# An effect this many of the smallest standard errors from 0 leaves the likelihood no digits in
# double precision: it is the difference of squares of such figures.
FARTHEST: Final = 1e7

# The longest step of a climb: standard deviations, variances, and e-foldings of a weight.
REACH: Final = (1.0, 4.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How readily results with `above` < p <= `up_to` are published, against the first range.

    `k` studies fall into it. The first range has weight 1 by definition, without a standard error.
    The interval is that of the profile likelihood, with an infinite end where it is beyond double
    precision: then nothing in the studies speaks against any larger weight.
    """

    above: float
    up_to: float
    k: int
    weight: float
    se: float | None
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Maximum:
    """A local maximum of the likelihood, in the units of `yi`; `weights` are those of `Weight`."""

    mu: float
    tau2: float
    weights: tuple[float, ...]
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The highest maximum of the likelihood with weights for ranges of p, in the units of `yi`.

    `mu` is the mean of all studies, published or not, with its Wald test and interval; `mu_profile`
    and `tau2_profile` are intervals of the profile likelihood, to be preferred. `se_tau2` is None
    where tau2 is 0, and the other standard errors then take it as given. `selection` is the
    likelihood-ratio test that every weight is 1, and `unadjusted` the same model with them at 1
    (ML). `maxima` are all local maxima that were found, the highest first. `enough_studies` says
    whether there are the 10 that it takes to read it; with fewer the weights are hardly told.
    """

    alternative: str
    k: int
    level: float
    mu: Coefficient
    mu_profile: tuple[float, float]
    tau2: float
    se_tau2: float | None
    tau2_profile: tuple[float, float]
    weights: tuple[Weight, ...]
    log_likelihood: float
    selection: ChiSquared
    unadjusted: Synthesis
    maxima: tuple[Maximum, ...]
    enough_studies: bool


def select(
    yi: Numbers,
    vi: Numbers,
    *,
    steps: Numbers = SIGNIFICANT,
    alternative: str = "greater",
    level: float = 0.95,
) -> Selection:
    """Fit a step function of selection to k effects `yi` (k,) with variances `vi` (k,), by ML.

        yi ~ normal(mu, vi + tau2), published with weight 1 where p <= steps[0], with a weight of
        its own where p falls into each further range; p one-sided, against no effect (0)
    One step, at p = .025, is the three-parameter selection model. `alternative` is the direction in
    which results are favoured. mu, tau2 >= 0 and the log weights are climbed by Newton's method
    from a grid of starts, and the highest maximum is taken.
    Raises TooLittleData where a range has no study, or studies are not more than parameters;
    InvalidInput as `synthesise`, for effects beyond double precision, and for steps that do not
    rise between 0 and 1; UnknownMethod; NotConverged where the likelihood has no peak or its
    profile does not fall to the `level`.
    Source: Iyengar and Greenhouse 1988, Stat. Sci. 3:109; Vevea and Hedges 1995, Psychometrika
    60:419; McShane et al. 2016; metafor 3.8 `selmodel(type="stepfun")`.
    """
    check_known("alternative", alternative, ALTERNATIVES)
    unadjusted = synthesise(yi, vi, method="ML", test="z", level=level)
    search = _Search.of(
        column("yi", yi), column("vi", vi), steps, unadjusted, upwards=alternative == "greater"
    )
    peaks = maxima(search.likelihood.at, search.starts(), search.reach)
    top, ends = peaks[0], search.ends(peaks, level=level)
    best = tuple(search.in_units(peak) for peak in peaks)
    gain = top.height.value - search.likelihood.at(search.plain).value
    unit = abs(search.turned)
    return Selection(
        alternative=alternative,
        k=unadjusted.k,
        level=level,
        mu=tested("mu", best[0].mu, float(top.se[0]) * unit, df=None, level=level),
        mu_profile=_ordered(ends[0] * search.turned),
        tau2=best[0].tau2,
        se_tau2=float(top.se[VARIANCE]) * unit**2 if top.free[VARIANCE] else None,
        tau2_profile=_ordered(ends[VARIANCE] * unit**2),
        weights=_weights(top, ends, search),
        log_likelihood=best[0].log_likelihood,
        selection=chi_squared(max(0.0, 2 * gain), df=len(search.cuts)),
        unadjusted=unadjusted,
        maxima=best,
        enough_studies=unadjusted.k >= ENOUGH_STUDIES,
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """The likelihood in working units, effects divided by `turned` so that selection favours + .

    `plain` (p,) is the unadjusted fit, `reach` (p,) the longest step of a climb.
    """

    likelihood: StepLikelihood
    cuts: Column
    turned: float
    plain: Column
    variance: float

    @classmethod
    def of(
        cls, yi: Column, vi: Column, steps: Numbers, unadjusted: Synthesis, *, upwards: bool
    ) -> "_Search":
        """The search of these studies; refused where the weights cannot be told."""
        cuts = _checked(column("steps", steps, above=0.0))
        unit = math.ldexp(1.0, math.frexp(float(np.median(vi)))[1] // 2)
        turned = unit if upwards else -unit
        _check_range(yi, float(np.sqrt(vi.min())))
        likelihood = StepLikelihood.of(yi / turned, vi / unit**2, cuts)
        _check_enough(likelihood, cuts)
        plain = np.zeros(2 + len(cuts))
        plain[:2] = unadjusted.estimate / turned, unadjusted.tau2 / unit**2
        variance = float(plain[VARIANCE] + np.median(likelihood.v))
        return cls(likelihood, cuts, turned, plain, variance)

    @property
    def reach(self) -> Column:
        deviations, variances, folds = REACH
        steps = [deviations * math.sqrt(self.variance), variances * self.variance]
        return np.array(steps + [folds] * len(self.cuts))

    def starts(self) -> list[Column]:
        """The unadjusted fit, and the grid around it."""
        deviation = math.sqrt(self.variance)
        grid = [
            self.likelihood.start(float(self.plain[0]) + by * deviation, share * self.variance)
            for by in START_MEANS
            for share in START_VARIANCES
        ]
        return [self.plain, *grid]

    def ends(self, peaks: list[Peak], *, level: float) -> Table:
        """Both ends of every parameter's profile interval (p, 2)."""
        drop = float(special.chdtri(1, 1 - level)) / 2
        at, reach = self.likelihood.at, self.reach
        return np.array(
            [
                [
                    profile_end(at, peaks, reach, index=i, towards=way, drop=drop)
                    for way in (-1.0, 1.0)
                ]
                for i in range(len(reach))
            ]
        )

    def in_units(self, peak: Peak) -> Maximum:
        """A peak in the units of the caller."""
        k = len(self.likelihood.y)
        return Maximum(
            mu=float(peak.theta[0]) * self.turned,
            tau2=float(peak.theta[VARIANCE]) * self.turned**2,
            weights=(1.0, *_exp(peak.theta[2:]).tolist()),
            log_likelihood=peak.height.value - k * math.log(abs(self.turned)),
        )


def _checked(cuts: Column) -> Column:
    if not len(cuts) or cuts[-1] >= 1 or (np.diff(cuts) <= 0).any():
        told = ", ".join(f"{cut:g}" for cut in cuts) or "none"
        raise InvalidInput(f"are {told}", field="steps", accepted="rising figures between 0 and 1")
    return cuts


def _check_range(yi: Column, smallest: float) -> None:
    refuse_rows(
        np.abs(yi) > FARTHEST * smallest,
        field="yi",
        values=yi,
        accepted=f"an effect within {FARTHEST:g} of the smallest standard errors of 0",
    )


def _check_enough(likelihood: StepLikelihood, cuts: Column) -> None:
    """A weight is told by the studies on both sides of its step, and every figure costs one."""
    ranges = pairwise([0.0, *cuts.tolist(), 1.0])
    for (above, up_to), k in zip(ranges, likelihood.counts.tolist(), strict=True):
        if not k:
            raise TooLittleData(
                f"leave no study with {above:g} < p <= {up_to:g}",
                field="steps",
                accepted="steps with a study in every range",
            )
    k, parameters = len(likelihood.y), 2 + len(cuts)
    if k <= parameters:
        raise TooLittleData(
            f"there are {k} studies", field="yi", accepted=f"{parameters + 1} or more"
        )


def _exp(logs: Table) -> Table:
    with np.errstate(over="ignore"):
        return np.exp(logs)


def _ordered(ends: Column) -> tuple[float, float]:
    return float(ends.min()), float(ends.max())


def _weights(top: Peak, ends: Table, search: _Search) -> tuple[Weight, ...]:
    bounds, counts = [0.0, *search.cuts.tolist(), 1.0], search.likelihood.counts.tolist()
    first = Weight(
        above=0.0, up_to=bounds[1], k=counts[0], weight=1.0, se=None, ci_low=1.0, ci_high=1.0
    )
    weights, limits = _exp(top.theta[2:]), _exp(ends[2:])
    others = (
        Weight(
            above=bounds[i],
            up_to=bounds[i + 1],
            k=counts[i],
            weight=float(weights[i - 1]),
            se=float(weights[i - 1] * top.se[i + 1]),
            ci_low=float(limits[i - 1, 0]),
            ci_high=float(limits[i - 1, 1]),
        )
        for i in range(1, len(counts))
    )
    return first, *others

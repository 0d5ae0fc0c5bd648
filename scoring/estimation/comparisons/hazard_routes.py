"""From what a report says of times to an event to a log hazard ratio, by every route there is."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from scipy import special

from scoring.columns import number
from scoring.effects import reported_effect
from scoring.effects.printed import Printed, figure, probability
from scoring.errors import InvalidInput

# Which way the log-rank test went: less or more events with the programme than expected.
DIRECTIONS: Final[Mapping[str, int]] = MappingProxyType({"fewer": -1, "more": 1})

# What rounding may set apart two ways to tell one analysis, in standard errors; and what a single
# step from no effect may, as (O - E) / V is off for large ratios (Greenland and Salvan 1990, Stat.
# Med. 9:247). Conventions of this project.
ROUNDING: Final = 0.25
ONE_STEP: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a report tells of both arms, 1 with the programme and 2 without; None: not told.

    `hr` is the hazard ratio, 1 against 2, `ci_low` and `ci_high` its interval at `ci_level`, `sei`
    the standard error of its logarithm. `o_minus_e` and `v` are of the log-rank test in arm 1,
    `p_value` is its two-sided p-value, `direction` one of `DIRECTIONS`. `x1i`, `x2i` are events,
    `events` those of both arms, `n1i`, `n2i` people, `median1i`, `median2i` median times,
    `survival1i`, `survival2i` shares without the event at one time.
    """

    hr: Printed | None = None
    ci_low: Printed | None = None
    ci_high: Printed | None = None
    ci_level: float = 0.95
    sei: Printed | None = None
    o_minus_e: float | None = None
    v: float | None = None
    p_value: Printed | None = None
    direction: str | None = None
    x1i: float | None = None
    x2i: float | None = None
    events: float | None = None
    n1i: float | None = None
    n2i: float | None = None
    median1i: float | None = None
    median2i: float | None = None
    survival1i: float | None = None
    survival2i: float | None = None

    def has(self, *fields: str) -> bool:
        """Whether all of these are told."""
        return all(getattr(self, field) is not None for field in fields)

    @property
    def total(self) -> float | None:
        """The events of both arms."""
        if self.x1i is not None and self.x2i is not None:
            return self.x1i + self.x2i
        return self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A log hazard ratio `yi` with its variance `vi`, by `route`; intervals tell their asymmetry.

    `firm` is False where the rounding of a figure decides what comes out.
    """

    route: str
    yi: float
    vi: float
    asymmetry: float | None = None
    firm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way: what it `needs`, the same in `words`, what it `assumes`, and how it is gone.

    `direct` ways need nothing but what a log-rank or Cox analysis gives. Two of them agree where
    log ratios are within `apart` standard errors, standard errors within a factor of 1 + `apart`.
    """

    needs: str
    words: str
    assumes: str
    direct: bool
    source: str
    able: Callable[[Told], bool]
    go: Callable[[Told], Found]
    apart: float = ROUNDING


Routes: TypeAlias = Mapping[str, Route]

# From a p-value of a statistic below this the standard error mostly tells how p was rounded: a
# convention of this project.
FIRM: Final = 1.0

# With fewer of the people than this having the event, the variance of a median is that of x people.
FEWEST_EVENTS: Final = 0.1

PARMAR: Final = "Parmar, Torri and Stewart 1998, Stat. Med. 17:2815"
TIERNEY: Final = "Tierney et al. 2007, Trials 8:16"


def log_rank_variance(told: Told) -> float:
    """V of the log-rank test from counts of events O, the best that they allow.

        O n1 n2 / (n1 + n2)^2     people of both arms told, whatever the allocation
        O1 O2 / (O1 + O2)         events of both arms told, arms of one size
        O / 4                     events of both together told, arms of one size
    Source: Parmar et al. 1998; Tierney et al. 2007, Trials 8:16.
    """
    total = told.total or 0.0
    if told.n1i is not None and told.n2i is not None:
        return total * told.n1i * told.n2i / (told.n1i + told.n2i) ** 2
    if told.x1i is not None and told.x2i is not None:
        return told.x1i * told.x2i / total
    return total / 4


def _ratio(told: Told) -> float:
    return figure("hr", told.hr or math.nan, above=0.0).value


def _p(told: Told) -> float:
    """The p-value; nan for a bound like "<0.001", which tells no precision."""
    return probability("p_value", told.p_value or 0.0).value


def _interval(told: Told) -> Found:
    effect = reported_effect(
        "HR",
        told.hr or math.nan,
        ci_low=told.ci_low,
        ci_high=told.ci_high,
        level=told.ci_level,
    )
    return Found(route="interval", yi=effect.yi, vi=effect.vi, asymmetry=effect.asymmetry)


def _se(told: Told) -> Found:
    effect = reported_effect("HR", told.hr or math.nan, sei=told.sei)
    return Found(route="se", yi=effect.yi, vi=effect.vi)


def _hr_p(told: Told) -> Found:
    effect = reported_effect("HR", told.hr or math.nan, p_value=told.p_value)
    firm = abs(effect.yi) >= FIRM * math.sqrt(effect.vi)
    return Found(route="hr_p", yi=effect.yi, vi=effect.vi, firm=firm)


def _log_rank(told: Told) -> Found:
    v = number("v", told.v or 0.0, above=0.0)
    return Found(route="log_rank", yi=number("o_minus_e", told.o_minus_e or 0.0) / v, vi=1 / v)


def _hr_events(told: Told) -> Found:
    yi = math.log(_ratio(told))
    return Found(route="hr_events", yi=yi, vi=1 / log_rank_variance(told))


def _p_events(told: Told) -> Found:
    if told.direction is None or told.direction not in DIRECTIONS:
        raise InvalidInput(
            "is missing" if told.direction is None else f"is {told.direction!r}",
            field="direction",
            accepted="fewer or more: whether the programme's arm had fewer events than expected",
        )
    z = -float(special.ndtri(_p(told) / 2)) * DIRECTIONS[told.direction]
    v = log_rank_variance(told)
    return Found(route="p_events", yi=z / math.sqrt(v), vi=1 / v)


def median_variance(events: float, people: float | None) -> float:
    """The variance of the logarithm of a median read off a curve, as if its hazard h were constant.

        1 / (x (ln 2)^2)                       times p^2 (2^(1/p) - 1), at most 1, of n people
    A median of n people has variance 1 / (4 n f(m)^2) where the density f(m) is h / 2 and h m is
    ln 2: twice what a curve fitted to all times would have. Of n people a share p = x / n has the
    event while others leave at random at any time; where they leave after the median it is p.
    Source: Serfling 1980, Approximation Theorems of Mathematical Statistics, 2.3.3; Reid 1981, Ann.
    Stat. 9:78, for the median of a survival curve; Greenwood 1926 for the variance of the curve.
    """
    share = 1.0 if people is None else max(events / people, FEWEST_EVENTS)
    return min(share**2 * (2 ** (1 / share) - 1), 1.0) / (events * math.log(2) ** 2)


def _medians(told: Told) -> Found:
    one, other = (
        number(field, getattr(told, field), above=0.0) for field in ("median1i", "median2i")
    )
    arms = ((told.x1i, told.n1i), (told.x2i, told.n2i))
    vi = sum(median_variance(x or math.nan, n) for x, n in arms)
    return Found(route="medians", yi=math.log(other / one), vi=vi)


def _survival(told: Told) -> Found:
    arms = []
    for arm in (1, 2):
        s = number(f"survival{arm}i", getattr(told, f"survival{arm}i"), above=0.0, below=1.0)
        n = number(f"n{arm}i", getattr(told, f"n{arm}i"), above=0.0)
        arms.append((math.log(-math.log(s)), (1 - s) / (n * s * math.log(s) ** 2)))
    (one, v1), (other, v2) = arms
    return Found(route="survival", yi=one - other, vi=v1 + v2)


# In the order of preference: first what needs least to be taken for granted.
ROUTES: Final[Routes] = MappingProxyType(
    {
        "interval": Route(
            needs="hr with ci_low and ci_high",
            words="the reported ratio and its interval",
            assumes="",
            direct=True,
            source=f"{PARMAR}; {TIERNEY}",
            able=lambda told: told.has("hr", "ci_low", "ci_high"),
            go=_interval,
        ),
        "se": Route(
            needs="hr with sei",
            words="the reported ratio and its standard error",
            assumes="",
            direct=True,
            source="Cochrane Handbook 6.4, section 6.3.2",
            able=lambda told: told.has("hr", "sei"),
            go=_se,
        ),
        "log_rank": Route(
            needs="o_minus_e with v",
            words="the log-rank test: events observed less expected, and their variance",
            assumes="",
            direct=True,
            source=f"Peto et al. 1977, Br. J. Cancer 35:1; {TIERNEY}",
            able=lambda told: told.has("o_minus_e", "v"),
            go=_log_rank,
            apart=ONE_STEP,
        ),
        "hr_p": Route(
            needs="hr with p_value",
            words="the reported ratio and its p-value",
            assumes="the p-value is of the same analysis as the ratio",
            direct=True,
            source=f"{PARMAR}; {TIERNEY}",
            able=lambda told: told.has("hr", "p_value") and 0 < _p(told) < 1 and _ratio(told) != 1,
            go=_hr_p,
        ),
        "hr_events": Route(
            needs="hr with events",
            words="the reported ratio and the number of events",
            assumes="the variance is what the number of events makes it",
            direct=False,
            source=f"{PARMAR}; {TIERNEY}",
            able=lambda told: told.has("hr", "total"),
            go=_hr_events,
        ),
        "p_events": Route(
            needs="p_value with direction and events",
            words="the p-value of the log-rank test and the number of events",
            assumes="the p-value is of a log-rank test, whose variance the events tell",
            direct=False,
            source=f"{PARMAR}; {TIERNEY}",
            able=lambda told: told.has("p_value", "total") and _p(told) > 0,
            go=_p_events,
        ),
        "survival": Route(
            needs="survival1i and survival2i with n1i and n2i",
            words="the shares without the event at one time",
            assumes="hazards stay proportional, and hardly anybody left before that time",
            direct=False,
            source=f"{PARMAR}; Greenwood 1926 for the variance, by the delta method",
            able=lambda told: told.has("survival1i", "survival2i", "n1i", "n2i"),
            go=_survival,
        ),
        "medians": Route(
            needs="median1i and median2i with x1i and x2i",
            words="the median times and the number of events",
            assumes="hazards are the same at all times (exponential survival)",
            direct=False,
            source="Reid 1981, Ann. Stat. 9:78, at constant hazards",
            able=lambda told: told.has("median1i", "median2i", "x1i", "x2i"),
            go=_medians,
        ),
    }
)

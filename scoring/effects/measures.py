"""The vocabulary of effects: the measures, their scales, and one effect as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from scoring.columns import check_known, number
from scoring.errors import IncompatibleEffects, InvalidInput

SD_UNITS: Final = "standard deviations"

# Measures and their scales, named as metafor's `escalc` names them, but for three: COX is the Cox
# index of the What Works Clearinghouse (metafor's OR2DN), HR the log hazard ratio that trials
# report, GEN whatever the caller says it is. Direction is always group 1 against group 2, or the
# first measurement against the second.
SCALES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SMD": SD_UNITS,
        "SMDH": SD_UNITS,
        "MD": "units of the outcome",
        "ROM": "log ratio of means",
        "OR": "log odds ratio",
        "RR": "log risk ratio",
        "RD": "difference in proportions",
        "PETO": "log odds ratio",
        "AS": "difference in arcsine roots",
        "COX": SD_UNITS,
        "IRR": "log rate ratio",
        "IRD": "difference in rates",
        "IRSD": "difference in root rates",
        "HR": "log hazard ratio",
        "PR": "proportion",
        "PLO": "log odds",
        "PAS": "arcsine root of the proportion",
        "PFT": "double arcsine of the proportion",
        "COR": "correlation",
        "ZCOR": "Fisher's z",
        "MC": "units of the outcome",
        "SMCC": "standard deviations of the change",
        "SMCR": SD_UNITS,
        "SMCRH": SD_UNITS,
        "GEN": "units of the estimate",
    }
)

# Measures reported as ratios and analysed as natural logarithms.
LOG_RATIOS: Final = ("OR", "RR", "IRR", "HR", "PETO", "ROM")

# Measures of one group: they compare nobody, so none of their signs is good or bad.
ONE_GROUP: Final = ("PR", "PLO", "PAS", "PFT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """What the rounding of a printed report leaves open.

    `se_low` to `se_high` are the standard errors that print as the report does, on the effect's
    scale. `agrees` says whether the figures (estimate, interval, standard error, statistic,
    p-value) can all come from one estimate and one standard error; None where only one tells.
    `contradictions` names the pairs that cannot: "estimate and interval", "interval and p_value".
    """

    se_low: float
    se_high: float
    agrees: bool | None
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One effect on its analysis scale (ratios are natural logs) with its sampling variance.

    `source` says where the variance came from: `two_by_two`, `means`, `rates`, `proportions`,
    `correlations`, `changes`, `given`, or for a reported estimate `interval`, `se`, `statistic` or
    `p_value`. `n1i` and `n2i` are the group sizes when known; one group has n1i alone.
    `asymmetry` belongs to reported intervals: (high + low - 2 yi) / (high - low) on the analysis
    scale, 0 when the estimate is in the middle and +-1 when it sits on a bound. `rounding` belongs
    to reports whose decimals are known. `direction_good` is 1 or -1 once the effect is oriented so
    that + is good; `converted_from` the measure it was before a conversion; `design_effect` the
    correction for clusters that it had. All three are None before.
    """

    measure: str
    yi: float
    vi: float
    scale: str
    source: str
    n1i: float | None = None
    n2i: float | None = None
    asymmetry: float | None = None
    direction_good: int | None = None
    rounding: Rounding | None = None
    converted_from: str | None = None
    design_effect: float | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown measure, an estimate that is not finite and a variance not above 0."""
        check_known("measure", self.measure, SCALES)
        number("yi", self.yi)
        number("vi", self.vi, above=0.0)


def oriented(effect: Effect, direction_good: int) -> Effect:
    """The effect turned so that + is good: yi * direction_good, variance unchanged.

    `direction_good` is 1 where a higher outcome is better and -1 where a lower one is; it turns
    differences, log ratios, changes and correlations alike, all of which are 0 for no effect.
    Raises InvalidInput for anything else, and IncompatibleEffects when the effect is oriented
    already or is the proportion of one group, which compares nobody.
    """
    if direction_good not in (1, -1):
        raise InvalidInput(f"is {direction_good}", field="direction_good", accepted="1 or -1")
    if effect.direction_good is not None:
        raise IncompatibleEffects(
            "the effect is oriented already; turning it twice would undo it",
            field="direction_good",
            accepted="an effect as it was measured",
        )
    if effect.measure in ONE_GROUP:
        raise IncompatibleEffects(
            f"{effect.measure} is the proportion of one group and compares nobody",
            field="direction_good",
            accepted="a comparison of two groups, two times or two variables",
        )
    asymmetry = None if effect.asymmetry is None else effect.asymmetry * direction_good
    return replace(
        effect,
        yi=effect.yi * direction_good,
        asymmetry=asymmetry,
        direction_good=direction_good,
    )


def rescaled(effect: Effect, yi: float, slope: float) -> Effect:
    """The effect at `yi` on another scale: variance and rounding times the slope's size there.

    The delta method, vi * slope^2; exact where the scales are proportional.
    """
    rounding = effect.rounding
    if rounding is not None:
        low, high = rounding.se_low * abs(slope), rounding.se_high * abs(slope)
        rounding = replace(rounding, se_low=low, se_high=high)
    return replace(effect, yi=yi, vi=effect.vi * slope**2, rounding=rounding)

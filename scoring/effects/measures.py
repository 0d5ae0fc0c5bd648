"""The vocabulary of effects: the measures, their scales, and one effect as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from scoring.columns import check_known, number
from scoring.errors import IncompatibleEffects, InvalidInput

SD_UNITS: Final = "standard deviations"

# Measures and their scales, named as metafor's `escalc` names them; HR is the log hazard ratio that
# trials report and GEN whatever the caller says it is. Direction is always group 1 against group 2.
SCALES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SMD": SD_UNITS,
        "MD": "units of the outcome",
        "OR": "log odds ratio",
        "RR": "log risk ratio",
        "RD": "difference in proportions",
        "IRR": "log rate ratio",
        "HR": "log hazard ratio",
        "GEN": "units of the estimate",
    }
)

# Measures reported as ratios and analysed as natural logarithms.
LOG_RATIOS: Final = ("OR", "RR", "IRR", "HR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One effect on its analysis scale (ratios are natural logs) with its sampling variance.

    `source` says where the variance came from: `two_by_two`, `means`, `rates`, `given`, or for a
    reported estimate `interval`, `se` or `p_value`. `n1i` and `n2i` are the group sizes when known.
    `asymmetry` belongs to reported intervals: (high + low - 2 yi) / (high - low) on the analysis
    scale, 0 when the estimate is in the middle and +-1 when it sits on a bound.
    `direction_good` is 1 or -1 once the effect is oriented so that + is good, None before.
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

    def __post_init__(self) -> None:
        """Refuse an unknown measure, an estimate that is not finite and a variance not above 0."""
        check_known("measure", self.measure, SCALES)
        number("yi", self.yi)
        number("vi", self.vi, above=0.0)


def oriented(effect: Effect, direction_good: int) -> Effect:
    """The effect turned so that + is good: yi * direction_good, variance unchanged.

    `direction_good` is 1 where a higher outcome is better and -1 where a lower one is. Raises
    InvalidInput for anything else and IncompatibleEffects when the effect is oriented already.
    """
    if direction_good not in (1, -1):
        raise InvalidInput(f"is {direction_good}", field="direction_good", accepted="1 or -1")
    if effect.direction_good is not None:
        raise IncompatibleEffects(
            "the effect is oriented already; turning it twice would undo it",
            field="direction_good",
            accepted="an effect as it was measured",
        )
    asymmetry = None if effect.asymmetry is None else effect.asymmetry * direction_good
    return replace(
        effect,
        yi=effect.yi * direction_good,
        asymmetry=asymmetry,
        direction_good=direction_good,
    )

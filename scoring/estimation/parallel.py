"""Whether a drift before the start is shown to be small, not merely not shown to be there."""

from dataclasses import dataclass
from typing import Final

from scipy import special

from scoring.anytime import default_sesoi
from scoring.effects import LOGISTIC_SD
from scoring.estimation.results import Coefficient
from scoring.estimation.words import p_in_words, plain

# Below this probability the data speak against parallel trends; both one-sided tests of
# equivalence are at it too, so that the interval of 1 - 2 times it decides.
SIGNIFICANT: Final = 0.05

SOURCE: Final = (
    "Roth 2022, AER: Insights 4:305, on what a test that does not reject shows; bounded as "
    "Bilinski and Hatfield 2018, arXiv 1805.03273; Dette and Schumann 2024, J. Bus. Econ. "
    "Stat. 42:1227"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A drift before the start: `parallel` is False where seen, True where shown to be small."""

    parallel: bool | None
    text: str


def worthwhile(*, sd: float | None, log: bool) -> float | None:
    """The smallest effect worth having where no plan says, in units of the analysis, or None.

    0.2 standard deviations where a deviation is known, 10 % of a ratio: what the house takes where
    nothing was registered.
    """
    if log:
        return default_sesoi("ROM") * LOGISTIC_SD
    return None if sd is None else default_sesoi("SMD") * sd


def drift(trend: Coefficient, *, distance: float, margin: float | None) -> Drift:
    """Whether groups drifted apart by more than `margin` would excuse.

        denied  p < 0.05 of no drift a period
        shown   the whole 90 % interval of drift times `distance` lies within -margin to margin
    `distance` are the periods from the middle of those before the start to the middle of those with
    the programme: so far a drift that goes on moves a difference in differences. A drift that is
    neither seen nor bounded is left to a person to judge, as a test without power passes anything.
    Source: Roth 2022; Bilinski and Hatfield 2018; Dette and Schumann 2024; two one-sided tests as
    Schuirmann 1987, J. Pharmacokinet. Biopharm. 15:657.
    """
    t = special.ndtri if trend.df is None else lambda share: special.stdtrit(trend.df, share)
    half = float(t(1 - SIGNIFICANT)) * trend.se
    low, high = sorted(distance * (trend.estimate + side * half) for side in (-1, 1))
    if trend.p_value < SIGNIFICANT:
        return Drift(parallel=False, text="")
    told = (
        f"Carried on into the programme's periods it would come to {plain(low)} to {plain(high)} "
        f"(90 % interval; {p_in_words(trend.p_value)} only says that no drift was seen)"
    )
    if margin is None:
        told += "; without a standard deviation nothing says whether that is little"
        return Drift(parallel=None, text=f"{told}: whether trends were parallel has to be judged.")
    if max(abs(low), abs(high)) <= margin:
        return Drift(
            parallel=True,
            text=f"{told}, all of it below the smallest effect worth having, {plain(margin)}.",
        )
    told += f", not all of it below the smallest effect worth having, {plain(margin)}"
    return Drift(parallel=None, text=f"{told}: whether trends were parallel has to be judged.")

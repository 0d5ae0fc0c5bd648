"""What could be wrong with a synthetic control, looked for in its fit and its placebos."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.estimation.deviations import Standardiser
from scoring.estimation.panels.panel import Panel
from scoring.estimation.panels.panel_report import even_periods
from scoring.estimation.panels.synthetic_fit import (
    Synthetic,
    fitted,
    least_error,
    placebos,
    predictors,
    share_as_extreme,
)
from scoring.estimation.panels.synthetic_intervals import CONFORMAL, PLACEBO, VARIANCE, unit_count
from scoring.estimation.results import Check
from scoring.estimation.shapes import Matrix
from scoring.estimation.words import p_in_words, plain

# A synthetic unit that is further from the real one before the start than this share of the
# standard deviation between units is not alike (the limit for groups at baseline of the WWC
# Handbook 4.1, section II.C), unless outcomes are so noisy that donors are no nearer to their own
# mixes: squared errors up to twice theirs pass, the strictest cut of Abadie, Diamond and
# Hainmueller 2010, section 3.4.
FARTHEST_BEFORE: Final = 0.25
FARTHEST_BY_DONORS: Final = 2.0

# From so many periods before the start on, its last quarter is held out as a test.
FEWEST_TO_HOLD_OUT: Final = 8

# Below this probability the data speak against what the design assumes.
SIGNIFICANT: Final = 0.05

# A donor that weighs this little is not told.
SMALL_WEIGHT: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fitted synthetic control with all that its report needs."""

    panel: Panel
    rows: Matrix
    treated: Synthetic
    others: tuple[Synthetic, ...]
    unit: Standardiser
    interval: str | None
    level: float

    @property
    def name(self) -> str:
        """The treated unit."""
        return str(self.panel.units[self.treated.unit])

    def p_value(self, side: int) -> float:
        """The placebo p-value: 1 of a rise, -1 of a fall, 0 of either."""
        least = least_error(self.panel)
        mine = self.treated.ratio(side, least=least)
        return share_as_extreme(mine, [other.ratio(side, least=least) for other in self.others])

    @property
    def mix(self) -> list[tuple[str, float]]:
        """Donors and their weights, the largest first."""
        names = (str(self.panel.units[place]) for place in self.treated.donors)
        mix = zip(names, self.treated.weights.tolist(), strict=True)
        return sorted(mix, key=lambda pair: -pair[1])


def checks(case: Case, method: str) -> tuple[Check, ...]:
    """All checks of a case whose interval was found by `method`."""
    found: Iterable[Check | None] = (
        _fit_before(case),
        _enough_donors(case),
        _placebos(case),
        _held_out(case),
        _without_each_donor(case),
        _weights(case),
        _how_bounded(method),
        even_periods(case.panel),
    )
    return tuple(check for check in found if check is not None)


def _fit_before(case: Case) -> Check:
    values = case.panel.y[:, : case.treated.before]
    spread = float(np.sqrt(values.var(axis=0, ddof=1).mean()))
    own = max(case.treated.error_before, least_error(case.panel))
    apart = own / max(spread, least_error(case.panel))
    typical = float(np.median([other.error_before for other in case.others]))
    limit = max(FARTHEST_BEFORE, math.sqrt(FARTHEST_BY_DONORS) * apart * typical / own)
    passed = apart <= limit
    told = (
        f"Before the start the two are {plain(case.treated.error_before)} apart in root mean "
        f"square, {plain(apart)} standard deviations between units, over "
        f"{case.treated.before} periods; the limit is {plain(limit)}."
    )
    if not passed:
        told += f" No mix of donors moves as {case.name} did: the gap after may be the gap before."
    return Check(
        name="pre_fit",
        title="Fit of the synthetic unit before the programme",
        passed=passed,
        observed=apart,
        threshold=limit,
        text=told,
        source="Abadie 2021, J. Econ. Lit. 59:391, section 4; WWC Handbook 4.1, section II.C",
    )


def _enough_donors(case: Case) -> Check:
    units, needed = len(case.others) + 1, unit_count(case.level)
    passed = units >= needed
    return Check(
        name="donors",
        title="Number of donors",
        passed=passed,
        observed=float(units - 1),
        threshold=float(needed - 1),
        text=f"With {units - 1} donors the placebo p-value cannot be below {1 / units:.3g}.",
        source="Abadie, Diamond and Hainmueller 2010, J. Am. Stat. Assoc. 105:493",
    )


def _placebos(case: Case) -> Check:
    return Check(
        name="placebos",
        title="Placebo p-value, treatment given to every donor in turn",
        passed=None,
        observed=case.p_value(0),
        threshold=1 / (len(case.others) + 1),
        text=f"{100 * case.p_value(0):.3g} % of units have gaps after the start as large, by those "
        f"before, as {case.name}; for a rise alone {100 * case.p_value(1):.3g} %, for a fall alone "
        f"{100 * case.p_value(-1):.3g} %.",
        source="Abadie 2021, J. Econ. Lit. 59:391, section 3.5",
    )


def _earlier(case: Case) -> tuple[Panel, Matrix, int] | None:
    """Periods before the start, what is to be matched, and where the last quarter begins."""
    before = case.treated.before
    if before < FEWEST_TO_HOLD_OUT:
        return None
    panel = case.panel.some(periods=range(before))
    earlier = before - before // 4
    return panel, predictors(panel, earlier), earlier


def missed(case: Case) -> float | None:
    """The root mean squared gap in the last quarter before the start, fitted to those before it.

    None for too few periods to hold out a quarter of them.
    """
    held = _earlier(case)
    if held is None:
        return None
    panel, rows, earlier = held
    mine = fitted(panel, rows, case.treated.unit, case.treated.donors, before=earlier)
    return float(np.sqrt((mine.gaps[earlier:] ** 2).mean()))


def _held_out(case: Case) -> Check | None:
    """A start that never was: weights from the first three quarters, gaps in the last before it."""
    held = _earlier(case)
    if held is None:
        return None
    panel, rows, earlier = held
    before, donors = case.treated.before, case.treated.donors
    mine = fitted(panel, rows, case.treated.unit, donors, before=earlier)
    others = placebos(panel, rows, donors, before=earlier)
    least = least_error(panel)
    p = share_as_extreme(
        mine.ratio(0, least=least), [other.ratio(0, least=least) for other in others]
    )
    passed = p >= SIGNIFICANT
    return Check(
        name="held_out",
        title="Effect of a pretended start",
        passed=passed,
        observed=p,
        threshold=SIGNIFICANT,
        text=f"Fitted to all but the last {before // 4} periods before the start, it misses those "
        f"by {plain(mine.effect)} on average (placebo {p_in_words(p)}).",
        source="Abadie, Diamond and Hainmueller 2015, Am. J. Polit. Sci. 59:495, in-time placebos",
    )


def _without_each_donor(case: Case) -> Check:
    donors = case.treated.donors
    effects = [
        fitted(
            case.panel,
            case.rows,
            case.treated.unit,
            [other for other in donors if other != donor],
            before=case.treated.before,
        ).effect
        for donor, weight in zip(donors, case.treated.weights, strict=True)
        if weight > SMALL_WEIGHT
    ]
    turned = any(effect * case.treated.effect <= 0 for effect in effects)
    return Check(
        name="leave_one_out",
        title="Weight of single donors in the effect",
        passed=not turned,
        observed=min(effects, key=lambda effect: effect * np.sign(case.treated.effect)),
        threshold=0.0,
        text=f"Leaving out each donor in turn, the effect lies between {plain(min(effects))} and "
        f"{plain(max(effects))}.",
        source="Abadie, Diamond and Hainmueller 2015, Am. J. Polit. Sci. 59:495",
    )


def _weights(case: Case) -> Check:
    told = [f"{name} {weight:.2f}" for name, weight in case.mix if weight > SMALL_WEIGHT]
    return Check(
        name="weights",
        title="Donors in the mix",
        passed=None,
        observed=float(case.treated.weights.max()),
        threshold=None,
        text=f"The mix is {', '.join(told)}.",
        source="Abadie, Diamond and Hainmueller 2010",
    )


def _how_bounded(method: str) -> Check:
    told = {
        PLACEBO: "The interval holds the effects that the placebos do not reject.",
        VARIANCE: "The interval takes gaps to be normal, and this unit to depart from its mix as "
        "donors do from theirs.",
        CONFORMAL: "The interval holds the constant effects that permutations over time do not "
        "reject; it takes errors to be of one kind before and after.",
    }
    return Check(
        name="interval",
        title="Way in which the interval came about",
        passed=None,
        observed=None,
        threshold=None,
        text=told[method],
        source="Firpo and Possebom 2018; Arkhangelsky et al. 2021; Chernozhukov et al. 2021",
    )

"""A synthetic control as an estimate: its interval, words, facts and pictures."""

import math
from typing import Final

from scoring.estimation.deviations import in_deviations
from scoring.estimation.panels.panel_pictures import line, series, y_label
from scoring.estimation.panels.panel_report import effect_in_words, natural_effect
from scoring.estimation.panels.simplex import RIDGE
from scoring.estimation.panels.synthetic_checks import SMALL_WEIGHT, Case, checks, missed
from scoring.estimation.panels.synthetic_fit import least_error
from scoring.estimation.panels.synthetic_intervals import (
    PLACEBO,
    VARIANCE,
    conformal_interval,
    placebo_interval,
    placebo_variance,
    unit_count,
    variance_interval,
)
from scoring.estimation.parallel import worthwhile
from scoring.estimation.results import COMPARISON, Check, Estimate, Line, Picture, Value
from scoring.estimation.words import checks_in_words, decided_in_words

# A variance on so many degrees of freedom has a relative standard error of sqrt(2 / df), a half.
# With fewer placebos it weighs an effect in a pool by chance.
FEWEST_FOR_POOL: Final = 8

BLIND: Final = (
    "It cannot tell the programme from anything else that began in this unit at the same time, and "
    "it speaks of this unit only."
)


def report(case: Case) -> Estimate:
    """The estimate, its interval by the method asked for or the first that there is."""
    panel, treated = case.panel, case.treated
    variance = placebo_variance(case.others)
    natural = natural_effect(
        panel,
        treated.effect,
        math.sqrt(variance),
        source="placebo variance",
        n1i=1,
        n2i=len(case.others),
    )
    method, low, high = _interval(case, variance)
    found = checks(case, method)
    kept = _reason(case, found)
    standardised = in_deviations(natural, case.unit) if kept is None else None
    return Estimate(
        design="synthetic_control",
        estimator="simplex_weights",
        covariance="placebo",
        claim=COMPARISON,
        level=case.level,
        n=panel.y.size,
        natural=natural,
        df=float(len(case.others)),
        p_value=case.p_value(0),
        ci_low=low,
        ci_high=high,
        standardised=standardised,
        not_standardised=kept,
        coefficients=(),
        checks=found,
        text=_text(case, found, low, high),
        specification=_specification(case, method),
        facts=_facts(case, found),
        pictures=_pictures(case),
    )


def _interval(case: Case, variance: float) -> tuple[str, float, float]:
    enough = len(case.others) + 1 >= unit_count(case.level)
    method = case.interval or (PLACEBO if enough else VARIANCE)
    match method:
        case "placebo":
            least = least_error(case.panel)
            bounds = placebo_interval(case.treated, case.others, least=least, level=case.level)
        case "conformal":
            bounds = conformal_interval(case.panel, case.treated, level=case.level)
        case _:
            bounds = variance_interval(
                case.treated.effect, variance, donors=len(case.others), level=case.level
            )
    return method, *bounds


def _reason(case: Case, found: tuple[Check, ...]) -> str | None:
    """Why the effect is not for the pool, or None."""
    if len(case.others) < FEWEST_FOR_POOL:
        return f"fewer than {FEWEST_FOR_POOL} donors: the placebo variance is too uncertain"
    if any(check.name == "pre_fit" and check.passed is False for check in found):
        return "the synthetic unit is not like the real one, so placebos do not tell its error"
    if case.panel.log:
        return None
    return case.unit.reason


def _text(case: Case, found: tuple[Check, ...], low: float, high: float) -> str:
    size = effect_in_words(
        case.panel, case.treated.effect, low, high, level=case.level, p_value=case.p_value(0)
    )
    weighing = sum(weight > SMALL_WEIGHT for weight in case.treated.weights)
    said = {check.name: check.text for check in found}
    opening = (
        f"In {case.name} the outcome was on average {size}, judged by a mix of {weighing} of "
        f"{len(case.others)} units without the programme."
    )
    return " ".join(
        (
            opening,
            decided_in_words(case.p_value(0), low, high, level=case.level),
            said["interval"],
            said["pre_fit"],
            said["donors"],
            checks_in_words(found),
            BLIND,
        )
    )


def _specification(case: Case, method: str) -> dict[str, Value | None]:
    mix: dict[str, Value | None] = {f"weight {name}": weight for name, weight in case.mix}
    return mix | {
        "estimator": "simplex_weights",
        "interval": method,
        "covariates": ", ".join(case.panel.covariates),
        "log": case.panel.log,
        "level": case.level,
        "ridge": RIDGE,
        "standardiser": case.unit.sd,
        "standardiser_source": case.unit.source,
        "units": len(case.panel.units),
        "periods": len(case.panel.periods),
        "first_start": str(case.panel.periods[case.treated.before]),
        "treated": case.name,
        "error_before": case.treated.error_before,
    }


def _facts(case: Case, found: tuple[Check, ...]) -> dict[str, Value | None]:
    return {
        "units_intervention": 1,
        "units_comparison": len(case.others),
        "parallel_trends": _parallel(case, found),
        "adjusted_for_baseline": True,
    }


def _parallel(case: Case, found: tuple[Check, ...]) -> bool | None:
    """Whether the mix moved as the unit did: False where a check failed, True where shown.

    That is where it misses periods it was not fitted to by less than the smallest effect worth
    having. That a placebo test does not reject shows nothing.
    """
    passed = {check.name: check.passed for check in found}
    if False in (passed["pre_fit"], passed.get("held_out")):
        return False
    off = missed(case)
    margin = worthwhile(sd=case.unit.sd, log=case.panel.log)
    return True if off is not None and margin is not None and off <= margin else None


def _pictures(case: Case) -> tuple[Picture, ...]:
    panel, treated = case.panel, case.treated
    actual = panel.y[treated.unit]
    path = series(
        panel,
        f"{case.name} and its synthetic version",
        [
            line("observed", case.name, panel.times, actual),
            line("counterfactual", "mix of donors", panel.times, actual - treated.gaps),
        ],
        start=treated.before,
    )
    gaps: list[Line] = [
        line("placebo", str(panel.units[other.unit]), panel.times, other.gaps)
        for other in case.others
    ]
    gaps.append(line("estimate", case.name, panel.times, treated.gaps))
    return path, Picture(
        kind="placebos",
        title="Gap of every unit to its own mix of the others",
        x_label="period",
        y_label=f"gap, {y_label(panel)}",
        lines=tuple(gaps),
        ticks=path.ticks,
        mark=path.mark,
        zero=0.0,
    )

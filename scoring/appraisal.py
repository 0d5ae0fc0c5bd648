"""What a contrast's recorded facts amount to: attrition, baseline differences, the effect."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.effects import (
    COX_DIVISOR,
    Effect,
    means,
    oriented,
    rates,
    reported_effect,
    standardise,
    two_by_two,
)
from scoring.errors import InvalidInput, ScoringError, TooLittleData
from scoring.evidence import Baseline, Conduct, Contrast, Fact, Flow, Result, Value

# Comparators that compare the programme with nobody else.
NO_ONE_ELSE: Final = ("before_period", "none")

# A series long enough to show what would have gone on, without anybody else to compare with.
SINGLE_SERIES: Final = ("interrupted_time_series",)

# Designs that compare with nobody else unless a comparator is told.
ALONE: Final = ("monitoring", "pre_post", *SINGLE_SERIES)

# Designs in which people, not groups of them, are assigned: each person is a unit.
INDIVIDUAL_ASSIGNMENT: Final = ("rct",)


def contrast_facts(contrast: Contrast) -> Mapping[str, Fact]:
    """Every fact of one contrast that a standard may ask for, by name; None is unknown."""
    conduct, flow = contrast.conduct, contrast.flow
    overall, differential = attrition(flow)
    cluster_overall, cluster_differential = attrition(_clusters(flow))
    largest, partial = largest_difference(contrast.baseline)
    values: dict[str, Value | None] = {
        "timing": contrast.timing,
        "design": conduct.design,
        "compared_with_others": compared_with_others(conduct),
        "comparison_made": conduct.design in SINGLE_SERIES or compared_with_others(conduct),
        "cross_section_controlled": (
            conduct.controls_adequate if conduct.design == "cross_section" else True
        ),
        "known_confounded": conduct.confounding_factor is True,
        "smallest_arm_units": smallest_arm_units(conduct, flow),
        "randomisation_compromised": conduct.randomisation_compromised,
        "confounding_factor": conduct.confounding_factor,
        "adjusted_for_baseline": conduct.adjusted_for_baseline,
        "controls_adequate": conduct.controls_adequate,
        "comparison_similar": conduct.comparison_similar,
        "parallel_trends": conduct.parallel_trends,
        "assignment_valid": conduct.assignment_valid,
        "contamination": conduct.contamination,
        "attrition_overall_pct": overall,
        "attrition_differential_pp": differential,
        "cluster_attrition_overall_pct": cluster_overall,
        "cluster_attrition_differential_pp": cluster_differential,
        "attrition_assumption": flow.attrition_assumption,
        "joiners_risk": flow.joiners_risk,
    }
    ids = contrast.event_ids or (contrast.event_id,)
    facts = {name: Fact(value=value, event_ids=ids) for name, value in values.items()}
    facts["baseline_difference"] = Fact(value=largest, event_ids=ids, partial=partial)
    return facts


def attrition(flow: Flow) -> tuple[float | None, float | None]:
    """Overall attrition in per cent and its difference between the arms in percentage points.

        overall = 1 - (analysed_T + analysed_C) / (assigned_T + assigned_C)
        differential = |attrition_T - attrition_C|
    None unless all four counts are known and somebody was assigned to each arm. WWC 4.1.
    """
    counts = (
        flow.assigned_intervention,
        flow.assigned_comparison,
        flow.analysed_intervention,
        flow.analysed_comparison,
    )
    known = [count for count in counts if count is not None]
    if len(known) < len(counts) or not (known[0] and known[1]):
        return None, None
    assigned_t, assigned_c, analysed_t, analysed_c = known
    overall = 1 - (analysed_t + analysed_c) / (assigned_t + assigned_c)
    return 100 * overall, 100 * abs(analysed_t / assigned_t - analysed_c / assigned_c)


def largest_difference(baseline: tuple[Baseline, ...]) -> tuple[float | None, bool]:
    """The largest |standardised difference| at baseline, and whether some could not be computed."""
    differences = [baseline_difference(measure) for measure in baseline]
    known = [abs(difference) for difference in differences if difference is not None]
    return (max(known) if known else None), len(known) < len(differences)


def baseline_difference(measure: Baseline) -> float | None:
    """Hedges' g of a mean, Cox index of a proportion, or the standardised difference as reported.

    Cox index: (logit p_T - logit p_C) / 1.65, without small-sample factor as in WWC 4.1.
    """
    means_known = _means(measure)
    if means_known is not None:
        return _hedges_g(means_known)
    p, q = measure.proportion_intervention, measure.proportion_comparison
    if p is not None and q is not None:
        return _cox_index(p, q)
    return measure.standardised_difference


def compared_with_others(conduct: Conduct) -> bool:
    """Whether people without the programme are compared; where not told, the design tells."""
    if conduct.comparator is None:
        return conduct.design not in ALONE
    return conduct.comparator not in NO_ONE_ELSE


def smallest_arm_units(conduct: Conduct, flow: Flow) -> int | None:
    """Assigned units in the smaller arm: one alone cannot be told apart from what it is part of."""
    arms = [conduct.units_intervention, conduct.units_comparison]
    if conduct.design in INDIVIDUAL_ASSIGNMENT:
        people = (flow.assigned_intervention, flow.assigned_comparison)
        arms = [people[i] if arm is None else arm for i, arm in enumerate(arms)]
    known = [arm for arm in arms if arm is not None]
    if len(known) == len(arms) or any(arm <= 1 for arm in known):
        return min(known)
    return None


def effect(result: Result, direction_good: int, *, standardiser: float | None = None) -> Effect:
    """The result in standard deviations, + good. Raises a ScoringError saying what is missing."""
    measured = measured_effect(result)
    n = result.numbers
    given = n.get("standardiser") if n.get("standardiser") is not None else standardiser
    match result.kind:
        case "means":
            # The comparison group's SD: not chosen from the sign of the result.
            given = n["sd2i"]
        case "two_by_two" if n["ci"] is not None and n["di"] is not None:
            risk = n["ci"] / (n["ci"] + n["di"])
            return oriented(_standardised(measured, given, risk), direction_good)
    return oriented(_standardised(measured, given, n.get("baseline_risk")), direction_good)


def measured_effect(result: Result) -> Effect:
    """The result as an effect on its own analysis scale, group 1 against group 2."""
    n = result.numbers
    match result.kind:
        case "two_by_two":
            return two_by_two(result.measure, *([_number(n, f)] for f in ("ai", "bi", "ci", "di")))[
                0
            ]
        case "means":
            groups = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
            return means(result.measure, *([_number(n, f)] for f in groups))[0]
        case "rates":
            exposures = ("x1i", "t1i", "x2i", "t2i")
            return rates(result.measure, *([_number(n, f)] for f in exposures))[0]
        case "reported":
            return _reported(result)
        case _:
            raise InvalidInput(
                f"is {result.kind}",
                field="result.kind",
                accepted="one of two_by_two, means, rates, reported",
            )


def _reported(result: Result) -> Effect:
    n = result.numbers
    level = n.get("ci_level")
    return reported_effect(
        result.measure,
        _number(n, "estimate"),
        ci_low=n.get("ci_low"),
        ci_high=n.get("ci_high"),
        level=0.95 if level is None else level,
        sei=n.get("se"),
        p_value=n.get("p_value"),
    )


def _standardised(measured: Effect, standardiser: float | None, risk: float | None) -> Effect:
    return standardise(measured, standardiser=standardiser, baseline_risk=risk)


def _number(numbers: Mapping[str, float | None], name: str) -> float:
    value = numbers.get(name)
    if value is None:
        raise TooLittleData("is missing", field=f"result.{name}", accepted="a number")
    return float(value)


def _clusters(flow: Flow) -> Flow:
    return Flow(
        assigned_intervention=flow.clusters_assigned_intervention,
        assigned_comparison=flow.clusters_assigned_comparison,
        analysed_intervention=flow.clusters_analysed_intervention,
        analysed_comparison=flow.clusters_analysed_comparison,
    )


def _means(b: Baseline) -> list[list[float]] | None:
    values = (
        b.mean_intervention,
        b.sd_intervention,
        b.n_intervention,
        b.mean_comparison,
        b.sd_comparison,
        b.n_comparison,
    )
    known = [[float(value)] for value in values if value is not None]
    enough = len(known) == len(values) and known[2][0] > 1 and known[5][0] > 1
    return known if enough else None


def _hedges_g(groups: list[list[float]]) -> float | None:
    """g of two groups; None where the figures are past what can be divided."""
    try:
        with np.errstate(all="ignore"):
            return means("SMD", *groups)[0].yi
    except ScoringError:
        return None


def _cox_index(p: float, q: float) -> float | None:
    if not (0 < p < 1 and 0 < q < 1):
        return 0.0 if p == q else None
    return (_log_odds(p) - _log_odds(q)) / COX_DIVISOR


def _log_odds(p: float) -> float:
    return math.log(p / (1 - p))

"""What the facts of a study's conduct amount to: comparison, attrition, differences at baseline."""

import math
from typing import Final

import numpy as np

from scoring.effects import means
from scoring.errors import ScoringError
from scoring.evidence import Baseline, Conduct, Flow
from scoring.wwc_effects import cox_index

# Comparators that compare the programme with nobody else.
NO_ONE_ELSE: Final = ("before_period", "none")

# A series long enough to show what would have gone on, without anybody else to compare with.
SINGLE_SERIES: Final = ("interrupted_time_series",)

# Designs that are a comparison with people who did not get the programme by what their name says:
# those drawn for the other arm, beyond the cut-off, not moved by the instrument, or whose series
# is set against the programme's. Any other (a cohort, a panel, a cross-section, a match that may be
# with the people themselves a year before) is one only if whom it compares with is told.
COMPARES: Final = (
    "rct",
    "cluster_rct",
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
)

# Designs in which people, not groups of them, are assigned: each person is a unit.
INDIVIDUAL_ASSIGNMENT: Final = ("rct",)


def attrition(flow: Flow) -> tuple[float | None, float | None]:
    """Overall attrition in per cent and its difference between the arms in percentage points.

        overall = 1 - (analysed_T + analysed_C) / (assigned_T + assigned_C)
        differential = |attrition_T - attrition_C|
    None unless all four counts are known, somebody was assigned to each arm and nobody analysed
    who was not. WWC 4.1.
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
    if analysed_t > assigned_t or analysed_c > assigned_c:
        return None, None
    overall = 1 - (analysed_t + analysed_c) / (assigned_t + assigned_c)
    return 100 * overall, 100 * abs(analysed_t / assigned_t - analysed_c / assigned_c)


def largest_difference(baseline: tuple[Baseline, ...]) -> tuple[float | None, bool]:
    """The largest |standardised difference| at baseline, and whether some could not be computed.

    Measures that no protocol required are left out.
    """
    differences = [baseline_difference(m) for m in baseline if m.required is not False]
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
        return cox_index(p, q)
    return measure.standardised_difference


def differences_of_others(baseline: tuple[Baseline, ...]) -> tuple[float | None, float | None]:
    """The largest |standardised difference| of measures other than the outcome, and its most.

    Measures that are the outcome itself are left out; of one of which nobody says, the difference
    counts towards the most. None without any measure; the most is infinite where one is not known.
    """
    if not baseline:
        return None, None
    least, partial = largest_difference(tuple(b for b in baseline if b.same_as_outcome is False))
    most, open_ = largest_difference(tuple(b for b in baseline if b.same_as_outcome is not True))
    return least or 0.0, (math.inf if partial or open_ else most or 0.0)


def pretest(baseline: tuple[Baseline, ...]) -> tuple[bool | None, float | None]:
    """Whether the outcome itself was measured before, and how closely it went with that pretest.

    The lowest correlation of several; None where one is not known.
    """
    same = [b.pre_post_correlation for b in baseline if b.same_as_outcome]
    if not same:
        told = bool(baseline) and all(b.same_as_outcome is False for b in baseline)
        return (False if told else None), None
    known = [correlation for correlation in same if correlation is not None]
    return True, (min(known) if len(known) == len(same) else None)


def compared_with_others(conduct: Conduct) -> bool | None:
    """Whether people without the programme are compared; None where neither that nor the design
    tells.
    """
    if conduct.comparator is None:
        return True if conduct.design in COMPARES else None
    return conduct.comparator not in NO_ONE_ELSE


def comparison_made(conduct: Conduct) -> bool | None:
    """Whether there is anything to compare with: others, or a long series before the programme."""
    return True if conduct.design in SINGLE_SERIES else compared_with_others(conduct)


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


def of_clusters(flow: Flow) -> Flow:
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

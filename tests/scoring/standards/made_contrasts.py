"""Contrasts of every shape, by a table of what each recorded fact may be told as."""

from dataclasses import fields, replace
from random import Random

from scoring.evidence import (
    Analysis,
    Baseline,
    Conduct,
    Directness,
    Discontinuity,
    Flow,
    Harm,
    Implementation,
    Judgement,
    Measurement,
    Money,
    Promise,
    Reporting,
    Result,
)
from scoring.standards import STANDARDS
from tests.scoring.evidence import contrast

DESIGNS = (
    "rct", "cluster_rct", "regression_discontinuity", "instrumental_variable",
    "difference_in_differences", "controlled_its", "synthetic_control", "matched_comparison",
    "panel_fixed_effects", "cohort", "interrupted_time_series", "cross_section", "pre_post",
    "monitoring",
)  # fmt: skip
YES_NO = (True, False)
SHARES = (0.0, 0.03, 0.07, 0.3, 0.45, 0.8, 1.0)
MONTHS = (0.0, 3.0, 6.0, 12.0, 24.0)
LIKENESS = ("same", "similar", "different")
PEOPLE = (1, 15, 100, 500)
LEFT = (1, 14, 90, 480)
CLUSTERS = (2, 10, 40)
CLUSTERS_LEFT = (2, 9, 38)

# What each recorded fact may be told as, by group; None stands beside all of them.
TOLD = {
    Conduct: {
        "comparator": ("usual_care", "no_service", "waitlist", "active", "before_period", "none"),
        "assignment_mechanism": (
            "random", "forcing_variable", "instrument", "timing", "self_selected",
            "staff_selected",
        ),
        "assignment_unit": ("individual", "site"),
        "analysis_unit": ("individual", "site"),
        "units_intervention": (1, 10, 100),
        "units_comparison": (1, 10, 100),
        "instrument_f": (5.0, 12.0, 20.0),
    },
    Discontinuity: {"values_each_side": (3, 4), "density_p": (0.01, 0.3)},
    Flow: {
        "assigned_intervention": PEOPLE,
        "assigned_comparison": PEOPLE,
        "analysed_intervention": LEFT,
        "analysed_comparison": LEFT,
        "clusters_assigned_intervention": CLUSTERS,
        "clusters_assigned_comparison": CLUSTERS,
        "clusters_analysed_intervention": CLUSTERS_LEFT,
        "clusters_analysed_comparison": CLUSTERS_LEFT,
        "attrition_assumption": ("cautious", "optimistic"),
        "sites": (1, 2, 5),
        "setting_types": (1, 2),
    },
    Measurement: {
        "kind": ("continuous", "binary", "count", "rate", "time_to_event"),
        "source": (
            "administrative", "observed", "standardised_test", "self_report", "staff_report",
        ),
        "internal_consistency": SHARES,
        "test_retest": SHARES,
        "inter_rater": SHARES,
    },
    Analysis: {
        "population": ("itt", "mitt", "per_protocol", "as_treated", "cace"),
        "missing_data_method": (
            "complete_case", "multiple_imputation", "inverse_probability", "full_information",
            "last_observation",
        ),
        "icc": (0.05, 0.3),
        "comparisons_in_family": (1, 3, 20),
        "mdes": (0.1, 0.25, 0.35, 0.45, 0.55, 0.7),
        "r_squared": (0.0, 0.5),
        "share_imbalanced": SHARES,
    },
    Directness: dict.fromkeys((one.name for one in fields(Directness)), LIKENESS),
    Reporting: {
        "evaluator": ("independent", "developer_involved", "developer"),
        "publication_status": ("planned", "ongoing", "complete"),
        "published_year": (1985, 2005, 2022),
    },
    Implementation: {
        "fidelity": SHARES,
        "reach": SHARES,
        "adherence": SHARES,
        "mechanism_evidence": ("none", "theory", "tested"),
    },
    Money: {
        "unit_cost": (50.0, 250.0, 700.0, 1500.0, 5000.0),
        "price_year": (2015, 2025),
        "pv_costs": (100.0,),
        "pv_benefits": (-10.0, 50.0, 120.0, 160.0, 250.0, 500.0),
    },
    Promise: {
        "measure": ("measure", "another"),
        "horizon_months": MONTHS,
        "smallest_worthwhile": (0.1, 0.3),
        "measure_scale": ("SMD",),
        "standardiser": (0.5, 2.0),
    },
}  # fmt: skip
GROUPS = {
    "conduct": Conduct,
    "discontinuity": Discontinuity,
    "flow": Flow,
    "measurement": Measurement,
    "analysis": Analysis,
    "directness": Directness,
    "reporting": Reporting,
    "implementation": Implementation,
    "money": Money,
    "promise": Promise,
}
# Facts that are no part of a group.
ALONE = {
    "primary": YES_NO,
    "horizon_months": MONTHS,
    "months_since_start": MONTHS,
    "months_since_end": MONTHS,
    "harms": ((), (Harm(severity="minor"),), (Harm(severity="serious", attributed=True),)),
}
BASELINES = {
    "standardised_difference": (0.0, 0.04, 0.2, 0.4),
    "required": YES_NO,
    "same_as_outcome": YES_NO,
    "pre_post_correlation": (0.3, 0.9),
}


def values(group, name):
    """What a fact may be told as; what no table names is yes or no."""
    return TOLD[group].get(name, YES_NO)


def recorded():
    """Every fact that can be recorded of a contrast, but its design: group (or None) and name."""
    inside = [
        (place, one.name)
        for place, group in GROUPS.items()
        for one in fields(group)
        if one.name not in ("design", "measure_scale")
    ]
    return [*inside, *((None, name) for name in ALONE)]


def with_fact(one, place, name, value):
    """The same contrast with one fact told otherwise."""
    if place is None:
        return replace(one, **{name: value})
    return replace(one, **{place: replace(getattr(one, place), **{name: value})})


def made(seed, *, number=1, known=0.7):
    """A contrast of its own for each seed; each fact is told as often as `known`."""
    rng = Random(f"{seed}-{number}")

    def drawn(group):
        told = {
            one.name: rng.choice(values(group, one.name))
            for one in fields(group)
            if one.name not in ("design", "measure_scale") and rng.random() < known
        }
        return group(**told, **({"design": rng.choice(DESIGNS)} if group is Conduct else {}))

    groups = {place: drawn(group) for place, group in GROUPS.items()}
    groups["flow"] = _possible(groups["flow"])
    alone = {name: rng.choice(told) for name, told in ALONE.items() if rng.random() < known}
    numbers = {"estimate": rng.choice((-0.4, 0.0, 0.1, 0.3, 0.6)), "se": rng.choice((0.05, 0.2))}
    return contrast(
        number=number,
        study=rng.choice(("study", "another study")),
        result=Result(kind="reported", measure=rng.choice(("SMD", "MD")), numbers=numbers),
        direction_good=1,
        baseline=_baseline(rng, known),
        **groups,
        **alone,
    )


def _possible(flow):
    """Nobody is analysed who was not assigned."""
    kept = {}
    for unit in ("", "clusters_"):
        for arm in ("intervention", "comparison"):
            assigned, analysed = f"{unit}assigned_{arm}", f"{unit}analysed_{arm}"
            told = [n for n in (getattr(flow, assigned), getattr(flow, analysed)) if n is not None]
            if getattr(flow, analysed) is not None:
                kept[analysed] = min(told)
    return replace(flow, **kept)


def _baseline(rng, known):
    measures = []
    for name in ("age", "need")[: rng.choice((0, 1, 2))]:
        told = {fact: rng.choice(some) for fact, some in BASELINES.items() if rng.random() < known}
        if name == "need":
            told |= {"same_as_outcome": False}
        measures.append(Baseline(measure=name, **told))
    return tuple(measures)


def answered(seed, *, known=0.7):
    """An answer to some of the questions of all standards; now and then the first to each."""
    rng = Random(f"answers-{seed}")
    first = rng.random() < 0.2
    questions = [q for standard in STANDARDS.values() for q in standard.questions]
    return [
        Judgement(
            question=q.id,
            answer=q.answers[0] if first else rng.choice(q.answers),
            event_id=f"judgement-{number}",
        )
        for number, q in enumerate(questions)
        if first or rng.random() < known
    ]

"""How events of an older schema are read: pure functions from one version's state to the next.

A stored event is never rewritten. When the facts of a topic change shape, SCHEMAS names the new
version of that topic, UPCASTERS gains the step to it, and tests/migrations/golden keeps one state
of the old version.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

State = Mapping[str, Any]
Upcaster = Callable[[State], State]

# The schema that a topic is written in when it is not named in SCHEMAS.
FIRST_SCHEMA = 1

# Topic -> the schema it is written in now. Schema 2 of a measured outcome has one more kind of
# result (`estimated`): a program that does not know it asks to be upgraded. Schema 3 has every fact
# that a published standard asks for.
SCHEMAS: Mapping[str, int] = MappingProxyType(
    {"programme.outcome_corrected": 3, "programme.outcome_measured": 3}
)

# What schema 3 added to the parts that a measured outcome had, and the parts that it added.
ADDED_TO_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "outcome": (
            "validated", "over_aligned", "assessor_blind", "internal_consistency", "test_retest",
            "inter_rater",
        ),
        "design": (
            "assignment_mechanism", "assignment_unit", "analysis_unit", "usual_care_setting",
            "placebo_passed", "instrument_f",
        ),
        "sample": ("sites", "setting_types"),
    }
)  # fmt: skip
FACTS_ADDED = ("months_since_end", "harms")
ADDED_TO_BASELINE = ("required", "same_as_outcome", "pre_post_correlation")
PARTS_ADDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "discontinuity": (
            "strict", "fuzzy", "values_each_side", "density_p", "continuity_shown",
            "functional_form_shown", "bandwidth_justified",
        ),
        "analysis": (
            "population", "missing_data_method", "icc", "cluster_adjusted",
            "comparisons_in_family", "mdes", "r_squared", "power_calculation", "share_imbalanced",
        ),
        "directness": ("population", "intervention", "comparator", "outcome", "time"),
        "reporting": (
            "evaluator", "conflict_of_interest", "publication_status", "peer_reviewed",
            "published_year",
        ),
        "implementation": (
            "theory_of_change", "manual", "training", "described", "fidelity", "reach",
            "adherence", "mechanism_evidence", "moderators_tested",
        ),
        "money": ("unit_cost", "price_year", "pv_costs", "pv_benefits"),
    }
)  # fmt: skip


def unchanged(state: State) -> State:
    """The step to a schema that only allows more: what was said before is said alike."""
    return state


def with_every_fact(state: State) -> State:
    """The step to a schema with more facts: of those added nothing was told.

    A part that is not what its schema says is left as it is, for the reader to refuse by name.
    """
    match state["facts"]:
        case {"contrast": dict() as contrast}:
            return {**state, "facts": {**state["facts"], "contrast": _widened(contrast)}}
        case _:
            return state


def _widened(contrast: State) -> State:
    wider = {part: _more(contrast.get(part), names) for part, names in ADDED_TO_PARTS.items()}
    baseline = contrast.get("baseline")
    if isinstance(baseline, list):
        wider["baseline"] = [_more(entry, ADDED_TO_BASELINE) for entry in baseline]
    added: dict[str, object] = {part: dict.fromkeys(names) for part, names in PARTS_ADDED.items()}
    there = {part: value for part, value in wider.items() if part in contrast}
    return {**contrast, **there, **added, **dict.fromkeys(FACTS_ADDED)}


def _more(part: object, names: tuple[str, ...]) -> object:
    return {**part, **dict.fromkeys(names)} if isinstance(part, dict) else part


# (topic, schema) -> the step from that schema to the next.
UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType(
    {
        ("programme.outcome_corrected", 1): unchanged,
        ("programme.outcome_corrected", 2): with_every_fact,
        ("programme.outcome_measured", 1): unchanged,
        ("programme.outcome_measured", 2): with_every_fact,
    }
)


def upcast(
    topic: str,
    state: State,
    *,
    schema: int,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> State:
    """The state as `schema` spells it, one step after another; the state given is left alone."""
    for version in range(state["schema"], schema):
        state = {**upcasters[topic, version](state), "schema": version + 1}
    return state

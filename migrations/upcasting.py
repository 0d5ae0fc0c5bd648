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
# result (`estimated`): a program that does not know it asks to be upgraded.
SCHEMAS: Mapping[str, int] = MappingProxyType(
    {"programme.outcome_corrected": 2, "programme.outcome_measured": 2}
)


def unchanged(state: State) -> State:
    """The step to a schema that only allows more: what was said before is said alike."""
    return state


# (topic, schema) -> the step from that schema to the next.
UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType(
    {
        ("programme.outcome_corrected", 1): unchanged,
        ("programme.outcome_measured", 1): unchanged,
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

"""Who may do what: one table of actions and functions, and nothing else to ask."""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import NotAllowed
from domain.values import Actor, Function


class Action(StrEnum):
    """Everything that is asked of this service, by what it touches."""

    READ_RECORD = "read_record"
    REGISTER_PROGRAMME = "register_programme"
    DELIVER = "deliver"
    DECIDE_INDEPENDENTLY = "decide_independently"
    REGISTER_APPROACH = "register_approach"
    ENROL_MEMBER = "enrol_member"
    READ_AUDIT = "read_audit"
    READ_LESSONS = "read_lessons"
    SHARE_LESSON = "share_lesson"
    ANSWER_LESSON = "answer_lesson"
    REFUSE_LESSON = "refuse_lesson"


# Design sections 1 and 4. An author's own lesson is opened by its receipt, not by this table.
PERMITTED: Mapping[Action, frozenset[Function]] = {
    Action.READ_RECORD: frozenset(Function),
    Action.REGISTER_PROGRAMME: frozenset({Function.DELIVERY}),
    Action.DELIVER: frozenset({Function.DELIVERY}),
    Action.DECIDE_INDEPENDENTLY: frozenset({Function.AUDITOR, Function.STEWARD}),
    Action.REGISTER_APPROACH: frozenset({Function.STEWARD}),
    Action.ENROL_MEMBER: frozenset({Function.STEWARD}),
    Action.READ_AUDIT: frozenset({Function.AUDITOR, Function.STEWARD}),
    Action.READ_LESSONS: frozenset({Function.PEER, Function.STEWARD}),
    Action.SHARE_LESSON: frozenset({Function.PEER}),
    Action.ANSWER_LESSON: frozenset({Function.PEER}),
    Action.REFUSE_LESSON: frozenset({Function.STEWARD}),
}

# What only the organisation that owns the programme may do.
OWN_ORGANISATION_ONLY = frozenset({Action.DELIVER})


def may(actor: Actor, action: str, *, owner: str | None = None) -> bool:
    """Whether this function may, and where it matters whether the organisation is the owner's.

    `action` is an Action or its value; any other word raises ValueError.
    """
    if actor.function not in PERMITTED[Action(action)]:
        return False
    return action not in OWN_ORGANISATION_ONLY or actor.organisation == owner


def check_may(actor: Actor, action: str, *, owner: str | None = None) -> None:
    """Refuse what `may` does not permit, naming the functions that are permitted."""
    if may(actor, action, owner=owner):
        return
    permitted = sorted(PERMITTED[Action(action)])
    whose = " of the owning organisation" if action in OWN_ORGANISATION_ONLY else ""
    raise NotAllowed(
        f"{actor.function} may not {action.replace('_', ' ')}; "
        f"permitted: {', '.join(permitted)}{whose}",
        action=str(action),
        function=str(actor.function),
        permitted=permitted,
    )


def check_independent(actor: Actor, action: str, *, owner: str) -> None:
    """Refuse whoever would decide as independent on what their own organisation does."""
    if action == Action.DECIDE_INDEPENDENTLY and actor.organisation == owner:
        raise NotAllowed(
            f"{owner} owns the programme and may not decide on it as independent; "
            "permitted: auditor, steward of another organisation",
            action=str(action),
            function=str(actor.function),
            permitted=sorted(PERMITTED[Action.DECIDE_INDEPENDENTLY]),
        )

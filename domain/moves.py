"""The table of legal moves of a programme, and the diagram drawn from it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from domain.commands import (
    AmendPlan,
    Close,
    CorrectOutcome,
    Launch,
    MeasureOutcome,
    Pivot,
    ReachMilestone,
    RecordJudgement,
    RegisterPlan,
    RegisterProgramme,
    ReportCost,
    Resume,
    Stall,
    WithdrawOutcome,
)


class State(StrEnum):
    """Where a programme stands."""

    REGISTERED = "registered"
    ACTIVE = "active"
    STALLED = "stalled"
    CLOSED = "closed"


# Follow-up arrives late and mistakes are found late, so these stay possible for ever. So does an
# amended plan: whether the change came too late is for the facts to say, not for a refusal to hide.
ALWAYS = (
    AmendPlan.type,
    MeasureOutcome.type,
    CorrectOutcome.type,
    WithdrawOutcome.type,
    ReportCost.type,
    RecordJudgement.type,
)

# Design section 3. Before launch only a baseline may be measured: the programme checks that.
LEGAL_MOVES: Mapping[State, tuple[str, ...]] = {
    State.REGISTERED: (RegisterPlan.type, Launch.type, Close.type, *ALWAYS),
    State.ACTIVE: (
        RegisterPlan.type,
        ReachMilestone.type,
        Stall.type,
        Pivot.type,
        Close.type,
        *ALWAYS,
    ),
    State.STALLED: (
        RegisterPlan.type,
        ReachMilestone.type,
        Resume.type,
        Pivot.type,
        Close.type,
        *ALWAYS,
    ),
    State.CLOSED: ALWAYS,
}

# The moves that lead to another state; every other legal move stays where it is.
LEADS_TO: Mapping[str, State] = {
    RegisterProgramme.type: State.REGISTERED,
    Launch.type: State.ACTIVE,
    Stall.type: State.STALLED,
    Resume.type: State.ACTIVE,
    Close.type: State.CLOSED,
}


def open_moves(state: State) -> tuple[str, ...]:
    """The event types that may happen in this state."""
    return LEGAL_MOVES[state]


def state_after(state: State, move: str) -> State:
    """The state a legal move leads to."""
    return LEADS_TO.get(move, state)


def state_diagram() -> str:
    """The table as a Mermaid state diagram."""
    return "\n".join(("stateDiagram-v2", *_arrows())) + "\n"


def _arrows() -> Iterator[str]:
    yield f"    [*] --> {State.REGISTERED}: {RegisterProgramme.type}"
    for state, moves in LEGAL_MOVES.items():
        staying = [move for move in moves if move not in LEADS_TO]
        for move in moves:
            if move in LEADS_TO:
                yield f"    {state} --> {state_after(state, move)}: {move}"
        yield f"    {state} --> {state}: {', '.join(staying)}"

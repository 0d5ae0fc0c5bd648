"""The table of legal moves, and the programme that obeys it."""

import re
from pathlib import Path
from typing import get_args

import pytest

from domain.commands import ProgrammeCommand
from domain.moves import LEADS_TO, LEGAL_MOVES, State, open_moves, state_after, state_diagram
from tests.domain.builders import CLOSE, LAUNCH, STALL, baseline, example_of, register_plan
from tests.domain.scenario import Scenario

TYPES = sorted(command.type for command in get_args(ProgrammeCommand))
REACHED_BY = {
    State.REGISTERED: (),
    State.ACTIVE: (LAUNCH,),
    State.STALLED: (LAUNCH, STALL),
    State.CLOSED: (LAUNCH, CLOSE),
}


def test_the_table_speaks_of_every_state_and_of_no_unknown_move():
    assert set(LEGAL_MOVES) == set(State)
    assert {move for moves in LEGAL_MOVES.values() for move in moves} == set(TYPES)
    assert all(len(moves) == len(set(moves)) for moves in LEGAL_MOVES.values())


def test_every_state_is_reached_and_every_move_leads_to_a_state():
    assert set(LEADS_TO.values()) == set(State)
    assert {state_after(state, move) for state in State for move in open_moves(state)} <= set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", TYPES)
def test_a_programme_makes_exactly_the_moves_of_the_table(state, move):
    scenario = Scenario().given(register_plan(), baseline(), *REACHED_BY[state])
    asked = scenario.when(example_of(move, scenario.programme))
    if move in open_moves(state):
        asked.then(move)
        assert scenario.programme.status is state_after(state, move)
    else:
        refusal = asked.then_refused(Exception, "not possible")
        assert refusal.code == "move_refused"
        assert refusal.data["open_moves"] == list(scenario.programme.open_moves)
        assert refusal.data["state"] == state


def test_what_has_nothing_to_act_on_is_not_called_open():
    programme = Scenario().given(LAUNCH).programme
    assert {"plan_amended", "outcome_corrected", "outcome_withdrawn"}.isdisjoint(
        programme.open_moves
    )
    assert "plan_registered" in programme.open_moves


def test_the_diagram_in_the_manual_is_drawn_from_the_table():
    page = Path(__file__).parents[2] / "docs" / "programme-states.md"
    block = re.search(r"```mermaid\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    assert block[1] == state_diagram()

"""Who may do what, and how a refusal says it."""

import pytest

from domain.access import PERMITTED, Action, check_independent, check_may, may
from domain.errors import InvalidValue, NotAllowed
from domain.values import ASSURANCE, Actor, Function
from tests.domain.builders import AUDITOR, FUNDER, LEAD, PEER, STEWARD, STRANGER, enrol


def test_every_action_is_in_the_table_and_every_function_may_do_something():
    assert set(PERMITTED) == set(Action)
    assert frozenset().union(*PERMITTED.values()) == set(Function)


def test_every_function_reads_the_record():
    everybody = [Actor("m", function, "anywhere") for function in Function]
    assert all(may(actor, "read_record") for actor in everybody)


def test_delivery_acts_only_on_programmes_of_its_own_organisation():
    check_may(LEAD, "deliver", owner="Northby Council")
    with pytest.raises(NotAllowed, match="of the owning organisation"):
        check_may(STRANGER, "deliver", owner="Northby Council")
    assert not may(LEAD, "deliver")


def test_only_auditor_and_steward_decide_independently_and_read_the_entries():
    for action in ("decide_independently", "read_audit"):
        assert may(AUDITOR, action)
        assert may(STEWARD, action)
        assert not any(may(actor, action) for actor in (LEAD, FUNDER, PEER))


def test_nobody_decides_as_independent_on_what_their_own_organisation_does():
    # A judgement stands for everybody who reads the grade (design section 5.5), so it is given by
    # those whose function is assurance or hosting, and never by the house that is judged.
    check_independent(AUDITOR, "decide_independently", owner=LEAD.organisation)
    check_independent(LEAD, "deliver", owner=LEAD.organisation)
    with pytest.raises(NotAllowed, match="of another organisation"):
        check_independent(STEWARD, "decide_independently", owner=STEWARD.organisation)


def test_no_function_of_assurance_has_anything_to_do_with_lessons():
    lessons = [action for action in Action if "lesson" in action]
    assert len(lessons) == 4
    assert not any(PERMITTED[action] & ASSURANCE for action in lessons)


def test_a_refusal_names_the_functions_that_are_permitted():
    with pytest.raises(NotAllowed) as caught:
        check_may(FUNDER, "read_audit")
    assert caught.value.data["permitted"] == ["auditor", "steward"]


def test_an_unknown_action_is_an_error_and_not_a_refusal():
    with pytest.raises(ValueError, match="dance"):
        may(STEWARD, "dance")


@pytest.mark.parametrize("function", sorted(ASSURANCE))
def test_no_account_holds_peer_together_with_assurance(function):
    with pytest.raises(InvalidValue, match="functions"):
        enrol(Function.PEER, function)
    enrol(Function.PEER, Function.DELIVERY, Function.STEWARD)
    enrol(function, Function.DELIVERY)


def test_a_member_is_known_by_reference_and_never_by_name():
    with pytest.raises(InvalidValue, match="name_ref"):
        type(enrol(Function.PEER))("Northby", (Function.PEER,), name_ref="Ann Example")
    with pytest.raises(InvalidValue, match="functions"):
        enrol()

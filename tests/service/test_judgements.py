"""Only what a standard asks of a person can be recorded, at every door, by those who may judge."""

import pytest

from domain.errors import InvalidValue
from domain.plan import Judgement
from service.grading import HOUSE, QUESTIONS, STANDARD_NAMES, check_judgement, preview
from tests.service.served import LAUNCHED, MEASURED

JUDGED = {
    "standard": HOUSE,
    "question": "risk_of_bias",
    "answer": "some_concerns",
    "reason": "Nobody was blind to who had the visits.",
    "outcome_domain": "emergency_admissions",
}
ASKED = [(name, question) for name, asked in QUESTIONS.items() for question in asked]
UNASKED = [
    ({"standard": "candour@9"}, "standard", HOUSE),
    ({"question": "is_it_nice"}, "question", "opposing_confounding"),
    ({"question": "rob2_1_1"}, "question", "opposing_confounding"),
    ({"answer": "lovely"}, "answer", "some_concerns"),
]


def judgement(**changes):
    return Judgement(**(JUDGED | changes))


def test_every_standard_says_what_it_asks():
    assert tuple(QUESTIONS) == STANDARD_NAMES
    assert {question.id for question in QUESTIONS[HOUSE]} == {
        "risk_of_bias", "indirectness", "publication_bias", "dose_response", "opposing_confounding",
    }  # fmt: skip


@pytest.mark.parametrize(("standard", "question"), ASKED, ids=lambda one: getattr(one, "id", one))
def test_every_answer_of_every_question_can_be_told_and_no_other(standard, question):
    for answer in question.answers:
        check_judgement(judgement(standard=standard, question=question.id, answer=answer))
    with pytest.raises(InvalidValue) as caught:
        check_judgement(judgement(standard=standard, question=question.id, answer="lovely"))
    assert caught.value.field == "judgement.answer"
    assert caught.value.accepted == "one of " + ", ".join(question.answers)


def test_a_standard_that_asks_nothing_says_who_does():
    with pytest.raises(InvalidValue, match="does not ask") as caught:
        check_judgement(judgement(standard="sms-wwg@2016"))
    assert HOUSE in caught.value.accepted


@pytest.mark.parametrize(("changes", "field", "accepted"), UNASKED)
def test_what_no_standard_asks_is_refused_when_told_to_the_record(served, changes, field, accepted):
    programme, _ = served.measured_programme()
    path = f"/v1/programmes/{programme}/events"
    before = len(served.get(path).get_json()["items"])
    answer = served.post(path, told(**changes), by="auditor")
    assert answer.status_code == 422, answer.text
    (error,) = answer.get_json()["errors"]
    assert error["field"] == f"judgement.{field}"
    assert accepted in error["accepted"]
    assert len(served.get(path).get_json()["items"]) == before
    served.tell(path, told(), by="auditor")


def told(**changes):
    return {
        "type": "judgement_recorded",
        "happened_on": "2016-01-04",
        "judgement": JUDGED | changes,
    }


@pytest.mark.parametrize(("changes", "field", "accepted"), UNASKED)
def test_what_no_standard_asks_is_refused_in_a_preview(served, changes, field, accepted):
    body = {"contrasts": [MEASURED["contrast"]], "judgements": [JUDGED, JUDGED | changes]}
    answer = served.post("/v1/grades/preview", body)
    assert answer.status_code == 422
    (error,) = answer.get_json()["errors"]
    assert error["field"] == f"judgements[1].{field}"
    assert accepted in error["accepted"]


def test_a_judgement_is_an_answer_with_a_reason_of_one_who_has_no_stake(served):
    # Design section 5.5: a judgement is an event with an author and a reason. It moves the grade
    # that funders act on, so neither the programme nor a funder gives it, and nobody judges what
    # their own organisation does.
    programme, _ = served.measured_programme()
    path = f"/v1/programmes/{programme}/events"
    for by in ("delivery", "neighbour", "funder", "policy", "peer", "steward"):
        assert served.post(path, told(), by=by).status_code == 403, by
    assert served.post(path, told(reason=" "), by="auditor").status_code == 422
    served.tell(path, told(), by="auditor")
    entry = served.get(path).get_json()["items"][-1]
    assert (entry["function"], entry["actor"]) == ("auditor", "member auditor")


def test_a_judgement_names_an_outcome_that_stands(served):
    programme, _ = served.measured_programme()
    path = f"/v1/programmes/{programme}/events"
    nowhere = {"event_id": "00000000-0000-0000-0000-000000000404", "outcome_domain": None}
    assert served.post(path, told(**nowhere), by="auditor").status_code == 409
    event_id = served.get(path).get_json()["items"][-1]["event_id"]
    both = told(event_id=event_id)
    assert served.post(path, both, by="auditor").status_code == 422
    served.tell(path, told(event_id=event_id, outcome_domain=None), by="auditor")


CONTRADICTORY = {"analysis": {"cluster_adjusted": True}, "design": {"type": "rct"}}


def test_facts_that_contradict_are_refused_at_every_door_by_both_names(served):
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, LAUNCHED)
    contrast = MEASURED["contrast"] | CONTRADICTORY
    answer = served.post(path, MEASURED | {"contrast": contrast})
    (error,) = answer.get_json()["errors"]
    assert answer.status_code == 422
    assert error["field"] == "contrast.analysis.cluster_adjusted"
    assert "contrast.design.type is rct" in error["problem"]
    shown = served.post("/v1/grades/preview", {"contrasts": [MEASURED["contrast"], contrast]})
    (error,) = shown.get_json()["errors"]
    assert error["field"] == "contrasts[1].analysis.cluster_adjusted"
    assert "contrasts[1].design.type is rct" in error["problem"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"colour": "red"}, "contrast.colour"),
        ({"analysis": {"colour": "red"}}, "contrast.analysis.colour"),
        ({"harms": [{"severity": "minor", "colour": "red"}]}, "contrast.harms.0.colour"),
        ({"reporting": {"evaluator": "a friend"}}, "contrast.reporting.evaluator"),
        ({"implementation": {"fidelity": "high"}}, "contrast.implementation.fidelity"),
        ({"directness": {"time": True}}, "contrast.directness.time"),
    ],
)
def test_a_fact_that_no_standard_uses_is_refused_and_not_ignored(served, facts, field):
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, LAUNCHED)
    contrast = MEASURED["contrast"] | facts
    answer = served.post(path, MEASURED | {"contrast": contrast})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    with pytest.raises(InvalidValue) as caught:
        preview({"contrasts": [contrast]})
    assert field.rpartition(".")[2] in caught.value.field

"""Standards through the API: all at once, where they differ, what changed, what they still ask."""

import pytest

from service.grading import STANDARD_NAMES
from tests.service.served import LAUNCHED, MEASURED
from tests.service.test_api_programmes import problem

FACTS = {"contrasts": [MEASURED["contrast"]]}
TRIAL = MEASURED | {
    "contrast": MEASURED["contrast"] | {"design": {"type": "rct", "comparator": "usual_care"}}
}


def items(answer):
    """What a list holds."""
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"]


def test_a_preview_grades_by_all_standards_in_one_call(served):
    found = items(served.post("/v1/grades/preview?standard=all", FACTS, by="funder"))
    assert [one["standard"] for one in found] == list(STANDARD_NAMES)
    for one in found:
        alone = served.post(f"/v1/grades/preview?standard={one['standard']}", FACTS)
        assert items(alone) == [one]


def test_a_preview_grades_by_several_named_standards_in_their_order(served):
    found = items(served.post("/v1/grades/preview?standard=nesta@2013,wwc@4.1", FACTS))
    assert [one["standard"] for one in found] == ["nesta@2013", "wwc@4.1"]
    wrong = served.post("/v1/grades/preview?standard=wwc@4.1,guess@1", FACTS)
    assert problem(wrong, 422, "invalid")["errors"][0]["field"] == "standard"


def test_the_catalogue_tells_each_standard_whole(served):
    for one in items(served.get("/v1/standards")):
        assert one["levels"]
        assert one["reading"]["question"]
        alone = served.get(f"/v1/standards/{one['id']}").get_json()
        # How far grades by it are kept may have moved on between the two answers.
        assert alone | {"graded": None} == one | {"graded": None}
        for rule in one["rules"]:
            assert rule["asks"]
    tree = served.get("/v1/standards/rob2@2019").get_json()["domains"][0]["tree"]
    assert tree["branches"][0]["then"]


@pytest.mark.parametrize("pair", [("wwc@4.1", "wwc@5.0"), ("candour@1", "grade@2011")])
def test_any_two_standards_can_be_compared(served, pair):
    earlier, later = pair
    diff = served.get(f"/v1/standards/diff?from={earlier}&to={later}").get_json()
    assert (diff["from"]["id"], diff["to"]["id"]) == pair
    back = served.get(f"/v1/standards/diff?from={later}&to={earlier}").get_json()
    assert diff["rules"]["added"] == back["rules"]["removed"]
    assert diff["levels"]["added"] == back["levels"]["removed"]


def test_a_comparison_with_a_standard_that_is_not_shipped_is_refused(served):
    problem(served.get("/v1/standards/diff?from=guess@1&to=wwc@5.0"), 422, "invalid")
    problem(served.get("/v1/standards/diff?from=wwc@4.1"), 422, "invalid")


def test_differences_are_told_of_a_programme_an_approach_and_a_preview(served):
    programme, approach = served.measured_programme()
    asked = "standards=sms-sherman@1997,wwc@4.1"
    told = []
    for path in (f"/v1/programmes/{programme}", f"/v1/approaches/{approach}"):
        (found,) = items(served.get(f"{path}/grades/differences?{asked}", by="funder"))
        assert found["subject"]["outcome"] == "emergency_admissions"
        told.append(found["differences"])
    (found,) = items(served.post(f"/v1/grades/preview/differences?{asked}", FACTS))
    (difference,) = found["differences"]
    assert difference["lower"]["standard"] == "wwc@4.1"
    assert [one["text"] for one in told[0]] == [one["text"] for one in told[1]]
    assert [one["text"] for one in told[0]] == [difference["text"]]


def test_differences_of_all_standards_compare_those_of_one_question(served):
    programme, _ = served.measured_programme()
    (found,) = items(served.get(f"/v1/programmes/{programme}/grades/differences"))
    assert [one["standard"] for one in found["conclusions"]] == list(STANDARD_NAMES)
    assert found["differences"]
    assert {one["about"] for one in found["differences"]} <= {"effect", "reliance", "certainty"}


def test_differences_are_those_of_the_moment_asked_for(served):
    programme, _ = served.measured_programme()
    path = f"/v1/programmes/{programme}/grades/differences"
    assert items(served.get(f"{path}?as_of=2015-08-31")) == []
    assert items(served.get(f"{path}?outcome=employment")) == []
    assert len(items(served.get(f"{path}?as_of=2015-09-01"))) == 1
    problem(served.get(f"{path}?standards=guess@1"), 422, "invalid")


@pytest.mark.parametrize(
    "asked", ["wwc@4.1", "wwc@4.1,wwc@4.1", "wwc@4.1, wwc@4.1", "all,wwc@4.1", "wwc@4.1,all", ""]
)
def test_differences_are_between_two_standards_or_all_of_them(served, asked):
    programme, approach = served.measured_programme()
    for answer in (
        served.get(f"/v1/programmes/{programme}/grades/differences?standards={asked}"),
        served.get(f"/v1/approaches/{approach}/grades/differences?standards={asked}"),
        served.post(f"/v1/grades/preview/differences?standards={asked}", FACTS),
    ):
        (error,) = problem(answer, 422, "invalid")["errors"]
        assert error["field"] == "standards"
        assert error["accepted"] == "all by itself, or two or more standards with commas between"


def trial_programme(served):
    """A programme with one trial and its event."""
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, LAUNCHED)
    return programme, served.tell(path, TRIAL)["event_ids"][0]


def worksheet(served, programme, standard):
    """The one worksheet of a programme with one outcome."""
    (sheet,) = items(served.get(f"/v1/programmes/{programme}/worksheet?standard={standard}"))
    return sheet


def test_a_worksheet_asks_for_facts_by_group_and_says_what_each_could_change(served):
    programme, event = trial_programme(served)
    sheet = worksheet(served, programme, "wwc@4.1")
    assert sheet["bounds"] == {"worst": "DOES_NOT_MEET", "best": "MEETS_WITHOUT"}
    (result,) = sheet["results"]
    assert result["event_id"] == event
    groups = {group["group"]: group["facts"] for group in result["groups"]}
    lost = {fact["fact"]: fact for fact in groups["sample"]}["attrition_overall_pct"]
    assert lost["matters"]
    assert {one["accepted"] for one in lost["accepted"]} == {"a whole number"}
    assert "discontinuity" not in groups  # nobody asks a trial for its cut-off
    assert sheet["questions"] == []


def test_a_worksheet_asks_a_person_and_says_what_each_answer_would_make_of_it(served):
    programme, event = trial_programme(served)
    sheet = worksheet(served, programme, "rob2@2019")
    assert sheet["judges"] == ["auditor", "steward"]
    questions = sheet["results"][0]["questions"]
    first = questions[0]
    assert first["about"] == event
    best = {one["answer"]: one["bounds"]["best"] for one in first["answers"]}
    assert best["y"] == "low"
    assert best["n"] == "high"
    judged = {
        "type": "judgement_recorded",
        "happened_on": "2016-01-01",
        "judgement": {
            "standard": "rob2@2019",
            "question": first["question"],
            "answer": "n",
            "reason": "the list was on the wall",
            "event_id": event,
        },
    }
    served.tell(f"/v1/programmes/{programme}/events", judged, by="auditor")
    after = worksheet(served, programme, "rob2@2019")
    assert after["bounds"] == {"worst": "high", "best": "high"}
    assert after["results"][0]["questions"] == []


def test_what_an_answer_is_said_to_make_of_the_level_is_what_it_makes(served):
    programme, _ = trial_programme(served)
    before = worksheet(served, programme, "robins-i@2016")
    assert before["results"][0]["questions"] == []  # it is about studies without randomisation
    asked = worksheet(served, programme, "grade@2011")["questions"]
    told = next(one for one in asked if one["question"] == "risk_of_bias")
    (answer,) = (one for one in told["answers"] if one["answer"] == "high")
    judged = {
        "type": "judgement_recorded",
        "happened_on": "2016-01-01",
        "judgement": {
            "standard": "grade@2011",
            "question": "risk_of_bias",
            "answer": "high",
            "reason": "nobody was blind",
            "outcome_domain": "emergency_admissions",
        },
    }
    served.tell(f"/v1/programmes/{programme}/events", judged, by="auditor")
    assert worksheet(served, programme, "grade@2011")["bounds"] == answer["bounds"]


@pytest.mark.parametrize("standard", STANDARD_NAMES)
def test_every_standard_has_a_worksheet(served, standard):
    programme, _ = trial_programme(served)
    sheet = worksheet(served, programme, standard)
    assert sheet["standard"] == standard
    for result in sheet["results"]:
        for group in result["groups"]:
            for fact in group["facts"]:
                assert fact["could"].endswith(".")
                assert all(one["accepted"] for one in fact["accepted"])


def test_a_worksheet_of_a_standard_that_is_not_shipped_is_refused(served):
    programme, _ = trial_programme(served)
    path = f"/v1/programmes/{programme}/worksheet?standard="
    problem(served.get(f"{path}guess@1"), 422, "invalid")
    problem(served.get(f"{path}all"), 422, "invalid")

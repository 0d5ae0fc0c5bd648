"""Grades through the API: with reasons, at any moment, as a table, before anything is recorded."""

import csv
import io
from datetime import timedelta

import pytest

from scoring.bounding import FROM_WORST
from tests.service.served import LAUNCHED, MEASURED, NOON, serve
from tests.service.test_api_programmes import problem


def headline(served, path):
    """The first grade of a list."""
    return served.get(path, by="funder").get_json()["items"][0]


def test_a_funder_reads_a_grade_with_its_reasons_and_the_events_they_rest_on(served):
    programme, _ = served.measured_programme()
    grade = headline(served, f"/v1/programmes/{programme}/grades")
    assert grade["subject"] == {
        "kind": "programme",
        "id": programme,
        "version": 1,
        "outcome": "emergency_admissions",
    }
    assert (grade["standard"], grade["headline"]) == ("candour@1", True)
    assert grade["reasons"]
    told = served.get(f"/v1/programmes/{programme}/events").get_json()["items"]
    known = {entry["event_id"] for entry in told}
    rested_on = {event for reason in grade["reasons"] for event in reason["event_ids"]}
    assert rested_on
    assert rested_on <= known


def test_every_standard_grades_side_by_side(served):
    programme, approach = served.measured_programme()
    for standard in served.get("/v1/standards").get_json()["items"]:
        for path in (f"/v1/programmes/{programme}", f"/v1/approaches/{approach}"):
            grade = headline(served, f"{path}/grades?standard={standard['id']}")
            assert grade["standard"] == standard["id"]


def test_a_standard_that_is_not_shipped_is_refused_by_name(served):
    programme, _ = served.measured_programme()
    answer = served.get(f"/v1/programmes/{programme}/grades?standard=guess@1")
    errors = problem(answer, 422, "invalid")["errors"]
    assert errors[0]["field"] == "standard"
    assert "candour@1" in errors[0]["accepted"]
    assert served.get("/v1/standards/candour@1").get_json()["rules"]
    problem(served.get("/v1/standards/guess@1"), 404, "not-found")


def test_a_grade_is_read_as_it_was_before_the_news(tmp_path):
    now = [NOON]
    served = serve(tmp_path, now=lambda: now[0])
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, LAUNCHED)
    now[0] += timedelta(hours=1)
    served.tell(path, MEASURED)
    grades = f"/v1/programmes/{programme}/grades"
    after = headline(served, grades)
    assert after["units"]
    for moment in ("known_at=2026-11-24T12:30:00Z", "as_of=2015-08-31"):
        assert served.get(f"{grades}?{moment}").get_json()["items"] == []
        assert served.get(f"/v1/grades?{moment}").get_json()["items"] == []
    then = headline(served, f"{grades}?known_at=2026-11-24T13:30:00Z")
    assert then == after | {"known_at": "2026-11-24T13:30:00+00:00"}
    by_then = headline(served, f"{grades}?as_of=2015-09-01")
    assert by_then == after | {"as_of": "2015-09-01"}
    served.close()


def test_a_grade_looked_for_by_outcome_is_the_only_one_answered(served):
    programme, _ = served.measured_programme()
    path = f"/v1/programmes/{programme}/grades?outcome="
    assert len(served.get(f"{path}emergency_admissions").get_json()["items"]) == 1
    assert served.get(f"{path}employment").get_json()["items"] == []


def test_a_subject_that_is_not_there_has_no_grades(served):
    unknown = "00000000-0000-0000-0000-00000000000f"
    for kind in ("programmes", "approaches"):
        problem(served.get(f"/v1/{kind}/{unknown}/grades"), 404, "not-found")


def test_the_portfolio_is_narrowed_by_finding_and_confidence(served):
    programme, approach = served.measured_programme()
    served.programme(approach, name="Nothing measured yet")
    grade = headline(served, f"/v1/programmes/{programme}/grades")
    finding, confidence = grade["finding"], grade["confidence"]
    for query, count in (
        ("", 1),
        (f"finding={finding}", 1),
        ("finding=harmful", 0),
        (f"min_confidence={confidence}", 1),
        ("min_confidence=high", 0),
        ("as_of=2015-09-01&min_confidence=very low", 1),
        (f"as_of=2015-09-01&finding={finding}", 1),
        ("as_of=2015-09-01&finding=harmful", 0),
        ("known_at=2026-12-01T00:00:00Z&status=active", 1),
        ("known_at=2026-12-01T00:00:00Z&status=closed", 0),
    ):
        assert len(served.get(f"/v1/grades?{query}").get_json()["items"]) == count, query
    for query in (f"finding={finding}", f"finding={finding}&as_of=2015-09-01"):
        listed = served.get(f"/v1/programmes?{query}").get_json()["items"]
        assert [one["id"] for one in listed] == [programme]


@pytest.mark.parametrize("path", ["/v1/grades", "/v1/programmes"])
def test_a_finding_that_no_grade_can_have_is_refused_and_every_other_is_taken(served, path):
    (error,) = problem(served.get(f"{path}?finding=nope"), 422, "invalid")["errors"]
    assert error["field"] == "finding"
    assert error["accepted"] == "one of " + ", ".join(FROM_WORST)
    for finding in FROM_WORST:
        assert served.get(f"{path}?finding={finding}").status_code == 200


@pytest.mark.parametrize(("query", "headers"), [("?format=csv", {}), ("", {"Accept": "text/csv"})])
def test_the_portfolio_comes_as_csv_that_no_spreadsheet_runs(served, query, headers):
    programme = served.programme(served.approach(), name="=HYPERLINK(1)")
    for event in (LAUNCHED, MEASURED):
        served.tell(f"/v1/programmes/{programme}/events", event)
    answer = served.get(f"/v1/grades{query}", headers=headers)
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["programme"] == "'=HYPERLINK(1)"
    assert float(row["estimate"]) == pytest.approx(
        headline(served, f"/v1/programmes/{programme}/grades")["estimate"]["estimate"]
    )


def test_a_format_that_is_not_offered_is_refused(served):
    problem(served.get("/v1/grades", headers={"Accept": "image/png"}), 406, "not-acceptable")
    problem(served.get("/v1/grades?format=xml"), 422, "invalid")


def test_a_preview_grades_facts_and_records_nothing(served):
    facts = {"contrasts": [MEASURED["contrast"]]}
    answer = served.post("/v1/grades/preview", facts, by="funder")
    assert answer.status_code == 200, answer.text
    (grade,) = answer.get_json()["items"]
    assert grade["subject"]["kind"] == "preview"
    assert grade["reasons"]
    assert served.lane.store.recorder.max_notification_id() is None


def test_a_preview_of_a_wrong_fact_names_its_path(served):
    wrong = MEASURED["contrast"] | {"study": 5}
    errors = problem(
        served.post("/v1/grades/preview", {"contrasts": [wrong]}, by="funder"), 422, "invalid"
    )["errors"]
    assert errors[0]["field"] == "contrasts.0.study"
    problem(served.post("/v1/grades/preview", {"contrasts": []}), 422, "invalid")


def test_a_stall_changes_no_grade(served):
    programme, _ = served.measured_programme()
    before = served.get(f"/v1/programmes/{programme}/grades").get_json()
    told = {"type": "stalled", "happened_on": "2016-01-01", "reason": "No nurses."}
    served.tell(f"/v1/programmes/{programme}/events", told)
    assert served.get(f"/v1/programmes/{programme}/grades").get_json() == before

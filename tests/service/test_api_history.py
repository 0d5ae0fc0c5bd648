"""Grades over time: stretches with what began them, at any moment, by any standard."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.service.served import LAUNCHED, MEASURED, NOON, serve
from tests.service.test_api_programmes import problem

RANDOMISED = {"type": "rct", "comparator": "usual_care", "confounding_factor": False}


@pytest.fixture(params=["sqlite", "postgres"])
def watched(request, tmp_path):
    """An application whose clock the test turns."""
    now = [NOON]
    database = request.getfixturevalue("fresh_postgres") if request.param == "postgres" else None
    served = serve(tmp_path, database=database, now=lambda: now[0])

    def later(hours):
        now[0] += timedelta(hours=hours)

    served.later = later
    yield served
    served.close()


def measured_at(place, *, estimate=0.6, **changes):
    """A clear result of a sound trial in one place."""
    told = MEASURED["contrast"]
    unit = {**told["unit"], "site": place}
    result = {
        **told["result"],
        "estimate": estimate,
        "ci_low": round(estimate * 0.85, 3),
        "ci_high": round(estimate / 0.85, 3),
    }
    contrast = told | {"study": f"Trial of {place}", "unit": unit, "design": RANDOMISED}
    return MEASURED | {"contrast": contrast | {"result": result} | changes}


def story(served, *, places=6):
    """Places of one approach, each told an hour after the other; ids of approach and places."""
    approach = served.approach()
    ids = []
    for number in range(places):
        programme = served.programme(approach, name=f"Place {number}")
        served.tell(f"/v1/programmes/{programme}/events", LAUNCHED)
        served.later(1)
        served.tell(f"/v1/programmes/{programme}/events", measured_at(f"Place {number}"))
        ids.append(programme)
    return approach, ids


def history(served, path, **query):
    answer = served.get(f"{path}/grades/history", query_string=query, by="funder")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"]


def test_each_stretch_says_what_began_it_and_what_it_changed(watched):
    approach, places = story(watched)
    first, *_, last = stretches = history(watched, f"/v1/approaches/{approach}")
    assert first["changed"] == []
    assert last["to"] is None
    assert [one["begun_by"]["programme_id"] for one in stretches] == places
    assert {one["begun_by"]["type"] for one in stretches} == {"outcome_measured"}
    for before, after in pairwise(stretches):
        assert before["to"] == after["from"] == before["ended_by"]["recorded_at"]
    findings = [
        (change["from"], change["to"])
        for one in stretches
        for change in one["changed"]
        if change["what"] == "finding"
    ]
    assert findings[0][0] == first["finding"]
    assert findings[-1][1] == last["finding"] == "works"
    assert any(change["to"] == "met" for one in stretches for change in one["changed"])


def test_a_history_is_read_as_it_was_known(watched):
    approach, _ = story(watched, places=3)
    whole = history(watched, f"/v1/approaches/{approach}")
    then = history(watched, f"/v1/approaches/{approach}", known_at=whole[1]["from"])
    assert len(then) == 2
    assert then[-1] == whole[1] | {"to": None, "ended_by": None}
    early = (NOON - timedelta(days=1)).isoformat()
    answer = watched.get(
        f"/v1/approaches/{approach}/grades/history", query_string={"known_at": early}
    )
    problem(answer, 404, "not-found")


def test_a_published_standard_has_a_history_as_well(watched):
    _, (programme, *_) = story(watched, places=2)
    path = f"/v1/programmes/{programme}"
    (told,) = history(watched, path, standard="wwc@4.1", outcome="emergency_admissions")
    now = watched.get(f"{path}/grades?standard=wwc@4.1").get_json()["items"][0]
    assert (told["grade"], told["status"]) == (now["grade"], now["status"])
    assert history(watched, path, outcome="employment") == []
    wrong = watched.get(f"{path}/grades/history?standard=guess@1")
    assert problem(wrong, 422, "invalid")["errors"][0]["field"] == "standard"


def test_a_whole_published_grade_at_a_moment_is_the_one_kept_in_brief(watched):
    approach, places = story(watched, places=3)
    moment = history(watched, f"/v1/approaches/{approach}")[1]["from"]
    for path in (f"/v1/approaches/{approach}", f"/v1/programmes/{places[0]}"):
        for standard in ("wwc@4.1", "grade@2011", "blueprints@1"):
            query = {"standard": standard, "known_at": moment}
            whole = watched.get(f"{path}/grades", query_string=query).get_json()["items"]
            brief = history(watched, path, **query)
            assert [(one["grade"], one["status"]) for one in whole] == [
                (one["grade"], one["status"]) for one in brief if one["to"] is None
            ]
            assert all(one["reasons"] and one["known_at"] for one in whole)


def listed(served, **query):
    answer = served.get("/v1/grades", query_string=query, by="funder")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def sure_and_unsure(served):
    """One place whose own units show beyond doubt that it works, and others of little evidence."""
    approach = served.approach()
    sure = served.programme(approach, name="A sure one")
    served.tell(f"/v1/programmes/{sure}/events", LAUNCHED)
    for number in range(8):
        served.tell(f"/v1/programmes/{sure}/events", measured_at(f"Ward {number}", estimate=0.5))
    for number in range(4):
        other = served.programme(served.approach(name=f"Other {number}"), name=f"B {number}")
        served.tell(f"/v1/programmes/{other}/events", LAUNCHED)
        served.tell(f"/v1/programmes/{other}/events", measured_at("There", estimate=0.95))
    return sure


def test_works_holds_in_a_list_at_its_false_discovery_rate(watched):
    sure = sure_and_unsure(watched)
    found = listed(watched)
    assert found["false_discovery"] == {"method": "e-BH", "rate": 0.1, "listed": 5, "holding": 1}
    told = {one["programme"]["id"]: one["fdr_controlled"] for one in found["items"]}
    assert told.pop(sure) is True
    assert set(told.values()) == {None}
    csv = watched.get("/v1/grades?format=csv").text
    assert "fdr_controlled" in csv.splitlines()[0]


def test_what_holds_does_not_depend_on_the_page_or_on_what_is_looked_for(watched):
    sure = sure_and_unsure(watched)
    whole = listed(watched)
    pages, query = [], {"limit": 2}
    while query is not None:
        page = listed(watched, **query)
        pages += page["items"]
        assert page["false_discovery"] == whole["false_discovery"]
        cursor = page["next"] and page["next"].split("cursor=")[1].split("&")[0]
        query = {"limit": 2, "cursor": cursor.replace("%3D", "=")} if cursor else None
    assert pages == whole["items"]
    works = listed(watched, finding="works")
    assert [one["programme"]["id"] for one in works["items"]] == [sure]
    assert works["false_discovery"] == whole["false_discovery"]
    now = {"known_at": (NOON + timedelta(hours=1)).isoformat()}
    for moment in (now, {"as_of": "2026-01-01"}):
        then = listed(watched, **moment)
        assert [one["fdr_controlled"] for one in then["items"]] == [
            one["fdr_controlled"] for one in whole["items"]
        ]
        assert then["false_discovery"] == whole["false_discovery"]


def test_a_standard_without_evidence_of_its_kind_controls_nothing(watched):
    sure_and_unsure(watched)
    found = listed(watched, standard="wwc@4.1")
    assert found["false_discovery"] is None
    assert {one["fdr_controlled"] for one in found["items"]} == {None}


@pytest.mark.parametrize(
    "path",
    ["/v1/approaches", "/v1/standards", "/v1/standards/wwc@4.1", "/v1/designs", "/v1/me"],
)
def test_what_cannot_be_asked_is_refused_and_not_ignored(served, path):
    assert served.get(path).status_code == 200
    errors = problem(served.get(f"{path}?as_off=2020-01-01"), 422, "invalid")["errors"]
    assert errors[0]["field"] == "as_off"


def test_every_standard_says_that_it_graded_all_that_was_told(served):
    served.measured_programme()
    for standard in served.get("/v1/standards").get_json()["items"]:
        assert standard["graded"] == {"whole": True, "position": 0, "since": None}
    assert served.get("/readyz").get_json() == {"status": "ready"}

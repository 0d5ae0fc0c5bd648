"""The whole way: told, graded, replayed; a peer is candid, and no assessor can tell."""

from datetime import timedelta

import pytest

from domain.values import Function
from service.replay import differences, replayed
from tests.service.served import (
    APPROACH,
    LAUNCHED,
    LESSON,
    MEASURED,
    NOON,
    PROGRAMME,
    STALLED,
    serve,
)

PLAN = {
    "type": "plan_registered",
    "happened_on": "2014-03-03",
    "plan": {
        "design": "matched_comparison",
        "comparison": "like homes elsewhere",
        "units": ["Northmoor"],
        "outcomes": [
            {
                "domain": "emergency_admissions",
                "measure": "admissions a resident and year",
                "primary": True,
                "horizon_months": 12,
                "smallest_worthwhile": 1.1,
                "measure_scale": "RR",
            }
        ],
    },
}
READ_BY_ASSESSORS = (
    "/v1/programmes",
    "/v1/programmes/{}",
    "/v1/programmes/{}/events",
    "/v1/programmes/{}/grades",
    "/v1/grades",
    "/v1/approaches",
    "/v1/audit/entries",
    "/v1/me",
    "/v1/lessons",
)
ASSESSORS = ("funder", "auditor", "policy")


@pytest.fixture(params=["sqlite", "postgres"])
def clock_and_service(request, tmp_path):
    now = [NOON]
    sqlite = request.param == "sqlite"
    database = None if sqlite else request.getfixturevalue("fresh_postgres")
    served = serve(tmp_path, database=database, now=lambda: now[0])
    yield now, served
    served.close()


def test_the_tour(clock_and_service):
    now, served = clock_and_service
    programme, before_the_result, result = a_programme_lead_tells_what_happens(served, now)
    a_funder_reads_the_grade_and_why(served, programme, result)
    an_auditor_replays_it(served, programme, before_the_result)
    a_peer_is_candid_and_no_assessor_can_tell(served, programme)


def a_programme_lead_tells_what_happens(served, now):
    """From the catalogue to a result; the id, the moment before the result, the result's event."""
    approach = served.tell("/v1/approaches", APPROACH, by="steward")["id"]
    programme = served.tell("/v1/programmes", PROGRAMME | {"approach_id": approach})["id"]
    events = f"/v1/programmes/{programme}/events"
    for event in (PLAN, LAUNCHED, STALLED):
        served.tell(events, event)
        now[0] += timedelta(hours=1)
    before_the_result = now[0]
    refused = served.post(events, {"type": "stalled", "happened_on": "2014-06-01", "reason": "r"})
    assert "resumed" in refused.get_json()["open_moves"]
    served.tell(events, {"type": "resumed", "happened_on": "2014-07-01"})
    now[0] += timedelta(hours=1)
    return programme, before_the_result, served.tell(events, MEASURED)["event_ids"][0]


def a_funder_reads_the_grade_and_why(served, programme, result):
    (grade,) = served.get(f"/v1/programmes/{programme}/grades", by="funder").get_json()["items"]
    assert grade["status"] == "determined"
    assert grade["explanation"]
    assert any(result in reason["event_ids"] for reason in grade["reasons"])
    (row,) = served.get("/v1/grades", by="funder").get_json()["items"]
    assert (row["programme"]["id"], row["grade"]) == (programme, grade)


def an_auditor_replays_it(served, programme, before_the_result):
    """What was known before the result; the log; and every grade performed again."""
    moment = before_the_result.isoformat().replace("+00:00", "Z")
    path = f"/v1/programmes/{programme}/grades?known_at={moment}"
    (then,) = served.get(path, by="auditor").get_json()["items"]
    assert then["units"] == []
    rows = served.get("/v1/audit/entries", by="auditor").get_json()["items"]
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
    assert len(rows) == len(("approach", "programme", PLAN, LAUNCHED, STALLED, "resumed", MEASURED))
    with replayed(served.lane, progress=lambda *_: None) as afresh:
        assert list(differences(served.lane.readstore, afresh)) == []


def a_peer_is_candid_and_no_assessor_can_tell(served, programme):
    paths = [path.format(programme) for path in READ_BY_ASSESSORS]
    silent = {(by, path): served.get(path, by=by).data for by in ASSESSORS for path in paths}
    shared = served.tell("/v1/lessons", LESSON, by="peer")
    (lesson,) = served.get("/v1/lessons?q=night", by="neighbouring peer").get_json()["items"]
    assert lesson["text"] == LESSON["text"]
    for (by, path), seen in silent.items():
        assert served.get(path, by=by).data == seen
    hidden = served.get(f"/v1/lessons/{shared['id']}", by="funder")
    nowhere = served.get("/v1/no-such-thing", by="funder")
    assert hidden.status_code == nowhere.status_code
    assert list(hidden.headers) == list(nowhere.headers)
    assert hidden.data == nowhere.data


def test_every_function_has_a_way_in(clock_and_service):
    _, served = clock_and_service
    for function in Function:
        assert served.get("/v1/me", by=function.value).get_json()["function"] == function.value

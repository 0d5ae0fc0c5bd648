"""A request sent twice under one key happens once and is answered alike."""

import pytest

from tests.service.served import LAUNCHED, LESSON, PROGRAMME, STALLED
from tests.service.test_api_programmes import problem

KEY = {"Idempotency-Key": "tablet-7/2026-11-24"}
STABLE = ("ETag", "Location", "Content-Type")


def same(first, second):
    """Both answers say the same; only the second says that it is a repetition."""
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert [first.headers[name] for name in STABLE] == [second.headers[name] for name in STABLE]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"


def test_a_programme_is_registered_once(served):
    body = PROGRAMME | {"approach_id": served.approach()}
    same(*(served.post("/v1/programmes", body, headers=KEY) for _ in range(2)))
    assert len(served.get("/v1/programmes").get_json()["items"]) == 1


def test_an_event_is_told_once_even_when_the_programme_has_moved_on(served):
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    tag = {"If-Match": f'"{programme}:0"'}
    first = served.post(path, LAUNCHED, headers=KEY | tag)
    served.tell(path, STALLED)
    same(first, served.post(path, LAUNCHED, headers=KEY | tag))
    assert served.get(f"/v1/programmes/{programme}").get_json()["status"] == "stalled"


def test_an_approach_and_a_lesson_are_kept_once(served):
    from_catalogue = {"name": "A", "theory_of_change": "t", "sectors": ["health"]}
    from_catalogue |= {"core_components": [], "summary": "s", "happened_on": "2014-01-01"}
    for path, body, by in (
        ("/v1/approaches", from_catalogue, "steward"),
        ("/v1/lessons", LESSON, "peer"),
    ):
        same(*(served.post(path, body, by=by, headers=KEY) for _ in range(2)))
        assert len(served.get(path, by=by).get_json()["items"]) == 1


def test_the_receipt_code_of_a_lesson_is_the_same_when_asked_again(served):
    codes = {
        served.tell("/v1/lessons", LESSON, by="peer", headers=KEY)["receipt_code"] for _ in range(2)
    }
    assert len(codes) == 1


@pytest.mark.parametrize("path", ["events", "other"])
def test_a_key_of_another_request_is_refused_and_nothing_is_saved(served, path):
    approach = served.approach()
    programme, other = served.programme(approach), served.programme(approach)
    served.tell(f"/v1/programmes/{programme}/events", LAUNCHED, headers=KEY)
    if path == "events":
        answer = served.post(f"/v1/programmes/{programme}/events", STALLED, headers=KEY)
    else:
        answer = served.post(f"/v1/programmes/{other}/events", LAUNCHED, headers=KEY)
    refused = problem(answer, 422, "idempotency-key-reused")
    assert [one["field"] for one in refused["errors"]] == ["Idempotency-Key"]
    assert served.get(f"/v1/programmes/{programme}").get_json()["stream_version"] == 1
    assert served.get(f"/v1/programmes/{other}").get_json()["stream_version"] == 0


def test_two_organisations_may_use_the_same_key(served):
    approach = served.approach()
    for by in ("delivery", "neighbour"):
        body = PROGRAMME | {"approach_id": approach}
        assert served.post("/v1/programmes", body, by=by, headers=KEY).status_code == 201
    assert len(served.get("/v1/programmes").get_json()["items"]) == 2


@pytest.mark.parametrize("key", ["", "two words", "é", "k" * 201])
def test_a_key_that_cannot_be_one_is_refused(served, key):
    answer = served.post("/v1/lessons", LESSON, by="peer", headers={"Idempotency-Key": key})
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "Idempotency-Key"


def test_a_refused_request_leaves_its_key_free(served):
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    assert served.post(path, STALLED, headers=KEY).status_code == 409
    assert served.post(path, LAUNCHED, headers=KEY).status_code == 201

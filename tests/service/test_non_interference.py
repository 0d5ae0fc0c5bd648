"""Two histories that differ only in the peer lane: nobody outside it can tell them apart."""

import re

import pytest

from tests.service.served import LAUNCHED, LESSON, MEASURED, STALLED, serve
from tests.service.test_auth import signed_in
from tests.service.test_routes import METHODS, OUTSIDERS, addressed

SECRET = re.compile(r'(name="(?:csrf_token|idempotency_key)" value=")[^"]*')
TABLES = {
    "record": ("stored_events", "idempotency"),
    "read": ("programmes", "programme_sectors", "programme_events", "approaches", "members",
             "grades", "tracking"),
}  # fmt: skip


def history(folder, *, candid):
    """The same record, with and without what peers say to each other meanwhile."""
    served = serve(folder)

    def speak(times):
        for number in range(times if candid else 0):
            body = LESSON | {"title": f"Lesson {number}", "approach_id": approach}
            told = served.tell("/v1/lessons", body, by="peer")
            path = f"/v1/lessons/{told['id']}"
            served.tell(f"{path}/endorsements", {}, by="neighbouring peer")
            served.tell(f"{path}/replies", {"text": "Here as well."}, by="neighbouring peer")
            if number % 2:
                code = {"receipt_code": told["receipt_code"]}
                served.tell(f"{path}/withdrawal", code, by="peer")

    approach = served.approach()
    speak(3)
    programme = served.programme(approach)
    speak(1)
    for event in (LAUNCHED, MEASURED, STALLED):
        served.tell(f"/v1/programmes/{programme}/events", event)
        speak(2)
    return served, {"approach": approach, "programme": programme, "lesson": str(approach)}


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    pair = [
        history(tmp_path_factory.mktemp(name), candid=name == "candid")
        for name in ("silent", "candid")
    ]
    assert len(pair[1][0].get("/v1/lessons", by="peer").get_json()["items"]) > 0
    assert pair[0][1] == pair[1][1]
    yield pair
    for served, _ in pair:
        served.close()


def seen(answer):
    """All that a client can obtain of an answer, without the secrets drawn for each form."""
    headers = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
    return answer.status_code, headers, SECRET.sub(r"\1", answer.text)


def every_path(served, ids):
    rules = [rule.rule for rule in served.app.url_map.iter_rules()]
    paths = sorted({addressed(rule, ids) for rule in rules})
    queries = ["?as_of=2015-12-31", "?known_at=2026-12-01T00:00:00Z", "?limit=1", "?q=night"]
    return [path + query for path in paths for query in ("", *queries)]


@pytest.mark.parametrize("by", [*OUTSIDERS, None])
def test_the_api_answers_alike(histories, by):
    (silent, ids), (candid, _) = histories
    for path in every_path(silent, ids):
        assert seen(silent.get(path, by=by)) == seen(candid.get(path, by=by)), path


@pytest.mark.parametrize("by", OUTSIDERS)
def test_the_pages_answer_alike(histories, by):
    (silent, ids), (candid, _) = histories
    one, other = signed_in(silent, by), signed_in(candid, by)
    for path in every_path(silent, ids):
        assert seen(one.get(path)) == seen(other.get(path)), path


@pytest.mark.parametrize("by", [*OUTSIDERS, None])
def test_every_method_on_the_lane_answers_alike(histories, by):
    (silent, ids), (candid, _) = histories
    for path in (
        "/v1/lessons",
        f"/v1/lessons/{ids['lesson']}",
        "/peers",
        "/peers/share",
        "/lessons",
    ):
        for method in METHODS:
            assert seen(silent.call(method, path, by=by)) == seen(candid.call(method, path, by=by))


def test_the_record_and_its_read_models_hold_the_same(histories):
    for store, tables in TABLES.items():
        for table in tables:
            one, other = (rows(served, store, table) for served, _ in histories)
            assert one == other, table


def rows(served, store, table):
    """Every row of a table, as stored."""
    lane = served.lane
    if store == "read":
        return sorted(lane.readstore.run(f"SELECT * FROM {table}"), key=str)
    with lane.store.recorder.database.reading() as cursor:
        return sorted(cursor.execute(f"SELECT * FROM {table}").fetchall(), key=str)

"""Programmes through the API: registered, told of, read now and as they were."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.service.served import LAUNCHED, MEASURED, NOON, PROGRAMME, STALLED, serve

TWO_BY_TWO = {"kind": "two_by_two", "measure": "OR", "ai": 1, "bi": 1, "ci": 1, "di": 1}


def problem(answer, status, slug):
    """A refusal in the one form that refusals have."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    document = answer.get_json()
    assert document["type"] == f"/problems/{slug}"
    assert document["status"] == status
    return document


def test_what_was_registered_can_be_read_at_once(served):
    programme = served.programme(served.approach())
    card = served.get(f"/v1/programmes/{programme}", by="funder").get_json()
    assert card["name"] == PROGRAMME["name"]
    assert card["status"] == "registered"
    listed = served.get("/v1/programmes").get_json()["items"]
    assert [one["id"] for one in listed] == [programme]


def test_a_write_answers_where_it_is_and_at_which_version(served):
    programme = served.programme(served.approach())
    answer = served.post(f"/v1/programmes/{programme}/events", LAUNCHED)
    assert answer.status_code == 201
    assert answer.headers["ETag"] == f'"{programme}:1"'
    assert answer.headers["Location"] == f"/v1/programmes/{programme}/events"
    assert set(answer.get_json()) == {"id", "version", "event_ids"}


def test_a_refused_move_names_the_moves_that_are_open(served):
    programme = served.programme(served.approach())
    answer = served.post(f"/v1/programmes/{programme}/events", STALLED)
    document = problem(answer, 409, "move-refused")
    assert "launched" in document["open_moves"]
    assert "stalled" not in document["open_moves"]
    entries = served.get(f"/v1/programmes/{programme}/events").get_json()["items"]
    assert [entry["type"] for entry in entries] == ["registered"]


def test_a_stale_if_match_is_refused_with_the_current_etag(served):
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    first = served.get(f"/v1/programmes/{programme}").headers["ETag"]
    assert served.post(path, LAUNCHED, headers={"If-Match": first}).status_code == 201
    answer = served.post(path, STALLED, headers={"If-Match": first})
    problem(answer, 412, "stale")
    assert answer.headers["ETag"] == f'"{programme}:1"'
    again = served.post(path, STALLED, headers={"If-Match": answer.headers["ETag"]})
    assert again.status_code == 201


def test_an_if_match_of_something_else_is_refused(served):
    programme = served.programme(served.approach())
    answer = served.post(
        f"/v1/programmes/{programme}/events", LAUNCHED, headers={"If-Match": '"elsewhere:0"'}
    )
    problem(answer, 412, "stale")


def test_a_reader_who_has_the_current_version_is_told_so(served):
    programme = served.programme(served.approach())
    tag = served.get(f"/v1/programmes/{programme}").headers["ETag"]
    answer = served.get(f"/v1/programmes/{programme}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_only_the_own_organisation_tells_of_a_programme(served):
    programme = served.programme(served.approach())
    answer = served.post(f"/v1/programmes/{programme}/events", LAUNCHED, by="neighbour")
    problem(answer, 403, "not-allowed")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"happened_on": "2030-01-01"}, "happened_on"),
        ({"happened_on": "soon"}, "happened_on"),
        ({"type": "exploded"}, "type"),
        ({"type": None}, "type"),
        ({"sneaky": 1}, "sneaky"),
        ({"note": 5}, "note"),
        ({"note": "\x00"}, "note"),
    ],
)
def test_bad_input_names_the_field_and_what_is_accepted(served, change, field):
    programme = served.programme(served.approach())
    answer = served.post(f"/v1/programmes/{programme}/events", LAUNCHED | change)
    errors = problem(answer, 422, "invalid")["errors"]
    assert [error["field"] for error in errors] == [field]
    assert errors[0]["accepted"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "reported", "measure": "SMD", "estimate": 0.2, "se": -1}, "contrast.result.se"),
        ({"kind": "guessed"}, "contrast.result.kind"),
        (TWO_BY_TWO | {"ai": 1.5}, "contrast.result.ai"),
        (TWO_BY_TWO | {"ai": 10**400}, "contrast.result.ai"),
        ({"kind": "reported", "measure": "SMD", "estimate": True}, "contrast.result.estimate"),
        ({"kind": "reported", "measure": "RR", "estimate": -2}, "contrast.result.estimate"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_its_path(served, change, field):
    programme = served.programme(served.approach())
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, LAUNCHED)
    body = MEASURED | {"contrast": MEASURED["contrast"] | {"result": change}}
    errors = problem(served.post(path, body), 422, "invalid")["errors"]
    assert [error["field"] for error in errors] == [field]
    assert served.get(f"/v1/programmes/{programme}").get_json()["outcomes"] == 0


def test_an_outcome_before_the_launch_is_refused(served):
    programme = served.programme(served.approach())
    answer = served.post(f"/v1/programmes/{programme}/events", MEASURED)
    problem(answer, 409, "move-refused")


def test_a_programme_is_read_as_it_was(tmp_path):
    now = [NOON]
    served = serve(tmp_path, now=lambda: now[0])
    programme = served.programme(served.approach())
    now[0] += timedelta(hours=1)
    served.tell(f"/v1/programmes/{programme}/events", LAUNCHED)
    now[0] += timedelta(hours=1)
    served.tell(f"/v1/programmes/{programme}/events", STALLED)
    for query, status in (
        ("", "stalled"),
        ("?as_of=2014-04-30", "active"),
        ("?as_of=2014-03-31", "registered"),
        ("?known_at=2026-11-24T13:30:00Z", "active"),
        ("?known_at=2026-11-24T14:30:00%2B01:00&as_of=2014-04-30", "active"),
        ("?known_at=2026-11-24T12:30:00Z", "registered"),
    ):
        card = served.get(f"/v1/programmes/{programme}{query}").get_json()
        assert card["status"] == status, query
    before = served.get(f"/v1/programmes/{programme}?known_at=2026-11-24T11:00:00Z")
    problem(before, 404, "not-found")
    entries = served.get(f"/v1/programmes/{programme}/events?as_of=2014-04-30").get_json()["items"]
    assert [entry["type"] for entry in entries] == ["registered", "launched"]
    served.close()


def test_the_timeline_is_the_same_whether_asked_for_now_or_at_this_moment(served):
    programme, _ = served.measured_programme()
    path = f"/v1/programmes/{programme}/events"
    now = datetime(2027, 1, 1, tzinfo=UTC).isoformat().replace("+", "%2B")
    assert served.get(f"{path}?known_at={now}").get_json() == served.get(path).get_json()


def test_a_list_is_narrowed_and_walked_by_links(served):
    approach = served.approach()
    for name in ("Ash", "Birch", "Cedar"):
        served.programme(approach, name=name)
    served.programme(approach, name="Elsewhere", area="Southmoor")
    path, found = "/v1/programmes?area=Northmoor&limit=2", []
    while path:
        answer = served.get(path)
        page = answer.get_json()
        found += [one["name"] for one in page["items"]]
        assert (page["next"] is None) == ("Link" not in answer.headers)
        path = page["next"]
    assert found == ["Ash", "Birch", "Cedar"]
    assert served.get("/v1/programmes?q=BIRCH").get_json()["items"][0]["name"] == "Birch"
    assert served.get("/v1/programmes?status=closed").get_json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "status=odd",
        "cursor=!",
        "approach=x",
        "as_of=x",
        "colour=red",
        "known_at=2026-01-01",
        "q=%00",
        "limit=" + "9" * 5000,
    ],
)
def test_a_query_that_cannot_be_meant_is_refused(served, query):
    document = problem(served.get(f"/v1/programmes?{query}"), 422, "invalid")
    assert document["errors"][0]["field"] == query.partition("=")[0]


def test_positions_of_the_log_are_for_auditors_only(served):
    programme, _ = served.measured_programme()
    for path in (f"/v1/programmes/{programme}", f"/v1/programmes/{programme}/events"):
        assert '"position"' not in served.get(path).text


def test_a_write_that_does_not_want_to_wait_is_answered_all_the_same(served):
    programme = served.programme(served.approach())
    answer = served.post(
        f"/v1/programmes/{programme}/events", LAUNCHED, headers={"Prefer": "respond-async"}
    )
    assert answer.status_code == 201

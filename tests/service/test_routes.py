"""Every route is listed here with its guard; a new one that nobody thought about fails."""

import re

import pytest

from service.peer.pages import ROOM
from tests.service.served import LESSON

# What anybody may read, signed in or not.
OPEN = {
    "GET /", "GET /docs", "GET /healthz", "GET /openapi.json", "GET /problems",
    "GET /problems/<slug>", "GET /readyz", "GET /sign-in", "GET /static/<path:filename>",
    "POST /sign-in", "POST /sign-out",
}  # fmt: skip
GUARDED = {
    "GET /approaches": "read_record",
    "GET /approaches/<approach>": "read_record",
    "GET /approaches/<approach>/grades/<outcome>": "read_record",
    "GET /approaches/<approach>/grades/<outcome>/history": "read_record",
    "GET /approaches/<approach>/differences/<outcome>": "read_record",
    "GET /approaches/<approach>/grades/<outcome>/<standard>": "read_record",
    "GET /audit/entries": "read_audit",
    "GET /portfolio": "read_record",
    "GET /portfolio.csv": "read_record",
    "GET /programmes": "read_record",
    "GET /programmes/<programme>": "read_record",
    "GET /programmes/<programme>/differences/<outcome>": "read_record",
    "GET /programmes/<programme>/estimates/<design>": "deliver",
    "POST /programmes/<programme>/estimates/<design>": "deliver",
    "POST /programmes/<programme>/estimates/facts": "deliver",
    "GET /programmes/<programme>/estimates/new": "deliver",
    "POST /programmes/<programme>/estimates/record": "deliver",
    "GET /programmes/<programme>/grades/<outcome>": "read_record",
    "GET /programmes/<programme>/grades/<outcome>/history": "read_record",
    "GET /programmes/<programme>/grades/<outcome>/<standard>": "read_record",
    # the record decides whether it is their own; test_pages_of_standards shows it
    "GET /programmes/<programme>/judgements/new": "decide_independently",
    "POST /programmes/<programme>/judgements/new": "decide_independently",
    "GET /programmes/<programme>/log": "deliver",
    "POST /programmes/<programme>/log": "deliver",
    "GET /programmes/<programme>/outcomes/<event_id>/facts": "read_record",
    "GET /programmes/<programme>/outcomes/<event_id>/facts/<group>": "deliver",
    "POST /programmes/<programme>/outcomes/<event_id>/facts/<group>": "deliver",
    "GET /programmes/<programme>/outcomes/new": "deliver",
    "POST /programmes/<programme>/outcomes/new": "deliver",
    "GET /programmes/<programme>/worksheet/<outcome>": "read_record",
    "GET /programmes/new": "register_programme",
    "POST /programmes/new": "register_programme",
    "GET /replay": "read_record",
    "GET /standards": "read_record",
    "GET /standards/<standard>": "read_record",
    "GET /standards/diff": "read_record",
    "GET /v1/approaches": "read_record",
    "POST /v1/approaches": "register_approach",
    "GET /v1/approaches/<uuid:approach_id>": "read_record",
    "GET /v1/approaches/<uuid:approach_id>/grades": "read_record",
    "GET /v1/approaches/<uuid:approach_id>/grades/history": "read_record",
    "GET /v1/approaches/<uuid:approach_id>/grades/differences": "read_record",
    "GET /v1/audit/entries": "read_audit",
    "GET /v1/designs": "read_record",
    "GET /v1/grades": "read_record",
    "POST /v1/grades/preview": "read_record",
    "POST /v1/grades/preview/differences": "read_record",
    "GET /v1/lessons": "read_lessons",
    "POST /v1/lessons": "share_lesson",
    "GET /v1/lessons/<uuid:lesson_id>": "read_lessons",
    "POST /v1/lessons/<uuid:lesson_id>/endorsements": "answer_lesson",
    "POST /v1/lessons/<uuid:lesson_id>/refusal": "refuse_lesson",
    "POST /v1/lessons/<uuid:lesson_id>/replies": "answer_lesson",
    "POST /v1/lessons/<uuid:lesson_id>/withdrawal": "share_lesson",
    "GET /v1/me": "read_record",
    "GET /v1/programmes": "read_record",
    "POST /v1/programmes": "register_programme",
    "GET /v1/programmes/<uuid:programme_id>": "read_record",
    "GET /v1/programmes/<uuid:programme_id>/events": "read_record",
    # the record decides who may tell what of whose programme; test_api_programmes shows it
    "POST /v1/programmes/<uuid:programme_id>/events": "read_record",
    "POST /v1/programmes/<uuid:programme_id>/estimates": "deliver",
    "GET /v1/programmes/<uuid:programme_id>/grades": "read_record",
    "GET /v1/programmes/<uuid:programme_id>/grades/history": "read_record",
    "GET /v1/programmes/<uuid:programme_id>/grades/differences": "read_record",
    "GET /v1/programmes/<uuid:programme_id>/worksheet": "read_record",
    "GET /v1/standards": "read_record",
    "GET /v1/standards/diff": "read_record",
    "GET /v1/standards/<standard_id>": "read_record",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
LANE_PATHS = (
    "/v1/lessons",
    "/v1/lessons/",
    "/v1/lessons/{lesson}",
    "/v1/lessons/{lesson}/endorsements",
    "/v1/lessons/{lesson}/refusal",
    "/v1/lessons/x",
    "/v1/lessons?q=night",
    "/v1//lessons",
    "/v1/%6Cessons",
)
OUTSIDERS = ("funder", "auditor", "policy", "delivery")


def routes(app):
    """Each `METHOD /rule` of the application with the guard of its view."""
    return {
        f"{method} {rule.rule}": getattr(app.view_functions[rule.endpoint], "guard", None)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_listed_with_its_guard(served):
    found = routes(served.app)
    room = {route for route in found if route.partition(" ")[2].startswith(ROOM)}
    assert {
        route: guard for route, guard in found.items() if guard and route not in room
    } == GUARDED
    assert {route for route, guard in found.items() if not guard and route not in room} == OPEN


def test_the_peers_room_is_no_address_to_anybody_else(served):
    rules = [r for r in served.app.url_map.iter_rules() if r.rule.startswith(ROOM)]
    assert rules
    for rule in rules:
        path = re.sub("<[^>]+>", "00000000-0000-0000-0000-00000000000f", rule.rule)
        for method in rule.methods:
            stranger = served.app.test_client()
            assert stranger.open(path, method=method).status_code == 404


@pytest.mark.parametrize("path", LANE_PATHS)
@pytest.mark.parametrize("by", OUTSIDERS)
def test_outsiders_get_what_they_would_get_if_lessons_did_not_exist(served, path, by):
    lesson = served.tell("/v1/lessons", LESSON, by="peer")["id"]
    for method in METHODS:
        for options in ({}, {"json": LESSON}, {"data": b"{", "content_type": "text/plain"}):
            there = served.call(method, path.format(lesson=lesson), by=by, **options)
            nowhere = served.call(method, "/v1/no-such-thing", by=by, **options)
            assert there.status_code == nowhere.status_code
            assert list(there.headers) == list(nowhere.headers)
            assert there.data == nowhere.data


def test_no_read_writes_anything(served):
    programme, approach = served.measured_programme()
    lesson = served.tell("/v1/lessons", LESSON, by="peer")["id"]
    ids = {"programme": programme, "approach": approach, "lesson": lesson}
    before = stored(served)
    for rule in served.app.url_map.iter_rules():
        if "GET" in rule.methods:
            path = addressed(rule.rule, ids)
            for by in ("delivery", "auditor", "steward", "peer"):
                assert served.get(path, by=by).status_code < 500
    assert stored(served) == before


def addressed(rule, ids):
    """A rule with its blanks filled in."""
    for blank in re.findall("<[^>]+>", rule):
        name = blank.strip("<>").rpartition(":")[2].removesuffix("_id")
        fitting = {
            "standard": "candour@1",
            "outcome": "emergency_admissions",
            "slug": "invalid",
            "design": "its",
        }
        rule = rule.replace(blank, ids.get(name) or fitting.get(name, "nothing"))
    return rule


def stored(served):
    """How far every log has come, and what the read models hold."""
    lane = served.lane
    peer = served.call("GET", "/v1/lessons", by="steward").data
    grades = lane.readstore.run("SELECT * FROM grades ORDER BY subject_id, standard, from_position")
    return lane.store.recorder.max_notification_id(), peer, grades


def test_peers_and_stewards_read_the_lessons(served):
    for by in ("peer", "steward"):
        assert served.get("/v1/lessons", by=by).status_code == 200

"""Every refusal is a problem of a known, documented type, and says nothing it should not."""

import io
import json
import logging

import pytest

from domain.errors import DomainError
from service.kinds import KINDS, TYPE_PREFIX
from service.problems import of_domain
from service.store import StoreBusy
from tests.service.served import LESSON
from tests.service.test_api_programmes import problem


def sent(served, data, *, path="/v1/approaches", by="steward", kind="application/json"):
    return served.call("POST", path, by=by, data=data, content_type=kind)


@pytest.mark.parametrize(
    ("data", "status", "slug"),
    [
        (b"", 400, "bad-request"),
        (b"{", 400, "bad-request"),
        (b"\xff\xfe", 400, "bad-request"),
        (b'{"a": NaN}', 400, "bad-request"),
        (b'{"a": -Infinity}', 400, "bad-request"),
        (b'{"a": 1, "a": 2}', 400, "bad-request"),
        (b"[" * 200_000, 400, "bad-request"),
        (b'{"a": ' * 50_000, 400, "bad-request"),
        (b'{"a": ' + b"9" * 5_000 + b"}", 400, "bad-request"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'"text"', 422, "invalid"),
        (b'{"name": "\\ud800"}', 422, "invalid"),
        (b'{"a": 1e999}', 422, "invalid"),
        (b'"' + b"x" * 1_048_576 + b'"', 413, "too-large"),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused(served, data, status, slug):
    problem(sent(served, data), status, slug)


def test_another_media_type_is_refused(served):
    problem(sent(served, b"{}", kind="text/plain"), 415, "media-type")
    problem(served.call("POST", "/v1/approaches", by="steward"), 415, "media-type")


def test_a_method_that_an_address_does_not_take_names_those_it_takes(served):
    answer = served.call("DELETE", "/v1/approaches", by="steward")
    problem(answer, 405, "method-not-allowed")
    assert {"GET", "POST"} <= {word.strip() for word in answer.headers["Allow"].split(",")}


def test_no_refusal_repeats_the_address_it_was_asked_for(served):
    answer = served.get("/v1/some-secret-name")
    assert problem(answer, 404, "not-found")
    assert "some-secret-name" not in answer.text


@pytest.mark.parametrize("path", ["/v1/programmes/x", "/v1/programmes/x/events", "/v1/nothing"])
def test_what_is_no_id_and_what_is_unknown_are_answered_alike(served, path):
    assert served.get(path).data == served.get("/v1/no-such-thing").data


def test_every_type_of_problem_is_served_where_its_name_says(served):
    listing = served.get("/problems", by=None).text
    for kind in KINDS:
        assert f"{TYPE_PREFIX}{kind.slug}" in listing
        assert kind.title.replace("'", "&#39;") in served.get(TYPE_PREFIX + kind.slug, by=None).text
    assert served.get(f"{TYPE_PREFIX}invented", by=None).status_code == 404


def test_a_failure_of_ours_is_a_problem_with_an_id_and_nothing_else(served, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("service.api.programmes.programme_at", broken)
    unknown = "/v1/programmes/00000000-0000-0000-0000-00000000000f"
    with caplog.at_level(logging.ERROR, logger="candour"):
        answer = served.get(unknown)
    document = problem(answer, 500, "internal")
    assert "hunter2" not in answer.text
    assert document["id"] in caplog.text


def test_a_failure_in_the_peer_lane_is_not_in_the_shared_log(served, monkeypatch, capfd):
    def broken(*_, **__):
        raise RuntimeError(LESSON["text"])

    shared = io.StringIO()
    handler = logging.StreamHandler(shared)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    monkeypatch.setattr("service.peer.shelf.Shelf.find", broken)
    document = problem(served.get("/v1/lessons", by="peer"), 500, "internal")
    assert shared.getvalue() == ""
    assert capfd.readouterr() == ("", "")
    assert document["id"] in (served.settings.folder / "peer.log").read_text()


def test_a_database_that_does_not_answer_is_no_fault_of_the_request(served, monkeypatch):
    def busy(*_, **__):
        raise StoreBusy("record.db is being written")

    monkeypatch.setattr("service.api.programmes.programme_at", busy)
    unknown = "/v1/programmes/00000000-0000-0000-0000-00000000000f"
    problem(served.get(unknown), 503, "unavailable")


def test_a_refusal_of_the_domain_that_is_new_is_a_refusal_all_the_same():
    assert of_domain(DomainError("not like this")).status == 422


def test_the_description_says_that_errors_are_problems(served):
    spec = json.loads(served.get("/openapi.json", by=None).text)
    assert spec["openapi"].startswith("3.1")
    problem_of = spec["components"]["responses"]["Problem"]["content"]
    assert list(problem_of) == ["application/problem+json"]

"""The description at /openapi.json is complete, and readable at /docs without a script."""

import re
from typing import get_args

import pytest

from domain.commands import ProgrammeCommand


@pytest.fixture
def spec(served):
    return served.get("/openapi.json", by=None).get_json()


def references(node):
    """Every $ref in a document."""
    if isinstance(node, dict):
        for name, below in node.items():
            if name == "$ref":
                yield below
            else:
                yield from references(below)
    elif isinstance(node, list):
        for below in node:
            yield from references(below)


def test_every_route_under_v1_is_described_with_what_it_answers(served, spec):
    routes = {
        (re.sub("<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in served.app.url_map.iter_rules()
        if rule.rule.startswith("/v1")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, item in spec["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert described == routes
    for path, method in routes:
        operation = spec["paths"][path][method]
        assert operation["summary"], path
        assert set(operation["responses"]) & {"200", "201"}, path
        assert ("requestBody" in operation) == (method == "post"), path


def test_every_reference_leads_somewhere(spec):
    for reference in references(spec):
        node = spec
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        assert node


def test_an_event_is_one_of_the_commands_of_the_domain(spec):
    event = spec["components"]["schemas"]["ProgrammeEvent"]
    words = {shape.type for shape in get_args(ProgrammeCommand)}
    assert set(event["discriminator"]["mapping"]) == words
    assert len(event["oneOf"]) == len(words)


def test_fields_say_what_they_take(spec):
    schemas = spec["components"]["schemas"]
    assert schemas["StudyDesign"]["properties"]["type"]["enum"][0] == "rct"
    assert schemas["StudyDesign"]["required"] == ["type"]
    assert schemas["StudyDesign"]["additionalProperties"] is False
    assert set(schemas["Launch"]["required"]) == {"type", "happened_on"}


def test_the_documentation_shows_every_address_and_runs_no_script(served, spec):
    page = served.get("/docs", by=None).text
    for path in spec["paths"]:
        assert path in page
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_health_says_nothing_about_the_inside(served):
    assert served.get("/healthz", by=None).get_json() == {"status": "ok"}
    assert served.get("/readyz", by=None).get_json() == {"status": "ready"}
    served.lane.follower.failure = RuntimeError("stopped at position 7")
    answer = served.get("/readyz", by=None)
    assert answer.status_code == 503
    assert "position" not in answer.text

"""The forms of a programme lead: recorded once and whole, or refused beside the field."""

import re

import pytest

from tests.service.pages_world import CSRF, KEY, small_world

MILESTONE = {
    "type": "milestone_reached",
    "happened_on-day": "3",
    "happened_on-month": "2",
    "happened_on-year": "2018",
    "milestone": "Second home visited",
}
ESTIMATE = {
    "happened_on-day": "1",
    "happened_on-month": "6",
    "happened_on-year": "2018",
    "domain": "Wellbeing",
    "measure_name": "a short scale",
    "direction_good": "1",
    "outcome_kind": "continuous",
    "primary": "no",
    "study": "Second report",
    "site": "Northmoor",
    "cohort": "residents in 2016",
    "design": "pre_post",
    "months": "12",
    "result": "reported",
    "measure": "SMD",
    "estimate": "0.2",
    "ci_low": "-0.1",
    "ci_high": "0.5",
}
NEW = {
    "name": "Night visits",
    "area": "Northmoor",
    "sectors": "health, social care",
    "summary": "Visits at night.",
    "happened_on-day": "1",
    "happened_on-month": "3",
    "happened_on-year": "2020",
    "location": "Northmoor",
    "mission": "Calm nights",
    "methods": "Visits",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("pages"))
    yield made
    made.close()


def test_a_form_from_elsewhere_is_refused(world):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/log"
    before = len(world.entries(world.programme))
    answer = client.post(path, data=MILESTONE)
    assert answer.status_code == 400
    assert "This form is out of date" in answer.text
    assert len(world.entries(world.programme)) == before


def test_a_lead_logs_what_happened_once_however_often_they_press(world):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/log"
    page = client.get(path).text
    fields = {
        "csrf_token": CSRF.search(page)[1],
        "idempotency_key": KEY.search(page)[1],
        **MILESTONE,
    }
    before = len(world.entries(world.programme))
    answers = [client.post(path, data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(world.entries(world.programme)) == before + 1
    assert "Second home visited" in client.get(f"/programmes/{world.programme}").text


def test_the_same_form_sent_with_other_answers_is_refused(world):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/log"
    page = client.get(path).text
    hidden = {"csrf_token": CSRF.search(page)[1], "idempotency_key": KEY.search(page)[1]}
    first = client.post(path, data={**hidden, **MILESTONE, "milestone": "Third home"})
    second = client.post(path, data={**hidden, **MILESTONE, "milestone": "Fourth home"})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "already sent with other answers" in second.text


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"type": ""}, "type", "Choose what happened"),
        ({"milestone": ""}, "milestone", "Enter the name of the milestone"),
        ({"happened_on-month": "13"}, "happened_on", "must be a real date"),
        ({"happened_on-year": "2099"}, "happened_on", "in the future"),
        ({"type": "pivoted"}, "kind", "Choose what kind of pivot it was"),
        ({"type": "stalled"}, "reason", "Enter why"),
        ({"milestone": "x" * 301}, "milestone", "too long"),
    ],
)
def test_a_mistake_in_the_log_is_named_and_nothing_is_saved(world, change, field, words):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/log"
    before = len(world.entries(world.programme))
    answer = world.send(client, path, {**MILESTONE, "note": "kept words", **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert words in answer.text
    assert "<title>Error: " in answer.text
    assert "kept words" in answer.text
    assert len(world.entries(world.programme)) == before


def test_a_move_that_is_not_open_names_those_that_are(world):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/log"
    answer = world.send(client, path, {**MILESTONE, "type": "launched"})
    assert answer.status_code == 422
    assert "cannot be logged while the programme is active" in answer.text
    assert "milestone reached" in answer.text


@pytest.mark.parametrize("function", ["neighbour", "funder", "auditor", "policy", "peer"])
def test_only_the_place_that_runs_a_programme_can_log_for_it(world, function):
    client = world.visitor(function)
    for path in ("log", "outcomes/new"):
        answer = client.get(f"/programmes/{world.programme}/{path}")
        assert answer.status_code == 403
        assert "You cannot do this here" in answer.text


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"ci_low": "", "ci_high": ""},
        {"result": "two_by_two", "ai": "12", "bi": "88", "ci": "20", "di": "1,080"},
        {
            "result": "means",
            "m1i": "5",
            "sd1i": "2",
            "n1i": "40",
            "m2i": "4.5",
            "sd2i": "2",
            "n2i": "41",
        },
    ],
)
def test_a_lead_logs_an_outcome_in_each_form(world, result):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/outcomes/new"
    before = len(world.entries(world.programme))
    answer = world.send(client, path, {**ESTIMATE, **result})
    assert answer.status_code == 303, answer.text
    entries = world.entries(world.programme)
    assert len(entries) == before + 1
    contrast = entries[-1]["facts"]["contrast"]
    assert contrast["outcome"]["domain"] == "wellbeing"
    assert contrast["result"]["kind"] == result.get("result", "reported")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"estimate": ""}, "estimate"),
        ({"estimate": "nan"}, "estimate"),
        ({"estimate": "lots"}, "estimate"),
        ({"ci_high": ""}, "ci_high"),
        ({"ci_low": "0.4"}, "ci_low"),
        ({"domain": " "}, "domain"),
        ({"direction_good": ""}, "direction_good"),
        ({"design": "magic"}, "design"),
        ({"result": ""}, "result"),
        ({"result": "two_by_two", "ai": "1.5", "bi": "1", "ci": "1", "di": "1"}, "ai"),
        ({"result": "two_by_two", "ai": "0", "bi": "0", "ci": "1", "di": "1"}, "ai"),
        ({"measure": "RR", "estimate": "-2"}, "estimate"),
        ({"source_title": "x", "source_url": "javascript:alert(1)"}, "source_url"),
        ({"months": "-3"}, "months"),
    ],
)
def test_a_mistake_in_an_outcome_is_named_and_nothing_is_saved(world, change, field):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}/outcomes/new"
    before = len(world.entries(world.programme))
    answer = world.send(client, path, {**ESTIMATE, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert re.search(f'id="{field}(-error)?"', answer.text)
    assert 'value="Second report"' in answer.text
    assert len(world.entries(world.programme)) == before


def test_a_lead_registers_a_programme_of_their_own(world):
    client = world.visitor("delivery")
    answer = world.send(client, "/programmes/new", {**NEW, "approach_id": world.approach})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "Night visits" in page
    assert "Log what happened" in page
    listing = client.get("/programmes").text
    assert listing.index("Night visits") < listing.index("Run by others")


def test_a_programme_without_its_facts_is_not_registered(world):
    client = world.visitor("delivery")
    answer = world.send(client, "/programmes/new", {**NEW, "approach_id": "", "mission": ""})
    assert answer.status_code == 422
    for field in ("approach_id", "mission"):
        assert f'href="#{field}"' in answer.text
    assert 'value="Night visits"' in answer.text

"""The pages of grades over time, of an approach as a whole, and of a list whose findings hold."""

import re

import pytest

from tests.service.pages_world import DOMAIN, measured, small_world

LINK = re.compile(r'href="(/[^"]*/grades/[^"]*)"')


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("history"))
    told = f"/v1/programmes/{made.programme}/events"
    for place in range(3):
        event = measured(0.7 + place / 100)
        event["contrast"]["unit"]["site"] = f"Home {place}"
        event["contrast"]["design"]["confounding_factor"] = False
        made.tell(told, event)
    lane = made.app.extensions["candour"].record_lane
    assert lane.follower.wait_for(lane.store.recorder.max_notification_id(), 30)
    yield made
    made.close()


def page(world, path):
    answer = world.visitor("funder").get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("kind", ["programme", "approach"])
def test_a_grade_is_shown_over_time_with_what_changed_it(world, kind):
    path = {"programme": "programmes", "approach": "approaches"}[kind]
    text = page(world, f"/{path}/{getattr(world, kind)}/grades/{DOMAIN}/history")
    assert "Grade over time: Emergency admissions" in text
    assert text.count("<svg") >= 2
    assert "Graded for the first time" in text
    assert "Finding: not enough evidence before" in text
    assert "Outcome measured, 1 June 2017" in text
    assert f"/grades/{DOMAIN}?known_at=" in text


def test_an_outcome_that_was_never_graded_has_no_history(world):
    path = f"/programmes/{world.programme}/grades/employment/history"
    assert world.visitor("funder").get(path).status_code == 404


def test_an_approach_says_what_works_how_sure_how_much_and_at_what_cost(world):
    text = page(world, f"/approaches/{world.approach}")
    for said in (
        "How sure we are",
        "How much",
        "Elsewhere",
        "What other standards say",
        "£41,000",
        "2016 prices",
        "Planned, and not reported",
        "a short scale",
        "Where it is tried",
    ):
        assert said in text, said


def test_the_reasons_of_an_approach_are_a_link_away(world):
    text = page(world, f"/approaches/{world.approach}")
    (link, *_) = LINK.findall(text)
    reasons = page(world, link)
    assert "Emergency admissions" in reasons
    assert f"{link}/history" in reasons


def test_an_approach_is_shown_as_it_was(world):
    text = page(world, f"/approaches/{world.approach}?as_of=2016-01-01")
    assert "1 January 2016" in text
    assert "£41,000" not in text
    assert "No place has told what it costs." in text


def test_a_list_says_how_many_are_compared_and_what_holds(world):
    text = page(world, "/portfolio")
    assert "programmes are compared here" in text
    assert "at most 10 in 100" in text
    csv = page(world, "/portfolio.csv")
    assert "fdr_controlled" in csv.splitlines()[0]

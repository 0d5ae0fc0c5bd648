"""The grade's page on harm, and on what was planned against what was told."""

import re

import pytest

from service.pages.promised import harm_lines, looked_words, plan_lines
from tests.service.pages_world import DOMAIN, PLAN, measured, small_world

SERIOUS = {"event_id": "b", "severity": "serious", "ruled_out": False}
MINOR = {"event_id": "a", "severity": "minor", "ruled_out": False}
RULED_OUT = {"event_id": "a", "severity": "serious", "ruled_out": True}


def said(measure, months=None, *, primary=None):
    return {"measure": measure, "horizon_months": months, "primary": primary}


def line(state, planned=None, told=None, *, differs=(), due_on=None):
    return {
        "state": state,
        "planned": planned,
        "told": told,
        "differs": list(differs),
        "due_on": due_on,
        "event_id": None,
    }


def test_harms_are_told_the_worst_first_and_those_ruled_out_last():
    assert [one["text"] for one in harm_lines({"harms": [RULED_OUT, MINOR, SERIOUS, SERIOUS]})] == [
        "2 serious harms, not ruled out as the programme’s",
        "a minor harm, not ruled out as the programme’s",
        "a serious harm, shown not to be the programme’s",
    ]


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (None, None),
        ({"said": 0, "results": 3}, None),
        ({"said": 3, "results": 3}, "Every result says that harm was looked for."),
        ({"said": 1, "results": 2}, "1 of 2 results says that harm was looked for; 1 does not."),
        (
            {"said": 2, "results": 3},
            "2 of 3 results say that harm was looked for; 1 does not.",
        ),
        ({"said": 1, "results": 3}, "1 of 3 results says that harm was looked for; 2 do not."),
    ],
)
def test_whether_anybody_looked_is_told_where_anybody_said(counted, words):
    assert looked_words({"harm_looked_for": counted}) == words


def test_what_wants_an_answer_is_told_before_what_went_as_planned():
    told = [
        line("as planned", said("falls", 12), said("falls", 12)),
        line("not known", None, said("deaths")),
        line("unplanned", None, said("visits", 1)),
        line("interim", said("days", 24, primary=True), said("days", 3, primary=True)),
        line("unreported", said("days", 24, primary=True), due_on="2022-01-28"),
        line("unreported", said("pain")),
        line("switched", said("a"), said("b", 18), differs=("measure", "horizon_months")),
        line("switched", said("a"), said("a")),
    ]
    assert [
        (one["planned"], one["told"], one["state"], one["why"])
        for one in plan_lines({"plan": told})
    ] == [
        ("a", "b at 18 months", "Switched", "another measure and later"),
        ("a", "a", "Switched", "the plan changed afterwards"),
        ("days at 24 months, primary", "Nothing yet", "Not told", "due 28 January 2022"),
        ("pain", "Nothing yet", "Not told", "no day was planned for it"),
        (
            "days at 24 months, primary",
            "days at 3 months, primary",
            "Told early",
            "it answers for no later horizon",
        ),
        ("Nothing in advance", "visits at 1 month", "Not planned in advance", ""),
        ("falls at 12 months", "falls at 12 months", "As planned", ""),
    ]


def test_a_grade_kept_before_these_were_told_has_neither():
    assert (harm_lines({}), looked_words({}), plan_lines({})) == ([], None, [])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("promised"))
    yield made
    made.close()


def page_of(world, programme):
    return world.visitor("funder").get(f"/programmes/{programme}/grades/{DOMAIN}").text


def test_the_page_has_a_section_only_where_there_is_something_to_say(world):
    page = page_of(world, world.other)
    assert ">Harm</h2>" not in page
    assert ">Planned and told</h2>" not in page


def test_the_page_tells_of_harm_and_of_an_early_look(world):
    told = measured(0.7, happened_on="2016-06-01")
    contrast = told["contrast"]
    contrast["unit"] = {**contrast["unit"], "cohort": "others", "horizon_months": 3}
    contrast["harms"] = [{"severity": "serious", "attributed": None}]
    held = {"registry": "ISRCTN", "identifier": "ISRCTN1", "registered_on": "2015-01-10"}
    plan = {"type": "plan_registered", "happened_on": "2015-01-10"}
    path = f"/v1/programmes/{world.programme}/events"
    world.tell(path, plan | {"plan": PLAN | {"registration": held}})
    world.tell(path, told)
    lane = world.app.extensions["candour"].record_lane
    assert lane.follower.wait_for(lane.store.recorder.max_notification_id(), 30)
    page = page_of(world, world.programme)
    harm = page[page.index(">Harm</h2>") :]
    assert "1 of 2 results says that harm was looked for; 1 does not." in harm
    assert "a serious harm, not ruled out as the programme’s" in harm
    plan = page[page.index(">Planned and told</h2>") :]
    rows = re.findall(r"<strong>([^<]+)</strong>", plan[: plan.index("</table>")])
    assert "Told early" in rows
    assert "admissions per person at 3 months, primary" in plan

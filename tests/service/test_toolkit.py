"""An approach in one answer: how much, how sure, at what cost, and what is still awaited."""

import pytest

from service.toolkit import transferability
from tests.service.served import LAUNCHED
from tests.service.test_api_history import measured_at
from tests.service.test_api_programmes import problem

PLANNED = {
    "type": "plan_registered",
    "happened_on": "2014-03-01",
    "plan": {
        "design": "rct",
        "comparison": "usual care",
        "units": ["homes"],
        "outcomes": [
            {"domain": "wellbeing", "measure": "a scale", "primary": True, "horizon_months": 12}
        ],
    },
}


def cost(amount, **changes):
    told = {
        "amount": amount,
        "currency": "GBP",
        "price_year": 2020,
        "per": "person",
        "perspective": "council",
    }
    return {"type": "cost_reported", "happened_on": "2016-01-31", "cost": told | changes}


def places(served, number=4, *, events=()):
    """Places that try one approach, each with a result and further events of its own."""
    approach = served.approach()
    for place in range(number):
        programme = served.programme(approach, name=f"Place {place}")
        path = f"/v1/programmes/{programme}/events"
        served.tell(path, LAUNCHED)
        served.tell(path, measured_at(f"Place {place}", context={"setting": "nursing"}))
        for event in events[place : place + 1]:
            served.tell(path, event)
    return approach, programme


def toolkit(served, approach, **query):
    answer = served.get(f"/v1/approaches/{approach}", query_string=query, by="funder")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["toolkit"]


def test_an_approach_tells_its_effect_in_natural_units_and_by_every_standard(served):
    approach, _ = places(served)
    (outcome,) = toolkit(served, approach)["outcomes"]
    grade = served.get(f"/v1/approaches/{approach}/grades").get_json()["items"][0]
    assert outcome["estimate"] == grade["estimate"]
    assert outcome["estimate"]["natural"]["measure"] == "RR"
    assert (outcome["finding"], outcome["confidence"]) == (grade["finding"], grade["confidence"])
    named = {one["standard"] for one in outcome["standards"]}
    known = {one["id"] for one in served.get("/v1/standards").get_json()["items"]}
    assert named == known - {"candour@1"}
    assert [one["name"] for one in outcome["contexts"]] == ["setting: nursing"]
    assert outcome["transferability"]["k"] == 4
    assert outcome["transferability"]["text"].startswith("Another place like these can expect")


def test_costs_are_put_together_only_where_they_are_alike(served):
    events = [cost(100), cost(300), cost(120), cost(90, price_year=2019)]
    approach, last = places(served, events=events)
    path = f"/v1/programmes/{last}/events"
    served.tell(path, cost(95, price_year=2019))
    served.tell(path, cost(80, currency="EUR"))
    costs = toolkit(served, approach)["costs"]
    alike = [(one["currency"], one["price_year"], one["programmes"]) for one in costs]
    assert alike == [("EUR", 2020, 1), ("GBP", 2019, 1), ("GBP", 2020, 3)]
    _, told_last, together = costs
    assert (together["median"], together["low"], together["high"]) == (120, 100, 300)
    assert told_last["median"] == 95


def test_unit_costs_of_results_stand_beside_those_that_were_reported(served):
    approach = served.approach()
    programme = served.programme(approach)
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, LAUNCHED)
    served.tell(path, measured_at("Here", money={"unit_cost": 142.0, "price_year": 2020}))
    served.tell(path, cost(150))
    kinds = {one["kind"]: one["median"] for one in toolkit(served, approach)["costs"]}
    assert kinds == {"reported": 150, "unit cost of a measured result": 142}


def test_what_was_planned_and_is_not_reported_is_told_with_the_day_it_is_due(served):
    approach, programme = places(served, 1)
    path = f"/v1/programmes/{programme}/events"
    served.tell(path, PLANNED)
    outcomes = {one["outcome"]: one for one in toolkit(served, approach)["outcomes"]}
    (missing,) = outcomes["wellbeing"]["unreported"]
    assert missing["programme_id"] == programme
    assert (missing["measure"], missing["due_on"]) == ("a scale", "2015-04-01")
    assert outcomes["emergency_admissions"]["unreported"] == []
    assert "nothing can be expected" in outcomes["wellbeing"]["transferability"]["text"]


def test_an_approach_is_read_as_it_was(served):
    approach, _ = places(served, events=[cost(100)])
    before = toolkit(served, approach, as_of="2015-01-01")
    assert (before["outcomes"], before["costs"], before["as_of"]) == ([], [], "2015-01-01")
    early = served.get(f"/v1/approaches/{approach}?known_at=2020-01-01T00:00:00Z")
    problem(early, 404, "not-found")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2, 0.5, "can expect a worthwhile effect"),
        (0.05, 0.5, "can expect it to help, though perhaps by little"),
        (-0.4, 0.5, "may help, make no difference or do harm"),
        (-0.3, 0.05, "can expect no worthwhile effect"),
        (-0.5, -0.1, "must expect it to do harm"),
    ],
)
def test_what_another_place_may_expect_is_said_in_words(low, high, said):
    estimate = {"k": 5, "pi_low": low, "pi_high": high}
    assert said in transferability({"estimate": estimate, "anytime": {"sesoi": 0.1}})["text"]


def test_of_one_unit_nothing_is_said_of_elsewhere():
    told = transferability(
        {"estimate": {"k": 1, "pi_low": 0.1, "pi_high": 0.2}, "anytime": {"sesoi": 0.1}}
    )
    assert told["pi_low"] is None
    assert "says nothing" in told["text"]

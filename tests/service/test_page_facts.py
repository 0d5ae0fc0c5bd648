"""The pages on which a programme lead tells the facts of a measured outcome, a group at a time."""

import re

import pytest

from domain.values import Function
from service.pages.fact_answers import LEFT_OPEN
from service.pages.fact_fields import GROUPS
from service.pages.fact_groups import group_named
from tests.domain.builders import contrast
from tests.service.pages_world import DOMAIN, issued, measured, small_world
from tests.service.test_page_forms import ESTIMATE

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("facts"))
    yield made
    made.close()


@pytest.fixture
def told(world):
    """A programme with one measured outcome of its own, and the event that measured it."""
    return fresh_outcome(world, 0.72)


def fresh_outcome(world, estimate, **changes):
    body = {
        "name": "A place",
        "approach_id": world.approach,
        "area": "Northmoor",
        "sectors": ["health"],
        "summary": "Visits.",
        "card": {"location": "Northmoor", "mission": "Calm", "methods": "Visits"},
        "happened_on": "2015-01-05",
    }
    programme = world.tell("/v1/programmes", body)["id"]
    path = f"/v1/programmes/{programme}/events"
    world.tell(path, {"type": "launched", "happened_on": "2015-04-01"})
    event = measured(estimate)
    event["contrast"] |= changes
    told = world.tell(path, event)
    lane = world.app.extensions["candour"].record_lane
    assert lane.follower.wait_for(lane.store.recorder.max_notification_id(), 30)
    return programme, told["event_ids"][0]


def facts_page(told):
    programme, event_id = told
    return f"/programmes/{programme}/outcomes/{event_id}/facts"


def send(client, told, group, fields, *, query=""):
    """Posts the form of a group as a browser would: with all that its page had filled in."""
    path = f"{facts_page(told)}/{group}"
    page = client.get(path + query).text
    chosen = re.findall(r'name="([^"]+)" type="radio" value="([^"]*)" checked', page)
    given = re.findall(r'name="([^"]+)" type="text"[^>]*? value="([^"]*)"', page)
    return client.post(path, data={**dict(HIDDEN.findall(page) + chosen + given), **fields})


def last_told(world, told):
    entry = world.entries(told[0])[-1]
    return entry, entry["facts"].get("contrast")


def house_grade(world, programme):
    headers = {"Authorization": f"Bearer {world.tokens['auditor']}"}
    path = f"/v1/programmes/{programme}/grades?outcome={DOMAIN}"
    return world.app.test_client().get(path, headers=headers).get_json()["items"][0]


@pytest.mark.parametrize("group", [name for name in GROUPS if name != "discontinuity"])
def test_every_field_says_what_it_is_and_who_can_see_it(world, told, group):
    page = world.visitor("delivery").get(f"{facts_page(told)}/{group}").text
    fields = group_named(group, contrast()).fields
    for field in fields:
        assert field.words.label.replace("’", "’") in page
        assert f'id="{field.name}"' in page
    questions = page.count("Seen by everyone who is signed in")
    assert questions >= len(fields) + 1


def test_the_cut_off_is_asked_of_designs_with_a_cut_off_alone(world, told):
    client = world.visitor("delivery")
    assert client.get(f"{facts_page(told)}/discontinuity").status_code == 404
    cut = fresh_outcome(world, 0.8, design={"type": "regression_discontinuity"})
    assert client.get(f"{facts_page(cut)}/discontinuity").status_code == 200
    assert client.get(f"{facts_page(cut)}/nothing").status_code == 404


def test_facts_are_added_and_the_result_stays_as_it_was(world, told):
    client = world.visitor("delivery")
    _, before = last_told(world, told)
    fields = {"reporting-evaluator": "independent", "reporting-published_year": "2018"}
    answer = send(client, told, "reporting", fields)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"{facts_page(told)}#reporting",
    )
    entry, after = last_told(world, told)
    assert (entry["type"], entry["facts"]["decided_by"]) == ("outcome_corrected", "programme")
    assert entry["happened_on"] == "2026-11-24"
    assert after == before | {
        "reporting": before["reporting"] | {"evaluator": "independent", "published_year": 2018}
    }
    story = client.get(f"/programmes/{told[0]}").text
    assert "Facts added, the result as it was. Who evaluated it? Somebody independent of" in story
    page = client.get(facts_page(told)).text
    assert "2 of 5 told, 3 open. Asked by" in page
    assert "Somebody independent of it" in page


def test_a_reason_is_shown_beside_the_fact_it_excuses(world, told):
    client = world.visitor("delivery")
    answer = send(client, told, "reporting", {"reporting-peer_reviewed": "why-pending"})
    assert answer.status_code == 303
    page = client.get(facts_page(told)).text
    assert "0 of 5 told, 1 missing with a reason, 4 open" in page
    assert "Not known: it is still to come" in page


@pytest.mark.parametrize(
    ("group", "fields", "at", "words"),
    [
        ("sample", {"sample-sites": "some"}, "sample-sites", "At how many sites"),
        ("sample", {"sample-sites": "0"}, "sample-sites", "At how many sites"),
        ("sample", {"sample-sites": "2.5"}, "sample-sites", "must be a whole number"),
        ("sample", {"sample-sites": "9" * 400}, "sample-sites", "must be"),
        ("sample", {"sample-sites": "9" * 30}, "sample-sites", "must be"),
        (
            "sample",
            {"sample-sites": "3", "sample-sites-why": "pending"},
            "sample-sites",
            "not both",
        ),
        (
            "sample",
            {"sample-assigned_comparison": "5", "sample-analysed_comparison": "6"},
            "sample-analysed_comparison",
            "How many people were assigned to the comparison?",
        ),
        ("analysis", {"analysis-r_squared": "1.5"}, "analysis-r_squared", "from 0 to 1"),
        ("implementation", {"implementation-reach": "101"}, "implementation-reach", "percentage"),
        ("design", {"design-comparator": "magic"}, "design-comparator", "choose one"),
        (
            "design",
            {"design-comparator": "none", "changed-why": "A slip"},
            "design-comparator",
            "how the comparison was",
        ),
        ("reporting", {"reporting-published_year": "2031"}, "reporting-published_year", "2026"),
        (
            "reporting",
            {"reporting-publication_status": "planned", "reporting-peer_reviewed": "yes"},
            "reporting-peer_reviewed",
            "How far is the report?",
        ),
        ("harms", {}, "harms", "Say whether anybody looked"),
        ("harms", {"harms": "found"}, "harms-serious-true", "Enter how many"),
        ("harms", {"harms": "none", "harms-minor-true": "1"}, "harms", "leave the numbers blank"),
        (
            "harms",
            {"harms": "found", "harms-minor-true": "51"},
            "harms-minor-true",
            "must be 50 or less",
        ),
        ("baseline", {"baseline-0-required": "yes"}, "baseline-0-measure", "Enter what was"),
        (
            "baseline",
            {
                "baseline-0-measure": "Age",
                "baseline-0-mean_intervention": "70",
                "baseline-0-proportion_comparison": "30",
            },
            "baseline-0-proportion_comparison",
            "Mean with the programme",
        ),
        (
            "baseline",
            {"baseline-0-measure": "Age", "baseline-0-pre_post_correlation": "2"},
            "baseline-0-pre_post_correlation",
            "How closely",
        ),
    ],
)
def test_a_mistake_is_named_by_its_question_and_nothing_is_saved(
    world, told, group, fields, at, words
):
    client = world.visitor("delivery")
    before = len(world.entries(told[0]))
    answer = send(client, told, group, fields)
    assert answer.status_code == 422
    summary = answer.text.partition("error-summary")[2].partition("</ul>")[0]
    assert f'href="#{at}"' in summary
    assert words in summary
    assert "contrast." not in summary
    assert f'id="{at}"' in answer.text
    for name, typed in fields.items():
        radio, text = f'name="{name}" type="radio" value="{typed}" checked', f'value="{typed}"'
        kept = any(one in answer.text for one in (radio, text, f">{typed}</textarea>"))
        assert kept or typed == "magic", name
    assert len(world.entries(told[0])) == before


def test_what_was_told_changes_only_with_a_reason_and_both_stay_in_the_history(world, told):
    client = world.visitor("delivery")
    send(client, told, "conduct", {"design-contamination": "no"})
    before = len(world.entries(told[0]))
    change = {"design-contamination": "yes"}
    refused = send(client, told, "conduct", change)
    assert refused.status_code == 422
    assert 'href="#changed-why"' in refused.text
    assert len(world.entries(told[0])) == before
    answer = send(client, told, "conduct", {**change, "changed-why": "We asked again."})
    assert answer.status_code == 303
    story = client.get(f"/programmes/{told[0]}").text
    assert "get some of the programme? No, now Yes. We asked again." in story


def test_a_form_that_says_nothing_new_records_nothing_however_often_it_is_sent(world, told):
    client = world.visitor("delivery")
    before = len(world.entries(told[0]))
    assert send(client, told, "design", {}).status_code == 303
    assert len(world.entries(told[0])) == before
    path = f"{facts_page(told)}/sample"
    hidden = dict(HIDDEN.findall(client.get(path).text))
    answers = [client.post(path, data={**hidden, "sample-sites": "3"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(world.entries(told[0])) == before + 1


def test_a_form_that_was_overtaken_is_shown_again_and_nothing_is_lost(world, told):
    client = world.visitor("delivery")
    path = f"{facts_page(told)}/sample"
    hidden = dict(HIDDEN.findall(client.get(path).text))
    send(client, told, "sample", {"sample-sites": "3"})
    before = len(world.entries(told[0]))
    late = client.post(path, data={**hidden, "sample-sites": "3", "sample-setting_types": "2"})
    assert late.status_code == 422
    assert "Somebody else told something of this outcome" in late.text
    assert 'value="2"' in late.text
    assert len(world.entries(told[0])) == before
    hidden = dict(HIDDEN.findall(late.text))
    again = client.post(path, data={**hidden, "sample-sites": "3", "sample-setting_types": "2"})
    assert again.status_code == 303
    assert last_told(world, told)[1]["sample"]["setting_types"] == 2


def test_harm_is_told_by_kind_and_stays_told(world, told):
    client = world.visitor("delivery")
    found = {"harms": "found", "harms-serious-none": "1", "harms-minor-false": "2"}
    assert send(client, told, "harms", found).status_code == 303
    minor = {"severity": "minor", "attributed": False}
    assert last_told(world, told)[1]["harms"] == [
        {"severity": "serious", "attributed": None}, minor, minor,
    ]  # fmt: skip
    none = {"harms": "none", "harms-serious-none": "", "harms-minor-false": "", "changed-why": "x"}
    assert send(client, told, "harms", none).status_code == 303
    assert last_told(world, told)[1]["harms"] == []
    assert "serious harm" in house_grade(world, told[0])["explanation"]


def test_several_baseline_measures_are_told_one_by_one(world, told):
    client = world.visitor("delivery")
    for place, measure in enumerate(("Age", "Admissions before")):
        fields = {f"baseline-{place}-measure": measure, f"baseline-{place}-n_comparison": "40"}
        assert send(client, told, "baseline", fields).status_code == 303
    assert "?place=1" in client.get(facts_page(told)).text
    more = {"baseline-0-n_intervention": "41"}
    assert send(client, told, "baseline", more, query="?place=0").status_code == 303
    baseline = last_told(world, told)[1]["baseline"]
    assert [(one["measure"], one["n_intervention"]) for one in baseline] == [
        ("Age", 41),
        ("Admissions before", None),
    ]
    assert client.get(f"{facts_page(told)}/baseline?place=3").status_code == 404


def test_that_nothing_was_measured_before_needs_a_reason_and_gives_way_to_a_measure(world, told):
    client = world.visitor("delivery")
    assert send(client, told, "baseline", {}).status_code == 422
    assert send(client, told, "baseline", {LEFT_OPEN: "not_collected"}).status_code == 303
    assert last_told(world, told)[1]["missing"] == {"baseline": "not_collected"}
    assert send(client, told, "baseline", {"baseline-0-measure": "Age"}).status_code == 303
    assert last_told(world, told)[1]["missing"] == {}


@pytest.mark.parametrize(
    "function", ["neighbour", "funder", "auditor", "policy", "steward", "peer"]
)
def test_everybody_reads_the_facts_and_only_the_place_that_runs_it_tells_them(
    world, told, function
):
    with world.app.app_context():
        world.tokens["steward"] = issued(Function.STEWARD, "Host")
    client = world.visitor(function)
    page = client.get(facts_page(told))
    assert page.status_code == 200
    assert "Tell these facts" not in page.text
    path = f"{facts_page(told)}/sample"
    assert client.get(path).status_code == 403
    before = len(world.entries(told[0]))
    hidden = dict(HIDDEN.findall(page.text))
    assert client.post(path, data={**hidden, "sample-sites": "3"}).status_code == 403
    assert len(world.entries(told[0])) == before


def test_an_outcome_that_was_withdrawn_keeps_its_facts_and_takes_no_more(world, told):
    client = world.visitor("delivery")
    programme, event_id = told
    withdrawn = {
        "type": "outcome_withdrawn",
        "happened_on": "2018-01-01",
        "event_id": event_id,
        "decided_by": "programme",
        "reason": "Another report came.",
    }
    world.tell(f"/v1/programmes/{programme}/events", withdrawn)
    page = client.get(facts_page(told)).text
    assert "This outcome was withdrawn" in page
    assert "Tell these facts" not in page
    assert client.get(f"{facts_page(told)}/sample").status_code == 404


def test_an_outcome_of_another_programme_is_not_found_here(world, told):
    client = world.visitor("delivery")
    assert client.get(facts_page((world.programme, told[1]))).status_code == 404
    assert client.get(facts_page((told[0], "nothing"))).status_code == 404


def test_facts_told_later_grade_as_if_they_had_been_told_at_once(world, told):
    client = world.visitor("delivery")
    assert house_grade(world, told[0])["finding"] == "insufficient"
    send(
        client,
        told,
        "conduct",
        {"design-confounding_factor": "no", "design-randomisation_compromised": "no"},
    )
    flow = {"assigned_intervention": 90, "assigned_comparison": 90}
    flow |= {"analysed_intervention": 88, "analysed_comparison": 87}
    send(client, told, "sample", {f"sample-{name}": str(many) for name, many in flow.items()})
    design = measured(0.72)["contrast"]["design"]
    design |= {"confounding_factor": False, "randomisation_compromised": False}
    at_once, _ = fresh_outcome(world, 0.72, design=design, sample=flow)
    later, first = house_grade(world, told[0]), house_grade(world, at_once)
    assert first["finding"] != "insufficient"
    for name in ("finding", "confidence", "bounds", "explanation"):
        assert later[name] == first[name], name


def test_an_outcome_that_was_just_logged_leads_to_its_facts(world):
    client = world.visitor("delivery")
    answer = world.send(client, f"/programmes/{world.programme}/outcomes/new", ESTIMATE)
    event_id = world.entries(world.programme)[-1]["event_id"]
    there = f"{facts_page((world.programme, event_id))}?logged"
    assert (answer.status_code, answer.headers["Location"]) == (303, there)
    assert "The outcome is on the record" in client.get(there).text


def test_the_story_of_a_programme_leads_to_the_facts_of_each_outcome(world):
    client = world.visitor("delivery")
    path = f"/programmes/{world.programme}"
    page = client.get(path).text
    assert "Tell more about how this was measured" in page
    shown = world.visitor("funder").get(path).text
    assert "Tell more about" not in shown
    assert "How this was measured" in shown

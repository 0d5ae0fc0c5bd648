"""Where standards differ: the rules that make it so, in plain English, from one set of facts."""

import re

import pytest

from domain.contrast import Contrast
from scoring import STANDARDS
from service.grading import STANDARD_NAMES, preview, preview_differences, standards_diff
from service.grading.asking import facts_read, made_up, taken_over
from service.grading.fact_words import BODY_WORDS, FACT_WORDS, GROUPS, HELPERS, PLAN
from service.grading.readings import ORDER, READINGS
from service.wire import accepted_at
from tests.service.served import MEASURED

THREATS = (
    "confounding", "concurrent_interventions", "experimental_effects", "fidelity", "missing_data",
    "measurement", "selective_reporting",
)  # fmt: skip


def trial(**facts):
    """A trial that lost 30 per cent, 6 points more in one group (WWC vector of the reference)."""
    told = MEASURED["contrast"]
    known = {
        **told,
        "outcome": told["outcome"]
        | {"validated": True, "over_aligned": False, "same_in_both_groups": True},
        "design": {
            "type": "rct",
            "comparator": "usual_care",
            "randomisation_compromised": False,
            "confounding_factor": False,
            "controls_adequate": True,
        },
        "sample": {
            "assigned_intervention": 500,
            "assigned_comparison": 500,
            "analysed_intervention": 365,
            "analysed_comparison": 335,
            "attrition_assumption": "cautious",
        },
        "analysis": {"population": "itt", "mdes": 0.15},
    }
    return known | facts


def body(*contrasts):
    """The trials, with every threat of the EEF rated low."""
    judgements = [
        {
            "standard": "eef-trial@2019",
            "question": f"eef_{threat}",
            "answer": "low",
            "reason": "looked at the report",
            "outcome_domain": "emergency_admissions",
        }
        for threat in THREATS
    ]
    return {"contrasts": list(contrasts) or [trial()], "judgements": judgements}


def differing(*standards, facts=None):
    """The one outcome of a preview."""
    (found,) = preview_differences(facts or body(), standards=standards)
    return found


def test_a_pair_is_told_by_the_rule_that_one_asks_and_the_other_only_in_part():
    (found,) = differing("wwc@4.1", "eef-trial@2019")["differences"]
    assert found["text"] == (
        "wwc@4.1 says: Does not meet WWC standards (not to be relied on). "
        "eef-trial@2019 says: 3 of 5 padlocks: moderate to high security (with reservations). "
        "wwc@4.1 asks: Difference in attrition between the groups (percentage points): 6, at most"
        " 4.1; unmet. eef-trial@2019 asks of that: People lost between assignment and analysis"
        " (per cent): 30, asked: at most 30; met, and does not look at what the protocol assumes"
        " of those who were lost or at difference in losses between the groups, percentage points."
    )
    assert found["settled_by"] == "No further fact: the two ask for different things."


def test_a_difference_for_want_of_facts_says_so():
    unknown = trial(sample={})
    (found,) = differing("wwc@4.1", "sms-sherman@1997", facts=body(unknown))["differences"]
    assert found["lower"]["standard"] == "wwc@4.1"
    assert found["settled_by"].startswith("Facts that nobody has told: ")


def test_a_count_is_told_by_the_rules_that_its_results_do_not_meet():
    (found,) = differing("candour@1", "essa@2015")["differences"]
    (rule,) = found["rules"]
    assert rule["rule"].startswith("essa.")
    assert {one["standard"] for one in rule["behind"]} >= {"wwc@4.1"}
    assert found["reasons"][0]["study"] == "Northmoor evaluation 2015"


def test_only_standards_of_one_question_that_conclude_something_are_compared():
    found = differing(*STANDARD_NAMES)
    told = {one["standard"]: one for one in found["conclusions"]}
    assert found["differences"]
    for one in found["differences"]:
        low, high = told[one["lower"]["standard"]], told[one["higher"]["standard"]]
        assert low["about"] == high["about"] != "other"
        assert None not in (low["grade"], high["grade"])
        order = ORDER[low["about"]]
        assert order.index(low["reading"]) < order.index(high["reading"])
    assert "never averaged" in found["note"]


def test_every_difference_names_what_holds_the_lower_one_back():
    for facts in (body(), body(trial(sample={})), body(trial(), trial(study="Another"))):
        for one in differing(*STANDARD_NAMES, facts=facts)["differences"]:
            assert one["reasons"], one["text"]
            assert all(reason["text"] for reason in one["reasons"])


def test_a_conclusion_tells_what_it_rests_on_ignores_and_does_not_know():
    wwc, eef = differing("wwc@4.1", "eef-trial@2019")["conclusions"]
    told = {one["fact"]: one["value"] for one in wwc["rests_on"]}
    assert (told["attrition_overall_pct"], told["attrition_differential_pp"]) == ("30", "6")
    assert "attrition_differential_pp" in {one["fact"] for one in eef["ignores"]}
    assert "p_value" in {one["fact"] for one in wwc["ignores"]}
    assert "instrument_f" in {one["fact"] for one in wwc["unknown"]}
    for one in (wwc, eef):
        kinds = [
            {fact["fact"] for fact in one[kind]} for kind in ("rests_on", "ignores", "unknown")
        ]
        assert len(set.union(*kinds)) == sum(map(len, kinds))


def test_every_level_of_every_standard_is_read_with_a_reason():
    for name, standard in STANDARDS.items():
        reading = READINGS[name]
        assert set(reading.levels) == {level.name for level in standard.levels}
        assert set(reading.levels.values()) <= set(ORDER[reading.about])
        assert reading.why.endswith(".")
    assert set(READINGS) == set(STANDARD_NAMES)


def test_a_better_level_is_never_read_as_worse():
    for name, standard in STANDARDS.items():
        reading = READINGS[name]
        order = ORDER[reading.about]
        places = [order.index(reading.of(level.name)) for level in standard.levels]
        assert places == sorted(places), name


def test_every_fact_that_a_standard_reads_has_words_and_a_place_where_it_is_told():
    for standard in STANDARDS.values():
        behind = (standard, *taken_over(standard))
        own = {question.id for one in behind for question in one.questions}
        own |= {domain.id for one in behind for domain in getattr(one, "domains", ())}
        own |= {name for one in behind for name in made_up(one)}
        assert facts_read(standard) - own <= set(FACT_WORDS) | set(BODY_WORDS)
    for words in FACT_WORDS.values():
        assert words.group in GROUPS
        for path in words.paths:
            assert path == PLAN or accepted_at(Contrast, path)
    assert set(FACT_WORDS) >= HELPERS


def test_versions_that_share_no_rule_say_so_and_how_they_lean_on_each_other():
    diff = standards_diff("wwc@4.1", "wwc@5.0")
    assert diff["shared_rules"] == 0
    assert "share no rule by id" in diff["note"]
    assert "wwc@5.0 takes over the level that wwc@4.1 gives each result." in diff["note"]
    assert len(diff["rules"]["removed"]) == len(STANDARDS["wwc@4.1"].every_rule)


def test_a_changed_rule_is_told_field_by_field():
    diff = standards_diff("robins-i@2016", "robins-i@2-draft-2025")
    assert diff["shared_rules"] == len(diff["rules"]["changed"]) > 0
    for rule in diff["rules"]["changed"]:
        for change in rule["changes"]:
            assert change["from"] != change["to"]
            assert change["what"] in {"title", "asks", "fact", "check", "source", "verified"}


def test_a_standard_does_not_differ_from_itself():
    for name in STANDARD_NAMES:
        diff = standards_diff(name, name)
        assert diff["rules"] == {"added": [], "removed": [], "changed": []}
        assert diff["levels"] == {"added": [], "removed": [], "changed": []}


def numbers(text):
    """Every number in a text."""
    return set(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.mark.parametrize("name", STANDARD_NAMES[1:])
def test_no_number_stands_in_an_explanation_that_is_not_in_the_grade(name):
    for facts in (body(), body(trial(sample={})), body(trial(), trial(study="Another"))):
        (grade,) = preview(facts, standards=[name])
        rest = {key: value for key, value in grade.items() if key != "explanation"}
        assert numbers(grade["explanation"]) <= numbers(str(rest))

"""A grade in plain English, and no number in it that is not in the grade."""

import json
import re
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from scoring import STANDARDS, apply, explain, explain_level, grade
from scoring.facts import contrast_facts
from scoring.grading import evidence
from scoring.published import published
from scoring.standards.candour import ENOUGH
from tests.scoring.evidence import PLANNED, TRIAL, conducted, ratio, smd, subject, trials
from tests.scoring.explained import KINDS, VALUES, WORKS, shut_out_harm, small
from tests.scoring.generated import bodies
from tests.scoring.standards.samples import sample
from tests.scoring.test_grading import residential_and_nursing

GOLDEN = json.loads(Path("tests/reference/house/explanations.json").read_text(encoding="utf-8"))
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]\d+)?")


def test_what_works_is_told_with_its_estimate_and_confidence():
    assert explain(grade(subject(*trials(WORKS)))) == (
        "Found to work: this holds across independent units, so elsewhere too. Over 8 independent "
        "units the estimate is a standardised difference of 0.21 (95% interval 0.12 to 0.30). "
        "Confidence is high: the design is credible. It demonstrably works under the default "
        "funding policy. Nobody said whether anybody looked for harm."
    )


def test_one_good_look_is_told_as_one():
    assert explain(grade(subject(ratio(0.77, 0.61, 0.97)))) == (
        "Insufficient evidence to say whether it works. Over 1 independent unit the estimate is a "
        "risk ratio of 0.77 (95% interval 0.61 to 0.97). Significant in a one-off analysis; not "
        "yet under continuous monitoring (evidence 1.9 of 20). Confidence is low: the design is "
        "credible with reservations, then reporting (−1). No smallest worthwhile effect was "
        "registered in advance; the default of 0.053 standard deviations stands in. Nobody said "
        "whether anybody looked for harm."
    )


def test_contexts_that_differ_are_told_before_anything_else_about_the_average():
    told = explain(grade(subject(*residential_and_nursing())))
    assert (
        "It differs by setting (p = 0.007), so the average hides it: nursing: insufficient, a "
        "risk ratio of 1.15 (95% interval 0.85 to 1.56); residential: promising, a risk ratio of "
        "0.60 (95% interval 0.42 to 0.86)."
    ) in told


def test_harm_is_told_first():
    told = explain(grade(subject(ratio(1.33, 1.16, 1.54))))
    assert told.startswith("Concerning: it did harm where it was tried.")


def test_monitoring_alone_is_told_as_nothing_that_can_be_pooled():
    counted = conducted(smd(0.5, 0.01), design="monitoring")
    assert explain(grade(subject(counted))) == (
        "Nothing that was measured can be pooled. 1 result is shown but not pooled. A design that "
        "shows what would have happened otherwise: monitoring; unmet. Needed: a study with a "
        "comparison: monitoring and before-after figures are never pooled."
    )


def test_a_small_effect_is_told_as_small():
    promise = replace(PLANNED, smallest_worthwhile=0.5)
    told = explain(grade(subject(*trials(WORKS, promise=promise))))
    assert "The effect is smaller than the smallest worthwhile one." in told


@pytest.mark.parametrize("finding", VALUES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_finding_is_told_in_full(finding, kind):
    result = grade(KINDS[kind](finding))
    assert result.finding == finding
    assert explain(result) == GOLDEN[finding][kind]


def test_the_texts_that_are_pinned_are_those_of_every_finding_and_kind():
    assert {finding: set(told) for finding, told in GOLDEN.items()} == {
        finding: {*KINDS, "small"} if finding in ("works", "promising") else set(KINDS)
        for finding in VALUES
    }


@pytest.mark.parametrize("finding", ["works", "promising"])
def test_what_works_a_little_is_told_as_little(finding):
    result = grade(small(finding))
    assert (result.finding, result.small) == (finding, True)
    assert explain(result) == GOLDEN[finding]["small"]


def test_harm_that_the_gate_keeps_out_is_told_all_the_same():
    assert explain(grade(shut_out_harm())) == (
        "Nothing that was measured can be pooled. 1 result is shown but not pooled. Nothing else "
        "always went with one of the groups: not known, so not counted as met. Needed: a "
        "comparison in which nothing else always went with one group, and a report that says so. "
        "What was not pooled points to harm: RR 1.5 (1.2 to 1.9), worse with the programme."
    )


def test_evidence_on_an_earlier_version_is_told_as_such():
    old = trials(WORKS)
    told = explain(grade(subject(*old, version=2)))
    assert "All of it was measured on an earlier version of the programme." in told
    mixed = [*old[:3], *(replace(one, version=2) for one in old[3:])]
    told = explain(grade(subject(*mixed, version=2)))
    assert "3 of 8 independent units were measured on an earlier version of the programme." in told
    assert "earlier version" not in explain(grade(subject(*mixed, version=None)))


def test_results_that_say_nothing_of_harm_are_counted():
    told = [replace(one, harms=()) for one in trials(WORKS)]
    assert "harm" not in explain(grade(subject(*told)))
    one, two = replace(told[0], harms=None), replace(told[1], harms=None)
    silent = explain(grade(subject(one, *told[1:])))
    assert "1 result does not say whether anybody looked for harm." in silent
    silent = explain(grade(subject(one, two, *told[2:])))
    assert "2 results do not say whether anybody looked for harm." in silent


def test_a_published_standard_is_told_with_what_would_lift_it():
    standard = STANDARDS["wwc@4.1"]
    lacking = contrast_facts(smd(0.1, 0.1, conduct=replace(TRIAL, units_comparison=5)))
    assert explain_level(apply(standard, lacking)) == (
        "Does not meet WWC standards (wwc@4.1). With what is not known, it could be as good as "
        "Meets WWC standards without reservations. What would lift it to Meets WWC standards "
        "without reservations: two or more assigned units in each group; and analyse people as "
        "they were assigned, or show a first-stage F statistic of at least 16; and show that the "
        "outcome measure is valid, or that it gives the same answer when repeated; and show that "
        "the measure asks for nothing that only the programme teaches; and show that the outcome "
        "was measured the same way in both groups; and attrition within the boundary at its "
        "overall rate."
    )
    counted = contrast_facts(conducted(smd(0.1, 0.1), design="monitoring"))
    told = explain_level(apply(standard, counted))
    assert told.startswith("Ungraded under wwc@4.1. Not so: A design with a comparison group.")
    assert "Not so: People without" not in told


def test_what_keeps_a_standard_from_grading_is_told_as_not_so_or_not_known():
    silent = contrast_facts(smd(0.1, 0.1))
    assert explain_level(apply(STANDARDS["eif-cost@2017"], silent)) == (
        "Ungraded under eif-cost@2017. Not known: The cost of a unit is told (pounds)."
    )
    unsettled = published(STANDARDS["eif@2017"], subject(sample(1, (0.3, None)))).grade
    assert explain_level(unsettled) == (
        "Ungraded under eif@2017. Not known: whether a rigorous evaluation found no effect."
    )


def test_a_standard_that_waits_for_a_person_is_told_with_its_questions_and_titles():
    standard = STANDARDS["grade@2011"]
    waiting = published(standard, subject(trials(WORKS)[0])).grade
    questions = {one.id: one.text for one in standard.questions}
    assert waiting.judgements
    assert all(questions[name] in explain_level(waiting) for name in waiting.judgements)
    assert explain_level(waiting).endswith(
        "it is between Very low certainty and Moderate certainty."
    )


@settings(max_examples=60, deadline=None)
@given(bodies)
@example([conducted(smd(-1e-05, 0.25), design="monitoring")])
def test_no_number_is_told_that_is_not_in_the_grade(body):
    result = grade(subject(*body))
    known = {ENOUGH, 95.0, 0.001, evidence(result.monitoring.ln_e_plus), len(result.not_pooled)}
    known |= set(numbers(result))
    answers = Counter(one.allowed for one in result.clusters.values())
    known |= {count for most in answers.values() for count in range(most + 1)}
    for told in NUMBER.findall(explain(result).replace("95%", "")):
        style = "g" if "e" in told else f".{len(told.partition('.')[2])}f"
        assert any(f"{abs(value):{style}}" == told.lstrip("-") for value in known), told


def numbers(value):
    """Every number within a frozen value, in texts too."""
    if isinstance(value, str):
        yield from map(float, NUMBER.findall(value))
    elif isinstance(value, int | float):
        yield float(value)
    for part in parts(value):
        yield from numbers(part)


def parts(value):
    if is_dataclass(value):
        names = {field.name for field in fields(value)} - {"subject", "lift"}
        return [getattr(value, name) for name in names]
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, tuple | list) else ()

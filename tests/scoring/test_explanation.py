"""A grade in plain English, and no number in it that is not in the grade."""

import re
from dataclasses import fields, is_dataclass, replace

from hypothesis import given, settings

from scoring import STANDARDS, apply, explain, explain_level, grade
from scoring.facts import contrast_facts
from scoring.grading import evidence
from scoring.standards.candour import ENOUGH
from tests.scoring.evidence import PLANNED, TRIAL, conducted, ratio, smd, subject, trials
from tests.scoring.test_grading import WORKS, residential_and_nursing
from tests.scoring.test_grading_laws import bodies

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")


def test_what_works_is_told_with_its_estimate_and_confidence():
    assert explain(grade(subject(*trials(WORKS)))) == (
        "Found to work: this holds across independent units, so elsewhere too. Over 8 independent "
        "units the estimate is a standardised difference of 0.21 (95% interval 0.12 to 0.30). "
        "Confidence is high: the design is credible. It demonstrably works under the default "
        "funding policy."
    )


def test_one_good_look_is_told_as_one():
    assert explain(grade(subject(ratio(0.77, 0.61, 0.97)))) == (
        "Insufficient evidence to say whether it works. Over 1 independent unit the estimate is a "
        "risk ratio of 0.77 (95% interval 0.61 to 0.97). Significant in a one-off analysis; not "
        "yet under continuous monitoring (evidence 1.9 of 20). Confidence is low: the design is "
        "credible with reservations, then reporting (−1). No smallest worthwhile effect was "
        "registered in advance; the default of 0.053 standard deviations stands in."
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


def test_a_published_standard_is_told_with_what_would_lift_it():
    standard = STANDARDS["wwc@4.1"]
    lacking = contrast_facts(smd(0.1, 0.1, conduct=replace(TRIAL, units_comparison=5)))
    assert explain_level(apply(standard, lacking)) == (
        "Does not meet WWC standards (wwc@4.1). With what is not known, it could be as good as "
        "MEETS_WITHOUT. What would lift it: MEETS_WITHOUT: two or more assigned units in each "
        "group; and attrition within the boundary at its overall rate."
    )
    counted = contrast_facts(conducted(smd(0.1, 0.1), design="monitoring"))
    assert explain_level(apply(standard, counted)).startswith("Ungraded under wwc@4.1")


@settings(max_examples=60, deadline=None)
@given(bodies)
def test_no_number_is_told_that_is_not_in_the_grade(body):
    result = grade(subject(*body))
    known = {ENOUGH, 95.0, 0.001, evidence(result.monitoring.ln_e_plus), len(result.not_pooled)}
    known |= set(numbers(result))
    for told in NUMBER.findall(explain(result).replace("95%", "")):
        digits = len(told.partition(".")[2])
        assert any(f"{abs(value):.{digits}f}" == told.lstrip("-") for value in known), told


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

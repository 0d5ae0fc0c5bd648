"""GRADE: where certainty starts, each step down and up, and what only a person can say."""

from dataclasses import replace

import pytest

from scoring.certainty_facts import information_needed
from scoring.evidence import (
    Conduct,
    Directness,
    Flow,
    Judgement,
    Measurement,
    Promise,
    Reporting,
    Result,
)
from scoring.published import published
from scoring.standards import standard_named
from scoring.standards.certainty import steps_taken
from tests.scoring.evidence import ratio, smd, subject

GRADE = standard_named("grade@2011")
LEVELS = ["very low", "low", "moderate", "high"]
TRIAL = Conduct(design="rct", confounding_factor=False)
COHORT = Conduct(design="cohort", comparator="usual_care", confounding_factor=False)
DIRECT = Directness(
    population="same", intervention="same", comparator="same", outcome="same", time="same"
)
PLANNED = Promise(in_advance=True, smallest_worthwhile=0.2)
LARGE = Flow(analysed_intervention=500, analysed_comparison=500)

CLEAR = {
    "risk_of_bias": "low",
    "indirectness": "none",
    "publication_bias": "undetected",
}


def judged(**answers):
    return tuple(
        Judgement(question=question, answer=answer, event_id=f"judged-{question}")
        for question, answer in answers.items()
    )


def one(yi=0.5, se=0.05, **facts):
    known = {"conduct": TRIAL, "flow": LARGE, "promise": PLANNED}
    return smd(yi, se, **known | facts)


def several(*values, **facts):
    return [one(yi, se, number=n, **facts) for n, (yi, se) in enumerate(values, start=1)]


def graded(*contrasts, unreported=(), **answers):
    told = subject(
        *(contrasts or (one(),)),
        judgements=judged(**CLEAR | answers),
        unreported=frozenset(unreported),
    )
    return published(GRADE, told).grade


def test_randomised_evidence_starts_high_and_other_evidence_low():
    assert graded().level == "high"
    assert graded(one(conduct=COHORT)).level == "low"


@pytest.mark.parametrize(
    ("question", "answer", "level"),
    [
        ("risk_of_bias", "some_concerns", "moderate"),
        ("risk_of_bias", "high", "low"),
        ("inconsistency", "serious", "moderate"),
        ("inconsistency", "very_serious", "low"),
        ("indirectness", "serious", "moderate"),
        ("indirectness", "very_serious", "low"),
        ("imprecision", "serious", "moderate"),
        ("imprecision", "very_serious", "low"),
        ("publication_bias", "suspected", "moderate"),
    ],
)
def test_each_domain_takes_its_levels_off(question, answer, level):
    assert graded(**{question: answer}).level == level


def test_domains_add_up_and_the_scale_ends_at_very_low():
    assert graded(risk_of_bias="some_concerns", indirectness="serious").level == "low"
    worst = graded(risk_of_bias="high", indirectness="very_serious", imprecision="serious")
    assert worst.level == "very low"


def test_until_a_person_has_judged_there_is_no_level():
    grade = published(GRADE, subject(one())).grade
    assert (grade.status, grade.level) == ("judgement_required", None)
    assert grade.judgements == ("risk_of_bias", "indirectness", "publication_bias")
    assert (grade.bounds.worst, grade.bounds.best) == ("very low", "high")


def test_a_study_said_to_be_direct_in_every_part_needs_no_judgement_of_it():
    told = subject(
        one(directness=DIRECT, measurement=Measurement(surrogate=False)),
        judgements=judged(risk_of_bias="low", publication_bias="undetected"),
    )
    assert published(GRADE, told).grade.level == "high"
    partly = subject(
        one(directness=replace(DIRECT, time="similar")),
        judgements=judged(risk_of_bias="low", publication_bias="undetected"),
    )
    assert published(GRADE, partly).grade.judgements == ("indirectness",)


def test_an_outcome_that_stands_in_for_another_is_for_a_person_to_judge():
    clear = judged(risk_of_bias="low", publication_bias="undetected")
    for surrogate, asked in ((False, ()), (True, ("indirectness",)), (None, ("indirectness",))):
        told = one(directness=DIRECT, measurement=Measurement(surrogate=surrogate))
        assert published(GRADE, subject(told, judgements=clear)).grade.judgements == asked


def test_small_studies_by_those_with_an_interest_suggest_publication_bias():
    small = Flow(analysed_intervention=100, analysed_comparison=100)
    interested, free = Reporting(conflict_of_interest=True), Reporting(conflict_of_interest=False)

    def told(*contrasts, **answers):
        known = {"risk_of_bias": "low", "indirectness": "none", "imprecision": "none"}
        return published(GRADE, subject(*contrasts, judgements=judged(**known | answers))).grade

    suspected = told(one(flow=small, reporting=interested))
    assert (suspected.bounds.worst, suspected.bounds.best) == ("moderate", "moderate")
    step = next(r for r in suspected.reasons if r.rule == "grade.not_small_and_sponsored")
    assert step.answer == "unmet"
    for others in (
        [one(reporting=interested)],
        [one(flow=Flow(analysed_intervention=393, analysed_comparison=392), reporting=interested)],
        [one(flow=small, reporting=free)],
        [one(flow=small, reporting=interested), one(number=2, flow=small, reporting=Reporting())],
    ):
        assert told(*others).bounds.best == "high"
    cleared = told(one(flow=small, reporting=interested), publication_bias="undetected")
    assert cleared.level == "high"


def test_a_planned_outcome_that_nobody_reported_suggests_publication_bias():
    answers = judged(risk_of_bias="low", indirectness="none")
    told = subject(one(), judgements=answers, unreported=frozenset({"programme"}))
    assert published(GRADE, told).grade.level == "moderate"


@pytest.mark.parametrize(
    ("values", "level"),
    [
        # Directions alike: I2 of 2 results is 1 - 1/Q, so 75 per cent at Q = 4.
        (((0.30, 0.05), (0.30 + 0.1414, 0.05)), "high"),
        (((0.30, 0.05), (0.30 + 0.1415, 0.05)), "moderate"),
        # Directions differ: below 40, between 40 and 75, and above.
        (((0.02, 0.02), (-0.01, 0.02)), "high"),
        (((0.05, 0.03), (-0.02, 0.03)), "moderate"),
        (((0.30, 0.05), (-0.10, 0.05)), "low"),
    ],
)
def test_results_that_differ_take_levels_off(values, level):
    precise = {"imprecision": "none"}
    assert graded(*several(*values), **precise).level == level


def test_the_bands_of_inconsistency_have_their_edges_where_the_matrix_says():
    def at(name, value):
        grade = graded(*several(*value), imprecision="none")
        return next(r for r in grade.reasons if r.rule == f"grade.{name}")

    alike = at("consistent", ((0.30, 0.05), (0.60, 0.05)))
    assert (alike.answer, alike.threshold) == ("unmet", 75.0)
    assert alike.observed == pytest.approx(94.444, abs=1e-3)
    assert at("consistent", ((0.30, 0.05), (0.35, 0.05))).answer == "met"


def test_an_interval_that_holds_no_effect_and_a_worthwhile_one_is_imprecise():
    # Half width 0.19: no mark, zero alone, zero and 0.20, and all three marks of +-0.20.
    assert graded(one(0.5, 0.1)).level == "high"
    assert graded(one(0.0, 0.1)).level == "high"
    assert graded(one(0.1, 0.1)).level == "moderate"
    assert graded(one(0.0, 0.2)).level == "low"


def test_too_few_people_are_imprecise_even_with_a_clear_effect():
    needed = information_needed(0.2)
    assert needed == pytest.approx(2 * 392.4, abs=0.1)
    assert information_needed(0.25) == pytest.approx(2 * 251.2, abs=0.1)
    enough = Flow(analysed_intervention=393, analysed_comparison=392)
    few = Flow(analysed_intervention=392, analysed_comparison=392)
    assert graded(one(flow=enough)).level == "high"
    assert graded(one(flow=few)).level == "moderate"


def cohorts(estimate, low, high, **answers):
    contrast = ratio(estimate, low, high, conduct=COHORT, flow=LARGE, promise=PLANNED)
    return graded(contrast, **answers).level


def test_a_large_effect_lifts_what_was_not_randomised():
    assert cohorts(0.51, 0.45, 0.58) == "low"
    assert cohorts(0.49, 0.43, 0.56) == "moderate"
    assert cohorts(0.21, 0.18, 0.25) == "moderate"
    assert cohorts(0.19, 0.16, 0.22) == "high"


def test_what_speaks_for_the_effect_counts_only_where_nothing_was_taken_off():
    assert cohorts(0.60, 0.5, 0.7, dose_response="yes", opposing_confounding="yes") == "high"
    assert cohorts(0.60, 0.5, 0.7, dose_response="no") == "low"
    assert cohorts(0.60, 0.5, 0.7, dose_response="yes", indirectness="serious") == "very low"
    assert graded(dose_response="yes", indirectness="serious").level == "moderate"


def test_of_a_mixed_body_the_randomised_part_is_graded():
    body = [one(number=1), one(-0.5, 0.05, number=2, conduct=COHORT)]
    assert graded(*body).level == "high"


def test_the_meta_analysis_of_the_reference_is_what_inconsistency_is_read_from():
    # d and se of the vector of section 7: I2 51.3997 per cent, directions differ.
    values = ((0.30, 0.10), (0.10, 0.12), (0.25, 0.15), (-0.05, 0.11))
    grade = graded(*several(*values), imprecision="none")
    reason = next(r for r in grade.reasons if r.rule == "grade.directions_agree")
    assert reason.observed == pytest.approx(51.3997, abs=5e-5)
    assert grade.level == "moderate"


def test_nothing_to_pool_is_ungraded():
    assert graded(smd(0.1, None, conduct=TRIAL)).status == "ungraded"
    monitored = one(conduct=Conduct(design="monitoring"))
    assert graded(monitored).status == "ungraded"


def test_the_lift_names_the_fewest_changes():
    grade = graded(indirectness="serious")
    assert [(lift.to, lift.changes) for lift in grade.lift] == [("high", ("grade.direct",))]
    assert grade.lift[0].text == (
        "High certainty: results on the people, place and outcome in question"
    )


def test_an_unanswered_question_is_never_better_than_its_worst_answer():
    for question, worst in (
        ("risk_of_bias", "high"),
        ("indirectness", "very_serious"),
        ("publication_bias", "suspected"),
    ):
        bad = graded(**{question: worst})
        answers = judged(**{q: a for q, a in CLEAR.items() if q != question})
        unknown = published(GRADE, subject(one(), judgements=answers)).grade
        assert LEVELS.index(unknown.bounds.worst) <= LEVELS.index(bad.level)


@pytest.mark.parametrize(
    ("measure", "estimate", "risk", "level", "best"),
    [
        ("RR", 2.1, None, "moderate", "moderate"),
        ("OR", 2.1, 0.4, "low", "low"),
        ("OR", 2.1, None, "low", "moderate"),
        ("OR", 1.9, None, "low", "low"),
        ("HR", 5.5, 0.01, "high", "high"),
        ("IRR", 2.1, None, "low", "high"),
    ],
)
def test_a_large_effect_is_one_on_the_risk(measure, estimate, risk, level, best):
    numbers = {
        "estimate": estimate,
        "ci_low": estimate / 1.05,
        "ci_high": estimate * 1.05,
        "baseline_risk": risk,
    }
    result = Result(kind="reported", measure=measure, numbers=numbers)
    no = dict.fromkeys(("dose_response", "opposing_confounding"), "no")
    grade = graded(replace(one(conduct=COHORT), result=result), **no)
    assert (grade.level, grade.bounds.best) == (level, best)


def test_the_levels_tell_where_certainty_starts():
    starts = {level.name: level.paths for level in GRADE.levels}
    assert starts == {
        "very low": ((),),
        "low": (("grade.observational",),),
        "moderate": ((),),
        "high": (("grade.randomised",),),
    }
    assert GRADE.by_id["grade.direct"].fact == "indirectness"
    assert set(GRADE.by_id) == {rule.id for rule in GRADE.rules}


def test_of_several_steps_of_a_domain_the_longest_counts_and_none_of_no_effect_is_told():
    down = {step.rule.id for step in GRADE.down}
    assert steps_taken(GRADE, frozenset(down)) == {}
    missed = down - {"grade.precise", "grade.not_open_both_ways", "grade.direct"}
    assert steps_taken(GRADE, frozenset(missed)) == {"imprecision": -2, "indirectness": -1}
    risen = down | {"grade.may_rise", "grade.large_effect", "grade.dose_response"}
    assert steps_taken(GRADE, frozenset(risen)) == {"large effect": 1, "dose response": 1}
    assert steps_taken(GRADE, frozenset(risen | {"grade.very_large_effect"})) == {
        "large effect": 2,
        "dose response": 1,
    }
    assert steps_taken(GRADE, frozenset(risen - {"grade.may_rise"})) == {}
    assert steps_taken(GRADE, frozenset(risen - {"grade.direct"})) == {"indirectness": -1}


def singly(number, question, answer):
    return Judgement(
        question=question, answer=answer, event_id=f"{question}-{number}", about=f"event-{number}"
    )


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        (("low", "low"), "high"),
        (("low", "some_concerns"), "moderate"),
        (("high", "low"), "low"),
        (("high", None), "low"),
        (("low", None), None),
    ],
)
def test_results_judged_one_by_one_count_as_the_worst_of_them(answers, level):
    told = [singly(n, "risk_of_bias", a) for n, a in enumerate(answers, start=1) if a]
    rest = judged(indirectness="none", publication_bias="undetected")
    body = subject(*several((0.5, 0.05), (0.5, 0.05)), judgements=(*rest, *told))
    assert published(GRADE, body).grade.level == level


def test_what_is_said_of_the_whole_outcome_goes_before_what_is_said_of_one_result():
    told = (*judged(**CLEAR), singly(1, "risk_of_bias", "high"))
    assert published(GRADE, subject(one(number=1), judgements=told)).grade.level == "high"


def test_the_last_answer_about_a_result_stands_and_others_results_do_not_count():
    rest = judged(indirectness="none", publication_bias="undetected")
    again = (singly(1, "risk_of_bias", "high"), singly(1, "risk_of_bias", "low"))
    elsewhere = singly(7, "risk_of_bias", "high")
    told = subject(one(number=1), judgements=(*rest, *again, elsewhere))
    assert published(GRADE, told).grade.level == "high"


def shares(*contrasts, judgements):
    """Weight at low and at high risk of bias, per cent, each from what is sure to what could be."""
    grade = published(GRADE, subject(*contrasts, judgements=judgements)).grade
    rules = ("grade.mostly_low_risk", "grade.little_high_risk")
    return [next(r for r in grade.reasons if r.rule == rule).observed for rule in rules]


def test_the_weight_at_each_risk_of_bias_is_of_the_inverse_variance():
    high = Judgement(question="rob2_1_2", answer="n", event_id="judged", about="event-2")
    body = several((0.3, 0.1), (0.3, 0.05))
    assert shares(*body, judgements=[high]) == pytest.approx([0.0, 80.0])
    other = replace(high, about="event-1")
    assert shares(*body, judgements=[other]) == pytest.approx([0.0, 20.0])
    both = [high, replace(other, event_id="other")]
    assert shares(*body, judgements=both) == pytest.approx([0.0, 100.0])

"""What was told and taken back: harm stays told, and bad news is not withdrawn by its programme."""

from dataclasses import replace

import pytest

from scoring.best_contrast import rank
from scoring.evidence import Harm, Judgement
from scoring.published import appraised, published, published_in_brief
from scoring.standards import standard_named
from tests.scoring.evidence import subject
from tests.scoring.standards.samples import AGAINST, FOR, NULL, SERIOUS, graded, level, sample

OF_HARM = ("title-iv-e@2.0", "blueprints@1", "cebc@1")
AGAINST_IT = (
    "title-iv-e@2.0",
    "blueprints@1",
    "essa@2015",
    "nesta@2013",
    "pathways@2021",
    "wwc@5.0",
)
CHEAP = (Judgement(question="nesta_reasonable_cost", answer="yes", event_id="judged"),)
WITHDRAWN = "withdrawn_by_programme"


def body(*more, number=2):
    return [*(sample(i) for i in range(1, number + 1)), *more]


def place(standard, grade):
    return rank(standard_named(standard), grade)


@pytest.mark.parametrize("standard", OF_HARM)
@pytest.mark.parametrize(
    "told",
    [
        sample(3, NULL, harms=SERIOUS, status=WITHDRAWN),
        sample(3, NULL, harms=SERIOUS, status="removed_by_panel"),
        sample(3, NULL, harms=SERIOUS, timing="baseline"),
        replace(
            sample(3), status="revised_by_programme", earlier=(sample(3, NULL, harms=SERIOUS),)
        ),
    ],
)
def test_harm_that_was_told_stays_told(standard, told):
    worst = standard_named(standard).levels[0].name
    assert level(standard, *body(told)) == worst
    (reason,) = [
        r for r in graded(standard, *body(told)).reasons if r.rule.endswith(".harm_at_most_0")
    ]
    assert (reason.observed, reason.event_ids) == (1, ("event-3",))


@pytest.mark.parametrize("standard", OF_HARM)
def test_only_a_panel_blind_to_the_direction_takes_harm_away(standard):
    gone = sample(3, NULL, harms=SERIOUS, status="removed_by_panel", blind_to_direction=True)
    assert level(standard, *body(gone)) == level(standard, *body())


@pytest.mark.parametrize("standard", OF_HARM)
@pytest.mark.parametrize("harms", [None, (), (Harm(severity="serious", attributed=False),)])
def test_a_result_before_the_programme_leaves_nothing_open_about_harm(standard, harms):
    before = sample(3, NULL, harms=harms, timing="baseline")
    assert level(standard, *body(before)) == level(standard, *body())


@pytest.mark.parametrize("standard", AGAINST_IT)
@pytest.mark.parametrize("found", [AGAINST, (-0.9, 0.1)])
def test_an_unfavourable_result_counts_though_its_programme_withdrew_it(standard, found):
    third = ((), (sample(3, found),), (sample(3, found, status=WITHDRAWN),))
    alone, told, withdrawn = (graded(standard, *body(*some), judgements=CHEAP) for some in third)
    assert place(standard, withdrawn) == place(standard, told) < place(standard, alone)


def test_so_does_one_that_a_person_has_to_weigh():
    grade = graded("cebc@1", *body(sample(3, AGAINST, status=WITHDRAWN)))
    assert grade.judgements == ("cebc_weight_of_evidence",)


def test_and_one_that_its_programme_revised():
    revised = replace(sample(3), status="revised_by_programme", earlier=(sample(3, AGAINST),))
    assert level("pathways@2021", *body(revised)) == "mixed"
    assert level("wwc@5.0", *body(revised)) == level("wwc@5.0", *body())


@pytest.mark.parametrize("standard", AGAINST_IT)
def test_a_favourable_result_that_was_withdrawn_counts_for_nothing(standard):
    gone = sample(3, FOR, status=WITHDRAWN)
    assert level(standard, *body(gone, number=1)) == level(standard, *body(number=1))


@pytest.mark.parametrize("standard", AGAINST_IT)
def test_what_a_panel_blind_to_the_direction_removed_is_gone(standard):
    gone = sample(3, AGAINST, status="removed_by_panel", blind_to_direction=True)
    assert level(standard, *body(gone)) == level(standard, *body())


@pytest.mark.parametrize("standard", sorted({*AGAINST_IT, *OF_HARM}))
def test_a_grade_in_brief_forgets_nothing_either(standard):
    told = subject(*body(sample(3, AGAINST, harms=SERIOUS, status=WITHDRAWN)))
    whole = published(standard_named(standard), told).grade
    brief = published_in_brief(standard_named(standard), appraised(told))
    assert (brief.level, brief.bounds) == (whole.level, whole.bounds)


def test_a_result_taken_back_is_no_study_that_could_lift_the_grade():
    grade = graded("pathways@2021", sample(1, NULL), sample(2, NULL, status=WITHDRAWN))
    assert all("Study 2" not in lift.text for lift in grade.lift)
    assert {one.event_id for one in grade.counted} == {"event-1"}


def test_two_programmes_that_name_site_and_cohort_alike_are_two_samples():
    one = sample(1, programme="one", site="Town", cohort="2020")
    other = sample(2, programme="other", site="Town", cohort="2020")
    assert one.sample != other.sample
    assert level("title-iv-e@2.0", one, other) == "well_supported"
    assert level("title-iv-e@2.0", one, replace(other, programme="one")) == "supported"

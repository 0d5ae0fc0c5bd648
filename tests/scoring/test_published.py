"""Published standards on a subject: what stands, the best of single contrasts, the whole body."""

from dataclasses import replace

import pytest

from scoring.evidence import (
    CORRECTED_BY_PANEL,
    REMOVED_BY_PANEL,
    REVISED_BY_PROGRAMME,
    WITHDRAWN_BY_PROGRAMME,
    Judgement,
)
from scoring.published import grade_body, published, stands
from scoring.standards import STANDARDS, standard_named
from tests.scoring.evidence import subject
from tests.scoring.standards.samples import NULL, graded, quasi, sample

WWC = "wwc@4.1"
UNCERTAIN = {"confounding_factor": None}


@pytest.mark.parametrize("status", [REMOVED_BY_PANEL, WITHDRAWN_BY_PROGRAMME])
def test_what_was_taken_back_does_not_stand(status):
    assert not stands(sample(1, status=status))
    assert graded("pathways@2021", sample(1), sample(2, status=status)).level == "supported"


@pytest.mark.parametrize("status", [CORRECTED_BY_PANEL, REVISED_BY_PROGRAMME])
def test_what_was_corrected_stands(status):
    assert stands(sample(1, status=status))


def test_a_baseline_is_no_result():
    assert not stands(sample(1, timing="baseline"))


@pytest.mark.parametrize("name", sorted(STANDARDS))
def test_without_a_measured_result_every_standard_is_ungraded(name):
    grade = graded(name, sample(1, timing="baseline"))
    assert (grade.status, grade.missing) == ("ungraded", ("A measured result",))


def test_a_subject_has_the_grade_of_its_best_contrast_and_every_contrast_its_own():
    found = published(standard_named(WWC), subject(quasi(1), sample(2)))
    assert found.grade.level == "MEETS_WITHOUT"
    assert [(c.event_id, grade.level) for c, grade in found.contrasts] == [
        ("event-1", "MEETS_WITH"),
        ("event-2", "MEETS_WITHOUT"),
    ]


def test_the_best_that_a_subject_could_be_is_that_of_any_of_its_contrasts():
    grade = graded(WWC, quasi(1), sample(2, conduct=UNCERTAIN))
    assert (grade.level, grade.bounds.worst, grade.bounds.best) == (
        "MEETS_WITH",
        "MEETS_WITH",
        "MEETS_WITHOUT",
    )


def test_what_would_lift_a_subject_may_be_another_contrast_than_its_best():
    (lift,) = graded(WWC, quasi(1), sample(2, conduct=UNCERTAIN)).lift
    assert lift.text == (
        "Meets WWC standards without reservations: of Study 2 (Town 2): show that nothing else "
        "always went with one of the groups"
    )
    assert lift.studies == (("event-2", ("wwc.no_confounding_factor",)),)
    told = sample(2)
    assert graded(WWC, quasi(1), told).level == lift.to


def test_the_best_contrast_keeps_its_own_lift_where_none_is_nearer():
    alone = graded(WWC, sample(1, conduct=UNCERTAIN))
    beside = graded(WWC, sample(1, conduct=UNCERTAIN), sample(2, conduct=UNCERTAIN))
    assert [lift.changes for lift in beside.lift] == [lift.changes for lift in alone.lift]


def test_a_judgement_of_the_whole_outcome_is_told_to_a_standard_of_the_body():
    judged = Judgement(question="nesta_reasonable_cost", answer="yes", event_id="judged")
    about_one = replace(judged, about="event-1")
    assert graded("nesta@2013", sample(1), sample(2), judgements=[judged]).level == "5"
    assert graded("nesta@2013", sample(1), sample(2), judgements=[about_one]).level == "3"


def test_of_several_judgements_the_last_told_stands():
    told = [
        Judgement(question="nesta_reasonable_cost", answer=answer, event_id=answer)
        for answer in ("yes", "no")
    ]
    grade = graded("nesta@2013", sample(1), sample(2), judgements=told)
    assert grade.level == "3"
    (reason,) = [r for r in grade.reasons if r.rule == "nesta.reasonable_cost"]
    assert reason.event_ids == ("no",)


def test_a_grade_of_a_body_says_how_every_contrast_stands():
    grade = grade_body(standard_named("pathways@2021"), [sample(1), sample(2, NULL)])
    states = {(one.fact, one.event_id): one.state for one in grade.counted}
    assert states["favourable", "event-1"] == "counted"
    assert states["favourable", "event-2"] == "not counted"
    assert states["qualifying", "event-2"] == "counted"


def test_reasons_of_a_body_name_the_events_that_were_counted():
    grade = graded("pathways@2021", sample(1), sample(2, NULL))
    (reason,) = [r for r in grade.reasons if r.rule == "pathways.favourable_1"]
    assert reason.event_ids == ("event-1",)
    assert reason.text == (
        "Studies with a significant favourable effect, rated moderate or high: 1, asked >= 1; met."
    )

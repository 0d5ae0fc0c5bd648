"""Every fact that can be recorded makes a difference to some standard, or says why to none."""

from dataclasses import fields, replace
from functools import cache

from scoring import grade
from scoring.evidence import Analysis, Directness, Measurement
from scoring.facts import contrast_facts
from scoring.published import published
from scoring.standards import STANDARDS, Certainty, TreeStandard
from scoring.standards.candour_design import DESIGN
from tests.scoring.evidence import PLANNED, subject, trial
from tests.scoring.standards.made_contrasts import (
    ALONE,
    GROUPS,
    answered,
    made,
    recorded,
    values,
    with_fact,
)
from tests.scoring.standards.made_facts import asked

BY_TREES = {n: s for n, s in STANDARDS.items() if isinstance(s, TreeStandard)}
BY_STEPS = {n: s for n, s in STANDARDS.items() if isinstance(s, Certainty)}
SEEDS = range(40)


@cache
def shapes():
    """Contrasts and answers of every shape, always the same."""
    return [(made(seed), answered(seed)) for seed in SEEDS]


# Recorded facts that no standard asks for, each with its reason.
ASKED_BY_NONE = {
    (None, "primary"): "says which outcome leads a page, and nothing about how far to trust it",
    (None, "months_since_start"): "HomVEE, which counts from enrolment, is not among the standards",
    ("measurement", "kind"): "the numbers of the result say what they are",
    ("analysis", "power_calculation"): "the CHI appraisal assesses it and does not let it count",
    ("promise", "primary"): "what a plan called it is told beside the grade, not graded",
    ("promise", "measure"): "chooses among several results of one study the one that was promised",
}


def _used_by_a_rule():
    every = [rule for standard in STANDARDS.values() for rule in standard.every_rule]
    every += [one.rule for s in BY_TREES.values() for one in s.recorded]
    return {name for rule in (*every, *DESIGN.rules) for name in asked(rule)}


@cache
def telling():
    """Contrasts in which one fact more, or another, makes a difference: sound, or little known."""
    direct = Directness(**{part.name: "same" for part in fields(Directness)})
    promise = replace(PLANNED, horizon_months=12.0)
    sound = trial(
        0.3,
        0.1,
        directness=direct,
        measurement=Measurement(surrogate=False),
        promise=promise,
        horizon_months=12.0,
    )
    clustered = replace(
        sound,
        conduct=replace(sound.conduct, design="cluster_rct"),
        analysis=Analysis(cluster_adjusted=False),
        flow=replace(
            sound.flow, clusters_analysed_intervention=10, clusters_analysed_comparison=10
        ),
    )
    return [sound, clustered, *(made(seed, known=0.1) for seed in range(6))]


def _moves(used, group, name):
    """Whether telling a recorded fact otherwise changes a fact that a rule asks for, or a grade."""
    told = (None, *(ALONE[name] if group is None else values(GROUPS[group], name)))
    for one in (*telling(), *(one for one, _ in shapes())):
        found = [contrast_facts(with_fact(one, group, name, value)) for value in told]
        if any(facts.get(n) != found[0].get(n) for facts in found for n in used):
            return True
    return _moves_a_grade(group, name, told)


def _moves_a_grade(group, name, told):
    """Under the house grade or a standard by steps, which read more than single contrasts do."""
    for one in telling():
        bodies = [subject(with_fact(one, group, name, value)) for value in told]
        if len({_house(body) for body in bodies}) > 1:
            return True
        for standard in BY_STEPS.values():
            if len({_told(published(standard, body).grade) for body in bodies}) > 1:
                return True
    return False


def _house(body):
    told = grade(body)
    return told.finding, told.demonstrably_works, _texts(told)


def _told(graded):
    return graded.level, _texts(graded)


def _texts(graded):
    return tuple(reason.text for reason in graded.reasons), graded.bounds


def test_every_fact_that_can_be_recorded_is_asked_for_by_some_standard():
    used = _used_by_a_rule()
    idle = {fact for fact in recorded() if not _moves(used, *fact)}
    assert idle == set(ASKED_BY_NONE)

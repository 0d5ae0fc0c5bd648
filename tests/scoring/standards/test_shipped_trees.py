"""The trees of every standard that ships: exact when partly answered, and never asking in vain."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.standards import STANDARDS, TreeStandard, apply
from scoring.standards.rob2 import ROB2_2019
from scoring.standards.trees import Ask
from scoring.standards.trees.tree import leaves, nodes, settled
from tests.scoring.standards.tree_cases import (
    completions,
    every_way,
    followed,
    kinds_of_answer,
    told,
)

checked = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def shipped():
    return [one for one in STANDARDS.values() if isinstance(one, TreeStandard)]


def shipped_trees():
    return [
        pytest.param(part.tree, id=f"{one.name}-{part.id}")
        for one in shipped()
        for part in one.domains
    ]


@pytest.mark.parametrize("tree", shipped_trees())
def test_every_judgement_of_a_shipped_tree_is_reached_by_answers(tree):
    for end in leaves(tree):
        path = _path_to(tree, end)
        assert settled(tree, path) == end


def _path_to(tree, end):
    if tree == end:
        return {}
    branch = next(b for b in tree.branches if end in leaves(b.then))
    return {tree.question: branch.answers[0], **_path_to(branch.then, end)}


@pytest.mark.parametrize("tree", shipped_trees())
@checked
@given(data=st.data())
def test_what_shipped_trees_leave_open_is_exactly_what_completions_reach(tree, data):
    choices = kinds_of_answer(tree)
    unsure = data.draw(
        st.lists(st.sampled_from(sorted(choices)), unique=True, max_size=6), label="open"
    )
    known = {
        name: data.draw(st.sampled_from(answers), label=name)
        for name, answers in choices.items()
        if name not in unsure
    }
    rest = settled(tree, known)
    assert leaves(rest) == {followed(tree, one) for one in completions(choices, known)}
    for node in nodes(rest):
        assert node.question in unsure
    if isinstance(rest, Ask):
        assert _matters(tree, choices, known, rest.question)


def _matters(tree, choices, known, name):
    """Whether the answer to this question can change the end, however the others turn out."""
    others = {one: answers for one, answers in choices.items() if one != name}
    return any(
        len({followed(tree, one | {name: answer}) for answer in choices[name]}) > 1
        for one in completions(others, known)
    )


@pytest.mark.parametrize("one", shipped(), ids=lambda one: one.name)
@checked
@given(data=st.data())
def test_every_answer_given_narrows_the_bounds_and_never_widens_them(one, data):
    names = [level.name for level in one.levels]
    design = "rct" if one is ROB2_2019 else "cohort"
    known = {
        q.id: data.draw(st.sampled_from(q.answers), label=q.id)
        for q in data.draw(st.lists(st.sampled_from(one.questions), unique=True), label="answered")
    }
    before = apply(one, told(design=design))
    for number in range(len(known) + 1):
        after = apply(one, told(design=design, **dict(list(known.items())[:number])))
        assert names.index(after.bounds.worst) >= names.index(before.bounds.worst)
        assert names.index(after.bounds.best) <= names.index(before.bounds.best)
        before = after


@pytest.mark.parametrize("one", shipped(), ids=lambda one: one.name)
@checked
@given(data=st.data())
def test_answering_whatever_is_asked_ends_in_a_level(one, data):
    design = "rct" if one is ROB2_2019 else "cohort"
    answers = {q.id: q.answers for q in one.questions}
    known = {}
    grade = apply(one, told(design=design))
    while grade.judgements:
        assert not set(grade.judgements) & set(known)
        known[grade.judgements[0]] = data.draw(st.sampled_from(answers[grade.judgements[0]]))
        grade = apply(one, told(design=design, **known))
    assert grade.status == "determined"
    assert grade.level == grade.bounds.worst == grade.bounds.best


@pytest.mark.parametrize("one", shipped(), ids=lambda one: one.name)
@settings(checked, max_examples=20)
@given(data=st.data())
def test_every_lift_of_a_shipped_standard_reaches_a_level_above_by_those_questions_alone(one, data):
    names = [level.name for level in one.levels]
    design = "rct" if one is ROB2_2019 else "cohort"
    known = {q.id: data.draw(st.sampled_from(q.answers), label=q.id) for q in one.questions}
    grade = apply(one, told(design=design, **known))
    for lift in grade.lift:
        assert names.index(lift.to) > names.index(grade.level)
        answers = {q.id: q.answers for q in one.questions if q.id in lift.changes}
        if len(answers) <= 2:
            reached = {
                apply(one, told(design=design, **known | way)).level for way in every_way(answers)
            }
            assert lift.to in reached

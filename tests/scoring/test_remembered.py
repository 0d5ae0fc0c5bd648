"""A body graded again and again: remembering gives what asking anew gives, and what is whole."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.evidence import Judgement
from scoring.published import appraised, published, published_in_brief
from scoring.remembered import Memory
from scoring.standards import STANDARDS
from tests.scoring.evidence import subject
from tests.scoring.standards.made_contrasts import answered, made

checked = settings(max_examples=80, deadline=None)
seeds = st.integers(0, 10_000)
KEPT = ("standard", "status", "level", "title", "bounds", "missing", "judgements")


def kept(grade):
    return {name: getattr(grade, name) for name in KEPT}


def body(seed, number):
    """Some contrasts, of which pairs are of one study."""
    return [
        replace(made(seed + place, number=place + 1), study=f"study {place // 2}")
        for place in range(number)
    ]


@checked
@given(st.sampled_from(sorted(STANDARDS)), seeds, st.integers(0, 4))
def test_a_grade_in_brief_says_what_the_whole_one_says(name, seed, number):
    told = subject(*body(seed, number), judgements=answered(seed))
    whole = published(STANDARDS[name], told).grade
    assert kept(published_in_brief(STANDARDS[name], appraised(told))) == kept(whole)


@checked
@given(st.sampled_from(sorted(STANDARDS)), seeds, seeds)
def test_what_is_remembered_is_what_would_be_found_anew(name, seed, other):
    standard, memory = STANDARDS[name], Memory()
    first = body(seed, 4)
    changed = [replace(made(other, number=2), study=first[1].study), *first[2:], first[0]]
    for contrasts, judgements in (
        (first, answered(seed)),
        (changed, answered(seed)),
        (changed, answered(other)),
        (first[:2], ()),
        (first, answered(seed)),
    ):
        told = subject(*contrasts, judgements=judgements)
        again = published_in_brief(standard, appraised(told, memory), memory)
        anew = published_in_brief(standard, appraised(told))
        assert kept(again) == kept(anew)


@pytest.mark.parametrize("about", [None, 1])
def test_a_judgement_reaches_the_results_it_is_about(about):
    first, second = body(7, 2)
    names = {None: None, 1: first.event_id}
    told = Judgement(question="rob2_1_1", answer="yes", event_id="j", about=names[about])
    facts = Memory().facts((first, second), (told,))
    judged = [event for event, known in facts.items() if "rob2_1_1" in known]
    assert judged == ([first.event_id, second.event_id] if about is None else [first.event_id])

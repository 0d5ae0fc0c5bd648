"""What a standard asks of a person: each judgement rule has its question, and answers it takes."""

import pytest

from scoring.errors import InvalidInput
from scoring.standards import Level, Rule, Standard
from scoring.standards.rules import OneOf, Question


def question(name="test_fair", answers=("yes", "no")):
    return Question(id=name, text="Is it fair?", answers=answers, source="test")


def standard(*questions, values=("yes",), judgement=True):
    rule = Rule(
        id="test.fair",
        title="Fair",
        fact="test_fair",
        check=OneOf(values),
        source="test",
        lift="be fair",
        judgement=judgement,
    )
    return Standard(
        id="test",
        version="1",
        title="Test",
        unit="contrast",
        source="test",
        rules=(rule,),
        levels=(
            Level(name="low", title="Low", paths=((),)),
            Level(name="high", title="High", paths=(("test.fair",),)),
        ),
        questions=questions,
    )


def test_a_judgement_rule_with_its_question_is_accepted():
    assert standard(question()).questions == (question(),)


@pytest.mark.parametrize("questions", [(), (question("test_other"),)])
def test_a_judgement_that_nobody_is_asked_for_is_refused(questions):
    with pytest.raises(InvalidInput, match="nobody is asked the question"):
        standard(*questions)


def test_a_rule_on_a_recorded_fact_needs_no_question():
    assert standard(judgement=False).questions == ()


def test_two_questions_of_one_name_are_refused():
    with pytest.raises(InvalidInput, match="two questions share an id"):
        standard(question(), question())


def test_waiting_for_an_answer_that_the_question_does_not_take_is_refused():
    with pytest.raises(InvalidInput, match="waits for an answer that its question does not take"):
        standard(question(), values=("yes", "perhaps"))

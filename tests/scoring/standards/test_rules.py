"""The interpreter of standards: three answers, exact bounds, smallest changes."""

import math
from itertools import product

import pytest

from scoring.errors import InvalidInput, UnknownStandard
from scoring.evidence import Fact
from scoring.standards import Level, Rule, Standard, apply, examine, standard_named
from scoring.standards.rules import Boundary, Compare, Is, OneOf, Question


def rule(name, check, fact=None, **facts):
    return Rule(
        id=name,
        title=name,
        fact=fact or name,
        check=check,
        source="test",
        lift=f"do {name}",
        **facts,
    )


def standard(**changes):
    facts = {
        "id": "test",
        "version": "1",
        "title": "Test",
        "unit": "contrast",
        "source": "test",
        "rules": (rule("a", Is(True)), rule("b", Is(True)), rule("c", Is(False))),
        "levels": (
            Level(name="low", title="Low", paths=((),)),
            Level(name="middle", title="Middle", paths=(("a",), ("b", "c"))),
            Level(name="high", title="High", paths=(("a", "b", "c"),)),
        ),
    }
    return Standard(**facts | changes)


def facts(**values):
    return {name: Fact(value=value, event_ids=("e",)) for name, value in values.items()}


def test_unknown_is_never_counted_as_met():
    grade = apply(standard(), facts(a=None, b=True, c=None))
    assert (grade.level, grade.bounds.worst, grade.bounds.best) == ("low", "low", "high")
    assert grade.missing == ("a", "c")


def test_bounds_are_exact_over_every_way_the_unknown_could_turn_out():
    levels = ["low", "middle", "high"]
    for values in product((None, True, False), repeat=3):
        known = dict(zip("abc", values, strict=True))
        grade = apply(standard(), facts(**known))
        choices = [(v,) if v is not None else (True, False) for v in values]
        reached = [
            levels.index(apply(standard(), facts(**dict(zip("abc", one, strict=True)))).level)
            for one in product(*choices)
        ]
        assert levels.index(grade.bounds.worst) == min(reached)
        assert levels.index(grade.bounds.best) == max(reached)


def test_the_smallest_changes_come_first_one_then_two():
    one = apply(standard(), facts(a=False, b=True, c=True))
    assert [lift.changes for lift in one.lift] == [("a",), ("c",)]
    two = apply(standard(), facts(a=True, b=False, c=True))
    assert [(lift.to, lift.changes) for lift in two.lift] == [("high", ("b", "c"))]
    assert two.lift[0].text == "High: do b; and do c"


def test_every_rule_is_tried_and_gives_its_reason():
    grade = apply(standard(), facts(a=True, b=False))
    assert [(r.rule, r.answer) for r in grade.reasons] == [
        ("a", "met"),
        ("b", "unmet"),
        ("c", "unknown"),
    ]
    assert grade.reasons[0].event_ids == ("e",)


def test_below_its_entry_a_subject_is_ungraded_and_told_why():
    grade = apply(standard(entry=("c",)), facts(a=True, b=True, c=True))
    assert (grade.status, grade.level, grade.missing) == ("ungraded", None, ("c",))


def test_a_threshold_met_exactly_is_met_and_its_margin_told():
    at = examine(rule("x", Compare("<=", 0.25)), facts(x=0.25 + 5e-9))
    past = examine(rule("x", Compare("<=", 0.25)), facts(x=0.2501))
    assert (at.answer, past.answer) == ("met", "unmet")
    assert past.margin == pytest.approx(-0.0001)


def test_a_threshold_may_be_another_fact():
    check = rule("x", Compare(">", "least"))
    assert examine(check, facts(x=2.0, least=1.0)).answer == "met"
    assert examine(check, facts(x=2.0)).answer == "unknown"


def test_what_is_partly_known_can_fail_and_cannot_pass():
    check = rule("x", Compare("<=", 1.0))
    assert examine(check, {"x": Fact(value=2.0, up_to=math.inf)}).answer == "unmet"
    assert examine(check, {"x": Fact(value=0.5, up_to=math.inf)}).answer == "unknown"


@pytest.mark.parametrize(("rounding", "threshold"), [("nearest", 1.0), ("down", 2.0)])
def test_a_table_is_read_at_the_rounded_row(rounding, threshold):
    check = Boundary(at="row", column="col", default="a", rounding=rounding, table={"a": (3, 2, 1)})
    assert examine(rule("x", check), facts(x=0.5, row=1.5, col=None)).threshold == threshold


@pytest.mark.parametrize(
    "changes",
    [
        {"rules": (rule("a", Is(True)),)},
        {"rules": (rule("a", Is(True)), rule("a", Is(True)), rule("b", Is(True)))},
        {"levels": (Level(name="low", title="", paths=(("a", "b", "c"),)),)},
        {
            "rules": (rule("a", Is(True)), rule("b", Is(False), fact="a"), rule("c", Is(True))),
        },
        {
            "levels": (
                Level(name="low", title="", paths=((),)),
                Level(name="middle", title="", paths=(("a", "b", "c"),)),
                Level(name="high", title="", paths=(("a",),)),
            )
        },
    ],
)
def test_a_rule_set_that_contradicts_itself_is_refused(changes):
    with pytest.raises(InvalidInput):
        standard(**changes)


def test_a_weaker_rule_on_the_same_fact_counts_as_met_when_paths_are_checked():
    nested = (rule("a", OneOf(("x",)), fact="f"), rule("b", OneOf(("x", "y")), fact="f"))
    levels = (
        Level(name="low", title="", paths=((),)),
        Level(name="middle", title="", paths=(("b",),)),
        Level(name="high", title="", paths=(("a",),)),
    )
    assert apply(standard(rules=nested, levels=levels), facts(f="y")).level == "middle"


def two_levels(first, second, *, high=("b",)):
    """Two rules on one fact: the first leads to the middle, the second to the top."""
    levels = (
        Level(name="low", title="", paths=((),)),
        Level(name="middle", title="", paths=(("a",),)),
        Level(name="high", title="", paths=(high,)),
    )
    return standard(rules=(rule("a", first, fact="f"), rule("b", second, fact="f")), levels=levels)


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (Compare("<=", 1.0), Compare("<=", 2.0)),
        (Compare("<=", 1.0), Compare("<=", 1.0)),
        (Compare(">=", 2.0), Compare(">=", 1.0)),
        (Compare(">=", 2.0), Compare(">=", 2.0)),
        (OneOf(("x",)), OneOf(("x", "y"))),
        (OneOf(("x", "y")), OneOf(("y", "x"))),
    ],
)
def test_a_level_that_asks_for_less_than_one_below_it_is_refused(stronger, weaker):
    with pytest.raises(InvalidInput, match="a path of middle leads elsewhere"):
        two_levels(stronger, weaker)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Compare("<=", 2.0), Compare("<=", 1.0)),
        (Compare(">=", 1.0), Compare(">=", 2.0)),
        (Compare("<=", 1.0), Compare(">=", 0.0)),
        (Compare("<=", "other"), Compare("<=", 2.0)),
        (Compare("<=", 1.0), Compare("<=", "other")),
        (OneOf(("x", "y")), OneOf(("x",))),
        (OneOf(("x",)), OneOf(("y",))),
    ],
)
def test_a_level_may_ask_for_more_of_a_fact_or_for_another_word(first, second):
    assert two_levels(first, second).levels[-1].name == "high"


def test_a_path_that_no_fact_can_meet_is_refused():
    with pytest.raises(InvalidInput, match="no fact can meet a path of high"):
        two_levels(OneOf(("x",)), OneOf(("y",)), high=("a", "b"))
    both = two_levels(OneOf(("x", "y")), OneOf(("y", "z")), high=("a", "b"))
    assert apply(both, facts(f="y")).level == "high"


@pytest.mark.parametrize(
    ("table", "default", "refused"),
    [
        ({"a": (2.0, None, 1.0)}, "a", True),
        ({"a": (2.0, 1.0)}, "b", True),
        ({"a": (2.0, 1.0), "b": (None, 1.0)}, "a", True),
        ({"a": (2.0, None), "b": (3.0, 1.0)}, "b", False),
    ],
)
def test_a_table_that_says_never_and_then_again_is_refused(table, default, refused):
    check = Boundary(at="row", column="col", default=default, rounding="nearest", table=table)
    rules = (rule("a", check), rule("b", Is(True)), rule("c", Is(False)))
    if refused:
        with pytest.raises(InvalidInput, match="the table of a has a gap"):
            standard(rules=rules)
    else:
        assert standard(rules=rules).name == "test@1"


@pytest.mark.parametrize(
    ("questions", "problem"),
    [
        ((), "nobody is asked the question of a"),
        ((("a", ("no",)),), "a waits for an answer that its question does not take"),
        ((("a", ("yes", "no")), ("a", ("yes", "no"))), "two questions share an id"),
        ((("a", ("yes", "no")),), None),
    ],
)
def test_a_judgement_has_a_question_that_takes_its_answer(questions, problem):
    told = tuple(Question(id=i, text="?", answers=some, source="test") for i, some in questions)
    rules = (rule("a", OneOf(("yes",)), judgement=True), rule("b", Is(True)), rule("c", Is(False)))
    if problem is None:
        assert standard(rules=rules, questions=told).questions == told
    else:
        with pytest.raises(InvalidInput, match=problem):
            standard(rules=rules, questions=told)


def test_a_table_that_says_never_says_so_in_words():
    check = Boundary(
        at="row", column="col", default="a", rounding="nearest", table={"a": (1.0, None)}
    )
    never = examine(rule("x", check), facts(x=0.0, row=1.0, col="a"))
    assert (never.answer, never.threshold, never.margin) == ("unmet", -1.0, -1.0)
    assert never.text == "x: 0, too much was lost for any difference; unmet."
    past = examine(rule("x", check), facts(x=0.0, row=7.0, col="a"))
    assert (past.answer, past.threshold) == ("unmet", -1.0)


def test_a_row_below_the_table_is_no_row_of_it():
    check = Boundary(at="row", column="col", default="a", rounding="nearest", table={"a": (9.0,)})
    for row in (-0.001, -1.0, -40.0):
        assert examine(rule("x", check), facts(x=0.0, row=row, col="a")).answer == "unknown"


def test_changes_that_reach_two_levels_are_told_of_the_higher_one():
    levels = (
        Level(name="low", title="Low", paths=((),)),
        Level(name="middle", title="Middle", paths=(("a",),)),
        Level(name="high", title="High", paths=(("a", "b"), ("c",))),
    )
    grade = apply(standard(levels=levels), facts(a=False, b=True, c=True))
    assert [(lift.to, lift.changes) for lift in grade.lift] == [("high", ("a",)), ("high", ("c",))]


def test_an_unknown_standard_names_those_there_are():
    with pytest.raises(UnknownStandard, match=r"wwc@4\.1"):
        standard_named("wwc@9")


TABLE = Boundary(
    at="overall",
    column="attrition_assumption",
    default="strict",
    rounding="nearest",
    table={"strict": (1.0,), "lenient": (3.0,)},
)


def by_assumption(overall, lost):
    levels = (
        Level(name="low", title="Low", paths=((),)),
        Level(name="high", title="High", paths=(("a",),)),
    )
    known = {"overall": Fact(value=overall), "f": Fact(value=lost)}
    return apply(standard(rules=(rule("a", TABLE, fact="f"),), levels=levels), known)


def test_where_only_the_assumption_is_wanting_it_is_asked_for():
    grade = by_assumption(0.0, 2.0)
    assert (grade.level, grade.bounds.best) == ("low", "high")
    assert grade.reasons[0].text.endswith(
        ": 2, within the limit of one attrition assumption and not of another; which of them the "
        "protocol fixed is not known, so not counted as met."
    )
    assert [one.text for one in grade.lift] == [
        "High: say which attrition assumption the protocol fixed"
    ]


@pytest.mark.parametrize(("overall", "lost"), [(0.0, 4.0), (None, 2.0), (0.0, None)])
def test_elsewhere_the_rule_itself_is_what_lifts(overall, lost):
    assert all("protocol fixed" not in one.text for one in by_assumption(overall, lost).lift)

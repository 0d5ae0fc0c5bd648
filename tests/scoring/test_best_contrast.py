"""The best of several contrasts under a standard of single ones, and which of them is nearest."""

from scoring.best_contrast import best_of, rank
from scoring.evidence import Fact
from scoring.standards import Level, Rule, Standard, apply
from scoring.standards.rules import Is
from tests.scoring.standards.samples import sample


def rule(name, *, fixed=False):
    return Rule(
        id=name,
        title=name,
        fact=name,
        check=Is(True),
        source="test",
        lift=f"do {name}",
        fixed=fixed,
    )


STANDARD = Standard(
    id="test",
    version="1",
    title="Test",
    unit="contrast",
    source="test",
    rules=(rule("open", fixed=True), rule("a"), rule("b"), rule("c"), rule("drawn", fixed=True)),
    entry=("open",),
    levels=(
        Level(name="low", title="Low", paths=((),)),
        Level(name="middle", title="Middle", paths=(("a",),)),
        Level(name="high", title="High", paths=(("a", "b", "c"), ("a", "drawn"))),
        Level(name="top", title="Top", paths=(("a", "b", "c", "drawn"),)),
    ),
)


def best(*bodies):
    """Of contrasts with these rules met (the rest is not so): the grade of the best."""
    graded = []
    for number, told in enumerate(bodies, start=1):
        facts = {one.fact: Fact(value=one.id in told.split()) for one in STANDARD.rules}
        graded.append((sample(number), apply(STANDARD, facts)))
    return best_of(STANDARD, graded)


def lifts(grade):
    return [(lift.to, lift.changes, lift.studies) for lift in grade.lift]


def test_another_contrast_that_asks_for_less_is_told():
    grade = best("open a", "open b c")
    assert (grade.level, grade.bounds.worst, grade.bounds.best) == ("middle", "middle", "middle")
    assert lifts(grade) == [("high", ("a",), (("event-2", ("a",)),))]
    assert grade.lift[0].text == "High: of Study 2 (Town 2): do a"


def test_the_nearest_of_the_others_is_told_and_of_two_as_near_the_higher():
    assert lifts(best("open a", "open c", "open b c")) == [("high", ("a",), (("event-3", ("a",)),))]
    reaching = best("open a", "open b c", "open b c drawn")
    assert lifts(reaching) == [("top", ("a",), (("event-3", ("a",)),))]
    assert lifts(best("open a", "open b c", "open b c")) == [
        ("high", ("a",), (("event-2", ("a",)),))
    ]


def test_the_best_keeps_its_own_lift_where_no_other_asks_for_less():
    alone = best("open a b")
    assert lifts(alone) == [("high", ("c",), ())]
    assert lifts(best("open a b", "open b c")) == lifts(alone)
    assert lifts(best("open a b", "open c")) == lifts(alone)


def test_what_the_best_can_no_longer_become_gives_way_to_whatever_another_can():
    made_otherwise = best("open a b c")
    assert lifts(made_otherwise) == [("top", ("drawn",), ())]
    assert lifts(best("open a b c", "open drawn")) == [
        ("top", ("a", "b", "c"), (("event-2", ("a", "b", "c")),))
    ]
    assert lifts(best("open a b c", "open")) == lifts(made_otherwise)


def test_where_none_is_open_the_last_told_is_shown_as_it_is():
    grade = best("a", "b c")
    assert (grade.status, grade.bounds, grade.lift) == ("ungraded", None, ())
    assert rank(STANDARD, grade) == -1


def test_one_that_could_be_opened_is_no_better_than_one_that_is():
    grade = best("open", "a b c drawn")
    assert (grade.level, grade.bounds.best) == ("low", "low")


def test_the_best_bound_is_that_of_any():
    unsure = {one.fact: Fact(value=True) for one in STANDARD.rules} | {"a": Fact(value=None)}
    sure = {one.fact: Fact(value=False) for one in STANDARD.rules} | {
        "open": Fact(value=True),
        "a": Fact(value=True),
    }
    pairs = [(sample(1), apply(STANDARD, sure)), (sample(2), apply(STANDARD, unsure))]
    grade = best_of(STANDARD, pairs)
    assert (grade.level, grade.bounds.worst, grade.bounds.best) == ("middle", "middle", "top")


def test_what_nobody_knows_of_the_best_could_still_be_found_out():
    facts = {one.fact: Fact(value=one.id != "drawn" or None) for one in STANDARD.rules}
    unsure = (sample(1), apply(STANDARD, facts))
    other = {one.fact: Fact(value=one.id in ("open", "drawn")) for one in STANDARD.rules}
    grade = best_of(STANDARD, [unsure, (sample(2), apply(STANDARD, other))])
    assert lifts(grade) == [("top", ("drawn",), ())]

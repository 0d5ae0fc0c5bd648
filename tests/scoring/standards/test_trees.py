"""Standards by trees: exact bounds, only questions that matter, the smallest changes."""

from dataclasses import replace

import pytest

from scoring.errors import InvalidInput
from scoring.standards import TreeStandard, apply
from scoring.standards.rules import OneOf, Question, Rule
from scoring.standards.trees import (
    Ask,
    Branch,
    Domain,
    Several,
    asking,
    domain_rules,
    led,
    tree_levels,
    worse_of,
)
from scoring.standards.trees.tree import settled
from tests.scoring.standards.tree_cases import (
    completions,
    every_way,
    followed,
    reason,
    told,
)

SCALE = ("bad", "fair", "good")

# Second matters only where the first is answered yes; third only where it is no.
FIRST = Ask(
    "first",
    (
        Branch(("yes",), Ask("second", (Branch(("yes",), "good"), Branch(("no",), "bad")))),
        Branch(("no",), Ask("third", (Branch(("yes",), "fair"), Branch(("no",), "bad")))),
    ),
)
OTHER = Ask(
    "other",
    (Branch(("yes",), "good"), Branch(("some",), "fair"), Branch(("no",), "bad")),
)


def question(name, answers=("yes", "no")):
    return Question(id=name, text=f"Is {name} so?", answers=answers, source="test")


QUESTIONS = (
    question("first"),
    question("second"),
    question("third"),
    question("other", ("yes", "some", "no")),
    question("together"),
)


def domain(name, tree):
    return Domain(id=f"test.{name}", title=name.capitalize(), source="test", tree=tree)


def standard(**changes):
    domains = changes.get("domains", (domain("one", FIRST), domain("two", OTHER)))
    entry = Rule(
        id="test.entry",
        title="Open",
        fact="design",
        check=OneOf(("rct",)),
        source="test",
        lift="a trial",
    )
    facts = {
        "id": "test",
        "version": "1",
        "title": "Test",
        "unit": "contrast",
        "source": "test",
        "rules": (entry, *domain_rules(domains, ("good",))),
        "entry": ("test.entry",),
        "levels": tree_levels((("bad", "Bad"), ("fair", "Fair"), ("good", "Good")), domains),
        "questions": QUESTIONS,
        "domains": domains,
        "scale": SCALE,
        "overall_source": "test",
        "several": Several(judgement="fair", becomes="bad", number=2, question="together"),
        "provisional": False,
    }
    return TreeStandard(**facts | changes)


CHOICES = {one.id: one.answers for one in QUESTIONS}
PARTLY = [
    {name: answer for name, answer in one.items() if answer is not None}
    for one in every_way({name: (*answers, None) for name, answers in CHOICES.items()})
]


def test_bounds_are_exact_over_every_way_the_open_questions_can_be_answered():
    for known in PARTLY:
        grade = apply(standard(), told(**known))
        reached = {apply(standard(), told(**one)).level for one in completions(CHOICES, known)}
        assert grade.bounds.worst == min(reached, key=SCALE.index)
        assert grade.bounds.best == max(reached, key=SCALE.index)
        assert (grade.status == "determined") == (len(reached) == 1)
        assert grade.level == (grade.bounds.worst if len(reached) == 1 else None)


def test_only_questions_are_asked_whose_answer_can_still_change_the_level():
    for known in PARTLY:
        for asked in apply(standard(), told(**known)).judgements:
            rest = {name: CHOICES[name] for name in CHOICES if name not in (asked, *known)}
            assert any(
                len({apply(standard(), told(**known, **one, **{asked: a})).level for a in answers})
                > 1
                for one in every_way(rest)
                for answers in [CHOICES[asked]]
            )


def test_a_determined_grade_asks_nothing_and_an_open_one_always_asks_something():
    for known in PARTLY:
        grade = apply(standard(), told(**known))
        assert (grade.judgements == ()) == (grade.status == "determined")
        assert len(grade.missing) == len(grade.judgements)


def test_what_several_domains_add_up_to_is_asked_last_and_only_of_several():
    two_fair = {"first": "no", "third": "yes", "other": "some"}
    grade = apply(standard(), told(**two_fair))
    assert (grade.status, grade.judgements) == ("judgement_required", ("together",))
    assert grade.missing == ("Is together so?",)
    assert (grade.bounds.worst, grade.bounds.best) == ("bad", "fair")
    one_fair = two_fair | {"other": "yes"}
    assert apply(standard(), told(**one_fair)).level == "fair"
    assert apply(standard(), told(**one_fair, together="yes")).level == "fair"


def test_a_person_decides_what_several_domains_add_up_to():
    two_fair = {"first": "no", "third": "yes", "other": "some"}
    worse = apply(standard(), told(**two_fair, together="yes"))
    same = apply(standard(), told(**two_fair, together="no"))
    assert (worse.level, same.level) == ("bad", "fair")
    assert reason(worse, "test.overall").text == (
        "Overall: bad, as the domains add up. Is together so? Yes."
    )
    assert reason(same, "test.overall").text == (
        "Overall: fair, as in the worst domain. Is together so? No."
    )
    assert reason(same, "test.overall").event_ids == ("e-together",)


def test_so_many_that_nobody_is_asked_is_a_parameter():
    two_fair = {"first": "no", "third": "yes", "other": "some"}
    always = standard(several=replace(standard().several, always_from=2))
    grade = apply(always, told(**two_fair, together="no"))
    assert (grade.level, grade.judgements) == ("bad", ())
    assert [(lift.to, lift.changes) for lift in grade.lift] == [("fair", ("other",))]


def test_lifts_are_the_fewest_answers_that_would_have_to_be_different():
    one = apply(standard(), told(first="yes", second="no", other="yes"))
    assert [(lift.to, lift.changes) for lift in one.lift] == [("good", ("second",))]
    assert one.lift[0].text == 'Good: the answer yes to "Is second so?"'
    both = apply(standard(), told(first="yes", second="no", other="no"))
    assert [(lift.to, lift.changes) for lift in both.lift] == [
        ("good", ("second", "other")),
        ("fair", ("second", "other")),
    ]
    assert both.lift[1].text == (
        'Fair: the answer yes to "Is second so?"; and the answer some to "Is other so?"'
    )


def test_lifts_are_all_the_smallest_sets_of_answers_that_could_be_different():
    levels = [(one, apply(standard(), told(**one)).level) for one in every_way(CHOICES)]
    for full, level in levels:
        better = {
            frozenset(name for name in CHOICES if full[name] != other[name])
            for other, reached in levels
            if SCALE.index(reached) > SCALE.index(level)
        }
        fewest = min(map(len, better), default=0)
        lifts = apply(standard(), told(**full)).lift
        assert {frozenset(lift.changes) for lift in lifts} == {
            changed for changed in better if len(changed) == fewest
        }


def test_a_gap_that_decides_nothing_is_passed_by():
    grade = apply(standard(), told(second="no", third="no", other="yes"))
    assert grade.level == "bad"
    assert reason(grade, "test.one").text == "One: bad. Is second so? No."
    assert reason(grade, "test.one").event_ids == ("e-second",)


def test_answers_off_the_path_are_told_only_while_the_domain_is_open():
    settled_one = apply(standard(), told(first="yes", second="yes", third="no"))
    assert [one.rule for one in settled_one.reasons] == [
        "test.entry",
        "test.one",
        "first",
        "second",
        "test.two",
        "test.overall",
    ]
    open_one = apply(standard(), told(second="no", third="yes"))
    assert [one.rule for one in open_one.reasons] == [
        "test.entry",
        "test.one",
        "second",
        "third",
        "test.two",
        "test.overall",
    ]


def test_an_answer_is_met_where_it_keeps_the_best_within_reach():
    grade = apply(standard(), told(first="no", third="yes", other="yes"))
    assert reason(grade, "first").answer == "unmet"
    assert reason(grade, "third").answer == "met"
    assert reason(grade, "test.one").answer == "unmet"
    assert reason(grade, "test.two").answer == "met"


def test_what_is_not_among_the_answers_is_no_answer():
    grade = apply(standard(), told(first="perhaps", second="yes", other=True))
    assert grade.judgements == ("first", "other")
    assert reason(grade, "test.one").text == (
        "One: not settled, still bad, fair or good. Next: Is first so?"
    )


def test_a_subject_it_is_not_for_is_ungraded():
    grade = apply(standard(), told(design="cohort", first="yes"))
    assert (grade.status, grade.level, grade.missing) == ("ungraded", None, ("Open",))
    assert grade.bounds is None
    assert [one.rule for one in grade.reasons] == ["test.entry", "test.one", "first", "test.two"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"domains": (domain("one", FIRST), domain("two", FIRST))}, "two domains ask one question"),
        ({"questions": QUESTIONS[1:]}, "not one branch for each answer of first"),
        ({"questions": (*QUESTIONS, question("spare"))}, "differ by ['spare']"),
        (
            {"domains": (domain("one", FIRST), domain("two", Ask("other", OTHER.branches[1:])))},
            "not one branch for each answer of other",
        ),
        (
            {
                "domains": (
                    domain("one", FIRST),
                    domain("two", Ask("other", (Branch(("yes", "some", "no"), "good"),))),
                )
            },
            "a question of test.two decides nothing",
        ),
        (
            {
                "domains": (
                    domain("one", Ask("first", (Branch(("yes",), FIRST), Branch(("no",), "bad")))),
                    domain("two", OTHER),
                )
            },
            "first is asked twice on a path",
        ),
        (
            {
                "domains": (
                    domain("one", FIRST),
                    domain("two", led(OTHER, lambda end: "awful" if end == "bad" else end)),
                )
            },
            "awful is not a judgement of the scale",
        ),
        ({"reads_as": (("fair", "bad"),)}, "scale and levels differ by ['fair']"),
    ],
)
def test_trees_that_contradict_themselves_are_refused(changes, problem):
    with pytest.raises(InvalidInput, match="test@1") as refused:
        standard(**changes)
    assert problem in str(refused.value)


def test_a_tree_that_asks_nothing_is_refused():
    with pytest.raises(InvalidInput, match="is bad whatever is answered"):
        asking("bad")


def test_of_two_parts_the_worse_counts_and_what_it_makes_idle_is_not_asked():
    both = worse_of(FIRST, OTHER, SCALE)
    for answers in every_way(
        {name: CHOICES[name] for name in ("first", "second", "third", "other")}
    ):
        parts = followed(FIRST, answers), followed(OTHER, answers)
        assert followed(both, answers) == min(parts, key=SCALE.index)
    assert settled(both, {"other": "no"}) == "bad"
    assert settled(both, {"first": "yes", "second": "no"}) == "bad"


def test_a_lift_names_questions_which_the_standard_knows_as_rules_for_a_person():
    asked = standard().by_id["first"]
    assert (asked.title, asked.fact, asked.judgement) == ("Is first so?", "first", True)
    assert (asked.source, asked.check) == ("test", OneOf(("yes", "no")))
    assert asked.lift == 'another answer to "Is first so?"'


def test_of_many_equally_small_changes_a_few_are_shown():
    names = [f"q{number}" for number in range(8)]
    tree = "bad"
    for name in reversed(names):
        tree = Ask(name, (Branch(("yes",), "good"), Branch(("no",), tree)))
    many = standard(
        domains=(domain("one", tree),), questions=tuple(map(question, names)), several=None
    )
    grade = apply(many, told(**dict.fromkeys(names, "no")))
    assert [lift.changes for lift in grade.lift] == [(name,) for name in names[:6]]


def test_an_open_domain_is_told_with_what_it_can_still_be():
    grade = apply(standard(), told(first="no", other="yes"))
    open_ = reason(grade, "test.one")
    assert (open_.answer, open_.observed, open_.threshold) == ("unknown", None, "good")
    assert open_.text == "One: not settled, still bad or fair. Next: Is third so?"
    overall = reason(grade, "test.overall")
    assert (overall.answer, overall.observed) == ("unknown", None)
    assert overall.text == "Overall: not settled, still bad or fair."


def test_a_settled_domain_is_met_only_at_its_best():
    grade = apply(standard(), told(first="yes", second="yes", other="some"))
    best, fair, overall = (reason(grade, f"test.{name}") for name in ("one", "two", "overall"))
    assert (best.answer, best.observed) == ("met", "good")
    assert (fair.answer, fair.observed) == ("unmet", "fair")
    assert (overall.answer, overall.observed, overall.verified) == ("unmet", "fair", True)


def test_every_level_has_its_name_and_title():
    assert [(level.name, level.title) for level in standard().levels] == [
        ("bad", "Bad"),
        ("fair", "Fair"),
        ("good", "Good"),
    ]

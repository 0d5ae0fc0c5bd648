"""What holds of every standard there is, whatever it asks."""

from functools import cache
from itertools import islice, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.certainty_facts import certainty_facts
from scoring.evidence import Fact
from scoring.facts import contrast_facts
from scoring.pools import PARTS
from scoring.published import grade_contrast, published
from scoring.standards import STANDARDS, Certainty, Standard, TreeStandard, apply, examine
from scoring.standards.rules import FirstKnown, level_reached
from tests.scoring.evidence import subject
from tests.scoring.standards.made_contrasts import (
    answered,
    made,
    recorded,
    with_fact,
)
from tests.scoring.standards.made_facts import (
    as_facts,
    asked,
    leading,
    meeting,
    met,
    pool,
    rank,
    reachable,
    reached,
    worst,
)

BY_PATHS = {n: s for n, s in STANDARDS.items() if type(s) is Standard}
BY_TREES = {n: s for n, s in STANDARDS.items() if isinstance(s, TreeStandard)}
BY_STEPS = {n: s for n, s in STANDARDS.items() if isinstance(s, Certainty)}
OF_CONTRASTS = {n: s for n, s in STANDARDS.items() if s.unit == "contrast"}
SEEDS = range(600)
# Ways to tell the facts of one rule that are tried at most.
WAYS = 2000

seeds = st.integers(0, 10**6)
checked = settings(max_examples=150, deadline=None)


@cache
def shapes():
    """Contrasts and answers of every shape, always the same."""
    return [(made(seed), answered(seed)) for seed in SEEDS]


def names_of(standard):
    return [level.name for level in standard.levels]


def place(standard, name):
    return -1 if name is None else names_of(standard).index(name)


def worst_and_best(standard, graded):
    """Places of the bounds; -1 where it is ungraded."""
    if graded.bounds is None:
        return -1, -1
    return place(standard, graded.bounds.worst), place(standard, graded.bounds.best)


def test_every_standard_is_of_a_kind_that_is_tested_here():
    assert {*BY_PATHS, *BY_TREES, *BY_STEPS} == set(STANDARDS)
    assert all(standard.unit in ("contrast", "body") for standard in STANDARDS.values())


@pytest.mark.parametrize(
    ("name", "level"), [(n, level) for n, s in BY_PATHS.items() for level in names_of(s)]
)
def test_every_level_can_be_reached_exactly(name, level):
    standard = BY_PATHS[name]
    wanted = next(one for one in standard.levels if one.name == level)
    assert reached(standard, wanted) is not None


@pytest.mark.parametrize("name", BY_STEPS)
def test_every_level_of_steps_is_a_bound_of_some_evidence(name):
    standard = BY_STEPS[name]
    graded = [published(standard, subject(one, judgements=told)).grade for one, told in shapes()]
    told = [one.bounds for one in graded if one.bounds is not None]
    assert {end for one in told for end in (one.worst, one.best)} == set(names_of(standard))


@pytest.mark.parametrize(
    ("name", "judgement"), [(n, judgement) for n, s in BY_TREES.items() for judgement in s.scale]
)
def test_every_judgement_of_trees_is_reached_by_some_answers(name, judgement):
    standard = BY_TREES[name]
    entry = [rule for rule in standard.rules if rule.id in standard.entry]
    opened = next(f for f in map(contrast_facts, _ones()) if _met(entry, f))
    ends = [reachable(domain.tree) for domain in standard.domains]
    chosen = next(i for i, some in enumerate(ends) if judgement in some)
    wanted = [max(some, key=standard.scale.index) for some in ends]
    wanted[chosen] = judgement
    answers = {}
    for domain, end in zip(standard.domains, wanted, strict=True):
        answers |= leading(domain.tree, end)
    graded = apply(standard, {**opened, **as_facts(answers)})
    assert graded.level == standard.level_of(min(wanted, key=standard.scale.index))


@pytest.mark.parametrize("name", BY_TREES)
def test_every_level_of_trees_is_that_of_a_judgement_all_domains_can_better(name):
    standard = BY_TREES[name]
    ends = [reachable(domain.tree) for domain in standard.domains]
    best = min((max(some, key=standard.scale.index) for some in ends), key=standard.scale.index)
    reached_ = {j for some in ends for j in some if standard.scale.index(j) <= _at(standard, best)}
    assert {standard.level_of(j) for j in reached_} == set(names_of(standard))


def _at(standard, judgement):
    return standard.scale.index(judgement)


def _ones():
    return [one for one, _ in shapes()]


def _met(rules, facts):
    return all(examine(rule, facts).answer == "met" for rule in rules)


@pytest.mark.parametrize("name", STANDARDS)
def test_every_rule_can_be_met_and_can_fail(name):
    standard = STANDARDS[name]
    for rules in (standard.rules, getattr(standard, "contrast_rules", ())):
        tried = pool(rules)
        for rule in rules:
            parts = {n: v for n, v in tried.items() if n in asked(rule)}
            ways = islice(product(*parts.values()), WAYS)
            found = {bool(met([rule], dict(zip(parts, way, strict=True)))) for way in ways}
            assert found == {True, False}, rule.id


@pytest.mark.parametrize("name", STANDARDS)
def test_every_rule_on_a_contrast_is_met_by_one_that_can_be_recorded(name):
    """So no rule waits for a word or a number that no contrast can bring."""
    standard = STANDARDS[name]
    rules = standard.contrast_rules if name in BY_PATHS else ()
    open_ = {rule.id: rule for rule in (*rules, *(standard.rules if name in OF_CONTRASTS else ()))}
    open_ = {i: r for i, r in open_.items() if not _of_others(standard, r)}
    for one, told in shapes():
        facts = contrast_facts(one, told, others=[one])
        open_ = {i: r for i, r in open_.items() if examine(r, facts).answer != "met"}
    assert not open_


def _of_others(standard, rule):
    """Whether it asks the rating of another standard, or the judgement of a domain."""
    ratings = {rating.fact for rating in getattr(standard, "ratings", ())}
    domains = {domain.id for domain in getattr(standard, "domains", ())}
    return bool(asked(rule) & (ratings | domains))


def test_no_two_rules_share_an_id_but_in_versions_of_one_standard():
    owners = {}
    for standard in STANDARDS.values():
        for rule in standard.every_rule:
            owners.setdefault(rule.id, []).append(standard.id)
    assert {i: own for i, own in owners.items() if len(set(own)) > 1} == {}


def test_no_two_questions_share_an_id_and_each_is_asked_in_words():
    questions = [q for standard in STANDARDS.values() for q in standard.questions]
    assert len({q.id for q in questions}) == len(questions)
    assert all(q.text.strip() and len(q.answers) > 1 for q in questions)


@pytest.mark.parametrize("name", STANDARDS)
def test_every_fact_that_is_asked_for_is_brought(name):
    standard = STANDARDS[name]
    of_a_contrast = set(contrast_facts(made(1))) | {q.id for q in standard.questions}
    brought = of_a_contrast if standard.unit == "contrast" else _of_a_body(standard)
    brought |= {domain.id for domain in getattr(standard, "domains", ())}
    ratings = {rating.fact for rating in getattr(standard, "ratings", ())}
    for rule in standard.rules:
        assert asked(rule) <= brought, rule.id
    for rule in getattr(standard, "contrast_rules", ()):
        assert asked(rule) <= of_a_contrast | ratings, rule.id


def _of_a_body(standard):
    told = {q.id for q in standard.questions}
    if isinstance(standard, Certainty):
        body = subject(*(made(seed, number=seed) for seed in range(1, 6)))
        facts = certainty_facts(
            body.contrasts,
            body,
            bias=lambda by, one: grade_contrast(STANDARDS[by], one),
        )
        return told | set(facts)
    pooled = {f"{one.fact}_{part}" for one in standard.pools for part in PARTS}
    return told | pooled | {tally.fact for tally in standard.tallies}


# Where a fact is not told something else stands for it, so that its absence is no unknown.
STANDS_IN = {
    "units_intervention": "of people randomised the number assigned",
    "units_comparison": "of people randomised the number assigned",
    "assignment_unit": "groups in a cluster trial by its design, people in any other",
    "icc": "the WWC's own default",
    "mdes": "computed from the numbers assigned",
}


@checked
@given(st.sampled_from(sorted(STANDARDS)), seeds, st.sampled_from(recorded()))
def test_an_unknown_fact_is_never_better_than_a_known_one(name, seed, fact):
    group, field = fact
    if field in STANDS_IN:
        return
    standard = STANDARDS[name]
    known, told = made(seed, known=0.9), answered(seed, known=0.9)
    blind = with_fact(known, group, field, None)
    before, after = (
        worst_and_best(standard, published(standard, subject(one, judgements=told)).grade)
        for one in (known, blind)
    )
    assert after[0] <= before[0]


def _stood_in_for(standard):
    """Questions that something else answers where nobody does, with the facts that do.

    Data, until a person says otherwise; or what was recorded of a result.
    """
    checks = {r.fact: r.check for r in standard.every_rule if isinstance(r.check, FirstKnown)}
    data = {name: {fact for fact, _ in c.alternatives[1:]} for name, c in checks.items()}
    told = {one.question: set() for one in getattr(standard, "recorded", ())}
    for one in getattr(standard, "recorded", ()):
        told[one.question] |= asked(one.rule)
    return data | told


@checked
@given(st.sampled_from(sorted(STANDARDS)), seeds, seeds)
def test_an_answer_not_given_is_never_better_than_one_given(name, seed, which):
    standard = STANDARDS[name]
    one, told = made(seed, known=0.9), answered(seed, known=1.0)
    questions = [q.id for q in standard.questions if q.id not in _stood_in_for(standard)]
    if not questions:
        return
    silent = questions[which % len(questions)]
    rest = [answer for answer in told if answer.question != silent]
    before, after = (
        worst_and_best(standard, published(standard, subject(one, judgements=some)).grade)
        for some in (told, rest)
    )
    assert after[0] <= before[0]


ANSWERED_BY_DATA = sorted(n for n, s in STANDARDS.items() if _stood_in_for(s))


@checked
@given(st.sampled_from(ANSWERED_BY_DATA), seeds, seeds)
def test_nor_is_one_that_data_could_have_answered_and_do_not(name, seed, which):
    standard = STANDARDS[name]
    one, told = made(seed, known=0.9), answered(seed, known=1.0)
    silent, data = sorted(_stood_in_for(standard).items())[which % len(_stood_in_for(standard))]
    facts = _facts_for(standard, one, told)
    unknown = {fact: Fact(value=None) for fact in {silent, *data}}
    before, after = (
        worst_and_best(standard, apply(standard, some)) for some in (facts, {**facts, **unknown})
    )
    assert after[0] <= before[0]


def _facts_for(standard, one, told):
    if not isinstance(standard, Certainty):
        return contrast_facts(one, told)

    def bias(by, contrast):
        return grade_contrast(STANDARDS[by], contrast, told)

    return certainty_facts([one], subject(one, judgements=told), bias=bias)


@checked
@given(st.sampled_from(sorted(STANDARDS)), seeds)
def test_a_level_lies_within_its_bounds(name, seed):
    standard = STANDARDS[name]
    bodies = [made(seed, number=number) for number in range(1, 4)]
    graded = published(standard, subject(*bodies, judgements=answered(seed))).grade
    low, high = worst_and_best(standard, graded)
    assert low <= high
    if graded.level is not None:
        assert low <= place(standard, graded.level) <= high
    if graded.status == "ungraded":
        assert (graded.level, graded.bounds) == (None, None)


@checked
@given(st.sampled_from(sorted(set(BY_PATHS) & set(OF_CONTRASTS))), seeds)
def test_a_lift_that_is_applied_reaches_the_level_it_names(name, seed):
    standard = BY_PATHS[name]
    graded = grade_contrast(standard, made(seed), answered(seed))
    ids = frozenset(reason.rule for reason in graded.reasons if reason.answer == "met")
    for lift in graded.lift:
        then = level_reached(standard, ids | set(lift.changes)).name
        assert place(standard, then) >= place(standard, lift.to)
        assert place(standard, lift.to) > place(standard, graded.bounds.worst)


@pytest.mark.parametrize("name", BY_PATHS)
def test_lifts_told_of_made_facts_are_true_of_them(name):
    """From the worst facts on: meet what the lift asks, and the level is at least as it says."""
    standard = BY_PATHS[name]
    tried = pool(standard.rules)
    start = next(
        meeting(standard, dict.fromkeys(standard.entry), worst(standard.rules, tried), tried)
    )
    for lift in apply(standard, as_facts(start)).lift:
        wanted = dict.fromkeys((*standard.entry, *lift.changes))
        lifted = next(meeting(standard, wanted, start, tried), None)
        assert lifted is not None, lift.text
        assert rank(standard, lifted) >= place(standard, lift.to)

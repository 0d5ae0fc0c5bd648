"""Bodies of evidence: independent samples counted, effects pooled, over what is not known."""

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.bodies import counted, tallied_facts
from scoring.evidence import Money
from scoring.examined import examined
from scoring.pools import TRIED_AT_MOST, pooled_facts, worlds
from scoring.published import grade_body
from scoring.standards import standard_named
from scoring.standards.rules import (
    Compare,
    Either,
    Is,
    Level,
    OneOf,
    Pool,
    Rating,
    Rule,
    Standard,
    Tally,
)
from scoring.synthesis import synthesise
from tests.scoring.standards.samples import AGAINST, FOR, HARMED, NULL, quasi, sample

COUNTING = (
    "essa@2015",
    "nesta@2013",
    "eif@2017",
    "pathways@2021",
    "title-iv-e@2.0",
    "cebc@1",
    "blueprints@1",
)


def rule(name, check, fact):
    return Rule(id=name, title=name, fact=fact, check=check, source="test", lift=f"do {name}")


def standard(*, distinct="sample", share_of=()):
    """Counts and pools samples with a manual; `share_of` those with training."""
    return Standard(
        id="test",
        version="1",
        title="Test",
        unit="body",
        source="test",
        contrast_rules=(
            rule("has_manual", Is(True), "manual"),
            rule("has_training", Is(True), "training"),
        ),
        tallies=(
            Tally(fact="manuals", title="a manual", paths=(("has_manual",),), distinct=distinct),
        ),
        pools=(
            Pool(
                fact="mean",
                title="Mean",
                paths=(("has_manual",),),
                share_of=(("has_training",),),
            ),
        ),
        rules=(
            rule("two", Compare(">=", 2), "manuals"),
            rule("above", Compare(">", 0.0), "mean_low"),
        ),
        levels=(
            Level(name="low", title="Low", paths=((),)),
            Level(name="high", title="High", paths=(("two", "above"),)),
        ),
    )


def tally(*contrasts, distinct="sample"):
    rules = standard(distinct=distinct)
    return tallied_facts(rules, [examined(rules, one) for one in contrasts])["manuals"]


def pooled(*contrasts, among=None):
    rules = standard()
    told = [examined(rules, one) for one in contrasts]
    facts = pooled_facts(rules, told, worlds(rules, told) if among is None else among)
    return {name.removeprefix("mean_"): fact for name, fact in facts.items()}


WITHOUT = {"manual": False}
UNKNOWN = {"manual": None}


def test_a_sample_counts_once_however_many_contrasts_it_has():
    twice = replace(sample(2), site=" town  1 ", cohort="COHORT")
    assert tally(sample(1), twice).value == 1
    assert tally(sample(1), replace(twice, cohort="another")).value == 2


def test_a_study_of_several_samples_counts_once_where_studies_are_counted():
    second = replace(sample(2), study="study  1")
    assert tally(sample(1), second, distinct="study").value == 1
    assert tally(sample(1), second).value == 2


def test_what_is_not_known_could_still_be_counted():
    fact = tally(sample(1), sample(2, implementation=UNKNOWN), sample(3, implementation=WITHOUT))
    assert (fact.value, fact.up_to) == (1, 2)


def test_another_contrast_of_a_counted_sample_leaves_nothing_open():
    same = replace(sample(2, implementation=UNKNOWN), site="Town 1")
    assert tally(sample(1), same).up_to is None


def test_the_events_of_what_is_counted_are_named():
    fact = tally(sample(1), sample(2, implementation=WITHOUT), sample(3, event_ids=("a", "b")))
    assert fact.event_ids == ("event-1", "a", "b")


def test_how_each_contrast_stands_is_told_with_what_it_wants():
    rules = standard_named("title-iv-e@2.0")
    told = [
        examined(rules, one)
        for one in (
            sample(1, months_since_end=3.0, reporting={"published_year": None}),
            sample(2, NULL),
        )
    ]
    by = {(c.fact, c.event_id): c for c in counted(rules, told)}
    near = by["lasting", "event-1"]
    assert near.state == "not counted"
    assert near.wanting == ("title_iv_e.eligible_year", "title_iv_e.sustained_6")
    assert near.text == (
        "a study published in 1990 or later; and measured 6 months or more after the programme "
        "ended"
    )
    assert by["favourable", "event-1"].state == "possible"
    assert by["favourable", "event-2"].text == (
        "no fact about this study can change that: it takes another study"
    )


def test_a_rating_that_is_wanting_names_what_the_rating_itself_asks_for():
    rules = standard_named("pathways@2021")
    told = examined(rules, sample(1, conduct={"confounding_factor": None}))
    standing = counted(rules, [told])[1]
    assert (standing.state, standing.wanting) == ("possible", ("pathways.rated",))
    assert standing.text == "show that nothing else always went with one of the groups"


def test_a_design_that_can_never_be_rated_so_high_is_out_of_reach():
    rules = standard_named("blueprints@1")
    told = examined(rules, quasi(1))
    assert told.needs["blueprints.high"] is None
    assert told.needs["blueprints.rated"] == ()


def test_a_rating_shut_for_want_of_facts_alone_could_still_be_given():
    worth = rule("worth", OneOf(("high", "very_high")), "value")
    rules = Standard(
        id="worthwhile",
        version="1",
        title="Worthwhile",
        unit="body",
        source="test",
        ratings=(Rating(fact="value", standard="dft-vfm@1"),),
        contrast_rules=(worth,),
        tallies=(Tally(fact="worthy", title="high value", paths=(("worth",),)),),
        rules=(rule("one", Compare(">=", 1), "worthy"),),
        levels=(
            Level(name="low", title="Low", paths=((),)),
            Level(name="high", title="High", paths=(("one",),)),
        ),
    )
    untold = examined(rules, sample(1))
    assert untold.answers["worth"] == "unknown"
    assert [need.id for need in untold.needs["worth"]] == ["dft_vfm.priced", "dft_vfm.twice"]
    poor = examined(rules, sample(1, money=Money(pv_costs=1.0, pv_benefits=0.5)))
    assert poor.answers["worth"] == "unmet"


def test_a_pool_is_the_common_effect_of_its_samples():
    found = pooled(
        sample(1, (0.3, 0.1)), sample(2, (0.1, 0.2)), sample(3, AGAINST, implementation=WITHOUT)
    )
    expected = synthesise([0.3, 0.1], [0.01, 0.04], method="EE", test="z")
    assert found["estimate"].value == pytest.approx(expected.estimate, abs=1e-12)
    assert found["low"].value == pytest.approx(expected.ci_low, abs=1e-12)
    assert found["high"].value == pytest.approx(expected.ci_high, abs=1e-12)
    assert found["people"].value == 1600
    assert found["sites"].value == 6
    assert found["share_pct"].value == pytest.approx(100.0)
    assert found["estimate"].up_to is None


def test_the_share_of_a_pool_is_of_its_weight():
    found = pooled(sample(1, (0.3, 0.1)), sample(2, (0.1, 0.2), implementation={"training": False}))
    assert found["share_pct"].value == pytest.approx(80.0)
    unknown = pooled(
        sample(1, (0.3, 0.1)), sample(2, (0.1, 0.2), implementation={"training": None})
    )
    assert (unknown["share_pct"].value, unknown["share_pct"].up_to) == pytest.approx((80.0, 100.0))


def test_a_sample_gives_a_pool_the_contrast_that_was_told_first():
    later = replace(sample(2, (0.9, 0.1)), site="Town 1")
    assert pooled(later, sample(1, (0.3, 0.1)))["estimate"].value == pytest.approx(0.3)


def test_without_an_effect_in_deviations_a_pool_has_no_estimate_and_its_people_still_count():
    result = replace(sample(2).result, measure="MD")
    found = pooled(sample(1), replace(sample(2), result=result))
    assert (found["estimate"].value, found["low"].value) == (None, None)
    assert found["people"].value == 1600
    assert (found["share_pct"].value, found["share_pct"].up_to) == (100.0, None)


def share(*trained, weighed=(True, True)):
    """The share of a pool whose samples have training or not (None: nobody told), and its most."""
    body = []
    for number, (training, known) in enumerate(zip(trained, weighed, strict=True), start=1):
        one = sample(number, implementation={"training": training})
        unit = replace(one.result, measure="MD")
        body.append(one if known else replace(one, result=unit))
    found = pooled(*body)["share_pct"]
    return found.value, found.up_to


def test_a_weight_that_is_not_known_could_be_next_to_nothing_or_to_everything():
    assert share(True, False) == (50.0, None)
    assert share(True, False, weighed=(True, False)) == (0.0, 100.0)
    assert share(False, True, weighed=(True, False)) == (0.0, 100.0)
    assert share(True, None, weighed=(True, False)) == (0.0, 100.0)
    assert share(False, False, weighed=(True, False)) == (0.0, None)
    assert share(True, True, weighed=(True, False)) == (100.0, None)


def test_where_no_weight_is_known_the_share_is_that_of_all_or_of_none():
    neither = (False, False)
    assert share(True, True, weighed=neither) == (100.0, None)
    assert share(False, False, weighed=neither) == (0.0, None)
    assert share(True, False, weighed=neither) == (0.0, 100.0)


def test_of_six_that_may_belong_every_way_is_tried_and_of_seven_none():
    def ways(number):
        body = [sample(i, implementation=UNKNOWN) for i in range(number)]
        return worlds(standard(), [examined(standard(), one) for one in body])

    assert len(ways(6)) == 2**6
    assert ways(7) is None


def test_people_that_nobody_counted_could_be_any_number():
    found = pooled(sample(1), sample(2, flow={"analysed_comparison": None, "sites": None}))
    assert (found["people"].value, found["people"].up_to) == (800, float("inf"))
    assert (found["sites"].value, found["sites"].up_to) == (4, float("inf"))


def test_a_contrast_that_may_belong_gives_a_pool_the_least_and_the_most():
    open_ = sample(2, (-0.3, 0.1), implementation=UNKNOWN)
    found = pooled(sample(1, (0.3, 0.1)), open_)
    assert (found["estimate"].value, found["estimate"].up_to) == pytest.approx((0.0, 0.3))
    assert (found["people"].value, found["people"].up_to) == (800, 1600)


def test_a_pool_of_too_many_unknown_members_is_not_known_at_all():
    open_ = [sample(i, implementation=UNKNOWN) for i in range(2, TRIED_AT_MOST + 3)]
    rules = standard()
    told = [examined(rules, one) for one in [sample(1), *open_]]
    assert worlds(rules, told) is None
    assert pooled(sample(1), *open_)["estimate"].value is None
    grade = grade_body(rules, [sample(1), *open_])
    assert (grade.level, grade.bounds.best) == ("low", "high")


@pytest.mark.parametrize(("verified", "told"), [(True, True), (False, False)])
def test_what_a_pool_rests_on_is_verified_where_another_fact_could_serve_as_well(verified, told):
    known = standard()
    manual, training = known.contrast_rules
    either = Either((("mean_low", Compare(">", 0.0)), ("trained", Compare(">=", 9))))
    rules = replace(
        known,
        contrast_rules=(replace(manual, verified=verified), training),
        tallies=(Tally(fact="trained", title="training", paths=(("has_training",),)),),
        rules=(rule("above", either, "mean_low"),),
        levels=(
            Level(name="low", title="Low", paths=((),)),
            Level(name="high", title="High", paths=(("above",),)),
        ),
    )
    (reason,) = grade_body(rules, [sample(1)]).reasons
    assert (reason.answer, reason.verified) == ("met", told)


def test_an_empty_pool_is_not_known():
    assert pooled(sample(1, implementation=WITHOUT))["people"].value is None


@pytest.mark.parametrize("name", [*COUNTING, "wwc@5.0"])
def test_the_order_of_contrasts_never_matters(name):
    body = [
        sample(1, months_since_end=None),
        quasi(2, (0.2, 0.09), harms=None),
        sample(3, AGAINST, conduct={"confounding_factor": None}),
    ]
    grades = {repr(grade_body(standard_named(name), order)) for order in permutations(body)}
    assert len(grades) == 1


# What is not told, and every way that it could turn out.
OPEN = {
    "harms": (None, ((), HARMED)),
    "months_since_end": (None, (12.0, 7.0, 3.0)),
    "found": ((0.3, None), (FOR, NULL, AGAINST)),
    "confounding_factor": (
        {"confounding_factor": None},
        ({"confounding_factor": False}, {"confounding_factor": True}),
    ),
    "usual_care_setting": (
        {"usual_care_setting": None},
        ({"usual_care_setting": True}, {"usual_care_setting": False}),
    ),
    "peer_reviewed": ({"peer_reviewed": None}, ({"peer_reviewed": True}, {"peer_reviewed": False})),
    "evaluator": ({"evaluator": None}, ({"evaluator": "independent"}, {"evaluator": "developer"})),
    "manual": ({"manual": None}, ({"manual": True}, {"manual": False})),
    "theory_of_change": (
        {"theory_of_change": None},
        ({"theory_of_change": True}, {"theory_of_change": False}),
    ),
}
GROUP = {
    "confounding_factor": "conduct",
    "usual_care_setting": "conduct",
    "peer_reviewed": "reporting",
    "evaluator": "reporting",
    "manual": "implementation",
    "theory_of_change": "implementation",
}


def built(number, make, found, told):
    """A sample with these facts told, or left open."""
    facts = {"found": found}
    for name, value in told.items():
        group = GROUP.get(name)
        if group is None:
            facts[name] = value
        else:
            facts[group] = facts.get(group, {}) | value
    return make(number, facts.pop("found"), **facts)


samples = st.tuples(
    st.sampled_from([sample, quasi]),
    st.sampled_from([FOR, NULL, AGAINST]),
    st.sets(st.sampled_from(sorted(OPEN)), max_size=2),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(samples, min_size=1, max_size=2), st.sampled_from([*COUNTING, "wwc@5.0"]))
def test_bounds_are_the_worst_and_the_best_of_every_way_the_unknown_could_turn_out(body, name):
    rules = standard_named(name)
    names = [level.name for level in rules.levels]
    grade = grade_body(
        rules,
        [
            built(i, make, found, {n: OPEN[n][0] for n in open_})
            for i, (make, found, open_) in enumerate(body, 1)
        ],
    )
    if grade.bounds is None:
        return
    ways = [
        [
            dict(zip(sorted(open_), values, strict=True))
            for values in product(*(OPEN[n][1] for n in sorted(open_)))
        ]
        for _, _, open_ in body
    ]
    found = [
        grade_body(
            rules,
            [
                built(i, make, effect, told)
                for i, ((make, effect, _), told) in enumerate(zip(body, way, strict=True), 1)
            ],
        ).bounds
        for way in product(*ways)
    ]
    assert names.index(grade.bounds.worst) == min(names.index(b.worst) for b in found)
    assert names.index(grade.bounds.best) == max(names.index(b.best) for b in found)

"""The laws of the house grade, over evidence of every shape."""

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import explain, grade
from scoring.evidence import Baseline, Conduct, Flow, Judgement, Promise
from scoring.facts import contrast_facts
from scoring.standards import STANDARDS, apply
from scoring.standards.candour_confidence import CONFIDENCE
from scoring.standards.candour_design import TIERS
from tests.scoring.evidence import ratio, smd, subject

ELSEWHERE = ("works", "harmful", "no detectable effect")
DESIGNS = (
    "rct",
    "cluster_rct",
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
    "interrupted_time_series",
    "cross_section",
    "pre_post",
    "monitoring",
)
perhaps = st.sampled_from([None, True, False])
counts = st.sampled_from([None, 100, 500])

conducts = st.builds(
    Conduct,
    design=st.sampled_from(DESIGNS),
    comparator=st.sampled_from([None, "usual_care", "before_period", "none"]),
    units_intervention=st.sampled_from([None, 1, 10]),
    units_comparison=st.sampled_from([None, 1, 10]),
    confounding_factor=st.sampled_from([None, True, False, False, False]),
    **dict.fromkeys(
        (
            "randomisation_compromised",
            "adjusted_for_baseline",
            "controls_adequate",
            "comparison_similar",
            "parallel_trends",
            "assignment_valid",
            "contamination",
        ),
        perhaps,
    ),
)
flows = st.builds(
    Flow,
    assigned_intervention=st.sampled_from([None, 500]),
    assigned_comparison=st.sampled_from([None, 500]),
    analysed_intervention=st.sampled_from([None, 480, 300]),
    analysed_comparison=st.sampled_from([None, 480, 470]),
    attrition_assumption=st.sampled_from([None, "cautious", "optimistic"]),
    joiners_risk=perhaps,
)
baselines = st.lists(
    st.builds(
        Baseline,
        measure=st.just("age"),
        standardised_difference=st.sampled_from([None, 0.0, 0.1, 0.3]),
    ),
    max_size=2,
).map(tuple)
promises = st.builds(
    Promise,
    in_advance=perhaps,
    measure=st.sampled_from([None, "measure", "other"]),
    switched=perhaps,
    horizon_months=st.sampled_from([None, 12.0, 24.0]),
    smallest_worthwhile=st.sampled_from([None, 0.1, 0.3]),
)


@st.composite
def contrasts(draw, number):
    make = draw(st.sampled_from([smd, ratio]))
    y, se = draw(st.floats(-0.8, 0.8)), draw(st.floats(0.03, 0.4))
    facts = {
        "number": number,
        "conduct": draw(conducts),
        "flow": draw(flows),
        "baseline": draw(baselines),
        "promise": draw(promises),
        "site": f"site-{draw(st.integers(0, 6))}",
        "context": draw(st.sampled_from([{}, {}, {"setting": "a"}, {"setting": "b"}])),
        "horizon_months": draw(st.sampled_from([None, 12.0, 24.0])),
        "version": draw(st.sampled_from([1, 2])),
        "status": draw(
            st.sampled_from(["live", "live", "live", "withdrawn_by_programme", "removed_by_panel"])
        ),
    }
    if make is smd:
        return smd(y, se, **facts)
    return ratio(2.0**y, 2.0 ** (y - 2 * se), 2.0 ** (y + 2 * se), **facts)


bodies = st.integers(0, 7).flatmap(
    lambda k: st.tuples(*(contrasts(number=i) for i in range(1, k + 1)))
)
judgements = st.lists(
    st.one_of(
        *(
            st.builds(
                Judgement,
                question=st.just(question),
                answer=st.sampled_from(answers),
                event_id=st.just("judgement"),
                about=st.sampled_from([None, "event-1", "event-2"]),
            )
            for question, answers in {
                "risk_of_bias": ["low", "some_concerns", "high"],
                "indirectness": ["none", "serious", "very_serious"],
                "dose_response": ["yes", "no"],
            }.items()
        )
    ),
    max_size=2,
).map(tuple)
checked = settings(max_examples=150, deadline=None)


def level(result):
    return CONFIDENCE.index(result.confidence)


@checked
@given(bodies, judgements, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(body, told, random):
    shuffled = list(body)
    random.shuffle(shuffled)
    one = grade(subject(*body, judgements=told))
    other = grade(subject(*shuffled, judgements=told))
    assert replace(one, subject=other.subject) == other
    assert explain(one) == explain(other)


@checked
@given(bodies)
def test_the_same_facts_give_the_same_grade(body):
    assert grade(subject(*body)) == grade(subject(*body))


@checked
@given(bodies, judgements, contrasts(number=50))
def test_a_worse_designed_study_never_raises_confidence(body, told, study):
    # A study of its own site, reported last, of a worse design than the grade rests on.
    added = replace(study, site="another", status="live")
    before = grade(subject(*body, judgements=told))
    after = grade(subject(*body, added, judgements=told))
    here = [unit.tier for unit in after.units if unit.site == "another"]
    if before.units and here and TIERS.index(here[0]) < TIERS.index(before.tier):
        assert level(after) <= level(before)


@checked
@given(bodies, judgements, contrasts(number=50))
def test_nor_does_another_measurement_of_the_same_people_raise_it(body, told, study):
    before = grade(subject(*body, judgements=told))
    for unit in before.units:
        again = replace(
            study, site=unit.site, status="live", context={}, promise=Promise(), recorded_at="9"
        )
        if not any(c.context for c in unit.designated):
            assert level(grade(subject(*body, again, judgements=told))) <= level(before)


# What is known to be bad, for each fact that may be missing.
KNOWN_BAD = {
    "randomisation_compromised": True,
    "confounding_factor": True,
    "adjusted_for_baseline": False,
    "controls_adequate": False,
    "comparison_similar": False,
    "parallel_trends": False,
    "assignment_valid": False,
    "contamination": True,
    "units_intervention": 1,
    "units_comparison": 1,
}
BAD_FLOW = {
    "analysed_intervention": 0,
    "analysed_comparison": 0,
    "attrition_assumption": "cautious",
    "joiners_risk": True,
}


@checked
@given(bodies, judgements, st.sampled_from(sorted(KNOWN_BAD)))
def test_unknown_conduct_is_never_better_than_known_bad(body, told, name):
    if body:
        first, *rest = body
        unknown = replace(first, conduct=replace(first.conduct, **{name: None}))
        bad = replace(first, conduct=replace(first.conduct, **{name: KNOWN_BAD[name]}))
        no_better(subject(unknown, *rest, judgements=told), subject(bad, *rest, judgements=told))


@checked
@given(bodies, st.sampled_from(sorted(BAD_FLOW)))
def test_unknown_flow_is_never_better_than_known_bad(body, name):
    if body:
        first, *rest = body
        unknown = replace(first, flow=replace(first.flow, **{name: None}))
        bad = replace(first, flow=replace(first.flow, **{name: BAD_FLOW[name]}))
        no_better(subject(unknown, *rest), subject(bad, *rest))


@checked
@given(bodies)
def test_an_unknown_baseline_or_plan_is_never_better_than_a_bad_one(body):
    if body:
        first, *rest = body
        apart = (Baseline(measure="age", standardised_difference=2.0),)
        no_better(
            subject(replace(first, baseline=()), *rest),
            subject(replace(first, baseline=apart), *rest),
        )
        no_better(
            subject(replace(first, promise=Promise()), *rest),
            subject(replace(first, promise=Promise(in_advance=False, switched=False)), *rest),
        )


def no_better(unknown, bad):
    one, other = grade(unknown), grade(bad)
    assert level(one) <= level(other)
    assert one.demonstrably_works <= other.demonstrably_works


@checked
@given(bodies)
def test_four_units_or_fewer_never_hold_elsewhere(body):
    result = grade(subject(*body))
    if len(result.units) <= 4:
        assert result.finding not in ELSEWHERE


@checked
@given(bodies, judgements)
def test_the_confidence_lies_within_its_bounds(body, told):
    result = grade(subject(*body, judgements=told))
    best = result.bounds.best.rpartition(", ")[2]
    assert level(result) <= CONFIDENCE.index(best)
    assert result.bounds.worst.endswith(result.confidence)


@checked
@given(contrasts(number=1), st.sampled_from(sorted(STANDARDS)))
def test_no_published_standard_counts_the_unknown_as_met(contrast, name):
    standard = STANDARDS[name]
    names = [one.name for one in standard.levels]
    known = apply(standard, contrast_facts(contrast))
    for fact in fields(Conduct):
        if fact.name == "design":
            continue
        blind = replace(contrast, conduct=replace(contrast.conduct, **{fact.name: None}))
        less = apply(standard, contrast_facts(blind))
        if known.level and less.level and fact.name != "comparator":
            assert names.index(less.level) <= names.index(known.level)


@checked
@given(bodies, judgements)
def test_every_lift_it_names_is_a_higher_level(body, told):
    result = grade(subject(*body, judgements=told))
    for lift in result.lift:
        if lift.to in CONFIDENCE:
            assert CONFIDENCE.index(lift.to) > level(result)

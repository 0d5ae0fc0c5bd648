"""The laws of the house grade, over evidence of every shape."""

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import explain, grade
from scoring.bounding import FROM_WORST
from scoring.conduct import COMPARES
from scoring.evidence import Baseline, Conduct, Harm, Promise
from scoring.facts import conduct_facts, contrast_facts
from scoring.standards import STANDARDS, apply
from scoring.standards.candour_confidence import CONFIDENCE
from scoring.standards.candour_design import DESIGN, TIERS
from scoring.standards.interpreter import apply_rules
from tests.scoring.evidence import subject
from tests.scoring.generated import bodies, contrasts, crowded, judgements, results

ELSEWHERE = ("works", "harmful", "no detectable effect")
checked = settings(max_examples=80, deadline=None)


def level(result):
    return CONFIDENCE.index(result.confidence)


def rank(result):
    return FROM_WORST.index(result.finding)


def tier_of(contrast):
    return TIERS.index(apply_rules(DESIGN, conduct_facts(contrast)).level or TIERS[0])


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


@settings(max_examples=200, deadline=None)
@given(crowded, judgements, contrasts(number=50, sites=1))
def test_nor_does_a_later_result_of_the_same_people(body, told, study):
    # Whole samples, subgroups, other measures, planned or not: reported last, at a measured place.
    added = replace(study, status="live")
    before = grade(subject(*body, judgements=told))
    if before.units and tier_of(added) < TIERS.index(before.tier):
        assert level(grade(subject(*body, added, judgements=told))) <= level(before)


@checked
@given(crowded, judgements, st.lists(st.integers(1, 3), max_size=3))
def test_nor_do_several_of_them_one_after_another(body, told, chosen):
    later = [
        replace(body[n % len(body)], event_id=f"later-{i}", recorded_at=f"3{i}", status="live")
        for i, n in enumerate(chosen)
        if body
    ]
    weak = [replace(one, conduct=replace(one.conduct, **WEAK)) for one in later]
    before = grade(subject(*body, judgements=told))
    for count, study in enumerate(weak):
        after = grade(subject(*body, *weak[: count + 1], judgements=told))
        if before.units and tier_of(study) < TIERS.index(before.tier):
            assert level(after) <= level(before)
        before = after


@checked
@given(crowded, contrasts(number=50, sites=1))
def test_what_was_reported_first_stays_unless_a_plan_in_advance_names_the_other(body, study):
    unplanned = replace(study, promise=Promise(), recorded_at="9")
    before, after = (grade(subject(*known)) for known in (body, (*body, unplanned)))
    # Another part of a split that was reported first belongs to it.
    if not unplanned.context:
        for unit in before.units:
            assert unit.entry in [other.entry for other in after.units]


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
    "comparator": "before_period",
    "analysis_unit": "individual",
    "units_intervention": 1,
    "units_comparison": 1,
}
WEAK = {
    "design": "interrupted_time_series",
    "comparator": "usual_care",
    "confounding_factor": False,
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
        if name == "comparator" and first.conduct.design in COMPARES:
            return
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
@given(bodies, judgements)
def test_saying_nothing_of_clusters_is_never_better_than_having_ignored_them(body, told):
    if body:
        first, *rest = body
        silent = replace(first, analysis=replace(first.analysis, cluster_adjusted=None))
        ignored = replace(first, analysis=replace(first.analysis, cluster_adjusted=False))
        one, other = (subject(c, *rest, judgements=told) for c in (silent, ignored))
        no_better(one, other)
        assert grade(one).monitoring == grade(other).monitoring


@checked
@given(bodies)
def test_nor_are_clusters_that_nobody_counted_better_than_too_few(body):
    if body:
        first, *rest = body
        counts = ("clusters_analysed_intervention", "clusters_analysed_comparison")
        silent, few = (
            replace(first, flow=replace(first.flow, **dict.fromkeys(counts, value)))
            for value in (None, 1)
        )
        no_better(subject(silent, *rest), subject(few, *rest))


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
    assert rank(one) <= rank(other)
    assert level(one) <= level(other)
    assert one.demonstrably_works <= other.demonstrably_works


@checked
@given(bodies)
def test_an_unknown_switch_is_never_better_than_a_known_one(body):
    if body:
        first, *rest = body
        promises = [replace(first.promise, switched=answer) for answer in (None, True)]
        no_better(*(subject(replace(first, promise=promise), *rest) for promise in promises))


@checked
@given(bodies, results(), st.sampled_from(["live", "withdrawn_by_programme"]))
def test_a_revision_by_the_programme_never_helps_it_more_than_leaving_it_would(body, told, status):
    if body:
        first, *rest = body
        live = replace(first, status="live")
        revised = replace(
            live,
            result=told.result,
            direction_good=told.direction_good,
            status="revised_by_programme" if status == "live" else status,
            earlier=(live,),
        )
        before, after = grade(subject(live, *rest)), grade(subject(revised, *rest))
        assert after.monitoring.ln_e_plus <= before.monitoring.ln_e_plus
        assert after.monitoring.lower <= before.monitoring.lower
        assert after.demonstrably_works <= before.demonstrably_works
        assert level(after) <= level(before)


@checked
@given(bodies, st.integers(0, 6))
def test_taking_a_result_back_never_adds_evidence_of_good(body, chosen):
    if body:
        gone = body[chosen % len(body)]
        kept = [replace(c, status="withdrawn_by_programme") if c is gone else c for c in body]
        before, after = grade(subject(*body)), grade(subject(*kept))
        assert after.monitoring.ln_e_plus <= before.monitoring.ln_e_plus


@checked
@given(bodies, st.integers(0, 6))
def test_a_serious_harm_that_was_not_ruled_out_is_never_overlooked(body, chosen):
    if body:
        hurt = replace(body[chosen % len(body)], harms=(Harm(severity="serious"),), status="live")
        result = grade(subject(*(hurt if c.event_id == hurt.event_id else c for c in body)))
        assert not result.demonstrably_works
        assert "serious harm" in explain(result)


@checked
@given(bodies)
def test_four_units_or_fewer_never_hold_elsewhere(body):
    result = grade(subject(*body))
    if len(result.units) <= 4:
        assert result.finding not in ELSEWHERE


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
        if known.level and less.level:
            assert names.index(less.level) <= names.index(known.level)


@checked
@given(bodies, judgements)
def test_every_lift_it_names_is_a_higher_level(body, told):
    result = grade(subject(*body, judgements=told))
    for lift in result.lift:
        if lift.to in CONFIDENCE:
            assert CONFIDENCE.index(lift.to) > level(result)

"""The facts of one contrast: what they rest on, and what recorded groups amount to."""

import math

import pytest

from scoring.evidence import Analysis, Baseline, Conduct, Flow, Harm, Judgement, Money
from scoring.facts import contrast_facts
from tests.scoring.evidence import smd


def value(name, **facts):
    return contrast_facts(smd(0.3, 0.1, **facts))[name].value


def test_a_fact_rests_on_the_events_that_told_of_its_contrast():
    told = contrast_facts(smd(0.3, 0.1, event_ids=("first", "corrected")))
    assert told["design"].event_ids == ("first", "corrected")
    assert told["baseline_difference"].event_ids == ("first", "corrected")
    assert told["other_baseline_difference"].event_ids == ("first", "corrected")
    alone = contrast_facts(smd(0.3, 0.1))
    assert alone["design"].event_ids == ("event-1",)
    assert alone["baseline_difference"].event_ids == ("event-1",)


@pytest.mark.parametrize(("told", "known"), [(True, True), (False, False), (None, False)])
def test_a_confounding_factor_is_known_only_where_it_was_told(told, known):
    conduct = Conduct(design="rct", confounding_factor=told)
    assert value("known_confounded", conduct=conduct) is known
    assert value("confounding_factor", conduct=conduct) is told


def test_a_baseline_that_nobody_told_of_is_not_known_to_be_lacking():
    measure = Baseline(measure="age", standardised_difference=0.1)
    assert value("baseline_shown", baseline=(measure,)) is True
    assert value("baseline_shown") is None


def test_a_measure_that_cannot_be_compared_leaves_the_largest_difference_open():
    known = Baseline(measure="age", standardised_difference=-0.1)
    shown = contrast_facts(smd(0.3, 0.1, baseline=(known, Baseline(measure="need"))))
    difference = shown["baseline_difference"]
    assert (difference.value, difference.up_to) == (0.1, math.inf)
    sure = contrast_facts(smd(0.3, 0.1, baseline=(known,)))["baseline_difference"]
    assert (sure.value, sure.up_to) == (0.1, None)


@pytest.mark.parametrize(
    ("harms", "looked_for", "found", "serious"),
    [
        (None, None, None, None),
        ((), True, False, False),
        ((Harm(severity="minor"),), True, True, False),
        ((Harm(severity="serious"),), True, True, True),
        ((Harm(severity="serious", attributed=True),), True, True, True),
        ((Harm(severity="serious", attributed=False),), True, False, False),
        ((Harm(severity="serious", attributed=False), Harm(severity="minor")), True, True, False),
    ],
)
def test_a_harm_that_nobody_ruled_out_is_the_programmes(harms, looked_for, found, serious):
    told = contrast_facts(smd(0.3, 0.1, harms=harms))
    names = ("harm_looked_for", "harm_found", "serious_harm_found")
    assert tuple(told[name].value for name in names) == (looked_for, found, serious)


@pytest.mark.parametrize(
    ("costs", "benefits", "ratio"),
    [(100.0, 250.0, 2.5), (100.0, -50.0, -0.5), (100.0, None, None), (None, 1.0, None)],
)
def test_what_a_pound_brings_is_benefits_over_costs(costs, benefits, ratio):
    assert value("benefit_cost_ratio", money=Money(pv_costs=costs, pv_benefits=benefits)) == ratio


def test_nothing_spent_has_no_ratio():
    assert value("benefit_cost_ratio", money=Money(pv_costs=0.0, pv_benefits=1.0)) is None


def test_people_and_clusters_are_counted_over_both_arms_or_not_at_all():
    flow = Flow(
        analysed_intervention=40,
        analysed_comparison=30,
        clusters_analysed_intervention=4,
        clusters_analysed_comparison=3,
    )
    names = ("analysed_people", "smallest_arm_analysed", "analysed_clusters")
    assert [value(name, flow=flow) for name in names] == [70, 30, 7]
    half = Flow(analysed_intervention=40, clusters_analysed_comparison=3)
    assert [value(name, flow=half) for name in names] == [None, None, None]


def test_a_cross_section_is_controlled_if_it_is_and_other_designs_need_not_be():
    def controlled(design, adequate):
        conduct = Conduct(design=design, controls_adequate=adequate)
        return value("cross_section_controlled", conduct=conduct)

    assert [controlled("cross_section", one) for one in (True, False, None)] == [True, False, None]
    assert [controlled("rct", one) for one in (True, False, None)] == [True, True, True]


def test_a_judgement_of_the_contrast_itself_outweighs_one_of_the_whole_outcome():
    own = Judgement(question="q", answer="own", event_id="own", about="event-1")
    general = Judgement(question="q", answer="general", event_id="general")
    other = Judgement(question="q", answer="other", event_id="other", about="event-2")
    told = contrast_facts(smd(0.3, 0.1), [own, general, other])
    assert (told["q"].value, told["q"].event_ids) == ("own", ("own",))
    assert contrast_facts(smd(0.3, 0.1), [general, other])["q"].value == "general"
    assert "q" not in contrast_facts(smd(0.3, 0.1), [other])


def test_measures_that_no_protocol_required_are_left_out_of_the_largest_difference():
    asked = Baseline(measure="age", standardised_difference=0.1, required=True)
    beside = Baseline(measure="height", standardised_difference=-0.9, required=False)
    unsaid = Baseline(measure="need", standardised_difference=0.2)
    assert value("baseline_difference", baseline=(asked, beside)) == 0.1
    assert value("baseline_difference", baseline=(asked, beside, unsaid)) == 0.2
    assert value("baseline_difference", baseline=(beside,)) is None


def test_where_the_outcome_alone_was_measured_nothing_else_differs():
    pretest = Baseline(measure="work", standardised_difference=0.3, same_as_outcome=True)
    other = Baseline(measure="age", standardised_difference=-0.2, same_as_outcome=False)
    unsaid = Baseline(measure="need", standardised_difference=0.4)

    def others(*measures):
        found = contrast_facts(smd(0.3, 0.1, baseline=measures))["other_baseline_difference"]
        return found.value, found.up_to

    assert others(pretest) == (0.0, None)
    assert others(pretest, other) == (0.2, None)
    assert others(pretest, unsaid) == (0.0, 0.4)
    assert others(pretest, Baseline(measure="need")) == (0.0, math.inf)
    assert others() == (None, None)


def test_a_group_of_one_has_no_deviation_to_compare_by():
    def difference(people):
        measure = Baseline(
            measure="score",
            mean_intervention=105.0,
            sd_intervention=15.0,
            n_intervention=people,
            mean_comparison=100.0,
            sd_comparison=14.0,
            n_comparison=90,
            standardised_difference=0.5,
        )
        return value("baseline_difference", baseline=(measure,))

    assert difference(1) == 0.5
    assert difference(2) == pytest.approx(0.354, abs=5e-3)


def test_an_adjusted_p_that_nobody_can_tell_could_be_anything_up_to_one():
    told = contrast_facts(smd(0.3, 0.1))["p_family"]
    assert (told.value, told.up_to) == (pytest.approx(0.0027, abs=1e-5), 1.0)
    alone = Analysis(comparisons_in_family=1)
    sure = contrast_facts(smd(0.3, 0.1, analysis=alone))["p_family"]
    assert (sure.value, sure.up_to) == (pytest.approx(0.0027, abs=1e-5), None)

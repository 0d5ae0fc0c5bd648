"""Which outcomes were said in advance, which were switched, and which were never told."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands import MeasureOutcome
from domain.contrast import UnitOfEvidence
from domain.facts import facts_known
from domain.plan import Registration
from tests.domain.builders import (
    BY_PANEL,
    BY_PROGRAMME,
    LAUNCH,
    amend_plan,
    baseline,
    correct,
    day,
    measure,
    planned,
    register_plan,
    withdraw,
)
from tests.domain.scenario import Scenario

ADMISSIONS = "emergency admissions per 1,000"
BED_DAYS = planned("bed days", primary=False)


def registered_elsewhere(number):
    return Registration("ISRCTN", "ISRCTN123", day(number))


def measured_at(months):
    unit = UnitOfEvidence(site="Northby", cohort="2020", horizon_months=months)
    return MeasureOutcome(replace(measure().contrast, unit=unit))


def info(*steps):
    """What the plans say of the last outcome told in these steps."""
    return facts_known(Scenario().given(*steps).events).contrasts[-1].plan


def test_without_any_plan_nothing_is_known():
    assert info(LAUNCH, measure()).in_advance is None


def test_a_plan_told_before_the_outcome_was_measured_counts():
    known = info(register_plan(), LAUNCH, measure())
    assert known.in_advance is True
    assert known.planned == planned()
    assert known.same_measure
    assert not known.switched


@pytest.mark.parametrize("plan_day", [None, day(0)])
def test_a_plan_told_after_the_outcome_does_not_count_whatever_its_date(plan_day):
    late = register_plan() if plan_day is None else (register_plan(), plan_day)
    known = info(LAUNCH, measure(), late)
    assert known.in_advance is False
    assert known.planned == planned()


@pytest.mark.parametrize("measured_on", [1, 2])
def test_a_plan_told_on_or_after_the_day_of_measuring_does_not_count(measured_on):
    assert (
        info((LAUNCH, day(0)), register_plan(), (measure(), day(measured_on))).in_advance is False
    )


def test_a_plan_held_outside_counts_from_its_own_date():
    steps = [(LAUNCH, day(0)), (measure(), day(1))]
    assert info(*steps, register_plan(registration=registered_elsewhere(0))).in_advance is True
    assert info(*steps, register_plan(registration=registered_elsewhere(1))).in_advance is False


def test_an_amendment_cannot_borrow_the_date_of_a_registration():
    held = registered_elsewhere(-30)
    known = info(
        register_plan(planned("bed days"), registration=held),
        LAUNCH,
        measure(),
        amend_plan(planned(), registration=held),
    )
    assert known.planned == planned("bed days")
    assert known.switched


@pytest.mark.parametrize(
    "amended",
    [planned(primary=False), planned(horizon_months=24.0), planned("bed days")],
    ids=["primary", "horizon", "measure"],
)
def test_changing_the_plan_after_the_outcome_was_told_is_switching(amended):
    before = info(register_plan(), LAUNCH, amend_plan(amended), measure())
    after = info(register_plan(), LAUNCH, measure(), amend_plan(amended))
    assert not before.switched
    assert after.switched
    assert after.in_advance is True


def test_adding_the_outcome_to_the_plan_after_it_was_told_is_switching():
    other = planned(domain="wellbeing")
    known = info(register_plan(other), LAUNCH, measure(), amend_plan(other, planned()))
    assert known.in_advance is False
    assert known.switched


def test_an_amendment_that_leaves_this_outcome_alone_is_no_switch():
    other = planned(domain="wellbeing")
    assert not info(register_plan(), LAUNCH, measure(), amend_plan(planned(), other)).switched


def test_telling_a_secondary_outcome_as_primary_is_switching():
    secondary = register_plan(planned(primary=False))
    assert info(secondary, LAUNCH, measure(primary=True)).switched
    assert not info(secondary, LAUNCH, measure(primary=False)).switched


def test_telling_a_primary_outcome_as_secondary_is_switching_too():
    primary = register_plan(planned(primary=True))
    assert info(primary, LAUNCH, measure(primary=False)).switched
    assert not info(primary, LAUNCH, measure(primary=True)).switched
    assert not info(primary, LAUNCH, measure(primary=None)).switched


def test_an_outcome_is_matched_by_measure_before_domain():
    both = register_plan(BED_DAYS, planned())
    assert info(both, LAUNCH, measure(measure=ADMISSIONS.upper())).planned == planned()
    other = info(both, LAUNCH, measure(measure="falls"))
    assert (other.planned, other.same_measure) == (BED_DAYS, False)
    assert info(both, LAUNCH, measure(domain="wellbeing")).planned is None


def test_of_several_horizons_the_one_measured_is_the_one_planned():
    late, soon = planned(horizon_months=24.0), planned(horizon_months=12.0)
    assert info(register_plan(late, soon), LAUNCH, measure()).planned == soon


def test_of_several_plans_the_one_in_advance_speaks():
    steps = (register_plan(), LAUNCH, measure(), register_plan(planned(primary=False)))
    assert info(*steps).planned == planned()


def test_a_revision_by_the_programme_cannot_bend_the_outcome_to_the_plan():
    scenario = Scenario().given(register_plan(BED_DAYS), LAUNCH, measure(measure="bed nights"))
    bent = correct(scenario.last_id, 0.3, by=BY_PROGRAMME, measure="bed days")
    assert facts_known(scenario.given(bent).events).contrasts[0].plan.same_measure is False


def test_planned_outcomes_of_which_nothing_was_told_are_listed_with_the_day_they_are_due():
    scenario = Scenario().given(
        register_plan(planned(), BED_DAYS), (LAUNCH, day(30)), (measure(), day(40))
    )
    (missing,) = facts_known(scenario.events).unreported
    assert missing.planned == BED_DAYS
    assert missing.due_on is not None
    assert (missing.due_on.year, missing.due_on.month) == (2021, 1)


def test_a_baseline_reports_nothing():
    scenario = Scenario().given(register_plan(), baseline(), LAUNCH)
    assert len(facts_known(scenario.events).unreported) == 1
    assert facts_known(scenario.given(measure()).events).unreported == ()


@pytest.mark.parametrize("by", [BY_PROGRAMME, BY_PANEL])
def test_what_was_taken_back_is_told_no_longer(by):
    scenario = Scenario().given(register_plan(), LAUNCH, measure())
    scenario.given(withdraw(scenario.last_id, by=by))
    assert [m.planned for m in facts_known(scenario.events).unreported] == [planned()]
    assert facts_known(scenario.given(measure()).events).unreported == ()


def test_an_early_look_never_closes_a_later_horizon_however_late_the_day():
    late = planned(horizon_months=24.0)
    scenario = Scenario().given(register_plan(late), (LAUNCH, day(30)))
    scenario.given((measured_at(3.0), day(120)))
    (missing,) = facts_known(scenario.events, as_of=day(2000)).unreported
    assert (missing.planned, missing.due_on) == (late, date(2022, 1, 28))
    scenario.given((measured_at(24.0), day(780)))
    assert facts_known(scenario.events).unreported == ()


@pytest.mark.parametrize(("number", "missing"), [(700, 1), (780, 0)])
def test_a_result_without_a_horizon_reached_as_far_as_its_day(number, missing):
    steps = [register_plan(planned(horizon_months=24.0)), (LAUNCH, day(30))]
    scenario = Scenario().given(*steps, (measured_at(None), day(number)))
    assert len(facts_known(scenario.events).unreported) == missing


def test_another_measure_does_not_answer_for_the_one_that_was_planned():
    scenario = Scenario().given(register_plan(BED_DAYS), LAUNCH, measure(measure="falls"))
    assert [m.planned for m in facts_known(scenario.events).unreported] == [BED_DAYS]


def test_between_two_horizons_the_one_that_was_passed_is_the_one_planned():
    late, soon = planned(horizon_months=24.0), planned(horizon_months=6.0)
    scenario = Scenario().given(register_plan(late, soon), LAUNCH, measure())
    known = facts_known(scenario.events)
    assert known.contrasts[-1].plan.planned == soon
    assert [m.planned for m in known.unreported] == [late]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from([None, 3.0, 12.0, 24.0]), min_size=1, max_size=3, unique=True),
    st.lists(
        st.tuples(st.sampled_from([1.0, 3.0, 6.0, 12.0, 24.0, 36.0]), st.booleans()), max_size=4
    ),
)
def test_nothing_but_a_standing_result_at_or_past_its_horizon_closes_a_plan(horizons, told):
    plan = register_plan(*(planned(horizon_months=months) for months in horizons))
    scenario = Scenario().given(plan, LAUNCH)
    for months, stands in told:
        scenario.given(measured_at(months))
        if not stands:
            scenario.given(withdraw(scenario.last_id, by=BY_PROGRAMME))
    standing = [months for months, stands in told if stands]
    missing = {m.planned.horizon_months for m in facts_known(scenario.events).unreported}
    for due in horizons:
        if due in standing:
            assert due not in missing
        if not any(due is None or months >= due for months in standing):
            assert due in missing


def test_an_outcome_dropped_from_the_plan_after_results_were_told_stays_missing():
    steps = [register_plan(planned(), BED_DAYS), LAUNCH]
    dropped_early = Scenario().given(*steps, amend_plan(planned()), measure())
    dropped_late = Scenario().given(*steps, measure(), amend_plan(planned()))
    assert facts_known(dropped_early.events).unreported == ()
    assert [m.planned for m in facts_known(dropped_late.events).unreported] == [BED_DAYS]

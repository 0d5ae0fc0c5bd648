"""An estimate enters the record as the engine computed it, with what the data showed, or not."""

from dataclasses import fields, replace
from math import inf, nan
from uuid import UUID

import pytest

from domain.commands import CorrectOutcome, MeasureOutcome, WithdrawOutcome
from domain.contrast import BaselineMeasure, Comparator, Design, SampleFlow
from domain.errors import AlreadyRecorded, InvalidValue, NotAllowed
from domain.estimated import Estimated
from domain.programme import Programme
from domain.record import RECORD_EVENTS, Record
from tests.domain.builders import (
    AUDITOR,
    BY_PANEL,
    BY_PROGRAMME,
    LAUNCH,
    LEAD,
    STEWARD,
    STRANGER,
    approach,
    contrast,
    day,
    estimated,
    estimated_contrast,
    ids,
    measure,
    register,
    stamp,
)
from tests.domain.memory import MemoryFactory
from tests.domain.scenario import Scenario
from tests.domain.test_record import Clock

GENUINE, FORGED = "c" * 64, "d" * 64
CHECK = estimated().checks[0]
DATA = estimated().data
RATIO = estimated(measure="IRR", estimate=0.9, ci_low=0.8, ci_high=1.0)


@pytest.mark.parametrize(
    ("value", "changes", "field"),
    [
        (estimated(), {"measure": "BETA"}, "measure"),
        (estimated(), {"estimate": nan}, "estimate"),
        (estimated(), {"estimate": 4.4}, "ci_low"),
        (estimated(), {"ci_low": -29.2, "ci_high": -29.2}, "ci_low"),
        (estimated(), {"ci_high": inf}, "ci_high"),
        (RATIO, {"ci_low": -0.1}, "ci_low"),
        (estimated(), {"ci_level": 95.0}, "ci_level"),
        (estimated(), {"se": 0.0}, "se"),
        (estimated(), {"df": 0.0}, "df"),
        (estimated(), {"p_value": 1.1}, "p_value"),
        (estimated(), {"standardiser": -1.0}, "standardiser"),
        (estimated(), {"design": " "}, "design"),
        (estimated(), {"text": ""}, "text"),
        (estimated(), {"specification": {"phi": nan}}, "specification.phi"),
        (estimated(), {"specification": {"rows": "x" * 2001}}, "specification.rows"),
        (estimated(), {"options": {str(n): n for n in range(1001)}}, "options"),
        (estimated(), {"checks": (CHECK,) * 61}, "checks"),
        (estimated(), {"receipt": "none"}, "receipt"),
        (CHECK, {"text": ""}, "checks.text"),
        (CHECK, {"observed": inf}, "checks.observed"),
        (DATA, {"sha256": "A" * 64}, "data.sha256"),
        (DATA, {"rows": 0}, "data.rows"),
        (DATA, {"columns": {"outcome": (" ",)}}, "data.columns"),
        (estimated().standardised, {"measure": "MD"}, "standardised.measure"),
        (estimated().standardised, {"se": 0.0}, "standardised.se"),
    ],
)  # fmt: skip
def test_an_estimate_that_cannot_be_is_refused_by_its_field(value, changes, field):
    with pytest.raises(InvalidValue) as caught:
        replace(value, **changes)
    assert caught.value.field == f"contrast.result.{field}"
    assert caught.value.accepted


def test_an_interval_may_have_no_end():
    assert replace(estimated(), ci_low=None, ci_high=None).ci_low is None


def test_no_field_of_an_estimate_can_hold_a_row():
    """Numbers, words, mappings of them, and a hash: nothing as long as a file."""
    shapes = {field.name: str(field.type) for field in fields(Estimated)}
    assert not [name for name, hint in shapes.items() if "tuple[float" in hint or "list" in hint]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"design.type": "rct"}, "interrupted_time_series"),
        ({"design.comparator": "before_period"}, "None"),
        ({"sample.analysed_intervention": 40}, "None"),
        ({"baseline.0.mean_intervention": 3.5}, "None"),
        ({"design.parallel_trends": True}, "None"),
        ({"nowhere.at_all": 1}, "None"),
    ],
)
def test_what_the_data_showed_cannot_be_told_otherwise(facts, told):
    (path,) = facts
    with pytest.raises(InvalidValue, match=told) as caught:
        estimated_contrast(estimated(facts=facts))
    assert caught.value.field == f"contrast.{path}"


def test_what_the_data_showed_is_told_as_it_was():
    facts = {
        "design.type": "rct",
        "design.comparator": "usual_care",
        "design.adjusted_for_baseline": True,
        "sample.analysed_intervention": 40,
        "baseline.1.mean_intervention": 3.5,
        "baseline.1.measure": "age",
    }
    told = replace(
        contrast(),
        design=replace(
            contrast().design,
            type=Design.RCT,
            comparator=Comparator.USUAL_CARE,
            adjusted_for_baseline=True,
        ),
        sample=SampleFlow(assigned_intervention=44, analysed_intervention=40),
        baseline=(BaselineMeasure("sex"), BaselineMeasure("age", mean_intervention=3.5)),
    )
    assert replace(told, result=estimated(facts=facts)).result.facts == facts


def test_one_is_not_taken_for_true():
    facts = {"design.units_intervention": True}
    with pytest.raises(InvalidValue, match="units_intervention"):
        estimated_contrast(estimated(facts=facts), units_intervention=1)


def test_an_estimate_is_measured_corrected_and_withdrawn_like_any_result():
    told = estimated_contrast()
    scenario = Scenario().given(LAUNCH).when(MeasureOutcome(told)).then("outcome_measured")
    better = estimated_contrast(estimated(estimate=-20.0))
    scenario.when(CorrectOutcome(scenario.last_id, better, BY_PROGRAMME, "a later extract"))
    scenario.then("outcome_corrected")


SAME_DATA = estimated(options={"level": 0.9}, estimate=-30.0, receipt="e" * 64)
OTHER_FILE = estimated(data=replace(DATA, sha256="f" * 64))
OTHER_OUTCOME = estimated(data=replace(DATA, columns={**DATA.columns, "outcome": ("stays",)}))
COVARIATES = estimated(data=replace(DATA, columns={**DATA.columns, "covariates": ("age",)}))


@pytest.mark.parametrize("again", [estimated(), SAME_DATA, COVARIATES])
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"study": "Another study"},
        {"unit": replace(contrast().unit, site="Elsewhere", cohort="2015")},
        {"outcome": replace(contrast().outcome, domain="something else", direction_good=1)},
    ],
)
def test_one_measurement_counts_once_whatever_it_is_told_for(again, told):
    scenario = Scenario().given(LAUNCH, MeasureOutcome(estimated_contrast()))
    first = scenario.last_id
    scenario.when(MeasureOutcome(replace(estimated_contrast(again), **told)))
    refused = scenario.then_refused(AlreadyRecorded, str(first))
    assert refused.event_id == first


@pytest.mark.parametrize("other", [OTHER_FILE, OTHER_OUTCOME])
def test_other_data_are_another_measurement(other):
    scenario = Scenario().given(LAUNCH, MeasureOutcome(estimated_contrast()))
    scenario.when(MeasureOutcome(estimated_contrast(other))).then("outcome_measured")


def test_data_that_were_withdrawn_can_be_recorded_again_and_no_correction_doubles_them():
    scenario = Scenario().given(LAUNCH, MeasureOutcome(estimated_contrast()))
    first = scenario.last_id
    scenario.given(MeasureOutcome(estimated_contrast(OTHER_FILE)))
    doubled = CorrectOutcome(scenario.last_id, estimated_contrast(), BY_PROGRAMME, "the same")
    scenario.when(doubled).then_refused(AlreadyRecorded)
    scenario.given(WithdrawOutcome(first, BY_PROGRAMME, "told of the wrong place"))
    scenario.when(MeasureOutcome(estimated_contrast())).then("outcome_measured")


@pytest.fixture
def asked():
    """What the record wanted to know: which programme, which result."""
    return []


@pytest.fixture
def record(asked):
    def computed(programme_id, result):
        asked.append((programme_id, result.receipt))
        return result.receipt == GENUINE

    return Record(
        factory=MemoryFactory(RECORD_EVENTS), clock=Clock(), new_id=ids(), computed=computed
    )


def launched(record):
    """A programme of the lead's on an approach, launched."""
    known = record.register_approach(STEWARD, approach(), happened_on=day(1)).stream_id
    command = register(approach_id=known)
    programme = record.register_programme(LEAD, command, happened_on=day(2)).stream_id
    record.act(LEAD, programme, LAUNCH, happened_on=day(3))
    return programme


def an_outcome(receipt):
    return MeasureOutcome(estimated_contrast(estimated(receipt=receipt)))


def test_a_genuine_estimate_is_recorded(record, asked):
    programme = launched(record)
    receipt = record.act(LEAD, programme, an_outcome(GENUINE), happened_on=day(9))
    assert asked == [(programme, GENUINE)]
    (outcome,) = record.load(Programme, programme).outcomes.values()
    assert outcome.contrast.result == estimated(receipt=GENUINE)
    assert receipt.version == 2


def test_a_forged_estimate_is_refused_and_leaves_no_trace(record):
    programme = launched(record)
    with pytest.raises(InvalidValue) as caught:
        record.act(LEAD, programme, an_outcome(FORGED), happened_on=day(9))
    assert caught.value.field == "contrast.result.receipt"
    assert not record.load(Programme, programme).outcomes
    assert record.act(LEAD, programme, measure(), happened_on=day(9)).version == 2


@pytest.mark.parametrize(("actor", "by"), [(LEAD, BY_PROGRAMME), (AUDITOR, BY_PANEL)])
def test_no_correction_brings_a_forged_estimate_in(record, actor, by):
    programme = launched(record)
    measured = record.act(LEAD, programme, measure(), happened_on=day(8)).event_ids[0]
    told = estimated_contrast(estimated(receipt=FORGED))
    correction = CorrectOutcome(measured, told, by, "we estimated it anew")
    with pytest.raises(InvalidValue, match="receipt"):
        record.act(actor, programme, correction, happened_on=day(9))
    genuine = replace(correction, contrast=estimated_contrast(estimated(receipt=GENUINE)))
    assert record.act(actor, programme, genuine, happened_on=day(9)).version == 3


def test_no_event_gets_round_the_guard_by_being_saved_itself(record):
    envelope = stamp(event_id=UUID(int=7), happened_on=day(9))
    event = Programme.OutcomeMeasured(
        originator_id=UUID(int=1),
        originator_version=2,
        timestamp=envelope.recorded_at,
        envelope=envelope,
        facts=an_outcome(FORGED),
    )
    with pytest.raises(InvalidValue, match="receipt"):
        record.save(event)


def test_a_record_with_nobody_to_ask_believes_no_estimate():
    record = Record(factory=MemoryFactory(RECORD_EVENTS), clock=Clock(), new_id=ids())
    programme = launched(record)
    with pytest.raises(InvalidValue, match="receipt"):
        record.act(LEAD, programme, an_outcome(GENUINE), happened_on=day(9))


def test_whose_programme_it_is_is_asked_before_the_receipt(record, asked):
    programme = launched(record)
    with pytest.raises(NotAllowed):
        record.act(STRANGER, programme, an_outcome(GENUINE), happened_on=day(9))
    assert asked == []

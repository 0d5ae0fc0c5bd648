"""The history of grades: published ones in brief, new standards filled in, the same on any path."""

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import replace

import pytest

from domain.commands import AmendPlan, Launch, MeasureOutcome, RegisterPlan, WithdrawOutcome
from domain.contrast import (
    Comparator,
    Design,
    Reported,
    SampleFlow,
    StudyDesign,
    UnitOfEvidence,
)
from domain.facts import facts_known
from domain.values import DecidedBy
from migrations import migrate
from scoring.errors import UnknownStandard
from service.filling import fill, graded_since, not_filled
from service.grading import HOUSE, STANDARD_NAMES
from service.projections import Projection
from service.readstore import ReadStore
from service.regrading import Pool, headline, regrade_with
from service.store import open_database
from tests.domain.builders import contrast, plan, planned
from tests.domain.scenario import Scenario
from tests.store.builders import (
    LEAD,
    STEWARD,
    TODAY,
    a_programme,
    an_approach,
    an_outcome,
    milestones,
)
from tests.store.projecting import everything_in

NEW = "wwc@4.1"
BEFORE = tuple(name for name in STANDARD_NAMES if name != NEW)


def following(store, readstore, *, standards=STANDARD_NAMES, batch=500):
    """A follower of a version that ships these standards."""
    return Projection(
        store.recorder,
        store.mapper,
        readstore,
        regrade=regrade_with(store, standards=standards),
        standards=standards,
        batch=batch,
    )


@contextmanager
def folded_afresh(store, folder, **options):
    """Read models made from the first event on."""
    migrate(f"sqlite:{folder}", "read")
    afresh = ReadStore(open_database(f"sqlite:{folder}", "read"))
    following(store, afresh, **options).catch_up()
    yield afresh
    afresh.close()


def measured_places(record, number=2, *, approach=None, first=0):
    """Places of one approach, with a result each; the ids of the approach and of the last."""
    if approach is None:
        approach = record.register_approach(STEWARD, an_approach(), happened_on=TODAY).stream_id
    for index in range(first, first + number):
        told = a_programme(approach, name=f"Place {index}")
        programme = record.register_programme(LEAD, told, happened_on=TODAY).stream_id
        record.act(LEAD, programme, Launch(), happened_on=TODAY)
        record.act(LEAD, programme, MeasureOutcome(a_trial(index)), happened_on=TODAY)
    return approach, programme


def a_trial(place):
    """One place's randomised trial, with a clear result."""
    return replace(
        an_outcome(0.6).contrast,
        study=f"Trial of place {place}",
        unit=UnitOfEvidence(f"place {place}", "2026"),
        design=StudyDesign(Design.RCT, comparator=Comparator.USUAL_CARE, confounding_factor=False),
        sample=SampleFlow(
            assigned_intervention=500,
            assigned_comparison=500,
            analysed_intervention=500,
            analysed_comparison=500,
        ),
        result=Reported("IRR", 0.6, ci_low=0.5, ci_high=0.72),
    )


def tables_of(readstore):
    """All that was written, but for how it came about."""
    return {name: list(map(tuple, rows)) for name, rows in everything_in(readstore).items()}


def test_a_published_grade_is_kept_in_brief_and_the_house_grade_whole(record, store, readstore):
    _, programme = measured_places(record)
    following(store, readstore).catch_up()
    kept = {one["standard"]: one for one in readstore.grades_of("programme", programme)}
    assert kept.keys() == set(STANDARD_NAMES)
    assert kept[HOUSE]["reasons"]
    assert all("reasons" not in one for name, one in kept.items() if name != HOUSE)
    whole = len(json.dumps(kept[HOUSE]))
    assert all(len(json.dumps(one)) < whole / 3 for name, one in kept.items() if name != HOUSE)


@pytest.mark.parametrize("batch", [1, 7])
def test_the_history_is_the_same_whatever_the_batches_were(
    record, store, readstore, tmp_path, batch
):
    approach, programme = measured_places(record, 3)
    following(store, readstore).catch_up()
    milestones(record, programme, 2)
    measured_places(record, 1, approach=approach, first=3)
    measured_places(record, 2, first=5)
    following(store, readstore).catch_up()
    with folded_afresh(store, tmp_path / "afresh", batch=batch) as afresh:
        assert tables_of(afresh) == tables_of(readstore)


def test_one_follower_grades_as_many_do(record, store, readstore, tmp_path):
    kept = following(store, readstore, batch=3)
    approach = None
    for place in range(4):
        approach, _ = measured_places(record, 1, approach=approach, first=place)
        kept.catch_up()
    with folded_afresh(store, tmp_path / "afresh") as afresh:
        assert tables_of(afresh) == tables_of(readstore)


def test_a_batch_that_was_not_kept_is_graded_again_from_where_it_began(
    record, store, readstore, tmp_path
):
    regrade, failing = regrade_with(store), [True]

    def unreliable(view, touched):
        yield from regrade(view, touched)
        if failing.pop():
            raise sqlite3.OperationalError("the disk is full")

    measured_places(record, 2)
    projection = Projection(
        store.recorder,
        store.mapper,
        readstore,
        regrade=unreliable,
        standards=STANDARD_NAMES,
    )
    with pytest.raises(Exception, match="the disk is full"):
        projection.catch_up()
    failing.append(False)
    projection.catch_up()
    with folded_afresh(store, tmp_path / "afresh") as afresh:
        assert tables_of(afresh) == tables_of(readstore)


def test_a_new_standard_is_never_silent_and_filled_in_it_is_as_if_it_had_always_been(
    record, store, readstore, tmp_path
):
    approach, _ = measured_places(record, 2)
    following(store, readstore, standards=BEFORE).catch_up()
    assert NEW not in readstore.standards_held()
    newer = following(store, readstore)
    newer.catch_up()
    since = not_filled(readstore)[NEW]
    assert since > 0
    told = graded_since(readstore, [NEW])[NEW]
    assert (told["whole"], told["position"]) == (False, since)
    assert told["since"] == readstore.recorded_at(since)
    measured_places(record, 1, approach=approach, first=2)
    measured_places(record, 1, first=3)
    newer.catch_up()
    seen = []
    filled = fill(store, readstore, NEW, progress=lambda done, of: seen.append((done, of)))
    assert (filled.approaches, filled.programmes) == (2, 4)
    assert seen[-1] == (4, 4)
    assert not_filled(readstore) == {}
    assert graded_since(readstore, [NEW])[NEW]["whole"]
    with folded_afresh(store, tmp_path / "afresh") as afresh:
        assert tables_of(afresh) == tables_of(readstore)
    assert fill(store, readstore, NEW, progress=pytest.fail).approaches == 0


def test_filling_that_was_killed_goes_on_where_it_stopped(
    record, store, readstore, tmp_path, monkeypatch
):
    for place in range(3):
        measured_places(record, 1, first=place)
    following(store, readstore, standards=BEFORE).catch_up()
    following(store, readstore).catch_up()
    filled = []

    def killed(done, _):
        filled.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(store, readstore, NEW, progress=killed)
    assert NEW in not_filled(readstore)
    assert len(readstore.approaches_filled(NEW)) == 2
    assert fill(store, readstore, NEW, progress=lambda *_: None).approaches == 1
    with folded_afresh(store, tmp_path / "afresh") as afresh:
        assert tables_of(afresh) == tables_of(readstore)


def test_what_is_told_while_an_approach_is_filled_is_graded_too(
    record, store, readstore, tmp_path, monkeypatch
):
    approach, _ = measured_places(record, 1)
    following(store, readstore, standards=BEFORE).catch_up()
    newer = following(store, readstore)
    newer.catch_up()
    after_each, meanwhile = Pool.after_each, [True]

    def interrupted(pool, view, touches):
        yield from after_each(pool, view, touches)
        if meanwhile and meanwhile.pop():
            measured_places(record, 1, approach=approach, first=1)
            newer.catch_up()

    monkeypatch.setattr(Pool, "after_each", interrupted)
    fill(store, readstore, NEW, progress=lambda *_: None)
    monkeypatch.undo()
    with folded_afresh(store, tmp_path / "afresh") as afresh:
        assert tables_of(afresh) == tables_of(readstore)


def test_a_standard_that_is_not_shipped_is_not_filled_in(store, readstore):
    with pytest.raises(UnknownStandard, match="guess@1"):
        fill(store, readstore, "guess@1", progress=pytest.fail)
    assert readstore.standards_held() == {}


def test_what_an_approach_is_found_to_do_reaches_those_that_said_nothing_meanwhile(
    record, store, readstore, tmp_path
):
    approach, _ = measured_places(record, 6)
    following(store, readstore).catch_up()
    found = [one.grade["finding"] for one in house_history(readstore, "approach", approach)]
    assert len(set(found)) > 1
    first, *_ = readstore.programmes_of_approach(approach)
    own = readstore.programme_events(first)
    stretches = house_history(readstore, "programme", first)
    begun_by = {one.begun_by["programme_id"] for one in stretches}
    assert {first} < begun_by
    assert all(one.from_position >= own[-1]["position"] for one in stretches)


def house_history(readstore, kind, subject):
    return readstore.history_of(kind, subject, standard=HOUSE)


ADMISSIONS, BEDS, LAUNCH = "emergency admissions", "bed days", Launch()


def programme_told(*told):
    """What is known of a launched programme after these acts."""
    return facts_known(Scenario().given(LAUNCH, *told).events)


def planned_first(domain):
    """A plan for two outcomes, of which one is primary."""
    return plan(*(planned(domain=one, primary=one == domain) for one in (ADMISSIONS, BEDS)))


def told_of(domain):
    """A result that does not say whether its outcome is primary."""
    return MeasureOutcome(contrast(domain=domain))


def headline_of(*told):
    """The outcome that lists show of a programme, of two that are measured."""
    return headline([programme_told(*told)], [ADMISSIONS, BEDS])


def test_an_amendment_told_after_a_result_does_not_change_what_lists_show():
    amended = AmendPlan(planned_first(BEDS), reason="it went badly")
    results = told_of(ADMISSIONS), told_of(BEDS), told_of(BEDS)
    registered = RegisterPlan(planned_first(ADMISSIONS))
    assert headline_of(registered, *results, amended) == ADMISSIONS
    assert headline_of(registered, told_of(ADMISSIONS), amended, *results[1:]) == ADMISSIONS


def test_an_amendment_told_before_any_result_is_the_plan():
    amended = AmendPlan(planned_first(BEDS), reason="asked for by the council")
    registered = RegisterPlan(planned_first(ADMISSIONS))
    assert headline_of(registered, amended, told_of(ADMISSIONS), told_of(BEDS)) == BEDS
    assert headline_of(registered, amended) == BEDS


def test_a_plan_first_told_after_a_result_chooses_no_headline():
    late = RegisterPlan(planned_first(BEDS))
    assert headline_of(told_of(ADMISSIONS), told_of(ADMISSIONS), told_of(BEDS), late) == ADMISSIONS


def test_taking_the_first_result_back_opens_no_way_to_another_headline():
    story = Scenario().given(RegisterPlan(planned_first(ADMISSIONS)), LAUNCH, told_of(ADMISSIONS))
    story.given(
        WithdrawOutcome(story.last_id, DecidedBy.PROGRAMME, reason="a slip"),
        AmendPlan(planned_first(BEDS), reason="it went badly"),
        told_of(ADMISSIONS),
        told_of(BEDS),
        told_of(BEDS),
    )
    assert headline([facts_known(story.events)], [ADMISSIONS, BEDS]) == ADMISSIONS

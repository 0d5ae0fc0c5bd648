"""Regrading thousands of programmes, beside plain loops that grade the same facts in full."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.commands import Launch, MeasureOutcome
from domain.contrast import Comparator, Design, Reported, StudyDesign, UnitOfEvidence
from domain.facts import ProgrammeFacts, facts_known
from domain.record import RECORD_EVENTS
from migrations import migrate
from service.filling import fill
from service.grading import (
    STANDARD_NAMES,
    Remembering,
    approach_in_brief,
    grade_approach,
    grade_programme,
)
from service.projections import Projection
from service.readstore import ReadStore
from service.store import Store, open_database, open_store
from tests.benchmarks.ratio import Ratio, interleaved
from tests.store.builders import (
    LEAD,
    STEWARD,
    TODAY,
    a_programme,
    an_approach,
    an_outcome,
    record_on,
)

# An approach is tried in some tens of places; each measures the outcome in three cohorts.
PLACES, RESULTS, SEED = 20, 3, 20261125
STANDARD = "wwc@4.1"


def measured(*, rounds: int, programmes: int) -> Iterator[Ratio]:
    """A new standard filled in over so many programmes, and one more event of an approach."""
    with (
        TemporaryDirectory(prefix="candour-bench-") as folder,
        _recorded(folder, programmes) as (store, streams),
    ):
        told = [_facts(store, stream) for stream in streams]
        yield _filled(store, told, folder, rounds=rounds)
        yield _one_more(told[:PLACES], rounds=rounds)


def _filled(store: Store, told: list[ProgrammeFacts], folder: str, *, rounds: int) -> Ratio:
    """The whole history under a new standard, beside each programme once, as it stands now."""
    numbers = count()

    def filling() -> float:
        with _folded(store, f"sqlite:{Path(folder) / str(next(numbers))}") as readstore:
            started = time.perf_counter()
            fill(store, readstore, STANDARD, progress=lambda _done, _total: None)
            return len(told) / (time.perf_counter() - started)

    def loop() -> float:
        started = time.perf_counter()
        for facts in told:
            grade_programme(facts.programme_id, facts, standard=STANDARD)
        return len(told) / (time.perf_counter() - started)

    return interleaved(
        f"history of {len(told)} programmes by a new standard / each once",
        subject=filling,
        baseline=loop,
        rounds=rounds,
        unit="programmes/s",
        promise="no figure",
    )


def _one_more(told: list[ProgrammeFacts], *, rounds: int) -> Ratio:
    """An approach of some places by every standard, when one has told one more result."""
    approach, last = told[0].approach_id, told[-1]
    before = [*told[:-1], replace(last, contrasts=last.contrasts[:-1])]

    def remembering() -> float:
        memory = Remembering()
        approach_in_brief(approach, before, STANDARD_NAMES, memory=memory)
        started = time.perf_counter()
        approach_in_brief(approach, told, STANDARD_NAMES, memory=memory)
        return (time.perf_counter() - started) * 1000

    def plainly() -> float:
        started = time.perf_counter()
        for standard in STANDARD_NAMES:
            grade_approach(approach, told, standard=standard)
        return (time.perf_counter() - started) * 1000

    return interleaved(
        f"plain loop / one more result of an approach of {len(told)} places",
        subject=plainly,
        baseline=remembering,
        rounds=rounds,
        unit="ms",
        promise=">= 10",
    )


@contextmanager
def _recorded(folder: str, programmes: int) -> Iterator[tuple[Store, list[object]]]:
    address = f"sqlite:{folder}"
    migrate(address, "record")
    store = open_store(address, "record", events=RECORD_EVENTS)
    record, rng, streams, approach = record_on(store), random.Random(SEED), [], None
    for number in range(programmes):
        if number % PLACES == 0:
            told = an_approach(name=f"Approach {number // PLACES}")
            approach = record.register_approach(STEWARD, told, happened_on=TODAY).stream_id
        command = a_programme(approach, name=f"Place {number}")
        programme = record.register_programme(LEAD, command, happened_on=TODAY).stream_id
        record.act(LEAD, programme, Launch(), happened_on=TODAY)
        for result in range(RESULTS):
            record.act(LEAD, programme, _outcome(number, result, rng), happened_on=TODAY)
        streams.append(programme)
    yield store, streams
    store.close()


@contextmanager
def _folded(store: Store, address: str) -> Iterator[ReadStore]:
    """Read models of a version before the standard: all but grades, for the filling alone."""
    migrate(address, "read")
    readstore = ReadStore(open_database(address, "read"))
    Projection(
        store.recorder, store.mapper, readstore, regrade=lambda _view, _touched: ()
    ).catch_up()
    yield readstore
    readstore.close()


def _outcome(place: int, result: int, rng: random.Random) -> MeasureOutcome:
    estimate = round(rng.uniform(0.6, 1.1), 3)
    told = replace(
        an_outcome().contrast,
        study=f"Evaluation of place {place}",
        unit=UnitOfEvidence(f"place {place}", str(2020 + result)),
        design=StudyDesign(
            Design.MATCHED_COMPARISON,
            comparator=Comparator.USUAL_CARE,
            confounding_factor=False,
            adjusted_for_baseline=True,
            controls_adequate=True,
            comparison_similar=True,
        ),
        result=Reported("IRR", estimate, ci_low=estimate * 0.8, ci_high=estimate * 1.25),
    )
    return MeasureOutcome(told)


def _facts(store: Store, stream: object) -> ProgrammeFacts:
    stored = store.recorder.select_events(stream)
    return facts_known([store.mapper.to_domain_event(one) for one in stored])

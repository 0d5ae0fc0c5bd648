"""Follows the record into the read models: pulled in batches, each kept whole with its position."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from threading import Event, Thread
from typing import NamedTuple

from eventsourcing.persistence import PersistenceError

from domain.approach import Approach
from domain.events import RecordedEvent
from domain.member import Member
from domain.programme import Programme
from domain.views import approach_card, member_card, programme_card, programme_entry
from service.readstore import GradeChange, Queries, ReadStore, ReadTransaction
from service.readstore.documents import Document
from service.store import EventMapper, EventRecorder, StoreBusy, StoredRow

LOG = logging.getLogger("candour.projections")

# Carries the version of what is folded: a changed fold is a new name, followed from the start.
PROJECTION = "views@2"

# Events of one transaction during catch-up (event-store.md B4: 43 times one event at a time).
BATCH = 500

# How often an idle follower looks when nobody tells it to, and a waiting reader asks (B4).
POLL_SECONDS = 0.25
WAIT_STEP_SECONDS = 0.01


class Touch(NamedTuple):
    """An event of a programme that was just folded: what may have to be graded again."""

    position: int
    type: str
    programme_id: str
    approach_id: str


# Given the read models as they will be committed and what was touched, in the order of the log:
# the grades that stand from each position on. Grade what was known at `position`, never later,
# so that the history is the same whatever the batches were.
Regrade = Callable[[Queries, Sequence[Touch]], Iterable[GradeChange]]


class ProjectionStopped(Exception):
    """An event cannot be projected; nothing after it will be, until somebody has looked."""

    def __init__(self, position: int, cause: Exception) -> None:
        super().__init__(f"stopped at position {position}: {type(cause).__name__}: {cause}")
        self.position = position
        self.cause = cause


class Projection:
    """The fold of the record into the read store; any number may try, one at a time succeeds."""

    def __init__(
        self,
        recorder: EventRecorder,
        mapper: EventMapper,
        store: ReadStore,
        *,
        regrade: Regrade,
        standards: Sequence[str] = (),
        batch: int = BATCH,
    ) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._store = store
        self._regrade = regrade
        self._standards = tuple(standards)
        self._batch = batch

    def catch_up(self) -> int:
        """Folds until the log is exhausted; the position reached."""
        if not self._store.standards_held().keys() >= set(self._standards):
            with self._store.writing() as transaction:
                self._hold(transaction)
        while self.lag():
            self._step()
        return self.position()

    def position(self) -> int:
        """How far the read models have come."""
        return self._store.position(PROJECTION)

    def lag(self) -> int:
        """How many positions the read models are behind."""
        return max((self._recorder.max_notification_id() or 0) - self.position(), 0)

    def _step(self) -> None:
        """One batch in one transaction; what comes before a poison event is kept."""
        stopped: ProjectionStopped | None = None
        with self._store.writing() as transaction:
            # Read under the lock: whoever had it before us may have come further.
            after = transaction.position(PROJECTION)
            folded = _Batch(transaction)
            for row in self._recorder.select_rows(after, self._batch):
                try:
                    folded.add(row, self._mapper.to_domain_event(row))
                except PersistenceError:
                    raise
                except Exception as cause:
                    stopped = _stop(row.position, cause)
                    break
                after = row.position
            folded.save()
            transaction.save_grades(self._grades(transaction, folded.touched))
            transaction.save_position(PROJECTION, after)
        if stopped:
            raise stopped from stopped.cause

    def _hold(self, transaction: ReadTransaction) -> None:
        """A standard that is new here grades from now on.

        What was told before is for `candour regrade` to fill; until then everybody is told so.
        """
        transaction.hold(self._standards, transaction.position(PROJECTION))

    def _grades(self, view: Queries, touched: Sequence[Touch]) -> list[GradeChange]:
        if not touched:
            return []
        try:
            return list(self._regrade(view, touched))
        except PersistenceError:
            raise
        except Exception as cause:
            raise _stop(touched[0].position, cause) from cause


class _Batch:
    """Documents changed by a run of events; each is read once and written once."""

    def __init__(self, transaction: ReadTransaction) -> None:
        self._transaction = transaction
        self._programmes: dict[str, Document] = {}
        self._approaches: dict[str, Document] = {}
        self._members: dict[str, Document] = {}
        self._entries: dict[int, Document] = {}
        self.touched: list[Touch] = []

    def add(self, row: StoredRow, event: RecordedEvent) -> None:
        """Folds one event; an event that no read model knows is an error."""
        stream = str(row.originator_id)
        match event:
            case Programme.Event():
                card = programme_card(self._card(stream), event)
                entry = programme_entry(event)
                self._programmes[stream] = card
                self._entries[row.position] = entry
                approach_id = str(card["approach_id"])
                self.touched.append(Touch(row.position, event.facts.type, stream, approach_id))
            case Approach.Event():
                self._approaches[stream] = approach_card(None, event)
            case Member.Event():
                self._members[stream] = member_card(None, event)
            case _:
                raise TypeError(f"no read model is folded from {type(event).__qualname__}")

    def save(self) -> None:
        """Writes what changed."""
        self._transaction.save_programmes(self._programmes.values())
        self._transaction.add_entries(self._entries)
        self._transaction.save_approaches(self._approaches.values())
        self._transaction.save_members(self._members.values())

    def _card(self, stream: str) -> Document | None:
        return self._programmes.get(stream) or self._transaction.get_programme(stream)


class Follower:
    """A daemon thread that keeps the read models up to date."""

    def __init__(self, projection: Projection, *, poll: float = POLL_SECONDS) -> None:
        self._projection = projection
        self._poll = poll
        self._news = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="follower", daemon=True)
        self.failure: Exception | None = None

    def start(self) -> None:
        """Begins to follow; call it after any fork."""
        self._thread.start()

    def stop(self) -> None:
        """Finishes the batch in hand and ends the thread."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def notify(self) -> None:
        """Something was written: do not wait for the next look."""
        self._news.set()

    def lag(self) -> int:
        """How many positions the read models are behind; raises what stopped the follower."""
        if self.failure is not None:
            raise self.failure
        return self._projection.lag()

    def wait_for(self, position: int, timeout: float) -> bool:
        """Whether the read models came as far as `position` in time, whoever brought them there.

        A writer asks this after its write has landed, so a stopped follower is no error here: it is
        one for `lag`.
        """
        self.notify()
        deadline = time.monotonic() + timeout
        while self._projection.position() < position:
            if self.failure is not None or time.monotonic() >= deadline:
                return False
            time.sleep(WAIT_STEP_SECONDS)
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            try:
                self._projection.catch_up()
            except StoreBusy:
                LOG.info("another process is projecting")
            except PersistenceError:
                LOG.exception("a store cannot be reached; trying again")
            except Exception as failure:
                self._fail(failure)
                return
            self._news.wait(self._poll)

    def _fail(self, failure: Exception) -> None:
        self.failure = failure
        LOG.critical("the read models have stopped: %s", failure, exc_info=failure)


def _stop(position: int, cause: Exception) -> ProjectionStopped:
    stopped = ProjectionStopped(position, cause)
    LOG.critical("projection %s %s", PROJECTION, stopped)
    return stopped

"""The ledger of measured outcomes: what stands, what changed, and who decided it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.commands import CorrectOutcome, WithdrawOutcome
from domain.contrast import Contrast
from domain.events import RecordedEvent
from domain.programme import Programme
from domain.values import DecidedBy


class ContrastStatus(StrEnum):
    """Where an outcome stands by its last decision; the scoring treats each in its own way."""

    LIVE = "live"
    CORRECTED_BY_PANEL = "corrected_by_panel"
    REVISED_BY_PROGRAMME = "revised_by_programme"
    REMOVED_BY_PANEL = "removed_by_panel"
    WITHDRAWN_BY_PROGRAMME = "withdrawn_by_programme"


@dataclass(frozen=True, slots=True)
class Entry:
    """One measured outcome: its value now, and the way it got there.

    `previous` holds every earlier value, oldest first; `contested` those since the last decision of
    a panel: an interested party has replaced them and nobody independent has set them aside.
    """

    event_id: UUID
    recorded_at: datetime
    happened_on: date
    stream_version: int
    contrast: Contrast
    status: ContrastStatus = ContrastStatus.LIVE
    blind_to_direction: bool = False
    previous: tuple[Contrast, ...] = ()
    contested: tuple[Contrast, ...] = ()
    decisive_event_ids: tuple[UUID, ...] = ()

    @property
    def settled(self) -> Contrast:
        """The value as first reported, or as a panel last left it."""
        return self.contested[0] if self.contested else self.contrast


def ledger(events: Iterable[RecordedEvent]) -> tuple[Entry, ...]:
    """Every measured outcome in the order it was recorded, with all that was decided on it."""
    entries: dict[UUID, Entry] = {}
    for event in events:
        match event:
            case Programme.OutcomeMeasured():
                entries[event.envelope.event_id] = _measured(event)
            case Programme.OutcomeCorrected():
                earlier = entries[event.facts.event_id]
                entries[earlier.event_id] = _corrected(earlier, event.facts, event)
            case Programme.OutcomeWithdrawn():
                earlier = entries[event.facts.event_id]
                entries[earlier.event_id] = _withdrawn(earlier, event.facts, event)
    return tuple(entries.values())


def _measured(event: Programme.OutcomeMeasured) -> Entry:
    return Entry(
        event_id=event.envelope.event_id,
        recorded_at=event.envelope.recorded_at,
        happened_on=event.envelope.happened_on,
        stream_version=event.originator_version,
        contrast=event.facts.contrast,
        decisive_event_ids=(event.envelope.event_id,),
    )


def _corrected(entry: Entry, facts: CorrectOutcome, event: RecordedEvent) -> Entry:
    by_panel = facts.decided_by is DecidedBy.INDEPENDENT_PANEL
    return replace(
        entry,
        contrast=facts.contrast,
        status=(
            ContrastStatus.CORRECTED_BY_PANEL if by_panel else ContrastStatus.REVISED_BY_PROGRAMME
        ),
        previous=(*entry.previous, entry.contrast),
        contested=() if by_panel else (*entry.contested, entry.contrast),
        decisive_event_ids=(*entry.decisive_event_ids, event.envelope.event_id),
    )


def _withdrawn(entry: Entry, facts: WithdrawOutcome, event: RecordedEvent) -> Entry:
    by_panel = facts.decided_by is DecidedBy.INDEPENDENT_PANEL
    return replace(
        entry,
        status=(
            ContrastStatus.REMOVED_BY_PANEL if by_panel else ContrastStatus.WITHDRAWN_BY_PROGRAMME
        ),
        blind_to_direction=facts.blind_to_direction,
        decisive_event_ids=(*entry.decisive_event_ids, event.envelope.event_id),
    )

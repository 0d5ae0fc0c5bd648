"""What the pages read and write through: the record, its read models, and grades at a moment."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.record import Record
from service.context import RecordLane, context
from service.differing import differences_at, side_by_side_at, worksheet_at
from service.grades import check_known, grades_at, levels_at
from service.history import history_of
from service.portfolios import Portfolio, portfolio_at
from service.reading import NOW, Moment, approach_now, entries_at, programme_at
from service.readstore import Filters, Page
from service.readstore.queries import HOUSE_STANDARD
from service.store import StoredRow
from service.toolkit import toolkit_of

Document = Mapping[str, Any]

PAGE_SIZE = 50
# A form waits this long for the read models, so that the next page shows what was just logged.
WAIT_SECONDS = 5.0


def record() -> Record:
    """The book that decides."""
    return _lane().record


def wait_for(position: int) -> None:
    """Waits a little until the read models show what was written."""
    _lane().follower.wait_for(position, WAIT_SECONDS)


def programmes(*, cursor: str | None = None) -> Page:
    """A page of cards by name."""
    return _lane().readstore.list_programmes(cursor=cursor, limit=PAGE_SIZE)


def programmes_of_organisation(organisation: str) -> Sequence[Document]:
    """The first cards of one organisation."""
    mine = Filters(organisation=organisation)
    return _lane().readstore.list_programmes(mine, limit=PAGE_SIZE).documents


def programmes_of_approach(approach_id: UUID) -> Sequence[Document]:
    """The cards of the programmes that try an approach."""
    readstore = _lane().readstore
    cards = map(readstore.get_programme, readstore.programmes_of_approach(approach_id))
    return [card for card in cards if card is not None]


def programme(programme_id: UUID) -> Document:
    """The card of a programme."""
    return programme_at(_lane(), programme_id)


def entries(programme_id: UUID) -> Sequence[Document]:
    """The timeline of a programme, in the order of telling."""
    return entries_at(_lane(), programme_id)


def entries_of_approach(approach_id: UUID) -> Sequence[Document]:
    """The timelines of every programme of an approach."""
    return _lane().readstore.events_of_approach(approach_id)


def approaches() -> Sequence[Document]:
    """The catalogue; empty where this process serves no record."""
    return _lane().readstore.list_approaches() if context().lane is not None else ()


def approach(approach_id: UUID) -> Document:
    """One entry of the catalogue."""
    return approach_now(_lane(), approach_id)


def grades(
    kind: str,
    subject: UUID,
    *,
    standard: str = HOUSE_STANDARD,
    outcome: str | None = None,
    moment: Moment = NOW,
) -> Sequence[Document]:
    """The grades of a subject, the headline first."""
    return grades_at(_lane(), (kind, subject), standard=standard, outcome=outcome, moment=moment)


def levels(
    kind: str, subject: UUID, *, outcome: str | None = None, moment: Moment = NOW
) -> Sequence[Document]:
    """The grades of a subject by every standard at once, in brief but for the house grade."""
    return levels_at(_lane(), (kind, subject), outcome=outcome, moment=moment)


def side_by_side(
    kind: str, subject: UUID, *, standards: str, outcome: str, moment: Moment = NOW
) -> Sequence[Document]:
    """The grades of one outcome by several standards."""
    return side_by_side_at(
        _lane(), (kind, subject), standards=standards, outcome=outcome, moment=moment
    )


def differences(
    kind: str, subject: UUID, *, standards: str, outcome: str, moment: Moment = NOW
) -> Sequence[Document]:
    """What each standard concludes of one outcome, and what makes the difference."""
    return differences_at(
        _lane(), (kind, subject), standards=standards, outcome=outcome, moment=moment
    )


def worksheet(programme_id: UUID, *, standard: str, outcome: str) -> Sequence[Document]:
    """What a standard still asks of one outcome of a programme."""
    return worksheet_at(_lane(), programme_id, standard=standard, outcome=outcome)


def toolkit(approach_id: UUID, *, moment: Moment = NOW) -> Document:
    """What an approach does, how sure, how much and at what cost."""
    check_known(_lane(), ("approach", approach_id), moment)
    return toolkit_of(_lane(), approach_id, moment)


def history(
    kind: str,
    subject: UUID,
    *,
    standard: str = HOUSE_STANDARD,
    outcome: str | None = None,
    moment: Moment = NOW,
) -> Sequence[Document]:
    """The stretches in which the grades of a subject stood, oldest first."""
    return history_of(_lane(), (kind, subject), standard=standard, outcome=outcome, moment=moment)


def portfolio(wanted: Mapping[str, Any], *, moment: Moment, limit: int) -> Portfolio:
    """Headline grades with their programmes, narrowed, at a moment."""
    query = {"standard": HOUSE_STANDARD, **wanted, "limit": limit}
    return portfolio_at(_lane(), query, moment)


def rows(*, after: int, limit: int) -> Sequence[StoredRow]:
    """Rows of the record as stored."""
    return _lane().store.recorder.select_rows(after, limit)


def _lane() -> RecordLane:
    return context().record_lane

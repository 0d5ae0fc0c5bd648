"""Grades at a moment: from their history where it holds them, from the facts where it cannot."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.errors import InvalidValue, NotFound
from domain.facts import ProgrammeFacts, facts_known
from service.context import RecordLane
from service.grading import HOUSE, check_standard, grade_approach, grade_programme
from service.reading import NOW, Moment, approach_now, programme_at, stream_at
from service.readstore import Filters, Page
from service.readstore.filters import CONFIDENCES
from service.regrading import APPROACH, PROGRAMME, findings_of, marked

Document = dict[str, Any]
Query = Mapping[str, Any]
Subject = tuple[str, UUID]
# A programme's registration never changes, so these filters hold at every moment.
LASTING = ("sector", "area", "q")


def grades_at(
    lane: RecordLane,
    subject: Subject,
    *,
    standard: str = HOUSE,
    outcome: str | None = None,
    moment: Moment = NOW,
) -> list[Document]:
    """The grades of a programme or an approach, the headline first."""
    check_standard(standard)
    _check_known(lane, subject, moment)
    if moment.as_of is None:
        found = grades_remembered(lane, subject, standard, moment)
    else:
        found = grades_performed(lane, subject, standard, moment)
    return [one for one in found if outcome in (None, one["subject"]["outcome"])]


def programmes_at(lane: RecordLane, query: Query, moment: Moment) -> Page:
    """A page of cards; at a past moment it leaves out what was not there or was not so."""
    page = lane.readstore.list_programmes(
        _filters(query, lasting=not moment.is_now),
        cursor=query.get("cursor"),
        limit=query["limit"],
    )
    if moment.is_now:
        return page
    cards = [card for card in _cards_at(lane, page.documents, moment) if _is_so(card, query)]
    if query.get("finding") or query.get("min_confidence"):
        cards = [card for card in cards if _graded_so(lane, card, query, moment)]
    return Page(cards, page.next_cursor)


def portfolio_at(lane: RecordLane, query: Query, moment: Moment) -> Page:
    """A page of headline grades, each with its programme as it was."""
    check_standard(query["standard"])
    if moment.as_of is not None:
        return _performed_portfolio(lane, query, moment)
    page = lane.readstore.portfolio(
        _filters(query, lasting=not moment.is_now, graded=True),
        standard=query["standard"],
        at_position=_position(lane, moment),
        cursor=query.get("cursor"),
        limit=query["limit"],
    )
    if moment.is_now:
        return page
    pairs = [
        {
            "programme": programme_at(lane, UUID(pair["programme"]["id"]), moment),
            "grade": pair["grade"] | _stamp(moment),
        }
        for pair in page.documents
    ]
    return Page([pair for pair in pairs if _is_so(pair["programme"], query)], page.next_cursor)


def facts_at(lane: RecordLane, approach_id: UUID, moment: Moment) -> list[ProgrammeFacts]:
    """The facts of every programme of an approach that was there by then, in the order of ids."""
    found = []
    for programme_id in sorted(lane.readstore.programmes_of_approach(approach_id)):
        try:
            events = stream_at(lane, UUID(programme_id), Moment(known_at=moment.known_at))
        except NotFound:
            continue
        found.append(facts_known(events, as_of=moment.as_of, known_at=moment.known_at))
    return found


def grades_remembered(
    lane: RecordLane, subject: Subject, standard: str, moment: Moment
) -> list[Document]:
    """What the history says stood at a moment of ours, without a cut in the world."""
    kind, subject_id = subject
    position = _position(lane, moment)
    found = lane.readstore.grades_of(kind, subject_id, standard=standard, at_position=position)
    return [one | _stamp(moment) for one in found]


def grades_performed(
    lane: RecordLane, subject: Subject, standard: str, moment: Moment
) -> list[Document]:
    """The grades of the facts as they were known at a moment, computed now."""
    kind, subject_id = subject
    if kind == APPROACH:
        facts = facts_at(lane, subject_id, moment)
        found = grade_approach(subject_id, facts, standard=standard, **_cuts(moment))
        return marked(found, facts)
    approach_id = UUID(programme_at(lane, subject_id)["approach_id"])
    return _performed_programme(lane, facts_at(lane, approach_id, moment), subject_id, standard)


def _performed_programme(
    lane: RecordLane, pooled: Sequence[ProgrammeFacts], programme_id: UUID, standard: str
) -> list[Document]:
    facts = next((one for one in pooled if one.programme_id == programme_id), None)
    if facts is None:
        return []
    approach = findings_of(grade_approach(facts.approach_id, pooled))
    found = grade_programme(programme_id, facts, standard=standard, approach=approach)
    return marked(found, [facts])


def _performed_portfolio(lane: RecordLane, query: Query, moment: Moment) -> Page:
    page = lane.readstore.list_programmes(
        _filters(query, lasting=True), cursor=query.get("cursor"), limit=query["limit"]
    )
    cards = [card for card in _cards_at(lane, page.documents, moment) if _is_so(card, query)]
    pools = {
        approach_id: facts_at(lane, UUID(approach_id), moment)
        for approach_id in {card["approach_id"] for card in cards}
    }
    pairs = []
    for card in cards:
        pool = pools[card["approach_id"]]
        found = _performed_programme(lane, pool, UUID(card["id"]), query["standard"])
        if found and _grade_is_so(found[0], query):
            pairs.append({"programme": card, "grade": found[0]})
    return Page(pairs, page.next_cursor)


def _cards_at(lane: RecordLane, cards: Sequence[Document], moment: Moment) -> Iterator[Document]:
    for card in cards:
        try:
            yield programme_at(lane, UUID(card["id"]), moment)
        except NotFound:  # it was not registered yet
            continue


def _is_so(card: Document, query: Query) -> bool:
    status = query.get("status")
    return status is None or card["status"] == status


def _graded_so(lane: RecordLane, card: Document, query: Query, moment: Moment) -> bool:
    found = grades_at(lane, (PROGRAMME, UUID(card["id"])), moment=moment)
    return bool(found) and _grade_is_so(found[0], query)


def _grade_is_so(grade: Document, query: Query) -> bool:
    finding, least = query.get("finding"), query.get("min_confidence")
    if finding is not None and grade["finding"] != finding:
        return False
    if least is None:
        return True
    sure = grade["confidence"]
    return sure is not None and CONFIDENCES.index(sure) >= CONFIDENCES.index(least)


def _filters(query: Query, *, lasting: bool, graded: bool = False) -> Filters:
    """The filters of a query; `lasting` leaves out those that only hold now, save grades'."""
    wanted: dict[str, Any] = {name: query.get(name) for name in LASTING}
    if query.get("approach") is not None:
        wanted["approach"] = str(query["approach"])
    if not lasting:
        wanted["status"] = query.get("status")
    if graded or not lasting:
        wanted |= {name: query.get(name) for name in ("finding", "min_confidence")}
    return Filters(**wanted)


def _position(lane: RecordLane, moment: Moment) -> int | None:
    return None if moment.known_at is None else lane.readstore.position_at(moment.known_at)


def _stamp(moment: Moment) -> Document:
    return {"known_at": moment.known_at.isoformat() if moment.known_at else None}


def _cuts(moment: Moment) -> dict[str, Any]:
    return {"as_of": moment.as_of, "known_at": moment.known_at}


def _check_known(lane: RecordLane, subject: Subject, moment: Moment) -> None:
    """Refuses a subject that is not there, or was not there yet."""
    kind, subject_id = subject
    match kind:
        case "programme":
            programme_at(lane, subject_id, Moment(known_at=moment.known_at))
        case "approach":
            approach_now(lane, subject_id)
        case _:
            raise InvalidValue("subject", f"is {kind}", accepted="programme or approach")

"""Lists over the portfolio at a moment: cards, and headline grades whose "works" hold together."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.errors import NotFound
from service.context import RecordLane
from service.grades import facts_at, grades_at, headlines_in, position_of, stamp_of
from service.grading import HOUSE, as_listed, check_standard
from service.grading.discoveries import LEAST_LN_E, RATE, least_evidence
from service.reading import Moment, programme_at
from service.readstore import Filters, Page
from service.readstore.filters import CONFIDENCES
from service.regrading import PROGRAMME

Document = dict[str, Any]
Query = Mapping[str, Any]
# A programme's registration never changes, so these filters hold at every moment.
LASTING = ("sector", "area", "q")
# A list as of a past day is graded while its reader waits: of so many, and no more, all are graded
# so that it can be said which "works" hold together.
GRADED_AT_ONCE = 500
WORKS = "works"


@dataclass(frozen=True, slots=True)
class Control:
    """What keeps the false discoveries of a list at a rate: e-BH over the whole of it.

    The list that is controlled is narrowed by what programmes lastingly are (approach, sector,
    area, words), never by status, finding or confidence: whoever picks the findings first has no
    fair sample of them. `least` is the evidence from which on "works" holds; None where none does.
    """

    listed: int
    least: float | None
    holding: int
    rate: float = RATE

    def holds(self, grade: Document) -> bool | None:
        """Whether a "works" holds in the list; None where nothing of the kind is said."""
        if grade["finding"] != WORKS:
            return None
        return self.least is not None and _evidence(grade) >= self.least

    def document(self) -> Document:
        """In plain JSON."""
        return {
            "method": "e-BH",
            "rate": self.rate,
            "listed": self.listed,
            "holding": self.holding,
        }


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A page of headline grades; `control` is None where the list is not controlled."""

    documents: list[Document]
    next_cursor: str | None
    control: Control | None


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


def portfolio_at(lane: RecordLane, query: Query, moment: Moment) -> Portfolio:
    """A page of headline grades, each with its programme as it was.

    `fdr_controlled` says of each "works" whether it holds in the list with at most 5 % expected to
    be wrong, whatever page it stands on.
    """
    check_standard(query["standard"])
    if moment.as_of is not None:
        return _performed(lane, query, moment)
    position = position_of(lane, moment)
    page = lane.readstore.portfolio(
        _filters(query, lasting=not moment.is_now, graded=True),
        standard=query["standard"],
        at_position=position,
        cursor=query.get("cursor"),
        limit=query["limit"],
    )
    pairs = [
        {"programme": pair["programme"], "grade": as_listed(pair["grade"]) | stamp_of(moment)}
        for pair in page.documents
    ]
    if not moment.is_now:
        pairs = [
            pair | {"programme": programme_at(lane, UUID(pair["programme"]["id"]), moment)}
            for pair in pairs
        ]
    control = _control(lane, query, position)
    return _portfolio((p for p in pairs if _is_so(p["programme"], query)), page, control)


def _control(lane: RecordLane, query: Query, position: int | None) -> Control | None:
    """From the evidence in the history: one count and one range of its index."""
    if query["standard"] != HOUSE:
        return None
    listed, evidence = lane.readstore.evidence_of(
        _filters(query, lasting=True), at_position=position, least=LEAST_LN_E
    )
    return _controlled(listed, evidence)


def _controlled(listed: int, evidence: Sequence[float]) -> Control:
    least = least_evidence(listed, evidence)
    holding = 0 if least is None else sum(ln_e >= least for ln_e in evidence)
    return Control(listed, least, holding)


def _performed(lane: RecordLane, query: Query, moment: Moment) -> Portfolio:
    """As of a past day no history holds the grades: they are found again from the facts."""
    filters = _filters(query, lasting=True)
    page = lane.readstore.list_programmes(filters, cursor=query.get("cursor"), limit=query["limit"])
    whole = lane.readstore.list_programmes(filters, limit=GRADED_AT_ONCE)
    if query["standard"] != HOUSE or whole.next_cursor is not None:
        pairs = _pairs(lane, page.documents, query, moment)
        return _portfolio((p for p in pairs if _pair_is_so(p, query)), page, None)
    graded = list(_pairs(lane, whole.documents, query, moment))
    evidence = [_evidence(pair["grade"]) for pair in graded]
    large = [ln_e for ln_e in evidence if ln_e >= LEAST_LN_E]
    control = _controlled(len(graded), large)
    here = {card["id"] for card in page.documents}
    shown = (p for p in graded if p["programme"]["id"] in here and _pair_is_so(p, query))
    return _portfolio(shown, page, control)


def _pairs(
    lane: RecordLane, cards: Sequence[Document], query: Query, moment: Moment
) -> Iterator[Document]:
    """Each card as it was with its headline grade then."""
    then = list(_cards_at(lane, cards, moment))
    pools = {
        approach_id: facts_at(lane, UUID(approach_id), moment)
        for approach_id in {card["approach_id"] for card in then}
    }
    graded = {
        programme_id: grade
        for pool in pools.values()
        for programme_id, grade in headlines_in(pool, query["standard"]).items()
    }
    for card in then:
        if card["id"] in graded:
            yield {"programme": card, "grade": as_listed(graded[card["id"]])}


def _portfolio(pairs: Iterable[Document], page: Page, control: Control | None) -> Portfolio:
    told = [
        pair | {"fdr_controlled": None if control is None else control.holds(pair["grade"])}
        for pair in pairs
    ]
    return Portfolio(told, page.next_cursor, control)


def _evidence(grade: Document) -> float:
    """ln E that it works; none at all where nothing was measured."""
    found = (grade["anytime"] or {}).get("ln_e_plus")
    return -math.inf if found is None else float(found)


def _cards_at(lane: RecordLane, cards: Sequence[Document], moment: Moment) -> Iterator[Document]:
    for card in cards:
        try:
            yield programme_at(lane, UUID(card["id"]), moment)
        except NotFound:  # it was not registered yet
            continue


def _is_so(card: Document, query: Query) -> bool:
    status = query.get("status")
    return status is None or card["status"] == status


def _pair_is_so(pair: Document, query: Query) -> bool:
    return _is_so(pair["programme"], query) and _grade_is_so(pair["grade"], query)


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

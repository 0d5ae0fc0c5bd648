"""What an approach does, how sure, how much and at what cost: one document of it at a moment."""

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from domain.facts import ProgrammeFacts
from service.context import RecordLane
from service.grades import facts_at, levels_at
from service.grading import HOUSE
from service.reading import NOW, Moment
from service.regrading import APPROACH

Document = dict[str, Any]
# What the unit cost of a measured result is in (design: present values and costs in pounds).
POUNDS = "GBP"
UNREPORTED = "unreported"


class Price(NamedTuple):
    """What makes amounts comparable: they are never put together across any of these."""

    kind: str
    per: str
    perspective: str | None
    currency: str
    price_year: int | None


def toolkit_of(lane: RecordLane, approach_id: UUID, moment: Moment = NOW) -> Document:
    """By outcome the effect, how sure, what elsewhere may expect and what is awaited; and costs."""
    found = levels_at(lane, (APPROACH, approach_id), moment=moment)
    house = [one for one in found if one["standard"] == HOUSE]
    others = [one for one in found if one["standard"] != HOUSE]
    return {
        "outcomes": [_outcome(one, others) for one in house],
        "costs": costs_of(facts_at(lane, approach_id, moment)),
        "as_of": moment.as_of.isoformat() if moment.as_of else None,
        "known_at": moment.known_at.isoformat() if moment.known_at else None,
    }


def costs_of(programmes: Iterable[ProgrammeFacts]) -> list[Document]:
    """Costs that are alike in kind, unit, perspective, currency and price year, and never others.

    A programme counts once in each, by what it told last.
    """
    told: dict[Price, dict[UUID, float]] = {}
    for facts in programmes:
        for price, amount in _costs(facts):
            told.setdefault(price, {})[facts.programme_id] = amount
    return [
        {
            **price._asdict(),
            "programmes": len(amounts),
            "median": statistics.median(amounts.values()),
            "low": min(amounts.values()),
            "high": max(amounts.values()),
        }
        for price, amounts in sorted(told.items(), key=lambda one: tuple(map(str, one[0])))
    ]


def transferability(grade: Mapping[str, Any]) -> Document:
    """Where the effect of one more place would be expected, in words; standard deviations, + good.

    The 95 % prediction interval of the pool: it takes two independent units to say anything.
    """
    estimate = grade["estimate"] or {}
    low, high = estimate.get("pi_low"), estimate.get("pi_high")
    units = estimate.get("k", 0)
    if units < 2 or low is None or high is None:
        return {"pi_low": None, "pi_high": None, "k": units, "text": _unknown(units)}
    text = _expected(low, high, worthwhile=grade["anytime"]["sesoi"])
    return {"pi_low": low, "pi_high": high, "k": units, "text": text}


def _unknown(units: int) -> str:
    if not units:
        return "Nothing could be pooled, so nothing can be expected of another place."
    if units == 1:
        return "One independent unit was studied: of another place it says nothing."
    return "What another place may expect cannot be told: the range has no end."


def _expected(low: float, high: float, *, worthwhile: float) -> str:
    if low >= worthwhile:
        return "Another place like these can expect a worthwhile effect."
    if low > 0:
        return "Another place like these can expect it to help, though perhaps by little."
    if high < 0:
        return "Another place like these must expect it to do harm."
    if high < worthwhile:
        return "Another place like these can expect no worthwhile effect."
    return "In another place it may help, make no difference or do harm: places differ, or are few."


def _outcome(house: Document, others: Sequence[Document]) -> Document:
    outcome = house["subject"]["outcome"]
    return {
        "outcome": outcome,
        "headline": house["headline"],
        "finding": house["finding"],
        "confidence": house["confidence"],
        "demonstrably_works": house["demonstrably_works"],
        "explanation": house["explanation"],
        "estimate": house["estimate"],
        "transferability": transferability(house),
        "standards": [
            {name: one[name] for name in ("standard", "status", "grade", "title")}
            for one in others
            if one["subject"]["outcome"] == outcome
        ],
        "contexts": [
            {name: one[name] for name in ("name", "finding", "effect")} for one in house["contexts"]
        ],
        "interaction": house["interaction"],
        "unreported": list(_unreported(house)),
    }


def _unreported(house: Document) -> Iterator[Document]:
    for line in house["plan"]:
        if line["state"] == UNREPORTED:
            yield {"programme_id": line["programme"], "due_on": line["due_on"], **line["planned"]}


def _costs(facts: ProgrammeFacts) -> Iterator[tuple[Price, float]]:
    """In the order of telling."""
    for told in facts.costs:
        cost = told.report.cost
        price = Price("reported", cost.per, cost.perspective, cost.currency, cost.price_year)
        yield price, cost.amount
    for one in facts.contrasts:
        money = one.contrast.money
        if money.unit_cost is not None:
            yield (
                Price("unit cost of a measured result", "unit", None, POUNDS, money.price_year),
                money.unit_cost,
            )

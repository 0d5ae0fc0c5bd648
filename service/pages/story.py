"""A programme's events told in plain words, and its plan set against what was measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from service.charts.timeline import NARROW, WIDE, Moment, timeline
from service.pages.words import (
    day,
    design_words,
    event_words,
    interval,
    measure_words,
    number,
    spoken,
)

Document = Mapping[str, Any]
Words = tuple[str, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """One event in words: a headline, what more there is to say, where it was published."""

    type: str
    event_id: str
    happened_on: str
    recorded_at: str
    headline: str
    details: tuple[str, ...]
    source: Document | None


def told(entry: Document) -> Told:
    """The event of a timeline row in words."""
    facts = entry["facts"]
    headline, details = _words(entry["type"], facts)
    source = facts.get("source") or (facts.get("contrast") or {}).get("source")
    return Told(
        type=entry["type"],
        event_id=entry["event_id"],
        happened_on=entry["happened_on"],
        recorded_at=entry["recorded_at"],
        headline=f"{event_words(entry['type'])}{headline}",
        details=tuple(detail for detail in details if detail),
        source=source,
    )


def _words(event_type: str, facts: Document) -> Words:
    """What follows the name of the event in its headline, and the lines below."""
    match event_type:
        case "launched" | "resumed":
            return "", (facts["note"],)
        case "stalled" | "closed":
            return "", (facts["reason"],)
        case "registered":
            return "", (facts["summary"],)
        case "milestone_reached":
            return f": {facts['milestone']}", (facts["note"],)
        case "cost_reported":
            return f": {_cost(facts['cost'])}", (facts["note"],)
    return WORDS[event_type](facts)


def _pivot(facts: Document) -> Words:
    kind = "a core change: a new version starts" if facts["kind"] == "core" else "adaptation"
    return f": {kind}", (facts["change"], f"Why: {facts['reason']}")


def _measurement(facts: Document) -> Words:
    contrast = facts["contrast"]
    lines = (result_words(contrast), _who(contrast), _how(contrast["result"]))
    return f": {contrast['outcome']['measure']}", lines


def _judgement(facts: Document) -> Words:
    judged = facts["judgement"]
    answer = f"Answer: {spoken(judged['answer']).lower()}. {judged['reason']}"
    return f": {spoken(judged['question']).lower()}", (answer,)


# An event type that is not here has no words: looking it up is an error, never a shrug.
WORDS: Mapping[str, Callable[[Document], Words]] = MappingProxyType(
    {
        "pivoted": _pivot,
        "plan_registered": lambda facts: ("", _plan(facts["plan"])),
        "plan_amended": lambda facts: ("", (f"Why: {facts['reason']}", *_plan(facts["plan"]))),
        "outcome_measured": _measurement,
        "outcome_corrected": lambda facts: (
            _decided(facts),
            (f"Why: {facts['reason']}", result_words(facts["contrast"])),
        ),
        "outcome_withdrawn": lambda facts: (_decided(facts), (f"Why: {facts['reason']}",)),
        "judgement_recorded": _judgement,
    }
)


def _plan(plan: Document) -> tuple[str, ...]:
    outcomes = "; ".join(
        f"{outcome['measure']}{' (primary)' if outcome['primary'] else ''}"
        for outcome in plan["outcomes"]
    )
    return (f"{design_words(plan['design'])}. Compared with: {plan['comparison']}", outcomes)


def _decided(facts: Document) -> str:
    panel = facts["decided_by"] == "independent_panel"
    return f", decided by {'an independent panel' if panel else 'the programme'}"


def _cost(cost: Document) -> str:
    amount = number(cost["amount"], 0 if cost["amount"] == int(cost["amount"]) else 2)
    return f"{cost['currency']} {amount} per {cost['per']} ({cost['price_year']} prices)"


def _who(contrast: Document) -> str:
    context = ", ".join(
        f"{spoken(key).lower()}: {value}" for key, value in contrast["context"].items()
    )
    where = f"{contrast['unit']['site']}, {contrast['unit']['cohort']}"
    among = f" ({context})" if context else ""
    return f"{design_words(contrast['design']['type'])}; {where}{among}"


def _how(result: Document) -> str | None:
    """How the service itself came to an estimate; what others published speaks elsewhere."""
    if result["kind"] != "estimated":
        return None
    data = result["data"]
    file = f"{data['rows']:,} rows that are kept nowhere, SHA-256 {data['sha256'][:12]}…"
    return f"Estimated here from raw outcomes ({file}). {result['text']}"


def result_words(contrast: Document) -> str:
    """A measured result in words, and which way is better."""
    result = contrast["result"]
    name = measure_words(result["measure"])
    better = "more is better" if contrast["outcome"]["direction_good"] > 0 else "less is better"
    match result["kind"]:
        case "reported" | "estimated":
            said = f"{name} {number(result['estimate'])} ({_precision(result)})"
        case "two_by_two":
            said = (
                f"{result['ai']} of {result['ai'] + result['bi']} with the programme, "
                f"{result['ci']} of {result['ci'] + result['di']} without"
            )
        case "means":
            said = (
                f"mean {number(result['m1i'])} with the programme (n {result['n1i']}), "
                f"{number(result['m2i'])} without (n {result['n2i']})"
            )
        case "rates":
            said = (
                f"{number(result['x1i'], 0)} events with the programme, "
                f"{number(result['x2i'], 0)} without"
            )
        case kind:
            raise ValueError(f"{kind} is no kind of result")
    return f"{said}; {better}"


def _precision(result: Document) -> str:
    if result["kind"] == "reported" and result["ci_low"] is None:
        return "interval not published"
    level = f"{100 * result['ci_level']:g}% interval"
    return f"{level} {interval(result['ci_low'], result['ci_high'])}"


def drawings(entries: Sequence[Document], name: str) -> dict[str, Any]:
    """The timeline, wide and narrow."""
    moments = [
        Moment(date.fromisoformat(entry["happened_on"]), entry["type"], told(entry).headline)
        for entry in entries
    ]
    first, last = min(entries, key=_day)["happened_on"], max(entries, key=_day)["happened_on"]
    labels = (
        f"Timeline of {name}",
        f"{len(entries)} events from {day(first)} to {day(last)}, each listed in words below.",
    )
    return {
        "wide": timeline(moments, labels, WIDE),
        "narrow": timeline(moments, labels, NARROW),
        "subtitle": f"{len(entries)} events, {day(first)} to {day(last)}. A stall or a pivot never "
        "lowers a grade by itself.",
    }


def _day(entry: Document) -> str:
    return str(entry["happened_on"])


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One outcome: what was planned, and what was measured of it."""

    domain: str
    planned: str
    measured: tuple[str, ...]


def plan_against_measured(entries: Sequence[Document]) -> list[PlanLine]:
    """Each outcome that was planned or measured, so that silence shows as silence."""
    planned: dict[str, str] = {}
    measured: dict[str, dict[str, str]] = {}
    for entry in entries:
        facts = entry["facts"]
        match entry["type"]:
            case "plan_registered" | "plan_amended":
                for outcome in facts["plan"]["outcomes"]:
                    planned[outcome["domain"]] = _planned(outcome)
            case "outcome_measured" | "outcome_corrected":
                contrast = facts["contrast"]
                line = f"{contrast['outcome']['measure']}: {result_words(contrast)}"
                about = facts.get("event_id", entry["event_id"])
                for lines in measured.values():
                    lines.pop(about, None)
                measured.setdefault(contrast["outcome"]["domain"], {})[about] = line
            case "outcome_withdrawn":
                for lines in measured.values():
                    lines.pop(facts["event_id"], None)
    return [
        PlanLine(domain, planned.get(domain, ""), tuple(measured.get(domain, {}).values()))
        for domain in dict.fromkeys([*planned, *measured])
    ]


def _planned(outcome: Document) -> str:
    horizon = outcome["horizon_months"]
    after = f", after {horizon:g} months" if horizon is not None else ""
    worth = outcome["smallest_worthwhile"]
    scale = f"{number(worth)} ({outcome['measure_scale']})"
    least = f"; smallest worthwhile effect {scale}" if worth else ""
    primary = " (primary outcome)" if outcome["primary"] else ""
    return f"{outcome['measure']}{primary}{after}{least}"

"""Where standards differ on one subject: what each concludes, and the rules that make it so."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from scoring.evidence import Subject
from scoring.published import Appraised, appraised
from scoring.wording import words
from service.grading.conclusions import (
    Conclusion,
    Held,
    Tried,
    conclusions,
    held_back,
    recorded_facts,
)
from service.grading.documents import subject_document
from service.grading.fact_words import (
    FACT_WORDS,
    HELPERS,
    fact_in_a_sentence,
    fact_text,
    paths_of,
)
from service.grading.plain import in_plain
from service.grading.readings import NOTE, OTHER, QUESTIONS_READ

Document = dict[str, Any]
# Values of one fact over several results that are shown before they are only counted.
SHOWN = 3
PAIR = 2


def differences_document(subject: Subject, names: Sequence[str]) -> Document:
    """What each standard concludes of a subject, and every pair that concludes differently.

    Only standards of one question are compared, unless two are named; one that is ungraded has
    concluded nothing.
    """
    known = appraised(subject)
    found = conclusions(known, names)
    compared = [two for two in combinations(found, 2) if len(names) == PAIR or _comparable(*two)]
    return {
        "subject": subject_document(subject),
        "note": NOTE,
        "conclusions": [_conclusion(one, known) for one in found],
        "differences": [
            _difference(low, high, known)
            for low, high in (sorted(two, key=lambda one: one.place) for two in compared)
            if low.word != high.word
        ],
    }


def _comparable(one: Conclusion, other: Conclusion) -> bool:
    about = one.reading.about
    told = one.level is not None and other.level is not None
    return told and about == other.reading.about and about != OTHER


def _conclusion(one: Conclusion, known: Appraised) -> Document:
    told = _told(known)
    asked = [name for name in FACT_WORDS if name in one.read]
    ignored = [name for name in FACT_WORDS if name in told and name not in one.read | HELPERS]
    return {
        "standard": one.name,
        "title": one.title,
        "status": one.status,
        "grade": one.level,
        "grade_title": one.level_title,
        "about": one.reading.about,
        "question": QUESTIONS_READ[one.reading.about],
        "reading": one.word,
        "why_so_read": one.reading.why,
        "rests_on": [_fact(name, told) for name in asked if name in told and name not in HELPERS],
        "ignores": [_fact(name, told) for name in ignored],
        "unknown": [
            {"fact": name, "text": fact_text(name)}
            for name in asked
            if name not in told and name not in HELPERS
        ],
        "judgements_open": one.status == "judgement_required",
    }


def _told(known: Appraised) -> Mapping[str, list[str]]:
    """What is known of each fact, over the results in which it is, in words."""
    told: dict[str, list[str]] = {}
    for contrast in known.standing:
        for name, fact in known.facts[contrast.event_id].items():
            if fact.value is not None:
                told.setdefault(name, []).append(words(fact.value))
    return told


def _fact(name: str, told: Mapping[str, list[str]]) -> Document:
    values = list(dict.fromkeys(told[name]))
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    return {"fact": name, "text": fact_text(name), "value": "; ".join(values[:SHOWN]) + more}


def _difference(low: Conclusion, high: Conclusion, known: Appraised) -> Document:
    """The rules that keep one conclusion below another, and what the other makes of them."""
    held = held_back(low, high.word, known)
    rules = [_held(one, high) for one in held]
    leaves = [_rule(leaf, high) for one in held for leaf in one.leaves]
    because = " ".join(dict.fromkeys(f"{one['text']} {one['elsewhere']}" for one in leaves))
    nothing = f"No rule of {low.name} would bring it to what {high.name} says."
    return {
        "about": low.reading.about,
        "lower": _end(low),
        "higher": _end(high),
        "rules": rules,
        "reasons": leaves,
        "settled_by": _settled_by(leaves),
        "text": f"{_said(low)}. {_said(high)}. {because or nothing}",
    }


def _end(one: Conclusion) -> Document:
    return {
        "standard": one.name,
        "grade": one.level,
        "grade_title": one.level_title,
        "reading": one.word,
    }


def _said(one: Conclusion) -> str:
    return f"{one.name} says: {one.level_title} ({one.word})"


def _settled_by(leaves: Sequence[Document]) -> str:
    """Whether more facts could end the difference, or only another view of what to ask."""
    unknown = [one["title"] for one in leaves if one["answer"] == "unknown"]
    if leaves and len(unknown) == len(leaves):
        return f"Facts that nobody has told: {'; '.join(dict.fromkeys(unknown))}."
    if unknown:
        return (
            "In part facts that nobody has told: "
            f"{'; '.join(dict.fromkeys(unknown))}. The rest is what each asks for."
        )
    return "No further fact: the two ask for different things."


def _held(one: Held, high: Conclusion) -> Document:
    return _rule(one.rule, high) | {"behind": [_rule(leaf, high) for leaf in one.behind]}


def _rule(one: Tried, high: Conclusion) -> Document:
    """A rule with its answer, and whether the other standard asks the same, or part of it."""
    of = f" of {one.contrast.study}" if one.contrast else ""
    return {
        "standard": one.standard,
        "rule": one.reason.rule,
        "title": one.reason.title,
        "answer": one.reason.answer,
        "observed": one.reason.observed,
        "threshold": one.reason.threshold,
        "source": one.reason.source,
        "verified": one.reason.verified,
        "event_ids": list(one.reason.event_ids),
        "study": one.contrast.study if one.contrast else None,
        "text": f"{one.standard} asks{of}: {in_plain(one.reason.text)}",
        "elsewhere": _elsewhere(one, high),
    }


def _elsewhere(one: Tried, high: Conclusion) -> str:
    """What the other standard makes of the same facts."""
    facts = recorded_facts(one)
    same = [other for other in _beside(one, high) if facts & recorded_facts(other)]
    if not same:
        paths = paths_of(facts)
        same = [other for other in _beside(one, high) if paths & paths_of(recorded_facts(other))]
    if not same:
        return f"{high.name} does not ask this." if facts else ""
    unseen = [fact_in_a_sentence(name) for name in sorted(facts - high.read)]
    blind = f", and does not look at {' or at '.join(unseen)}" if unseen else ""
    nearest = min(same, key=_nearness)
    said = in_plain(nearest.reason.text).removesuffix(".")
    rests = "" if nearest.reason.answer == "met" else ", but does not rest on it"
    return f"{high.name} asks of that: {said}{rests}{blind}."


def _beside(one: Tried, high: Conclusion) -> Iterable[Tried]:
    """What the other standard tried, on the same result where it tries single ones."""
    for other in high.every:
        if one.contrast is None or other.contrast in (None, one.contrast):
            yield other


def _nearness(one: Tried) -> tuple[int, float, str]:
    """What is met before what is not, and of that what is met most closely."""
    order = ("met", "unknown", "unmet").index(one.reason.answer)
    margin = math.inf if one.reason.margin is None else abs(one.reason.margin)
    return order, margin, one.rule.id

"""The history of a grade: each stretch in which it stood, and what made the difference."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.context import RecordLane
from service.grades import Subject, check_known, position_of
from service.grading import HOUSE, check_standard
from service.reading import NOW, Moment
from service.readstore.queries import STILL, Stretch

Document = dict[str, Any]
# What is told of each stretch, and compared with the one before it.
SAID = ("status", "grade", "finding", "confidence", "demonstrably_works")
OF_AN_EVENT = ("event_id", "programme_id", "type", "happened_on", "recorded_at")


def history_of(
    lane: RecordLane,
    subject: Subject,
    *,
    standard: str = HOUSE,
    outcome: str | None = None,
    moment: Moment = NOW,
) -> list[Document]:
    """The stretches of every outcome's grade, or of one's, oldest first, as known at a moment.

    A stretch goes on until the grade changes in any figure or reason. `changed` says what of it is
    other than in the stretch before: status, level, finding, confidence, and the rules that were
    answered otherwise.
    """
    check_standard(standard)
    check_known(lane, subject, moment)
    kind, subject_id = subject
    up_to = position_of(lane, moment)
    stretches = lane.readstore.history_of(
        kind, subject_id, standard=standard, up_to=STILL - 1 if up_to is None else up_to
    )
    return [one for one in _told(stretches) if outcome in (None, one["outcome"])]


def _told(stretches: list[Stretch]) -> Iterator[Document]:
    before: dict[str, Document] = {}
    for one in stretches:
        yield {
            "outcome": one.outcome,
            "version": one.version or None,
            "from": one.begun_by["recorded_at"],
            "to": None if one.ended_by is None else one.ended_by["recorded_at"],
            "begun_by": _event(one.begun_by),
            "ended_by": None if one.ended_by is None else _event(one.ended_by),
            "headline": one.grade["headline"],
            **{name: one.grade.get(name) for name in SAID},
            "effect": _effect(one.grade),
            "changed": _changed(before.get(one.outcome), one.grade),
        }
        before[one.outcome] = one.grade


def _event(entry: Mapping[str, Any]) -> Document:
    return {name: entry[name] for name in OF_AN_EVENT}


def _effect(grade: Mapping[str, Any]) -> str | None:
    """The effect in the units of the reports, in words."""
    natural = (grade.get("estimate") or {}).get("natural")
    return natural["text"] if natural else None


def _changed(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[Document]:
    """What is other than it was; nothing of the first, which is all new."""
    if before is None:
        return []
    said = [
        {"what": name, "from": before.get(name), "to": now.get(name)}
        for name in SAID
        if before.get(name) != now.get(name)
    ]
    answers = _answers(before)
    rules = [
        {"what": rule, "from": answers[rule], "to": answer}
        for rule, answer in _answers(now).items()
        if answers.get(rule, answer) != answer
    ]
    effect = {"what": "effect", "from": _effect(before), "to": _effect(now)}
    return [*said, *([effect] if effect["from"] != effect["to"] else []), *rules]


def _answers(grade: Mapping[str, Any]) -> dict[str, str]:
    """By the title of the rule; a published grade in brief has none."""
    return {reason["title"]: reason["answer"] for reason in grade.get("reasons", ())}

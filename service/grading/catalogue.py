"""The standards as documents: their rules, sources, verification and levels."""

from collections.abc import Iterable, Sequence
from typing import Any

from scoring import STANDARDS
from scoring.standards import AnyStandard, Certainty, Standard
from scoring.standards.candour import FINDINGS, NAME, POLICY, TITLE
from scoring.standards.candour_confidence import CAPS, DOWN, STARTS, UP
from scoring.standards.candour_design import DESIGN
from scoring.standards.rules import (
    Boundary,
    Check,
    Compare,
    Either,
    FirstKnown,
    Is,
    Level,
    OneOf,
    Question,
    Rule,
    Step,
)
from scoring.wording import words

Document = dict[str, Any]


def standards_catalogue() -> list[Document]:
    """Every standard that a grade can be asked for, the house grade first."""
    return [_house(), *(_standard(standard) for standard in STANDARDS.values())]


def _house() -> Document:
    return {
        "id": NAME,
        "title": TITLE,
        "unit": "outcome domain of a programme's version, or of an approach",
        "source": DESIGN.source,
        "rules": [
            *(_rule(rule, part="finding") for rule in FINDINGS),
            *(_rule(rule, part="design") for rule in DESIGN.rules),
            *(_step(step, sign=-1) for step in DOWN),
            *(_step(step, sign=1) for step in UP),
            *(_rule(rule, part="funding policy") for rule in POLICY.rules),
        ],
        "entry": list(DESIGN.entry),
        "levels": [
            *_levels(DESIGN.levels),
            *_levels(POLICY.levels),
        ],
        "starts": dict(STARTS),
        "caps": dict(CAPS),
    }


def _standard(standard: AnyStandard) -> Document:
    head = {
        "id": standard.name,
        "title": standard.title,
        "unit": standard.unit,
        "source": standard.source,
        "rules": _rules(standard),
        "entry": list(standard.entry),
        "levels": _levels(standard.levels),
        "questions": [_question(question) for question in standard.questions],
    }
    return head | (_counting(standard) if isinstance(standard, Standard) else {})


def _rules(standard: AnyStandard) -> list[Document]:
    if isinstance(standard, Certainty):
        return [
            _rule(standard.entry_rule, part="entry"),
            *(_rule(start.rule, part=f"starts at {start.level}") for start in standard.starts),
            *(_step(step, sign=-1) for step in standard.down),
            _rule(standard.up_only, part="before any step up"),
            *(_step(step, sign=1) for step in standard.up),
        ]
    asked = [_rule(rule) for rule in standard.rules]
    return asked + [_rule(rule, part="each result") for rule in standard.contrast_rules]


def _counting(standard: Standard) -> Document:
    """What a standard of a body counts and pools, where it does."""
    counted = [
        {
            "fact": tally.fact,
            "title": tally.title,
            "distinct": tally.distinct,
            "paths": _paths(tally.paths),
        }
        for tally in standard.tallies
    ]
    pooled = [
        {
            "fact": pool.fact,
            "title": pool.title,
            "paths": _paths(pool.paths),
            "share_of": _paths(pool.share_of),
        }
        for pool in standard.pools
    ]
    rated = [{"fact": rating.fact, "standard": rating.standard} for rating in standard.ratings]
    return {"tallies": counted, "pools": pooled, "ratings": rated}


def _question(question: Question) -> Document:
    return {
        "id": question.id,
        "text": question.text,
        "answers": list(question.answers),
        "source": question.source,
    }


def _levels(levels: Iterable[Level]) -> list[Document]:
    return [
        {"name": level.name, "title": level.title, "paths": _paths(level.paths)} for level in levels
    ]


def _paths(paths: Iterable[Sequence[str]]) -> list[list[str]]:
    return [list(path) for path in paths]


def _rule(rule: Rule, *, part: str = "rule") -> Document:
    return {
        "id": rule.id,
        "part": part,
        "title": rule.title,
        "fact": rule.fact,
        "check": _check(rule.check),
        "source": rule.source,
        "verified": rule.verified,
    } | _table(rule)


def _step(step: Step, *, sign: int) -> Document:
    return _rule(step.rule, part=step.domain) | {
        "levels": sign * step.levels,
        "when_unknown": sign * step.when_unknown,
    }


def _check(check: Check) -> str:
    match check:
        case Compare(operator=operator, threshold=threshold):
            return f"{operator} {threshold}"
        case Is(value=value):
            return f"is {words(value)}"
        case OneOf(values=values):
            return "is one of " + ", ".join(words(value) for value in values)
        case Either(alternatives=alternatives):
            return "or ".join(f"`{fact}` {_check(one)}" for fact, one in alternatives)
        case FirstKnown(alternatives=alternatives):
            return "else ".join(f"`{fact}` {_check(one)}" for fact, one in alternatives)
        case Boundary(default=default, rounding=rounding):
            return (
                f"is at most the table's entry (row rounded to the {rounding}; {default} if untold)"
            )


def _table(rule: Rule) -> Document:
    if not isinstance(rule.check, Boundary):
        return {}
    return {"table": {name: list(column) for name, column in rule.check.table.items()}}

"""Rules, levels and trees in plain English."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from scoring.standards.rules import (
    Boundary,
    Check,
    Compare,
    Either,
    FirstKnown,
    Is,
    OneOf,
    Rule,
)
from scoring.wording import words
from service.grading.fact_words import fact_in_a_sentence

OPERATORS: Mapping[str, str] = MappingProxyType(
    {"<=": "at most", "<": "below", ">=": "at least", ">": "above"}
)

# Above every amount there could be: met by whatever is known.
KNOWN = Compare(">", -math.inf)
ASKED = re.compile(r"asked (<=|>=|<|>) ")


def check_words(check: Check) -> str:
    """What a check wants to see: `at least 2`, `one of: rct, cluster rct`."""
    match check:
        case Compare():
            return _compared(check)
        case Is(value=value):
            return words(value)
        case OneOf(values=values):
            listed = ", ".join(map(words, values))
            return listed if len(values) == 1 else f"one of: {listed}"
        case Either(alternatives=alternatives):
            return "; or ".join(_alternative(*one) for one in alternatives)
        case FirstKnown(alternatives=alternatives):
            return "; where that is not known, ".join(_alternative(*one) for one in alternatives)
        case Boundary(default=default):
            return f"at most what the printed table allows ({default} column where it is not told)"


def _compared(check: Compare) -> str:
    if check == KNOWN:
        return "known, whatever it is"
    against = check.threshold
    told = (
        f"the fact: {fact_in_a_sentence(against)}" if isinstance(against, str) else words(against)
    )
    return f"{OPERATORS[check.operator]} {told}"


def in_plain(reason: str) -> str:
    """The text of a reason without signs: `asked <= 30` reads `asked: at most 30`."""
    return ASKED.sub(lambda found: f"asked: {OPERATORS[found[1]]} ", reason)


def rule_words(rule: Rule) -> str:
    """What a rule asks, in one phrase: its title, and how much where it is about an amount."""
    match rule.check:
        case Compare() | Boundary():
            return f"{rule.title}: {check_words(rule.check)}"
        case _:
            return rule.title


def level_words(paths: Sequence[Sequence[str]], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What a level asks: what it always asks, and the ways to meet the rest of it."""
    shared = [name for name in (paths[0] if paths else ()) if all(name in path for path in paths)]
    rest = [[name for name in path if name not in shared] for path in paths]
    return {
        "always": _asked(shared, rules),
        "ways": [_asked(path, rules) for path in rest if path] if all(rest) else [],
    }


def _asked(names: Iterable[str], rules: Mapping[str, Rule]) -> list[str]:
    return [rule_words(rules[name]) for name in names]


def _alternative(fact: str, check: Compare | Is | OneOf) -> str:
    return f"{fact_in_a_sentence(fact)}: {check_words(check)}"

"""The smallest changes that would lift the grade of a body: to studies there are, or new ones."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from scoring.bodies import counts_in, in_words, state_in
from scoring.changes import Changes, fewest_changes, number_of
from scoring.evidence import Answer, Grade, Lift
from scoring.examined import Examined
from scoring.standards.rules import Compare, Either, Level, Rule, Standard, Tally

# Studies that a text names before it only counts them.
NAMED: Final = 3

# Tallies that lack samples, and how many.
Short: TypeAlias = tuple[tuple[Tally, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """One path to one level: samples that are too few, and other rules that are not met.

    `undone` are those that no further fact can meet: fixed, or of samples that count against it;
    `existing` are changes to contrasts there are that would do for the samples; None where none do.
    """

    level: Level
    rules: tuple[Rule, ...]
    short: Short
    others: tuple[Rule, ...]
    undone: tuple[Rule, ...]
    existing: Changes | None

    @property
    def samples(self) -> int:
        """New ones that would do: one sample can serve several counts."""
        return max((number for _, number in self.short), default=0)

    @property
    def cost(self) -> tuple[bool, int, int]:
        """Facts of studies there are before new studies, and few of either."""
        if self.existing is not None:
            return bool(self.undone), 0, number_of(self.existing) + len(self.asked)
        return bool(self.undone), self.samples, len(self.asked)

    @property
    def asked(self) -> tuple[Rule, ...]:
        """Of the other rules on one fact the last: it asks for most."""
        return tuple({rule.fact: rule for rule in self.others}.values())


def body_lifts(standard: Standard, grade: Grade, examined: Sequence[Examined]) -> tuple[Lift, ...]:
    """The least that reaches a higher level, in words that name the studies concerned.

    Samples that are too few are made up by the fewest changes to contrasts there are (found among
    all ways to spread them), or else by new samples. What is already known and cannot be undone
    (a fixed rule, bad news that is counted) is offered only where there is no other way.
    """
    routes = list(_routes(standard, grade, examined))
    least = min((route.cost for route in routes), default=None)
    best = [route for route in routes if route.cost == least]
    best.sort(key=lambda r: (-standard.levels.index(r.level), [rule.id for rule in r.rules]))
    # What brings a level brings those below it as well: of one set of words the first stands.
    told = {_words(route, standard, examined): route for route in reversed(best)}
    return tuple(_lift(route, words) for words, route in reversed(told.items()))


def _routes(standard: Standard, grade: Grade, examined: Sequence[Examined]) -> Iterator[_Route]:
    answers = {reason.rule: reason.answer for reason in grade.reasons}
    # Many paths are short of the same samples.
    existing = cache(lambda short: fewest_changes(short, examined) if short else {})
    # To open a standard is not to ask for the worst that it can say.
    reached = 0 if grade.bounds is None else _place(standard, grade.bounds.worst)
    for level in standard.levels[reached + 1 :]:
        for path in level.paths:
            asked = {*standard.entry, *path}
            yield _route(
                standard,
                level,
                [r for r in standard.rules if r.id in asked and answers[r.id] != "met"],
                answers,
                examined,
                existing,
            )


def _place(standard: Standard, name: str) -> int:
    return [level.name for level in standard.levels].index(name)


def _route(
    standard: Standard,
    level: Level,
    rules: Sequence[Rule],
    answers: Mapping[str, Answer],
    examined: Sequence[Examined],
    existing: Callable[[Short], Changes | None],
) -> _Route:
    tallies = {tally.fact: tally for tally in standard.tallies}
    needed: dict[str, int] = {}
    for rule in rules:
        least = _least(rule) if rule.fact in tallies else None
        if least is not None:
            needed[rule.fact] = max(least, needed.get(rule.fact, 0))
    missing = [
        (tallies[fact], least - len(counts_in(tallies[fact], examined)))
        for fact, least in needed.items()
    ]
    short = tuple(sorted(missing, key=lambda one: -one[1]))
    others = tuple(rule for rule in rules if rule.fact not in needed)
    return _Route(
        level=level,
        rules=tuple(rules),
        short=short,
        others=others,
        undone=tuple(
            rule for rule in others if answers[rule.id] == "unmet" and _undone(rule, tallies)
        ),
        existing=existing(short),
    )


def _least(rule: Rule) -> int | None:
    """How many a rule asks for, of several ways by the first; None where it asks otherwise."""
    check = rule.check
    match check.alternatives[0][1] if isinstance(check, Either) else check:
        case Compare(operator=">=", threshold=float() | int() as threshold):
            return math.ceil(threshold)
        case Compare(operator=">", threshold=float() | int() as threshold):
            return math.floor(threshold) + 1
        case _:
            return None


def _undone(rule: Rule, tallies: Mapping[str, Tally]) -> bool:
    falling = isinstance(rule.check, Compare) and rule.check.operator in ("<=", "<")
    return rule.fixed or (falling and rule.fact in tallies)


def _words(route: _Route, standard: Standard, examined: Sequence[Examined]) -> str:
    parts = [_other(rule, route, standard, examined) for rule in route.asked]
    if route.short:
        instead = ""
        if route.existing is not None:
            instead = "; or instead, " + _of_studies(route.existing, examined)
        parts.append(_new_samples(route) + instead)
    return "; and ".join(parts)


def _lift(route: _Route, words: str) -> Lift:
    studies: dict[str, tuple[str, ...]] = {}
    for event_id, rule in sorted(route.existing or {}):
        studies[event_id] = (*studies.get(event_id, ()), rule)
    return Lift(
        to=route.level.name,
        changes=tuple(rule.id for rule in route.rules),
        text=f"{route.level.title}: {words}",
        studies=tuple(studies.items()),
    )


def _new_samples(route: _Route) -> str:
    (first, number), *rest = route.short
    kinds = [_lower(first.title)]
    for tally, fewer in rest:
        only = "" if fewer == number else f"{fewer} of them: "
        kinds.append(only + _lower(tally.title))
    return f"{number} more {_noun(first, number)} ({'; '.join(kinds)})"


def _noun(tally: Tally, number: int = 1) -> str:
    if tally.distinct == "study":
        return "study" if number == 1 else "studies"
    return "independent sample" if number == 1 else "independent samples"


def _of_studies(changes: Changes, examined: Iterable[Examined]) -> str:
    told = []
    for one in examined:
        own = [
            rule
            for (event_id, _), rule in sorted(changes.items(), key=lambda change: change[0])
            if event_id == one.contrast.event_id
        ]
        if own:
            told.append(f"of {one.name}: {in_words(own)}")
    return "; ".join(told)


def _other(rule: Rule, route: _Route, standard: Standard, examined: Sequence[Examined]) -> str:
    """A rule that no count of good samples answers, with the studies that it waits for."""
    facts = {rule.fact}
    if isinstance(rule.check, Either):
        facts |= {fact for fact, _ in rule.check.alternatives}
    tallies = [tally for tally in standard.tallies if tally.fact in facts]
    if rule in route.undone and tallies:
        against = [one for one in examined if state_in(tallies[0], one) == "counted"]
        title = _lower(tallies[0].title)
        return f"no {_noun(tallies[0])} with {title} (now {_names(against)})"
    open_ = [one for t in tallies for one in examined if state_in(t, one) == "possible"]
    return f"{rule.lift} (not known of {_names(open_)})" if open_ else rule.lift


def _names(studies: Iterable[Examined]) -> str:
    names = list(dict.fromkeys(one.name for one in studies))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]

"""The smallest changes that would lift the grade of a body: to studies there are, or new ones."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

from scoring.bodies import counts_in, identity, in_words, sorted_rules
from scoring.evidence import Answer, Grade, Lift
from scoring.examined import Examined
from scoring.standards.rules import Compare, Either, Level, Rule, Standard, Tally

# Of each contrast, the rules that it would have to meet.
Changes: TypeAlias = frozenset[tuple[str, Rule]]

# Studies that a text names before it only counts them.
NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """One path to one level: samples that are too few, and other rules that are not met.

    `existing` are changes to contrasts there are that would do for the samples; None where none do.
    """

    level: Level
    rules: tuple[Rule, ...]
    short: tuple[tuple[Tally, int], ...]
    others: tuple[Rule, ...]
    open: bool
    existing: Changes | None

    @property
    def samples(self) -> int:
        """New ones that would do: one sample can serve several counts."""
        return max((number for _, number in self.short), default=0)

    @property
    def cost(self) -> tuple[bool, int, int]:
        """Facts of studies there are before new studies, and few of either."""
        if self.existing is not None:
            return not self.open, 0, len(self.existing) + len(self.others)
        return not self.open, self.samples, len(self.others)


def body_lifts(standard: Standard, grade: Grade, examined: Sequence[Examined]) -> tuple[Lift, ...]:
    """The least that reaches a higher level, in words that name the studies concerned.

    Samples that are too few are made up by the fewest changes to contrasts there are (found among
    all ways to spread them), or else by new samples. What is already known and cannot be undone
    (a fixed rule, bad news that is counted) is offered only where there is no other way.
    """
    routes = list(_routes(standard, grade, examined))
    least = min((route.cost for route in routes), default=None)
    best = {
        (route.level.name, frozenset(route.rules)): route for route in routes if route.cost == least
    }
    ordered = sorted(
        best.values(),
        key=lambda r: (-standard.levels.index(r.level), [rule.id for rule in r.rules]),
    )
    return tuple(_told(route, standard, examined) for route in ordered)


def _routes(standard: Standard, grade: Grade, examined: Sequence[Examined]) -> Iterator[_Route]:
    answers = {reason.rule: reason.answer for reason in grade.reasons}
    reached = -1 if grade.bounds is None else _place(standard, grade.bounds.worst)
    for level in standard.levels[reached + 1 :]:
        for path in level.paths:
            asked = {*standard.entry, *path}
            yield _route(
                standard,
                level,
                [r for r in standard.rules if r.id in asked and answers[r.id] != "met"],
                answers,
                examined,
            )


def _place(standard: Standard, name: str) -> int:
    return [level.name for level in standard.levels].index(name)


def _route(
    standard: Standard,
    level: Level,
    rules: Sequence[Rule],
    answers: Mapping[str, Answer],
    examined: Sequence[Examined],
) -> _Route:
    tallies = {tally.fact: tally for tally in standard.tallies}
    wanted = [(rule, _least(rule)) for rule in rules]
    needed: dict[str, int] = {}
    for rule, least in wanted:
        if rule.fact in tallies and least is not None:
            needed[rule.fact] = max(least, needed.get(rule.fact, 0))
    short = [
        (tallies[fact], least - len(counts_in(tallies[fact], examined)))
        for fact, least in needed.items()
    ]
    others = tuple(rule for rule in rules if rule.fact not in needed)
    known_bad = [r for r in others if answers[r.id] == "unmet" and _undone(r, tallies)]
    return _Route(
        level=level,
        rules=tuple(rules),
        short=tuple(sorted(short, key=lambda one: -one[1])),
        others=others,
        open=not known_bad,
        existing=fewest_changes(short, examined) if short else frozenset(),
    )


def _least(rule: Rule) -> int | None:
    """How many a rule asks for; None where it asks for something else."""
    match rule.check:
        case Compare(operator=">=", threshold=float() | int() as threshold):
            return math.ceil(threshold)
        case Compare(operator=">", threshold=float() | int() as threshold):
            return math.floor(threshold) + 1
        case _:
            return None


def _undone(rule: Rule, tallies: Mapping[str, Tally]) -> bool:
    """Whether no further fact can meet it: fixed, or of samples that count against it."""
    return rule.fixed or rule.fact in tallies


def fewest_changes(
    short: Sequence[tuple[Tally, int]], examined: Sequence[Examined]
) -> Changes | None:
    """The fewest changes to contrasts there are that make up for so many samples of each tally.

    Sample by sample (study by study, where a tally counts studies) the cheapest way to every state
    of what is still short is kept: exact where all tallies count alike. None where there is none.
    """
    tallies = [tally for tally, _ in short]
    best: dict[tuple[int, ...], Changes] = {tuple(number for _, number in short): frozenset()}
    for group in _groups(tallies, examined):
        options = _options(tallies, group, examined)
        for left, spent in list(best.items()):
            for gains, changes in options:
                state = tuple(max(0, a - b) for a, b in zip(left, gains, strict=True))
                best[state] = min(
                    (best[state], spent | changes) if state in best else (spent | changes,),
                    key=_size,
                )
    return best.get((0,) * len(short))


def _size(changes: Changes) -> tuple[int, list[tuple[str, str]]]:
    return len(changes), sorted((event_id, rule.id) for event_id, rule in changes)


def _groups(tallies: Sequence[Tally], examined: Sequence[Examined]) -> list[list[Examined]]:
    """Contrasts that count once together, by the coarsest of what these tallies count."""
    coarsest = next((t for t in tallies if t.distinct == "study"), tallies[0])
    groups: dict[Hashable, list[Examined]] = defaultdict(list)
    for one in examined:
        groups[identity(coarsest, one)].append(one)
    return list(groups.values())


def _options(
    tallies: Sequence[Tally], group: Sequence[Examined], examined: Sequence[Examined]
) -> list[tuple[tuple[int, ...], Changes]]:
    """What one group could gain for each tally, and by which changes."""
    ways = [_ways(tally, group, counts_in(tally, examined)) for tally in tallies]
    found = [
        (
            tuple(int(way is not None) for way in chosen),
            frozenset(change for way in chosen if way is not None for change in way),
        )
        for chosen in product(*ways)
    ]
    cheapest: dict[tuple[int, ...], Changes] = {}
    for gains, changes in sorted(found, key=lambda one: _size(one[1])):
        cheapest.setdefault(gains, changes)
    return list(cheapest.items())


def _ways(tally: Tally, group: Sequence[Examined], already: set[Hashable]) -> list[Changes | None]:
    """How a group that is not yet counted could be; None is to leave it."""
    ways: list[Changes | None] = [None]
    for one in group:
        if identity(tally, one) in already:
            continue
        for path in tally.paths:
            rules = one.changes(path)
            if rules is not None:
                ways.append(frozenset((one.contrast.event_id, rule) for rule in rules))
    return ways


def _told(route: _Route, standard: Standard, examined: Sequence[Examined]) -> Lift:
    parts = [_other(rule, standard, examined) for rule in route.others]
    if route.short:
        parts.append(_new_samples(route))
        if route.existing is not None:
            parts[-1] += "; or instead, " + _of_studies(route.existing, examined)
    studies: dict[str, list[Rule]] = defaultdict(list)
    for event_id, rule in route.existing or ():
        studies[event_id].append(rule)
    return Lift(
        to=route.level.name,
        changes=tuple(rule.id for rule in route.rules),
        text=f"{route.level.name}: " + "; and ".join(parts),
        studies=tuple(
            (event_id, tuple(rule.id for rule in sorted_rules(rules)))
            for event_id, rules in sorted(studies.items())
        ),
    )


def _new_samples(route: _Route) -> str:
    (first, number), *rest = route.short
    noun = "study" if first.distinct == "study" else "independent sample"
    plural = "studies" if first.distinct == "study" else "independent samples"
    kinds = [_lower(first.title)]
    for tally, fewer in rest:
        kinds.append(
            _lower(tally.title) if fewer == number else f"{fewer} of them: {_lower(tally.title)}"
        )
    return f"{number} more {noun if number == 1 else plural} ({'; '.join(kinds)})"


def _of_studies(changes: Changes, examined: Iterable[Examined]) -> str:
    told = []
    for one in examined:
        own = frozenset(rule for event_id, rule in changes if event_id == one.contrast.event_id)
        if own:
            told.append(f"of {one.name}: {in_words(own)}")
    return "; ".join(told)


def _other(rule: Rule, standard: Standard, examined: Sequence[Examined]) -> str:
    """A rule that no count of good samples answers, with the studies that leave it open."""
    facts = {rule.fact}
    if isinstance(rule.check, Either):
        facts |= {fact for fact, _ in rule.check.alternatives}
    open_ = {
        one.name: None
        for tally in standard.tallies
        if tally.fact in facts
        for one in examined
        if one.state(tally.paths) == "possible"
    }
    names = list(open_)
    if not names:
        return rule.lift
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{rule.lift} (not known of {', '.join(names[:NAMED])}{more})"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]

"""The fewest changes to the studies of a body that would make up for samples that are too few."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from scoring.bodies import counts_in, identity
from scoring.examined import Examined
from scoring.standards.rules import Rule, Tally

# What would have to be met: the rules, by the event id of the contrast and their own.
Changes: TypeAlias = Mapping[tuple[str, str], Rule]


def fewest_changes(
    short: Sequence[tuple[Tally, int]], examined: Sequence[Examined]
) -> Changes | None:
    """The fewest changes to contrasts there are that make up for so many samples of each tally.

    Sample by sample (study by study, where a tally counts studies) the cheapest way to every state
    of what is still short is kept: exact where all tallies count alike. None where there is none.
    """
    tallies = [tally for tally, _ in short]
    groups = _groups(tallies, examined)
    if any(number > len(groups) for _, number in short):
        return None  # a group adds no more than one sample to a tally
    best: dict[tuple[int, ...], Changes] = {tuple(number for _, number in short): {}}
    already = [counts_in(tally, examined) for tally in tallies]
    for group in groups:
        options = _options(tallies, group, already)
        for left, spent in list(best.items()):
            for gains, changes in options:
                together = {**spent, **changes}
                state = tuple(max(0, a - b) for a, b in zip(left, gains, strict=True))
                best[state] = min(
                    (best[state], together) if state in best else (together,),
                    key=_size,
                )
    return best.get((0,) * len(short))


def number_of(changes: Changes) -> int:
    """How many facts would change: two rules on one fact of a study are one change."""
    return len({(event_id, rule.fact) for (event_id, _), rule in changes.items()})


def _size(changes: Changes) -> tuple[int, list[tuple[str, str]]]:
    return number_of(changes), sorted(changes)


def _groups(tallies: Sequence[Tally], examined: Sequence[Examined]) -> list[list[Examined]]:
    """Contrasts that count once together, by the coarsest of what these tallies count."""
    coarsest = next((t for t in tallies if t.distinct == "study"), tallies[0])
    groups: dict[Hashable, list[Examined]] = defaultdict(list)
    for one in (one for one in examined if one.standing == "standing"):
        groups[identity(coarsest, one)].append(one)
    return list(groups.values())


def _options(
    tallies: Sequence[Tally], group: Sequence[Examined], already: Sequence[set[Hashable]]
) -> list[tuple[tuple[int, ...], Changes]]:
    """What one group could gain for each tally, and by which changes."""
    ways = [_ways(t, group, counted) for t, counted in zip(tallies, already, strict=True)]
    found = [
        (
            tuple(int(way is not None) for way in chosen),
            {key: rule for way in chosen if way is not None for key, rule in way.items()},
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
                ways.append({(one.contrast.event_id, rule.id): rule for rule in rules})
    return ways

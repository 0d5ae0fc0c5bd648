"""The fewest changes to the studies of a body that would make up for samples that are too few."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
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
    """What one group could gain for each tally, and by the fewest changes.

    Contrasts share no change, so one after another each gain is kept with its cheapest way alone.
    """
    best: dict[tuple[int, ...], Changes] = {(0,) * len(tallies): {}}
    for one in group:
        own = _of_one(tallies, one, already)
        for gained, spent in list(best.items()):
            for gains, changes in own:
                state = tuple(map(max, gained, gains))
                together = {**spent, **changes}
                held = (best[state], together) if state in best else (together,)
                best[state] = min(held, key=_size)
    return list(best.items())


def _of_one(
    tallies: Sequence[Tally], one: Examined, already: Sequence[set[Hashable]]
) -> list[tuple[tuple[int, ...], Changes]]:
    """What one contrast could gain for each tally, and by the fewest changes.

    Paths of several tallies share rules, so of each gain every way is kept that holds no other.
    """
    ways: dict[tuple[int, ...], list[Changes]] = {(): [{}]}
    for tally, counted in zip(tallies, already, strict=True):
        steps = [] if identity(tally, one) in counted else _ways(tally, one)
        ways = {
            (*gains, gain): _least({**spent, **step} for spent in found for step in more)
            for gains, found in ways.items()
            for gain, more in ((0, [{}]), (1, steps))
            if more
        }
    return [(gains, min(found, key=_size)) for gains, found in ways.items()]


def _ways(tally: Tally, one: Examined) -> list[Changes]:
    """How a contrast that is not yet counted could be."""
    wanted = (one.changes(path) for path in tally.paths)
    found = [rules for rules in wanted if rules is not None]
    return _least({(one.contrast.event_id, rule.id): rule for rule in rules} for rules in found)


def _least(ways: Iterable[Changes]) -> list[Changes]:
    """Those that hold no other of them: whoever makes more of the same changes gains nothing."""
    kept: list[Changes] = []
    for way in sorted(ways, key=_size):
        if not any(less.keys() <= way.keys() for less in kept):
            kept.append(way)
    return kept

"""From the answers of single contrasts to counts of independent samples, and how near each is."""

from collections.abc import Hashable, Iterable, Sequence

from scoring.evidence import Counted, Fact, Facts
from scoring.examined import Examined, State
from scoring.standards.rules import Rule, Standard, Tally


def tallied_facts(standard: Standard, examined: Sequence[Examined]) -> Facts:
    """Each tally as a fact: the samples counted, and up to how many it could still be."""
    return {tally.fact: _tallied(tally, examined) for tally in standard.tallies}


def counted(standard: Standard, examined: Sequence[Examined]) -> tuple[Counted, ...]:
    """How each contrast stands towards each tally, and what its nearest path still asks for."""
    return tuple(
        _standing(tally, one)
        for tally in standard.tallies
        for one in examined
        if one.standing == "standing" or state_in(tally, one) != "not counted"
    )


def counts_in(tally: Tally, examined: Iterable[Examined]) -> set[Hashable]:
    """What is surely counted, each once however many contrasts it has."""
    return {identity(tally, one) for one in examined if state_in(tally, one) == "counted"}


def state_in(tally: Tally, one: Examined) -> State:
    """How a result stands towards a tally.

    Bad news is counted though the programme took it back, and so is harm that was told by any
    result; of one that does not stand, that nobody looked for harm leaves nothing open.
    """
    state = one.state(tally.paths)
    match one.standing, tally.of:
        case ("standing", _) | ("taken back", "taken back"):
            return state
        case (_, "told") if state == "counted":
            return state
        case _:
            return "not counted"


def identity(tally: Tally, one: Examined) -> Hashable:
    """What a tally counts once: two contrasts of one sample (or study) are one."""
    return one.study if tally.distinct == "study" else one.contrast.sample


def nearest(tally: Tally, one: Examined) -> tuple[tuple[str, ...], tuple[Rule, ...] | None]:
    """The path of a tally that asks least of a contrast, and the changes that would meet it.

    None where no fact about this study can; then the path with the fewest rules wanting.
    """
    reachable = [
        (path, changes) for path in tally.paths if (changes := one.changes(path)) is not None
    ]
    if reachable:
        return min(reachable, key=lambda found: (len(found[1]), found[0]))
    return min(((path, None) for path in tally.paths), key=lambda found: _short(one, found[0]))


def _short(one: Examined, path: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return sum(one.answers[rule] != "met" for rule in path), path


def _tallied(tally: Tally, examined: Sequence[Examined]) -> Fact:
    sure = counts_in(tally, examined)
    most = sure | {identity(tally, one) for one in examined if state_in(tally, one) == "possible"}
    ids = [i for one in examined if state_in(tally, one) == "counted" for i in one.event_ids]
    return Fact(
        value=len(sure),
        event_ids=tuple(dict.fromkeys(ids)),
        up_to=len(most) if len(most) > len(sure) else None,
    )


def _standing(tally: Tally, one: Examined) -> Counted:
    path, changes = nearest(tally, one)
    return Counted(
        fact=tally.fact,
        title=tally.title,
        event_id=one.contrast.event_id,
        study=one.contrast.study,
        state=state_in(tally, one),
        wanting=tuple(rule for rule in path if one.answers[rule] != "met"),
        text=in_words(changes),
    )


def in_words(changes: Sequence[Rule] | None) -> str:
    """What would have to change, or that nothing about this study can be changed to it."""
    if changes is None:
        return "no fact about this study can change that: it takes another study"
    return "; and ".join(dict.fromkeys(rule.lift for rule in changes))

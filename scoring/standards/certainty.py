"""Standards that start somewhere and step down and up: their data, and their interpreter.

Every answer that improves takes a step down away or allows a step up, so the level can only rise:
the bounds under unknown facts are the level with all of them unmet, and with all of them met.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from scoring.errors import InvalidInput
from scoring.evidence import Bounds, Facts, Grade, Lift
from scoring.standards.interpreter import examine, ungraded
from scoring.standards.rules import Level, Question, Rule, Standard, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the level starts when the rule is met; of several the first that is."""

    rule: Rule
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """A standard of a body of evidence by steps: `levels` are names from worst to best.

    Steps down add up over domains, the longest of each; steps up count only where none was taken
    down and the rule `up_only` is met. No level is told until every step down is known.
    """

    id: str
    version: str
    title: str
    source: str
    names: tuple[tuple[str, str], ...]
    entry_rule: Rule
    starts: tuple[Start, ...]
    down: tuple[Step, ...]
    up: tuple[Step, ...]
    up_only: Rule
    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        """Refuse a rule set that contradicts itself."""
        ids = [rule.id for rule in self.rules]
        known = {name for name, _ in self.names}
        if len(set(ids)) < len(ids) or not {start.level for start in self.starts} <= known:
            raise InvalidInput(
                "two rules share an id, or a start has no level",
                field=self.name,
                accepted="a rule set that can be applied",
            )

    @property
    def name(self) -> str:
        """Id and version, as it is named everywhere."""
        return f"{self.id}@{self.version}"

    @property
    def unit(self) -> str:
        return "body"

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that is tried, in the order of its reasons."""
        return (
            self.entry_rule,
            *(start.rule for start in self.starts),
            *(step.rule for step in self.down),
            self.up_only,
            *(step.rule for step in self.up),
        )

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        return self.rules

    @property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @property
    def entry(self) -> tuple[str, ...]:
        return (self.entry_rule.id,)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels with the start rules that can lead to them before any step."""
        return tuple(
            Level(
                name=name,
                title=title,
                paths=tuple((s.rule.id,) for s in self.starts if s.level == name) or ((),),
            )
            for name, title in self.names
        )


def apply_certainty(standard: Certainty, facts: Facts) -> Grade:
    """Grade a body by its steps; unknown is never counted as met, and leaves the level open."""
    reasons = tuple(examine(rule, facts) for rule in standard.rules)
    answers = {reason.rule: reason.answer for reason in reasons}
    if answers[standard.entry_rule.id] != "met":
        return ungraded(standard.name, reasons, [standard.entry_rule.title])
    met = frozenset(rule for rule, answer in answers.items() if answer == "met")
    unknown = frozenset(rule for rule, answer in answers.items() if answer == "unknown")
    worst, best = _place(standard, met), _place(standard, met | unknown)
    asked = _asked(standard, met, unknown)
    name, title = standard.names[worst]
    return Grade(
        standard=standard.name,
        status="judgement_required" if asked else "determined",
        level=None if asked else name,
        title="Judgement required" if asked else title,
        reasons=reasons,
        bounds=Bounds(worst=name, best=standard.names[best][0]),
        lift=_lifts(standard, met, worst),
        missing=tuple(reason.title for reason in reasons if reason.answer == "unknown"),
        judgements=asked,
    )


def steps_taken(standard: Certainty, met: frozenset[str]) -> Mapping[str, int]:
    """Levels by domain, negative downwards; those of no effect are left out."""
    moved: dict[str, int] = {}
    for step in standard.down:
        taken = 0 if step.rule.id in met else -step.levels
        moved[step.domain] = min(moved.get(step.domain, 0), taken)
    if not any(moved.values()) and standard.up_only.id in met:
        for step in standard.up:
            gained = step.levels if step.rule.id in met else 0
            moved[step.domain] = max(moved.get(step.domain, 0), gained)
    return {domain: taken for domain, taken in moved.items() if taken}


def _place(standard: Certainty, met: frozenset[str]) -> int:
    """Position among the levels: the start with its steps, held within the scale."""
    names = [name for name, _ in standard.names]
    start = next((s.level for s in standard.starts if s.rule.id in met), names[0])
    moved = names.index(start) + sum(steps_taken(standard, met).values())
    return max(0, min(len(names) - 1, moved))


def _asked(standard: Certainty, met: frozenset[str], unknown: frozenset[str]) -> tuple[str, ...]:
    """The questions for people that leave a step down open; a step up is claimed or not taken."""
    open_rules = [
        step.rule for step in standard.down if step.rule.judgement and step.rule.id in unknown
    ]
    if _place(standard, met | {rule.id for rule in open_rules}) == _place(standard, met):
        return ()
    return tuple(dict.fromkeys(rule.fact for rule in open_rules))


def _lifts(standard: Certainty, met: frozenset[str], now: int) -> tuple[Lift, ...]:
    """Single changes that raise the level, else pairs: a domain put right, or a step up won."""
    changes = _changes(standard, met)
    for size in (1, 2):
        found = []
        for chosen in combinations(changes, size):
            ids = frozenset(rule.id for rules in chosen for rule in rules)
            place = _place(standard, met | ids)
            if place > now:
                found.append(_lift(standard, chosen, place))
        if found:
            return tuple(found)
    return ()


def _changes(standard: Certainty, met: frozenset[str]) -> Sequence[tuple[Rule, ...]]:
    """What could be put right together: the unmet rules of one domain, in the order of asking."""
    domains: dict[str, list[Rule]] = {}
    for step in (*standard.down, *standard.up):
        if step.rule.id not in met:
            domains.setdefault(step.domain, []).append(step.rule)
    return [tuple(rules) for rules in domains.values()]


def _lift(standard: Certainty, chosen: Iterable[tuple[Rule, ...]], place: int) -> Lift:
    """In words: of several thresholds on one fact, the first asks the most."""
    rules = [rule for group in chosen for rule in group]
    asked = {rule.fact: rule.lift for rule in reversed(rules)}
    to, title = standard.names[place]
    return Lift(
        to=to,
        changes=tuple(rule.id for rule in rules),
        text=f"{title}: " + "; and ".join(reversed(asked.values())),
    )


# What a catalogue may hold: levels reached by paths, or by steps.
AnyStandard = Standard | Certainty

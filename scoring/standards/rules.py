"""One small interpreter of standards: rules and levels are data, a rule has one of three answers.

A level is reached when all rules of one of its paths are met. Rules only ever ask for something,
so the level can only rise when an answer improves: that makes the bounds under unknown facts
exact, and the smallest changes that lift a grade a matter of reading the paths.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.errors import InvalidInput
from scoring.evidence import Answer, Bounds, Fact, Facts, Grade, Lift, Reason, Value

# Thresholds are printed figures; a value computed to equal one must not miss it by rounding.
TOLERANCE = 1e-8

UNKNOWN = Fact(value=None)


@dataclass(frozen=True, slots=True)
class Compare:
    """The fact against a threshold: a number, or the name of the fact that holds it."""

    operator: Literal["<=", "<", ">=", ">"]
    threshold: float | str


@dataclass(frozen=True, slots=True)
class Is:
    """The fact is true, or is false."""

    value: bool


@dataclass(frozen=True, slots=True)
class OneOf:
    """The fact is one of these words."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """The fact is at most the entry of a printed table, or the table has no entry: then never.

    The row is the fact `at` in whole units, rounded as `rounding` says; the column is the fact
    `column`, and `default` where that is unknown.
    """

    at: str
    column: str
    default: str
    rounding: Literal["nearest", "down"]
    table: Mapping[str, tuple[float | None, ...]]


Check: TypeAlias = Compare | Is | OneOf | Boundary


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question: which fact, which check, who says so. `lift` says what would meet it.

    `fixed` marks what no further fact about the same study can change. `verified` is false for a
    rule known only at second hand.
    """

    id: str
    title: str
    fact: str
    check: Check
    source: str
    lift: str
    verified: bool = True
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One grade: any of its paths reaches it, and a path asks for all of its rules."""

    name: str
    title: str
    paths: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A published or house rule set: levels from worst to best; `entry` rules open it at all."""

    id: str
    version: str
    title: str
    unit: str
    source: str
    rules: tuple[Rule, ...]
    levels: tuple[Level, ...]
    entry: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule set that contradicts itself."""
        ids = [rule.id for rule in self.rules]
        named = {*self.entry, *(r for level in self.levels for path in level.paths for r in path)}
        _check(len(set(ids)) == len(ids), self, "two rules share an id")
        _check(named == set(ids), self, f"rules and paths differ by {sorted(named ^ set(ids))}")
        _check(() in self.levels[0].paths, self, "the lowest level asks for something")
        _check(_compatible(self.rules), self, "two rules ask opposite things of one fact")
        for level in self.levels:
            for path in level.paths:
                met = _implied(self, frozenset(path))
                _check(_level(self, met) is level, self, f"a path of {level.name} leads elsewhere")
        for rule in self.rules:
            if isinstance(rule.check, Boundary):
                _check(_falling(rule.check), self, f"the table of {rule.id} has a gap")

    @property
    def name(self) -> str:
        """Id and version, as it is named everywhere."""
        return f"{self.id}@{self.version}"

    @property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a domain moves a confidence that has levels: by `levels`, once for the whole domain.

    A step down is taken when its rule is unmet, a step up when it is met; `when_unknown` is what an
    unknown answer costs. Of several steps of one domain the longest counts.
    """

    domain: str
    rule: Rule
    levels: int = 1
    when_unknown: int = 0


def examine(rule: Rule, facts: Facts) -> Reason:
    """The answer of one rule on these facts, with what was seen against what."""
    fact = facts.get(rule.fact, UNKNOWN)
    threshold = _threshold(rule.check, facts)
    answer, margin = _answer(rule.check, fact, threshold)
    return Reason(
        rule=rule.id,
        title=rule.title,
        answer=answer,
        observed=fact.value,
        threshold=threshold,
        margin=margin,
        event_ids=fact.event_ids,
        source=rule.source,
        verified=rule.verified,
        text=_text(rule, fact, threshold, answer),
    )


def apply(standard: Standard, facts: Facts) -> Grade:
    """Grade one subject: unknown is never met; every rule is tried and gives its reason.

    Below its entry rules a subject is ungraded: `missing` names what is not known, or not so.
    `bounds` are the level as it is and the level were every unknown rule met.
    """
    reasons = tuple(examine(rule, facts) for rule in standard.rules)
    met = frozenset(reason.rule for reason in reasons if reason.answer == "met")
    unknown = frozenset(reason.rule for reason in reasons if reason.answer == "unknown")
    shut = [
        reason for reason in reasons if reason.rule in standard.entry and reason.rule not in met
    ]
    if shut:
        return _ungraded(standard, reasons, shut)
    level, best = _level(standard, met), _level(standard, met | unknown)
    return Grade(
        standard=standard.name,
        status="determined",
        level=level.name,
        title=level.title,
        reasons=reasons,
        bounds=Bounds(worst=level.name, best=best.name),
        lift=_lifts(standard, level, met),
        missing=tuple(reason.title for reason in reasons if reason.answer == "unknown"),
    )


def _ungraded(standard: Standard, reasons: tuple[Reason, ...], shut: Sequence[Reason]) -> Grade:
    return Grade(
        standard=standard.name,
        status="ungraded",
        level=None,
        title="Ungraded",
        reasons=reasons,
        bounds=None,
        lift=(),
        missing=tuple(reason.title for reason in shut),
    )


def _level(standard: Standard, met: frozenset[str]) -> Level:
    reached = (
        level
        for level in reversed(standard.levels)
        if any(met.issuperset(path) for path in level.paths)
    )
    return next(reached)


def _lifts(standard: Standard, level: Level, met: frozenset[str]) -> tuple[Lift, ...]:
    """The fewest changes that reach a higher level; facts before a study of another design."""
    rules = standard.by_id
    above = standard.levels[standard.levels.index(level) + 1 :]
    wanted = {(higher, frozenset(path) - met) for higher in above for path in higher.paths}
    open_to_change = {(to, ids) for to, ids in wanted if not any(rules[i].fixed for i in ids)}
    candidates = open_to_change or wanted
    fewest = min((len(ids) for _, ids in candidates), default=0)
    smallest = [(to, ids) for to, ids in candidates if len(ids) == fewest]
    smallest.sort(key=lambda lift: (-standard.levels.index(lift[0]), sorted(lift[1])))
    return tuple(
        lift_to(to.name, [r for r in standard.rules if r.id in ids]) for to, ids in smallest
    )


def lift_to(level: str, changes: Iterable[Rule]) -> Lift:
    """The lift to a level by meeting these rules, in words."""
    rules = tuple(changes)
    return Lift(
        to=level,
        changes=tuple(rule.id for rule in rules),
        text=f"{level}: " + "; and ".join(rule.lift for rule in rules),
    )


def _threshold(check: Check, facts: Facts) -> Value | None:
    match check:
        case Compare(threshold=str() as name):
            return facts.get(name, UNKNOWN).value
        case Compare(threshold=number):
            return number
        case Is(value=value):
            return value
        case OneOf(values=values):
            return ", ".join(values)
        case Boundary():
            return _printed(check, facts)


def _printed(check: Boundary, facts: Facts) -> float | None:
    """The table's entry; -1, below every amount, where the table says never."""
    row = facts.get(check.at, UNKNOWN).value
    if not isinstance(row, float | int):
        return None
    column = check.table[str(facts.get(check.column, UNKNOWN).value or check.default)]
    # Half a unit goes up, as print has it, and not to the even neighbour.
    index = int(row + 0.5 + TOLERANCE) if check.rounding == "nearest" else int(row + TOLERANCE)
    entry = column[index] if index < len(column) else None
    return -1.0 if entry is None else entry


def _answer(check: Check, fact: Fact, threshold: Value | None) -> tuple[Answer, float | None]:
    value = fact.value
    if value is None or threshold is None:
        return "unknown", None
    match check:
        case Is(value=wanted):
            return ("met" if value is wanted else "unmet"), None
        case OneOf(values=values):
            return ("met" if value in values else "unmet"), None
        case _:
            operator = check.operator if isinstance(check, Compare) else "<="
            return _compared(operator, fact, float(threshold))


def _compared(operator: str, fact: Fact, threshold: float) -> tuple[Answer, float]:
    value = float(fact.value or 0)
    margin = threshold - value if operator in ("<=", "<") else value - threshold
    passed = margin >= -TOLERANCE if operator in ("<=", ">=") else margin > 0
    if passed and fact.partial:
        return "unknown", margin
    return ("met" if passed else "unmet"), margin


def _text(rule: Rule, fact: Fact, threshold: Value | None, answer: Answer) -> str:
    if answer == "unknown":
        return f"{rule.title}: not known, so not counted as met."
    seen = words(fact.value)
    match rule.check:
        case Compare(operator=operator):
            return f"{rule.title}: {seen}, asked {operator} {words(threshold)}; {answer}."
        case Boundary() if threshold == -1.0:
            return f"{rule.title}: {seen}, too much was lost for any difference; {answer}."
        case Is():
            return f"{rule.title}: {'yes' if answer == 'met' else 'no'}."
        case Boundary():
            return f"{rule.title}: {seen}, at most {words(threshold)}; {answer}."
        case _:
            return f"{rule.title}: {seen}; {answer}."


def words(value: Value | None) -> str:
    """A value as a reader has it: yes and no, four figures, words without underscores."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case str():
            return value.replace("_", " ")
        case _ if math.isinf(value):
            return "without bound"
        case _:
            return f"{value:.4g}"


def _compatible(rules: Iterable[Rule]) -> bool:
    """Whether every unknown fact could meet all the rules on it at once."""
    asked: dict[str, bool] = {}
    for rule in rules:
        if isinstance(rule.check, Is) and asked.setdefault(rule.fact, rule.check.value) is not (
            rule.check.value
        ):
            return False
    return True


def _implied(standard: Standard, met: frozenset[str]) -> frozenset[str]:
    """With these rules met, the weaker rules on the same facts are met as well."""
    chosen = [rule for rule in standard.rules if rule.id in met]
    return met | {
        weaker.id for weaker in standard.rules if any(_implies(rule, weaker) for rule in chosen)
    }


def _implies(rule: Rule, weaker: Rule) -> bool:
    match rule.check, weaker.check:
        case Compare(operator="<=", threshold=low), Compare(operator="<=", threshold=high):
            return rule.fact == weaker.fact and _at_most(low, high)
        case OneOf(values=few), OneOf(values=many):
            return rule.fact == weaker.fact and set(few) <= set(many)
        case _:
            return False


def _at_most(low: float | str, high: float | str) -> bool:
    return not isinstance(low, str) and not isinstance(high, str) and low <= high


def _falling(check: Boundary) -> bool:
    """Whether each column, once it says never, goes on saying never."""
    for column in check.table.values():
        never = [entry is None for entry in column]
        if never != sorted(never):
            return False
    return check.default in check.table


def _check(holds: bool, standard: Standard, problem: str) -> None:
    if not holds:
        raise InvalidInput(problem, field=standard.name, accepted="a rule set that can be applied")

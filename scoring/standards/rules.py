"""A standard as data: rules that ask one thing of one fact, and levels reached by meeting them.

A level is reached when all rules of one of its paths are met. Rules only ever ask for something,
so the level can only rise when an answer improves: that makes the bounds under unknown facts
exact, and the smallest changes that lift a grade a matter of reading the paths.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

from scoring.errors import InvalidInput


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
class Either:
    """Any of several facts passes its own check; the rule's `fact` is the first of them."""

    alternatives: tuple[tuple[str, "Compare | Is | OneOf"], ...]


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """The first of several facts that is known decides: a person's answer, else what data show."""

    alternatives: tuple[tuple[str, "Compare | Is | OneOf"], ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """The fact is at most the entry of a printed table, or the table has no entry: then never.

    The row is the fact `at` in whole units, rounded as `rounding` says; the column is the fact
    `column`. Where that is unknown the `default` is shown, and met is what every column allows.
    """

    at: str
    column: str
    default: str
    rounding: Literal["nearest", "down"]
    table: Mapping[str, tuple[float | None, ...]]


Check: TypeAlias = Compare | Is | OneOf | Either | FirstKnown | Boundary


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question: which fact, which check, who says so. `lift` says what would meet it.

    `fixed` marks what no further fact about the same study can change. `verified` is false for a
    rule known only at second hand. `judgement` marks a fact that only a person's answer can be.
    """

    id: str
    title: str
    fact: str
    check: Check
    source: str
    lift: str
    verified: bool = True
    fixed: bool = False
    judgement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only a person can answer: `id` is the name of the fact, `answers` those accepted."""

    id: str
    text: str
    answers: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One grade: any of its paths reaches it, and a path asks for all of its rules."""

    name: str
    title: str
    paths: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A fact of each contrast: the level that another standard, by name, gives it."""

    fact: str
    standard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A fact of a body: how many independent samples have a contrast that meets one of the paths.

    `title` says what is counted; `distinct` what is counted once: a sample (a cohort at a site) or
    a whole study. `of` says of which results: those that stand; for bad news also those that the
    programme took back; for harm every one that told of it.
    """

    fact: str
    title: str
    paths: tuple[tuple[str, ...], ...]
    distinct: Literal["sample", "study"] = "sample"
    of: Literal["standing", "taken back", "told"] = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Facts of a body: the common effect (inverse variance) of the samples that meet a path.

    Named after `fact`: `_estimate`, `_low`, `_high` (standard deviations, + good), `_people`
    analysed, `_sites`, and `_share_pct`, the per cent of the weight that meets one of `share_of`.
    """

    fact: str
    title: str
    paths: tuple[tuple[str, ...], ...]
    share_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A published or house rule set: levels from worst to best; `entry` rules open it at all.

    A standard of a body of evidence tries `contrast_rules` on each contrast, over its facts and
    `ratings`; `tallies` and `pools` make of the answers the facts that its `rules` ask for.
    `questions` say what its judgement rules ask of a person, and which answers they take.
    Where `provisional` is false no level is told while a judgement could still change it. Of
    several contrasts the best-rated `speaks`, or of what a later report replaces the latest.
    """

    id: str
    version: str
    title: str
    unit: Literal["contrast", "body", "house grade"]
    source: str
    rules: tuple[Rule, ...]
    levels: tuple[Level, ...]
    entry: tuple[str, ...] = ()
    contrast_rules: tuple[Rule, ...] = ()
    ratings: tuple[Rating, ...] = ()
    tallies: tuple[Tally, ...] = ()
    pools: tuple[Pool, ...] = ()
    questions: tuple[Question, ...] = ()
    provisional: bool = True
    speaks: Literal["best", "latest"] = "best"

    def __post_init__(self) -> None:
        """Refuse a rule set that contradicts itself."""
        ids = [rule.id for rule in self.every_rule]
        _check(len(set(ids)) == len(ids), self, "two rules share an id")
        paths = [path for level in self.levels for path in level.paths]
        self._check_named(self.rules, [self.entry, *paths])
        counted = [path for tally in self.tallies for path in tally.paths]
        weighed = [path for pool in self.pools for path in (*pool.paths, *pool.share_of)]
        self._check_named(self.contrast_rules, [*counted, *weighed])
        _check(() in self.levels[0].paths, self, "the lowest level asks for something")
        _check(_compatible(self.rules), self, "two rules ask opposite things of one fact")
        for level in self.levels:
            for path in level.paths:
                self._check_path(level, path)
        for rule in self.every_rule:
            if isinstance(rule.check, Boundary):
                _check(_falling(rule.check), self, f"the table of {rule.id} has a gap")
        self._check_questions()

    def _check_questions(self) -> None:
        answers = {question.id: question.answers for question in self.questions}
        _check(len(answers) == len(self.questions), self, "two questions share an id")
        for rule in (rule for rule in self.every_rule if rule.judgement):
            _check(rule.fact in answers, self, f"nobody is asked the question of {rule.id}")
            wanted = rule.check.values if isinstance(rule.check, OneOf) else ()
            told = set(wanted) <= set(answers[rule.fact])
            _check(told, self, f"{rule.id} waits for an answer that its question does not take")

    def _check_named(self, rules: Iterable[Rule], paths: Iterable[tuple[str, ...]]) -> None:
        ids, named = {rule.id for rule in rules}, {name for path in paths for name in path}
        _check(named == ids, self, f"rules and paths differ by {sorted(named ^ ids)}")

    def _check_path(self, level: Level, path: tuple[str, ...]) -> None:
        met = _implied(self, frozenset(path))
        _check(level_reached(self, met) is level, self, f"a path of {level.name} leads elsewhere")
        together = combinations([self.by_id[name] for name in path], 2)
        clash = any(_excludes(one, other) for one, other in together)
        _check(not clash, self, f"no fact can meet a path of {level.name}")

    @property
    def name(self) -> str:
        """Id and version, as it is named everywhere."""
        return f"{self.id}@{self.version}"

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """Those asked of the subject and those asked of each of its contrasts."""
        return (*self.rules, *self.contrast_rules)

    @property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.every_rule}


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


def level_reached(standard: Standard, met: frozenset[str]) -> Level:
    """The best level of which all rules of one path are among those met."""
    reached = (
        level
        for level in reversed(standard.levels)
        if any(met.issuperset(path) for path in level.paths)
    )
    return next(reached)


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


def _excludes(rule: Rule, other: Rule) -> bool:
    """Whether no value of one fact can meet both."""
    match rule.check, other.check:
        case OneOf(values=some), OneOf(values=others):
            return rule.fact == other.fact and not set(some) & set(others)
        case _:
            return False


def _implies(rule: Rule, weaker: Rule) -> bool:
    match rule.check, weaker.check:
        case Compare(operator="<=", threshold=low), Compare(operator="<=", threshold=high):
            return rule.fact == weaker.fact and _at_most(low, high)
        case Compare(operator=">=", threshold=high), Compare(operator=">=", threshold=low):
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

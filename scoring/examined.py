"""One contrast under a standard of a body: the answer of each contrast rule, and what it wants."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

from scoring.evidence import Answer, Contrast, Fact, Facts, Grade, Judgement
from scoring.facts import contrast_facts
from scoring.standards import AnyStandard, Standard, apply, examine, standard_named
from scoring.standards.rules import OneOf, Rule, level_reached

State: TypeAlias = Literal["counted", "possible", "not counted"]
Paths: TypeAlias = tuple[tuple[str, ...], ...]
# Whether a result stands, was taken back by whoever had an interest in it, or only told something.
Standing: TypeAlias = Literal["standing", "taken back", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One contrast with its facts and the answer of every contrast rule, by id.

    `needs` says of each rule which changes would meet it: rules of this standard, or of the one
    behind a rating; nothing where it is met, None where no fact about this study can meet it.
    `ratings` are the answers to the rules on ratings under each level that could still be given.
    `standing` says what became of it.
    """

    contrast: Contrast
    facts: Facts
    answers: Mapping[str, Answer]
    needs: Mapping[str, tuple[Rule, ...] | None]
    ratings: tuple[Mapping[str, Answer], ...] = ()
    standing: Standing = "standing"

    @property
    def event_ids(self) -> tuple[str, ...]:
        return self.contrast.told_by

    @property
    def study(self) -> str:
        return " ".join(self.contrast.study.casefold().split())

    @property
    def name(self) -> str:
        """As a reader finds it again."""
        return f"{self.contrast.study} ({self.contrast.site})"

    def state(self, paths: Paths) -> State:
        """Counted when a path is met, possible while one could still be."""
        return _state(self.answers, paths)

    def state_if(self, given: Paths, paths: Paths) -> State:
        """The same, were it known that one of the `given` paths is met."""
        worlds = [{**self.answers, **answers} for answers in self.ratings or ({},)]
        states = {_state(w, paths) for w in worlds if _state(w, given) != "not counted"}
        return states.pop() if len(states) == 1 else self.state(paths)

    def changes(self, path: tuple[str, ...]) -> tuple[Rule, ...] | None:
        """What would meet all of a path; None where no fact about this study can."""
        wanted: dict[str, Rule] = {}
        for rule in path:
            needed = self.needs[rule]
            if needed is None:
                return None
            wanted.update({one.id: one for one in needed})
        return tuple(wanted[name] for name in sorted(wanted))


def _state(answers: Mapping[str, Answer], paths: Paths) -> State:
    found = [{answers[rule] for rule in path} for path in paths]
    if any(told <= {"met"} for told in found):
        return "counted"
    return "possible" if any("unmet" not in told for told in found) else "not counted"


def examined(
    standard: Standard,
    contrast: Contrast,
    judgements: Sequence[Judgement] = (),
    *,
    others: Sequence[Contrast] = (),
    facts: Facts | None = None,
    rated: Mapping[str, Grade] | None = None,
) -> Examined:
    """A contrast, told beside `others`, under the contrast rules of a standard and its ratings.

    `facts` are its own, and `rated` its grades by standard, where they are known already.
    """
    own = contrast_facts(contrast, judgements, others=others) if facts is None else facts
    graded = rated or {}
    ratings = {
        r.fact: (r.standard, graded.get(r.standard) or apply(standard_named(r.standard), own))
        for r in standard.ratings
    }
    levels = {
        name: _rating(standard_named(by), grade, contrast.told_by)
        for name, (by, grade) in ratings.items()
    }
    known = {**own, **levels} if levels else own
    answers = {rule.id: examine(rule, known).answer for rule in standard.contrast_rules}
    needs = {rule.id: _needs(rule, answers[rule.id], ratings) for rule in standard.contrast_rules}
    return Examined(
        contrast=contrast,
        facts=known,
        answers=answers,
        needs=needs,
        ratings=tuple(_under_each_level(standard, ratings)),
    )


def _under_each_level(
    standard: Standard, ratings: Mapping[str, tuple[str, Grade]]
) -> Iterator[Mapping[str, Answer]]:
    """What the rules on a rating answer, by each combination of levels that is still open."""
    levels = [
        [(fact, Fact(value=level)) for level in _attainable(standard_named(name), grade)]
        for fact, (name, grade) in ratings.items()
    ]
    asking = [rule for rule in standard.contrast_rules if rule.fact in ratings]
    for chosen in product(*levels):
        facts = dict(chosen)
        yield {rule.id: examine(rule, facts).answer for rule in asking}


def _attainable(standard: AnyStandard, grade: Grade) -> list[str]:
    """Every level that what is not known could still give, and `ungraded` where that is so now."""
    if type(standard) is not Standard:
        return _between(standard, grade)
    told = ["ungraded"] if grade.bounds is None else [grade.bounds.worst]
    met = frozenset(r.rule for r in grade.reasons if r.answer == "met")
    open_ = frozenset(r.rule for r in grade.reasons if r.answer != "unmet")
    paths = [(level, {*standard.entry, *path}) for level in standard.levels for path in level.paths]
    return told + [
        level.name
        for level, path in paths
        if path <= open_ and level_reached(standard, met | path) is level
    ]


def _between(standard: AnyStandard, grade: Grade) -> list[str]:
    """Of a standard without paths: its bounds and all that lies between them."""
    if grade.bounds is None:
        return ["ungraded"]
    names = [level.name for level in standard.levels]
    return names[names.index(grade.bounds.worst) : names.index(grade.bounds.best) + 1]


def _rating(standard: AnyStandard, grade: Grade, event_ids: tuple[str, ...]) -> Fact:
    """The level another standard gives, and the best that the unknown facts allow it."""
    if grade.bounds is not None:
        return Fact(value=grade.bounds.worst, event_ids=event_ids, up_to=grade.bounds.best)
    best = _could_open(standard, grade) if type(standard) is Standard else None
    return Fact(value="ungraded", event_ids=event_ids, up_to=best)


def _could_open(standard: Standard, grade: Grade) -> str | None:
    """The best level of what is ungraded for want of facts alone."""
    open_ = frozenset(reason.rule for reason in grade.reasons if reason.answer != "unmet")
    return level_reached(standard, open_).name if open_.issuperset(standard.entry) else None


def _needs(
    rule: Rule, answer: Answer, ratings: Mapping[str, tuple[str, Grade]]
) -> tuple[Rule, ...] | None:
    if answer == "met":
        return ()
    if rule.fact in ratings and isinstance(rule.check, OneOf):
        name, grade = ratings[rule.fact]
        return towards(standard_named(name), grade, rule.check.values)
    return None if rule.fixed and answer == "unmet" else (rule,)


def towards(standard: AnyStandard, grade: Grade, levels: Iterable[str]) -> tuple[Rule, ...] | None:
    """The fewest rules that would lift a grade to one of these levels, the lowest of them first.

    None if no fact can: what a study is by design, once known, no further fact about it changes.
    """
    if type(standard) is not Standard:
        return None
    answers = {reason.rule: reason.answer for reason in grade.reasons}
    wanted = set(levels)
    routes = [
        [rule for rule in standard.rules if rule.id in (*standard.entry, *path)]
        for level in standard.levels
        if level.name in wanted
        for path in level.paths
    ]
    lacking = [tuple(r for r in route if answers[r.id] != "met") for route in routes]
    open_ = [
        rules for rules in lacking if not any(r.fixed and answers[r.id] == "unmet" for r in rules)
    ]
    return min(open_, key=len, default=None)

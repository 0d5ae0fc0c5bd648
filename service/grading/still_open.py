"""Which rules without an answer could still change a level, and how far."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scoring.evidence import Answer, Grade
from scoring.standards.rules import Level, Standard, level_reached
from service.grading.asking import facts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What telling one fact could do to the level of a result: as it is, and with which others.

    `alone`: were its rules met; `together`: were all unknown rules met; `without`: were all of them
    met save its own. None is ungraded.
    """

    now: Level | None
    alone: Level | None
    together: Level | None
    without: Level | None

    @property
    def matters(self) -> bool:
        return self.alone != self.now or self.together != self.without

    @property
    def text(self) -> str:
        """The same in words."""
        if self.alone != self.now:
            further = self.together != self.alone
            more = f"; with others, to “{_title(self.together)}”" if further else ""
            lifted = f"from “{_title(self.now)}” to “{_title(self.alone)}”"
            return f"By itself it could lift this result {lifted}{more}."
        if self.together != self.without:
            least = f"Without it no more than “{_title(self.without)}”"
            return f"{least}; with others, “{_title(self.together)}”."
        return "As things stand it changes nothing."


def reaches(standard: Standard, grade: Grade) -> Mapping[str, Reach]:
    """By fact what telling it could do, for every fact of a rule that is not answered yet."""
    answers = {reason.rule: reason.answer for reason in grade.reasons}
    met = frozenset(name for name, answer in answers.items() if answer == "met")
    unknown = frozenset(name for name, answer in answers.items() if answer == "unknown")
    waiting: dict[str, set[str]] = {}
    for rule in standard.rules:
        for fact in facts_of(rule) if rule.id in unknown else ():
            waiting.setdefault(fact, set()).add(rule.id)
    return {
        fact: Reach(
            now=_level(standard, met),
            alone=_level(standard, met | rules),
            together=_level(standard, met | unknown),
            without=_level(standard, (met | unknown) - rules),
        )
        for fact, rules in waiting.items()
    }


def live_rules(paths: Iterable[Iterable[str]], answers: Mapping[str, Answer]) -> Iterator[str]:
    """The unknown rules of the paths that nothing known has closed."""
    for path in paths:
        told = list(path)
        if all(answers[name] != "unmet" for name in told):
            yield from (name for name in told if answers[name] == "unknown")


def _level(standard: Standard, met: frozenset[str]) -> Level | None:
    return level_reached(standard, met) if met.issuperset(standard.entry) else None


def _title(level: Level | None) -> str:
    return "Not graded" if level is None else level.title

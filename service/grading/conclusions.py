"""What each standard concludes of one subject, and the rules that keep it from concluding more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scoring import STANDARDS, HouseGrade, grade
from scoring.evidence import Contrast, Counted, Facts, Reason
from scoring.examined import examined, towards
from scoring.published import Appraised, published
from scoring.standards import AnyStandard, Certainty, Standard, TreeStandard, apply, examine
from scoring.standards.candour import FINDINGS, NAME, POLICY, TITLE
from scoring.standards.candour_confidence import DOWN, UP
from scoring.standards.candour_design import DESIGN
from scoring.standards.rules import OneOf, Rule
from service.grading.asking import facts_of, facts_read, made_up
from service.grading.readings import ORDER, READINGS, Reading

HOUSE_RULES = (
    *FINDINGS, *DESIGN.rules, *(step.rule for step in (*DOWN, *UP)), *POLICY.rules,
)  # fmt: skip
# What the house grade rests a favourable finding on, and what speaks for the others.
FAVOURABLE = ("candour.works_elsewhere", "candour.works_where_tried", "candour.interval_above_zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A rule with its answer: of which standard, and of which result where it is of one."""

    standard: str
    rule: Rule
    reason: Reason
    contrast: Contrast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A rule that keeps a conclusion where it is, and the rules behind it where it is a count."""

    rule: Tried
    behind: tuple[Tried, ...] = ()

    @property
    def leaves(self) -> tuple[Tried, ...]:
        """The rules that ask of recorded facts."""
        return self.behind or (self.rule,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """A standard's answer on a subject, our reading of it, and every rule that was tried.

    `own` are the rules that decide the level, `of_results` those tried on each result of a body.
    """

    name: str
    title: str
    level: str | None
    level_title: str
    status: str
    reading: Reading
    own: tuple[Tried, ...]
    of_results: tuple[Tried, ...] = ()
    counted: tuple[Counted, ...] = ()
    read: frozenset[str] = field(default_factory=frozenset)

    @property
    def word(self) -> str:
        """What it comes to, in our reading."""
        return self.reading.of(self.level)

    @property
    def place(self) -> int:
        """Where that stands among the readings of its question, the worst first."""
        return self.rank(self.word)

    def rank(self, word: str) -> int:
        return ORDER[self.reading.about].index(word)

    @property
    def every(self) -> tuple[Tried, ...]:
        return (*self.own, *self.of_results)


def conclusions(known: Appraised, names: Iterable[str]) -> tuple[Conclusion, ...]:
    """What each of the standards concludes, in their order."""
    return tuple(
        _of_house(grade(known.subject)) if name == NAME else _of_published(STANDARDS[name], known)
        for name in names
    )


def held_back(low: Conclusion, word: str, known: Appraised) -> tuple[Held, ...]:
    """The rules that keep a conclusion from being read as well as `word`; none where nothing does.

    The fewest that would do, each with what is behind it: for a count, the rules that the results
    which are not counted do not meet; for a level taken over, the rules of its own standard.
    """
    if low.name == NAME:
        return _held_back_house(low)
    standard = STANDARDS[low.name]
    by_id = {one.rule.id: one for one in low.own}
    if isinstance(standard, TreeStandard | Certainty):
        return tuple(Held(rule=one) for one in low.own if _decides(standard, one))
    lacking = [
        [by_id[name] for name in (*standard.entry, *path) if by_id[name].reason.answer != "met"]
        for level in standard.levels
        if low.rank(low.reading.of(level.name)) >= low.rank(word)
        for path in level.paths
    ]
    fewest = min(filter(None, lacking), key=_distance, default=[])
    return tuple(Held(rule=one, behind=_behind(standard, one, low, known)) for one in fewest)


def _distance(lacking: Sequence[Tried]) -> tuple[int, int]:
    """Facts before a study of another design, and few of either."""
    fixed = sum(one.rule.fixed and one.reason.answer == "unmet" for one in lacking)
    return fixed, len(lacking)


def _of_house(found: HouseGrade) -> Conclusion:
    rules = {rule.id: rule for rule in HOUSE_RULES}
    own = tuple(
        Tried(standard=NAME, rule=rules[one.rule], reason=one)
        for one in found.reasons
        if one.rule in rules
    )
    level = None if found.status == "ungraded" else found.finding
    return Conclusion(
        name=NAME,
        title=TITLE,
        level=level,
        level_title="Ungraded" if level is None else f"{found.finding}, {found.confidence}",
        status=found.status,
        reading=READINGS[NAME],
        own=own,
        read=frozenset(fact for rule in HOUSE_RULES for fact in facts_of(rule)) | {"effect"},
    )


def _of_published(standard: AnyStandard, known: Appraised) -> Conclusion:
    found = published(standard, known).grade
    rules = {rule.id: rule for rule in standard.every_rule}
    own = tuple(
        Tried(standard=standard.name, rule=rules[one.rule], reason=one)
        for one in found.reasons
        if one.rule in rules
    )
    return Conclusion(
        name=standard.name,
        title=standard.title,
        level=found.level,
        level_title=found.title,
        status=found.status,
        reading=READINGS[standard.name],
        own=own,
        of_results=tuple(_tried_on_results(standard, known)),
        counted=found.counted,
        read=facts_read(standard),
    )


def _tried_on_results(standard: AnyStandard, known: Appraised) -> Iterator[Tried]:
    """The contrast rules of a standard of a body, and those of the standards it takes over."""
    if not isinstance(standard, Standard) or standard.unit != "body":
        return
    for contrast in known.standing:
        facts = _with_ratings(standard, contrast, known)
        for rule in standard.contrast_rules:
            yield _tried(standard, rule, facts, contrast)
        for rating in standard.ratings:
            other = STANDARDS[rating.standard]
            for rule in other.rules:
                yield _tried(other, rule, facts, contrast)


def _tried(standard: AnyStandard, rule: Rule, facts: Facts, contrast: Contrast) -> Tried:
    reason = examine(rule, facts)
    return Tried(standard=standard.name, rule=rule, reason=reason, contrast=contrast)


def _with_ratings(standard: Standard, contrast: Contrast, known: Appraised) -> Facts:
    told = known.facts[contrast.event_id]
    return examined(standard, contrast, known.subject.judgements, facts=told).facts


def _decides(standard: AnyStandard, one: Tried) -> bool:
    """Of a standard of steps or trees: a start not had, a step down, a domain that is not well."""
    if one.reason.answer == "met":
        return False
    if isinstance(standard, Certainty):
        down = {step.rule.id for step in standard.down}
        return one.rule.id in down | {standard.entry_rule.id, standard.starts[0].rule.id}
    return True


def _held_back_house(low: Conclusion) -> tuple[Held, ...]:
    against = [one for one in low.own if _speaks_against(one) and one.reason.answer == "met"]
    lacking = [one for one in low.own if one.rule.id in FAVOURABLE and one.reason.answer != "met"]
    return tuple(Held(rule=one) for one in against or lacking)


def _speaks_against(one: Tried) -> bool:
    return one.rule.id.startswith(("candour.harm_", "candour.no_worthwhile_good"))


def _behind(
    standard: Standard, body: Tried, low: Conclusion, known: Appraised
) -> tuple[Tried, ...]:
    """The rules that the results which a count leaves out do not meet; none for another rule."""
    wanting = [
        (one.event_id, rule)
        for one in low.counted
        if one.fact == body.rule.fact and one.state != "counted"
        for rule in one.wanting
    ]
    tried = {
        (one.contrast.event_id, one.rule.id): one
        for one in low.of_results
        if one.contrast is not None
    }
    asked = [tried[key] for key in wanting if key in tried]
    return tuple(further for one in asked for further in _further(standard, one, known))


def _further(standard: Standard, one: Tried, known: Appraised) -> Sequence[Tried]:
    """A rule on a level taken over is told by the rules of the standard it is taken from."""
    rated = {rating.fact: rating.standard for rating in standard.ratings}
    if one.rule.fact not in rated or one.contrast is None:
        return [one]
    other = STANDARDS[rated[one.rule.fact]]
    facts = known.facts[one.contrast.event_id]
    values = one.rule.check.values if isinstance(one.rule.check, OneOf) else ()
    found = towards(other, apply(other, facts), values)
    return [_tried(other, rule, facts, one.contrast) for rule in found or ()] or [one]


def recorded_facts(one: Tried) -> frozenset[str]:
    """The recorded facts that a rule reads; none where it asks of what its standard makes up."""
    own = frozenset[str]() if one.standard == NAME else made_up(STANDARDS[one.standard])
    return frozenset(facts_of(one.rule)) - own

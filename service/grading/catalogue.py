"""The standards as documents: their rules, sources, verification and levels."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from scoring import STANDARDS
from scoring.standards import AnyStandard, Certainty, Standard, TreeStandard
from scoring.standards.candour import FINDINGS, NAME, POLICY, TITLE
from scoring.standards.candour_confidence import CAPS, DOWN, STARTS, UP
from scoring.standards.candour_design import DESIGN
from scoring.standards.rules import Boundary, Level, Question, Rule, Step
from scoring.standards.trees import Domain, Recorded
from scoring.standards.trees.tree import Tree
from service.grading.asking import facts_read
from service.grading.fact_words import FACT_WORDS
from service.grading.plain import check_words, level_words, rule_words
from service.grading.questions import HOUSE_QUESTIONS
from service.grading.readings import QUESTIONS_READ, READINGS

Document = dict[str, Any]


@cache
def standards_catalogue() -> Sequence[Document]:
    """Every standard that a grade can be asked for, the house grade first; nobody changes them."""
    return (_house(), *(_standard(standard) for standard in STANDARDS.values()))


def _house() -> Document:
    return {
        "id": NAME,
        "title": TITLE,
        "kind": "house",
        "group": "body",
        "unit": "outcome domain of a programme's version, or of an approach",
        "source": DESIGN.source,
        "rules": [
            *(_rule(rule, part="finding") for rule in FINDINGS),
            *(_rule(rule, part="design") for rule in DESIGN.rules),
            *(_step(step, sign=-1) for step in DOWN),
            *(_step(step, sign=1) for step in UP),
            *(_rule(rule, part="funding policy") for rule in POLICY.rules),
        ],
        "entry": list(DESIGN.entry),
        "levels": [
            *_levels(DESIGN.levels, DESIGN.by_id),
            *_levels(POLICY.levels, POLICY.by_id),
        ],
        "questions": [_question(question) for question in HOUSE_QUESTIONS],
        "reading": _reading(NAME),
        "starts": dict(STARTS),
        "caps": dict(CAPS),
    }


def _standard(standard: AnyStandard) -> Document:
    head = {
        "id": standard.name,
        "title": standard.title,
        "kind": _kind(standard),
        "group": _group(standard),
        "unit": standard.unit,
        "source": standard.source,
        "rules": _rules(standard),
        "entry": list(standard.entry),
        "levels": _levels(standard.levels, standard.by_id),
        "questions": [_question(question) for question in standard.questions],
        "reading": _reading(standard.name),
    }
    return head | _more(standard)


def _kind(standard: AnyStandard) -> str:
    """How a level is reached: by paths of rules, by steps from a start, or by trees of answers."""
    if isinstance(standard, Certainty):
        return "steps"
    return "trees" if isinstance(standard, TreeStandard) else "rules"


def _group(standard: AnyStandard) -> str:
    """What it is about: bias, money, all of the evidence (body), or one result."""
    if isinstance(standard, TreeStandard):
        return "bias"
    read = {FACT_WORDS[name].group for name in facts_read(standard) if name in FACT_WORDS}
    if read == {"money"}:
        return "money"
    return "body" if standard.unit == "body" else "result"


def _more(standard: AnyStandard) -> Document:
    """What only standards of its kind have."""
    if isinstance(standard, Certainty):
        starts = [{"level": start.level, "rule": start.rule.id} for start in standard.starts]
        return {"starting": starts}
    found = _counting(standard) | {"speaks": standard.speaks}
    return found | (_trees(standard) if isinstance(standard, TreeStandard) else {})


def _trees(standard: TreeStandard) -> Document:
    several = standard.several
    return {
        "domains": [_domain(domain) for domain in standard.domains],
        "scale": list(standard.scale),
        "reads_as": dict(standard.reads_as),
        "overall_source": standard.overall_source,
        "overall_verified": standard.overall_verified,
        "several": None
        if several is None
        else {
            "judgement": several.judgement,
            "number": several.number,
            "question": several.question,
            "becomes": several.becomes,
            "always_from": several.always_from,
        },
        "recorded": [_recorded(told) for told in standard.recorded],
    }


def _domain(domain: Domain) -> Document:
    return {
        "id": domain.id,
        "title": domain.title,
        "source": domain.source,
        "tree": _tree(domain.tree),
    }


def _tree(tree: Tree) -> Document | str:
    """A question with where each of its answers leads; a judgement at the end."""
    if isinstance(tree, str):
        return tree
    return {
        "question": tree.question,
        "branches": [
            {
                "answers": list(branch.answers),
                "then": _tree(branch.then),
                "verified": branch.verified,
            }
            for branch in tree.branches
        ],
    }


def _recorded(told: Recorded) -> Document:
    return {"question": told.question, "answer": told.answer, "rule": _rule(told.rule)}


def _reading(name: str) -> Document:
    """How we read its levels beside other standards, and why so."""
    reading = READINGS[name]
    return {
        "about": reading.about,
        "question": QUESTIONS_READ[reading.about],
        "levels": dict(reading.levels),
        "why": reading.why,
    }


def _rules(standard: AnyStandard) -> list[Document]:
    if isinstance(standard, Certainty):
        return [
            _rule(standard.entry_rule, part="entry"),
            *(_rule(start.rule, part=f"starts at {start.level}") for start in standard.starts),
            *(_step(step, sign=-1) for step in standard.down),
            _rule(standard.up_only, part="before any step up"),
            *(_step(step, sign=1) for step in standard.up),
        ]
    asked = [_rule(rule) for rule in standard.rules]
    return asked + [_rule(rule, part="each result") for rule in standard.contrast_rules]


# Which results a count looks at, where not all of them stand.
OF: Mapping[str, str] = MappingProxyType(
    {
        "standing": "results that stand",
        "taken back": "results that stand, and those that the programme took back",
        "told": "every result that told of it",
    }
)


def _counting(standard: Standard) -> Document:
    """What a standard of a body counts and pools, where it does."""
    rules = standard.by_id
    counted = [
        {
            "fact": tally.fact,
            "title": tally.title,
            "distinct": tally.distinct,
            "of": OF[tally.of],
            "paths": _paths(tally.paths),
            "asks": level_words(tally.paths, rules),
        }
        for tally in standard.tallies
    ]
    pooled = [
        {
            "fact": pool.fact,
            "title": pool.title,
            "paths": _paths(pool.paths),
            "share_of": _paths(pool.share_of),
            "asks": level_words(pool.paths, rules),
        }
        for pool in standard.pools
    ]
    rated = [{"fact": rating.fact, "standard": rating.standard} for rating in standard.ratings]
    return {"tallies": counted, "pools": pooled, "ratings": rated}


def _question(question: Question) -> Document:
    return {
        "id": question.id,
        "text": question.text,
        "answers": list(question.answers),
        "source": question.source,
    }


def _levels(levels: Iterable[Level], rules: Mapping[str, Rule]) -> list[Document]:
    return [
        {
            "name": level.name,
            "title": level.title,
            "paths": _paths(level.paths),
            "asks": level_words(level.paths, rules),
        }
        for level in levels
    ]


def _paths(paths: Iterable[Sequence[str]]) -> list[list[str]]:
    return [list(path) for path in paths]


def _rule(rule: Rule, *, part: str = "rule") -> Document:
    return {
        "id": rule.id,
        "part": part,
        "title": rule.title,
        "asks": rule_words(rule),
        "fact": rule.fact,
        "check": check_words(rule.check),
        "source": rule.source,
        "verified": rule.verified,
        "judgement": rule.judgement,
        "fixed": rule.fixed,
    } | _table(rule)


def _step(step: Step, *, sign: int) -> Document:
    return _rule(step.rule, part=step.domain) | {
        "levels": sign * step.levels,
        "when_unknown": sign * step.when_unknown,
    }


def _table(rule: Rule) -> Document:
    if not isinstance(rule.check, Boundary):
        return {}
    return {"table": {name: list(column) for name, column in rule.check.table.items()}}

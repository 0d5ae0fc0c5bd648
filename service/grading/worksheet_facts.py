"""The facts of one result that a standard waits for, and what telling each could do."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from domain.contrast import Contrast as RecordedContrast
from scoring import STANDARDS
from scoring.evidence import Contrast, Facts
from scoring.examined import examined
from scoring.published import Appraised
from scoring.standards import AnyStandard, Standard, apply, examine
from scoring.standards.candour_design import DESIGN
from scoring.standards.rules import Level, Pool, Rule, Tally
from service.grading.asking import OF_A_POOL, facts_of
from service.grading.fact_words import FACT_WORDS, PLAN
from service.grading.plain import rule_words
from service.grading.still_open import live_rules, reaches
from service.wire import accepted_at

Document = dict[str, Any]
# What a group of facts takes where no single field says it.
ACCEPTED: Mapping[str, str] = MappingProxyType(
    {
        "baseline": "for each measure the means and standard deviations, or the proportions, of"
        " both groups with their numbers; or the standardised difference",
        "result": "counts, means, rates or a published estimate with its interval",
        "harms": "a list of the harms found, empty where they were looked for and none was found",
        PLAN: "the outcome in an evaluation plan, registered before it was measured",
        "true or false": "yes or no",
    }
)
DIRECTNESS = tuple(name for name in FACT_WORDS if name.startswith("same_"))
# Designs of which alone these facts can be told; others are not asked for them.
CUT_OFF = ("regression_discontinuity",)
STAGED = ("instrumental_variable", *CUT_OFF)
CLUSTERED = ("cluster_rct",)


def facts_asked(
    standard: AnyStandard | None, contrast: Contrast, known: Appraised
) -> list[Document]:
    """The facts of a result that are not known and asked, those that matter first.

    Without a published standard those of the design gate of the house grade.
    """
    if standard is not None and standard.unit == "body":
        found = _facts_of_a_body(standard, contrast, known)
    else:
        found = _facts_of_a_result(standard or DESIGN, contrast, known)
    fitting = [one for one in found if _fits(str(one["fact"]), contrast)]
    return sorted(fitting, key=lambda one: not one["matters"])


def _facts_of_a_result(
    standard: AnyStandard, contrast: Contrast, known: Appraised
) -> Iterator[Document]:
    """The facts of one result that a standard of results waits for."""
    if not isinstance(standard, Standard):
        return
    facts = known.facts[contrast.event_id]
    found = apply(standard, facts)
    told = {reason.rule: reason.answer for reason in found.reasons}
    for fact, reach in reaches(standard, found).items():
        rules = [r for r in standard.rules if fact in facts_of(r) and told.get(r.id) == "unknown"]
        if fact in FACT_WORDS and _is_open(fact, facts):
            yield _fact(fact, rules) | {
                "matters": reach.matters,
                "could": reach.text,
                "now": _name(reach.now),
                "alone": _name(reach.alone),
                "together": _name(reach.together),
            }


def _facts_of_a_body(
    standard: AnyStandard, contrast: Contrast, known: Appraised
) -> Iterator[Document]:
    """The facts of one result that a standard of a body waits for before it counts the result."""
    if not isinstance(standard, Standard):
        yield from _facts_of_certainty(contrast, known)
        return
    waiting: dict[str, list[Rule]] = {}
    serves: dict[str, list[str]] = {}
    for title, rule in _live(standard, contrast, known):
        for fact in facts_of(rule):
            waiting.setdefault(fact, []).append(rule)
            serves.setdefault(fact, []).append(title)
    for fact, rules in waiting.items():
        if fact in FACT_WORDS and _is_open(fact, known.facts[contrast.event_id]):
            counts = "; ".join(dict.fromkeys(serves[fact]))
            yield _fact(fact, list({rule.id: rule for rule in rules}.values())) | {
                "matters": True,
                "could": f"The result could count among: {counts}.",
            }


def _live(standard: Standard, contrast: Contrast, known: Appraised) -> Iterator[tuple[str, Rule]]:
    """Unknown rules that could still make a result count, with what it would count among."""
    told = known.facts[contrast.event_id]
    one = examined(standard, contrast, known.subject.judgements, facts=told)
    rated = {rating.fact: STANDARDS[rating.standard] for rating in standard.ratings}
    for counted in _counting(standard):
        for name in live_rules(counted.paths, one.answers):
            rule = standard.by_id[name]
            behind = _live_behind(rated[rule.fact], told) if rule.fact in rated else (rule,)
            for waiting in behind:
                yield counted.title, waiting


def _counting(standard: Standard) -> tuple[Tally | Pool, ...]:
    return (*standard.tallies, *standard.pools)


def _live_behind(other: AnyStandard, told: Facts) -> Iterator[Rule]:
    """The rules of a standard whose level is taken over that could still change that level."""
    if not isinstance(other, Standard):
        return
    open_ = reaches(other, apply(other, told))
    for rule in other.rules:
        waits = examine(rule, told).answer == "unknown"
        if waits and any(open_[fact].matters for fact in facts_of(rule) if fact in open_):
            yield rule


def _facts_of_certainty(contrast: Contrast, known: Appraised) -> Iterator[Document]:
    facts = known.facts[contrast.event_id]
    for name in (*OF_A_POOL, *DIRECTNESS):
        if name not in facts or facts[name].value is None:
            yield _fact(name, []) | {
                "matters": True,
                "could": "The result could be weighed with the others."
                if name in OF_A_POOL
                else "Indirectness could be told from the facts, without a judgement.",
            }


def _is_open(name: str, facts: Facts) -> bool:
    """Not known, or known only in part."""
    fact = facts.get(name)
    return fact is None or fact.value is None or fact.up_to is not None


def _fact(name: str, rules: Sequence[Rule]) -> Document:
    known = FACT_WORDS[name]
    return {
        "fact": name,
        "group": known.group,
        "text": known.text,
        "accepted": [{"path": path, "accepted": _accepted(path)} for path in known.paths],
        "rules": [
            {"rule": r.id, "asks": rule_words(r), "source": r.source, "verified": r.verified}
            for r in rules
        ],
    }


def _accepted(path: str) -> str:
    words = ACCEPTED.get(path) or accepted_at(RecordedContrast, path)
    return ACCEPTED.get(words, words)


def _name(level: Level | None) -> str | None:
    return None if level is None else level.name


def _fits(name: str, contrast: Contrast) -> bool:
    """Whether a study of this design can have the fact at all."""
    design = contrast.conduct.design
    if FACT_WORDS[name].group == "discontinuity":
        return design in CUT_OFF
    if name == "instrument_f":
        return design in STAGED or contrast.analysis.population == "cace"
    if "cluster" in name or name == "joiners_risk":
        return design in CLUSTERED
    return True

"""Why a standard judged by trees says what it says: a reason a domain, an answer, and overall."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.evidence import Answer, Reason
from scoring.standards.rules import Level
from scoring.standards.trees.answers import Told, either
from scoring.standards.trees.domains import Domain, TreeStandard
from scoring.standards.trees.tree import Ask, Branch, Tree, leaves, nodes, walked
from scoring.wording import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """An answer that a domain rests on, where it was asked and the branch it took."""

    told: Told
    node: Ask
    branch: Branch

    @property
    def verified(self) -> bool:
        return self.told.verified and self.branch.verified


def used_answers(tree: Ask, rest: Tree, told: Mapping[str, Told]) -> tuple[Used, ...]:
    """The answers on the path of a domain; while `rest` is left to ask, its other answers too."""
    if not told:
        return ()
    answers = {name: one.answer for name, one in told.items()}
    places = {node.question: (node, branch) for node, branch in walked(tree, answers)}
    if isinstance(rest, Ask):
        places = {**places, **_elsewhere(tree, answers, frozenset(places))}
    return tuple(
        Used(told=told[name], node=node, branch=branch) for name, (node, branch) in places.items()
    )


def domain_reasons(
    standard: TreeStandard, domain: Domain, rest: Tree, used: Sequence[Used]
) -> tuple[Reason, ...]:
    """The judgement of a domain, of which `rest` is left to ask, then the answers it rests on."""
    return (
        _domain_reason(standard, domain, rest, used),
        *(_answer_reason(standard, one) for one in used),
    )


def overall_reason(standard: TreeStandard, reached: Sequence[Level], said: Told | None) -> Reason:
    """The level that the domains add up to; `said` is what a person said of several of them."""
    known = len(reached) == 1
    title = "Overall"
    why = "as the domains add up" if said and said.answer == "yes" else "as in the worst domain"
    text = f"{title}: {words(reached[0].name)}, {why}."
    if not known:
        text = f"{title}: not settled, still {either(words(one.name) for one in reached)}."
    return Reason(
        rule=f"{standard.id}.overall",
        title=title,
        answer=_graded(standard, reached[0].name if known else None),
        observed=reached[0].name if known else None,
        threshold=standard.levels[-1].name,
        margin=None,
        event_ids=said.event_ids if said else (),
        source=standard.overall_source,
        verified=standard.overall_verified,
        text=f"{text} {said.text}" if said else text,
    )


def _domain_reason(
    standard: TreeStandard, domain: Domain, rest: Tree, used: Sequence[Used]
) -> Reason:
    judgement = rest if isinstance(rest, str) else None
    return Reason(
        rule=domain.id,
        title=domain.title,
        answer=_graded(standard, standard.level_of(judgement) if judgement else None),
        observed=judgement,
        threshold=standard.levels[-1].name,
        margin=None,
        event_ids=tuple(dict.fromkeys(name for one in used for name in one.told.event_ids)),
        source=domain.source,
        verified=all(one.verified for one in used),
        text=_domain_text(standard, domain, rest, (one.told for one in used)),
    )


def _graded(standard: TreeStandard, level: str | None) -> Answer:
    if level is None:
        return "unknown"
    return "met" if level == standard.levels[-1].name else "unmet"


def _domain_text(standard: TreeStandard, domain: Domain, rest: Tree, used: Iterable[Told]) -> str:
    if isinstance(rest, str):
        return " ".join([f"{domain.title}: {words(rest)}.", *(one.text for one in used)])
    could = (words(one) for one in standard.scale if one in leaves(rest))
    asked = standard.question(rest.question).text
    return f"{domain.title}: not settled, still {either(could)}. Next: {asked}"


def _answer_reason(standard: TreeStandard, used: Used) -> Reason:
    """Met where the answer keeps the best judgement within reach that the question had."""
    before, after = (
        max(map(standard.scale.index, leaves(tree))) for tree in (used.node, used.branch.then)
    )
    return Reason(
        rule=used.told.question.id,
        title=used.told.question.text,
        answer="met" if after == before else "unmet",
        observed=used.told.answer,
        threshold=None,
        margin=None,
        event_ids=used.told.event_ids,
        source=used.told.source,
        verified=used.verified,
        text=used.told.text,
    )


def _elsewhere(
    tree: Tree, answers: Mapping[str, str], passed: frozenset[str]
) -> Mapping[str, tuple[Ask, Branch]]:
    """Every other answered question of the tree, where it is first asked."""
    found: dict[str, tuple[Ask, Branch]] = {}
    for node in nodes(tree):
        taken = node.taken(answers)
        if taken is not None and node.question not in passed:
            found.setdefault(node.question, (node, taken))
    return found

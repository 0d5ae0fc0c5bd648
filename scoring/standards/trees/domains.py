"""Standards judged by trees, as data: domains, their scale, and how they add up to a level."""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.errors import InvalidInput
from scoring.standards.rules import Level, OneOf, Question, Rule, Standard
from scoring.standards.trees.tree import Ask, Tree, nodes, settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One way in which a result can mislead, judged by a tree; `id` names its rule."""

    id: str
    title: str
    source: str
    tree: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """When `number` domains share the judgement as their worst, a person says what that adds up to.

    The answer "yes" makes it `becomes`; `always_from` so many domains nobody is asked (None: never
    without being asked).
    """

    judgement: str
    becomes: str
    number: int
    question: str
    always_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The answer that recorded facts give, where the rule is met and no person has answered."""

    question: str
    answer: str
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeStandard(Standard):
    """A standard whose domains are judged by trees; the overall level is that of the worst domain.

    `scale` holds the judgements of a domain from worst to best; `reads_as` names the level of a
    judgement that has none of its own name. The rules ask for the best judgement of each domain.
    """

    domains: tuple[Domain, ...]
    scale: tuple[str, ...]
    overall_source: str
    overall_verified: bool = True
    reads_as: tuple[tuple[str, str], ...] = ()
    several: Several | None = None
    recorded: tuple[Recorded, ...] = ()

    def __post_init__(self) -> None:
        """Refuse trees that contradict themselves or the questions."""
        # Not super(): a dataclass with slots is a new class, which super() does not know.
        Standard.__post_init__(self)
        for domain in self.domains:
            self._check_tree(domain.tree, ())
            idle = settled(domain.tree, {}) != domain.tree
            _check(not idle, self, f"a question of {domain.id} decides nothing")
        seen = [name for domain in self.domains for name in domain_questions(domain)]
        seen += [] if self.several is None else [self.several.question]
        _check(len(set(seen)) == len(seen), self, "two domains ask one question")
        unused = {question.id for question in self.questions} ^ set(seen)
        _check(not unused, self, f"questions and trees differ by {sorted(unused)}")
        levels = {level.name for level in self.levels}
        named = {self.level_of(judgement) for judgement in self.scale}
        _check(levels == named, self, f"scale and levels differ by {sorted(levels ^ named)}")

    def _check_tree(self, tree: Tree, above: tuple[str, ...]) -> None:
        if isinstance(tree, str):
            _check(tree in self.scale, self, f"{tree} is not a judgement of the scale")
            return
        name = tree.question
        _check(name not in above, self, f"{name} is asked twice on a path")
        accepted = [answer for one in self.questions if one.id == name for answer in one.answers]
        led = [answer for branch in tree.branches for answer in branch.answers]
        _check(sorted(accepted) == sorted(led), self, f"not one branch for each answer of {name}")
        for branch in tree.branches:
            self._check_tree(branch.then, (*above, name))

    @property
    def by_id(self) -> Mapping[str, Rule]:
        """The rules, and each question as one: a lift names the questions to answer otherwise."""
        asked = {one.id: _as_rule(one) for one in self.questions}
        return {**asked, **{rule.id: rule for rule in self.every_rule}}

    def question(self, name: str) -> Question:
        """The question with this id."""
        return next(question for question in self.questions if question.id == name)

    def level_of(self, judgement: str) -> str:
        """The name of the level that a judgement of a domain stands for."""
        return dict(self.reads_as).get(judgement, judgement)


def domain_questions(domain: Domain) -> tuple[str, ...]:
    """The questions of a domain, in the order in which its tree asks them."""
    return tuple(dict.fromkeys(node.question for node in nodes(domain.tree)))


def domain_rules(domains: tuple[Domain, ...], best: tuple[str, ...]) -> tuple[Rule, ...]:
    """For each domain the rule that it is judged as well as can be."""
    return tuple(
        Rule(
            id=domain.id,
            title=domain.title,
            fact=domain.id,
            check=OneOf(best),
            source=domain.source,
            lift=f"{domain.title.lower()} judged at the lowest risk of bias",
        )
        for domain in domains
    )


def tree_levels(
    titles: tuple[tuple[str, str], ...], domains: tuple[Domain, ...]
) -> tuple[Level, ...]:
    """Levels from worst to best: the best asks for every domain, those between for no fixed set."""
    worst, *between, best = titles
    return (
        Level(name=worst[0], title=worst[1], paths=((),)),
        *(Level(name=name, title=title, paths=()) for name, title in between),
        Level(name=best[0], title=best[1], paths=(tuple(domain.id for domain in domains),)),
    )


def _as_rule(question: Question) -> Rule:
    return Rule(
        id=question.id,
        title=question.text,
        fact=question.id,
        check=OneOf(question.answers),
        source=question.source,
        lift=f'another answer to "{question.text}"',
        judgement=True,
    )


def _check(holds: bool, standard: Standard, problem: str) -> None:
    if not holds:
        raise InvalidInput(problem, field=standard.name, accepted="trees that can be followed")

"""What single results were found to be, kept while nothing they rest on has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scoring.evidence import Contrast, Facts, Grade, Judgement
from scoring.examined import Examined, examined
from scoring.facts import contrast_facts
from scoring.families import family_of
from scoring.standards import AnyStandard, Standard, apply, standard_named

# What the facts of a contrast rest on: itself, what people said of it, and its family.
Grounds = tuple[Contrast, tuple[Judgement, ...], tuple[Contrast, ...]]


class Memory:
    """For a caller who grades a body again whenever one of its results changes.

    Everything it answers is what the plain functions answer: a result is asked anew as soon as it,
    a judgement of it or a result of its family differs. Holds one answer a contrast and standard,
    of grades the level without its reasons.
    """

    def __init__(self) -> None:
        self._facts: dict[str, tuple[Grounds, Facts]] = {}
        self._grades: dict[tuple[str, str], tuple[Facts, Grade]] = {}
        self._ratings: dict[tuple[str, str], tuple[Facts, Grade]] = {}
        self._examined: dict[tuple[str, str], tuple[Facts, Examined]] = {}

    def facts(
        self, standing: Sequence[Contrast], judgements: Sequence[Judgement] = ()
    ) -> Mapping[str, Facts]:
        """The facts of each of these contrasts, told beside one another, by event id."""
        families: dict[tuple[str, ...], list[Contrast]] = {}
        for contrast in standing:
            families.setdefault(family_of(contrast), []).append(contrast)
        general, own = _sorted_out(judgements)
        return {
            contrast.event_id: self._facts_of(
                contrast,
                (*general, *own.get(contrast.event_id, ())),
                tuple(families[family_of(contrast)]),
            )
            for contrast in standing
        }

    def applied(self, standard: AnyStandard, contrast: Contrast, facts: Facts) -> Grade:
        """A standard of single contrasts on one of them, without its reasons and lifts."""
        key = standard.name, contrast.event_id
        known = self._grades.get(key)
        if known is None or known[0] is not facts:
            whole = self._ratings.get(key)
            told = whole[1] if whole and whole[0] is facts else apply(standard, facts)
            brief = replace(told, reasons=(), lift=())
            known = self._grades[key] = facts, brief
        return known[1]

    def examined(self, standard: Standard, contrast: Contrast, facts: Facts) -> Examined:
        """One contrast under the contrast rules of a standard of a body."""
        key = standard.name, contrast.event_id
        known = self._examined.get(key)
        if known is None or known[0] is not facts:
            rated = {
                r.standard: self.rated(standard_named(r.standard), contrast, facts)
                for r in standard.ratings
            }
            found = examined(standard, contrast, facts=facts, rated=rated)
            known = self._examined[key] = facts, found
        return known[1]

    def rated(self, standard: AnyStandard, contrast: Contrast, facts: Facts) -> Grade:
        """The same whole, as bodies ask for it and as it is told."""
        key = standard.name, contrast.event_id
        known = self._ratings.get(key)
        if known is None or known[0] is not facts:
            known = self._ratings[key] = facts, apply(standard, facts)
        return known[1]

    def _facts_of(
        self,
        contrast: Contrast,
        judgements: tuple[Judgement, ...],
        family: tuple[Contrast, ...],
    ) -> Facts:
        grounds = contrast, judgements, family
        known = self._facts.get(contrast.event_id)
        if known is None or known[0] != grounds:
            facts = contrast_facts(contrast, judgements, others=family)
            known = self._facts[contrast.event_id] = grounds, facts
        return known[1]


def _sorted_out(
    judgements: Iterable[Judgement],
) -> tuple[list[Judgement], Mapping[str, list[Judgement]]]:
    """Those of the whole outcome, and the others by the result they are about; in their order."""
    general: list[Judgement] = []
    own: dict[str, list[Judgement]] = {}
    for told in judgements:
        (general if told.about is None else own.setdefault(told.about, [])).append(told)
    return general, own

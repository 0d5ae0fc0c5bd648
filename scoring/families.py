"""What a contrast shares with the other results of its study in one outcome domain."""

import math
from collections.abc import Iterable, Sequence

from scoring.conduct import largest_difference
from scoring.evidence import Contrast, Fact, Facts
from scoring.significance import Significance, significance, within_family


def family_facts(
    contrast: Contrast, others: Iterable[Contrast], *, found: Significance | None
) -> Facts:
    """`p_family` and `domain_baseline_difference` of a contrast, `found` by itself, in its family.

    The family are the results of one study in one outcome domain, itself among them. `p_family` is
    the Benjamini-Hochberg adjusted p: the least it could be, and up to what it could be where a p
    of the family is not known, or not all of it; up to 1 where nobody says how many comparisons
    were made. The difference at baseline is the largest of any required measure of the family.
    WWC Handbook 4.1: the adjustment as encoded in WWCr, the domain's baseline at second hand.
    """
    family = _family(contrast, others)
    ids = _ids(family)
    largest, partial = largest_difference(tuple(b for one in family for b in one.baseline))
    unseen = math.inf if partial else None
    return {
        "p_family": Fact(value=None, event_ids=ids) if found is None else _adjusted(found, family),
        "domain_baseline_difference": Fact(value=largest, event_ids=ids, up_to=unseen),
    }


def _family(contrast: Contrast, others: Iterable[Contrast]) -> list[Contrast]:
    """The contrast first, then the rest by event."""
    rest = {
        other.event_id: other
        for other in others
        if other.event_id != contrast.event_id and family_of(other) == family_of(contrast)
    }
    return [contrast, *(rest[event_id] for event_id in sorted(rest))]


def family_of(contrast: Contrast) -> tuple[str, ...]:
    """What the results of one family share: the study and the outcome domain, however spelt."""
    told = (contrast.study, contrast.domain)
    return tuple(" ".join(text.casefold().split()) for text in told)


def _adjusted(found: Significance, family: Sequence[Contrast]) -> Fact:
    """The adjusted p of the first of the family: it rises with each p, so its ends are known."""
    sizes = [one.analysis.comparisons_in_family for one in family]
    told = [size for size in sizes if size is not None]
    ends = [_ends(found), *(_ends(significance(one)) for one in family[1:])]
    least, most = (
        within_family(p, family=max([len(family), *told]))[0] for p in zip(*ends, strict=True)
    )
    return Fact.between(least, most if told else 1.0, _ids(family))


def _ends(found: Significance | None) -> tuple[float, float]:
    """The least and the most that a p could be."""
    if found is None:
        return 0.0, 1.0
    return found.p, found.p if found.p_up_to is None else found.p_up_to


def _ids(family: Iterable[Contrast]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for one in family for i in one.told_by))

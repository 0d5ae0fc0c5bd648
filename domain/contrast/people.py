"""Counts of people that cannot all be true: in an arm, the result, a cluster, a baseline."""

from collections.abc import Iterator

from domain.contrast.codes import Comparator, Design
from domain.contrast.contrast import Contrast
from domain.contrast.refusal import contradiction
from domain.contrast.results import Means, TwoByTwo
from domain.contrast.study import BaselineMeasure

ARMS = ("intervention", "comparison")
# Designs and comparators that compare the programme with nobody else.
ALONE = (Design.MONITORING, Design.PRE_POST, Design.INTERRUPTED_TIME_SERIES)
NO_ONE_ELSE = (Comparator.BEFORE_PERIOD, Comparator.NONE)


def check_people(contrast: Contrast) -> None:
    """Refuse counts that contradict each other."""
    _check_arms(contrast)
    _check_result(contrast)
    _check_clusters(contrast)
    for place, measure in enumerate(contrast.baseline):
        _check_baseline(contrast, measure, f"contrast.baseline.{place}")


def _check_arms(contrast: Contrast) -> None:
    """Somebody is in the study."""
    for what in ("assigned", "analysed", "clusters_assigned", "clusters_analysed"):
        one, other = (f"{what}_{arm}" for arm in ARMS)
        if getattr(contrast.sample, one) == 0 == getattr(contrast.sample, other):
            contradiction(
                f"contrast.sample.{one}",
                0,
                f"contrast.sample.{other}",
                0,
                accepted="a number above 0 in one of them; or null where it is not known",
            )


def _check_result(contrast: Contrast) -> None:
    """Nobody is in the result who was not analysed, and no effect comes of an empty arm."""
    for arm, (names, people) in zip(ARMS, _people(contrast), strict=True):
        analysed = getattr(contrast.sample, f"analysed_{arm}")
        if analysed is not None and people > analysed:
            contradiction(
                f"contrast.sample.analysed_{arm}",
                analysed,
                names,
                people,
                accepted=f"a number of {people} or more; or null where it is not known",
            )


def _people(contrast: Contrast) -> Iterator[tuple[str, int]]:
    """How many people the result speaks of, arm by arm: at least one wherever there is an arm."""
    result = contrast.result
    match result:
        case TwoByTwo():
            yield "contrast.result.ai + contrast.result.bi", result.ai + result.bi
            yield "contrast.result.ci + contrast.result.di", result.ci + result.di
        case Means():
            yield "contrast.result.n1i", result.n1i
            yield "contrast.result.n2i", result.n2i
        case _:
            fewest = "the fewest that contrast.result can be of"
            yield fewest, 1
            yield fewest, int(_has_comparison(contrast))


def _has_comparison(contrast: Contrast) -> bool:
    comparator = contrast.design.comparator
    if comparator is None:
        return contrast.design.type not in ALONE
    return comparator not in NO_ONE_ELSE


def _check_clusters(contrast: Contrast) -> None:
    """A cluster has somebody in it."""
    for what in ("assigned", "analysed"):
        for arm in ARMS:
            people = getattr(contrast.sample, f"{what}_{arm}")
            clusters = getattr(contrast.sample, f"clusters_{what}_{arm}")
            if people is not None and clusters is not None and clusters > people:
                contradiction(
                    f"contrast.sample.clusters_{what}_{arm}",
                    clusters,
                    f"contrast.sample.{what}_{arm}",
                    people,
                    accepted=f"a number from 0 to {people}",
                )


def _check_baseline(contrast: Contrast, measure: BaselineMeasure, path: str) -> None:
    """It is of those analysed, and of one kind: a mean or a proportion."""
    for arm in ARMS:
        n, analysed = getattr(measure, f"n_{arm}"), getattr(contrast.sample, f"analysed_{arm}")
        if n is not None and analysed is not None and n > analysed:
            contradiction(
                f"{path}.n_{arm}",
                n,
                f"contrast.sample.analysed_{arm}",
                analysed,
                accepted=f"a number up to {analysed}: a baseline is of those analysed",
            )
    mean, proportion = _first_told(measure, "mean"), _first_told(measure, "proportion")
    if mean and proportion:
        contradiction(
            f"{path}.{proportion}",
            getattr(measure, proportion),
            f"{path}.{mean}",
            getattr(measure, mean),
            accepted="means or proportions of one measure, and null for the others",
        )


def _first_told(measure: BaselineMeasure, what: str) -> str | None:
    names = (f"{what}_{arm}" for arm in ARMS)
    return next((name for name in names if getattr(measure, name) is not None), None)

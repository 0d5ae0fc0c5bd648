"""The facts of a body that a standard of certainty asks for: agreement, precision, bias."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from typing import Final

from scipy import special

from scoring.anytime import default_sesoi
from scoring.evidence import Contrast, Directness, Fact, Facts, Grade, Judgement, Subject, Value
from scoring.facts import contrast_facts, known_number
from scoring.folds import fold_change
from scoring.standards.counting import RANDOMISED
from scoring.synthesis import Synthesis, synthesise
from scoring.worthwhile import worthwhile

# What each standard of bias calls low and high; the rest lies between.
BIAS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "rob2@2019": (("low",), ("high",)),
    "robins-i@2016": (("low",), ("serious", "critical")),
}

# The optimal information size, in per cent of itself.
ENOUGH_PCT: Final = 100.0

# Ways in which what is not known of the samples may turn out, of which each is tried; of a body
# with more of them its facts count as not known, which is never better for a grade.
TRIED_AT_MOST: Final = 64

# Answers to what may be judged of one result at a time, from the best to the worst; how results
# agree, and how precise they are together, is asked of the whole outcome alone.
SEVERITY: Final[Mapping[str, tuple[str, ...]]] = {
    "risk_of_bias": ("low", "some_concerns", "high"),
    "indirectness": ("none", "serious", "very_serious"),
    "publication_bias": ("undetected", "suspected"),
    "dose_response": ("yes", "no"),
    "opposing_confounding": ("yes", "no"),
}

# From the best to the worst.
ORDER: Final = ("low", "some", "high")


@dataclass(frozen=True, slots=True)
class _Sample:
    """One independent sample: its contrast, and its effect in deviations with its error."""

    contrast: Contrast
    effect: float
    error: float
    people: float | None


def certainty_facts(
    contrasts: Sequence[Contrast],
    subject: Subject,
    *,
    bias: Callable[[str, Contrast], Grade],
    facts: Mapping[str, Facts] | None = None,
) -> Facts:
    """Facts of the best-designed part of a body: its randomised samples, or all where none is.

    One contrast a sample counts, the first reported. `bias` grades a contrast under a standard of
    bias, by name; `facts` are those of each by event id, where they are known already.
    `information_pct` is the people analysed over those that a two-arm trial of the smallest
    worthwhile effect would need (alpha 5 %, power 80 %): the optimal information size of GRADE
    guidelines 6. Where it is not known whether a sample counts, or with which error, the facts are
    what holds in every way that could turn out. What a person said of the whole outcome goes before
    what was said of its results one by one.
    """
    worlds = _worlds(_samples(contrasts, facts or {}))
    judged = {
        told.question: Fact(value=told.answer, event_ids=(told.event_id,))
        for told in subject.judgements
        if told.about is None
    }
    return {**_hull([_of_body(body, subject, bias) for body in worlds]), **judged}


def information_needed(effect: float) -> float:
    """People in both arms of a trial that could show this effect (standard deviations).

        2 x 2 (z.975 + z.80)^2 / effect^2

    785 for 0.20. GRADE guidelines 6: the ordinary two-arm sample size.
    """
    return float(4 * (special.ndtri(0.975) + special.ndtri(0.8)) ** 2 / effect**2)


def _samples(
    contrasts: Sequence[Contrast], known: Mapping[str, Facts]
) -> list[tuple[_Sample | None, ...]]:
    """The first report of each sample that can be weighed, in each way that it may count.

    One with nobody to compare with does not count, one of which that is not known may not; where
    nobody said whether clusters were allowed for, its error is either, or it cannot be weighed.
    """
    told: dict[Hashable, tuple[_Sample | None, ...]] = {}
    for contrast in sorted(contrasts, key=lambda c: (c.recorded_at, c.event_id)):
        ways = _ways(contrast, known.get(contrast.event_id) or contrast_facts(contrast))
        if any(ways):
            told.setdefault(contrast.sample, ways)
    return list(told.values())


def _ways(contrast: Contrast, facts: Facts) -> tuple[_Sample | None, ...]:
    effect, error = (known_number(facts, name) for name in ("effect_smd", "effect_se"))
    compared = facts["compared_with_others"].value
    if compared is False or effect is None or error is None:
        return ()
    people = known_number(facts, "analysed_people")
    most = facts["effect_se"].up_to
    errors = [error] if most is None else [error, float(most)]
    ways = [_Sample(contrast, effect, e, people) for e in errors if math.isfinite(e)]
    return (*ways, *((None,) if compared is None or len(ways) < len(errors) else ()))


def _worlds(samples: Sequence[tuple[_Sample | None, ...]]) -> list[list[_Sample]]:
    """Every way in which the samples may count together; none where there are too many to try."""
    if math.prod(len(ways) for ways in samples) > TRIED_AT_MOST:
        return []
    return [[one for one in world if one is not None] for world in product(*samples)]


def _of_body(
    samples: Sequence[_Sample], subject: Subject, bias: Callable[[str, Contrast], Grade]
) -> Facts:
    """The facts of the randomised of these samples, or of all where none is."""
    randomised = [one for one in samples if one.contrast.conduct.design in RANDOMISED]
    body = randomised or samples
    ids = tuple(dict.fromkeys(i for one in body for i in one.contrast.told_by))
    values: dict[str, Value | None] = {
        "pooled_samples": len(body),
        "unreported": True if subject.unreported else None,
        "body_randomised": bool(randomised) if body else None,
    }
    if body:
        values |= _measured(body)
    found = {name: Fact(value=value, event_ids=ids) for name, value in values.items()}
    fold = fold_change([one.contrast.result for one in body], event_ids=ids)
    shares = _bias_shares(body, subject.judgements, bias) if body else {}
    return {**found, "fold_change": fold, **shares, **_judged_singly(body, subject.judgements)}


def _judged_singly(body: Sequence[_Sample], judgements: Sequence[Judgement]) -> Facts:
    """The worst answer given about the results of a body one by one; where all have one.

    The worst there is holds though others have none. The last told of a result stands.
    """
    about = {one.contrast.event_id for one in body}
    told = {(j.question, j.about): j for j in judgements if j.about in about}
    facts: dict[str, Fact] = {}
    for question, order in SEVERITY.items():
        given = [j for (asked, _), j in told.items() if asked == question and j.answer in order]
        worst = max((j.answer for j in given), key=order.index, default=None)
        if worst is not None and (len(given) == len(body) or worst == order[-1]):
            ids = tuple(sorted(j.event_id for j in given))
            facts[question] = Fact(value=worst, event_ids=ids)
    return facts


def _hull(worlds: Sequence[Facts]) -> Facts:
    """What holds in all of these worlds: of a number the least and the most."""
    names = dict.fromkeys(name for facts in worlds for name in facts)
    return {name: _over([facts.get(name, Fact(value=None)) for facts in worlds]) for name in names}


def _over(told: Sequence[Fact]) -> Fact:
    first, *rest = told
    if all((one.value, one.up_to) == (first.value, first.up_to) for one in rest):
        return first
    ids = tuple(dict.fromkeys(i for one in told for i in one.event_ids))
    if any(one.value is None or isinstance(one.value, bool | str) for one in told):
        return Fact(value=None, event_ids=ids)
    least = min(float(one.value or 0) for one in told)
    ends = [one.value if one.up_to is None else one.up_to for one in told]
    most = max(float(end or 0) for end in ends)
    return Fact.between(least, most, ids)


def _measured(body: Sequence[_Sample]) -> Mapping[str, Value | None]:
    together = _pooled((one.effect, one.error) for one in body)
    registered = [worthwhile(one.contrast.promise) for one in body]
    mark = max((value for value in registered if value is not None), default=None)
    least = default_sesoi("SMD") if mark is None else mark
    people = [one.people for one in body if one.people is not None]
    same, mixed = _inconsistency(body, together)
    enough = 100 * math.fsum(people) / information_needed(least)
    known = len(people) == len(body)
    return {
        "i2_same_direction": same,
        "i2_mixed_directions": mixed,
        "marks_crossed": sum(
            together.ci_low < edge < together.ci_high for edge in (-least, 0.0, least)
        ),
        "information_pct": enough if known else None,
        "small_and_sponsored": _small_and_sponsored(body, enough),
        "all_direct": _all_direct([one.contrast for one in body]),
    }


def _pooled(effects: Iterable[tuple[float, float]]) -> Synthesis:
    ordered = sorted(effects)
    return synthesise([effect for effect, _ in ordered], [error**2 for _, error in ordered])


def _inconsistency(body: Sequence[_Sample], together: Synthesis) -> tuple[float, float]:
    """I2 in per cent where directions agree, and where they differ; 0 for the case that is not.

        I2 = max(0, (Q - df) / Q)
    as the bands of the Cochrane Handbook have it. One sample cannot disagree with itself.
    """
    excess = together.q - (len(body) - 1)
    i2 = 100 * max(0.0, excess / together.q) if together.q > 0 else 0.0
    differ = len({one.effect > 0 for one in body}) > 1
    return (0.0, i2) if differ else (i2, 0.0)


def _all_direct(contrasts: Sequence[Contrast]) -> bool | None:
    """True where every part of every study is the same and no outcome stands in for another.

    Otherwise, and where that is not told, a person has to say how serious it is.
    """
    told = [getattr(c.directness, part.name) for c in contrasts for part in fields(Directness)]
    outcome_itself = all(c.measurement.surrogate is False for c in contrasts)
    return True if outcome_itself and set(told) == {"same"} else None


def _small_and_sponsored(body: Sequence[_Sample], information: float) -> bool | None:
    """True where the people known of are too few and an interest was at play in all the studies.

    That suggests publication bias (GRADE, at second hand); its absence proves nothing, so that a
    person has to say.
    """
    sponsored = all(one.contrast.reporting.conflict_of_interest for one in body)
    return True if sponsored and information < ENOUGH_PCT else None


def _bias_shares(
    body: Sequence[_Sample],
    judgements: Iterable[Judgement],
    bias: Callable[[str, Contrast], Grade],
) -> Facts:
    """Per cent of the weight at low and at high risk of bias, and up to what it could be."""
    weights = [one.error**-2 for one in body]
    possible = [_bias(one.contrast, bias) for one in body]
    ids = tuple(j.event_id for j in judgements if j.about is not None)

    def share(state: str, *, surely: bool) -> float:
        weighed = (
            weight
            for weight, states in zip(weights, possible, strict=True)
            if (states == (state,) if surely else state in states)
        )
        return 100 * math.fsum(weighed) / math.fsum(weights)

    return {
        f"{state}_risk_share_pct": Fact(
            value=share(state, surely=True), event_ids=ids, up_to=share(state, surely=False)
        )
        for state in ("low", "high")
    }


def _bias(contrast: Contrast, bias: Callable[[str, Contrast], Grade]) -> tuple[str, ...]:
    """What its risk of bias could be: low, some, high, by the standard that fits its design."""
    randomised = contrast.conduct.design in RANDOMISED
    name = "rob2@2019" if randomised else "robins-i@2016"
    bounds = bias(name, contrast).bounds
    if bounds is None:
        return ORDER
    first, last = (ORDER.index(_state(name, level)) for level in (bounds.best, bounds.worst))
    return ORDER[first : last + 1]


def _state(name: str, level: str) -> str:
    low, high = BIAS[name]
    return "low" if level in low else "high" if level in high else "some"

"""A grade in plain English: no number in it that is not in the grade."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scoring.contexts import Interaction
from scoring.evidence import Grade
from scoring.grading import ContextGrade, HouseGrade, evidence
from scoring.pooled import Natural
from scoring.standards.candour import ENOUGH
from scoring.synthesis import Synthesis

# What each finding says, and of where (section 3.7 of the anytime method).
SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "harmful": "Found to be harmful: this holds across independent units, so elsewhere too.",
        "works": "Found to work: this holds across independent units, so elsewhere too.",
        "no detectable effect": (
            "Found not to work: across independent units, any effect is smaller than the smallest "
            "worthwhile one."
        ),
        "concerning": "Concerning: it did harm where it was tried.",
        "promising": (
            "Promising: it worked where it was tried, in too few places to say that it works "
            "elsewhere."
        ),
        "no effect where tried": (
            "Found not to work where it was tried: any effect there is smaller than the smallest "
            "worthwhile one."
        ),
        "insufficient": "Insufficient evidence to say whether it works.",
    }
)

# A p-value below this is told as being below it.
SMALLEST_P: Final = 0.001

MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "OR": "an odds ratio",
        "RR": "a risk ratio",
        "IRR": "a rate ratio",
        "HR": "a hazard ratio",
        "SMD": "a standardised difference",
    }
)


def explain(grade: HouseGrade) -> str:
    """One paragraph: the finding, the estimate, how sure and why, what differs, what is missing."""
    if grade.status == "ungraded":
        return " ".join(["Nothing that was measured can be pooled.", *_left_out(grade)])
    sentences = [
        SENTENCES[grade.finding],
        *_small(grade),
        *_estimate(grade),
        *_contexts(grade),
        *_monitoring(grade),
        *_confidence(grade),
        *_funding(grade),
        *_caveats(grade),
        *_left_out(grade),
    ]
    return " ".join(sentences)


def explain_level(grade: Grade) -> str:
    """One paragraph on the grade of a published standard: the level, and what was not met."""
    if grade.level is None:
        return f"Ungraded under {grade.standard}: {_listed(grade.missing)}."
    told = [f"{grade.title} ({grade.standard})."]
    if grade.bounds is not None and grade.bounds.best != grade.level:
        told.append(f"With what is not known, it could be as good as {grade.bounds.best}.")
    if grade.lift:
        told.append(f"What would lift it: {grade.lift[0].text}.")
    return " ".join(told)


def _small(grade: HouseGrade) -> list[str]:
    return ["The effect is smaller than the smallest worthwhile one."] if grade.small else []


def _estimate(grade: HouseGrade) -> list[str]:
    shown = grade.shown
    if shown is None:
        return []
    units = "independent unit" if shown.k == 1 else "independent units"
    later = ", by the latest measurement" if grade.remeasured else ""
    told = _interval(grade.natural) if grade.natural else _in_deviations(shown)
    return [f"Over {shown.k} {units} the estimate is {told}{later}."]


def _in_deviations(shown: Synthesis) -> str:
    return (
        f"{shown.estimate:.2f} standard deviations, more is better "
        f"(95% interval {shown.ci_low:.2f} to {shown.ci_high:.2f})"
    )


def _interval(found: Natural) -> str:
    return (
        f"{MEASURES[found.measure]} of {found.estimate:.2f} "
        f"(95% interval {found.ci_low:.2f} to {found.ci_high:.2f})"
    )


def _contexts(grade: HouseGrade) -> list[str]:
    return [_difference(test, grade.contexts) for test in grade.differs]


def _difference(test: Interaction, found: tuple[ContextGrade, ...]) -> str:
    parts = [_context(one) for one in found if one.context.kind == test.kind]
    return f"It differs by {test.kind} ({_p(test.p)}), so the average hides it: {'; '.join(parts)}."


def _p(p: float) -> str:
    return f"p = {p:.3f}" if p >= SMALLEST_P else f"p < {SMALLEST_P}"


def _context(one: ContextGrade) -> str:
    words = f"{one.context.value}: {one.finding}"
    return words if one.natural is None else f"{words}, {_interval(one.natural)}"


def _monitoring(grade: HouseGrade) -> list[str]:
    if not grade.significant_once:
        return []
    e = evidence(grade.monitoring.ln_e_plus)
    told = "Significant in a one-off analysis; not yet under continuous monitoring"
    return [f"{told} (evidence {e:.1f} of {ENOUGH:.0f})."]


def _confidence(grade: HouseGrade) -> list[str]:
    steps = [
        f"{domain} ({'+' if taken > 0 else '−'}{abs(taken)})"
        for domain, taken in grade.steps.items()
    ]
    why = f"the design is {grade.tier}"
    moved = f", then {_listed(steps)}" if steps else ""
    return [f"Confidence is {grade.confidence}: {why}{moved}."]


def _funding(grade: HouseGrade) -> list[str]:
    return (
        ["It demonstrably works under the default funding policy."]
        if grade.demonstrably_works
        else []
    )


def _caveats(grade: HouseGrade) -> list[str]:
    told = []
    if grade.monitoring.sesoi_is_default:
        told.append(
            "No smallest worthwhile effect was registered in advance; the default of "
            f"{grade.monitoring.sesoi:.3f} standard deviations stands in."
        )
    interim = sum(unit.interim for unit in grade.units)
    if interim:
        told.append(
            "Results from before their registered horizon can count against it and not for it."
        )
    return told


def _left_out(grade: HouseGrade) -> list[str]:
    count = len(grade.not_pooled)
    if not count:
        return []
    results = "1 result is" if count == 1 else f"{count} results are"
    why = " ".join(dict.fromkeys(left_out.why for left_out in grade.not_pooled))
    return [f"{results} shown but not pooled. {why}"]


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(words))

"""A grade in plain English: no number in it that is not in the grade."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from scoring.clustering import Clustered
from scoring.contexts import Interaction
from scoring.evidence import Grade
from scoring.grading import ContextGrade, HouseGrade, evidence
from scoring.harms import Told
from scoring.plans import Line, Said
from scoring.pooled import Natural
from scoring.standards import STANDARDS
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

# Of one harm, and of several.
SERIOUS_HARM: Final = (
    "A serious harm was reported that was not ruled out as the programme's.",
    "{count} serious harms were reported that were not ruled out as the programme's.",
)
MINOR_HARM: Final = ("A minor harm was reported.", "{count} minor harms were reported.")
RULED_OUT: Final = (
    "A harm was reported that was ruled out as the programme's.",
    "{count} harms were reported that were ruled out as the programme's.",
)

# What of a plan changed, as a reader has it.
FIXED_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"measure": "measure", "primary": "rank", "horizon_months": "horizon"}
)

# How a rule begins that asks whether something is known at all.
SETTLED: Final = "It is known "

# A p-value below this is told as being below it.
SMALLEST_P: Final = 0.001

# Why the error of a result was widened, by whether its analysis allowed for clusters.
CLUSTER_REASONS: Final[Mapping[bool | None, str]] = MappingProxyType(
    {
        False: "the analysis did not allow for that",
        None: "nobody said whether the analysis allowed for that",
    }
)

# The states of a diff of plan against measured that are told.
NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "switched": "Switched after it was planned",
        "unreported": "Planned and not reported",
        "interim": "Reported early, before the planned horizon",
        "unplanned": "Reported and not planned in advance",
    }
)

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
        told = ["Nothing that was measured can be pooled.", *_harms(grade), *_left_out(grade)]
        return " ".join([*told, *_plan(grade)])
    sentences = [
        SENTENCES[grade.finding],
        *_harms(grade),
        *_small(grade),
        *_estimate(grade),
        *_contexts(grade),
        *_monitoring(grade),
        *_confidence(grade),
        *_funding(grade),
        *_caveats(grade),
        *_plan(grade),
        *_left_out(grade),
    ]
    return " ".join(sentences)


def explain_level(grade: Grade) -> str:
    """One paragraph on the grade of a published standard: the level, and what was not met."""
    if grade.level is None and grade.bounds is not None:
        ends = " and ".join(_title(grade, end) for end in (grade.bounds.worst, grade.bounds.best))
        asked = f"No level under {grade.standard} before somebody has judged: {_asked(grade)}"
        return f"{asked} Depending on that it is between {ends}."
    if grade.level is None:
        return f"Ungraded under {grade.standard}. {_wanting(grade)}"
    told = [f"{grade.title} ({grade.standard})."]
    if grade.bounds is not None and grade.bounds.best != grade.level:
        best = _title(grade, grade.bounds.best)
        told.append(f"With what is not known, it could be as good as {best}.")
    if grade.lift:
        told.append(f"What would lift it to {grade.lift[0].text}.")
    return " ".join(told)


def _title(grade: Grade, level: str) -> str:
    """A level as its standard calls it."""
    standard = STANDARDS.get(grade.standard)
    levels = () if standard is None else standard.levels
    return next((one.title for one in levels if one.name == level), level.replace("_", " "))


def _asked(grade: Grade) -> str:
    """The questions that wait for somebody, in their own words."""
    standard = STANDARDS.get(grade.standard)
    texts = {} if standard is None else {one.id: one.text for one in standard.questions}
    return _each(texts.get(question, question) for question in grade.judgements)


def _wanting(grade: Grade) -> str:
    """What keeps a standard from grading: what is not so, and what nobody told."""
    unmet = {reason.title for reason in grade.reasons if reason.answer == "unmet"}
    return " ".join(
        f"Not so: {title}." if title in unmet else f"Not known: {title.removeprefix(SETTLED)}."
        for title in dict.fromkeys(grade.missing)
    )


def _harms(grade: HouseGrade) -> list[str]:
    """Every harm told of, the worst first."""
    told = [
        _counted(sum(one.vetoes for one in grade.harms.told), SERIOUS_HARM),
        _counted(sum(_is_minor(one) for one in grade.harms.told), MINOR_HARM),
        _counted(sum(one.ruled_out for one in grade.harms.told), RULED_OUT),
    ]
    return [sentence for sentence in told if sentence]


def _is_minor(one: Told) -> bool:
    return not one.vetoes and not one.ruled_out


def _counted(count: int, sentences: tuple[str, str]) -> str:
    """The sentence for one, or for several with their number; nothing for none."""
    one, several = sentences
    return "" if not count else one if count == 1 else several.format(count=count)


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
        f"{_two(shown.estimate)} standard deviations, more is better "
        f"(95% interval {_two(shown.ci_low)} to {_two(shown.ci_high)})"
    )


def _interval(found: Natural) -> str:
    return (
        f"{MEASURES[found.measure]} of {_two(found.estimate)} "
        f"(95% interval {_two(found.ci_low)} to {_two(found.ci_high)})"
    )


def _two(value: float) -> str:
    """Two decimals, and no minus before a nought."""
    return f"{round(value, 2) + 0.0:.2f}"


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
    if any(unit.interim for unit in grade.units):
        told.append(
            "Results from before their registered horizon can count against it and not for it."
        )
    return [*told, *_clusters(grade), *_versions(grade), *_looked(grade)]


def _clusters(grade: HouseGrade) -> list[str]:
    """What was not allowed for, and what was made of it."""
    beside = {left_out.event_id for left_out in grade.not_pooled}
    widened = [one for event_id, one in grade.clusters.items() if event_id not in beside]
    return [
        told
        for allowed, why in CLUSTER_REASONS.items()
        if (told := _widened([one for one in widened if one.allowed is allowed], why))
    ]


def _widened(found: Sequence[Clustered], why: str) -> str:
    if not found:
        return ""
    results = "1 result was" if len(found) == 1 else f"{len(found)} results were"
    supposed = {one.icc: one.supposed for one in found}
    by = _listed(
        [f"{icc:.2f}, {'supposed' if supposed[icc] else 'as told'}" for icc in sorted(supposed)]
    )
    return (
        f"{results} made less certain, since people came in groups and {why} "
        f"(correlation within groups {by})."
    )


def _versions(grade: HouseGrade) -> list[str]:
    """Evidence on an earlier version is shown as what it is."""
    earlier = sum(
        any(c.version != grade.subject.version for c in unit.designated) for unit in grade.units
    )
    if grade.subject.version is None or not earlier:
        return []
    if earlier == len(grade.units):
        return ["All of it was measured on an earlier version of the programme."]
    part = f"{earlier} of {len(grade.units)} independent units"
    return [f"{part} were measured on an earlier version of the programme."]


def _looked(grade: HouseGrade) -> list[str]:
    harms = grade.harms
    if harms.looked_for:
        return []
    if not harms.looked:
        return ["Nobody said whether anybody looked for harm."]
    silent = harms.results - harms.looked
    results = "1 result does" if silent == 1 else f"{silent} results do"
    return [f"{results} not say whether anybody looked for harm."]


def _plan(grade: HouseGrade) -> list[str]:
    """What was switched, is not reported or was not planned, each by name."""
    told = {state: [one for one in grade.plan if one.state == state] for state in NAMED}
    return [
        f"{words}: {_listed([_line(one) for one in told[state]])}."
        for state, words in NAMED.items()
        if told[state]
    ]


def _line(line: Line) -> str:
    match line.planned, line.told:
        case Said() as planned, Said() as told if line.state == "switched":
            how = " and ".join(FIXED_WORDS[name] for name in line.differs) or "plan"
            return f"{_said(planned)} became {_said(told)} (other {how})"
        case Said() as planned, Said() as told if line.state == "interim":
            return f"{_said(told)} (planned at {planned.horizon_months:g} months)"
        case Said() as planned, None:
            due = "" if line.due_on is None else f", due on {line.due_on}"
            return f"{_said(planned)}{due}"
        case _, Said() as told:
            return _said(told)
        case _:
            raise TypeError("a line was planned or told")


def _said(said: Said) -> str:
    rank = {True: "primary outcome ", False: "secondary outcome ", None: ""}[said.primary]
    months = "" if said.horizon_months is None else f" at {said.horizon_months:g} months"
    return f"{rank}{said.measure}{months}"


def _left_out(grade: HouseGrade) -> list[str]:
    count = len(grade.not_pooled)
    if not count:
        return []
    results = "1 result is" if count == 1 else f"{count} results are"
    why = " ".join(dict.fromkeys(left_out.why for left_out in grade.not_pooled))
    return [f"{results} shown but not pooled. {why}", *_harm_left_out(grade)]


def _harm_left_out(grade: HouseGrade) -> list[str]:
    """Harm is not hidden by the gate: what points to it is told in the words of its report."""
    bad = [left_out.reported for left_out in grade.not_pooled if left_out.points_to_harm]
    return [f"What was not pooled points to harm: {_listed(bad)}."] if bad else []


def _each(questions: Iterable[str]) -> str:
    """Questions one after another, each with its end."""
    return " ".join(one if one.endswith("?") else f"{one}." for one in dict.fromkeys(questions))


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(words))

"""The plain words of the pages: what each stored value is called when a person reads it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from service.grading import standards_catalogue

MINUS = "−"


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding as a tag, as a sentence, and the side of the verdict it stands on."""

    tag: str
    sentence: str
    colour: str
    side: str


FINDINGS: Mapping[str, FindingWords] = MappingProxyType(
    {
        "works": FindingWords(
            "Works", "It works, and would elsewhere too", "govuk-tag--green", "works"
        ),
        "no detectable effect": FindingWords(
            "No detectable effect",
            "It makes no worthwhile difference, here or elsewhere",
            "govuk-tag--grey",
            "open",
        ),
        "harmful": FindingWords(
            "Harmful", "It does harm, and would elsewhere too", "govuk-tag--red", "against"
        ),
        "promising": FindingWords(
            "Promising", "It helped where it was tried", "govuk-tag--teal", "works"
        ),
        "no effect where tried": FindingWords(
            "No effect where tried",
            "It made no worthwhile difference where it was tried",
            "govuk-tag--grey",
            "open",
        ),
        "concerning": FindingWords(
            "Concerning", "It made things worse where it was tried", "govuk-tag--orange", "against"
        ),
        "insufficient": FindingWords(
            "Not enough evidence",
            "There is not enough evidence to say",
            "govuk-tag--yellow",
            "open",
        ),
    }
)
UNGRADED = FindingWords("Not graded", "Nothing has been graded yet", "govuk-tag--grey", "open")

CONFIDENCES: Mapping[str, str] = MappingProxyType(
    {
        "high": "High: further research is very unlikely to change this",
        "moderate": "Moderate: further research may change this",
        "low": "Low: further research is likely to change this",
        "very low": "Very low: treat this as a question, not an answer",
    }
)
ANSWERS = MappingProxyType({"met": "Met", "unmet": "Not met", "unknown": "Not known"})
STATUSES = MappingProxyType(
    {
        "registered": ("Registered, not started", "govuk-tag--blue"),
        "active": ("Running", "govuk-tag--green"),
        "stalled": ("Stalled", "govuk-tag--orange"),
        "closed": ("Closed", "govuk-tag--grey"),
    }
)
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "registered": "Registered",
        "plan_registered": "Evaluation plan registered",
        "plan_amended": "Evaluation plan amended",
        "launched": "Launched",
        "milestone_reached": "Milestone reached",
        "stalled": "Stalled",
        "resumed": "Resumed",
        "pivoted": "Pivoted",
        "outcome_measured": "Outcome measured",
        "outcome_corrected": "Outcome corrected",
        "outcome_withdrawn": "Outcome withdrawn",
        "cost_reported": "Cost reported",
        "judgement_recorded": "Judgement recorded",
        "closed": "Closed",
    }
)
# The levels of each standard in its own words.
LEVELS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (one["id"], level["name"]): level["title"]
        for one in standards_catalogue()
        for level in one["levels"]
    }
)
STANDARDS: Mapping[str, str] = MappingProxyType(
    {one["id"]: f"{one['title']} ({one['id']})" for one in standards_catalogue()}
)
# The answers of questionnaires that are spelt as letters.
JUDGED: Mapping[str, str] = MappingProxyType(
    {
        "y": "Yes",
        "py": "Probably yes",
        "pn": "Probably no",
        "n": "No",
        "wn": "No, but not strongly",
        "sn": "No, strongly",
        "ni": "No information",
    }
)
DESIGNS: Mapping[str, str] = MappingProxyType(
    {
        "rct": "Randomised trial",
        "cluster_rct": "Cluster randomised trial",
        "regression_discontinuity": "Regression discontinuity",
        "instrumental_variable": "Instrumental variable",
        "difference_in_differences": "Difference in differences",
        "controlled_its": "Controlled interrupted time series",
        "synthetic_control": "Synthetic control",
        "matched_comparison": "Matched comparison group",
        "panel_fixed_effects": "Panel with fixed effects",
        "cohort": "Cohort",
        "interrupted_time_series": "Interrupted time series",
        "cross_section": "Cross-section",
        "pre_post": "Before and after, no comparison group",
        "monitoring": "Monitoring figures only",
    }
)
MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "SMD": "Standardised mean difference",
        "MD": "Difference in means",
        "RD": "Difference in proportions (risk difference)",
        "OR": "Odds ratio",
        "RR": "Risk ratio",
        "IRR": "Rate ratio",
        "HR": "Hazard ratio",
        "ROM": "Ratio of means",
        "IRD": "Difference in rates",
        "MC": "Mean change",
        "SMCR": "Standardised mean change",
    }
)


# Names in outcome codes that are not plain words.
NAMES: Mapping[str, str] = MappingProxyType(
    {"ae": "A&E", "hba1c": "HbA1c", "qaly": "QALY", "qalys": "QALYs", "nhs": "NHS", "gp": "GP"}
)


def outcome_words(outcome: str | None) -> str:
    """The name of an outcome domain: `ae_attendances` becomes `A&E attendances`."""
    words = " ".join(NAMES.get(word, word) for word in (outcome or "").split("_"))
    return words[:1].upper() + words[1:] if words[:1].islower() else words


def confidence_of(grade: Mapping[str, object]) -> str:
    """How sure a grade is, in one or two words."""
    return spoken(grade["confidence"]) or "Not graded"


def finding_words(finding: str | None) -> FindingWords:
    """The words of a finding, however it is spelt on the wire."""
    return FINDINGS.get((finding or "").replace("_", " "), UNGRADED)


def spoken(value: object) -> str:
    """A stored code as words: `very_low` becomes `Very low`."""
    words = str(value or "").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def day(value: str | date | None) -> str:
    """A day as people write it: 1 April 2014."""
    if not value:
        return ""
    known = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{known.day} {known:%B %Y}"


def instant(value: str | datetime | None) -> str:
    """An instant as people write it, in UTC."""
    if not value:
        return ""
    known = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return f"{known.day} {known:%B %Y} at {known:%H:%M} UTC"


def number(value: float | None, digits: int = 2) -> str:
    """A number with a true minus; what is unknown or boundless says so."""
    if value is None or math.isnan(value):
        return "not known"
    if math.isinf(value):
        return "no limit"
    if value and abs(value) < 10**-digits:
        return f"{value:.1g}".replace("-", MINUS)
    if abs(value) >= 1e9:
        return f"{value:.2e}".replace("-", MINUS)
    return f"{value:,.{digits}f}".replace("-", MINUS)


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """An interval in words; half-open ones say which side has no limit."""
    if low is None and high is None:
        return "interval not known"
    left = "no limit" if low is None else number(low, digits)
    right = "no limit" if high is None else number(high, digits)
    return f"{left} to {right}"


def percent(share: float | None) -> str:
    """A share as a whole percentage."""
    return "not known" if share is None or not math.isfinite(share) else f"{100 * share:.0f}%"


def safe_link(url: object) -> str | None:
    """The address when it is plain http or https with a host, otherwise None."""
    if not isinstance(url, str) or url != url.strip() or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def confidence_words(confidence: str | None) -> str:
    """What a confidence means for the reader."""
    return CONFIDENCES.get((confidence or "").replace("_", " "), "Not graded")


def answer_words(kind: str) -> str:
    return ANSWERS.get(kind, spoken(kind))


def status_words(status: str) -> tuple[str, str]:
    return STATUSES.get(status, (spoken(status), "govuk-tag--grey"))


def event_words(event_type: str) -> str:
    return EVENTS.get(event_type, spoken(event_type))


def standard_words(standard: str) -> str:
    return STANDARDS.get(standard, standard)


def level_words(standard: str, level: str) -> str:
    """A level as its standard calls it: `MEETS_WITH` becomes what it means."""
    return LEVELS.get((standard, level)) or spoken(level).lower()


def judged_words(answer: str) -> str:
    """An answer to a question for people: `py` becomes `Probably yes`."""
    return JUDGED.get(answer) or spoken(answer)


def design_words(design: str | None) -> str:
    return DESIGNS.get(design or "", spoken(design) or "Not said")


def measure_words(measure: str | None) -> str:
    return MEASURES.get(measure or "", measure or "Not said")

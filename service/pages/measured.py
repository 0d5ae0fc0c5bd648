"""What every measured outcome is asked: what was measured, where and on whom, and who told it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.contrast import OutcomeKind, OutcomeSource
from service.pages.forms import Form, options
from service.pages.words import safe_link, spoken

KINDS = MappingProxyType({kind.value: spoken(kind.value) for kind in OutcomeKind})
SOURCES = MappingProxyType({source.value: spoken(source.value) for source in OutcomeSource})
DIRECTIONS = MappingProxyType({"1": "More is better", "-1": "Less is better"})
ANSWERS = MappingProxyType({"yes": "Yes", "no": "No", "unknown": "Not known"})
# Where the domain's path of a field and the form's name for it differ.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "contrast.outcome.measure": "measure_name",
        "contrast.outcome.kind": "outcome_kind",
        "contrast.outcome.source": "outcome_source",
        "contrast.design.type": "design",
        "contrast.months_since_start": "months",
        "contrast.unit.horizon_months": "months",
        "source.title": "source_title",
    }
)


def outcome_of(form: Form) -> dict[str, Any]:
    """What was measured, and which way is good."""
    source = form.value("outcome_source")
    return {
        "domain": form.required("domain", "Enter what the outcome is about")
        .lower()
        .replace(" ", "_"),
        "measure": form.required("measure_name", "Enter what was counted or scored"),
        "direction_good": _direction(form),
        "kind": form.choice("outcome_kind", KINDS, "Choose what kind of quantity it is"),
        "primary": form.yes_no("primary"),
        **({"source": source} if source in SOURCES else {}),
    }


def _direction(form: Form) -> int | None:
    chosen = form.choice("direction_good", DIRECTIONS, "Choose which way is good")
    return int(chosen) if chosen in DIRECTIONS else None


def unit_of(form: Form) -> dict[str, Any]:
    """Where, on whom and after how long it was measured."""
    return {
        "site": form.required("site", "Enter where it was measured"),
        "cohort": form.required("cohort", "Enter who was measured, and over which time"),
        "horizon_months": months_of(form),
    }


def months_of(form: Form) -> float | None:
    """Months since the programme started."""
    return form.number("months", "Months since the programme started")


def source_of(form: Form) -> dict[str, str] | None:
    """Where it was published, if it was."""
    title, url = form.value("source_title"), form.value("source_url")
    if url and not safe_link(url):
        form.errors.add("source_url", "The address must start with https:// or http://")
    if url and not title:
        form.errors.add("source_title", "Enter the title of the report")
    if not title:
        return None
    return {"title": title, "url": url} if url else {"title": title}


def measured_choices() -> dict[str, list[dict[str, str]]]:
    """The items of the selects and radios."""
    return {
        "kinds": options(KINDS),
        "sources": options(SOURCES),
        "answers": options(ANSWERS),
        "directions": options(DIRECTIONS),
    }

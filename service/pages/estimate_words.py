"""An estimate as a page tells it: its size in words, charts with their numbers, checks, facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from domain.contrast import Comparator
from service.charts.estimate import NARROW, WIDE, chart, scene_of
from service.charts.estimate_table import numbers
from service.charts.numbers import printed
from service.charts.table import Table
from service.pages.fact_wording import CHOICES
from service.pages.words import (
    design_words,
    interval,
    measure_words,
    number,
    spoken,
)

Document = Mapping[str, Any]

CHART = "candour-chart candour-chart--"
# What a design can claim, in words for who reads the page.
CLAIMS = {
    "randomised": "Chance decided who got the programme, so a difference can be its effect.",
    "comparison": "A comparison that can be the programme’s effect, if what it takes for granted"
    " holds.",
    "not causal": "A change, and no effect of the programme: nobody is compared with.",
}
# What facts of a contrast are called; the others are called as they are spelt.
FACTS = {
    "type": "Design",
    "comparator": "Compared with",
    "units_intervention": "Units with the programme",
    "units_comparison": "Units compared with",
    "adjusted_for_baseline": "Allows for the outcome before",
    "comparison_similar": "Groups were alike before",
    "parallel_trends": "On the same trend before the start",
    "assignment_valid": "The score alone decided",
    "assigned_intervention": "Assigned to the programme",
    "assigned_comparison": "Assigned to the comparison",
    "analysed_intervention": "Analysed, with the programme",
    "analysed_comparison": "Analysed, comparison",
    "clusters_assigned_intervention": "Clusters assigned to the programme",
    "clusters_assigned_comparison": "Clusters assigned to the comparison",
    "clusters_analysed_intervention": "Clusters analysed, with the programme",
    "clusters_analysed_comparison": "Clusters analysed, comparison",
}
BASELINE = {
    "mean_intervention": "mean with the programme",
    "mean_comparison": "mean of the comparison",
    "sd_intervention": "standard deviation with the programme",
    "sd_comparison": "standard deviation of the comparison",
    "n_intervention": "people with the programme",
    "n_comparison": "people of the comparison",
    "proportion_intervention": "share with the programme",
    "proportion_comparison": "share of the comparison",
    "standardised_difference": "apart, in standard deviations,",
}
STANDINGS = {True: "pass", False: "fail", None: "inform"}
FIGURES = ("estimate", "se", "df", "ci_low", "ci_high")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in both layouts, and its numbers."""

    title: str
    wide: Markup
    narrow: Markup
    numbers: Table | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of an estimate puts on it."""

    effect: str
    text: str
    standing: str
    claim: str
    method: str
    charts: tuple[Chart, ...]
    checks: tuple[dict[str, str], ...]
    table: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[str, str], ...]


def shown(found: Document) -> Shown:
    """Everything that is shown of an estimate document."""
    result = found["contrast"]["result"]
    return Shown(
        effect=effect_words(result),
        text=printed(found["text"]),
        standing=_standing(found["pooled"]),
        claim=CLAIMS.get(found["claim"], spoken(found["claim"])),
        method=f"{spoken(result['estimator'])}; standard errors: {result['covariance']}",
        charts=tuple(_chart(picture) for picture in found["pictures"]),
        checks=tuple(checks(result)),
        table=tuple(_row(row) for row in found["table"]),
        facts=tuple(facts(found["contrast"])),
    )


def effect_words(result: Document) -> str:
    """The effect with its interval and p-value."""
    p = result["p_value"]
    chance = "p below 0.001" if p < 0.001 else f"p = {number(p, 3)}"
    level = f"{100 * result['ci_level']:g}% interval"
    ends = interval(result["ci_low"], result["ci_high"])
    size = f"{measure_words(result['measure'])} {number(result['estimate'])}"
    return f"{size} ({level} {ends}; {chance})"


def checks(result: Document) -> Iterator[dict[str, str]]:
    """Those that fail first, then what passes, then what only informs."""
    order = (False, True, None)
    for check in sorted(result["checks"], key=lambda one: order.index(one["passed"])):
        standing = STANDINGS[check["passed"]]
        words = {name: printed(check[name]) for name in ("title", "text", "source")}
        yield words | {"kind": standing}


def facts(contrast: Document) -> Iterator[tuple[str, str]]:
    """What the data themselves showed, in words."""
    for name, told in {**contrast["design"], **contrast["sample"]}.items():
        yield FACTS.get(name, spoken(name)), _fact(name, told)
    for entry in contrast["baseline"]:
        told = ", ".join(
            f"{BASELINE.get(name, spoken(name).lower())} {number(value)}"
            for name, value in entry.items()
            if name != "measure" and value is not None
        )
        yield spoken(entry["measure"]), told


def _fact(name: str, told: object) -> str:
    match told:
        case bool():
            return "Yes" if told else "No"
        case int() | float():
            return number(told, 0)
    if name == "type":
        return design_words(str(told))
    return CHOICES[Comparator].get(str(told), spoken(told))


def _standing(pooled: Document) -> str:
    if pooled["weighed"]:
        return (
            "Once recorded it is weighed with results from other places, as far as its design and"
            " its facts allow."
        )
    return f"Once recorded it is shown, but not weighed with other places: {pooled['why']}."


def _chart(picture: Document) -> Chart:
    scene = scene_of(picture)
    wide, narrow = (chart(scene, width) for width in (WIDE, NARROW))
    return Chart(
        scene.title, wide.markup(f"{CHART}wide"), narrow.markup(f"{CHART}narrow"), numbers(scene)
    )


def _row(row: Document) -> tuple[str, ...]:
    told = [
        "" if row[name] is None else number(row[name], 1 if name == "df" else 3) for name in FIGURES
    ]
    p = row["p_value"]
    return (row["term"], *told, "< 0.001" if p is not None and p < 0.001 else number(p, 3))

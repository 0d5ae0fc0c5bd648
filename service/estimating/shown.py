"""What the data themselves show of a contrast, and what they cannot tell and has to be asked."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias, get_args, get_type_hints

from domain.contrast import BaselineMeasure, Design, SampleFlow, StudyDesign
from scoring.estimation.results import Estimate

Scalar: TypeAlias = bool | int | float | str | None
# Facts by the place they have in a contrast.
PLACES: Mapping[str, type] = {"design": StudyDesign, "sample": SampleFlow}
BASELINE = "baseline"

JUDGED = ("design.confounding_factor", "design.contamination")
COMPARED = ("design.comparator", "design.controls_adequate", "design.comparison_similar")
FLOW = (
    "sample.assigned_intervention", "sample.assigned_comparison", "sample.analysed_intervention",
    "sample.analysed_comparison",
)  # fmt: skip
TRIAL = ("design.comparator", "design.randomisation_compromised", *JUDGED, *FLOW)
# What a standard asks of each design beyond the figures.
ASKED: Mapping[str, tuple[str, ...]] = {
    "rct": (*TRIAL, "sample.attrition_assumption"),
    "cluster_rct": (*TRIAL, "sample.attrition_assumption", "sample.joiners_risk"),
    "regression_discontinuity": ("design.comparator", "design.assignment_valid", *JUDGED),
    "interrupted_time_series": ("design.confounding_factor",),
    "pre_post": ("design.confounding_factor",),
}
ASKED_OF_OTHERS = (*COMPARED, "design.parallel_trends", *JUDGED)


@dataclass(frozen=True, slots=True)
class Shown:
    """Facts by dotted path of a contrast, what else the engine tells, and what is still open."""

    facts: Mapping[str, Scalar]
    others: Mapping[str, Scalar]
    asked: tuple[str, ...]

    @property
    def contrast(self) -> dict[str, Any]:
        """The facts as the parts of a contrast."""
        parts: dict[str, Any] = {"design": {}, "sample": {}, BASELINE: []}
        for path, value in self.facts.items():
            place, _, name = path.partition(".")
            if place != BASELINE:
                parts[place][name] = value
                continue
            index, _, name = name.partition(".")
            if int(index) == len(parts[BASELINE]):
                parts[BASELINE].append({})
            parts[BASELINE][int(index)][name] = value
        return parts


def shown_by(estimate: Estimate, *, outcome: str) -> Shown:
    """The facts of an estimate by where a contrast has them; `outcome` is what was measured."""
    known = {name: told for name, told in estimate.facts.items() if told is not None}
    facts: dict[str, Scalar] = {}
    if estimate.design in set(Design):
        facts["design.type"] = estimate.design
    for place, shape in PLACES.items():
        facts |= {f"{place}.{name}": told for name, told in _of(shape, known)}
    for index, entry in enumerate(_baselines(known, outcome)):
        facts |= {f"{BASELINE}.{index}.{name}": told for name, told in entry.items()}
    named = {name for shape in (*PLACES.values(), BaselineMeasure) for name in _hints(shape)}
    others = {
        name: told
        for name, told in known.items()
        if name not in named and not name.startswith(f"{BASELINE}.")
    }
    asked = ASKED.get(estimate.design, ASKED_OF_OTHERS)
    return Shown(facts, others, tuple(path for path in asked if path not in facts))


def _baselines(known: Mapping[str, Scalar], outcome: str) -> Iterator[dict[str, Scalar]]:
    """One entry a characteristic; where they are not told apart, the outcome before the start."""
    apart: dict[str, dict[str, Scalar]] = {}
    for path, told in known.items():
        if path.startswith(f"{BASELINE}."):
            measure, _, name = path.removeprefix(f"{BASELINE}.").rpartition(".")
            apart.setdefault(measure, {})[name] = told
    if not apart:
        measure = str(known.get("measure", f"{outcome}, before the start"))
        apart = {measure: dict(known)}
    for measure, told_of_it in apart.items():
        entry = dict(_of(BaselineMeasure, told_of_it))
        entry.pop("measure", None)
        if entry:
            yield {"measure": measure, **entry}


def _of(shape: type, known: Mapping[str, Scalar]) -> Iterator[tuple[str, Scalar]]:
    """The facts that a dataclass has a field for, as it takes them; what it cannot hold is left."""
    for name, hint in _hints(shape).items():
        value = known.get(name)
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            continue
        if name.startswith("sd_") and not (isinstance(value, int | float) and value > 0):
            continue
        accepted = get_args(hint) or (hint,)
        whole = isinstance(value, float) and int in accepted and float not in accepted
        yield name, int(value) if whole else value


def _hints(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: hints[field.name] for field in fields(shape)}

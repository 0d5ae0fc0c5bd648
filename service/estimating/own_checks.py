"""Checks of what was told against the file: a deviation, a direction, words that mean nothing."""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from scoring.estimation.results import Check, Estimate
from scoring.estimation.words import checks_in_words
from service.estimating.cells import MISSING
from service.estimating.refusals import Flaw

# A standard deviation that is told may be so many times that of the file, or so small a part of it.
# A convention of this project: twice the deviation is half the standardised effect, which is what
# moves a result from large to small (0.8 and 0.4 in Cohen 1988, section 2.2.4).
MOST_APART = 2.0
RULE = "this service's rule: within a factor of 2 (Cohen 1988, section 2.2.4, for what it moves)"
WORDS_RULE = "this service's rule: only among numbers is such a word a blank"
# Designs whose rows are people, whose spread is the one that standardises; rows of the others are
# places or periods, which vary less than the people in them.
OF_PEOPLE = ("rct", "cluster_rct", "proportions", "discontinuity", "matching", "prepost")
GROUPS = ("arm", "treated", "group")
# Which way the figures of a report speak, by how each compares with no difference.
SIDES: tuple[tuple[str, str | None, float], ...] = (
    ("hr", None, 1.0), ("o_minus_e", None, 0.0), ("median2i", "median1i", 0.0),
    ("survival2i", "survival1i", 0.0),
)  # fmt: skip
FEWER, MORE = "fewer", "more"


def with_checks(estimate: Estimate, own: Sequence[Check]) -> Estimate:
    """The estimate with these checks as well, in its paragraph too where one of them failed."""
    every = (*estimate.checks, *own)
    before, after = checks_in_words(estimate.checks), checks_in_words(every)
    if before in estimate.text:
        text = estimate.text.replace(before, after)
    else:
        text = estimate.text if before == after else f"{estimate.text} {after}"
    return replace(estimate, checks=every, text=text)


def checks_of(design: str, values: Mapping[str, Any], options: Mapping[str, object]) -> list[Check]:
    """What the reader of the file adds to the checks of a design."""
    return [*_deviation(design, values, options), *_words(values)]


def contradictions(values: Mapping[str, Any], options: Mapping[str, object]) -> Iterator[Flaw]:
    """A direction that the figures of the file contradict."""
    told = options.get("direction")
    if told not in (FEWER, MORE):
        return
    for name, beside, none in SIDES:
        figure, against = _figure(values, name), none if beside is None else _figure(values, beside)
        if figure is None or against is None or figure == against:
            continue
        shown = FEWER if figure < against else MORE
        if shown != told:
            problem = f"says {told} events, and {name} of the file says {shown}"
            yield Flaw("options.direction", problem, f"{shown}, or no direction at all")


def are_people(design: str, options: Mapping[str, object]) -> bool:
    """Whether the rows are people, by their design or by what was told."""
    return design in OF_PEOPLE or options.get("people") is True


def _figure(values: Mapping[str, Any], name: str) -> float | None:
    told = values.get(name)
    return told[0] if isinstance(told, list) and len(told) == 1 else None


def _deviation(
    design: str, values: Mapping[str, Any], options: Mapping[str, object]
) -> Iterator[Check]:
    told = options.get("sd")
    if not isinstance(told, int | float) or options.get("log"):
        return
    spread = _spread(design, values)
    if spread is None:
        return
    ratio, people = told / spread, are_people(design, options)
    passed = ratio >= 1 / MOST_APART and (ratio <= MOST_APART or not people)
    whose = "rows within their group" if people else "rows, which vary less than people do,"
    verdict = "near enough" if passed else "the standardised effect rests on it and is not credible"
    yield Check(
        name="sd_told",
        title="Standard deviation that was given, beside the file",
        passed=passed,
        observed=float(f"{ratio:.2g}"),
        threshold=1 / MOST_APART if ratio < 1 or not people else MOST_APART,
        text=f"It is {ratio:.2g} times that of the {whose} in the file: {verdict}.",
        source=RULE,
    )


def _spread(design: str, values: Mapping[str, Any]) -> float | None:
    """The deviation within groups and periods; of one series, free of its trend."""
    outcome = values.get("before") if design == "prepost" else values.get("outcome")
    if outcome is None:
        return None
    if design in ("its", "controlled_its"):
        return _of_series(values, outcome)
    keys = [values[role] for role in (*GROUPS, "periods") if role in values]
    cells: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for number, figure in enumerate(outcome):
        if figure is not None:
            cells[tuple(column[number] for column in keys)].append(figure)
    return _pooled([cell for cell in cells.values() if len(cell) > 1])


def _of_series(values: Mapping[str, Any], outcome: Sequence[float]) -> float | None:
    """Half the mean square of successive differences (von Neumann 1941), within each series."""
    groups = values.get("group") or [0] * len(outcome)
    rows = sorted(zip(groups, values["periods"], outcome, strict=True), key=lambda row: row[:2])
    steps = [b[2] - a[2] for a, b in pairwise(rows) if a[0] == b[0]]
    return math.sqrt(sum(step * step for step in steps) / 2 / len(steps)) or None if steps else None


def _pooled(cells: Sequence[Sequence[float]]) -> float | None:
    free = sum(len(cell) - 1 for cell in cells)
    if not free:
        return None
    total = sum((len(cell) - 1) * statistics.variance(cell) for cell in cells)
    return math.sqrt(total / free) or None


def _words(values: Mapping[str, Any]) -> Iterator[Check]:
    """Words that could mean that nothing is known, and count as a category."""
    columns = {role: column for role, column in values.items() if isinstance(column, list)}
    columns |= {
        name: column
        for many in values.values() if isinstance(many, Mapping)
        for name, column in many.items()
    }  # fmt: skip
    for name, column in columns.items():
        found = [v for v in column if isinstance(v, str) and v.lower() in MISSING]
        if found:
            yield Check(
                name=f"words_{name}"[:100],
                title=f"Words for what is not known in {name}",
                passed=None,
                observed=float(len(found)),
                threshold=None,
                text=f"{len(found)} rows have a word such as {found[0]} in {name}: it counts as a"
                " category. Leave cells blank where nothing is known.",
                source=WORDS_RULE,
            )

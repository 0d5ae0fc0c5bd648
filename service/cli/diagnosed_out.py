"""The diagnostics of a pooled effect in tables and sentences, for people."""

from collections.abc import Iterator, Sequence
from typing import Final

from scoring.synthesis import Funnel, Selection, TrimAndFill, VarianceInterval
from service.cli.diagnostics import Diagnostics
from service.cli.pooled import Pooled
from service.cli.words import aligned, cell, estimate, p_value, studies

# The columns of the table of studies, of each diagnostic that has one entry a study.
BY_STUDY: Final = {
    "leave_one_out": {
        "estimate": "without it",
        "ci_low": "low",
        "ci_high": "high",
        "tau2": "tau2",
        "i2": "I2 %",
    },
    "cumulative": {"estimate": "up to it", "ci_low": "low", "ci_high": "high"},
    "influence": {
        "rstudent": "rstudent",
        "dffits": "DFFITS",
        "cook": "Cook",
        "cov_ratio": "cov ratio",
        "hat": "hat",
        "dfbetas": "DFBETAS",
        "influential": "marked",
    },
}
TITLES: Final = {
    "leave_one_out": "Without each study",
    "cumulative": "Up to each study",
    "influence": "Influence",
}
INTERVALS: Final = {
    "tau2_q_profile": "Q-profile",
    "tau2_profile_likelihood": "profile likelihood",
}
FEW: Final = " (fewer than 10 studies: hardly to be read)"


def diagnostics_of(one: Pooled) -> str:
    """Those of an answer, under the name of its group; of the studies together for subgroups."""
    head = [] if one.by is None else [f"{one.by}:"]
    parts = [_told(one.diagnostics, one.names, one.measure)] if one.diagnostics else []
    if one.overall is not None and one.overall.diagnostics is not None:
        parts = ["All subgroups together:", _told(one.overall.diagnostics, one.names, one.measure)]
    return "\n\n".join([*head, *parts]) if parts else ""


def _told(found: Diagnostics, names: Sequence[str], measure: str) -> str:
    """Every diagnostic that was worked out, and why others were not."""
    parts = [*_by_study(found, names), "\n".join(_lines(found, measure))]
    return "\n\n".join(part for part in parts if part)


def _by_study(found: Diagnostics, names: Sequence[str]) -> Iterator[str]:
    for name, columns in BY_STUDY.items():
        figures = getattr(found, name)
        if figures is None:
            continue
        told = [getattr(figures, column).tolist() for column in columns]
        rows = [["study", *columns.values()]]
        rows += [
            [study, *(_figure(value) for value in values)]
            for study, *values in zip(names, *told, strict=True)
        ]
        yield "\n".join([f"{TITLES[name]}:", *aligned(rows)])


def _figure(value: object) -> str:
    return {True: "yes", False: ""}[value] if isinstance(value, bool) else cell(value)


def _lines(found: Diagnostics, measure: str) -> Iterator[str]:
    for name, title in INTERVALS.items():
        interval = getattr(found, name)
        if interval is not None:
            yield _interval(interval, title)
    yield from _asymmetry(found)
    if found.trim_and_fill is not None:
        yield _filled(found.trim_and_fill, measure)
    if found.selection is not None:
        yield from _selection(found.selection, measure)
    if found.funnel is not None:
        yield _funnel(found.funnel)
    for name, why in found.not_done.items():
        yield f"Not done: {why}" if why.startswith(name) else f"Not done: {name}: {why}"


def _asymmetry(found: Diagnostics) -> Iterator[str]:
    if found.egger is not None:
        slope = found.egger.slope
        few = "" if found.egger.enough_studies else FEW
        yield f"Egger's test: slope {slope.estimate:.3g}, {p_value(slope.p_value)}{few}."
    if found.rank_test is not None:
        few = "" if found.rank_test.enough_studies else FEW
        tau, p = found.rank_test.tau, p_value(found.rank_test.p_value)
        yield f"Rank test: Kendall's tau {tau:.3g}, {p}{few}."


def _interval(found: VarianceInterval, title: str) -> str:
    gap = " (with a gap: the likelihood has two maxima)" if found.gap else ""
    empty = " (empty: effects vary less than chance leads to expect)" if found.empty else ""
    return (
        f"tau2, {100 * found.level:g} % interval by {title}: {found.low:.4g} to {found.high:.4g}; "
        f"I2 {found.i2_low:.3g} to {found.i2_high:.3g} %, "
        f"H2 {found.h2_low:.3g} to {found.h2_high:.3g}{gap}{empty}."
    )


def _filled(found: TrimAndFill, measure: str) -> str:
    few = "" if found.enough_studies else FEW
    if not found.k0:
        return f"Trim and fill: no study to be filled in on the {found.side}{few}."
    pooled = found.pooled
    ends = (pooled.estimate, pooled.ci_low, pooled.ci_high)
    words = estimate(*ends, measure=measure, level=pooled.level)
    return f"Trim and fill: {studies(found.k0)} filled in on the {found.side}, then {words}{few}."


def _selection(found: Selection, measure: str) -> Iterator[str]:
    few = "" if found.enough_studies else FEW
    words = estimate(found.mu.estimate, *found.mu_profile, measure=measure, level=found.level)
    yield (
        f"Selection model (results {found.alternative} than no effect favoured): {words}; tau2 "
        f"{found.tau2:.4g}; against no selection {p_value(found.selection.p_value)}{few}."
    )
    for weight in found.weights[1:]:
        yield (
            f"  results with {weight.above:g} < p <= {weight.up_to:g} ({studies(weight.k)}): "
            f"published {weight.weight:.3g} times as readily as those below "
            f"({weight.ci_low:.3g} to {weight.ci_high:.3g})."
        )


def _funnel(found: Funnel) -> str:
    own = [point for point in found.points if not point.filled]
    inside = sum(point.inside for point in own)
    regions = ", ".join(f"{region.name}: {region.k}" for region in found.regions)
    told = f"; by significance {regions}" if regions else ""
    share = 100 * found.confidence.level
    return f"Funnel: {inside} of {studies(len(own))} inside the {share:g} % limits{told}."

"""Plan against measured, as a diff: what was said in advance, and what was told of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scoring.evidence import Awaited, Contrast, Subject
from scoring.measurements import TAKEN_BACK, is_interim, plain

State: TypeAlias = Literal[
    "as planned", "interim", "switched", "unreported", "unplanned", "not known"
]

# What of an outcome a plan fixes, in the order in which a difference is told.
FIXED = ("measure", "primary", "horizon_months")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An outcome as it was planned, or as it was told."""

    measure: str
    primary: bool | None
    horizon_months: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the diff: what was planned against what was told.

    `planned` is None for what no plan made in advance names, `told` for what was not reported.
    `differs` names what of it changed; a switch without any is a plan changed after the result was
    told. `due_on` is the ISO day by which an unreported outcome is due, where that is known.
    """

    programme: str
    state: State
    planned: Said | None
    told: Said | None
    differs: tuple[str, ...] = ()
    due_on: str | None = None
    event_id: str | None = None


def plan_against_measured(subject: Subject) -> tuple[Line, ...]:
    """The diff of a subject: each result against its plan, and each planned outcome without one.

    as planned   told by the measure, at the horizon and in the place (primary or not) planned
    interim      told so before its planned horizon: the plan stays open
    switched     told otherwise, or planned otherwise once it had been told
    unreported   planned, and nothing told and standing answers it
    unplanned    told, and no plan made in advance names it; `not known` where that cannot be told
    What was reported again after its planned horizon is unplanned; past a horizon that was never
    reported it is switched. A primary outcome told as a secondary one was switched as much as the
    reverse (COMPare, Goldacre et al. 2019, Trials 20:118). What was withdrawn or removed is told no
    longer. The same for every order of the results; by programmes and events.
    """
    lines = [*_measured(subject), *(_awaited(one) for one in subject.awaited)]
    return tuple(sorted(lines, key=_order))


def _measured(subject: Subject) -> Iterator[Line]:
    followed = [c for c in subject.contrasts if c.timing == "follow_up"]
    told = [c for c in followed if c.status not in TAKEN_BACK]
    at_horizon = {_horizon(c) for c in told if c.horizon_months == c.promise.horizon_months}
    for contrast in told:
        yield _line(contrast, again=_horizon(contrast) in at_horizon)


def _horizon(contrast: Contrast) -> tuple[str, str, float | None]:
    """Which planned horizon of which measure a result answers to."""
    return contrast.programme, plain(contrast.measure), contrast.promise.horizon_months


def _line(contrast: Contrast, *, again: bool) -> Line:
    told = Said(
        measure=contrast.measure,
        primary=contrast.primary,
        horizon_months=contrast.horizon_months,
    )
    planned = _planned(contrast)
    differs = () if planned is None else _differs(planned, told)
    state = _state(contrast, planned, differs)
    return Line(
        programme=contrast.programme,
        state="unplanned" if again and differs == ("horizon_months",) else state,
        planned=planned,
        told=told,
        differs=differs,
        event_id=contrast.event_id,
    )


def _planned(contrast: Contrast) -> Said | None:
    promise = contrast.promise
    if not promise.in_advance or promise.measure is None:
        return None
    return Said(
        measure=promise.measure,
        primary=promise.primary,
        horizon_months=promise.horizon_months,
    )


def _state(contrast: Contrast, planned: Said | None, differs: tuple[str, ...]) -> State:
    promise = contrast.promise
    if differs or (promise.in_advance and promise.switched):
        return "switched"
    if planned is not None:
        return "interim" if is_interim(contrast) else "as planned"
    return "unplanned" if promise.in_advance is False else "not known"


def _differs(planned: Said, told: Said) -> tuple[str, ...]:
    changed = {
        "measure": plain(planned.measure) != plain(told.measure),
        "primary": None not in (planned.primary, told.primary) and planned.primary != told.primary,
        "horizon_months": _later(planned.horizon_months, told.horizon_months),
    }
    return tuple(name for name in FIXED if changed[name])


def _later(planned: float | None, told: float | None) -> bool:
    """Whether it was told past its planned horizon: one told before is an interim result."""
    return planned is not None and told is not None and told > planned


def _awaited(one: Awaited) -> Line:
    planned = Said(measure=one.measure, primary=one.primary, horizon_months=one.horizon_months)
    return Line(
        programme=one.programme,
        state="unreported",
        planned=planned,
        told=None,
        due_on=one.due_on,
    )


def _order(line: Line) -> tuple[str, str, str, float]:
    said = line.told or line.planned
    months = -1.0 if said is None or said.horizon_months is None else said.horizon_months
    return line.programme, line.event_id or "", "" if said is None else said.measure, months

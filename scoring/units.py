"""From measurements to independent units: one ledger entry each, however often it was measured."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from scoring.anytime import Entry, Monitoring, Status, Study, default_sesoi, monitor
from scoring.effects import LOG_RATIOS
from scoring.evidence import Contrast
from scoring.measurements import Measurement, Place, is_interim, plain
from scoring.standards.candour_design import TIERS
from scoring.worthwhile import worthwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One independent source of evidence: a site's cohort in a programme.

    `entry` is its designated measurement, which decides the finding; `shown` the latest, which
    people see, None once everything was taken back. `interim` says that the registered horizon has
    not been reported. `tier` is the worst of the designated contrasts, which are several only where
    subgroups make up the unit.
    """

    programme: str
    site: str
    cohort: str
    designated: tuple[Contrast, ...]
    tier: str
    entry: Entry
    shown: Study | None
    shown_from: tuple[Contrast, ...]
    interim: bool

    @property
    def place(self) -> Place:
        """Whose measurement it is; spelling makes no second place of one."""
        return self.designated[0].sample

    @property
    def value(self) -> Study:
        """The designated measurement as it counts: the later value where one was given."""
        study = self.entry.told or self.entry.locked
        if study is None:
            raise ValueError("a unit always has a designated measurement")
        return study

    @property
    def event_ids(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(i for c in self.designated for i in (c.event_ids or (c.event_id,)))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The smallest worthwhile effect (standard deviations): registered, else the default's."""

    registered: float | None
    measure: str

    @property
    def sesoi(self) -> float:
        """What was registered, or the default for effects of this measure."""
        return default_sesoi(self.measure) if self.registered is None else self.registered


# What a finding is a function of: the ledger, what is shown, and the mark.
Ledger: TypeAlias = tuple[tuple[Entry, ...], tuple[Study, ...], Mark]


def units_of(measured: Sequence[Measurement]) -> tuple[Unit, ...]:
    """Independent units in the order of their names.

    A unit is a programme's site and cohort. Its designated measurement is the one that a plan made
    in advance names, at the horizon it names, else the first reported; what was reported first as
    subgroups stays so, combined by inverse variance. A later measurement of the same people changes
    what is shown, never the ledger. The same for every order of the measurements. Sections 3.1, 3.4
    and 3.5 of the anytime method.
    """
    arrived = sorted(measured, key=lambda m: (m.place, m.arrival))
    return tuple(_unit(tuple(members)) for _, members in groupby(arrived, key=lambda m: m.place))


def set_beside(measured: Sequence[Measurement], units: Sequence[Unit]) -> tuple[Contrast, ...]:
    """What no unit rests on and no context shows: another measure, or other people of its place."""
    resting = {unit.place: unit.designated for unit in units}
    return tuple(
        m.contrast
        for m in measured
        if len(m.contrast.context) != 1
        and not any(_again(m.contrast, designated) for designated in resting[m.place])
    )


def best_designed(units: Sequence[Unit]) -> list[Unit]:
    """The units of the best design tier present; none of none."""
    top = max((unit.tier for unit in units), key=TIERS.index, default=TIERS[0])
    return [unit for unit in units if unit.tier == top]


def mark_of(units: Sequence[Unit]) -> Mark:
    """The largest smallest worthwhile effect that plans in advance registered for these units.

    Told by the best-designed part alone: a worse study cannot move that mark.
    """
    best = [contrast for unit in best_designed(units) for contrast in unit.designated]
    registered = [value for c in best if (value := worthwhile(c.promise)) is not None]
    measures = {c.result.measure for c in best}
    ratios = bool(measures) and measures <= set(LOG_RATIOS)
    return Mark(
        registered=max(registered, default=None), measure=min(measures) if ratios else "SMD"
    )


def ledger_of(units: Sequence[Unit]) -> Ledger:
    """What monitoring is asked of these units."""
    shown = tuple(unit.shown for unit in units if unit.shown is not None)
    return tuple(unit.entry for unit in units), shown, mark_of(units)


def monitored(entries: Sequence[Entry], latest: Sequence[Study], mark: Mark) -> Monitoring:
    """The ledger's state, with the latest measurements as the estimate that people see."""
    return monitor(entries, sesoi=mark.registered, measure=mark.measure, latest=latest)


def _unit(members: Sequence[Measurement]) -> Unit:
    lead = min(members, key=_rank)
    parts = _subgroups(lead, members) if lead.contrast.context else [lead]
    latest = [_latest(part, members) for part in parts]
    standing = [study for m in latest if (study := m.standing) is not None]
    first = parts[0].contrast
    return Unit(
        programme=first.programme,
        site=first.site,
        cohort=first.cohort,
        designated=tuple(part.contrast for part in parts),
        tier=min((part.tier for part in parts), key=TIERS.index),
        entry=_combined(parts),
        shown=_mean(standing) if standing else None,
        shown_from=tuple(m.contrast for m in latest),
        interim=any(is_interim(part.contrast) for part in parts),
    )


def _rank(measurement: Measurement) -> tuple[bool, bool, tuple[str, bool, str]]:
    """First what was planned in advance, at its registered horizon; then the first reported."""
    contrast, promise = measurement.contrast, measurement.contrast.promise
    planned = bool(promise.in_advance) and _same(promise.measure, contrast.measure)
    at_horizon = planned and contrast.horizon_months == promise.horizon_months
    return (not planned, not at_horizon, measurement.arrival)


def _subgroups(lead: Measurement, members: Sequence[Measurement]) -> list[Measurement]:
    """One measurement of each subgroup of the lead's split and measure, that which ranks first."""
    alike = [
        m
        for m in members
        if set(m.contrast.context) == set(lead.contrast.context)
        and _same(m.contrast.measure, lead.contrast.measure)
    ]
    alike.sort(key=lambda m: (_values(m.contrast.context), _rank(m)))
    return [next(same) for _, same in groupby(alike, key=lambda m: _values(m.contrast.context))]


def _latest(part: Measurement, members: Sequence[Measurement]) -> Measurement:
    """The latest standing measurement of the same people by the same measure."""
    again = [m for m in members if m.standing is not None and _again(m.contrast, part.contrast)]
    return max(again, key=lambda m: (_months(m.contrast), m.arrival), default=part)


def _again(contrast: Contrast, other: Contrast) -> bool:
    return contrast.context == other.context and _same(contrast.measure, other.measure)


def _combined(parts: Sequence[Measurement]) -> Entry:
    statuses = {part.entry.status for part in parts}
    locked = _mean([part.entry.locked for part in parts if part.entry.locked is not None])
    # What was seen before its registered horizon counts as if the rest never came (section 3.5).
    if Status.WITHDRAWN_BY_PROGRAMME in statuses or any(is_interim(p.contrast) for p in parts):
        return Entry(locked, Status.WITHDRAWN_BY_PROGRAMME)
    if Status.REVISED_BY_PROGRAMME in statuses:
        told = _mean([study for part in parts if (study := part.standing) is not None])
        return Entry(locked, Status.REVISED_BY_PROGRAMME, told)
    return Entry(locked)


def _mean(studies: Sequence[Study]) -> Study:
    """The inverse-variance mean of separate people in one unit, and its standard error."""
    if len(studies) == 1:
        return studies[0]
    weights = [study.sei**-2 for study in studies]
    total = math.fsum(weights)
    mean = math.fsum(w * s.yi for w, s in zip(weights, studies, strict=True)) / total
    return Study(mean, total**-0.5)


def _values(context: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(context.items()))


def _months(contrast: Contrast) -> float:
    for months in (contrast.months_since_start, contrast.horizon_months):
        if months is not None:
            return months
    return -math.inf


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and plain(one) == plain(other)

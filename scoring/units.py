"""From contrasts to independent units: one ledger entry each, however often it was measured."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from scoring.anytime import Entry, Status, Study
from scoring.appraisal import effect
from scoring.effects import LOG_RATIOS
from scoring.errors import ScoringError
from scoring.evidence import (
    REMOVED_BY_PANEL,
    REVISED_BY_PROGRAMME,
    WITHDRAWN_BY_PROGRAMME,
    Contrast,
    Grade,
)
from scoring.facts import conduct_facts
from scoring.standards.candour_design import DESIGN, TIERS
from scoring.standards.interpreter import apply_rules

TAKEN_BACK = (REMOVED_BY_PANEL, WITHDRAWN_BY_PROGRAMME)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPooled:
    """A contrast that is shown beside the pool: what its report says, and why it is not in it."""

    event_id: str
    reported: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One contrast that may be pooled: its design, and its entry in the ledger."""

    contrast: Contrast
    design: Grade
    entry: Entry

    @property
    def standing(self) -> Study | None:
        """The value as everybody has it now; None once it was taken back."""
        if self.entry.status is Status.WITHDRAWN_BY_PROGRAMME:
            return None
        return self.entry.told or self.entry.locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One independent source of evidence: a site's cohort in a programme.

    `entry` is its designated measurement, which decides the finding; `shown` the latest, which
    people see, None once everything was taken back. `interim` says that the registered horizon has
    not been reported. `tier` is the worst of the designated contrasts, `best_tier` the best that
    their unknown facts allow. `designated` are several only where subgroups make up the unit.
    """

    programme: str
    site: str
    cohort: str
    designated: tuple[Contrast, ...]
    designs: tuple[Grade, ...]
    entry: Entry
    shown: Study | None
    shown_from: tuple[Contrast, ...]
    interim: bool

    @property
    def name(self) -> str:
        return f"{self.programme}/{self.site}/{self.cohort}"

    @property
    def tier(self) -> str:
        return min((design.level or TIERS[0] for design in self.designs), key=TIERS.index)

    @property
    def best_tier(self) -> str:
        best = (design.bounds.best for design in self.designs if design.bounds)
        return min(best, key=TIERS.index)

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


def pool(contrasts: Iterable[Contrast]) -> tuple[tuple[Unit, ...], tuple[NotPooled, ...]]:
    """Independent units in the order of their names, and what is shown but not pooled.

    A unit is a programme's site and cohort. Its designated measurement is the one of the horizon
    registered in advance, else the first reported; a contrast of the whole sample stands for the
    unit, and subgroups are combined by inverse variance only where there is none. A later
    measurement of the same people changes what is shown, never the ledger. The same for every
    order of the contrasts. Sections 3.1, 3.4 and 3.5 of the anytime method.
    """
    placed = [_as_first_placed(contrast) for contrast in contrasts]
    arrived = sorted(placed, key=lambda c: (_place(c), _arrival(c)))
    measured = [measurement(contrast) for contrast in arrived]
    measurements = [m for m in measured if isinstance(m, Measurement)]
    units = tuple(
        _unit(tuple(members))
        for _, members in groupby(measurements, key=lambda m: _place(m.contrast))
    )
    return units, tuple(m for m in measured if isinstance(m, NotPooled))


def measurement(contrast: Contrast) -> Measurement | NotPooled:
    """The contrast with its place in the ledger, or the reason why it is not pooled."""
    if contrast.status == REMOVED_BY_PANEL and contrast.blind_to_direction:
        return _left_out(contrast, "Removed by an independent panel.")
    design = apply_rules(DESIGN, conduct_facts(contrast))
    told, problem = _study(contrast)
    # Who revises a result cannot make it go away by saying that it should not have been pooled.
    first = contrast.earlier[0] if contrast.earlier else None
    locked = _study(first)[0] if first is not None else None
    if first is not None and locked is not None and (told is None or design.level is None):
        before = apply_rules(DESIGN, conduct_facts(first))
        if before.level is not None:
            entry = Entry(locked, Status.WITHDRAWN_BY_PROGRAMME)
            return Measurement(contrast=contrast, design=before, entry=entry)
    if design.level is None:
        return _left_out(contrast, _shut(design))
    if told is None:
        return _left_out(contrast, f"It cannot be weighed with others: {problem}.")
    return Measurement(contrast=contrast, design=design, entry=_entry(contrast, locked, told))


def _left_out(contrast: Contrast, why: str) -> NotPooled:
    return NotPooled(event_id=contrast.event_id, reported=_reported(contrast), why=why)


def _reported(contrast: Contrast) -> str:
    """The result as its report has it, and which way it points: harm is not hidden with it."""
    result = contrast.result
    estimate = result.numbers.get("estimate")
    if estimate is None:
        return result.measure
    ends = [result.numbers.get(end) for end in ("ci_low", "ci_high")]
    interval = "" if None in ends else f" ({ends[0]:g} to {ends[1]:g})"
    gain = (estimate - (result.measure in LOG_RATIOS)) * contrast.direction_good
    way = "better with the programme" if gain > 0 else "worse with the programme"
    return f"{result.measure} {estimate:g}{interval}, {way if gain else 'no difference'}"


def _entry(contrast: Contrast, locked: Study | None, told: Study) -> Entry:
    if contrast.status in TAKEN_BACK:
        return Entry(locked or told, Status.WITHDRAWN_BY_PROGRAMME)
    if contrast.status == REVISED_BY_PROGRAMME and locked is not None:
        return Entry(locked, Status.REVISED_BY_PROGRAMME, told)
    return Entry(told)


def _study(contrast: Contrast | None) -> tuple[Study | None, str]:
    if contrast is None:
        return None, ""
    try:
        found = effect(
            contrast.result,
            contrast.direction_good,
            standardiser=contrast.promise.standardiser,
        )
        return Study(found.yi, math.sqrt(found.vi)), ""
    except ScoringError as refusal:
        return None, refusal.message
    except ArithmeticError as fault:
        # Figures past what a double can divide are no more use than a missing one.
        return None, str(fault)


def _shut(design: Grade) -> str:
    rules = DESIGN.by_id
    shut = [r for r in design.reasons if r.rule in DESIGN.entry and r.answer != "met"]
    return " ".join(f"{reason.text} Needed: {rules[reason.rule].lift}." for reason in shut)


def _as_first_placed(contrast: Contrast) -> Contrast:
    """Whoever revises a result cannot move it out of the unit in which it was locked."""
    if not contrast.earlier:
        return contrast
    first = contrast.earlier[0]
    return replace(
        contrast,
        site=first.site,
        cohort=first.cohort,
        context=first.context,
        measure=first.measure,
        horizon_months=first.horizon_months,
    )


def _place(contrast: Contrast) -> tuple[str, str, str]:
    """Spelling makes no second place of one."""
    return contrast.programme, _plain(contrast.site), _plain(contrast.cohort)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _arrival(contrast: Contrast) -> tuple[str, str]:
    return contrast.recorded_at, contrast.event_id


def _unit(members: Sequence[Measurement]) -> Unit:
    whole = [m for m in members if not m.contrast.context]
    parts = [min(whole, key=_rank)] if whole else _subgroups(members)
    latest = [_latest(part, members) for part in parts]
    standing = [study for m in latest if (study := m.standing) is not None]
    first = parts[0].contrast
    return Unit(
        programme=first.programme,
        site=first.site,
        cohort=first.cohort,
        designated=tuple(part.contrast for part in parts),
        designs=tuple(part.design for part in parts),
        entry=_combined(parts),
        shown=_mean(standing) if standing else None,
        shown_from=tuple(m.contrast for m in latest),
        interim=any(_is_interim(part.contrast) for part in parts),
    )


def _rank(measurement: Measurement) -> tuple[bool, bool, str, str]:
    """First what was planned in advance, at its registered horizon; then the first reported."""
    contrast, promise = measurement.contrast, measurement.contrast.promise
    planned = bool(promise.in_advance) and _same(promise.measure, contrast.measure)
    at_horizon = planned and contrast.horizon_months == promise.horizon_months
    return (not planned, not at_horizon, *_arrival(contrast))


def _is_interim(contrast: Contrast) -> bool:
    registered, reached = contrast.promise.horizon_months, contrast.horizon_months
    known = bool(contrast.promise.in_advance) and registered is not None and reached is not None
    return known and (reached or 0) < (registered or 0)


def _subgroups(members: Sequence[Measurement]) -> list[Measurement]:
    """One measurement of each subgroup of the split, measure and horizon that rank first."""
    lead = min(members, key=_rank).contrast
    alike = [
        m
        for m in members
        if set(m.contrast.context) == set(lead.context) and _same(m.contrast.measure, lead.measure)
    ]
    alike.sort(key=lambda m: (_values(m.contrast.context), _rank(m)))
    return [next(same) for _, same in groupby(alike, key=lambda m: _values(m.contrast.context))]


def _latest(part: Measurement, members: Sequence[Measurement]) -> Measurement:
    """The latest standing measurement of the same people by the same measure."""
    again = [
        m
        for m in members
        if m.standing is not None
        and m.contrast.context == part.contrast.context
        and _same(m.contrast.measure, part.contrast.measure)
    ]
    return max(again, key=lambda m: (_months(m.contrast), _arrival(m.contrast)), default=part)


def _combined(parts: Sequence[Measurement]) -> Entry:
    statuses = {part.entry.status for part in parts}
    locked = _mean([part.entry.locked for part in parts if part.entry.locked is not None])
    # What was seen before its registered horizon counts as if the rest never came (section 3.5).
    if Status.WITHDRAWN_BY_PROGRAMME in statuses or any(_is_interim(p.contrast) for p in parts):
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
    return one is not None and other is not None and _plain(one) == _plain(other)

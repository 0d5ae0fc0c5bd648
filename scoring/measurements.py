"""What each contrast is to the pool: its design tier and its entry in the ledger, or why not."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from scoring.anytime import Entry, Status, Study
from scoring.appraisal import effect
from scoring.clustering import Clustered, clustered
from scoring.effects import LOG_RATIOS
from scoring.errors import ScoringError
from scoring.evidence import (
    REMOVED_BY_PANEL,
    REVISED_BY_PROGRAMME,
    WITHDRAWN_BY_PROGRAMME,
    Contrast,
    Grade,
    Promise,
)
from scoring.facts import conduct_facts
from scoring.standards.candour_design import DESIGN
from scoring.standards.interpreter import apply_rules

TAKEN_BACK = (REMOVED_BY_PANEL, WITHDRAWN_BY_PROGRAMME)

# A programme, a site and a cohort.
Place: TypeAlias = tuple[str, str, str]

# Why a result of clusters cannot be weighed.
UNWEIGHED: Final = (
    "people came in groups, nobody said that the analysis allowed for that, and too little is told "
    "to allow for it now: the people and more than two groups analysed on each side together"
)

# A design tier, or None where the contrast is kept out of the pool.
Tier: TypeAlias = str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPooled:
    """A contrast that is shown beside the pool: what its report says, and why it is not in it.

    `points_to_harm` is whether its report says that people fared worse with the programme.
    """

    event_id: str
    reported: str
    why: str
    points_to_harm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One contrast that may be pooled: its design, the tier it counts in, its ledger entry."""

    contrast: Contrast
    design: Grade
    tier: str
    entry: Entry

    @property
    def standing(self) -> Study | None:
        """The value as everybody has it now; None once it was taken back."""
        if self.entry.status is Status.WITHDRAWN_BY_PROGRAMME:
            return None
        return self.entry.told or self.entry.locked

    @property
    def place(self) -> Place:
        return self.contrast.sample

    @property
    def arrival(self) -> tuple[str, bool, str]:
        """When it was reported; of what came together the whole sample goes before its parts."""
        told = self.contrast
        return told.recorded_at, bool(told.context), told.event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A contrast with all that decides how it is pooled, each worked out once.

    `told` is its effect (None where `problem` says why it has none), widened where `clusters` says
    so, and `reported` the same as its report has it. Of a contrast that its programme revised,
    `locked` is the first value and `before` the design it was told with.
    """

    contrast: Contrast
    design: Grade
    told: Study | None
    problem: str
    reported: Study | None = None
    clusters: Clustered | None = None
    locked: Study | None = None
    before: Grade | None = None

    @property
    def readings(self) -> tuple[Study | None, ...]:
        """What it may turn out to weigh, as it counts now first; between these if that is open."""
        clusters = self.clusters
        if clusters is None or (clusters.allowed is False and not clusters.open):
            return (self.told,)
        return self.told, self.reported

    @property
    def is_silent_on_clusters(self) -> bool:
        """Whether nobody said if its analysis allowed for the clusters that people came in."""
        return self.clusters is not None and self.clusters.allowed is None

    @property
    def is_open(self) -> bool:
        """Whether its error is not known, so that no reading of it is the last word."""
        return self.clusters is not None and self.clusters.open

    def counted(self, tier: Tier, promise: Promise, told: Study | None) -> Measurement | None:
        """Its measurement in this tier, under this plan, of this weight; None if not pooled."""
        contrast = self.contrast
        if promise is not contrast.promise:
            contrast = replace(contrast, promise=promise)
        if tier is not None and told is not None:
            entry = _entry(contrast.status, self.locked, told)
            return Measurement(contrast=contrast, design=self.design, tier=tier, entry=entry)
        # Who revises a result cannot make it go away by saying that it should not be pooled.
        if self.before is None or self.before.level is None or self.locked is None:
            return None
        entry = Entry(self.locked, Status.WITHDRAWN_BY_PROGRAMME)
        level = self.before.level
        return Measurement(contrast=contrast, design=self.before, tier=level, entry=entry)


def weigh(contrasts: Iterable[Contrast]) -> tuple[tuple[Weighed, ...], tuple[NotPooled, ...]]:
    """Each contrast that a pool could hold, and those that an independent panel took out of it.

    A panel that decided blind to the direction of a result removes it; whoever else takes a result
    back does not. Sections 3.1 and 3.5 of the anytime method.
    """
    told = [_as_first_placed(contrast) for contrast in contrasts]
    removed = [_left_out(c, "Removed by an independent panel.") for c in told if is_removed(c)]
    return tuple(_weighed(c) for c in told if not is_removed(c)), tuple(removed)


def measurements(
    weighed: Sequence[Weighed],
) -> tuple[tuple[Measurement, ...], tuple[NotPooled, ...]]:
    """Those that pass the gate on what is known, and the rest with the reason of each."""
    counted, shut = [], []
    for one in weighed:
        found = one.counted(one.design.level, one.contrast.promise, one.told)
        if found is not None:
            counted.append(found)
        else:
            shut.append(_left_out(one.contrast, _why(one)))
    return tuple(counted), tuple(shut)


def beside(contrast: Contrast) -> NotPooled:
    """A contrast of people whose unit rests on another result."""
    why = "Another result of the same people was planned for or reported first, and counts."
    return _left_out(contrast, why)


def is_removed(contrast: Contrast) -> bool:
    """Whether an independent panel, blind to its direction, took it out."""
    return contrast.status == REMOVED_BY_PANEL and contrast.blind_to_direction


def is_interim(contrast: Contrast) -> bool:
    """Whether it was told before the horizon that a plan in advance registered for it."""
    registered, reached = contrast.promise.horizon_months, contrast.horizon_months
    if not contrast.promise.in_advance or registered is None or reached is None:
        return False
    return reached < registered


def plain(name: str) -> str:
    """A name as spelling cannot change it."""
    return " ".join(name.casefold().split())


def _weighed(contrast: Contrast) -> Weighed:
    reported, problem = _study(contrast)
    clusters = None if reported is None else clustered(contrast)
    told = _widened(reported, clusters)
    first = contrast.earlier[0] if contrast.earlier else None
    return Weighed(
        contrast=contrast,
        design=apply_rules(DESIGN, conduct_facts(contrast)),
        told=told,
        problem=UNWEIGHED if reported is not None and told is None else problem,
        reported=reported,
        clusters=clusters,
        locked=None if first is None else _widened(_study(first)[0], clustered(first)),
        before=None if first is None else apply_rules(DESIGN, conduct_facts(first)),
    )


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


def _entry(status: str, locked: Study | None, told: Study) -> Entry:
    if status in TAKEN_BACK:
        return Entry(locked or told, Status.WITHDRAWN_BY_PROGRAMME)
    if status == REVISED_BY_PROGRAMME and locked is not None:
        return Entry(locked, Status.REVISED_BY_PROGRAMME, told)
    return Entry(told)


def _widened(study: Study | None, clusters: Clustered | None) -> Study | None:
    """A study with its error widened for clusters; None where that cannot be worked out."""
    if study is None or clusters is None:
        return study
    return None if clusters.error is None else Study(study.yi, clusters.error)


def _study(contrast: Contrast) -> tuple[Study | None, str]:
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


def _left_out(contrast: Contrast, why: str) -> NotPooled:
    return NotPooled(
        event_id=contrast.event_id,
        reported=_reported(contrast),
        why=why,
        points_to_harm=(_gain(contrast) or 0.0) < 0,
    )


def _why(one: Weighed) -> str:
    """What keeps it out: every rule of the gate that it does not meet, and an effect it lacks."""
    rules = DESIGN.by_id
    shut = [r for r in one.design.reasons if r.rule in DESIGN.entry and r.answer != "met"]
    told = [f"{reason.text} Needed: {rules[reason.rule].lift}." for reason in shut]
    if one.told is None:
        told.append(f"It cannot be weighed with others: {one.problem}.")
    return " ".join(told)


def _reported(contrast: Contrast) -> str:
    """The result as its report has it, and which way it points: harm is not hidden with it."""
    result, gain = contrast.result, _gain(contrast)
    if gain is None:
        return result.measure
    estimate = result.numbers["estimate"]
    ends = [result.numbers.get(end) for end in ("ci_low", "ci_high")]
    interval = "" if None in ends else f" ({ends[0]:g} to {ends[1]:g})"
    way = "better with the programme" if gain > 0 else "worse with the programme"
    return f"{result.measure} {estimate:g}{interval}, {way if gain else 'no difference'}"


def _gain(contrast: Contrast) -> float | None:
    """How far the reported estimate lies on the good side of no difference; None without one."""
    estimate = contrast.result.numbers.get("estimate")
    if estimate is None:
        return None
    return (estimate - (contrast.result.measure in LOG_RATIOS)) * contrast.direction_good

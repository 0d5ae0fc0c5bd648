"""The vocabulary of grading: measured contrasts, plans and judgements in; reasons and grades out.

Plain frozen data. None is unknown everywhere, and unknown is never counted as met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Answer: TypeAlias = Literal["met", "unmet", "unknown"]
GradeStatus: TypeAlias = Literal["determined", "judgement_required", "ungraded"]
Value: TypeAlias = float | bool | str

# What became of a measured contrast and by whose hand: the words of the anytime ledger.
LIVE = "live"
CORRECTED_BY_PANEL = "corrected_by_panel"
REMOVED_BY_PANEL = "removed_by_panel"
WITHDRAWN_BY_PROGRAMME = "withdrawn_by_programme"
REVISED_BY_PROGRAMME = "revised_by_programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How the comparison was made and how well; `design` and `comparator` are codes."""

    design: str
    comparator: str | None = None
    units_intervention: int | None = None
    units_comparison: int | None = None
    randomisation_compromised: bool | None = None
    confounding_factor: bool | None = None
    adjusted_for_baseline: bool | None = None
    controls_adequate: bool | None = None
    comparison_similar: bool | None = None
    parallel_trends: bool | None = None
    assignment_valid: bool | None = None
    contamination: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """People (and clusters) assigned and analysed, by arm."""

    assigned_intervention: int | None = None
    assigned_comparison: int | None = None
    analysed_intervention: int | None = None
    analysed_comparison: int | None = None
    clusters_assigned_intervention: int | None = None
    clusters_assigned_comparison: int | None = None
    clusters_analysed_intervention: int | None = None
    clusters_analysed_comparison: int | None = None
    attrition_assumption: str | None = None
    joiners_risk: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One characteristic before the programme, on the analytic sample, by arm."""

    measure: str
    mean_intervention: float | None = None
    mean_comparison: float | None = None
    sd_intervention: float | None = None
    sd_comparison: float | None = None
    n_intervention: int | None = None
    n_comparison: int | None = None
    proportion_intervention: float | None = None
    proportion_comparison: float | None = None
    standardised_difference: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result as recorded: `kind` (two_by_two, means, rates, reported) says which `numbers`."""

    kind: str
    measure: str
    numbers: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a plan said of this outcome; `in_advance` is None where that cannot be told."""

    in_advance: bool | None = None
    measure: str | None = None
    switched: bool | None = None
    horizon_months: float | None = None
    smallest_worthwhile: float | None = None
    measure_scale: str = "SMD"
    standardiser: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One measured result with every fact of it that a standard uses.

    `recorded_at` (ISO, UTC) orders reports; `earlier` holds the values that an interested party has
    replaced and nobody independent has set aside, oldest first. `version` is the programme's.
    """

    event_id: str
    programme: str
    study: str
    site: str
    cohort: str
    domain: str
    measure: str
    direction_good: int
    conduct: Conduct
    result: Result
    flow: Flow = field(default_factory=Flow)
    baseline: tuple[Baseline, ...] = ()
    promise: Promise = field(default_factory=Promise)
    context: Mapping[str, str] = field(default_factory=dict)
    timing: str = "follow_up"
    primary: bool | None = None
    horizon_months: float | None = None
    months_since_start: float | None = None
    version: int = 1
    recorded_at: str = ""
    status: str = LIVE
    blind_to_direction: bool = False
    earlier: tuple["Contrast", ...] = ()
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A human answer; about one contrast (`about`, its event id) or about the whole outcome."""

    question: str
    answer: str
    event_id: str
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is graded: an outcome domain of a programme's version, or of an approach.

    `unreported` names programmes with a primary outcome planned, due and not reported.
    `approach_finding` is what the approach as a whole was found to do, where that is known.
    """

    kind: str
    id: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    version: int | None = None
    judgements: tuple[Judgement, ...] = ()
    unreported: frozenset[str] = frozenset()
    approach_finding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One derived fact, named elsewhere; `partial` says that missing parts could only raise it."""

    value: Value | None
    event_ids: tuple[str, ...] = ()
    partial: bool = False


Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The answer of one rule: what was seen, against what, by which events and which source.

    `margin` is how far the observation is on the right side of the threshold.
    """

    rule: str
    title: str
    answer: Answer
    observed: Value | None
    threshold: Value | None
    margin: float | None
    event_ids: tuple[str, ...]
    source: str
    verified: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The smallest set of changes that would reach a higher grade."""

    to: str
    changes: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The worst and the best grade that the unknown facts allow."""

    worst: str
    best: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What a standard says of one subject, and why. `level` is None where it is ungraded."""

    standard: str
    status: GradeStatus
    level: str | None
    title: str
    reasons: tuple[Reason, ...]
    bounds: Bounds | None
    lift: tuple[Lift, ...]
    missing: tuple[str, ...]

"""The facts of one measured result; everything else is derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import InvalidValue
from domain.estimated import Estimated, Scalar
from domain.values import (
    Source,
    check_count,
    check_finite,
    check_positive,
    check_proportion,
    check_text,
)


class Missing(StrEnum):
    """Why a fact is not there."""

    NOT_REPORTED = "not_reported"
    NOT_COLLECTED = "not_collected"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"


class Design(StrEnum):
    """How the comparison was made; codes follow the Evaluation Registry where it has one."""

    RCT = "rct"
    CLUSTER_RCT = "cluster_rct"
    REGRESSION_DISCONTINUITY = "regression_discontinuity"
    INSTRUMENTAL_VARIABLE = "instrumental_variable"
    DIFFERENCE_IN_DIFFERENCES = "difference_in_differences"
    CONTROLLED_ITS = "controlled_its"
    SYNTHETIC_CONTROL = "synthetic_control"
    MATCHED_COMPARISON = "matched_comparison"
    PANEL_FIXED_EFFECTS = "panel_fixed_effects"
    COHORT = "cohort"
    INTERRUPTED_TIME_SERIES = "interrupted_time_series"
    CROSS_SECTION = "cross_section"
    PRE_POST = "pre_post"
    MONITORING = "monitoring"


class Comparator(StrEnum):
    """What the comparison group received."""

    NO_SERVICE = "no_service"
    USUAL_CARE = "usual_care"
    WAITLIST = "waitlist"
    ACTIVE = "active"
    BEFORE_PERIOD = "before_period"
    NONE = "none"


class OutcomeKind(StrEnum):
    """The kind of quantity an outcome measure records."""

    CONTINUOUS = "continuous"
    BINARY = "binary"
    COUNT = "count"
    RATE = "rate"
    TIME_TO_EVENT = "time_to_event"


class OutcomeSource(StrEnum):
    """Where the outcome data came from."""

    ADMINISTRATIVE = "administrative"
    OBSERVED = "observed"
    STANDARDISED_TEST = "standardised_test"
    SELF_REPORT = "self_report"
    STAFF_REPORT = "staff_report"


class Timing(StrEnum):
    """A baseline may be measured before launch; a follow-up may not."""

    BASELINE = "baseline"
    FOLLOW_UP = "follow_up"


class AttritionAssumption(StrEnum):
    """Which WWC boundary applies; fixed in the protocol, never after the fact."""

    CAUTIOUS = "cautious"
    OPTIMISTIC = "optimistic"


@dataclass(frozen=True, slots=True)
class UnitOfEvidence:
    """One independent source of evidence; contrasts of one unit are never counted twice."""

    site: str
    cohort: str
    horizon_months: float | None = None

    def __post_init__(self) -> None:
        check_text("contrast.unit.site", self.site, longest=200)
        check_text("contrast.unit.cohort", self.cohort, longest=200)
        check_count("contrast.unit.horizon_months", self.horizon_months)


@dataclass(frozen=True, slots=True)
class OutcomeMeasure:
    """What was measured, which way is good, and whether it was the primary outcome."""

    domain: str
    measure: str
    direction_good: int
    kind: OutcomeKind
    source: OutcomeSource | None = None
    primary: bool | None = None
    same_in_both_groups: bool | None = None
    surrogate: bool | None = None

    def __post_init__(self) -> None:
        check_text("contrast.outcome.domain", self.domain, longest=100)
        check_text("contrast.outcome.measure", self.measure, longest=300)
        if self.direction_good not in (1, -1):
            raise InvalidValue(
                "contrast.outcome.direction_good",
                f"is {self.direction_good}",
                accepted="1 when more is better, -1 when less is better",
            )


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """How the comparison was made and how well; None is unknown, never met."""

    type: Design
    comparator: Comparator | None = None
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

    def __post_init__(self) -> None:
        check_count("contrast.design.units_intervention", self.units_intervention)
        check_count("contrast.design.units_comparison", self.units_comparison)


@dataclass(frozen=True, slots=True)
class SampleFlow:
    """People (and clusters) assigned and analysed, by arm."""

    assigned_intervention: int | None = None
    assigned_comparison: int | None = None
    analysed_intervention: int | None = None
    analysed_comparison: int | None = None
    clusters_assigned_intervention: int | None = None
    clusters_assigned_comparison: int | None = None
    clusters_analysed_intervention: int | None = None
    clusters_analysed_comparison: int | None = None
    attrition_assumption: AttritionAssumption | None = None
    joiners_risk: bool | None = None

    def __post_init__(self) -> None:
        for prefix in ("", "clusters_"):
            for arm in ("intervention", "comparison"):
                self._check_arm(f"{prefix}assigned_{arm}", f"{prefix}analysed_{arm}")

    def _check_arm(self, assigned: str, analysed: str) -> None:
        before, after = getattr(self, assigned), getattr(self, analysed)
        check_count(f"contrast.sample.{assigned}", before)
        check_count(f"contrast.sample.{analysed}", after)
        if before is not None and after is not None and after > before:
            raise InvalidValue(
                f"contrast.sample.{analysed}",
                f"is {after}, more than contrast.sample.{assigned} ({before})",
                accepted=f"a number from 0 to {before}",
            )


@dataclass(frozen=True, slots=True)
class BaselineMeasure:
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

    def __post_init__(self) -> None:
        check_text("contrast.baseline.measure", self.measure, longest=300)
        check_positive("contrast.baseline.sd_intervention", self.sd_intervention)
        check_positive("contrast.baseline.sd_comparison", self.sd_comparison)
        for name in ("mean_intervention", "mean_comparison", "standardised_difference"):
            check_finite(f"contrast.baseline.{name}", getattr(self, name))
        for name in ("n_intervention", "n_comparison"):
            check_count(f"contrast.baseline.{name}", getattr(self, name), least=1)
        for name in ("proportion_intervention", "proportion_comparison"):
            check_proportion(f"contrast.baseline.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Events (ai, ci) and non-events (bi, di) in the intervention and comparison groups."""

    measure: str
    ai: int
    bi: int
    ci: int
    di: int
    kind: str = "two_by_two"

    def __post_init__(self) -> None:
        _check_measure(self.measure, ("OR", "RR", "RD"))
        for name in ("ai", "bi", "ci", "di"):
            check_count(f"contrast.result.{name}", getattr(self, name))
        for arm in (("ai", "bi"), ("ci", "di")):
            if sum(getattr(self, name) for name in arm) == 0:
                raise InvalidValue(
                    f"contrast.result.{arm[0]}",
                    f"and contrast.result.{arm[1]} are both 0",
                    accepted="at least one person in each group",
                )


@dataclass(frozen=True, slots=True)
class Means:
    """Mean, standard deviation and size of each group (1 intervention, 2 comparison)."""

    measure: str
    m1i: float
    sd1i: float
    n1i: int
    m2i: float
    sd2i: float
    n2i: int
    kind: str = "means"

    def __post_init__(self) -> None:
        _check_measure(self.measure, ("SMD", "MD"))
        for name in ("m1i", "m2i"):
            check_finite(f"contrast.result.{name}", getattr(self, name))
        for name in ("sd1i", "sd2i"):
            check_positive(f"contrast.result.{name}", getattr(self, name))
        for name in ("n1i", "n2i"):
            check_count(f"contrast.result.{name}", getattr(self, name), least=2)


@dataclass(frozen=True, slots=True)
class Rates:
    """Events (x) over person-time (t) in each group (1 intervention, 2 comparison)."""

    measure: str
    x1i: float
    t1i: float
    x2i: float
    t2i: float
    kind: str = "rates"

    def __post_init__(self) -> None:
        _check_measure(self.measure, ("IRR",))
        for name in ("x1i", "x2i"):
            check_count(f"contrast.result.{name}", getattr(self, name))
        for name in ("t1i", "t2i"):
            check_positive(f"contrast.result.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Reported:
    """An estimate as published: ratios on their natural scale, with whatever precision was given.

    All of ci, se and p may be missing: the estimate is then shown but cannot be pooled.
    """

    measure: str
    estimate: float
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float = 0.95
    se: float | None = None
    p_value: float | None = None
    standardiser: float | None = None
    baseline_risk: float | None = None
    kind: str = "reported"

    def __post_init__(self) -> None:
        _check_measure(self.measure, REPORTED_MEASURES)
        for name in ("estimate", "ci_low", "ci_high"):
            value = getattr(self, name)
            check = check_positive if self.measure in RATIO_MEASURES else check_finite
            check(f"contrast.result.{name}", value)
        self._check_level()
        self._check_interval()
        check_positive("contrast.result.se", self.se)
        check_positive("contrast.result.standardiser", self.standardiser)
        for name in ("p_value", "baseline_risk"):
            check_proportion(f"contrast.result.{name}", getattr(self, name))

    def _check_interval(self) -> None:
        if (self.ci_low is None) != (self.ci_high is None):
            missing = "ci_low" if self.ci_low is None else "ci_high"
            raise InvalidValue(
                f"contrast.result.{missing}", "is missing", accepted="both ends, or neither"
            )
        if self.ci_low is None or self.ci_high is None:
            return
        if not self.ci_low <= self.estimate <= self.ci_high or self.ci_low == self.ci_high:
            raise InvalidValue(
                "contrast.result.ci_low",
                f"({self.ci_low}) and ci_high ({self.ci_high}) do not hold the estimate",
                accepted="ci_low <= estimate <= ci_high, and ci_low < ci_high",
            )

    def _check_level(self) -> None:
        if not 0.5 <= self.ci_level < 1:
            raise InvalidValue(
                "contrast.result.ci_level", f"is {self.ci_level}", accepted="0.5 up to below 1"
            )


RATIO_MEASURES = ("OR", "RR", "IRR", "HR")
REPORTED_MEASURES = ("SMD", "MD", "RD", *RATIO_MEASURES)

Result = TwoByTwo | Means | Rates | Reported | Estimated


def _check_measure(measure: str, accepted: tuple[str, ...]) -> None:
    if measure not in accepted:
        raise InvalidValue(
            "contrast.result.measure", f"is {measure}", accepted="one of " + ", ".join(accepted)
        )


@dataclass(frozen=True, slots=True)
class Contrast:
    """One measured result: every fact of it that any standard uses, each of which may be missing.

    `context` names a subgroup (for example {"setting": "nursing"}); empty is the whole sample.
    `missing` gives, by dotted path, why a fact is not there.
    """

    study: str
    unit: UnitOfEvidence
    outcome: OutcomeMeasure
    design: StudyDesign
    result: Result
    timing: Timing = Timing.FOLLOW_UP
    months_since_start: float | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    sample: SampleFlow = field(default_factory=SampleFlow)
    baseline: tuple[BaselineMeasure, ...] = ()
    missing: Mapping[str, Missing] = field(default_factory=dict)
    source: Source | None = None

    def __post_init__(self) -> None:
        check_text("contrast.study", self.study, longest=300)
        check_count("contrast.months_since_start", self.months_since_start)
        if isinstance(self.result, Estimated):
            self._check_told_as_shown(self.result.facts)

    def _check_told_as_shown(self, facts: Mapping[str, Scalar]) -> None:
        """What the data showed is no longer the teller's to choose."""
        for path, shown in facts.items():
            told = _at(self, path)
            if told != shown or isinstance(told, bool) != isinstance(shown, bool):
                raise InvalidValue(
                    f"contrast.{path}",
                    f"is {told}, and the data showed {shown}",
                    accepted=f"{shown}, as it was estimated; or a result of another kind",
                )


def _at(value: object, path: str) -> object:
    """What stands at a dotted path; None where it leads nowhere."""
    for name in path.split("."):
        if isinstance(value, tuple):
            here = name.isdecimal() and int(name) < len(value)
            value = value[int(name)] if here else None
        else:
            value = getattr(value, name, None)
    return value.value if isinstance(value, StrEnum) else value

"""What was measured on whom, how they came to be compared, and how many are left of them."""

from dataclasses import dataclass

from domain.contrast.codes import (
    AssignmentMechanism,
    AttritionAssumption,
    Comparator,
    Design,
    OutcomeKind,
    OutcomeSource,
    StudyUnit,
)
from domain.errors import InvalidValue
from domain.values import (
    check_count,
    check_each,
    check_finite,
    check_positive,
    check_proportion,
    check_text,
)


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
    """What was measured and how, which way is good, and whether it was the primary outcome.

    Reliabilities (`internal_consistency`, `test_retest`, `inter_rater`) are 0 to 1.
    """

    domain: str
    measure: str
    direction_good: int
    kind: OutcomeKind
    source: OutcomeSource | None = None
    primary: bool | None = None
    same_in_both_groups: bool | None = None
    surrogate: bool | None = None
    validated: bool | None = None
    over_aligned: bool | None = None
    assessor_blind: bool | None = None
    internal_consistency: float | None = None
    test_retest: float | None = None
    inter_rater: float | None = None

    def __post_init__(self) -> None:
        check_text("contrast.outcome.domain", self.domain, longest=100)
        check_text("contrast.outcome.measure", self.measure, longest=300)
        if self.direction_good not in (1, -1):
            raise InvalidValue(
                "contrast.outcome.direction_good",
                f"is {self.direction_good}",
                accepted="1 when more is better, -1 when less is better",
            )
        reliabilities = ("internal_consistency", "test_retest", "inter_rater")
        check_each("contrast.outcome", self, check_proportion, reliabilities)


@dataclass(frozen=True, slots=True)
class StudyDesign:
    """How the comparison was made and how well; None is unknown, never met.

    `instrument_f` is the F statistic of the first stage of an instrument or a fuzzy cut-off.
    """

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
    assignment_mechanism: AssignmentMechanism | None = None
    assignment_unit: StudyUnit | None = None
    analysis_unit: StudyUnit | None = None
    usual_care_setting: bool | None = None
    placebo_passed: bool | None = None
    instrument_f: float | None = None

    def __post_init__(self) -> None:
        counted = ("units_intervention", "units_comparison", "instrument_f")
        check_each("contrast.design", self, check_count, counted)


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """What makes an assignment by a cut-off credible.

    `values_each_side`: the fewest different values of the forcing variable on either side;
    `density_p`: of the test that nobody moved across the cut-off.
    """

    strict: bool | None = None
    fuzzy: bool | None = None
    values_each_side: int | None = None
    density_p: float | None = None
    continuity_shown: bool | None = None
    functional_form_shown: bool | None = None
    bandwidth_justified: bool | None = None

    def __post_init__(self) -> None:
        check_count("contrast.discontinuity.values_each_side", self.values_each_side)
        check_proportion("contrast.discontinuity.density_p", self.density_p)


@dataclass(frozen=True, slots=True)
class SampleFlow:
    """People (and clusters) assigned and analysed, by arm; the sites, and the kinds of them."""

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
    sites: int | None = None
    setting_types: int | None = None

    def __post_init__(self) -> None:
        for prefix in ("", "clusters_"):
            for arm in ("intervention", "comparison"):
                self._check_arm(f"{prefix}assigned_{arm}", f"{prefix}analysed_{arm}")
        for name in ("sites", "setting_types"):
            check_count(f"contrast.sample.{name}", getattr(self, name), least=1)

    def _check_arm(self, assigned: str, analysed: str) -> None:
        check_each("contrast.sample", self, check_count, (assigned, analysed))
        before, after = getattr(self, assigned), getattr(self, analysed)
        if before is not None and after is not None and after > before:
            raise InvalidValue(
                f"contrast.sample.{analysed}",
                f"is {after}, more than contrast.sample.{assigned} ({before})",
                accepted=f"a number from 0 to {before}",
            )


@dataclass(frozen=True, slots=True)
class BaselineMeasure:
    """One characteristic before the programme, on the analytic sample, by arm.

    `required`: whether a protocol asks that the groups be alike in it; `pre_post_correlation`: of
    the characteristic with the outcome.
    """

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
    required: bool | None = None
    same_as_outcome: bool | None = None
    pre_post_correlation: float | None = None

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
        self._check_correlation()

    def _check_correlation(self) -> None:
        told = self.pre_post_correlation
        if told is not None and not -1 <= told <= 1:
            raise InvalidValue(
                "contrast.baseline.pre_post_correlation",
                f"is {told}",
                accepted="a correlation from -1 to 1",
            )

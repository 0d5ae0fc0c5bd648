"""What goes into a grade: measured contrasts, what was promised of them, and judgements.

Plain frozen data, grouped as a form asks for it. None is unknown everywhere, and unknown is never
counted as met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# What became of a measured contrast and by whose hand: the words of the anytime ledger.
LIVE = "live"
CORRECTED_BY_PANEL = "corrected_by_panel"
REMOVED_BY_PANEL = "removed_by_panel"
WITHDRAWN_BY_PROGRAMME = "withdrawn_by_programme"
REVISED_BY_PROGRAMME = "revised_by_programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How the comparison was made and how well; `design`, `comparator` and units are codes.

    `instrument_f` is the F statistic of the first stage of an instrument or a fuzzy cut-off.
    """

    design: str
    comparator: str | None = None
    assignment_mechanism: str | None = None
    assignment_unit: str | None = None
    analysis_unit: str | None = None
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
    usual_care_setting: bool | None = None
    placebo_passed: bool | None = None
    instrument_f: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
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
    sites: int | None = None
    setting_types: int | None = None


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
    required: bool | None = None
    same_as_outcome: bool | None = None
    pre_post_correlation: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """How the outcome was measured; `kind` and `source` are codes, reliabilities 0 to 1."""

    kind: str | None = None
    source: str | None = None
    same_in_both_groups: bool | None = None
    surrogate: bool | None = None
    validated: bool | None = None
    over_aligned: bool | None = None
    assessor_blind: bool | None = None
    internal_consistency: float | None = None
    test_retest: float | None = None
    inter_rater: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """How the effect was computed.

    `mdes` is the smallest effect the design could detect when units were assigned (standard
    deviations); `icc` the intra-cluster correlation and `r_squared` the share of variance that
    covariates explain, both 0 to 1; `share_imbalanced` the proportion of baseline tests that
    found a difference.
    """

    population: str | None = None
    missing_data_method: str | None = None
    icc: float | None = None
    cluster_adjusted: bool | None = None
    comparisons_in_family: int | None = None
    mdes: float | None = None
    r_squared: float | None = None
    power_calculation: bool | None = None
    share_imbalanced: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directness:
    """How close the study is to the programme in question: same, similar or different."""

    population: str | None = None
    intervention: str | None = None
    comparator: str | None = None
    outcome: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """Who evaluated, and where the result was published."""

    evaluator: str | None = None
    conflict_of_interest: bool | None = None
    publication_status: str | None = None
    peer_reviewed: bool | None = None
    published_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """What was delivered and how it is meant to work; fidelity, reach, adherence 0 to 1."""

    theory_of_change: bool | None = None
    manual: bool | None = None
    training: bool | None = None
    described: bool | None = None
    fidelity: float | None = None
    reach: float | None = None
    adherence: float | None = None
    mechanism_evidence: str | None = None
    moderators_tested: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Unit cost and present values in pounds of `price_year`."""

    unit_cost: float | None = None
    price_year: int | None = None
    pv_costs: float | None = None
    pv_benefits: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """An unwanted effect that was looked for and found."""

    severity: str
    attributed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result as recorded: `kind` (two_by_two, means, rates, reported) says which `numbers`."""

    kind: str
    measure: str
    numbers: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a plan said of this outcome; `in_advance` is None where that cannot be told.

    `primary` is whether the plan named it as a primary outcome.
    """

    in_advance: bool | None = None
    measure: str | None = None
    primary: bool | None = None
    switched: bool | None = None
    horizon_months: float | None = None
    smallest_worthwhile: float | None = None
    measure_scale: str = "SMD"
    standardiser: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An outcome that a plan named and of which nothing was told; `due_on` is an ISO day."""

    programme: str
    measure: str
    primary: bool | None = None
    horizon_months: float | None = None
    due_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One measured result with every fact of it that a standard uses.

    `recorded_at` (ISO, UTC) orders reports; `earlier` holds the values that an interested party has
    replaced and nobody independent has set aside, oldest first. `version` is the programme's.
    `harms` is empty when none was found, and None when nobody told whether any was looked for.
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
    discontinuity: Discontinuity = field(default_factory=Discontinuity)
    measurement: Measurement = field(default_factory=Measurement)
    analysis: Analysis = field(default_factory=Analysis)
    directness: Directness = field(default_factory=Directness)
    reporting: Reporting = field(default_factory=Reporting)
    implementation: Implementation = field(default_factory=Implementation)
    money: Money = field(default_factory=Money)
    harms: tuple[Harm, ...] | None = None
    promise: Promise = field(default_factory=Promise)
    context: Mapping[str, str] = field(default_factory=dict)
    timing: str = "follow_up"
    primary: bool | None = None
    horizon_months: float | None = None
    months_since_start: float | None = None
    months_since_end: float | None = None
    version: int = 1
    recorded_at: str = ""
    status: str = LIVE
    blind_to_direction: bool = False
    earlier: tuple["Contrast", ...] = ()
    event_ids: tuple[str, ...] = ()

    @property
    def told_by(self) -> tuple[str, ...]:
        """The events that it rests on; its own where no others are named."""
        return self.event_ids or (self.event_id,)

    @property
    def sample(self) -> tuple[str, str, str]:
        """Who was studied: two contrasts of one programme's cohort at one site are of one sample.

        Two programmes that happen to name a site and a cohort alike studied different people.
        """
        site, cohort = (" ".join(text.casefold().split()) for text in (self.site, self.cohort))
        return self.programme, site, cohort


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

    `unreported` names programmes with a primary outcome planned, due and not reported; `awaited`
    are the outcomes of this domain that were planned and not reported, due or not.
    `approach_finding` is what the approach as a whole was found to do, where that is known.
    """

    kind: str
    id: str
    outcome: str
    contrasts: tuple[Contrast, ...]
    version: int | None = None
    judgements: tuple[Judgement, ...] = ()
    unreported: frozenset[str] = frozenset()
    awaited: tuple[Awaited, ...] = ()
    approach_finding: str | None = None

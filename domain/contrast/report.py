"""How the result was computed, reported and delivered; what it cost and what harm it did."""

from dataclasses import dataclass

from domain.contrast.codes import (
    AnalysisPopulation,
    Evaluator,
    Likeness,
    MechanismEvidence,
    MissingDataMethod,
    PublicationStatus,
    Severity,
)
from domain.values import (
    check_count,
    check_each,
    check_finite,
    check_positive,
    check_proportion,
    check_year,
)


@dataclass(frozen=True, slots=True)
class Analysis:
    """How the effect was computed.

    `mdes` is the smallest effect the design could detect when units were assigned (standard
    deviations); `icc` the intra-cluster correlation and `r_squared` the share of variance that
    covariates explain, both 0 to 1; `share_imbalanced` the proportion of baseline tests that
    found a difference; `comparisons_in_family` how many results were tested together.
    """

    population: AnalysisPopulation | None = None
    missing_data_method: MissingDataMethod | None = None
    icc: float | None = None
    cluster_adjusted: bool | None = None
    comparisons_in_family: int | None = None
    mdes: float | None = None
    r_squared: float | None = None
    power_calculation: bool | None = None
    share_imbalanced: float | None = None

    def __post_init__(self) -> None:
        shares = ("icc", "r_squared", "share_imbalanced")
        check_each("contrast.analysis", self, check_proportion, shares)
        check_count("contrast.analysis.comparisons_in_family", self.comparisons_in_family, least=1)
        check_positive("contrast.analysis.mdes", self.mdes)


@dataclass(frozen=True, slots=True)
class Directness:
    """How close the study is to the programme in question."""

    population: Likeness | None = None
    intervention: Likeness | None = None
    comparator: Likeness | None = None
    outcome: Likeness | None = None
    time: Likeness | None = None


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who evaluated, and where the result was published."""

    evaluator: Evaluator | None = None
    conflict_of_interest: bool | None = None
    publication_status: PublicationStatus | None = None
    peer_reviewed: bool | None = None
    published_year: int | None = None

    def __post_init__(self) -> None:
        check_year("contrast.reporting.published_year", self.published_year)


@dataclass(frozen=True, slots=True)
class Implementation:
    """What was delivered and how it is meant to work; fidelity, reach, adherence 0 to 1."""

    theory_of_change: bool | None = None
    manual: bool | None = None
    training: bool | None = None
    described: bool | None = None
    fidelity: float | None = None
    reach: float | None = None
    adherence: float | None = None
    mechanism_evidence: MechanismEvidence | None = None
    moderators_tested: bool | None = None

    def __post_init__(self) -> None:
        shares = ("fidelity", "reach", "adherence")
        check_each("contrast.implementation", self, check_proportion, shares)


@dataclass(frozen=True, slots=True)
class Money:
    """Unit cost and present values in pounds of `price_year`; benefits may be below nought."""

    unit_cost: float | None = None
    price_year: int | None = None
    pv_costs: float | None = None
    pv_benefits: float | None = None

    def __post_init__(self) -> None:
        check_each("contrast.money", self, check_count, ("unit_cost", "pv_costs"))
        check_finite("contrast.money.pv_benefits", self.pv_benefits)
        check_year("contrast.money.price_year", self.price_year)


@dataclass(frozen=True, slots=True)
class Harm:
    """An unwanted effect that was looked for and found."""

    severity: Severity
    attributed: bool | None = None

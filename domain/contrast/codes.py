"""The words that a fact of a contrast may be told in."""

from enum import StrEnum


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


class AssignmentMechanism(StrEnum):
    """What decided who got the programme."""

    RANDOM = "random"
    FORCING_VARIABLE = "forcing_variable"
    INSTRUMENT = "instrument"
    TIMING = "timing"
    SELF_SELECTED = "self_selected"
    STAFF_SELECTED = "staff_selected"


class StudyUnit(StrEnum):
    """What was assigned, or what one row of the analysis is about."""

    INDIVIDUAL = "individual"
    HOUSEHOLD = "household"
    PRACTICE = "practice"
    SITE = "site"
    AREA = "area"
    TIME_SERIES = "time_series"


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


class AnalysisPopulation(StrEnum):
    """Who was analysed, of those assigned."""

    ITT = "itt"
    MITT = "mitt"
    PER_PROTOCOL = "per_protocol"
    AS_TREATED = "as_treated"
    CACE = "cace"


class MissingDataMethod(StrEnum):
    """What was done about those whose outcome is not known."""

    COMPLETE_CASE = "complete_case"
    MULTIPLE_IMPUTATION = "multiple_imputation"
    INVERSE_PROBABILITY = "inverse_probability"
    FULL_INFORMATION = "full_information"
    LAST_OBSERVATION = "last_observation"


class Likeness(StrEnum):
    """How like the programme in question a part of the study is."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERENT = "different"


class Evaluator(StrEnum):
    """Who evaluated, seen from whoever developed what is tried."""

    INDEPENDENT = "independent"
    DEVELOPER_INVOLVED = "developer_involved"
    DEVELOPER = "developer"


class PublicationStatus(StrEnum):
    """How far the report is; codes of the Evaluation Registry."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    COMPLETE = "complete"


class MechanismEvidence(StrEnum):
    """Whether anybody asked how it works."""

    NONE = "none"
    THEORY = "theory"
    TESTED = "tested"


class Severity(StrEnum):
    """How bad an unwanted effect is."""

    MINOR = "minor"
    SERIOUS = "serious"

"""The shape of the words by which a fact is asked, and the words of what can be answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.contrast import (
    AnalysisPopulation,
    AssignmentMechanism,
    AttritionAssumption,
    Comparator,
    Design,
    Evaluator,
    Likeness,
    MechanismEvidence,
    Missing,
    MissingDataMethod,
    OutcomeSource,
    PublicationStatus,
    Severity,
    StudyUnit,
)

PERCENT, POUNDS = "%", "£"
YES_NO = MappingProxyType({"yes": "Yes", "no": "No"})

# Designs of which alone some facts can be told; others are not asked for them.
CUT_OFF = frozenset({Design.REGRESSION_DISCONTINUITY})
STAGED = CUT_OFF | {Design.INSTRUMENTAL_VARIABLE}
TRIALS = frozenset({Design.RCT, Design.CLUSTER_RCT})
CLUSTERED = frozenset({Design.CLUSTER_RCT})
NOT_OF_SINGLE_PEOPLE = frozenset(Design) - {Design.RCT}


@dataclass(frozen=True, slots=True)
class Words:
    """How a fact is asked: the question, what is meant, the unit of a number, who can have it."""

    label: str
    hint: str = ""
    unit: str = ""
    designs: frozenset[Design] = frozenset(Design)


REASONS: Mapping[Missing, str] = MappingProxyType(
    {
        Missing.NOT_REPORTED: "The report does not say",
        Missing.NOT_COLLECTED: "Nobody recorded it",
        Missing.NOT_APPLICABLE: "It does not apply here",
        Missing.PENDING: "It is still to come",
    }
)
CHOICES: Mapping[type[StrEnum], Mapping[str, str]] = MappingProxyType(
    {
        Comparator: {
            Comparator.NO_SERVICE: "No service",
            Comparator.USUAL_CARE: "Usual care",
            Comparator.WAITLIST: "A place on a waiting list",
            Comparator.ACTIVE: "Another programme",
            Comparator.BEFORE_PERIOD: "Nobody else: the time before",
            Comparator.NONE: "Nobody is compared with",
        },
        AssignmentMechanism: {
            AssignmentMechanism.RANDOM: "A lot was drawn",
            AssignmentMechanism.FORCING_VARIABLE: "A score above or below a cut-off",
            AssignmentMechanism.INSTRUMENT: "Something with no other bearing on the outcome",
            AssignmentMechanism.TIMING: "When it started, for everybody there",
            AssignmentMechanism.SELF_SELECTED: "People chose it themselves",
            AssignmentMechanism.STAFF_SELECTED: "Staff chose who got it",
        },
        StudyUnit: {
            StudyUnit.INDIVIDUAL: "Single people",
            StudyUnit.HOUSEHOLD: "Households",
            StudyUnit.PRACTICE: "Practices or teams",
            StudyUnit.SITE: "Sites, such as schools or homes",
            StudyUnit.AREA: "Areas",
            StudyUnit.TIME_SERIES: "Points in time, such as months",
        },
        AttritionAssumption: {
            AttritionAssumption.CAUTIOUS: "Cautious: those lost may differ between the groups",
            AttritionAssumption.OPTIMISTIC: "Optimistic: whoever was lost was lost by chance",
        },
        OutcomeSource: {
            OutcomeSource.ADMINISTRATIVE: "Records kept anyway, such as hospital or school records",
            OutcomeSource.OBSERVED: "Somebody watched and noted it",
            OutcomeSource.STANDARDISED_TEST: "A published test",
            OutcomeSource.SELF_REPORT: "People said it of themselves",
            OutcomeSource.STAFF_REPORT: "Staff said it of the people",
        },
        AnalysisPopulation: {
            AnalysisPopulation.ITT: "Everybody as assigned, whatever they then did",
            AnalysisPopulation.MITT: "As assigned, leaving some out",
            AnalysisPopulation.PER_PROTOCOL: "Only those who did as assigned",
            AnalysisPopulation.AS_TREATED: "By what people in fact got",
            AnalysisPopulation.CACE: "The effect on those who take up what they are offered",
        },
        MissingDataMethod: {
            MissingDataMethod.COMPLETE_CASE: "They were left out",
            MissingDataMethod.MULTIPLE_IMPUTATION: "Filled in many times over, from what is known",
            MissingDataMethod.INVERSE_PROBABILITY: "Those like them were given more weight",
            MissingDataMethod.FULL_INFORMATION: "A model used all that was known of everybody",
            MissingDataMethod.LAST_OBSERVATION: "The last figure known was carried forward",
        },
        Likeness: {
            Likeness.SAME: "The same",
            Likeness.SIMILAR: "Similar",
            Likeness.DIFFERENT: "Different",
        },
        Evaluator: {
            Evaluator.INDEPENDENT: "Somebody independent of it",
            Evaluator.DEVELOPER_INVOLVED: "Others, with whoever developed it",
            Evaluator.DEVELOPER: "Whoever developed it",
        },
        PublicationStatus: {
            PublicationStatus.PLANNED: "Planned",
            PublicationStatus.ONGOING: "Under way",
            PublicationStatus.COMPLETE: "Complete",
        },
        MechanismEvidence: {
            MechanismEvidence.NONE: "No",
            MechanismEvidence.THEORY: "It is explained, and not tested",
            MechanismEvidence.TESTED: "It was tested",
        },
        Severity: {
            Severity.MINOR: "Minor",
            Severity.SERIOUS: "Serious",
        },
    }
)

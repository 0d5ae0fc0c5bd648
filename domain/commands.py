"""What can be told to the record: one frozen command an event, kept by the event as its facts."""

import re
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.contrast import Contrast
from domain.errors import InvalidValue
from domain.plan import CaseStudyCard, Cost, EvaluationPlan, Judgement
from domain.values import ASSURANCE, DecidedBy, Function, PivotKind, Source, check_text


@dataclass(frozen=True, slots=True)
class RegisterProgramme:
    """A place says what it will try."""

    type: ClassVar[str] = "registered"
    name: str
    approach_id: UUID
    area: str
    sectors: tuple[str, ...]
    summary: str
    card: CaseStudyCard
    sources: tuple[Source, ...] = ()
    label: str | None = None

    def __post_init__(self) -> None:
        check_text("name", self.name, longest=200)
        check_text("area", self.area, longest=200)
        check_text("summary", self.summary)
        if not self.sectors:
            raise InvalidValue("sectors", "is empty", accepted="one or more sectors")


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """The evaluation plan, said in advance."""

    type: ClassVar[str] = "plan_registered"
    plan: EvaluationPlan


@dataclass(frozen=True, slots=True)
class AmendPlan:
    """The plan as it now stands, and why it changed; the earlier one stays readable."""

    type: ClassVar[str] = "plan_amended"
    plan: EvaluationPlan
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class Launch:
    """The programme started."""

    type: ClassVar[str] = "launched"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReachMilestone:
    """Something planned was done."""

    type: ClassVar[str] = "milestone_reached"
    milestone: str
    note: str | None = None

    def __post_init__(self) -> None:
        check_text("milestone", self.milestone, longest=300)


@dataclass(frozen=True, slots=True)
class Stall:
    """Delivery stopped or fell behind; it never lowers a grade."""

    type: ClassVar[str] = "stalled"
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class Resume:
    """Delivery took up again."""

    type: ClassVar[str] = "resumed"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Pivot:
    """What is done changed; a core pivot starts a new version."""

    type: ClassVar[str] = "pivoted"
    kind: PivotKind
    change: str
    reason: str

    def __post_init__(self) -> None:
        check_text("change", self.change)
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """One contrast, as measured."""

    type: ClassVar[str] = "outcome_measured"
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class CorrectOutcome:
    """A measured outcome was wrong: the new facts, who decided and why."""

    type: ClassVar[str] = "outcome_corrected"
    event_id: UUID
    contrast: Contrast
    decided_by: DecidedBy
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class WithdrawOutcome:
    """A measured outcome no longer stands: who decided and why.

    `blind_to_direction` is true only when the reason does not depend on the sign of the result.
    """

    type: ClassVar[str] = "outcome_withdrawn"
    event_id: UUID
    decided_by: DecidedBy
    reason: str
    blind_to_direction: bool = False

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class ReportCost:
    """What was spent."""

    type: ClassVar[str] = "cost_reported"
    cost: Cost
    note: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class RecordJudgement:
    """A human answer that a standard needs, with its reason."""

    type: ClassVar[str] = "judgement_recorded"
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Close:
    """Delivery ended; follow-up results may still arrive."""

    type: ClassVar[str] = "closed"
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


ProgrammeCommand = (
    RegisterPlan
    | AmendPlan
    | Launch
    | ReachMilestone
    | Stall
    | Resume
    | Pivot
    | MeasureOutcome
    | CorrectOutcome
    | WithdrawOutcome
    | ReportCost
    | RecordJudgement
    | Close
)


@dataclass(frozen=True, slots=True)
class RegisterApproach:
    """What is tried, why it should work, and what cannot be left out of it."""

    type: ClassVar[str] = "registered"
    name: str
    theory_of_change: str
    sectors: tuple[str, ...]
    core_components: tuple[str, ...]
    summary: str

    def __post_init__(self) -> None:
        check_text("name", self.name, longest=200)
        check_text("theory_of_change", self.theory_of_change)
        check_text("summary", self.summary)
        if not self.sectors:
            raise InvalidValue("sectors", "is empty", accepted="one or more sectors")


# A reference to where the name is kept; people's names never enter an event (design section 3).
NAME_REF = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class EnrolMember:
    """Somebody of an organisation may serve these functions here."""

    type: ClassVar[str] = "enrolled"
    organisation: str
    functions: tuple[Function, ...]
    name_ref: str | None = None

    def __post_init__(self) -> None:
        check_text("organisation", self.organisation, longest=200)
        if self.name_ref is not None and not NAME_REF.fullmatch(self.name_ref):
            raise InvalidValue(
                "name_ref", "is not a reference", accepted="letters, digits, dots, dashes; up to 64"
            )
        if not self.functions:
            raise InvalidValue("functions", "is empty", accepted="one or more functions")
        if Function.PEER in self.functions and ASSURANCE.intersection(self.functions):
            raise InvalidValue(
                "functions",
                "holds peer together with a function of assurance",
                accepted="peer without funder, auditor or policy",
            )

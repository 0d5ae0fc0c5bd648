"""Valid commands and stamps to start from; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from domain.commands import (
    AmendPlan,
    Close,
    CorrectOutcome,
    EnrolMember,
    Launch,
    MeasureOutcome,
    Pivot,
    ReachMilestone,
    RecordJudgement,
    RegisterApproach,
    RegisterPlan,
    RegisterProgramme,
    ReportCost,
    Resume,
    Stall,
    WithdrawOutcome,
)
from domain.contrast import (
    Contrast,
    Design,
    OutcomeKind,
    OutcomeMeasure,
    Reported,
    StudyDesign,
    Timing,
    UnitOfEvidence,
)
from domain.estimated import Estimated, EstimationCheck, RawData, StandardisedEffect
from domain.plan import CaseStudyCard, Cost, EvaluationPlan, Judgement, PlannedOutcome
from domain.values import Actor, DecidedBy, Envelope, Function, PivotKind

LEAD = Actor("m-lead", Function.DELIVERY, "Northby Council")
STRANGER = Actor("m-other", Function.DELIVERY, "Southby Council")
AUDITOR = Actor("m-audit", Function.AUDITOR, "Audit Office")
FUNDER = Actor("m-funder", Function.FUNDER, "The Fund")
STEWARD = Actor("m-steward", Function.STEWARD, "Host")
PEER = Actor("quiet-heron", Function.PEER, "Northby Council")
OTHER_PEER = Actor("loud-wren", Function.PEER, "Southby Council")

APPROACH_ID = UUID(int=7)
PROGRAMME_ID = UUID(int=1)
NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
BY_PROGRAMME, BY_PANEL = DecidedBy.PROGRAMME, DecidedBy.INDEPENDENT_PANEL


def ids():
    """Ids that are new each time and the same each run."""
    numbers = count(1000)
    return lambda: UUID(int=next(numbers))


def stamp(*, event_id, happened_on, recorded_at=None, actor=LEAD):
    noon = datetime(happened_on.year, happened_on.month, happened_on.day, 12, tzinfo=UTC)
    return Envelope(
        event_id=event_id,
        recorded_at=recorded_at or noon,
        happened_on=happened_on,
        actor=actor.id,
        function=actor.function,
        organisation=actor.organisation,
        correlation_id=event_id,
    )


def day(number):
    """The day of that number after the first of January 2020."""
    return date(2020, 1, 1) + timedelta(days=number)


def register(**changes):
    command = RegisterProgramme(
        name="Home from hospital",
        approach_id=APPROACH_ID,
        area="Northby",
        sectors=("health", "social care"),
        summary="Visits in the first week at home.",
        card=CaseStudyCard(location="Northby", mission="Fewer returns", methods="Home visits"),
    )
    return replace(command, **changes)


def planned(measure="emergency admissions per 1,000", **changes):
    outcome = PlannedOutcome(
        domain="emergency admissions", measure=measure, primary=True, horizon_months=12.0
    )
    return replace(outcome, **changes)


def plan(*outcomes, registration=None):
    return EvaluationPlan(
        design=Design.RCT,
        comparison="usual care",
        units=("Northby",),
        outcomes=outcomes or (planned(),),
        registration=registration,
    )


def contrast(
    estimate=0.3,
    *,
    site="Northby",
    domain="emergency admissions",
    measure="emergency admissions per 1,000",
    primary=None,
    timing=Timing.FOLLOW_UP,
    design=Design.RCT,
    **facts,
):
    return Contrast(
        study="Northby evaluation",
        unit=UnitOfEvidence(site=site, cohort="2020", horizon_months=12.0),
        outcome=OutcomeMeasure(
            domain=domain,
            measure=measure,
            direction_good=-1,
            kind=OutcomeKind.RATE,
            primary=primary,
        ),
        design=design if isinstance(design, StudyDesign) else StudyDesign(type=design),
        result=facts.pop("result", Reported(measure="SMD", estimate=estimate, se=0.1)),
        timing=timing,
        **facts,
    )


def estimated(**changes):
    """What the engine would find in sixty months of admissions."""
    result = Estimated(
        measure="MD",
        estimate=-29.2,
        ci_low=-62.8,
        ci_high=4.3,
        ci_level=0.95,
        se=16.75,
        df=56.0,
        p_value=0.087,
        standardiser=None,
        standardised=StandardisedEffect(measure="IRR", estimate=-0.119, se=0.064),
        not_standardised=None,
        design="its",
        estimator="segmented regression: AR(1)",
        covariance="GLS",
        claim="comparison",
        options={"start": "2019-01-01", "cycle": 12},
        specification={"lag": None, "log": False, "phi": 0.7, "terms": "level, trend"},
        facts={"design.type": "interrupted_time_series"},
        checks=(
            EstimationCheck(
                name="periods",
                title="There are periods enough",
                passed=True,
                observed=24.0,
                threshold=12.0,
                text="36 periods before the start and 24 from it on.",
                source="Wagner et al. 2002",
            ),
        ),
        text="Over the 24 periods the outcome was on average 29.2 lower.",
        data=RawData(sha256="a" * 64, rows=60, columns={"outcome": ("admissions",)}),
        versions={"numpy": "2.4.6"},
        receipt="b" * 64,
    )
    return replace(result, **changes)


def estimated_contrast(result=None, **design):
    """A contrast that tells what the data of `estimated` showed, unless `design` says otherwise."""
    told = {"type": Design.INTERRUPTED_TIME_SERIES, **design}
    return replace(contrast(), design=StudyDesign(**told), result=result or estimated())


def measure(*args, **changes):
    return MeasureOutcome(contrast(*args, **changes))


def baseline():
    return measure(timing=Timing.BASELINE)


def correct(event_id, estimate, *, by, **changes):
    return CorrectOutcome(event_id, contrast(estimate, **changes), by, "a coding error")


def withdraw(event_id, *, by, blind=False):
    return WithdrawOutcome(event_id, by, "data lost", blind_to_direction=blind)


def judge(**about):
    return RecordJudgement(
        Judgement("candour@1", "risk_of_bias", "low", "concealed allocation", **about)
    )


def register_plan(*outcomes, registration=None):
    return RegisterPlan(plan(*outcomes, registration=registration))


def amend_plan(*outcomes, registration=None):
    return AmendPlan(plan(*outcomes, registration=registration), "the clinic moved")


def approach():
    return RegisterApproach(
        name="Early home visits",
        theory_of_change="A visit finds trouble early.",
        sectors=("health",),
        core_components=("a visit within 48 hours",),
        summary="Visits after discharge.",
    )


def enrol(*functions):
    return EnrolMember("Northby Council", functions, name_ref="ref-1")


def adapt():
    return Pivot(PivotKind.ADAPTATION, "evening visits", "people work")


def core_pivot():
    return Pivot(PivotKind.CORE, "telephone instead of visits", "no staff")


LAUNCH, RESUME, CLOSE = Launch(), Resume(), Close("the money ended")
STALL, MILESTONE = Stall("no staff"), ReachMilestone("first hundred visits")
COST = ReportCost(Cost(1200.0, "GBP", 2020, "person", "NHS and social care"))


def example_of(move, programme):
    """A command of this type that this programme, as it stands, accepts."""
    live, outcome = next(iter(programme.outcomes.items()), (UUID(int=0), None))
    early = programme.launched_on is None
    corrected = outcome.contrast if outcome else contrast()
    return {
        "plan_registered": register_plan(),
        "plan_amended": amend_plan(),
        "launched": LAUNCH,
        "milestone_reached": MILESTONE,
        "stalled": STALL,
        "resumed": RESUME,
        "pivoted": core_pivot(),
        "outcome_measured": baseline() if early else measure(),
        "outcome_corrected": CorrectOutcome(live, corrected, BY_PANEL, "a coding error"),
        "outcome_withdrawn": withdraw(live, by=BY_PROGRAMME),
        "cost_reported": COST,
        "judgement_recorded": judge(outcome_domain="emergency admissions"),
        "closed": CLOSE,
    }[move]

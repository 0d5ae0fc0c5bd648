"""What was said in advance, what it cost, and the judgements only a person can make."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.contrast import Design
from domain.errors import InvalidValue
from domain.values import check_count, check_finite, check_positive, check_text


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """An outcome said in advance: which is primary, the horizon, what would be worthwhile.

    `smallest_worthwhile` is in the units of `measure_scale`: SMD (standard deviations) or a ratio
    measure on its natural scale (1.10 means ten per cent).
    """

    domain: str
    measure: str
    primary: bool
    horizon_months: float | None = None
    smallest_worthwhile: float | None = None
    measure_scale: str = "SMD"
    standardiser: float | None = None

    def __post_init__(self) -> None:
        check_text("outcomes.domain", self.domain, longest=100)
        check_text("outcomes.measure", self.measure, longest=300)
        check_count("outcomes.horizon_months", self.horizon_months)
        check_positive("outcomes.smallest_worthwhile", self.smallest_worthwhile)
        check_positive("outcomes.standardiser", self.standardiser)


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration outside Candour; its date counts only because somebody else holds it."""

    registry: str
    identifier: str
    registered_on: date
    url: str | None = None

    def __post_init__(self) -> None:
        check_text("registration.registry", self.registry, longest=100)
        check_text("registration.identifier", self.identifier, longest=100)


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What was said in advance: design, comparison, units and planned outcomes."""

    design: Design
    comparison: str
    units: tuple[str, ...]
    outcomes: tuple[PlannedOutcome, ...]
    registration: Registration | None = None

    def __post_init__(self) -> None:
        check_text("plan.comparison", self.comparison)
        if not self.outcomes:
            raise InvalidValue("plan.outcomes", "is empty", accepted="one or more outcomes")


@dataclass(frozen=True, slots=True)
class CaseStudyCard:
    """The card councils know: location, mission, methods, spend, reach, access."""

    location: str
    mission: str
    methods: str
    spend: str | None = None
    reach: str | None = None
    access: str | None = None

    def __post_init__(self) -> None:
        for name in ("location", "mission", "methods"):
            check_text(f"card.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Cost:
    """Money spent, in one currency and price year, from one perspective."""

    amount: float
    currency: str
    price_year: int
    per: str
    perspective: str

    def __post_init__(self) -> None:
        check_finite("cost.amount", self.amount)
        check_text("cost.per", self.per, longest=100)
        check_text("cost.perspective", self.perspective, longest=100)
        if len(self.currency) != 3 or not self.currency.isupper():
            raise InvalidValue(
                "cost.currency", f"is {self.currency}", accepted="an ISO 4217 code such as GBP"
            )


# How a question and its answers are spelt: which questions there are, the standards say.
QUESTION = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)
ANSWER = re.compile(r"[a-z0-9][a-z0-9_]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A human answer a rule needs: on an outcome domain, or on one measured outcome's event.

    Who gave it is in the envelope of the event that keeps it.
    """

    standard: str
    question: str
    answer: str
    reason: str
    outcome_domain: str | None = None
    event_id: UUID | None = None

    def __post_init__(self) -> None:
        if not QUESTION.fullmatch(self.question):
            raise InvalidValue(
                "judgement.question",
                f"is {self.question!r:.60}",
                accepted="the id of a question of a standard, such as risk_of_bias",
            )
        if not ANSWER.fullmatch(self.answer):
            raise InvalidValue(
                "judgement.answer",
                f"is {self.answer!r:.60}",
                accepted="one of the words that the question accepts, such as low",
            )
        check_text("judgement.reason", self.reason)
        if (self.outcome_domain is None) == (self.event_id is None):
            raise InvalidValue(
                "judgement.event_id",
                "and judgement.outcome_domain: exactly one says what is judged",
                accepted="an event id, or an outcome domain",
            )

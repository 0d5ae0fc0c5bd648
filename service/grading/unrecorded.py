"""Facts that are recorded nowhere: what they are about, and what their plan still waits for."""

from dataclasses import dataclass

from domain.contrast import Contrast, Timing
from domain.errors import InvalidValue
from domain.plan import EvaluationPlan, Judgement, PlannedOutcome
from domain.planning import months_reached, unreported_supposed


@dataclass(frozen=True, slots=True)
class Preview:
    """Facts that somebody wants graded without recording them."""

    contrasts: tuple[Contrast, ...]
    plan: EvaluationPlan | None
    judgements: tuple[Judgement, ...]

    def __post_init__(self) -> None:
        for i, judgement in enumerate(self.judgements):
            self._check_judged(judgement, f"judgements[{i}]")

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcome domains in the order of telling: those measured, then those only planned."""
        measured = [contrast.outcome.domain for contrast in self.contrasts]
        planned = [outcome.domain for outcome in self.plan.outcomes] if self.plan else []
        return tuple(dict.fromkeys([*measured, *planned]))

    @property
    def never_told(self) -> tuple[PlannedOutcome, ...]:
        """What the plan names and no result answers."""
        return unreported_supposed(self.plan, self.contrasts) if self.plan else ()

    @property
    def lacks_primary(self) -> bool:
        """Whether a primary outcome was planned and never told though it is due.

        Without days, it is due unless everything told stops short of its horizon.
        """
        followed = [c for c in self.contrasts if c.timing is Timing.FOLLOW_UP]
        reached = [months for c in followed if (months := months_reached(c)) is not None]
        return bool(followed) and any(
            missing.primary and _is_due(missing, max(reached, default=None))
            for missing in self.never_told
        )

    def _check_judged(self, judgement: Judgement, path: str) -> None:
        """Refuse a judgement on what is not here: nothing but an outcome domain has a name."""
        accepted = f"an outcome domain that is told or planned here: {', '.join(self.outcomes)}"
        if judgement.event_id is not None:
            raise InvalidValue(
                f"{path}.event_id",
                f"is {judgement.event_id}, and what is recorded nowhere has no events",
                accepted=f"{accepted}, as outcome_domain in its place",
            )
        if judgement.outcome_domain not in self.outcomes:
            raise InvalidValue(
                f"{path}.outcome_domain", f"is {judgement.outcome_domain}", accepted=accepted
            )


def _is_due(planned: PlannedOutcome, reached: float | None) -> bool:
    due = planned.horizon_months
    return due is None or reached is None or due <= reached

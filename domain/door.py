"""What is asked of the facts of an event when they are told, and never when they are read."""

from datetime import date

from domain.contrast import Contrast, check_consistent
from domain.errors import InvalidValue
from domain.plan import Cost, EvaluationPlan
from domain.values import DecidedBy, Envelope, check_year


def check_measured(contrast: Contrast, *, measured_on: date, told: Envelope) -> None:
    """Refuse facts that contradict each other, and years that the days of the event rule out."""
    check_consistent(contrast)
    published = contrast.reporting.published_year
    if published is not None and published < measured_on.year:
        raise InvalidValue(
            "contrast.reporting.published_year",
            f"is {published}, and happened_on is {measured_on}: it was published before",
            accepted=f"{measured_on.year} or later, or the day on which it was measured",
        )
    check_years(contrast, told_in=told.recorded_at.year)


def check_years(contrast: Contrast, *, told_in: int) -> None:
    """Refuse a report, or prices, of a year after that in which they are told."""
    for path, year in (
        ("reporting.published_year", contrast.reporting.published_year),
        ("money.price_year", contrast.money.price_year),
    ):
        _check_not_ahead(f"contrast.{path}", year, told_in=told_in)


def check_planned(plan: EvaluationPlan, told: Envelope) -> None:
    """Refuse a registration of a day after that on which the plan is said to be made."""
    registration = plan.registration
    if registration is not None and registration.registered_on > told.happened_on:
        raise InvalidValue(
            "plan.registration.registered_on",
            f"is {registration.registered_on}, and happened_on is {told.happened_on}",
            accepted=f"a day up to {told.happened_on}; a later registration amends the plan",
        )


def check_spent(cost: Cost, told: Envelope) -> None:
    """Refuse prices of a year that has not come."""
    check_year("cost.price_year", cost.price_year)
    _check_not_ahead("cost.price_year", cost.price_year, told_in=told.recorded_at.year)


def check_same_outcome(before: Contrast, after: Contrast, decided_by: DecidedBy) -> None:
    """Refuse a programme that would move a result to where it counts for something else.

    An independent panel may: it is asked because it has no stake in where the result counts.
    """
    if decided_by is DecidedBy.INDEPENDENT_PANEL:
        return
    for path, was, becomes in (
        ("outcome.domain", before.outcome.domain, after.outcome.domain),
        ("outcome.direction_good", before.outcome.direction_good, after.outcome.direction_good),
        ("unit.site", before.unit.site, after.unit.site),
        ("unit.cohort", before.unit.cohort, after.unit.cohort),
    ):
        if was != becomes:
            raise InvalidValue(
                f"contrast.{path}",
                f"is {becomes}, was measured as {was}, and decided_by is {decided_by}",
                accepted=f"{was}, or a decision of an independent panel; or withdraw the outcome"
                " and tell another",
            )


def _check_not_ahead(field: str, year: int | None, *, told_in: int) -> None:
    if year is not None and year > told_in:
        raise InvalidValue(
            field, f"is {year}, and it is told in {told_in}", accepted=f"a year up to {told_in}"
        )

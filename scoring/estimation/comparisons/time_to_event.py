"""Time to an event from what reports say: the hazard ratio by the best route, and by others."""

import math
from typing import Final

from scoring.columns import check_known, number
from scoring.effects.printed import Printed
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.comparisons.arms import CLAIMS
from scoring.estimation.comparisons.hazard_report import Case, report
from scoring.estimation.comparisons.hazard_routes import ROUTES, Found, Told
from scoring.estimation.results import Estimate

AUTO: Final = "auto"

# Figures that only tell something together.
PARTS: Final = (
    ("ci_low", "ci_high"),
    ("o_minus_e", "v"),
    ("median1i", "median2i"),
    ("survival1i", "survival2i"),
    ("n1i", "n2i"),
    ("x1i", "x2i"),
)

# Counts and how low each may be: an arm without events has no hazard ratio.
COUNTS: Final = ("x1i", "x2i", "events", "n1i", "n2i")


def time_to_event(
    *,
    hr: Printed | None = None,
    ci_low: Printed | None = None,
    ci_high: Printed | None = None,
    ci_level: float = 0.95,
    sei: Printed | None = None,
    o_minus_e: float | None = None,
    v: float | None = None,
    p_value: Printed | None = None,
    direction: str | None = None,
    x1i: float | None = None,
    x2i: float | None = None,
    events: float | None = None,
    n1i: float | None = None,
    n2i: float | None = None,
    median1i: float | None = None,
    median2i: float | None = None,
    survival1i: float | None = None,
    survival2i: float | None = None,
    route: str = AUTO,
    assignment: str = "randomised",
    level: float = 0.95,
) -> Estimate:
    """The log hazard ratio of a programme (arm 1) against none (arm 2), from a report's figures.

        interval   ln hr, se = (ln ci_high - ln ci_low) / 2q
        se         ln hr, se = sei
        log_rank   (O - E) / V, variance 1 / V
        hr_p       ln hr, se = |ln hr| / z(p)
        hr_events  ln hr, variance 1 / V, V from events (`log_rank_variance`)
        p_events   +- z(p) / sqrt V, variance 1 / V
        survival   ln(ln s1 / ln s2), variance sum of (1 - s) / (n s (ln s)^2)
        medians    ln(median 2 / median 1), variance by `median_variance`
    The first in this order that the figures allow is taken, unless `route` names another; all that
    they allow are in the table, and set against it by checks. The fields are those of `Told`. `hr`,
    its interval and p-values may be text as printed. `assignment` says whether arms were randomised
    or observed. The pool takes the log ratio as it is.
    Raises TooLittleData where no route can be gone, saying what each needs; InvalidInput for
    figures that cannot be (an interval without its ratio, more events than people).
    Source: Parmar, Torri and Stewart 1998, Stat. Med. 17:2815; Tierney et al. 2007, Trials 8:16.
    """
    told = Told(
        hr=hr, ci_low=ci_low, ci_high=ci_high, ci_level=ci_level, sei=sei, o_minus_e=o_minus_e,
        v=v, p_value=p_value, direction=direction, x1i=x1i, x2i=x2i, events=events, n1i=n1i,
        n2i=n2i, median1i=median1i, median2i=median2i, survival1i=survival1i, survival2i=survival2i,
    )  # fmt: skip
    return _estimate(told, route, assignment, number("level", level, above=0.0, below=1.0))


def _estimate(told: Told, route: str, assignment: str, level: float) -> Estimate:
    check_known("assignment", assignment, CLAIMS)
    check_known("route", route, (AUTO, *ROUTES))
    _refuse_halves(told)
    _refuse_counts(told)
    found = _all(told, route)
    chosen = found[0] if route == AUTO else next(one for one in found if one.route == route)
    return report(
        Case(
            told=told,
            chosen=chosen,
            others=tuple(one for one in found if one is not chosen),
            asked=route,
            assignment=assignment,
            level=level,
        )
    )


def _all(told: Told, route: str) -> tuple[Found, ...]:
    """All routes that the figures allow, in the order of preference."""
    able = [name for name, one in ROUTES.items() if one.able(told)]
    wanted = able if route == AUTO else [name for name in able if name == route]
    if not wanted:
        needs = "; ".join(
            f"{name}: {one.needs}" for name, one in ROUTES.items() if route in (AUTO, name)
        )
        raise TooLittleData(
            "the figures tell no hazard ratio with its precision",
            field="hr",
            accepted=f"{needs}; with the times of every person, a rate comparison of events over "
            "time at risk",
        )
    # A p-value whose direction is not told is of use to another route only.
    gone = [name for name in able if name != "p_events" or told.direction or name == route]
    return tuple(ROUTES[name].go(told) for name in gone or wanted)


def _refuse_halves(told: Told) -> None:
    """Refuse figures that are only told in part, which are typing errors more often than not."""
    for fields in PARTS:
        missing = [field for field in fields if getattr(told, field) is None]
        if missing and len(missing) < len(fields):
            raise InvalidInput(
                "is missing", field=missing[0], accepted=f"{' and '.join(fields)} together"
            )
    if told.ci_low is not None and told.hr is None:
        raise InvalidInput(
            "is missing", field="hr", accepted="the hazard ratio that the interval is of"
        )


def _refuse_counts(told: Told) -> None:
    for field in COUNTS:
        value = getattr(told, field)
        if value is not None:
            number(field, value, above=0.0)
    for arm in ("1", "2"):
        x, n = getattr(told, f"x{arm}i"), getattr(told, f"n{arm}i")
        if x is not None and n is not None and x > n:
            raise InvalidInput(
                f"is {x:g}, more than the {n:g} people of its arm",
                field=f"x{arm}i",
                accepted="people who had the event, each counted once; a rate comparison takes "
                "events that come again",
            )
    both = told.total
    if told.events is not None and both is not None and not math.isclose(told.events, both):
        raise InvalidInput(
            f"is {told.events:g}, but the arms have {both:g} together",
            field="events",
            accepted="the events of both arms together",
        )

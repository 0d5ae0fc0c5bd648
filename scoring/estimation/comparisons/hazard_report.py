"""A hazard ratio from a report's figures as an estimate: its checks, words, facts and picture."""

import math
from dataclasses import dataclass
from typing import Final

from scoring.estimation.comparisons.arms import CLAIMS, effect_of, interval_in_words
from scoring.estimation.comparisons.hazard_routes import ROUTES, Found, Told
from scoring.estimation.linear import coefficient
from scoring.estimation.results import Check, Coefficient, Estimate, Line, Picture, Value
from scoring.estimation.words import checks_in_words, plain, verdict_in_words

# Below so many events in all the normal approximation of a log hazard ratio is poor.
# Source: Vittinghoff and McCulloch 2007, Am. J. Epidemiol. 165:710, for two arms.
FEWEST_EVENTS: Final = 20

# An interval further off the middle on the log scale has a typing error or another scale behind it.
LOPSIDED: Final = 0.1

BLIND: Final = (
    "One ratio takes the arms to keep it at all times; where their curves cross it says little."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The route taken and the others that were open, with what the report told."""

    told: Told
    chosen: Found
    others: tuple[Found, ...]
    asked: str
    assignment: str
    level: float

    @property
    def people(self) -> int | None:
        """People of both arms."""
        if self.told.n1i is None or self.told.n2i is None:
            return None
        return int(self.told.n1i + self.told.n2i)


def report(case: Case) -> Estimate:
    """The estimate by the route taken."""
    table = tuple(_row(case, one) for one in (case.chosen, *case.others))
    effect, told = table[0], case.told
    natural = effect_of(effect, "HR", source=case.chosen.route, n1i=told.n1i, n2i=told.n2i)
    found = _checks(case)
    return Estimate(
        design="rct" if case.assignment == "randomised" else "cohort",
        estimator=f"time to event, {case.chosen.route}",
        covariance=case.chosen.route,
        claim=CLAIMS[case.assignment],
        level=case.level,
        n=case.people or int(told.total or 0),
        natural=natural,
        df=None,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=natural,
        not_standardised=None,
        coefficients=table,
        checks=found,
        text=_text(case, effect, found),
        specification=_specification(case),
        facts=_facts(case),
        pictures=(_picture(table),),
    )


def _row(case: Case, found: Found) -> Coefficient:
    term = f"log hazard ratio by {found.route}"
    return coefficient(term, found.yi, math.sqrt(found.vi), df=None, level=case.level)


def _checks(case: Case) -> tuple[Check, ...]:
    found = (
        _route(case),
        *(_agrees(case.chosen, other) for other in case.others),
        _in_the_middle(case.chosen),
        _enough_events(case.told),
    )
    return tuple(check for check in found if check is not None)


def _route(case: Case) -> Check:
    route = ROUTES[case.chosen.route]
    told = f"The ratio comes from {route.words}"
    if route.assumes:
        told += f", taking for granted that {route.assumes}"
    return Check(
        name="route",
        title="Way in which the ratio came about",
        passed=True if route.direct else None,
        observed=None,
        threshold=None,
        text=f"{told}.",
        source=route.source,
    )


def _agrees(chosen: Found, other: Found) -> Check:
    """Whether another route says the same; it only informs where it takes more for granted."""
    route = ROUTES[other.route]
    apart = abs(other.yi - chosen.yi) / math.sqrt(chosen.vi)
    factor = math.sqrt(max(other.vi / chosen.vi, chosen.vi / other.vi))
    most = max(route.apart, ROUTES[chosen.route].apart)
    alike = apart <= most and factor <= 1 + most
    judged = route.direct and ROUTES[chosen.route].direct and other.firm and chosen.firm
    told = (
        f"By {other.route} the ratio is {_ratio(other.yi)}, with a standard error of "
        f"{plain(math.sqrt(other.vi))}, where {chosen.route} has {_ratio(chosen.yi)} and "
        f"{plain(math.sqrt(chosen.vi))}"
    )
    if not alike and judged:
        told += ": figures of one analysis would agree, so one may be mistyped or of another"
    elif not alike and route.assumes:
        told += f": it takes for granted that {route.assumes}"
    return Check(
        name=f"agrees_{other.route}",
        title=f"Agreement of the figures: {other.route}",
        passed=alike if judged else None,
        observed=apart,
        threshold=most,
        text=f"{told}.",
        source=route.source,
    )


def _in_the_middle(chosen: Found) -> Check | None:
    if chosen.asymmetry is None:
        return None
    off = abs(chosen.asymmetry)
    passed = off <= LOPSIDED
    told = "The ratio is in the middle of its interval on the log scale, but for rounding"
    if not passed:
        told = (
            f"The ratio is {100 * off:.0f} % off the middle of its interval on the log scale: a "
            "figure may be mistyped, or the interval made in another way"
        )
    return Check(
        name="interval_symmetry",
        title="Place of the ratio in its interval",
        passed=passed,
        observed=off,
        threshold=LOPSIDED,
        text=f"{told}.",
        source="Cochrane Handbook 6.4, section 6.3.2",
    )


def _enough_events(told: Told) -> Check | None:
    total = told.total
    if total is None:
        return None
    passed = total >= FEWEST_EVENTS
    return Check(
        name="events",
        title="Number of events",
        passed=passed,
        observed=total,
        threshold=float(FEWEST_EVENTS),
        text=f"{total:,.0f} events in both arms"
        + ("." if passed else ", so few that an interval around a ratio is only rough."),
        source="Vittinghoff and McCulloch 2007, Am. J. Epidemiol. 165:710",
    )


def _text(case: Case, effect: Coefficient, found: tuple[Check, ...]) -> str:
    route = ROUTES[case.chosen.route]
    size = (
        "At any time, those with the programme to whom the event had not come yet were "
        f"{_ratio(effect.estimate)} times as likely to have it next as those without "
        f"({interval_in_words(effect, level=case.level, ratio=True)})."
    )
    how = f"This was worked out from {route.words}"
    how += f", taking for granted that {route.assumes}." if route.assumes else "."
    parts = (size, verdict_in_words(effect.ci_low, effect.ci_high), how, checks_in_words(found))
    return " ".join((*parts, BLIND))


def _ratio(yi: float) -> str:
    return plain(math.exp(min(yi, 700.0)))


def _specification(case: Case) -> dict[str, Value | None]:
    told: dict[str, Value | None] = {
        "route": case.chosen.route,
        "route_asked": case.asked,
        "routes": ", ".join(one.route for one in (case.chosen, *case.others)),
        "assignment": case.assignment,
        "level": case.level,
    }
    fields = case.told.__dataclass_fields__
    return {**told, **{field: getattr(case.told, field) for field in fields}}


def _facts(case: Case) -> dict[str, Value | None]:
    told, facts = case.told, dict[str, Value | None]()
    for arm, name in (("1", "intervention"), ("2", "comparison")):
        n, x = getattr(told, f"n{arm}i"), getattr(told, f"x{arm}i")
        if n is not None:
            facts[f"analysed_{name}"] = int(n)
        if x is not None:
            facts[f"events_{name}"] = int(x)
    return facts


def _picture(table: tuple[Coefficient, ...]) -> Picture:
    places = tuple(float(place) for place in range(len(table)))
    return Picture(
        kind="groups",
        title="Log hazard ratio by every route that the figures allow",
        x_label="route",
        y_label="log hazard ratio",
        lines=(
            Line(
                role="estimate",
                label="log hazard ratio",
                x=places,
                y=tuple(row.estimate for row in table),
                low=tuple(row.ci_low for row in table),
                high=tuple(row.ci_high for row in table),
            ),
        ),
        ticks=tuple(
            (place, row.term.removeprefix("log hazard ratio by "))
            for place, row in zip(places, table, strict=True)
        ),
        zero=0.0,
    )

"""An estimate as plain JSON: what is shown of it, and the result that can be recorded."""

import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, TypeAlias

from scoring.effects import Effect, standardise, to_natural_scale
from scoring.effects.measures import SD_UNITS
from scoring.errors import IncompatibleEffects
from scoring.estimation.catalogue import DESIGNS, Design, Option, Role
from scoring.estimation.results import Check, Estimate, Picture
from service.estimating.periods import label_of
from service.estimating.shown import Shown, shown_by

Document: TypeAlias = dict[str, Any]

# What an estimate depends on beside the data and the specification.
LIBRARIES = ("candour", "numpy", "scipy", "statsmodels")
# The roles that hold what was measured.
OUTCOMES = ("outcome", "events", "after")
# What a series of counts can be pooled as, once it is said that it counts events.
RATE = "IRR"
COUNTED = f"; where the outcome counts events, the option ratio={RATE} makes it one of rates"
# The kind of outcome that a measure is one of, to start a form with.
KINDS: Mapping[str, str] = {
    "RD": "binary", "OR": "binary", "RR": "binary", "IRR": "rate", "IRD": "rate",
    "HR": "time_to_event",
}  # fmt: skip


def estimate_document(
    estimate: Estimate, *, design: str, options: Document, data: Document, dated: bool
) -> Document:
    """Everything there is to look at, and `contrast`, the part of it that can be recorded.

    `dated` says that the periods were dates, which a series numbers by its cycle.
    """
    outcome = measured_in(data["columns"])
    shown = shown_by(estimate, outcome=outcome)
    asked = {"design": design, "options": options, "data": data}
    cycle = options.get("cycle") if dated else None
    result = _result(estimate, shown, asked)
    return {
        "design": design,
        "title": DESIGNS[design].title,
        "claim": estimate.claim,
        "effect": {name: result[name] for name in FIGURES},
        "standardised": result["standardised"],
        "not_standardised": result["not_standardised"],
        "pooled": _pooled(estimate, DESIGNS[design]),
        "text": estimate.text,
        "checks": result["checks"],
        "table": [_finite(asdict(row)) for row in estimate.coefficients],
        "pictures": [_picture(picture, cycle) for picture in estimate.pictures],
        "contrast": {**shown.contrast, "result": result},
        "asked": list(shown.asked),
        "outcome_kind": KINDS.get(estimate.natural.measure, "continuous"),
    }


def measured_in(columns: Mapping[str, Sequence[str]]) -> str:
    """The name of the column with what was measured, by whichever role holds it."""
    held = (names[0] for role in OUTCOMES for names in [columns.get(role)] if names)
    return next(held, "the outcome")


FIGURES = ("measure", "estimate", "ci_low", "ci_high", "ci_level", "se", "df", "p_value")


def _result(estimate: Estimate, shown: Shown, asked: Document) -> Document:
    measure = estimate.natural.measure
    specification = {"n": estimate.n, **estimate.specification, **shown.others}
    return {
        "kind": "estimated",
        "measure": measure,
        **{
            name: _number(to_natural_scale(measure, value))
            for name, value in (
                ("estimate", estimate.natural.yi),
                ("ci_low", estimate.ci_low),
                ("ci_high", estimate.ci_high),
            )
        },
        "ci_level": estimate.level,
        "se": estimate.se,
        "df": _number(estimate.df),
        "p_value": estimate.p_value,
        "standardiser": _standardiser(specification),
        "standardised": _standardised(estimate.standardised),
        "not_standardised": estimate.not_standardised,
        "estimator": estimate.estimator,
        "covariance": estimate.covariance,
        "claim": estimate.claim,
        "specification": {name: _plain(told) for name, told in specification.items()},
        "facts": dict(shown.facts),
        "checks": [_check(check) for check in estimate.checks],
        "text": estimate.text,
        "versions": versions(),
        **asked,
    }


def versions() -> dict[str, str]:
    """What computed it, by name and version."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def _standardiser(specification: Mapping[str, object]) -> float | None:
    """The standard deviation that the effect was read in, where the design says which."""
    told = specification.get("standardiser", specification.get("sd"))
    number = isinstance(told, int | float) and not isinstance(told, bool)
    return _number(float(told)) if number else None  # type: ignore[arg-type]  # a number


def _standardised(effect: Effect | None) -> Document | None:
    """For the pool: in standard deviations, or the logarithm of a ratio that it scales itself."""
    if effect is None:
        return None
    measure = "SMD" if effect.scale == SD_UNITS else effect.measure
    return {"measure": measure, "estimate": effect.yi, "se": math.sqrt(effect.vi)}


def _pooled(estimate: Estimate, design: Design) -> Document:
    """Whether the effect can be weighed with those of other places, and if not, why."""
    if estimate.standardised is None:
        return {"weighed": False, "why": estimate.not_standardised}
    try:
        standardise(estimate.standardised)
    except IncompatibleEffects as refusal:
        counted = any(RATE in option.choices for option in design.options)
        why = f"{refusal.message}{COUNTED if counted else ''}"
        return {"weighed": False, "why": why}
    return {"weighed": True, "why": None}


def _check(check: Check) -> Document:
    return {name: _plain(told) for name, told in asdict(check).items()}


def _picture(picture: Picture, cycle: int | None) -> Document:
    """A picture, with the names of all its periods where a series has numbered dates."""
    drawn: Document = asdict(picture)
    places = {x for line in picture.lines for x in line.x} if picture.kind == "series" else set()
    drawn["names"] = [
        {"at": x, "label": label_of(int(x), cycle)} for x in sorted(places) if cycle is not None
    ]
    drawn["lines"] = [
        {
            **{name: line[name] for name in ("role", "label")},
            **{name: [_number(v) for v in line[name]] for name in ("x", "y", "low", "high")},
        }
        for line in drawn["lines"]
    ]
    drawn["ticks"] = [{"at": at, "label": label} for at, label in drawn["ticks"]]
    return drawn


def _finite(row: Document) -> Document:
    return {name: _plain(told) for name, told in row.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  numbers and words
    return _number(value) if isinstance(value, float) else value


def _number(value: float | None) -> float | None:
    """What is not finite has no form in JSON: it is not there, or has no limit."""
    return value if value is not None and math.isfinite(value) else None


def designs_catalogue() -> list[Document]:
    """Every design with its columns and options, for forms, programs and people."""
    return [_design(design) for design in DESIGNS.values()]


def _design(design: Design) -> Document:
    return {
        "id": design.id,
        "title": design.title,
        "design": design.design,
        "asks": design.asks,
        "needs": design.needs,
        "columns": [_role(role) for role in design.roles],
        "options": [_option(option, design) for option in design.options],
    }


def _role(role: Role) -> Document:
    return {name: getattr(role, name) for name in ("name", "kind", "text", "required", "many")}


def _option(option: Option, design: Design) -> Document:
    return {
        "name": option.name,
        "kind": option.kind,
        "text": option.text,
        "choices": list(option.choices),
        "required": option.required,
        "default": _plain(design.default(option.name)),
    }

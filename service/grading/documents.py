"""Grades as documents: plain JSON for the API, the read models and the pages."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from scoring import HouseGrade, explain, explain_level
from scoring.anytime import Study
from scoring.contexts import Interaction
from scoring.evidence import Bounds, Contrast, Counted, Grade, Lift, Reason, Subject
from scoring.grading import ContextGrade
from scoring.pooled import Natural, as_reported
from scoring.published import Appraised, published
from scoring.remembered import Memory
from scoring.standards import AnyStandard
from scoring.synthesis import Synthesis
from scoring.units import Unit

Document = dict[str, Any]


def house_document(grade: HouseGrade) -> Document:
    """The house grade with everything it rests on."""
    return {
        "subject": subject_document(grade.subject),
        "standard": grade.standard,
        "status": grade.status,
        "finding": grade.finding,
        "confidence": grade.confidence,
        "grade": f"{grade.finding}, {grade.confidence}",
        "tier": grade.tier,
        "small": grade.small,
        "demonstrably_works": grade.demonstrably_works,
        "significant_once": grade.significant_once,
        "estimate": _estimate(grade.shown, grade.natural),
        "anytime": _anytime(grade),
        "units": _units(grade),
        "contexts": [_context(one) for one in grade.contexts],
        "interaction": _interaction(min(grade.differs, key=lambda t: t.p, default=None)),
        "interactions": [_interaction(test) for test in grade.interactions],
        "reasons": [_reason(reason) for reason in grade.reasons],
        "bounds": bounds_document(grade.bounds) | {"exact": grade.bounds_exact},
        "lift": [_lift(lift) for lift in grade.lift],
        "missing": list(grade.missing),
        "not_pooled": [asdict(left_out) for left_out in grade.not_pooled],
        "harms": [asdict(told) for told in grade.harms.told],
        "plan": [asdict(line) | {"differs": list(line.differs)} for line in grade.plan],
        "harm_looked_for": {"said": grade.harms.looked, "results": grade.harms.results},
        "clusters": [
            {"event_id": event_id, **asdict(one)} for event_id, one in grade.clusters.items()
        ],
        "explanation": explain(grade),
    }


def level_document(
    known: Appraised, standard: AnyStandard, memory: Memory | None = None
) -> Document:
    """A published standard on a subject, and on each of its contrasts where those are graded."""
    found = published(standard, known, memory)
    return {
        "subject": subject_document(known.subject),
        "standard": standard.name,
        **_level(found.grade),
        "finding": None,
        "confidence": None,
        "small": False,
        "demonstrably_works": False,
        "estimate": None,
        "anytime": None,
        "units": [],
        "contexts": [],
        "interaction": None,
        "not_pooled": [],
        "harms": [],
        "harm_looked_for": None,
        "plan": [],
        "clusters": [],
        "contrasts": [
            {"event_id": contrast.event_id, "study": contrast.study, **_level(grade)}
            for contrast, grade in found.contrasts
        ],
    }


def _level(grade: Grade) -> Document:
    return {
        "status": grade.status,
        "grade": grade.level,
        "title": grade.title,
        "reasons": [_reason(reason) for reason in grade.reasons],
        "bounds": bounds_document(grade.bounds),
        "lift": [_lift(lift) for lift in grade.lift],
        "missing": list(grade.missing),
        "judgements": list(grade.judgements),
        "counted": [_counted(one) for one in grade.counted],
        "explanation": explain_level(grade),
    }


def _counted(one: Counted) -> Document:
    return {
        "fact": one.fact,
        "title": one.title,
        "event_id": one.event_id,
        "study": one.study,
        "state": one.state,
        "wanting": list(one.wanting),
        "text": one.text,
    }


def subject_document(subject: Subject) -> Document:
    """What was graded."""
    return {
        "kind": subject.kind,
        "id": subject.id,
        "version": subject.version,
        "outcome": subject.outcome,
    }


def _estimate(shown: Synthesis | None, natural: Natural | None) -> Document | None:
    """In standard deviations, + good; `natural` in the units and direction of the reports."""
    if shown is None:
        return None
    return {
        "measure": natural.measure if natural else "SMD",
        "scale": "SMD",
        "method": shown.method,
        "test": shown.test,
        "k": shown.k,
        "estimate": shown.estimate,
        "se": shown.se,
        "p_value": shown.p_value,
        **_finite(ci_low=shown.ci_low, ci_high=shown.ci_high),
        **_finite(pi_low=shown.pi_low, pi_high=shown.pi_high),
        "tau2": shown.tau2,
        "i2": shown.i2,
        "natural": _natural(natural),
    }


def _natural(natural: Natural | None) -> Document | None:
    if natural is None:
        return None
    ends = f"{natural.ci_low:.2f} to {natural.ci_high:.2f}"
    return {
        "measure": natural.measure,
        **_finite(
            estimate=natural.estimate,
            ci_low=natural.ci_low,
            ci_high=natural.ci_high,
            pi_low=natural.pi_low,
            pi_high=natural.pi_high,
        ),
        "text": f"{natural.measure} {natural.estimate:.2f} ({ends})",
    }


def _anytime(grade: HouseGrade) -> Document:
    state, plural = grade.monitoring, grade.monitoring.plural
    return {
        "rules": state.config.id,
        "k": state.k,
        "counting": state.counting,
        **_finite(
            ln_e_plus=state.ln_e_plus,
            ln_e_minus=state.ln_e_minus,
            lower=state.lower,
            upper=state.upper,
            ln_e_plural_plus=plural.ln_e_plus,
            ln_e_plural_minus=plural.ln_e_minus,
            lower_plural=plural.lower,
            upper_plural=plural.upper,
        ),
        "sesoi": state.sesoi,
        "sesoi_default": state.sesoi_is_default,
    }


def _units(grade: HouseGrade) -> list[Document]:
    tau2 = 0.0 if grade.shown is None else grade.shown.tau2
    weights = [0.0 if u.shown is None else 1 / (u.shown.sei**2 + tau2) for u in grade.units]
    total = math.fsum(weights) or 1.0
    return [
        _unit(unit, weight=weight / total)
        for unit, weight in zip(grade.units, weights, strict=True)
    ]


def _unit(unit: Unit, *, weight: float) -> Document:
    """A row of the forest plot: the latest measurement, and the one that the finding rests on."""
    told = unit.shown or unit.value
    first = unit.shown_from[0]
    return {
        "unit": f"{unit.site}, {unit.cohort}",
        "study": first.study,
        "programme_id": unit.programme,
        "event_ids": list(unit.event_ids),
        "shown_event_ids": [contrast.event_id for contrast in unit.shown_from],
        "yi": told.yi,
        "se": told.sei,
        "weight": weight,
        "designated": {"yi": unit.value.yi, "se": unit.value.sei},
        "status": "interim" if unit.interim else unit.entry.status.value,
        "tier": unit.tier,
        "design": first.conduct.design,
        "measure": first.measure,
        "context": dict(unit.designated[0].context) if len(unit.designated) == 1 else {},
        "months_since_start": first.months_since_start,
        "estimate_natural": _reported(told, unit.shown_from),
    }


def _reported(study: Study, contrasts: Sequence[Contrast]) -> Document | None:
    if len({(c.result.measure, c.direction_good) for c in contrasts}) != 1:
        return None
    found = as_reported(study, contrasts[0])
    if found is None:
        return None
    estimate, low, high = found
    measure = contrasts[0].result.measure
    return {"measure": measure, **_finite(estimate=estimate, ci_low=low, ci_high=high)}


def _context(one: ContextGrade) -> Document:
    context, natural = one.context, _natural(one.natural)
    shown = context.shown
    plain = f"{shown.estimate:.2f} ({shown.ci_low:.2f} to {shown.ci_high:.2f}) standard deviations"
    return {
        "kind": context.kind,
        "value": context.value,
        "name": f"{context.kind}: {context.value}",
        "finding": one.finding,
        "effect": f"{natural['text'] if natural else plain}; {one.finding}",
        "estimate": _estimate(shown, one.natural),
        "event_ids": [i for unit in context.units for i in unit.event_ids],
    }


def _interaction(test: Interaction | None) -> Document | None:
    if test is None:
        return None
    return {
        "kind": test.kind,
        "values": list(test.values),
        "difference": test.difference,
        "se": test.se,
        "statistic": test.statistic,
        "p_value": test.p,
    }


def _reason(reason: Reason) -> Document:
    return {
        "rule": reason.rule,
        "title": reason.title,
        "answer": reason.answer,
        "observed": _plain(reason.observed),
        "threshold": _plain(reason.threshold),
        "margin": _plain(reason.margin),
        "event_ids": list(reason.event_ids),
        "source": reason.source,
        "verified": reason.verified,
        "text": reason.text,
    }


def _lift(lift: Lift) -> Document:
    return {"to": lift.to, "changes": list(lift.changes), "text": lift.text}


def bounds_document(bounds: Bounds | None) -> Document:
    """The worst and the best that could still come, where anything could."""
    return {} if bounds is None else {"worst": bounds.worst, "best": bounds.best}


def _finite(**numbers: float | None) -> Mapping[str, float | None]:
    return {name: _number(value) for name, value in numbers.items()}


def _plain(value: float | bool | str | None) -> float | bool | str | None:
    return _number(value) if isinstance(value, float) else value


def _number(value: float | None) -> float | None:
    """JSON has no infinity: a bound that is not there is null."""
    return value if value is not None and math.isfinite(value) else None

"""Recorded facts as scoring has them: plain numbers and words, nothing added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any

from domain import contrast as recorded
from domain.estimated import Estimated
from domain.facts import ContrastFacts, JudgementFacts, ProgrammeFacts
from domain.plan import PlannedOutcome
from domain.planning import PlanInfo, Unreported, info_supposed
from scoring.effects import to_natural_scale
from scoring.evidence import (
    Analysis,
    Awaited,
    Baseline,
    Conduct,
    Contrast,
    Directness,
    Discontinuity,
    Flow,
    Harm,
    Implementation,
    Judgement,
    Measurement,
    Money,
    Promise,
    Reporting,
    Result,
    Subject,
)
from service.grading.unrecorded import Preview
from service.wire import to_wire

# The groups of facts that are called the same in both, each with all that it holds.
GROUPS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "discontinuity": Discontinuity,
        "analysis": Analysis,
        "directness": Directness,
        "reporting": Reporting,
        "implementation": Implementation,
        "money": Money,
    }
)
# What a measured outcome says of the contrast as a whole; the rest is how it was measured.
OF_THE_CONTRAST = ("domain", "measure", "direction_good", "primary")
# The programme that facts recorded nowhere are taken to be of.
PREVIEW = "preview"


def outcomes_of(programmes: Iterable[ProgrammeFacts]) -> tuple[str, ...]:
    """Outcome domains that were measured or planned, in the order of their names."""
    measured, planned = set(), set()
    for facts in programmes:
        measured |= {c.contrast.outcome.domain for c in facts.contrasts}
        planned |= {outcome.domain for plan in facts.plans for outcome in plan.current.outcomes}
    return tuple(sorted(measured | planned))


def subject_of_programme(
    programme: str, facts: ProgrammeFacts, domain: str, *, approach_finding: str | None = None
) -> Subject:
    """An outcome domain of the version that runs now, with evidence of earlier versions in it."""
    return Subject(
        kind="programme",
        id=programme,
        outcome=domain,
        version=facts.version_number,
        contrasts=_contrasts(programme, facts, domain),
        judgements=_judgements(facts, domain),
        unreported=frozenset({programme} if _has_unreported(facts) else ()),
        awaited=_awaited(facts, domain),
        approach_finding=approach_finding,
    )


def subject_of_approach(
    approach: str, programmes: Sequence[ProgrammeFacts], domain: str
) -> Subject:
    """An outcome domain over every programme of an approach."""
    each = [subject_of_programme(str(facts.programme_id), facts, domain) for facts in programmes]
    return joined(approach, each, domain)


def joined(approach: str, programmes: Sequence[Subject], domain: str) -> Subject:
    """An outcome domain of an approach, from that of each programme that tries it."""
    return Subject(
        kind="approach",
        id=approach,
        outcome=domain,
        contrasts=tuple(contrast for one in programmes for contrast in one.contrasts),
        judgements=tuple(told for one in programmes for told in one.judgements),
        unreported=frozenset(name for one in programmes for name in one.unreported),
        awaited=tuple(missing for one in programmes for missing in one.awaited),
    )


def previewed(told: Preview, domain: str) -> Subject:
    """Facts recorded nowhere, as one programme's, reported in their order."""
    return Subject(
        kind="preview",
        id=PREVIEW,
        outcome=domain,
        contrasts=tuple(
            _translated(
                contrast,
                event_id=f"contrast-{number}",
                programme=PREVIEW,
                recorded_at=f"{number:06d}",
                promise=_promise(info_supposed(told.plan, contrast)),
            )
            for number, contrast in enumerate(told.contrasts, start=1)
            if contrast.outcome.domain == domain
        ),
        judgements=tuple(
            Judgement(question=j.question, answer=j.answer, event_id=f"judgement-{number}")
            for number, j in enumerate(told.judgements, start=1)
            if j.outcome_domain == domain
        ),
        unreported=frozenset({PREVIEW} if told.lacks_primary else ()),
        awaited=tuple(
            _awaited_one(PREVIEW, missing)
            for missing in told.never_told
            if missing.domain == domain
        ),
    )


def _contrasts(programme: str, facts: ProgrammeFacts, domain: str) -> tuple[Contrast, ...]:
    return tuple(
        _contrast(programme, told)
        for told in facts.contrasts
        if told.contrast.outcome.domain == domain
    )


def _contrast(programme: str, told: ContrastFacts) -> Contrast:
    promise = _promise(told.plan)
    event_id, recorded_at = str(told.event_id), told.recorded_at.isoformat()
    earlier = tuple(
        _translated(
            value, event_id=event_id, programme=programme, recorded_at=recorded_at, promise=promise
        )
        for value in told.contested
    )
    return _translated(
        told.contrast,
        event_id=event_id,
        programme=programme,
        recorded_at=recorded_at,
        promise=promise,
        version=told.version_number,
        status=told.status.value,
        blind_to_direction=told.blind_to_direction,
        earlier=earlier,
        event_ids=tuple(str(i) for i in told.decisive_event_ids),
    )


def _translated(
    value: recorded.Contrast,
    *,
    event_id: str,
    programme: str,
    recorded_at: str,
    promise: Promise,
    version: int = 1,
    status: str = "live",
    blind_to_direction: bool = False,
    earlier: tuple[Contrast, ...] = (),
    event_ids: tuple[str, ...] = (),
) -> Contrast:
    """One recorded contrast with where it stands."""
    return Contrast(
        event_id=event_id,
        programme=programme,
        promise=promise,
        version=version,
        recorded_at=recorded_at,
        status=status,
        blind_to_direction=blind_to_direction,
        earlier=earlier,
        event_ids=event_ids or (event_id,),
        **_told(value),
    )


def _told(value: recorded.Contrast) -> dict[str, Any]:
    """Every fact of a recorded contrast by its name in scoring, which is the same but for few."""
    outcome = {name: getattr(value.outcome, name) for name in OF_THE_CONTRAST}
    groups = {name: group(**_facts(getattr(value, name))) for name, group in GROUPS.items()}
    return {
        "study": value.study,
        **_facts(value.unit),
        **outcome,
        "measurement": _measurement(value.outcome),
        "conduct": _conduct(value.design),
        "result": _result(value.result),
        "flow": Flow(**_facts(value.sample)),
        "baseline": tuple(Baseline(**_facts(measure)) for measure in value.baseline),
        **groups,
        "harms": _harms(value.harms),
        "context": dict(value.context),
        "timing": value.timing.value,
        "months_since_start": value.months_since_start,
        "months_since_end": value.months_since_end,
    }


def _conduct(design: recorded.StudyDesign) -> Conduct:
    facts = _facts(design)
    return Conduct(design=facts.pop("type"), **facts)


def _measurement(outcome: recorded.OutcomeMeasure) -> Measurement:
    facts = _facts(outcome)
    return Measurement(**{name: facts[name] for name in facts if name not in OF_THE_CONTRAST})


def _harms(told: tuple[recorded.Harm, ...] | None) -> tuple[Harm, ...] | None:
    """None where nobody told whether any was looked for."""
    return None if told is None else tuple(Harm(**_facts(harm)) for harm in told)


# A ratio of means, unlike one of events, and deviations of a change, unlike those of people, are
# on no scale that a pool could read.
UNSCALED = ("ROM", "SMCC")


def _result(result: recorded.Result) -> Result:
    if isinstance(result, Estimated):
        return _estimated(result)
    numbers = {f.name: getattr(result, f.name) for f in fields(result)}
    kind, measure = numbers.pop("kind"), numbers.pop("measure")
    return Result(kind=kind, measure=measure, numbers=numbers)


def _estimated(result: Estimated) -> Result:
    """What the engine handed on for the pool, else the effect in its own units, each with its se.

    Its degrees of freedom and its p-value go along, so that scoring makes it no more certain than
    it was; the record keeps the error it was computed with. An interval is only there to be shown.
    """
    handed_on = result.standardised
    shown: dict[str, float | None] = {}
    if handed_on is not None and handed_on.measure not in UNSCALED:
        measure, error = handed_on.measure, handed_on.se
        value = to_natural_scale(measure, handed_on.estimate)
    else:
        measure, error, value = result.measure, result.se, result.estimate
        shown = {"ci_low": result.ci_low, "ci_high": result.ci_high}
    numbers = {
        "estimate": value,
        "se": error,
        "df": result.df,
        "p_value": result.p_value,
        "standardiser": result.standardiser,
        **shown,
    }
    return Result(kind="estimated", measure=measure, numbers=numbers)


def _facts(value: object) -> dict[str, Any]:
    """The fields of a recorded value with enumerations as their words."""
    return dict(to_wire(value))


def _switched(plan: PlanInfo) -> bool | None:
    """Reported otherwise than planned: moved, promoted, or by another measure."""
    if plan.planned is None:
        return None
    return plan.switched or not plan.same_measure


def _promise(plan: PlanInfo) -> Promise:
    planned, switched = plan.planned, _switched(plan)
    if planned is None:
        return Promise(in_advance=plan.in_advance, switched=switched)
    return Promise(
        in_advance=plan.in_advance,
        measure=planned.measure,
        primary=planned.primary,
        switched=switched,
        horizon_months=planned.horizon_months,
        smallest_worthwhile=planned.smallest_worthwhile,
        measure_scale=planned.measure_scale,
        standardiser=planned.standardiser,
    )


def _judgements(facts: ProgrammeFacts, domain: str) -> tuple[Judgement, ...]:
    here = {c.event_id for c in facts.contrasts if c.contrast.outcome.domain == domain}
    return tuple(
        _judgement(told)
        for told in facts.judgements
        if told.judgement.outcome_domain == domain or told.judgement.event_id in here
    )


def _judgement(told: JudgementFacts) -> Judgement:
    about = told.judgement.event_id
    return Judgement(
        question=told.judgement.question,
        answer=told.judgement.answer,
        event_id=str(told.event_id),
        about=None if about is None else str(about),
    )


def _has_unreported(facts: ProgrammeFacts) -> bool:
    """Whether a primary outcome was planned, is due by the latest news, and was never told."""
    told = [c for c in facts.contrasts if c.contrast.timing is recorded.Timing.FOLLOW_UP]
    if not told:
        return False
    latest = facts.as_of or max(c.happened_on for c in told)
    return any(missing.planned.primary and _is_due(missing, latest) for missing in facts.unreported)


def _awaited(facts: ProgrammeFacts, domain: str) -> tuple[Awaited, ...]:
    """What was planned of an outcome domain and never told, due or not."""
    return tuple(
        _awaited_one(str(facts.programme_id), missing.planned, due_on=missing.due_on)
        for missing in facts.unreported
        if missing.planned.domain == domain
    )


def _awaited_one(programme: str, planned: PlannedOutcome, *, due_on: date | None = None) -> Awaited:
    return Awaited(
        programme=programme,
        measure=planned.measure,
        primary=planned.primary,
        horizon_months=planned.horizon_months,
        due_on=None if due_on is None else due_on.isoformat(),
    )


def _is_due(missing: Unreported, latest: date) -> bool:
    return missing.due_on is None or missing.due_on <= latest

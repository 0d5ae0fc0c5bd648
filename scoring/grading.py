"""The house grade: a finding, how sure, what they rest on, and what would lift them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.anytime import Finding, Monitoring, Study
from scoring.bounding import bounds
from scoring.clustering import Clustered, cluster_facts
from scoring.confidence import Case, Confidence, Means, confidence, remembering
from scoring.contexts import Context, Interaction, contexts, interactions
from scoring.evidence import Bounds, Contrast, Fact, Facts, GradeStatus, Lift, Reason, Subject
from scoring.harms import Harms, harms_of
from scoring.house_lifts import cluster_lifts, confidence_lifts, gate_lifts, more_units
from scoring.measurements import NotPooled, Weighed, beside, measurements, weigh
from scoring.plans import Line, plan_against_measured
from scoring.pooled import Natural, natural, pooled
from scoring.standards.candour import CLUSTERS, ENOUGH, FINDINGS, HARMS, NAME, POLICY
from scoring.standards.candour_confidence import CONTEXT_P
from scoring.standards.interpreter import apply_rules, examine
from scoring.standards.rules import Rule
from scoring.synthesis import Synthesis
from scoring.units import Unit, ledger_of, monitored, set_beside, units_of

HARM = ("harmful", "concerning")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextGrade:
    """A context's own finding: the subject as if it were tried in no other."""

    context: Context
    finding: Finding
    natural: Natural | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseGrade:
    """What candour@1 says of one outcome domain of a programme's version or of an approach.

    `shown` pools the latest measurements (None without any) and `natural` is the same in the units
    of the reports. `differs` are the interactions that say not to average the contexts away.
    `bounds_exact` says that every bound is reached by a way to know what is unknown; `plan` is the
    diff of what was planned against what was told. `clusters` are, by event, the results whose
    errors were widened, or that could not be weighed, because they did not allow for clusters.
    """

    subject: Subject
    standard: str
    status: GradeStatus
    finding: Finding
    confidence: str
    tier: str
    steps: Mapping[str, int]
    small: bool
    demonstrably_works: bool
    monitoring: Monitoring
    shown: Synthesis | None
    natural: Natural | None
    units: tuple[Unit, ...]
    contexts: tuple[ContextGrade, ...]
    interactions: tuple[Interaction, ...]
    reasons: tuple[Reason, ...]
    bounds: Bounds
    bounds_exact: bool
    lift: tuple[Lift, ...]
    missing: tuple[str, ...]
    not_pooled: tuple[NotPooled, ...]
    harms: Harms
    plan: tuple[Line, ...]
    clusters: Mapping[str, Clustered]

    @property
    def differs(self) -> tuple[Interaction, ...]:
        return tuple(test for test in self.interactions if test.p < CONTEXT_P)

    @property
    def significant_once(self) -> bool:
        """Whether a single look would call it working, while monitoring does not yet."""
        above = self.shown is not None and self.shown.ci_low > 0
        return above and self.monitoring.ln_e_plus < math.log(ENOUGH)

    @property
    def remeasured(self) -> bool:
        """Whether what is shown is later than what the finding rests on."""
        return any(
            {c.event_id for c in unit.shown_from} != {c.event_id for c in unit.designated}
            for unit in self.units
            if unit.shown is not None
        )


def grade(subject: Subject) -> HouseGrade:
    """The house grade of a subject: a pure function of its contrasts, plans and judgements.

    The same for every order of the contrasts. The finding follows section 3.7 of the anytime
    method with the shown estimate as its gate, confidence the steps of `candour_confidence`, and
    whether it demonstrably works the default funding policy. With nothing to pool it is ungraded.
    """
    weighed, removed = weigh(subject.contrasts)
    measured, shut = measurements(weighed)
    units, case, means = units_of(measured), Case(measured=measured, subject=subject), remembering()
    monitoring, sure = monitored(*ledger_of(units)), confidence(case, means)
    harms, split, shown = harms_of(subject.contrasts), contexts(measured), monitoring.conventional
    clusters = {w.contrast.event_id: w.clusters for w in weighed if w.clusters is not None}
    facts = {**_facts(subject, units, monitoring, sure), **harms.facts(), **cluster_facts(clusters)}
    policy, found = apply_rules(POLICY, facts), monitoring.finding
    reach = bounds(weighed, subject, means=means, found=(found, sure.level))
    told = (examine(rule, facts) for rule in _told_beside(clusters))
    reasons = (*told, *sure.reasons, *policy.reasons)
    lifts = _lifts(weighed, case, monitoring, sure, means=means)
    return HouseGrade(
        subject=subject,
        standard=NAME,
        status="determined" if units else "ungraded",
        finding=found,
        confidence=sure.level,
        tier=sure.tier,
        steps=sure.steps,
        small=monitoring.small,
        demonstrably_works=policy.level == POLICY.levels[-1].name,
        monitoring=monitoring,
        shown=shown,
        natural=None if shown is None else natural(shown, _shown_contrasts(units)),
        units=units,
        contexts=tuple(_context_grade(context) for context in split),
        interactions=interactions(split),
        reasons=reasons,
        bounds=reach.bounds,
        bounds_exact=reach.exact,
        lift=(*_elsewhere(monitoring, units), *lifts, *_open(policy.lift)),
        missing=tuple(dict.fromkeys(r.title for r in reasons if r.answer == "unknown")),
        not_pooled=_not_pooled((*removed, *shut, *map(beside, set_beside(measured, units)))),
        harms=harms,
        plan=plan_against_measured(subject),
        clusters=clusters,
    )


def _told_beside(clusters: Mapping[str, Clustered]) -> tuple[Rule, ...]:
    """The rules that are told with the finding: on clusters only where people came in them."""
    return (*FINDINGS, *HARMS, CLUSTERS) if clusters else (*FINDINGS, *HARMS)


def _lifts(
    weighed: Sequence[Weighed],
    case: Case,
    monitoring: Monitoring,
    sure: Confidence,
    *,
    means: Means,
) -> tuple[Lift, ...]:
    """What facts about the known results would lift, the design's and that of clusters."""
    own = confidence_lifts(case, sure, means=means) if case.measured else gate_lifts(weighed)
    found = (monitoring.finding, sure.level)
    return (*own, *cluster_lifts(weighed, case.subject, found=found, means=means))


def _elsewhere(monitoring: Monitoring, units: Sequence[Unit]) -> tuple[Lift, ...]:
    return more_units(monitoring, [unit.entry for unit in units])


def _open(lifts: Sequence[Lift]) -> tuple[Lift, ...]:
    return tuple(lift for lift in lifts if lift.changes)


def _not_pooled(left_out: Sequence[NotPooled]) -> tuple[NotPooled, ...]:
    return tuple(sorted(left_out, key=lambda one: (one.event_id, one.why)))


def _shown_contrasts(units: Sequence[Unit]) -> tuple[Contrast, ...]:
    return tuple(c for unit in units if unit.shown is not None for c in unit.shown_from)


def _context_grade(context: Context) -> ContextGrade:
    return ContextGrade(
        context=context,
        finding=monitored(*ledger_of(context.units)).finding,
        natural=natural(context.shown, _shown_contrasts(context.units)),
    )


def _facts(
    subject: Subject, units: Sequence[Unit], monitoring: Monitoring, sure: Confidence
) -> Facts:
    plural, sesoi = monitoring.plural, monitoring.sesoi
    shown = _weakest(units, monitoring.conventional)
    found = monitoring.finding
    values: dict[str, float | bool | str | None] = {
        "e_plus": evidence(monitoring.ln_e_plus),
        "e_minus": evidence(monitoring.ln_e_minus),
        "lower": monitoring.lower,
        "upper": monitoring.upper,
        "e_plural_plus": evidence(plural.ln_e_plus),
        "e_plural_minus": evidence(plural.ln_e_minus),
        "lower_plural": plural.lower,
        "upper_plural": plural.upper,
        "sesoi": sesoi,
        "minus_sesoi": -sesoi,
        "shown_estimate": min((one.estimate for one in shown), default=None),
        "shown_low": min((one.ci_low for one in shown), default=None),
        "finding": found,
        "tier": sure.tier,
        "confidence": sure.level,
        "approach_finding": subject.approach_finding,
        "harm_found": found in HARM or subject.approach_finding in HARM,
    }
    ids = tuple(dict.fromkeys(i for unit in units for i in unit.event_ids))
    return {name: Fact(value=value, event_ids=ids) for name, value in values.items()}


def _weakest(units: Sequence[Unit], shown: Synthesis | None) -> list[Synthesis]:
    """What is shown; where a programme revised results, the pool as it was locked beside it.

    Whoever revises a result cannot carry it past a mark that the first value did not pass.
    """
    readings = [] if shown is None else [shown]
    if any(unit.entry.told is not None for unit in units):
        readings.append(pooled(_first(unit) for unit in units))
    return readings


def _first(unit: Unit) -> Study:
    return unit.entry.locked or unit.value


# ln of the largest evidence that is told as a number; anything near it is beyond all doubt.
LN_LARGEST = 700.0


def evidence(ln_e: float) -> float:
    """E from its logarithm, held within what a double can tell."""
    return math.exp(min(ln_e, LN_LARGEST))

"""The house grade: a finding, how sure, what they rest on, and what would lift them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.anytime import Finding, Monitoring, monitor
from scoring.body import best_designed
from scoring.confidence import Confidence, confidence
from scoring.contexts import Context, Interaction, contexts, interactions
from scoring.effects import LOG_RATIOS
from scoring.evidence import (
    Bounds,
    Conduct,
    Contrast,
    Fact,
    Facts,
    GradeStatus,
    Lift,
    Reason,
    Subject,
)
from scoring.pooled import Natural, natural
from scoring.standards.candour import ENOUGH, FINDINGS, NAME, POLICY
from scoring.standards.candour_confidence import CONTEXT_P
from scoring.standards.interpreter import apply_rules, examine
from scoring.synthesis import Synthesis
from scoring.units import NotPooled, Unit, pool
from scoring.worthwhile import worthwhile

HARM = ("harmful", "concerning")

# Findings from the worst news for a programme to the best.
FROM_WORST: tuple[Finding, ...] = (
    "harmful",
    "concerning",
    "no detectable effect",
    "no effect where tried",
    "insufficient",
    "promising",
    "works",
)


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
    lift: tuple[Lift, ...]
    missing: tuple[str, ...]
    not_pooled: tuple[NotPooled, ...]

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
    units, not_pooled = pool(subject.contrasts)
    monitoring = _monitored(units)
    shown = monitoring.conventional
    sure = confidence(units, subject, sesoi=monitoring.sesoi)
    found = monitoring.finding
    facts = _facts(subject, units, monitoring, sure)
    policy = apply_rules(POLICY, facts)
    split = contexts(subject.contrasts)
    reasons = (
        *(examine(rule, facts) for rule in FINDINGS),
        *sure.reasons,
        *policy.reasons,
    )
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
        bounds=_bounds(subject, found, sure),
        lift=(*_more_units(monitoring), *sure.lift, *_policy_lift(policy.lift)),
        missing=tuple(dict.fromkeys(r.title for r in reasons if r.answer == "unknown")),
        not_pooled=not_pooled,
    )


def _monitored(units: Sequence[Unit]) -> Monitoring:
    """The ledger's state, with the latest measurements as the estimate that people see."""
    # What is worthwhile is told by the best-designed part: a worse study cannot move that mark.
    best = best_designed(units, lambda unit: unit.tier)
    sesoi = smallest_worthwhile(best)
    measures = {c.result.measure for unit in best for c in unit.designated}
    ratios = bool(measures) and measures <= set(LOG_RATIOS)
    return monitor(
        [unit.entry for unit in units],
        sesoi=sesoi,
        measure=min(measures) if ratios else "SMD",
        latest=[unit.shown for unit in units if unit.shown is not None],
    )


def smallest_worthwhile(units: Sequence[Unit]) -> float | None:
    """The largest smallest worthwhile effect registered in advance, in SDs; None if none."""
    registered = [worthwhile(c.promise) for unit in units for c in unit.designated]
    return max((value for value in registered if value is not None), default=None)


def _bounds(subject: Subject, found: Finding, sure: Confidence) -> Bounds:
    """The worst and best finding that unknown facts of the gate allow, each with its confidence."""
    possible = [found, *(_monitored(pool(c)[0]).finding for c in _resolved(subject.contrasts))]
    ordered = sorted(possible, key=FROM_WORST.index)
    return Bounds(worst=f"{ordered[0]}, {sure.level}", best=f"{ordered[-1]}, {sure.best}")


def _resolved(contrasts: Sequence[Contrast]) -> list[list[Contrast]]:
    """The pool with every unknown of the gate good, and with every one bad, where there are any."""
    if all(_gate_is_known(c) for c in contrasts):
        return []
    good = [c if _gate_is_known(c) else replace(c, conduct=_let_in(c.conduct)) for c in contrasts]
    return [good, [c for c in contrasts if _gate_is_known(c)]]


def _gate_is_known(contrast: Contrast) -> bool:
    conduct = contrast.conduct
    uncontrolled = conduct.design == "cross_section" and conduct.controls_adequate is None
    return conduct.confounding_factor is not None and not uncontrolled


def _let_in(conduct: Conduct) -> Conduct:
    controls = conduct.controls_adequate
    return replace(
        conduct,
        confounding_factor=bool(conduct.confounding_factor),
        controls_adequate=True if controls is None else controls,
    )


def _shown_contrasts(units: Sequence[Unit]) -> tuple[Contrast, ...]:
    return tuple(c for unit in units if unit.shown is not None for c in unit.shown_from)


def _context_grade(context: Context) -> ContextGrade:
    return ContextGrade(
        context=context,
        finding=_monitored(context.units).finding,
        natural=natural(context.shown, _shown_contrasts(context.units)),
    )


def _facts(
    subject: Subject, units: Sequence[Unit], monitoring: Monitoring, sure: Confidence
) -> Facts:
    shown, plural, sesoi = monitoring.conventional, monitoring.plural, monitoring.sesoi
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
        "shown_estimate": None if shown is None else shown.estimate,
        "shown_low": None if shown is None else shown.ci_low,
        "finding": found,
        "tier": sure.tier,
        "confidence": sure.level,
        "approach_finding": subject.approach_finding,
        "harm_found": found in HARM or subject.approach_finding in HARM,
    }
    ids = tuple(dict.fromkeys(i for unit in units for i in unit.event_ids))
    return {name: Fact(value=value, event_ids=ids) for name, value in values.items()}


# ln of the largest evidence that is told as a number; anything near it is beyond all doubt.
LN_LARGEST = 700.0


def evidence(ln_e: float) -> float:
    """E from its logarithm, held within what a double can tell."""
    return math.exp(min(ln_e, LN_LARGEST))


def _more_units(monitoring: Monitoring) -> tuple[Lift, ...]:
    """How many units are needed at the very least before anything can hold elsewhere."""
    config = monitoring.config
    least = math.floor(config.ln_threshold / config.ln_cap) + 1
    wanting = least - monitoring.counting
    if wanting <= 0 or monitoring.finding in ("works", "harmful", "no detectable effect"):
        return ()
    text = (
        f"a finding that holds elsewhere: at least {wanting} more independent "
        f"{'unit' if wanting == 1 else 'units'} (sites or cohorts); {least} are the fewest that can"
    )
    return (Lift(to="holds elsewhere", changes=("candour.works_elsewhere",), text=text),)


def _policy_lift(lifts: Sequence[Lift]) -> tuple[Lift, ...]:
    return tuple(lift for lift in lifts if lift.changes)

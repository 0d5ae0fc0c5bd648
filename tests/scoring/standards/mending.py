"""What a lift asks for, done: facts of a contrast changed so that a rule is met."""

import re
from dataclasses import replace

from scoring.evidence import Judgement
from scoring.standards import standard_named
from scoring.standards.rules import Compare, Either, Is, OneOf
from tests.scoring.evidence import smd
from tests.scoring.standards.samples import FOR, IDEAL, sample

GROUPS = {
    "measurement": (
        "outcome_validated",
        "outcome_over_aligned",
        "outcome_same_in_both_groups",
        "outcome_assessor_blind",
    ),
    "conduct": (
        "confounding_factor",
        "randomisation_compromised",
        "adjusted_for_baseline",
        "controls_adequate",
        "usual_care_setting",
    ),
    "reporting": ("evaluator", "publication_status", "peer_reviewed", "published_year"),
    "implementation": (
        "theory_of_change",
        "manual",
        "training",
        "described",
        "fidelity",
        "mechanism_evidence",
    ),
}
FIELDS = {fact: group for group, facts in GROUPS.items() for fact in facts}
AS_IDEAL = {
    "attrition_differential_pp": "flow",
    "analysed_people": "flow",
    "analysed_intervention": "flow",
    "smallest_arm_analysed": "flow",
    "sites": "flow",
    "setting_types": "flow",
    "baseline_difference": "baseline",
    "domain_baseline_difference": "baseline",
    "analysis_population": "analysis",
    "same_population": "directness",
}
UNDER_WAY = {
    "implementation": {"mechanism_evidence": "tested"},
    "reporting": {"publication_status": "ongoing"},
}
NEW_SAMPLES = re.compile(r"(\d+) more (?:independent sample|stud)")


def mended(contrast, rule):
    """The contrast with what this rule asks for."""
    fact, check = rule.fact, rule.check
    if isinstance(check, Either):
        fact, check = check.alternatives[0]
    if fact in FIELDS:
        group = getattr(contrast, FIELDS[fact])
        mended_group = replace(group, **{fact.removeprefix("outcome_"): met(check)})
        return replace(contrast, **{FIELDS[fact]: mended_group})
    if fact in AS_IDEAL:
        return replace(contrast, **{AS_IDEAL[fact]: IDEAL[AS_IDEAL[fact]]})
    if fact == "months_since_end":
        return replace(contrast, months_since_end=float(met(check)))
    assert fact in ("effect", "p_value", "p_family"), f"nobody knows how to mend {fact}"
    alone = replace(contrast.analysis, comparisons_in_family=1)
    return replace(contrast, result=smd(*FOR).result, analysis=alone)


def met(check):
    match check:
        case Is(value=value):
            return value
        case OneOf(values=values):
            return values[-1]
        case Compare(operator=">=", threshold=threshold):
            return threshold
        case _:
            raise LookupError(f"nobody knows what meets {check}")


def rules_by_id(standard):
    named = [standard, *(standard_named(rating.standard) for rating in standard.ratings)]
    return {rule.id: rule for one in named for rule in one.every_rule}


def with_its_studies(standard, lift, contrasts):
    """The contrasts as a lift would have them."""
    rules = rules_by_id(standard)
    wanted = dict(lift.studies)
    changed = []
    for contrast in contrasts:
        for rule in wanted.get(contrast.event_id, ()):
            contrast = mended(contrast, rules[rule])
        changed.append(contrast)
    return changed


def with_new_samples(lift, contrasts):
    """The contrasts with as many of the best samples beside them as a lift asks for."""
    asked = NEW_SAMPLES.search(lift.text)
    # A rationale is what there is before results: an evaluation that is still under way.
    under_way = any("rationale" in rule for rule in lift.changes)
    facts = UNDER_WAY if under_way else {}
    number = int(asked.group(1)) if asked else 0
    return [*contrasts, *(sample(100 + i, **facts) for i in range(number))]


def settled(contrasts):
    """With what nobody had told turned out well: no harm, results in favour, and those known not
    to be so in studies too weak to count."""
    return [_told(contrast) for contrast in contrasts]


def _told(contrast):
    numbers, conduct, measurement = contrast.result.numbers, contrast.conduct, contrast.measurement
    unknown = numbers["se"] is None
    good = unknown or numbers["estimate"] / numbers["se"] > 1.96
    open_ = None in (
        conduct.confounding_factor,
        measurement.validated,
        contrast.analysis.population,
        contrast.flow.analysed_comparison,
    )
    return replace(
        contrast,
        harms=contrast.harms or (),
        result=smd(*FOR).result if unknown else contrast.result,
        conduct=replace(conduct, confounding_factor=not good) if open_ else conduct,
        measurement=replace(IDEAL["measurement"], source=measurement.source)
        if good
        else measurement,
        analysis=IDEAL["analysis"] if good else contrast.analysis,
        flow=IDEAL["flow"] if good else contrast.flow,
    )


def answered(standard):
    """The best answer to every question that a standard asks."""
    return tuple(
        Judgement(question=question.id, answer=question.answers[0], event_id=f"judged-{i}")
        for i, question in enumerate(standard.questions)
    )

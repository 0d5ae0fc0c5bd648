"""Contrasts that meet the WWC standards unless a test says otherwise."""

from scoring.evidence import Analysis, Baseline, Conduct, Flow, Measurement
from scoring.facts import contrast_facts
from scoring.standards import apply
from scoring.standards.wwc import WWC_4_1
from tests.scoring.evidence import smd

TRIAL = Conduct(
    design="rct",
    comparator="usual_care",
    confounding_factor=False,
    randomisation_compromised=False,
    units_intervention=1000,
    units_comparison=1000,
)
GOOD_OUTCOME = Measurement(validated=True, over_aligned=False, same_in_both_groups=True)
AS_ASSIGNED = Analysis(population="itt")
EQUAL = (Baseline(measure="age", standardised_difference=0.05),)
NEAR = (Baseline(measure="age", standardised_difference=-0.25),)
FAR = (Baseline(measure="age", standardised_difference=0.2501),)


def flow(overall, differential, assumption="cautious", size=100_000):
    lost_t, lost_c = overall + differential / 2, overall - differential / 2
    return Flow(
        assigned_intervention=size,
        assigned_comparison=size,
        analysed_intervention=round(size * (1 - lost_t / 100)),
        analysed_comparison=round(size * (1 - lost_c / 100)),
        attrition_assumption=assumption,
    )


def rating(conduct=TRIAL, *, others=(), **facts):
    known = {"measurement": GOOD_OUTCOME, "analysis": AS_ASSIGNED} | facts
    contrast = smd(0.1, 0.1, conduct=conduct, **known)
    return apply(WWC_4_1, contrast_facts(contrast, others=others))


def answer(grade, rule):
    return next(reason.answer for reason in grade.reasons if reason.rule == rule)

"""Contrasts and subjects for tests, sound unless a test says otherwise."""

from dataclasses import replace

from scoring.evidence import Conduct, Contrast, Flow, Promise, Result, Subject

SOUND = Conduct(
    design="matched_comparison",
    comparator="usual_care",
    confounding_factor=False,
    comparison_similar=True,
    controls_adequate=True,
)
TRIAL = Conduct(design="rct", confounding_factor=False, randomisation_compromised=False)
LOW_ATTRITION = Flow(
    assigned_intervention=500,
    assigned_comparison=500,
    analysed_intervention=470,
    analysed_comparison=475,
    attrition_assumption="cautious",
)
PLANNED = Promise(in_advance=True, measure="measure", switched=False, smallest_worthwhile=0.1)


def ratio(estimate, low=None, high=None, **facts):
    numbers = {"estimate": estimate, "ci_low": low, "ci_high": high}
    result = Result(kind="reported", measure="RR", numbers=numbers)
    return contrast(result=result, **{"direction_good": -1} | facts)


def smd(yi, se, **facts):
    result = Result(kind="reported", measure="SMD", numbers={"estimate": yi, "se": se})
    return contrast(result=result, **{"direction_good": 1} | facts)


def contrast(*, number=1, **facts):
    known = {
        "event_id": f"event-{number}",
        "programme": "programme",
        "study": "study",
        "site": f"site-{number}",
        "cohort": "cohort",
        "domain": "domain",
        "measure": "measure",
        "conduct": SOUND,
        "recorded_at": f"2020-01-01T00:00:{number:02d}",
    }
    return Contrast(**known | facts)


def trial(yi, se, **facts):
    return smd(yi, se, **{"conduct": TRIAL, "flow": LOW_ATTRITION, "promise": PLANNED} | facts)


def trials(values, **facts):
    return [trial(yi, se, number=i, **facts) for i, (yi, se) in enumerate(values, start=1)]


def subject(*contrasts, **facts):
    known = {"kind": "programme", "id": "programme", "outcome": "domain", "version": 1}
    return Subject(contrasts=tuple(contrasts), **known | facts)


def conducted(contrast, **facts):
    return replace(contrast, conduct=replace(contrast.conduct, **facts))

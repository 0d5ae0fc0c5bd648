"""Samples for standards that count them: each as good as can be, but for what a test changes."""

from dataclasses import replace

from scoring.evidence import (
    Analysis,
    Baseline,
    Conduct,
    Directness,
    Flow,
    Harm,
    Implementation,
    Measurement,
    Reporting,
)
from scoring.published import published
from scoring.standards import standard_named
from tests.scoring.evidence import smd, subject

# Designs of one group; of any other people without the programme are compared.
ONE_GROUP = ("pre_post", "interrupted_time_series", "monitoring")
HARMED = (Harm(severity="minor"),)
SERIOUS = (Harm(severity="serious", attributed=True),)
FOR, NULL, AGAINST = (0.3, 0.1), (0.05, 0.1), (-0.3, 0.1)

IDEAL = {
    "conduct": Conduct(
        design="rct",
        comparator="usual_care",
        assignment_mechanism="random",
        units_intervention=400,
        units_comparison=400,
        confounding_factor=False,
        randomisation_compromised=False,
        adjusted_for_baseline=True,
        controls_adequate=True,
        usual_care_setting=True,
    ),
    "flow": Flow(
        assigned_intervention=420,
        assigned_comparison=420,
        analysed_intervention=400,
        analysed_comparison=400,
        attrition_assumption="cautious",
        sites=3,
        setting_types=2,
        joiners_risk=False,
    ),
    "baseline": (Baseline(measure="age", standardised_difference=0.02, required=True),),
    "measurement": Measurement(
        source="administrative",
        validated=True,
        over_aligned=False,
        same_in_both_groups=True,
        assessor_blind=True,
        internal_consistency=0.9,
    ),
    "analysis": Analysis(population="itt", comparisons_in_family=1),
    "directness": Directness(population="same"),
    "reporting": Reporting(
        evaluator="independent",
        peer_reviewed=True,
        published_year=2020,
        publication_status="complete",
    ),
    "implementation": Implementation(
        theory_of_change=True, manual=True, training=True, described=True, fidelity=0.9
    ),
    "harms": (),
    "months_since_end": 12.0,
}


def sample(number=1, found=FOR, **changes):
    """The best possible trial with `found` = (effect, error); groups take what is to change."""
    facts = {}
    for name, value in IDEAL.items():
        change = changes.pop(name, {})
        facts[name] = (
            replace(value, **change)
            if isinstance(change, dict) and change
            else (value if change == {} else change)
        )
    known = {"study": f"Study {number}", "site": f"Town {number}"}
    return smd(*found, number=number, **known | facts | changes)


def conducted_as(design, **facts):
    """The conduct of a study of this design, which says whom it compares with."""
    comparator = "before_period" if design in ONE_GROUP else "usual_care"
    return Conduct(**{"design": design, "comparator": comparator} | facts)


def quasi(number=1, found=FOR, **changes):
    """The same by a matched comparison that is equivalent at baseline."""
    conduct = {"design": "matched_comparison", "assignment_mechanism": "staff_selected"}
    return sample(number, found, conduct=conduct | changes.pop("conduct", {}), **changes)


def graded(standard, *contrasts, judgements=()):
    return published(standard_named(standard), subject(*contrasts, judgements=judgements)).grade


def level(standard, *contrasts, judgements=()):
    return graded(standard, *contrasts, judgements=judgements).level

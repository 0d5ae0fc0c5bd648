"""WWC Standards Handbook 4.1: attrition, baseline equivalence and the rating of one contrast."""

from typing import Final

from scoring.standards.rules import Level, Standard
from scoring.standards.wwc.assignment import CUTOFF, TRIAL
from scoring.standards.wwc.comparison import EQUIVALENCE, GROUPS, OUTCOME
from scoring.standards.wwc.handbook import HANDBOOK


def _ids(*names: str) -> tuple[str, ...]:
    return tuple(f"wwc.{name}" for name in names)


# What every rating above the lowest asks; a design with a comparison group opens the standard.
ELIGIBLE: Final = _ids("eligible_design", "compared")
SOUND: Final = tuple(r.id for r in (*GROUPS, *OUTCOME) if r.id not in ELIGIBLE)
BY_CUTOFF: Final = _ids(
    "discontinuity",
    "cutoff_strict",
    "cutoff_values",
    "valid_cutoff",
    "no_sorting",
    "functional_form",
    "sharp_or_strong",
)
CHANGES: Final = _ids("changes", "same_pretest", "close_pretest", "others_equivalent")

WWC_4_1: Final = Standard(
    id="wwc",
    version="4.1",
    title="What Works Clearinghouse group design standards",
    unit="contrast",
    source=HANDBOOK,
    rules=(*GROUPS, *OUTCOME, *TRIAL, *CUTOFF, *EQUIVALENCE),
    entry=ELIGIBLE,
    levels=(
        Level(name="DOES_NOT_MEET", title="Does not meet WWC standards", paths=((),)),
        Level(
            name="MEETS_WITH",
            title="Meets WWC standards with reservations",
            paths=(
                (*SOUND, *_ids("domain_adjustable", "baseline_equivalent")),
                (*SOUND, *_ids("domain_adjustable", "baseline_adjustable", "adjusted")),
                (*SOUND, *_ids("domain_adjustable", "baseline_adjustable"), *CHANGES),
                (*SOUND, *BY_CUTOFF),
            ),
        ),
        Level(
            name="MEETS_WITHOUT",
            title="Meets WWC standards without reservations",
            paths=(
                (*SOUND, *_ids("randomised_people", "randomisation_intact", "attrition")),
                (
                    *SOUND,
                    *_ids("randomised_clusters", "randomisation_intact"),
                    *_ids("cluster_attrition", "attrition", "no_joiners"),
                ),
                (
                    *SOUND,
                    *_ids("instrument", "instrument_random", "strong_instrument", "valid_cutoff"),
                    *_ids("randomisation_intact", "attrition"),
                ),
                (*SOUND, *BY_CUTOFF, *_ids("attrition", "continuity")),
            ),
        ),
    ),
)

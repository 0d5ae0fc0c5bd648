"""Facts of one contrast that cannot both be true are refused at the door, both by name.

What was recorded before a rule was written stays readable: the rules are asked of what is told,
never of what is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType

from domain.contrast.codes import (
    AnalysisPopulation,
    AssignmentMechanism,
    Comparator,
    Design,
    PublicationStatus,
    StudyUnit,
    Timing,
)
from domain.contrast.contrast import Contrast
from domain.contrast.paths import check_reasons
from domain.contrast.people import ARMS, NO_ONE_ELSE, check_people
from domain.contrast.refusal import contradiction

RANDOMISED = (Design.RCT, Design.CLUSTER_RCT)
# Designs with a first stage, of which there is an F.
STAGED = (Design.INSTRUMENTAL_VARIABLE, Design.REGRESSION_DISCONTINUITY)

_CHOSEN = (
    AssignmentMechanism.TIMING,
    AssignmentMechanism.SELF_SELECTED,
    AssignmentMechanism.STAFF_SELECTED,
)
# What can have decided who got the programme, where it is not choice or timing. An instrument may
# itself be random: an offer drawn by lot.
MECHANISMS: Mapping[Design, tuple[AssignmentMechanism, ...]] = MappingProxyType(
    {
        Design.RCT: (AssignmentMechanism.RANDOM,),
        Design.CLUSTER_RCT: (AssignmentMechanism.RANDOM,),
        Design.REGRESSION_DISCONTINUITY: (AssignmentMechanism.FORCING_VARIABLE,),
        Design.INSTRUMENTAL_VARIABLE: (AssignmentMechanism.INSTRUMENT, AssignmentMechanism.RANDOM),
    }
)


def check_consistent(contrast: Contrast) -> None:
    """Refuse facts that contradict each other, naming both and what would be accepted."""
    check_reasons(contrast, contrast.missing)
    check_people(contrast)
    _check_mechanism(contrast)
    _check_comparator(contrast)
    _check_single_people(contrast)
    _check_units_of_a_trial(contrast)
    _check_cut_off(contrast)
    _check_first_stage(contrast)
    _check_months(contrast)
    _check_publication(contrast)


def _check_mechanism(contrast: Contrast) -> None:
    """A design is named after what decided who got the programme."""
    design = contrast.design
    mechanism, accepted = design.assignment_mechanism, MECHANISMS.get(design.type, _CHOSEN)
    if mechanism is not None and mechanism not in accepted:
        contradiction(
            "contrast.design.assignment_mechanism",
            mechanism,
            "contrast.design.type",
            design.type,
            accepted=f"{_words(accepted)} for {design.type}; or null where it is not known",
        )


def _check_comparator(contrast: Contrast) -> None:
    """A lot is drawn between two groups."""
    design = contrast.design
    if design.type in RANDOMISED and design.comparator in NO_ONE_ELSE:
        others = tuple(word for word in Comparator if word not in NO_ONE_ELSE)
        contradiction(
            "contrast.design.comparator",
            design.comparator,
            "contrast.design.type",
            design.type,
            accepted=f"{_words(others)}; or null where it is not known",
        )


def _check_single_people(contrast: Contrast) -> None:
    """Where single people were assigned there are no clusters to allow for."""
    design = contrast.design
    single = design.assignment_unit is StudyUnit.INDIVIDUAL
    if single and design.type is Design.CLUSTER_RCT:
        contradiction(
            "contrast.design.assignment_unit",
            design.assignment_unit,
            "contrast.design.type",
            design.type,
            accepted="a unit that people come in, such as practice; or the design rct",
        )
    if contrast.analysis.cluster_adjusted and (single or design.type is Design.RCT):
        other = "assignment_unit" if single else "type"
        contradiction(
            "contrast.analysis.cluster_adjusted",
            "true",
            f"contrast.design.{other}",
            getattr(design, other),
            accepted="false or null where single people were assigned; or the design cluster_rct",
        )


def _check_units_of_a_trial(contrast: Contrast) -> None:
    """The units of a trial are the people, or the clusters, that were assigned."""
    design = contrast.design
    counted = "clusters_assigned" if design.type is Design.CLUSTER_RCT else "assigned"
    for arm in ARMS if design.type in RANDOMISED else ():
        units = getattr(design, f"units_{arm}")
        assigned = getattr(contrast.sample, f"{counted}_{arm}")
        if units is not None and assigned is not None and units != assigned:
            contradiction(
                f"contrast.design.units_{arm}",
                units,
                f"contrast.sample.{counted}_{arm}",
                assigned,
                accepted=f"{assigned}, or null: both count what was assigned",
            )


def _check_cut_off(contrast: Contrast) -> None:
    """Only an assignment by a cut-off has one."""
    told, design = contrast.discontinuity, contrast.design.type
    names = (field.name for field in fields(told) if getattr(told, field.name) is not None)
    name = next(names, None)
    if name is not None and design is not Design.REGRESSION_DISCONTINUITY:
        contradiction(
            f"contrast.discontinuity.{name}",
            _word(getattr(told, name)),
            "contrast.design.type",
            design,
            accepted=f"null, or the design {Design.REGRESSION_DISCONTINUITY}",
        )


def _check_first_stage(contrast: Contrast) -> None:
    """Only an instrument, a cut-off or an analysis of compliers has a first stage."""
    told, design = contrast.design.instrument_f, contrast.design.type
    of_compliers = contrast.analysis.population is AnalysisPopulation.CACE
    if told is not None and design not in STAGED and not of_compliers:
        contradiction(
            "contrast.design.instrument_f",
            told,
            "contrast.design.type",
            design,
            accepted=f"null, or the design {_words(STAGED)}, or the analysis population cace",
        )


def _check_months(contrast: Contrast) -> None:
    """Nothing ends before it starts, or before it was launched."""
    start, end = contrast.months_since_start, contrast.months_since_end
    if start is not None and end is not None and end > start:
        contradiction(
            "contrast.months_since_end",
            end,
            "contrast.months_since_start",
            start,
            accepted=f"a number from 0 to {start}",
        )
    if end is not None and contrast.timing is Timing.BASELINE:
        contradiction(
            "contrast.months_since_end",
            end,
            "contrast.timing",
            contrast.timing,
            accepted="null: a baseline comes before the start",
        )


def _check_publication(contrast: Contrast) -> None:
    """What is not complete is neither out nor reviewed."""
    told = contrast.reporting
    if told.publication_status in (None, PublicationStatus.COMPLETE):
        return
    for name in ("published_year", "peer_reviewed"):
        if getattr(told, name):
            contradiction(
                f"contrast.reporting.{name}",
                _word(getattr(told, name)),
                "contrast.reporting.publication_status",
                told.publication_status,
                accepted=f"null, or the status {PublicationStatus.COMPLETE}",
            )


def _words(codes: Sequence[str]) -> str:
    return " or ".join(str(code) for code in codes)


def _word(told: object) -> str:
    """A fact as JSON has it."""
    return str(told).lower()

"""Published and house standards as data, and the one interpreter that applies them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scoring.errors import UnknownStandard
from scoring.evidence import Facts, Grade
from scoring.standards.blueprints import BLUEPRINTS_1
from scoring.standards.cebc import CEBC_1
from scoring.standards.certainty import AnyStandard, Certainty, apply_certainty
from scoring.standards.chi_campbell import CHI_CAMPBELL_1
from scoring.standards.eef_toolkit import EEF_TOOLKIT_2021
from scoring.standards.eef_trial import EEF_TRIAL_2019
from scoring.standards.eif import EIF_2017
from scoring.standards.eif_cost import EIF_COST_2017
from scoring.standards.emmie import EMMIE
from scoring.standards.essa import ESSA_2015
from scoring.standards.grade import GRADE_2011
from scoring.standards.interpreter import apply_rules, examine
from scoring.standards.nesta import NESTA_2013
from scoring.standards.pathways import PATHWAYS_2021
from scoring.standards.rob2 import ROB2_2019
from scoring.standards.robins_i import ROBINS_I_2_DRAFT, ROBINS_I_2016
from scoring.standards.rules import Level, Rule, Standard
from scoring.standards.sms import SMS_WWG_2016
from scoring.standards.sms_sherman import SMS_SHERMAN_1997
from scoring.standards.title_iv_e import TITLE_IV_E_2_0
from scoring.standards.trees import TreeStandard, apply_trees
from scoring.standards.value_for_money import DFT_VFM_1
from scoring.standards.wwc import WWC_4_1
from scoring.standards.wwc_tiers import WWC_5_0

__all__ = [
    "STANDARDS",
    "AnyStandard",
    "Certainty",
    "Level",
    "Rule",
    "Standard",
    "TreeStandard",
    "apply",
    "examine",
    "standard_named",
]

# Published standards by name; the house grade stands apart.
STANDARDS: Final[Mapping[str, AnyStandard]] = MappingProxyType(
    {
        standard.name: standard
        for standard in (
            WWC_4_1,
            WWC_5_0,
            ESSA_2015,
            SMS_WWG_2016,
            SMS_SHERMAN_1997,
            EEF_TRIAL_2019,
            CHI_CAMPBELL_1,
            EEF_TOOLKIT_2021,
            *EMMIE,
            DFT_VFM_1,
            GRADE_2011,
            ROB2_2019,
            ROBINS_I_2016,
            ROBINS_I_2_DRAFT,
            NESTA_2013,
            EIF_2017,
            EIF_COST_2017,
            PATHWAYS_2021,
            TITLE_IV_E_2_0,
            CEBC_1,
            BLUEPRINTS_1,
        )
    }
)


def standard_named(name: str) -> AnyStandard:
    """The standard with this id and version; raises UnknownStandard listing those there are."""
    if name not in STANDARDS:
        raise UnknownStandard(
            f"is {name!r}", field="standard", accepted="one of " + ", ".join(STANDARDS)
        )
    return STANDARDS[name]


def apply(standard: AnyStandard, facts: Facts) -> Grade:
    """The grade that a standard gives on these facts, by the interpreter of its kind."""
    if isinstance(standard, Certainty):
        return apply_certainty(standard, facts)
    if isinstance(standard, TreeStandard):
        return apply_trees(standard, facts)
    return apply_rules(standard, facts)

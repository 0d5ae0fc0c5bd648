"""Domain 1 of ROBINS-I version 2 (draft): confounding, for either effect of interest."""

from typing import Final

from scoring.standards.robins_i.levels import CRITICAL, LOW, LOW_EXCEPT, MODERATE, SERIOUS
from scoring.standards.robins_i.questions import NO, UNTOLD, YES
from scoring.standards.trees import Ask, Branch


def _checks(question: str, *, clear: str, pointing: str) -> Ask:
    """Whether checks point to serious confounding that is left."""
    return Ask(question, (Branch(NO, clear), Branch(YES, pointing)))


UNCONTROLLED: Final = _checks("robins_i_1_4", clear=SERIOUS, pointing=CRITICAL)

CONFOUNDING: Final = Ask(
    "robins_i_1_1",
    (
        Branch(
            (*YES, "wn"),
            Ask(
                "robins_i_1_3",
                (
                    Branch(YES, UNCONTROLLED),
                    Branch(
                        (*NO, *UNTOLD),
                        Ask(
                            "robins_i_1_2",
                            (
                                Branch(
                                    (*YES, "wn"),
                                    _checks("robins_i_1_4", clear=LOW_EXCEPT, pointing=MODERATE),
                                ),
                                Branch(("sn", *UNTOLD), SERIOUS),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Branch(("sn", *UNTOLD), UNCONTROLLED),
    ),
)

WELL_CONTROLLED: Final = _checks("robins_i_1_5_per_protocol", clear=LOW, pointing=MODERATE)
FAIRLY_CONTROLLED: Final = _checks("robins_i_1_5_per_protocol", clear=LOW_EXCEPT, pointing=SERIOUS)


def _measured(well: Ask) -> Ask:
    return Ask(
        "robins_i_1_3_per_protocol",
        (
            Branch(YES, well),
            Branch(("wn",), FAIRLY_CONTROLLED),
            Branch(("sn", *UNTOLD), SERIOUS),
        ),
    )


PER_PROTOCOL: Final = Ask(
    "robins_i_1_1_per_protocol",
    (
        Branch(
            YES,
            Ask(
                "robins_i_1_2_per_protocol",
                (
                    Branch(YES, _measured(WELL_CONTROLLED)),
                    Branch(("wn",), _measured(FAIRLY_CONTROLLED)),
                    Branch(("sn", *UNTOLD), SERIOUS),
                ),
            ),
        ),
        Branch(
            (*NO, *UNTOLD),
            Ask(
                "robins_i_1_4_per_protocol",
                (
                    Branch(YES, CRITICAL),
                    Branch(
                        (*NO, *UNTOLD),
                        _checks("robins_i_1_5_per_protocol", clear=SERIOUS, pointing=CRITICAL),
                    ),
                ),
            ),
        ),
    ),
)

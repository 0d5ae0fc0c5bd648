"""Domain 4 of ROBINS-I version 2 (draft): missing data, by how the analysis deals with them."""

from typing import Final

from scoring.standards.robins_i.levels import CRITICAL, LOW, MODERATE, SERIOUS
from scoring.standards.robins_i.questions import NO, UNTOLD, YES
from scoring.standards.trees import Ask, Branch

NO_OR_UNTOLD: Final = (*NO, *UNTOLD)


def _checked(shown: str, otherwise: str) -> Ask:
    """Whether a check shows that the gaps do not tilt the result."""
    return Ask(
        "robins_i_4_11",
        (
            Branch(YES, shown),
            Branch(NO, otherwise),
            # The diagram as read leaves it open: the worse branch.
            Branch(UNTOLD, otherwise, verified=False),
        ),
    )


FAIR: Final = _checked(MODERATE, SERIOUS)
POOR: Final = _checked(SERIOUS, CRITICAL)

COMPLETE_CASES: Final = Ask(
    "robins_i_4_5",
    (
        Branch(NO, LOW),
        Branch(
            (*YES, *UNTOLD),
            Ask("robins_i_4_6", (Branch((*YES, "wn", *UNTOLD), FAIR), Branch(("sn",), POOR))),
        ),
    ),
)

FILLED_IN: Final = Ask(
    "robins_i_4_8",
    (
        Branch(
            YES,
            Ask(
                "robins_i_4_9",
                (
                    Branch(YES, LOW),
                    Branch(("wn", *UNTOLD), FAIR),
                    Branch(("sn",), POOR),
                ),
            ),
        ),
        Branch(
            NO_OR_UNTOLD,
            Ask(
                "robins_i_4_9",
                (
                    Branch((*YES, "wn", *UNTOLD), FAIR),
                    # Two branches of the diagram as read fit: the worse of them.
                    Branch(("sn",), POOR, verified=False),
                ),
            ),
        ),
    ),
)

OTHERWISE: Final = Ask(
    "robins_i_4_10",
    (Branch(YES, LOW), Branch(("wn", *UNTOLD), FAIR), Branch(("sn",), POOR)),
)

DEALT_WITH: Final = Ask(
    "robins_i_4_4",
    (
        Branch((*YES, *UNTOLD), COMPLETE_CASES),
        Branch(
            NO,
            Ask("robins_i_4_7", (Branch(YES, FILLED_IN), Branch(NO_OR_UNTOLD, OTHERWISE))),
        ),
    ),
)


def _unless_known(number: int, then: Ask | str) -> Ask:
    return Ask(f"robins_i_4_{number}", (Branch(YES, then), Branch(NO_OR_UNTOLD, DEALT_WITH)))


MISSING: Final = _unless_known(1, _unless_known(2, _unless_known(3, LOW)))

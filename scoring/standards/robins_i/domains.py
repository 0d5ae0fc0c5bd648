"""The six domains of ROBINS-I version 2 (draft) and the trees that judge them."""

from typing import Final

from scoring.standards.robins_i.confounding import CONFOUNDING, PER_PROTOCOL
from scoring.standards.robins_i.levels import CRITICAL, LOW, MODERATE, SCALE, SERIOUS
from scoring.standards.robins_i.missing import MISSING
from scoring.standards.robins_i.questions import NO, TOOL, UNTOLD, YES
from scoring.standards.trees import Ask, Branch, Domain, Tree, asking, led, worse_of

# The diagrams were read as transcribed in CoRATES.
DIAGRAM: Final = f"{TOOL}, diagram of the domain"

NO_OR_UNTOLD: Final = (*NO, *UNTOLD)
YES_OR_UNTOLD: Final = (*YES, *UNTOLD)


def _mistakes(without: str, likely: str) -> Ask:
    return Ask("robins_i_2_5", (Branch(NO, without), Branch(YES_OR_UNTOLD, likely)))


SWAYED_LITTLE: Final = _mistakes(MODERATE, SERIOUS)
SWAYED_MUCH: Final = _mistakes(SERIOUS, CRITICAL)

TOLD_IN_TIME: Final = Ask(
    "robins_i_2_4",
    (
        Branch(NO, _mistakes(LOW, MODERATE)),
        Branch(("wy", *UNTOLD), SWAYED_LITTLE),
        Branch(("sy",), SWAYED_MUCH),
    ),
)

TOLD_LATE: Final = Ask(
    "robins_i_2_3",
    (
        Branch(
            ("sy", "wy", *UNTOLD),
            Ask(
                "robins_i_2_4",
                (
                    Branch(NO, SWAYED_LITTLE),
                    # The diagram as read leaves these two open: the worse branch.
                    Branch(("wy", *UNTOLD), SWAYED_MUCH, verified=False),
                    Branch(("sy",), SWAYED_MUCH),
                ),
            ),
        ),
        Branch(
            NO,
            Ask(
                "robins_i_2_4",
                (Branch(NO, SWAYED_MUCH), Branch(("sy", "wy", *UNTOLD), CRITICAL)),
            ),
        ),
    ),
)

CLASSIFICATION: Final = Ask(
    "robins_i_2_1",
    (
        Branch(YES, TOLD_IN_TIME),
        Branch(
            NO_OR_UNTOLD,
            Ask("robins_i_2_2", (Branch(YES, TOLD_IN_TIME), Branch(NO_OR_UNTOLD, TOLD_LATE))),
        ),
    ),
)

FOLLOWED_FROM_START: Final = Ask(
    "robins_i_3_1",
    (
        Branch(YES, Ask("robins_i_3_2", (Branch(YES, MODERATE), Branch(NO_OR_UNTOLD, LOW)))),
        Branch(("wn", *UNTOLD), MODERATE),
        Branch(("sn",), SERIOUS),
    ),
)

LET_IN_LATER: Final = Ask(
    "robins_i_3_3",
    (
        Branch(NO, LOW),
        # The diagram as read says no information of either question alike; here it is of this one
        # whatever the next would be: the worse branch.
        Branch(UNTOLD, MODERATE, verified=False),
        Branch(
            YES,
            Ask(
                "robins_i_3_4",
                (
                    Branch(NO, LOW),
                    Branch(UNTOLD, MODERATE),
                    Branch(
                        YES,
                        Ask(
                            "robins_i_3_5",
                            (Branch(YES, SERIOUS), Branch(NO_OR_UNTOLD, MODERATE)),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

PUT_RIGHT: Final = Ask(
    "robins_i_3_6",
    (
        Branch(YES, MODERATE),
        Branch(
            NO_OR_UNTOLD,
            Ask(
                "robins_i_3_7",
                (
                    Branch(YES, MODERATE),
                    Branch(
                        NO_OR_UNTOLD,
                        Ask(
                            "robins_i_3_8",
                            (Branch(YES, CRITICAL), Branch(NO_OR_UNTOLD, SERIOUS)),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

SELECTION: Final = asking(
    led(
        worse_of(FOLLOWED_FROM_START, LET_IN_LATER, SCALE),
        lambda end: PUT_RIGHT if end == SERIOUS else end,
    )
)

COLOURED: Final = Ask(
    "robins_i_5_3",
    (Branch(NO, LOW), Branch(("wy", *UNTOLD), MODERATE), Branch(("sy",), SERIOUS)),
)

OUTCOME: Final = Ask(
    "robins_i_5_1",
    (
        Branch(YES, SERIOUS),
        Branch(NO, Ask("robins_i_5_2", (Branch(NO, LOW), Branch(YES_OR_UNTOLD, COLOURED)))),
        Branch(
            UNTOLD,
            Ask(
                "robins_i_5_2",
                (
                    Branch(NO, MODERATE),
                    Branch(
                        YES_OR_UNTOLD,
                        Ask(
                            "robins_i_5_3",
                            (Branch(("sy",), SERIOUS), Branch(("wy", *NO, *UNTOLD), MODERATE)),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

PICKS: Final = ("robins_i_6_2", "robins_i_6_3", "robins_i_6_4")


def _picked(yes: int, untold: int, left: tuple[str, ...]) -> Tree:
    """Of the three ways to pick a result, so many are likely and so many not told of."""
    if yes > 1:
        return CRITICAL
    if not left:
        return _of_all_picks(yes, untold)
    branches = (
        Branch(YES, _picked(yes + 1, untold, left[1:])),
        Branch(NO, _picked(yes, untold, left[1:])),
        Branch(UNTOLD, _picked(yes, untold + 1, left[1:])),
    )
    return Ask(left[0], branches)


def _of_all_picks(yes: int, untold: int) -> str:
    if yes == 1 or untold == len(PICKS):
        return SERIOUS
    return MODERATE if untold else LOW


REPORTING: Final = Ask(
    "robins_i_6_1", (Branch(YES, LOW), Branch(NO_OR_UNTOLD, _picked(0, 0, PICKS)))
)

DOMAINS: Final = (
    Domain(
        id="robins-i.d1",
        title="Confounding",
        source=DIAGRAM,
        tree=Ask(
            "robins_i_effect",
            (Branch(("assignment",), CONFOUNDING), Branch(("adhering",), PER_PROTOCOL)),
        ),
    ),
    Domain(
        id="robins-i.d2",
        title="Classification of interventions",
        source=DIAGRAM,
        tree=CLASSIFICATION,
    ),
    Domain(id="robins-i.d3", title="Selection of people", source=DIAGRAM, tree=SELECTION),
    Domain(id="robins-i.d4", title="Missing data", source=DIAGRAM, tree=MISSING),
    Domain(id="robins-i.d5", title="Measurement of the outcome", source=DIAGRAM, tree=OUTCOME),
    Domain(id="robins-i.d6", title="Choice of the reported result", source=DIAGRAM, tree=REPORTING),
)

"""The five domains of RoB 2 and the trees that judge them."""

from typing import Final

from scoring.standards.rob2.questions import TOOL
from scoring.standards.trees import Ask, Branch, Domain, led, worse_of

HIGH: Final = "high"
SOME: Final = "some_concerns"
LOW: Final = "low"

# Judgements of a domain from worst to best.
SCALE: Final = (HIGH, SOME, LOW)

YES: Final = ("y", "py")
NO: Final = ("n", "pn")
UNTOLD: Final = ("ni",)
NO_OR_UNTOLD: Final = (*NO, *UNTOLD)
YES_OR_UNTOLD: Final = (*YES, *UNTOLD)
ASIDE: Final = ("na",)

# The diagrams were read as transcribed in CoRATES.
DIAGRAM: Final = f"{TOOL}, diagram of the domain"

RANDOMISATION: Final = Ask(
    "rob2_1_2",
    (
        Branch(
            YES,
            Ask(
                "rob2_1_1",
                (
                    Branch(NO, SOME),
                    Branch(
                        YES_OR_UNTOLD,
                        Ask("rob2_1_3", (Branch(YES, SOME), Branch(NO_OR_UNTOLD, LOW))),
                    ),
                ),
            ),
        ),
        Branch(UNTOLD, Ask("rob2_1_3", (Branch(YES, HIGH), Branch(NO_OR_UNTOLD, SOME)))),
        Branch(NO, HIGH),
    ),
)

TRIAL_CONTEXT: Final = Ask(
    "rob2_2_3",
    (
        Branch(NO, LOW),
        Branch(UNTOLD, SOME),
        Branch(
            YES,
            Ask(
                "rob2_2_4",
                (
                    Branch(NO, SOME),
                    Branch(
                        YES_OR_UNTOLD,
                        Ask("rob2_2_5", (Branch(YES, SOME), Branch(NO_OR_UNTOLD, HIGH))),
                    ),
                ),
            ),
        ),
    ),
)


def _unless_blind(blind: Ask | str, otherwise: Ask) -> Ask:
    """Blind where neither the people nor those who deliver knew the groups."""
    staff = Ask("rob2_2_2", (Branch(NO, blind), Branch(YES_OR_UNTOLD, otherwise)))
    return Ask("rob2_2_1", (Branch(NO, staff), Branch(YES_OR_UNTOLD, otherwise)))


ANALYSED_AS_ASSIGNED: Final = Ask(
    "rob2_2_6",
    (
        Branch(YES, LOW),
        Branch(
            NO_OR_UNTOLD,
            Ask("rob2_2_7", (Branch(NO, SOME), Branch(YES_OR_UNTOLD, HIGH))),
        ),
    ),
)

ASSIGNMENT: Final = worse_of(_unless_blind(LOW, TRIAL_CONTEXT), ANALYSED_AS_ASSIGNED, SCALE)

SUITED_ANALYSIS: Final = Ask("rob2_2_6_adhering", (Branch(YES, SOME), Branch(NO_OR_UNTOLD, HIGH)))

KEPT_TO_PLAN: Final = Ask(
    "rob2_2_4_adhering",
    (
        Branch(
            (*NO, *ASIDE),
            Ask(
                "rob2_2_5_adhering",
                (Branch((*NO, *ASIDE), LOW), Branch(YES_OR_UNTOLD, SUITED_ANALYSIS)),
            ),
        ),
        Branch(YES_OR_UNTOLD, SUITED_ANALYSIS),
    ),
)

ADHERING: Final = _unless_blind(
    KEPT_TO_PLAN,
    Ask(
        "rob2_2_3_adhering",
        (Branch((*YES, *ASIDE), KEPT_TO_PLAN), Branch(NO_OR_UNTOLD, SUITED_ANALYSIS)),
    ),
)

MISSING: Final = Ask(
    "rob2_3_1",
    (
        Branch(YES, LOW),
        Branch(
            NO_OR_UNTOLD,
            Ask(
                "rob2_3_2",
                (
                    Branch(YES, LOW),
                    Branch(
                        NO_OR_UNTOLD,
                        Ask(
                            "rob2_3_3",
                            (
                                Branch(NO, LOW),
                                Branch(
                                    YES_OR_UNTOLD,
                                    Ask(
                                        "rob2_3_4",
                                        (Branch(NO, SOME), Branch(YES_OR_UNTOLD, HIGH)),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)

ASSESSED: Final = Ask(
    "rob2_4_3",
    (
        Branch(NO, LOW),
        Branch(
            YES_OR_UNTOLD,
            Ask(
                "rob2_4_4",
                (
                    Branch(NO, LOW),
                    Branch(
                        YES_OR_UNTOLD,
                        Ask("rob2_4_5", (Branch(NO, SOME), Branch(YES_OR_UNTOLD, HIGH))),
                    ),
                ),
            ),
        ),
    ),
)

MEASUREMENT: Final = Ask(
    "rob2_4_1",
    (
        Branch(YES, HIGH),
        Branch(
            NO_OR_UNTOLD,
            Ask(
                "rob2_4_2",
                (
                    Branch(YES, HIGH),
                    Branch(NO, ASSESSED),
                    # Not knowing whether the groups were measured alike leaves some concerns.
                    Branch(UNTOLD, led(ASSESSED, lambda end: SOME if end == LOW else end)),
                ),
            ),
        ),
    ),
)

REPORTING: Final = Ask(
    "rob2_5_2",
    (
        Branch(YES, HIGH),
        Branch(UNTOLD, Ask("rob2_5_3", (Branch(YES, HIGH), Branch(NO_OR_UNTOLD, SOME)))),
        Branch(
            NO,
            Ask(
                "rob2_5_3",
                (
                    Branch(YES, HIGH),
                    Branch(UNTOLD, SOME),
                    Branch(NO, Ask("rob2_5_1", (Branch(YES, LOW), Branch(NO_OR_UNTOLD, SOME)))),
                ),
            ),
        ),
    ),
)

DOMAINS: Final = (
    Domain(id="rob2.d1", title="Randomisation", source=DIAGRAM, tree=RANDOMISATION),
    Domain(
        id="rob2.d2",
        title="Departures from what was planned",
        source=DIAGRAM,
        tree=Ask(
            "rob2_effect", (Branch(("assignment",), ASSIGNMENT), Branch(("adhering",), ADHERING))
        ),
    ),
    Domain(id="rob2.d3", title="Missing outcomes", source=DIAGRAM, tree=MISSING),
    Domain(id="rob2.d4", title="Measurement of the outcome", source=DIAGRAM, tree=MEASUREMENT),
    Domain(id="rob2.d5", title="Choice of the reported result", source=DIAGRAM, tree=REPORTING),
)

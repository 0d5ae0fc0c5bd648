"""Nesta Standards of Evidence (Puttick and Ludlow 2012, revised 2013): five cumulative levels."""

from typing import Final

from scoring.standards.counting import Asking
from scoring.standards.rules import Compare, Is, Level, OneOf, Question, Standard, Tally

REPORT: Final = "Nesta Standards of Evidence (Puttick and Ludlow, October 2013)"
ASKING: Final = Asking(prefix="nesta", source=REPORT, second_hand=f"{REPORT}, at second hand")

FAVOURABLE: Final = ASKING.ids("better", "significant")
CAUSAL: Final = (*ASKING.ids("compared", "unconfounded"), *FAVOURABLE)

ACCOUNT: Final = Tally(
    fact="account",
    title="a theory of change",
    paths=(ASKING.ids("theory"),),
)
CHANGE: Final = Tally(
    fact="change",
    title="a change for the better among users",
    paths=(FAVOURABLE,),
)
CAUSE: Final = Tally(
    fact="cause",
    title="a favourable effect against a comparison group",
    paths=(CAUSAL,),
)
VALIDATED: Final = Tally(
    fact="validated",
    title="a favourable effect against a comparison group, evaluated independently",
    paths=((*CAUSAL, *ASKING.ids("independent")),),
)
AGAINST: Final = Tally(
    fact="against",
    title="a significant effect against",
    paths=(ASKING.ids("compared", "worse", "significant"),),
    of="taken back",
)
MANUAL: Final = Tally(
    fact="manual",
    title="a manual and training that others can use",
    paths=(ASKING.ids("manual", "training"),),
)
ELSEWHERE: Final = Tally(
    fact="elsewhere",
    title="a favourable effect in several kinds of setting, with fidelity measured",
    paths=((*CAUSAL, *ASKING.ids("settings", "fidelity")),),
)

LEVEL_1: Final = ASKING.ids("account_1")
LEVEL_2: Final = (*LEVEL_1, *ASKING.ids("change_1"))
LEVEL_3: Final = (*LEVEL_2, *ASKING.ids("cause_1"))
LEVEL_4: Final = (
    *LEVEL_3,
    *ASKING.ids("validated_1", "cause_2", "against_at_most_0", "reasonable_cost"),
)
LEVEL_5: Final = (*LEVEL_4, *ASKING.ids("manual_1", "validated_2", "elsewhere_1"))

NESTA_2013: Final = Standard(
    id="nesta",
    version="2013",
    title="Nesta Standards of Evidence",
    unit="body",
    source=REPORT,
    contrast_rules=(
        ASKING.told(
            "theory", "There is a theory of change", "theory_of_change", "a theory of change"
        ),
        *ASKING.favourable(verified=False),
        ASKING.worse(verified=False),
        ASKING.compared(),
        ASKING.rule(
            "unconfounded",
            "Nothing else always went with one group",
            ("confounding_factor", Is(False)),
            "show that nothing else always went with one of the groups",
            verified=False,
        ),
        ASKING.independent(),
        ASKING.told("manual", "There is a manual", "manual", "a manual", verified=False),
        ASKING.told(
            "training", "Training is available", "training", "training for others", verified=False
        ),
        ASKING.rule(
            "settings",
            "Kinds of setting in the study",
            ("setting_types", Compare(">=", 2)),
            "two or more kinds of setting",
            verified=False,
            fixed=True,
        ),
        ASKING.rule(
            "fidelity",
            "Fidelity was measured (share)",
            ("fidelity", Compare(">=", 0.0)),
            "a measure of fidelity",
            verified=False,
        ),
    ),
    tallies=(ACCOUNT, CHANGE, CAUSE, VALIDATED, AGAINST, MANUAL, ELSEWHERE),
    questions=(
        Question(
            id="nesta_reasonable_cost",
            text="Is the impact achieved at a cost that is reasonable for what it brings?",
            answers=("yes", "no"),
            source=REPORT,
        ),
    ),
    rules=(
        ASKING.at_least(1, ACCOUNT),
        ASKING.at_least(1, CHANGE),
        ASKING.at_least(1, CAUSE),
        ASKING.at_least(1, VALIDATED),
        ASKING.at_least(2, CAUSE, verified=False),
        ASKING.at_most(0, AGAINST, verified=False),
        ASKING.rule(
            "reasonable_cost",
            "The impact comes at a reasonable cost",
            ("nesta_reasonable_cost", OneOf(("yes",))),
            "a judgement that the impact comes at a reasonable cost",
            judgement=True,
        ),
        ASKING.at_least(1, MANUAL, verified=False),
        ASKING.at_least(2, VALIDATED, verified=False),
        ASKING.at_least(1, ELSEWHERE, verified=False),
    ),
    levels=(
        Level(name="0", title="Nesta: below level 1", paths=((),)),
        Level(name="1", title="Nesta 1: account of impact", paths=(LEVEL_1,)),
        Level(name="2", title="Nesta 2: correlation", paths=(LEVEL_2,)),
        Level(name="3", title="Nesta 3: causation", paths=(LEVEL_3,)),
        Level(name="4", title="Nesta 4: independent replication", paths=(LEVEL_4,)),
        Level(name="5", title="Nesta 5: scaled", paths=(LEVEL_5,)),
    ),
)

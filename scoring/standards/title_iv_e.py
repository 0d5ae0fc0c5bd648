"""Title IV-E Prevention Services Clearinghouse, Handbook 2.0 (2024): rating of one programme."""

from typing import Final

from scoring.standards.counting import MODERATE, WWC, Asking
from scoring.standards.rules import Compare, Level, Standard, Tally

HANDBOOK: Final = "Title IV-E Prevention Services Clearinghouse, Handbook 2.0 (ACF, 2024)"
ASKING: Final = Asking(
    prefix="title_iv_e", source=HANDBOOK, second_hand=f"{HANDBOOK}, at second hand"
)

# Studies from this year on are eligible, and the months an effect must last for each rating.
FIRST_YEAR: Final = 1990
LASTING: Final = 6
LONG: Final = 12

FAVOURABLE: Final = ASKING.ids("rated", "eligible_year", "better", "significant")
IN_PRACTICE: Final = (*FAVOURABLE, *ASKING.ids("usual_care"))

PROMISING: Final = Tally(
    fact="favourable",
    title="a favourable effect, rated moderate or high",
    paths=(FAVOURABLE,),
)
PRACTICE: Final = Tally(
    fact="in_practice",
    title="a favourable effect, rated moderate or high, in usual care or practice",
    paths=(IN_PRACTICE,),
)
SUSTAINED: Final = Tally(
    fact="lasting",
    title=f"a favourable effect in usual care or practice that lasts {LASTING} months",
    paths=((*IN_PRACTICE, *ASKING.ids(f"sustained_{LASTING}")),),
)
LONG_SUSTAINED: Final = Tally(
    fact="long_lasting",
    title=f"a favourable effect in usual care or practice that lasts {LONG} months",
    paths=((*IN_PRACTICE, *ASKING.ids(f"sustained_{LONG}")),),
)
HARM: Final = Tally(fact="harm", title="harm", paths=(ASKING.ids("harmed"),), of="told")

AGAINST: Final = Tally(
    fact="against",
    title="a significant unfavourable effect, rated moderate or high",
    paths=(ASKING.ids("rated", "eligible_year", "worse", "significant"),),
    of="taken back",
)

# Evidence of harm blocks: harm that was told, and an effect that is harm by its sign.
NO_HARM: Final = ASKING.ids("harm_at_most_0", "against_at_most_0")

TITLE_IV_E_2_0: Final = Standard(
    id="title-iv-e",
    version="2.0",
    title="Title IV-E Prevention Services Clearinghouse",
    unit="body",
    source=HANDBOOK,
    ratings=(WWC,),
    contrast_rules=(
        ASKING.rated("rated", MODERATE, "moderate or high", verified=False),
        ASKING.rule(
            "eligible_year",
            "Year of publication",
            ("published_year", Compare(">=", FIRST_YEAR)),
            f"a study published in {FIRST_YEAR} or later",
        ),
        *ASKING.favourable(),
        ASKING.worse(verified=False),
        ASKING.usual_care(),
        ASKING.sustained(LASTING),
        ASKING.sustained(LONG),
        ASKING.harmed(verified=False),
    ),
    tallies=(PROMISING, PRACTICE, SUSTAINED, LONG_SUSTAINED, HARM, AGAINST),
    rules=(
        ASKING.at_least(1, PROMISING, verified=False),
        ASKING.at_least(1, SUSTAINED),
        ASKING.at_least(2, PRACTICE),
        ASKING.at_least(1, LONG_SUSTAINED),
        ASKING.at_most(0, HARM, verified=False),
        ASKING.at_most(0, AGAINST, verified=False),
    ),
    levels=(
        Level(name="does_not_meet", title="Does not currently meet criteria", paths=((),)),
        Level(
            name="promising",
            title="Promising",
            paths=((*ASKING.ids("favourable_1"), *NO_HARM),),
        ),
        Level(
            name="supported",
            title="Supported",
            paths=((*ASKING.ids("lasting_1"), *NO_HARM),),
        ),
        Level(
            name="well_supported",
            title="Well-supported",
            paths=((*ASKING.ids("in_practice_2", "long_lasting_1"), *NO_HARM),),
        ),
    ),
)

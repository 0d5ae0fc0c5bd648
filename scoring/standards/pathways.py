"""Pathways to Work Evidence Clearinghouse: how well an intervention is supported on one outcome.

Only null or unfavourable findings is not supported, be it of one study (the glossary). A level of
insufficient evidence is known at second hand only, and no line that could be read parts it from
that one: a body of which it is not known whether any finding is favourable is ungraded instead.
"""

from typing import Final

from scoring.standards.counting import MODERATE, WWC, Asking
from scoring.standards.rules import Level, Standard, Tally

GLOSSARY: Final = "Pathways to Work Evidence Clearinghouse, glossary and questions (ACF, 2021)"
ASKING: Final = Asking(
    prefix="pathways", source=GLOSSARY, second_hand=f"{GLOSSARY}; how it is applied, at second hand"
)

QUALIFYING: Final = Tally(
    fact="qualifying",
    title="a comparison rated moderate or high",
    paths=(ASKING.ids("rated"),),
    distinct="study",
)
FAVOURABLE: Final = Tally(
    fact="favourable",
    title="a significant favourable effect, rated moderate or high",
    paths=(ASKING.ids("rated", "better", "significant"),),
    distinct="study",
)
UNFAVOURABLE: Final = Tally(
    fact="unfavourable",
    title="a significant unfavourable effect, rated moderate or high",
    paths=(ASKING.ids("rated", "worse", "significant"),),
    distinct="study",
    of="taken back",
)

NOT_AGAINST: Final = ASKING.ids("unfavourable_at_most_0")

PATHWAYS_2021: Final = Standard(
    id="pathways",
    version="2021",
    title="Pathways to Work Evidence Clearinghouse",
    unit="body",
    source=GLOSSARY,
    ratings=(WWC,),
    contrast_rules=(
        ASKING.rated("rated", MODERATE, "moderate or high", verified=False),
        *ASKING.favourable(),
        ASKING.worse(),
    ),
    tallies=(QUALIFYING, FAVOURABLE, UNFAVOURABLE),
    rules=(
        ASKING.at_least(1, QUALIFYING),
        ASKING.settled(FAVOURABLE, verified=False),
        ASKING.at_least(1, FAVOURABLE),
        ASKING.at_least(2, FAVOURABLE),
        ASKING.at_most(0, UNFAVOURABLE),
    ),
    entry=ASKING.ids("qualifying_1", "favourable_settled"),
    levels=(
        Level(name="not_supported", title="Not supported", paths=((),)),
        Level(name="mixed", title="Mixed support", paths=(ASKING.ids("favourable_1"),)),
        Level(
            name="supported",
            title="Supported",
            paths=((*ASKING.ids("favourable_1"), *NOT_AGAINST),),
        ),
        Level(
            name="well_supported",
            title="Well-supported",
            paths=((*ASKING.ids("favourable_2"), *NOT_AGAINST),),
        ),
    ),
)

"""WWC Procedures and Standards Handbook 5.0: the tier of evidence of one outcome domain."""

from typing import Final

from scoring.standards.counting import HIGH, MODERATE, WWC, Asking
from scoring.standards.rules import Check, Compare, Either, Level, Pool, Rule, Standard, Tally

HANDBOOK: Final = "WWC Procedures and Standards Handbook 5.0 (IES, 2022)"
ASKING: Final = Asking(
    prefix="wwc",
    source=HANDBOOK,
    second_hand=f"{HANDBOOK}, at second hand; studies rated by Handbook 4.1",
)

# People and places that a strong or moderate tier asks for.
PEOPLE: Final = 350
SITES: Final = 2
# Per cent of the weight that must come from studies without reservations for a strong tier.
MAJORITY: Final = 50.0

MEETING: Final = Tally(
    fact="meeting",
    title="a comparison that meets WWC standards",
    paths=(ASKING.ids("meets"),),
    distinct="study",
)
POOL: Final = Pool(
    fact="mean",
    title="Common effect of the samples that meet WWC standards",
    paths=(ASKING.ids("meets"),),
    share_of=(ASKING.ids("meets_without"),),
)


def _of_pool(name: str, title: str, part: str, check: Check, lift: str) -> Rule:
    return ASKING.rule(name, title, (f"mean_{part}", check), lift, verified=False)


CONVINCING: Final = ASKING.ids("positive", "people", "sites")

WWC_5_0: Final = Standard(
    id="wwc",
    version="5.0",
    title="What Works Clearinghouse tiers of evidence",
    unit="body",
    source=HANDBOOK,
    ratings=(WWC,),
    contrast_rules=(
        ASKING.rated("meets", MODERATE, "with or without reservations", verified=False),
        ASKING.rated("meets_without", HIGH, "without reservations", verified=False),
    ),
    tallies=(MEETING,),
    pools=(POOL,),
    rules=(
        ASKING.at_least(1, MEETING, verified=False),
        _of_pool(
            "direction_settled",
            "It is known whether the common effect is negative",
            "high",
            # What cannot be pooled, or whose effect may be either, is not called negative.
            Either((("mean_high", Compare(">=", 0.0)), ("mean_estimate", Compare("<", 0.0)))),
            "an effect in standard deviations of every study that meets the standards, and what "
            "is wanting to say which of them do",
        ),
        _of_pool(
            "not_negative",
            "Upper end of the interval of the common effect (standard deviations)",
            "high",
            Compare(">=", 0.0),
            "a common effect that is not significantly negative",
        ),
        _of_pool(
            "positive",
            "Lower end of the interval of the common effect (standard deviations)",
            "low",
            Compare(">", 0.0),
            "a common effect that is significantly positive",
        ),
        _of_pool(
            "people",
            "People analysed in the studies pooled",
            "people",
            Compare(">=", PEOPLE),
            f"{PEOPLE} people or more in the studies pooled",
        ),
        _of_pool(
            "sites",
            "Sites of the studies pooled",
            "sites",
            Compare(">=", SITES),
            f"{SITES} sites or more in the studies pooled",
        ),
        _of_pool(
            "mostly_without",
            "Weight of the studies that meet standards without reservations (per cent)",
            "share_pct",
            Compare(">", MAJORITY),
            "most of the weight from studies that meet standards without reservations",
        ),
    ),
    entry=ASKING.ids("meeting_1", "direction_settled"),
    levels=(
        Level(name="negative", title="Negative effects", paths=((),)),
        Level(name="uncertain", title="Uncertain effects", paths=(ASKING.ids("not_negative"),)),
        Level(
            name="promising",
            title="Promising evidence",
            paths=(ASKING.ids("not_negative", "positive"),),
        ),
        Level(
            name="moderate",
            title="Moderate evidence",
            paths=((*ASKING.ids("not_negative"), *CONVINCING),),
        ),
        Level(
            name="strong",
            title="Strong evidence",
            paths=((*ASKING.ids("not_negative", "mostly_without"), *CONVINCING),),
        ),
    ),
)

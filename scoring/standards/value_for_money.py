"""Value-for-money categories of the Department for Transport: what a pound spent brings.

Of several results that tell of costs and benefits the latest reported speaks, not the best value.
"""

from typing import Final

from scoring.standards.rules import Compare, Level, Rule, Standard

GUIDANCE: Final = "DfT guidance on value for money"
SECOND_HAND: Final = f"{GUIDANCE}; this boundary at second hand"


def _rule(name: str, least: float, *, verified: bool = True) -> Rule:
    return Rule(
        id=f"dft_vfm.{name}",
        title=f"Benefits for each pound of cost, at least {least:g}",
        fact="benefit_cost_ratio",
        check=Compare(">=", least),
        source=GUIDANCE if verified else SECOND_HAND,
        verified=verified,
        lift=f"benefits of at least {least:g} pounds for each pound of cost, in present values",
    )


# The Green Book sets no bands of its own, and benefits without a price may move the category.
DFT_VFM_1: Final = Standard(
    id="dft-vfm",
    version="1",
    title="Value for money (Department for Transport categories)",
    unit="contrast",
    speaks="latest",
    source=GUIDANCE,
    rules=(
        Rule(
            id="dft_vfm.priced",
            title="Present values of costs and benefits are told",
            fact="benefit_cost_ratio",
            # Any ratio at all: benefits can be less than nothing.
            check=Compare(">", float("-inf")),
            source=GUIDANCE,
            lift="present values of the costs and of the benefits",
        ),
        _rule("above_nothing", 0.0, verified=False),
        _rule("above_cost", 1.0),
        _rule("half_again", 1.5),
        _rule("twice", 2.0),
        _rule("four_times", 4.0, verified=False),
    ),
    entry=("dft_vfm.priced",),
    levels=(
        Level(name="very_poor", title="Very poor value for money", paths=((),)),
        Level(name="poor", title="Poor value for money", paths=(("dft_vfm.above_nothing",),)),
        Level(name="low", title="Low value for money", paths=(("dft_vfm.above_cost",),)),
        Level(name="medium", title="Medium value for money", paths=(("dft_vfm.half_again",),)),
        Level(name="high", title="High value for money", paths=(("dft_vfm.twice",),)),
        Level(
            name="very_high", title="Very high value for money", paths=(("dft_vfm.four_times",),)
        ),
    ),
)

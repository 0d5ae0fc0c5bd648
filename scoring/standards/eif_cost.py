"""EIF Guidebook cost rating: what a unit of the programme costs, 1 the cheapest.

Of several results that tell of a cost the latest reported speaks: the cheapest place a programme
was ever run is not what it costs. A result that tells of none says nothing about it.
"""

from typing import Final

from scoring.standards.rules import Compare, Level, Rule, Standard

GUIDE: Final = "Foundations (EIF) Guidebook, cost rating"


def _below(name: str, operator: str, pounds: int) -> Rule:
    words = f"of at most {pounds:,}" if operator == "<=" else f"below {pounds:,}"
    return Rule(
        id=f"eif_cost.{name}",
        title="Cost of a unit (pounds)",
        fact="unit_cost",
        check=Compare("<=", pounds) if operator == "<=" else Compare("<", pounds),
        source=GUIDE,
        lift=f"a cost {words} pounds a unit",
    )


EIF_COST_2017: Final = Standard(
    id="eif-cost",
    version="2017",
    title="EIF Guidebook cost rating",
    unit="contrast",
    speaks="latest",
    source=GUIDE,
    rules=(
        Rule(
            id="eif_cost.told",
            title="The cost of a unit is told (pounds)",
            fact="unit_cost",
            check=Compare(">=", 0.0),
            source=GUIDE,
            lift="the cost of a unit",
        ),
        _below("to_2000", "<=", 2000),
        _below("below_1000", "<", 1000),
        _below("below_500", "<", 500),
        _below("below_100", "<", 100),
    ),
    entry=("eif_cost.told",),
    levels=(
        Level(name="5", title="Cost rating 5: more than 2,000 pounds a unit", paths=((),)),
        Level(
            name="4",
            title="Cost rating 4: 1,000 to 2,000 pounds a unit",
            paths=(("eif_cost.to_2000",),),
        ),
        Level(
            name="3",
            title="Cost rating 3: 500 to 999 pounds a unit",
            paths=(("eif_cost.below_1000",),),
        ),
        Level(
            name="2",
            title="Cost rating 2: 100 to 499 pounds a unit",
            paths=(("eif_cost.below_500",),),
        ),
        Level(
            name="1",
            title="Cost rating 1: less than 100 pounds a unit",
            paths=(("eif_cost.below_100",),),
        ),
    ),
)

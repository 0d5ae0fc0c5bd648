"""One contrast under a standard of a body: what it is, could be, and what it would take."""

from scoring.bodies import counted
from scoring.evidence import Judgement
from scoring.examined import examined
from scoring.standards import standard_named
from scoring.standards.rules import Compare, Level, OneOf, Rating, Rule, Standard, Tally
from tests.scoring.standards.samples import NULL, quasi, sample

WWC_5 = standard_named("wwc@5.0")
(POOL,) = WWC_5.pools
OPEN = {"conduct": {"confounding_factor": None}}


def if_it_belongs(contrast):
    """Whether it is rated without reservations, and were it known that it meets standards."""
    one = examined(WWC_5, contrast)
    return one.state(POOL.share_of), one.state_if(POOL.paths, POOL.share_of)


def test_what_meets_standards_at_all_may_thereby_be_known_to_be_the_best():
    assert if_it_belongs(sample(1, **OPEN)) == ("possible", "counted")


def test_what_meets_standards_may_still_do_so_in_two_ways():
    lost = {"analysed_comparison": None}
    assert if_it_belongs(sample(1, flow=lost, **OPEN)) == ("possible", "possible")
    assert if_it_belongs(quasi(1, **OPEN)) == ("not counted", "not counted")


def by_bias(number=1, **facts):
    """Counts results by the risk of bias that RoB 2 finds: at most some concerns, and low."""

    def rule(name, *levels):
        return Rule(
            id=name, title=name, fact="bias", check=OneOf(levels), source="test", lift=f"do {name}"
        )

    standard = Standard(
        id="test",
        version="1",
        title="Test",
        unit="body",
        source="test",
        ratings=(Rating(fact="bias", standard="rob2@2019"),),
        contrast_rules=(rule("sound", "low", "some_concerns"), rule("best", "low")),
        tallies=(
            Tally(fact="sounds", title="sound", paths=(("sound",),)),
            Tally(fact="bests", title="best", paths=(("best",),)),
        ),
        rules=(
            Rule(
                id="one",
                title="one",
                fact="sounds",
                check=Compare(">=", 1),
                source="test",
                lift="one more",
            ),
        ),
        levels=(
            Level(name="low", title="Low", paths=((),)),
            Level(name="high", title="High", paths=(("one",),)),
        ),
    )
    return examined(standard, sample(number), **facts)


def test_between_the_bounds_of_a_judged_rating_every_level_is_possible():
    one = by_bias()
    assert one.state((("sound",),)) == one.state((("best",),)) == "possible"
    assert one.state_if((("sound",),), (("best",),)) == "possible"


def test_of_a_judged_rating_whose_best_is_out_of_reach_the_best_is_not_possible():
    some = [Judgement(question="rob2_1_3", answer="y", event_id="a")]
    some += [Judgement(question="rob2_1_2", answer="y", event_id="b")]
    one = by_bias(judgements=some)
    assert one.state((("sound",),)) == "possible"
    assert one.state((("best",),)) == "not counted"
    assert one.state_if((("sound",),), (("best",),)) == "not counted"
    assert one.state_if((("sound",),), (("sound",),)) == "counted"


def test_a_rating_that_a_person_settled_leaves_nothing_possible():
    high = [Judgement(question="rob2_1_2", answer="n", event_id="judged")]
    one = by_bias(judgements=high)
    assert one.state((("sound",),)) == one.state((("best",),)) == "not counted"
    assert one.needs["sound"] is None


def standing(standard, contrast, fact):
    rules = standard_named(standard)
    return next(one for one in counted(rules, [examined(rules, contrast)]) if one.fact == fact)


def test_a_known_fact_that_another_could_mend_is_what_a_rating_asks_for():
    told = standing("pathways@2021", sample(1, conduct={"confounding_factor": True}), "qualifying")
    assert told.text == "show that nothing else always went with one of the groups"


def test_of_several_ways_to_be_counted_the_one_that_asks_for_least_is_told():
    unsure = {"confounding_factor": None, "controls_adequate": None}
    weak = {"measurement": {"validated": None, "internal_consistency": None}}
    told = standing("essa@2015", quasi(1, conduct=unsure, **weak), "tier_3_samples")
    assert told.text == "control for known differences"


def test_where_no_way_is_left_the_one_that_lacks_least_is_told():
    told = standing("essa@2015", sample(1, NULL), "tier_3_samples")
    assert told.wanting == ("essa.significant",)
    assert told.text.startswith("no fact about this study can change that")

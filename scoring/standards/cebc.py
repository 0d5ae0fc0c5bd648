"""California Evidence-Based Clearinghouse for Child Welfare: the scientific rating, 1 the best."""

from typing import Final

from scoring.standards.counting import MODERATE, WWC, Asking
from scoring.standards.rules import Compare, Either, Level, OneOf, Question, Standard, Tally

SCALE: Final = "CEBC scientific rating scale (cebc4cw.org)"
ASKING: Final = Asking(prefix="cebc", source=SCALE, second_hand=f"{SCALE}, at second hand")

# Months after the end of the programme that an effect must last for ratings 2 and 1.
LASTING: Final = 6
LONG: Final = 12

FAVOURABLE: Final = ASKING.ids("better", "significant")
RIGOROUS: Final = (
    *ASKING.ids("randomised", "rated", "usual_care", "peer_reviewed", "reliable_measure"),
    *FAVOURABLE,
)

CONTROLLED: Final = Tally(
    fact="controlled",
    title="a favourable effect with some form of control, peer-reviewed",
    paths=((*ASKING.ids("compared", "peer_reviewed"), *FAVOURABLE),),
)
TRIALS: Final = Tally(
    fact="trials",
    title="a favourable effect in a rigorous randomised trial in usual care, peer-reviewed",
    paths=(RIGOROUS,),
)
LASTING_TRIALS: Final = Tally(
    fact="lasting_trials",
    title=f"a favourable effect in a rigorous randomised trial that lasts {LASTING} months",
    paths=((*RIGOROUS, *ASKING.ids(f"sustained_{LASTING}")),),
)
LONG_TRIALS: Final = Tally(
    fact="long_trials",
    title=f"a favourable effect in a rigorous randomised trial that lasts {LONG} months",
    paths=((*RIGOROUS, *ASKING.ids(f"sustained_{LONG}")),),
)
NO_BENEFIT: Final = Tally(
    fact="no_benefit",
    title="no benefit in a randomised trial",
    paths=(ASKING.ids("randomised", "nothing_better"),),
)
AGAINST: Final = Tally(
    fact="against",
    title="a significant effect against, with some form of control",
    paths=(ASKING.ids("compared", "worse", "significant"),),
    of="taken back",
)
DOUBTFUL: Final = Tally(
    fact="doubtful",
    title="no benefit in a rigorous study, or an effect against",
    paths=(
        ASKING.ids("rated", "nothing_better"),
        *NO_BENEFIT.paths,
        *AGAINST.paths,
    ),
    of="taken back",
)
HARM: Final = Tally(fact="harm", title="harm", paths=(ASKING.ids("harmed"),), of="told")
MANUAL: Final = Tally(fact="manual", title="a manual", paths=(ASKING.ids("manual"),))

SAFE: Final = ASKING.ids("harm_at_most_0", "weight_of_evidence")

CEBC_1: Final = Standard(
    id="cebc",
    version="1",
    title="CEBC scientific rating (scale on its website, not dated)",
    unit="body",
    source=SCALE,
    ratings=(WWC,),
    contrast_rules=(
        *ASKING.favourable(),
        ASKING.worse(verified=False),
        ASKING.nothing_better(verified=False),
        ASKING.harmed(),
        ASKING.told("manual", "There is a manual", "manual", "a manual"),
        ASKING.told("peer_reviewed", "Peer-reviewed", "peer_reviewed", "publication after review"),
        ASKING.compared(verified=False),
        ASKING.randomised(),
        ASKING.rated("rated", MODERATE, "with or without reservations", verified=False),
        ASKING.usual_care(),
        # The scale asks for reliable measures; from which figure on one is, the WWC is asked.
        ASKING.reliable("reliable_measure", verified=False),
        ASKING.sustained(LASTING, verified=False),
        ASKING.sustained(LONG),
    ),
    tallies=(
        CONTROLLED,
        TRIALS,
        LASTING_TRIALS,
        LONG_TRIALS,
        NO_BENEFIT,
        AGAINST,
        DOUBTFUL,
        HARM,
        MANUAL,
    ),
    questions=(
        Question(
            id="cebc_weight_of_evidence",
            text=(
                "Some studies found no benefit, or an effect against. On the whole, what does the "
                "evidence say?"
            ),
            answers=("supports", "no_effect", "against"),
            source=SCALE,
        ),
    ),
    rules=(
        ASKING.rule(
            "rateable",
            "A result that can be rated: favourable, of two trials without benefit, or harm",
            (
                CONTROLLED.fact,
                Either(
                    (
                        (CONTROLLED.fact, Compare(">=", 1)),
                        (NO_BENEFIT.fact, Compare(">=", 2)),
                        (AGAINST.fact, Compare(">=", 1)),
                        (HARM.fact, Compare(">=", 1)),
                    )
                ),
            ),
            "a favourable effect with some form of control, after peer review",
            verified=False,
        ),
        ASKING.settled(HARM, verified=False),
        ASKING.settled(AGAINST, verified=False),
        ASKING.at_most(0, HARM),
        ASKING.rule(
            "weight_of_evidence",
            "No study found an effect against it, or the weight of the evidence is not against it",
            (
                "cebc_weight_of_evidence",
                Either(
                    (
                        ("cebc_weight_of_evidence", OneOf(("supports", "no_effect"))),
                        (AGAINST.fact, Compare("<=", 0)),
                    )
                ),
            ),
            "a judgement that the weight of the evidence is not against it",
            judgement=True,
        ),
        ASKING.rule(
            "evidence_supports",
            "No rigorous study went without benefit, or the weight of the evidence supports it",
            (
                "cebc_weight_of_evidence",
                Either(
                    (
                        ("cebc_weight_of_evidence", OneOf(("supports",))),
                        (DOUBTFUL.fact, Compare("<=", 0)),
                    )
                ),
            ),
            "a judgement that the weight of the evidence supports it",
            judgement=True,
        ),
        ASKING.at_least(1, CONTROLLED, verified=False),
        ASKING.at_least(1, LASTING_TRIALS, verified=False),
        ASKING.at_least(2, TRIALS),
        ASKING.at_least(1, LONG_TRIALS),
        ASKING.at_least(1, MANUAL),
    ),
    entry=ASKING.ids("rateable", "harm_settled", "against_settled"),
    # A study against it leaves open whether it is concerning until somebody has weighed them all.
    provisional=False,
    levels=(
        Level(name="5", title="CEBC 5: concerning practice", paths=((),)),
        Level(name="4", title="CEBC 4: evidence fails to demonstrate effect", paths=(SAFE,)),
        Level(
            name="3",
            title="CEBC 3: promising research evidence",
            paths=((*SAFE, *ASKING.ids("evidence_supports", "controlled_1")),),
        ),
        Level(
            name="2",
            title="CEBC 2: supported by research evidence",
            paths=((*SAFE, *ASKING.ids("evidence_supports", "lasting_trials_1", "manual_1")),),
        ),
        Level(
            name="1",
            title="CEBC 1: well-supported by research evidence",
            paths=(
                (
                    *SAFE,
                    *ASKING.ids("evidence_supports", "trials_2", "long_trials_1", "manual_1"),
                ),
            ),
        ),
    ),
)

"""Blueprints for Healthy Youth Development: certification as promising, model or model plus."""

from typing import Final

from scoring.standards.counting import HIGH, MODERATE, WWC, Asking
from scoring.standards.rules import Level, Standard, Tally

CRITERIA: Final = "Blueprints certification criteria (blueprintsprograms.org)"
ASKING: Final = Asking(
    prefix="blueprints", source=CRITERIA, second_hand=f"{CRITERIA}; how applied, at second hand"
)

# Months after the end of the programme that an effect of a model programme lasts.
LASTING: Final = 12

FAVOURABLE: Final = ASKING.ids("better", "significant")
TRIAL: Final = (*ASKING.ids("randomised", "high"), *FAVOURABLE)
COMPARISON: Final = (*ASKING.ids("rated"), *FAVOURABLE)

TRIALS: Final = Tally(
    fact="trials", title="a clear favourable effect in a high-quality trial", paths=(TRIAL,)
)
COMPARISONS: Final = Tally(
    fact="comparisons",
    title="a clear favourable effect in a high-quality trial or comparison",
    paths=(COMPARISON,),
)
SUSTAINED: Final = Tally(
    fact="lasting",
    title=f"a favourable effect that lasts {LASTING} months",
    paths=((*COMPARISON, *ASKING.ids(f"sustained_{LASTING}")),),
)
INDEPENDENT: Final = Tally(
    fact="independent",
    title="a favourable effect, evaluated independently",
    paths=((*COMPARISON, *ASKING.ids("independent")),),
)
HARM: Final = Tally(fact="harm", title="harm", paths=(ASKING.ids("harmed"),), of="told")
SPECIFIC: Final = Tally(
    fact="specific",
    title="a programme described, with a theory of change",
    paths=(ASKING.ids("theory", "described"),),
)
READY: Final = Tally(
    fact="ready", title="a manual and training", paths=(ASKING.ids("manual", "training"),)
)

AGAINST: Final = Tally(
    fact="against",
    title="a significant unfavourable effect in a high-quality trial or comparison",
    paths=(ASKING.ids("rated", "worse", "significant"),),
    of="taken back",
)

# No harm: none that was told, and no effect that is harm by its sign.
READY_AND_SAFE: Final = ASKING.ids("harm_at_most_0", "against_at_most_0", "specific_1", "ready_1")
MODEL: Final = (
    *READY_AND_SAFE,
    *ASKING.ids("trials_1", "comparisons_2", "lasting_1"),
)

BLUEPRINTS_1: Final = Standard(
    id="blueprints",
    version="1",
    title="Blueprints certification (criteria on its website, not dated)",
    unit="body",
    source=CRITERIA,
    ratings=(WWC,),
    contrast_rules=(
        *ASKING.favourable(verified=False),
        ASKING.worse(verified=False),
        ASKING.randomised(),
        ASKING.rated("high", HIGH, "without reservations", verified=False),
        ASKING.rated("rated", MODERATE, "with or without reservations", verified=False),
        ASKING.sustained(LASTING),
        ASKING.independent(),
        ASKING.harmed(),
        ASKING.told(
            "theory",
            "There is a theory of change",
            "theory_of_change",
            "a theory of change",
            verified=False,
        ),
        ASKING.told(
            "described",
            "The programme is described",
            "described",
            "a description of the programme",
            verified=False,
        ),
        ASKING.told("manual", "There is a manual", "manual", "a manual", verified=False),
        ASKING.told(
            "training", "Training is available", "training", "training for others", verified=False
        ),
    ),
    tallies=(TRIALS, COMPARISONS, SUSTAINED, INDEPENDENT, HARM, AGAINST, SPECIFIC, READY),
    rules=(
        ASKING.at_most(0, HARM),
        ASKING.at_most(0, AGAINST, verified=False),
        ASKING.at_least(1, SPECIFIC),
        ASKING.at_least(1, READY),
        ASKING.at_least(1, TRIALS),
        ASKING.at_least(2, COMPARISONS),
        ASKING.at_least(1, SUSTAINED),
        ASKING.at_least(1, INDEPENDENT),
    ),
    levels=(
        Level(name="not_certified", title="Not certified by Blueprints criteria", paths=((),)),
        Level(
            name="promising",
            title="Blueprints promising",
            paths=(
                (*READY_AND_SAFE, *ASKING.ids("trials_1")),
                (*READY_AND_SAFE, *ASKING.ids("comparisons_2")),
            ),
        ),
        Level(name="model", title="Blueprints model", paths=(MODEL,)),
        Level(
            name="model_plus",
            title="Blueprints model plus",
            paths=((*MODEL, *ASKING.ids("independent_1")),),
        ),
    ),
)

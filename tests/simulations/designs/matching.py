"""People who chose a programme, and others, with an outcome that bends in what made them choose."""

from functools import partial

import numpy as np
from scipy import special

from scoring.estimation.comparisons.matching import matched_comparison
from scoring.estimation.trials.trial import randomised_trial
from tests.simulations.designs.laws import skewed
from tests.simulations.designs.setting import Design, Rule, Setting, asking, without

# The mean effect, and how far people are from it.
EFFECT, APART = 1.0, 0.5
INTERCEPT, ON_AGE, ON_POOR, ON_NEED = -1.1, 0.5, 0.6, 0.4
POOR = 0.4
# People in a place, how unlike places are, and from how many an arm intervals are promised.
PEOPLE, PLACES, FEWEST = 12, 0.5, 10


def draw(rng, *, n):
    """About a third have the programme; errors are skewed, and larger where need is."""
    age, need = rng.standard_normal(n), skewed(rng, n)
    poor = (rng.uniform(size=n) < POOR).astype(float)
    score = special.expit(INTERCEPT + ON_AGE * age + ON_POOR * poor + ON_NEED * need)
    treated = rng.uniform(size=n) < score
    y = age + 0.4 * age**2 + 0.5 * poor + 0.8 * need + treated * rng.normal(EFFECT, APART, n)
    return {
        "treated": treated.astype(int),
        "outcome": y + np.exp(0.2 * need) * skewed(rng, n),
        "covariates": {"age": age, "poor": poor, "need": need},
    }


def by(method, estimand="ATT", **options):
    """The effect by that method."""
    return asking(matched_comparison, method=method, estimand=estimand, **options)


def unadjusted(data):
    """The plain difference."""
    return randomised_trial(outcome=data["outcome"], arm=data["treated"].tolist())


def setting(n):
    """So many people."""
    return Setting(
        name=f"{n} people",
        draw=partial(draw, n=n),
        truth=EFFECT,
        promised={
            "weighting, ATT": by("weighting"),
            "weighting, ATE": by("weighting", "ATE"),
            "doubly robust, ATT": by("doubly_robust"),
            "doubly robust, ATE": by("doubly_robust", "ATE"),
            "pairs, adjusted": by("matching"),
        },
        beside={
            "pairs, not adjusted": by("matching", adjust=False),
            "unadjusted": Rule(unadjusted),
        },
    )


def of_places(rng, *, each):
    """Places that have the programme or not, as unlike each other as a quarter of their people."""
    of = np.repeat(np.arange(2 * each), PEOPLE)
    age, need = rng.standard_normal(len(of)), skewed(rng, len(of))
    place = rng.normal(0, PLACES, 2 * each)[of]
    treated = of < each
    y = age + 0.8 * need + place + treated * EFFECT + skewed(rng, len(of))
    return {
        "treated": treated.astype(int),
        "outcome": y,
        "covariates": {"age": age, "need": need},
        "clusters": of.tolist(),
    }


def clustered(each):
    """So many places in each arm; few of them are promised nothing but caution."""
    rules = {
        "weighting, ATT": by("weighting"),
        "doubly robust, ATT": by("doubly_robust"),
    }
    enough = each >= FEWEST
    return Setting(
        name=f"{each} + {each} clusters of {PEOPLE}",
        draw=partial(of_places, each=each),
        truth=EFFECT,
        promised=rules if enough else {},
        beside={"rows as apart": without("clusters", by("weighting"))} | ({} if enough else rules),
    )


DESIGN = Design(
    id="matching",
    title="Matched comparison",
    note="a third have the programme, by three covariates; the outcome bends in one of them, "
    "errors are skewed and uneven, effects differ between people",
    settings=(
        setting(150),
        setting(400),
        setting(1000),
        clustered(2),
        clustered(3),
        clustered(5),
        clustered(10),
        clustered(20),
    ),
)

"""People who chose a programme, and others, with an outcome that bends in what made them choose."""

from functools import partial

import numpy as np
from scipy import special

from scoring.estimation.comparisons.matching import matched_comparison
from scoring.estimation.trials.trial import randomised_trial
from tests.simulations.designs.laws import skewed
from tests.simulations.designs.setting import Design, Rule, Setting, asking

# The mean effect, and how far people are from it.
EFFECT, APART = 1.0, 0.5
INTERCEPT, ON_AGE, ON_POOR, ON_NEED = -1.1, 0.5, 0.6, 0.4
POOR = 0.4


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


DESIGN = Design(
    id="matching",
    title="Matched comparison",
    note="a third have the programme, by three covariates; the outcome bends in one of them, "
    "errors are skewed and uneven, effects differ between people",
    settings=(setting(150), setting(400), setting(1000)),
)

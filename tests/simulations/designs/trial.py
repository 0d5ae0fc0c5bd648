"""Trials of people, with skewed and uneven errors and a baseline that effects differ by."""

from functools import partial

import numpy as np
from scipy import special

from scoring.estimation.trials.trial import randomised_trial
from tests.simulations.designs.laws import skewed
from tests.simulations.designs.setting import Design, Setting, asking

EFFECT, BY_BASELINE, SLOPE = 1.0, 0.3, 0.7
# Chances of an event in each arm at the mean baseline, and their slope, on the logit scale.
LOGITS, LOGIT_SLOPE = (-0.8, 0.2), 0.8
# Points of the quadrature that averages a curve over a normal baseline.
POINTS = 60


def draw(rng, *, treated, others, ratio):
    """So many people by arm; errors of those treated are `ratio` as large."""
    arm = np.repeat([1, 0], [treated, others])
    x = rng.standard_normal(len(arm))
    y = SLOPE * x + arm * (EFFECT + BY_BASELINE * x)
    y += np.where(arm == 1, ratio, 1.0) * skewed(rng, len(arm))
    return {"outcome": y, "arm": arm.tolist(), "covariates": {"before": x}}


def events(rng, *, each):
    """Events, likelier with a higher baseline."""
    arm = np.repeat([1, 0], each)
    x = rng.standard_normal(2 * each)
    p = special.expit(np.where(arm == 1, LOGITS[1], LOGITS[0]) + LOGIT_SLOPE * x)
    y = (rng.uniform(size=2 * each) < p).astype(float)
    return {"outcome": y, "arm": arm.tolist(), "covariates": {"before": x}}


def risk_difference():
    """The difference of both chances over a normal baseline."""
    x, w = np.polynomial.hermite_e.hermegauss(POINTS)
    without, with_it = (special.expit(logit + LOGIT_SLOPE * x) @ w / w.sum() for logit in LOGITS)
    return float(with_it - without)


def by(covariance, adjustment="ancova", **options):
    """The estimate with that covariance and adjustment."""
    return asking(randomised_trial, covariance=covariance, adjustment=adjustment, **options)


HC2 = by("HC2")
PROMISED = {
    "ANCOVA, HC2": HC2,
    "ANCOVA, HC3": by("HC3"),
    "unadjusted, Welch": HC2.row("unadjusted difference (Welch)"),
}
BESIDE = {"ANCOVA, HC0, normal": by("HC0", df="normal"), "ANCOVA, const": by("const")}


def setting(treated, others, ratio):
    """So many people by arm."""
    return Setting(
        name=f"{treated} + {others} people, errors {ratio:g} times as large with it",
        draw=partial(draw, treated=treated, others=others, ratio=ratio),
        truth=EFFECT,
        promised=PROMISED,
        beside=BESIDE,
    )


DESIGN = Design(
    id="rct",
    title="Trial of people",
    note="skewed errors, effects that differ by baseline; shares of events last",
    settings=(
        setting(10, 10, 1.0),
        setting(15, 45, 2.0),
        setting(30, 30, 1.5),
        setting(150, 150, 1.5),
        Setting(
            name="40 + 40 people, an event or none",
            draw=partial(events, each=40),
            truth=risk_difference(),
            promised=PROMISED,
            beside=BESIDE,
        ),
    ),
)

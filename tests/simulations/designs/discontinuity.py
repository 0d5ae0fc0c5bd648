"""Curves with a jump at a cut-off, of the literature and with uneven errors."""

from functools import partial

import numpy as np
from numpy.polynomial.polynomial import polyval
from scipy import special

from scoring.estimation.comparisons.discontinuity import regression_discontinuity
from tests.simulations.designs.setting import Design, Setting, asking

# Lee's curve, its errors and scores. Source: Calonico, Cattaneo and Titiunik 2014, Econometrica
# 82:2295, section 6 (model 1).
BELOW = (0.48, 1.27, 7.18, 20.21, 21.54, 7.33)
ABOVE = (0.52, 0.84, -3.00, 7.99, -9.01, 3.56)
LEE_SD = 0.1295
JUMP = 1.0
# Logits of a yes-or-no outcome at the cut-off, without the programme and with it.
LOGITS = (-0.4, 0.4)


def lee(rng, *, n):
    """A steep curve, most scores below the cut-off."""
    x = 2 * rng.beta(2, 4, n) - 1
    y = np.where(x < 0, polyval(x, BELOW), polyval(x, ABOVE))
    return {"running": x, "outcome": y + LEE_SD * rng.standard_normal(n)}


def widening(rng, *, n):
    """A bent curve with errors that grow with the score."""
    x = rng.uniform(-1, 1, n)
    y = JUMP * (x >= 0) + 1.2 * x + 0.8 * x**2
    return {"running": x, "outcome": y + (0.7 + 0.5 * x) * rng.standard_normal(n)}


def yes_or_no(rng, *, n):
    """Probabilities that bend and jump."""
    x = rng.uniform(-1, 1, n)
    p = special.expit(np.where(x < 0, *LOGITS) + 1.5 * x)
    return {"running": x, "outcome": (rng.uniform(size=n) < p).astype(float)}


def by(inference, **options):
    """The jump by that inference."""
    return asking(regression_discontinuity, cutoff=0.0, inference=inference, **options)


def setting(name, n, draw, truth):
    """That curve with so many rows."""
    return Setting(
        name=f"{name}, {n} rows",
        draw=partial(draw, n=n),
        truth=truth,
        promised={"robust bias correction": by("robust")},
        beside={
            "the same, bandwidth by mean squared error": by("robust", bandwidth_rule="mse"),
            "plain local regression": by("regression"),
        },
    )


DESIGN = Design(
    id="discontinuity",
    title="Regression discontinuity",
    note="bandwidth chosen from the data, for the coverage of the interval unless told; Lee's "
    "curve of the literature, a curve with uneven errors, and a yes-or-no outcome",
    settings=(
        setting("Lee's curve", 500, lee, ABOVE[0] - BELOW[0]),
        setting("Lee's curve", 1000, lee, ABOVE[0] - BELOW[0]),
        setting("uneven errors", 300, widening, JUMP),
        setting("uneven errors", 1000, widening, JUMP),
        setting("yes or no", 1000, yes_or_no, float(np.diff(special.expit(LOGITS))[0])),
    ),
)

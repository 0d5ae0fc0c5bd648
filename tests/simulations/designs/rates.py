"""Counts over uneven exposures that vary more than Poisson's, and not by a gamma law."""

from functools import partial

import numpy as np

from scoring.estimation.comparisons.rates import rate_comparison
from tests.simulations.designs.laws import uneven
from tests.simulations.designs.setting import Design, Setting, asking, without

EFFECT = float(np.log(0.75))
RATE, FEWEST, MOST = 0.05, 50, 400
# How unlike places are, on the log scale, with the programme and without.
FRAILTY = (0.5, 0.35)
QUARTERS, PRACTICES_FRAILTY = 6, 0.4


def frailty(rng, spread):
    """Log-normal with mean 1."""
    return np.exp(spread * rng.standard_normal(spread.shape) - spread**2 / 2)


def draw(rng, *, each):
    """Places in two arms of that many."""
    treated = np.repeat([1, 0], each)
    exposure = uneven(rng, 2 * each, FEWEST, MOST)
    mean = RATE * exposure * np.exp(EFFECT * treated)
    mean = mean * frailty(rng, np.where(treated == 1, *FRAILTY))
    return {"events": rng.poisson(mean), "exposure": exposure, "treated": treated}


def practices(rng, *, each):
    """Quarters of practices, which have rates of their own and come for different times."""
    quarters = rng.integers(2, QUARTERS + 1, 2 * each)
    of = np.repeat(np.arange(2 * each), quarters)
    own = frailty(rng, np.full(2 * each, PRACTICES_FRAILTY))[of]
    exposure = uneven(rng, 2 * each, FEWEST, MOST)[of]
    treated = (of < each).astype(int)
    events = rng.poisson(RATE * exposure * np.exp(EFFECT * treated) * own)
    data = {"events": events, "exposure": exposure, "treated": treated}
    return {**data, "clusters": of.tolist()}


def by(**options):
    """The estimate with those options."""
    return asking(rate_comparison, **options)


def setting(each):
    """So many places in each arm."""
    return Setting(
        name=f"{each} + {each} places",
        draw=partial(draw, each=each),
        truth=EFFECT,
        promised={
            "auto, HC2": by(),
            "Poisson, HC2": by(model="poisson"),
            "negative binomial, HC2": by(model="negative_binomial"),
        },
        beside={
            "negative binomial, model": by(model="negative_binomial", covariance="model"),
            "Poisson, HC0, normal": by(model="poisson", covariance="HC0", df="normal"),
            "Poisson, model": by(model="poisson", covariance="model"),
        },
    )


def clustered(each):
    """So many practices in each arm."""
    return Setting(
        name=f"{each} + {each} practices, 2 to {QUARTERS} quarters each",
        draw=partial(practices, each=each),
        truth=EFFECT,
        promised={"Poisson, CR2": by(model="poisson"), "auto, CR2": by()},
        beside={
            "Poisson, CR1, normal": by(model="poisson", covariance="CR1", df="normal"),
            "rows as apart": without("clusters", by()),
        },
    )


DESIGN = Design(
    id="rates",
    title="Rates",
    note="log rate ratio; some 8 events a place, rates that differ log-normally, more so with the "
    "programme; negative binomial is refused where counts are not overdispersed",
    settings=(setting(10), setting(25), setting(100), clustered(8)),
)

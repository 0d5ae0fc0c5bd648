"""Trials with an event or none, made alike by logistic regression."""

from functools import partial

from scoring.estimation.trials.adjusted_proportions import adjusted_proportions
from tests.simulations.designs.setting import Design, Setting, asking
from tests.simulations.designs.trial import by, events, risk_difference


def setting(each):
    """So many people by arm."""
    return Setting(
        name=f"{each} + {each} people",
        draw=partial(events, each=each),
        truth=risk_difference(),
        promised={"logistic, standardised": asking(adjusted_proportions, design="rct")},
        beside={"unadjusted, HC2": by("HC2", "none")},
    )


DESIGN = Design(
    id="proportions",
    title="Two proportions, adjusted",
    note="the difference of both chances over everybody, which differ by a baseline",
    settings=(setting(40), setting(100), setting(300)),
)

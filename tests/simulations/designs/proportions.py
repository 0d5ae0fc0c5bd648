"""Shares of two groups, from few people or with few events."""

from functools import partial

from scoring.estimation.trials.proportions import two_proportions
from tests.simulations.designs.setting import Answer, Design, Setting, asking


def draw(rng, *, n1, p1, n2, p2):
    """The events of both groups."""
    return {"x1": rng.binomial(n1, p1), "n1": n1, "x2": rng.binomial(n2, p2), "n2": n2}


def wald(estimate):
    """Wald's interval, which may be a point."""
    told = (estimate.specification[name] for name in ("se_wald", "ci_wald_low", "ci_wald_high"))
    return Answer(estimate.natural.yi, *told)


NEWCOMBE = asking(two_proportions)


def setting(n1, p1, n2, p2):
    """Groups of that many people with those chances."""
    return Setting(
        name=f"{p1:g} of {n1} and {p2:g} of {n2}",
        draw=partial(draw, n1=n1, p1=p1, n2=n2, p2=p2),
        truth=p1 - p2,
        promised={"Newcombe": NEWCOMBE},
        beside={"Wald": NEWCOMBE._replace(read=wald)},
    )


DESIGN = Design(
    id="two_proportions",
    title="Two proportions",
    note="the chance of an event, and the people; added up over all counts instead of drawn, "
    "Newcombe's intervals hold in 95.4, 96.9, 94.9 and 96.0 of 100 (Miettinen and Nurminen's in "
    "95.0, 96.1, 95.4 and 95.0)",
    settings=(
        setting(20, 0.3, 20, 0.15),
        setting(30, 0.1, 90, 0.04),
        setting(50, 0.5, 50, 0.35),
        setting(400, 0.02, 400, 0.01),
    ),
)

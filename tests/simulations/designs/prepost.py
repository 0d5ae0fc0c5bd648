"""One group before and after, in the same people or in others."""

from functools import partial

from scoring.estimation.trials.prepost import pre_post
from tests.simulations.designs.laws import skewed
from tests.simulations.designs.setting import Design, Setting, asking

CHANGE, SD, AFTER_SD = 1.0, 2.0, 3.0


def same(rng, *, n):
    """The same people twice, changes skewed."""
    before = 20 + SD * rng.standard_normal(n)
    return {"before": before, "after": before + CHANGE + skewed(rng, n)}


def others(rng, *, n1, n2):
    """Other people after, who vary more."""
    return {"before": 20 + SD * skewed(rng, n1), "after": 20 + CHANGE + AFTER_SD * skewed(rng, n2)}


def twice(n):
    """So many people measured twice."""
    return Setting(
        name=f"{n} people twice",
        draw=partial(same, n=n),
        truth=CHANGE,
        promised={"paired t": asking(pre_post)},
        beside={"taken as other people": asking(pre_post, paired=False)},
    )


def setting(n1, n2):
    """So many people before, and others after."""
    return Setting(
        name=f"{n1} people before, {n2} others after",
        draw=partial(others, n1=n1, n2=n2),
        truth=CHANGE,
        promised={"Welch": asking(pre_post, paired=False)},
    )


DESIGN = Design(
    id="prepost",
    title="Before and after",
    note="the change, which is no effect of the programme; skewed, and more uneven after it; "
    "paired t of 10 such people holds 93.6 % (200,000 studies), of 20 people 94.1 %",
    settings=(twice(10), twice(30), setting(25, 12), setting(60, 60)),
)

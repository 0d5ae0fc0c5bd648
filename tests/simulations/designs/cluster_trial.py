"""Trials of few clusters of uneven size, with heavy-tailed clusters and skewed people."""

from functools import partial

import numpy as np

from scoring.estimation.trials.cluster_trial import cluster_randomised_trial
from tests.simulations.designs.laws import heavy, skewed, uneven
from tests.simulations.designs.setting import Design, Setting, asking

EFFECT, SLOPE = 0.3, 0.5
FEWEST, MOST = 8, 50


def draw(rng, *, each, icc, ratio):
    """So many clusters in each arm; those treated are `ratio` as unlike each other."""
    sizes = uneven(rng, 2 * each, FEWEST, MOST)
    of = np.repeat(np.arange(2 * each), sizes)
    own = np.sqrt(icc) * heavy(rng, 2 * each) * np.where(np.arange(2 * each) < each, ratio, 1.0)
    arm, x = (of < each).astype(int), rng.standard_normal(len(of))
    y = EFFECT * arm + SLOPE * x + own[of] + np.sqrt(1 - icc) * skewed(rng, len(of))
    return {
        "outcome": y,
        "arm": arm.tolist(),
        "clusters": of.tolist(),
        "covariates": {"before": x},
    }


def by(estimator="individual", **options):
    """The estimate in that way."""
    return asking(cluster_randomised_trial, estimator=estimator, **options)


CR2, CONST = "people, CR2", "people, const"
PEOPLE = by()
PROMISED = {
    CR2: PEOPLE,
    "mixed, Kenward-Roger": PEOPLE.row("treated, mixed (kenward_roger)"),
    "cluster means, Welch": PEOPLE.row("treated, cluster_means (welch)"),
}
BESIDE = {
    "mixed, model": by("mixed", covariance="model"),
    "people, CR1, normal": by(covariance="CR1", df="normal"),
    CONST: by(covariance="const"),
}


def setting(each, icc, *, ratio=1.0):
    """So many clusters in each arm."""
    more = f", treated ones {ratio:g} times as unlike" if ratio != 1 else ""
    return Setting(
        name=f"{each} + {each} clusters, ICC {icc}{more}",
        draw=partial(draw, each=each, icc=icc, ratio=ratio),
        truth=EFFECT,
        promised=PROMISED,
        beside=BESIDE,
    )


DESIGN = Design(
    id="cluster_rct",
    title="Trial of clusters",
    note=f"clusters of {FEWEST} to {MOST} people, heavy-tailed cluster effects, skewed people, one "
    "baseline",
    settings=(
        setting(6, 0.05),
        setting(6, 0.2),
        setting(10, 0.05),
        setting(10, 0.2),
        setting(10, 0.2, ratio=1.5),
    ),
)

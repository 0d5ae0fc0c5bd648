"""What could be wrong with a trial of clusters, looked for in its own rows."""

import math
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column
from scoring.errors import ScoringError
from scoring.estimation.linear import LinearFit, least_squares
from scoring.estimation.permutation import Permutation, placebo_test
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.shapes import Flags, Indices
from scoring.estimation.trials.trial_checks import decisive
from scoring.estimation.trials.trial_covariance import (
    SATTERTHWAITE,
    uncertainty,
    without_each_cluster,
)
from scoring.estimation.trials.trial_data import TREATED, TrialData
from scoring.estimation.words import plain

# Fewer clusters in an arm, about ten in all, and the interval leans on its few degrees of freedom.
# Source: Leyrat et al. 2018, Int. J. Epidemiol. 47:321; Tipton 2015, Psychol. Methods 20:375.
FEWEST_CLUSTERS: Final = 5

# Below this chance that clusters are so alike, they were not drawn as the model has it.
TOO_ALIKE: Final = 0.01

# Weighing people or clusters alike gives the same effect but for chance, unless the effect hangs on
# the size of the cluster: beyond this many standard errors of the one the other is another answer.
FAR_APART: Final = 1.0


# Ways to assign few clusters that are tried: the error of the p-value is then below 0.003 at 0.05.
# Where there are more, so many are drawn with the seed.
PERMUTATIONS: Final = 4999
SEED: Final = 0


def enough_clusters(counts: tuple[int, int], df: float | None) -> Check:
    """Whether there are clusters enough in both arms, and what the interval is read on."""
    passed = min(counts) >= FEWEST_CLUSTERS
    told = f"{counts[0]} clusters with the programme and {counts[1]} without"
    told += "" if df is None else f", {plain(df)} degrees of freedom"
    if not passed:
        told += "; so few cannot show how clusters differ, and the interval is as wide as that"
    return Check(
        name="clusters",
        title="Number of clusters in both arms",
        passed=passed,
        observed=float(min(counts)),
        threshold=float(FEWEST_CLUSTERS),
        text=f"{told}.",
        source="Leyrat et al. 2018, Int. J. Epidemiol. 47:321; Tipton 2015",
    )


def likeness(data: TrialData, clusters: Indices, icc: float) -> Check:
    """How alike people of a cluster are, and what that costs; fails where they are too unlike.

    Cluster means that differ less than chance would have it make robust intervals too short: the
    lower tail of F, mean squares between clusters of an arm over those within.
    """
    sizes = np.bincount(clusters).astype(np.float64)
    below = _alike_by_chance(data, clusters, sizes)
    factor = 1 + (float((sizes**2).sum() / sizes.sum()) - 1) * icc
    told = f"The intraclass correlation is {icc:.3f} by REML"
    if icc > 0:
        told += f", so that {plain(factor)} people of these clusters tell as much as one alone"
    else:
        told += ": people of a cluster are no more alike than others"
    if below < TOO_ALIKE:
        told += (
            f"; clusters differ less than chance has it (p = {below:.4f}), which makes robust "
            "intervals too short: the mixed model's is not"
        )
    return Check(
        name="icc",
        title="Spread between clusters",
        passed=False if below < TOO_ALIKE else None,
        observed=icc,
        threshold=None,
        text=f"{told}.",
        source="random-intercept model by REML; F test of one-way analysis of variance",
    )


def _alike_by_chance(data: TrialData, clusters: Indices, sizes: Column) -> float:
    """The chance of cluster means as alike as these, or more, where people do not cluster."""
    y = data.y - np.where(data.treated, data.y[data.treated].mean(), data.y[~data.treated].mean())
    means = np.bincount(clusters, weights=y) / sizes
    df = len(sizes) - 2, len(y) - len(sizes)
    between = float(sizes @ means**2) / df[0]
    within = float(((y - means[clusters]) ** 2).sum()) / df[1]
    return float(special.fdtr(*df, between / within))


def size_does_not_matter(people: float, means: Coefficient, sizes: Column) -> Check:
    """Whether the plain difference is the same with people counted alike and clusters alike."""
    apart = abs(people - means.estimate) / means.se
    spread = float(sizes.std() / sizes.mean())
    return Check(
        name="informative_size",
        title="Agreement of counting people and counting clusters",
        passed=apart <= FAR_APART,
        observed=apart,
        threshold=FAR_APART,
        text=f"The plain difference is {plain(people)} with every person counted once, and "
        f"{plain(means.estimate)} with every cluster counted once, {apart:.2f} standard errors "
        f"apart; clusters have {plain(float(sizes.mean()))} people on average (coefficient of "
        f"variation {spread:.2f}).",
        source="Kahan et al. 2023, Int. J. Epidemiol. 52:107, on informative cluster size",
    )


def no_single_cluster(fit: LinearFit, data: TrialData, clusters: Indices) -> Check | None:
    """Whether leaving out one cluster would change what is found, by people and CR2.

    None where the others do not tell the effect, or its error.
    """
    try:
        moved = without_each_cluster(fit, clusters)[:, fit.at(TREATED)]
        worst = int(np.argmax(np.abs(moved)))
        kept = clusters != worst
        others = least_squares(fit.y[kept], dict(zip(fit.terms, fit.x[kept].T, strict=True)))
        left = np.unique(clusters[kept], return_inverse=True)[1]
        cov, _ = uncertainty(others, "CR2", SATTERTHWAITE, clusters=left)
    except ScoringError:
        return None
    place = fit.at(TREATED)
    return decisive(
        f"Cluster {data.cluster_names[worst]}",
        abs(float(moved[worst])) / math.sqrt(float(cov[place, place])),
        float(others.b[place]),
        of="cluster",
    )


def reassigned(fit: LinearFit, clusters: Indices, treated: Flags) -> Permutation:
    """The p-value of no effect in any cluster, from all ways to assign as many, or `PERMUTATIONS`.

    People's outcomes, less what characteristics explain, are averaged over the people of each arm.
    Source: Gail et al. 1996, Stat. Med. 15:1069; Fisher 1935.
    """
    columns = {
        term: values
        for term, values in zip(fit.terms, fit.x.T, strict=True)
        if term.partition(":")[0] != TREATED
    }
    left = least_squares(fit.y, columns).residuals
    return placebo_test(
        np.bincount(clusters, weights=left).astype(np.float64),
        np.bincount(clusters).astype(np.float64),
        treated,
        permutations=PERMUTATIONS,
        seed=SEED,
    )


def reassignment(p: Permutation) -> Check:
    """What assigning the clusters anew says, and the least it could have said."""
    way = "all" if p.exact else "drawn"
    return Check(
        name="reassignment",
        title="p-value from assigning the clusters anew",
        passed=None,
        observed=p.p_value,
        threshold=p.smallest,
        text=f"A difference as far from none comes about in {100 * p.p_value:.3g} % of {p.tried} "
        f"ways to assign as many clusters ({way}); the p-value could not be below "
        f"{p.smallest:.3g}.",
        source="Fisher 1935; Gail et al. 1996, Stat. Med. 15:1069",
    )

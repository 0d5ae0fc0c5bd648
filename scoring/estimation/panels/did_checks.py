"""What could be wrong with a difference in differences, looked for in the panel itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import number
from scoring.errors import TooLittleData
from scoring.estimation.panels.event_study import anticipated, pre_period_trend
from scoring.estimation.panels.panel import Panel, named
from scoring.estimation.panels.panel_regression import (
    BY_ROWS,
    PanelFit,
    degrees,
    net_of_both,
    two_way,
)
from scoring.estimation.parallel import SOURCE, drift, worthwhile
from scoring.estimation.permutation import Permutation, check_seed, placebo_test
from scoring.estimation.results import Check, Coefficient
from scoring.estimation.shapes import Indices
from scoring.estimation.words import p_in_words, plain
from scoring.synthesis.nested.robust import FEWEST_DF, HotellingTest

# With this many treated or comparison clusters the Satterthwaite degrees of freedom of a difference
# of two means can still reach Tipton's 4; with fewer, they are about the smaller number less one.
FEWEST_CLUSTERS: Final = 5

# Periods before the start from which a drift can be told from chance: with two, one change is all.
FEWEST_BEFORE: Final = 3

# Below this probability the data speak against what the design assumes.
SIGNIFICANT: Final = 0.05

# What differs from 0 by rounding is 0.
TOO_SMALL: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """How the uncertainty of an estimate is to be found."""

    covariance: str
    df: str | None
    level: float
    permutations: int
    seed: int

    @classmethod
    def of(
        cls, covariance: str, df: str | None, *, level: float, permutations: int, seed: int
    ) -> "Inference":
        """These choices, checked; without a `df` the one that goes with the covariance."""
        number("level", level, above=0.0, below=1.0)
        number("permutations", permutations, above=1.0)
        check_seed(seed)
        return cls(
            covariance=covariance,
            df=degrees(covariance, df),
            level=level,
            permutations=permutations,
            seed=seed,
        )


def cluster_counts(panel: Panel, clusters: Indices) -> tuple[int, int]:
    """How many clusters have a unit that is ever treated, and how many have none."""
    treated = len(np.unique(clusters[panel.ever]))
    return treated, len(np.unique(clusters)) - treated


def enough_clusters(counts: tuple[int, int], p: Permutation | None) -> Check:
    """Whether there are treated and comparison clusters enough for a cluster-robust interval."""
    fewest = min(counts)
    passed = fewest >= FEWEST_CLUSTERS
    told = f"{counts[0]} treated and {counts[1]} comparison clusters."
    if not passed:
        told += (
            " So few cannot tell how clusters of their kind vary: the interval leans on its few "
            "degrees of freedom"
        )
        told += "." if p is None else f"; the placebo p-value, {p.p_value:.3f}, needs no more."
    return Check(
        name="clusters",
        title="Number of treated and comparison clusters",
        passed=passed,
        observed=float(fewest),
        threshold=float(FEWEST_CLUSTERS),
        text=told,
        source="MacKinnon and Webb 2018, Econometrics J. 21:114; Tipton 2015",
    )


def enough_df(effect: Coefficient) -> Check | None:
    """Whether the effect has the degrees of freedom at which its test keeps its level."""
    if effect.df is None:
        return None
    passed = effect.df >= FEWEST_DF
    return Check(
        name="degrees_of_freedom",
        title="Degrees of freedom of the test",
        passed=passed,
        observed=effect.df,
        threshold=FEWEST_DF,
        text=f"{plain(effect.df)} degrees of freedom"
        + ("." if passed else ", too few for the interval to hold as often as it says."),
        source="Tipton 2015, Psychol. Methods 20:375",
    )


def permuted(panel: Panel, clusters: Indices, how: Inference) -> Permutation | None:
    """The placebo test of a common start in full, covariates taken out as without a programme."""
    if len(panel.first_starts) > 1 or not panel.absorbing:
        return None
    y = panel.y
    if panel.covariates:
        y = two_way(panel, panel.covariates, clusters).residuals.reshape(panel.y.shape)
    start = panel.first_starts[0]
    changes = y[:, start:].mean(axis=1) - y[:, :start].mean(axis=1)
    count = int(clusters.max()) + 1
    treated = np.bincount(clusters, weights=panel.ever, minlength=count) > 0
    return placebo_test(
        np.bincount(clusters, weights=changes, minlength=count).astype(np.float64),
        np.bincount(clusters, minlength=count).astype(np.float64),
        treated,
        permutations=how.permutations,
        seed=how.seed,
    )


def placebo_check(p: Permutation) -> Check:
    """What the placebo test says, and the least it could have said."""
    way = "all" if p.exact else "drawn"
    return Check(
        name="placebo_permutation",
        title="Placebo p-value, treatment given to other units",
        passed=None,
        observed=p.p_value,
        threshold=p.smallest,
        text=f"An effect as far from none arises in {100 * p.p_value:.3g} % of {p.tried} "
        f"assignments ({way}) of the programme; the p-value could not be below {p.smallest:.3g}.",
        source="Fisher 1935; Conley and Taber 2011, Rev. Econ. Stat. 93:113",
    )


def parallel_before(panel: Panel, clusters: Indices, how: Inference, *, sd: float | None) -> Check:
    """Whether the groups drifted apart before the first start, or are shown not to have.

    `sd` is the deviation among people, where one is known.
    """
    name, title = "pre_trend", "Trends before the programme"
    try:
        trend = pre_period_trend(
            panel, clusters, covariance=how.covariance, df=how.df, level=how.level
        )[-1]
    except TooLittleData as refusal:
        return Check(
            name=name,
            title=title,
            passed=None,
            observed=None,
            threshold=SIGNIFICANT,
            text=f"Whether trends were parallel before it cannot be seen: {refusal.message}.",
            source=SOURCE,
        )
    found = drift(trend, distance=_carried(panel), margin=worthwhile(sd=sd, log=panel.log))
    told = (
        f"Before it, the treated drifted by {plain(trend.estimate)} a period against the others "
        f"({p_in_words(trend.p_value)}; anything from {plain(trend.ci_low)} to "
        f"{plain(trend.ci_high)} fits)."
    )
    seen = "The effect may be the continuation of that drift."
    return Check(
        name=name,
        title=title,
        passed=found.parallel,
        observed=trend.p_value,
        threshold=SIGNIFICANT,
        text=f"{told} {seen if found.parallel is False else found.text}",
        source=SOURCE,
    )


def _carried(panel: Panel) -> float:
    """Periods from the middle of those before the first start to that of treated cells."""
    cells = panel.treated[panel.starts > 0] > 0
    after = np.broadcast_to(panel.times, cells.shape)[cells].mean()
    return float(after - panel.times[: panel.before].mean())


def no_leads(test: HotellingTest | None) -> Check:
    """Whether all differences before the start are as the last one, tested together."""
    told = "Too few periods before the start, or too few clusters, to test the leads together."
    if test is not None:
        told = (
            f"All {test.df} earlier differences together: F = {plain(test.statistic)} on "
            f"{test.df} and {plain(test.df_residual)} df, {p_in_words(test.p_value)}."
        )
    return Check(
        name="leads",
        title="Differences before the programme",
        passed=None if test is None else test.p_value >= SIGNIFICANT,
        observed=None if test is None else test.p_value,
        threshold=SIGNIFICANT,
        text=told,
        source="joint test of the leads by Hotelling's T2; Tipton and Pustejovsky 2015",
    )


def no_anticipation(panel: Panel, clusters: Indices, how: Inference) -> Check | None:
    """Whether the last period before a common start stands out."""
    last = anticipated(panel, clusters, covariance=how.covariance, df=how.df, level=how.level)
    if last is None:
        return None
    passed = last.p_value >= SIGNIFICANT
    return Check(
        name="anticipation",
        title="Anticipation just before the programme",
        passed=passed,
        observed=last.p_value,
        threshold=SIGNIFICANT,
        text=f"The last period before stands out by {plain(last.estimate)} "
        f"({p_in_words(last.p_value)})."
        + ("" if passed else " People may have acted ahead: leave it out with `anticipation`."),
        source="Ashenfelter 1978, Rev. Econ. Stat. 60:47",
    )


def shown_parallel(panel: Panel, found: Sequence[Check]) -> bool | None:
    """What the checks say of parallel trends: False where they were seen to differ.

    True only where a drift is bounded: leads that do not differ, being a test that does not
    reject, show nothing by themselves.
    """
    answers = {check.name: check.passed for check in found}
    if False in (answers.get("pre_trend"), answers.get("leads")):
        return False
    return True if answers.get("pre_trend") and panel.before >= FEWEST_BEFORE else None


def negative_weights(panel: Panel) -> float:
    """The share of negative weights that two-way effects give to effects of treated cells.

    Weights are the treatment net of unit and period means, times treatment, by their sum of sizes.
    Source: de Chaisemartin and D'Haultfoeuille 2020, Am. Econ. Rev. 110:2964, theorem 1.
    """
    weights = net_of_both(panel.treated) * panel.treated
    sizes = float(np.abs(weights).sum())
    negative = float(-weights[weights < 0].sum()) / sizes
    return negative if negative > TOO_SMALL else 0.0


def one_start(panel: Panel) -> Check | None:
    """Where starts or amounts differ, what two-way effects do with those who started early."""
    if len(panel.first_starts) == 1 and panel.absorbing:
        return None
    share = negative_weights(panel)
    return Check(
        name="two_way_weights",
        title="Starts of treated units",
        passed=False if share > 0 else None,
        observed=share,
        threshold=0.0,
        text="Units start at different times or in different amounts. Two-way effects then use "
        "units already treated as comparisons, and mislead where effects grow or differ: "
        f"{100 * share:.3g} % of the weights are negative. Staggered adoption avoids this.",
        source="Goodman-Bacon 2021, J. Econometrics 225:254; de Chaisemartin and D'Haultfoeuille",
    )


def treated_throughout(panel: Panel) -> Check | None:
    """Units that are treated from the first period on and so have no before."""
    always = [unit for unit, start in zip(panel.units, panel.starts, strict=True) if start == 0]
    if not always:
        return None
    return Check(
        name="always_treated",
        title="Units treated from the first period on",
        passed=False,
        observed=float(len(always)),
        threshold=0.0,
        text=f"{named(always)} had the programme from the first period on and tell nothing of its "
        "start; they only serve as comparisons that are treated.",
        source="Goodman-Bacon 2021, J. Econometrics 225:254",
    )


def autocorrelation(panel: Panel, fit: PanelFit, covariance: str) -> Check:
    """How far errors of a unit go together over time, and whether the covariance minds."""
    e = fit.residuals.reshape(panel.y.shape)
    e = e - e.mean(axis=1, keepdims=True)
    r = float((e[:, 1:] * e[:, :-1]).sum() / (e**2).sum())
    minded = covariance not in BY_ROWS
    told = "the covariance allows for it." if minded else "the covariance ignores it: use CR2."
    return Check(
        name="autocorrelation",
        title="Allowance for errors over time",
        passed=True if minded else False if len(panel.periods) > 2 else None,
        observed=r,
        threshold=None,
        text=f"Errors of a unit in neighbouring periods correlate by {r:.2f}; {told}",
        source="Bertrand, Duflo and Mullainathan 2004, Q. J. Econ. 119:249",
    )


def one_cluster_carries(fit: PanelFit, term: str, names: tuple[str, ...]) -> Check | None:
    """Whether leaving out one cluster would turn the effect round."""
    place = fit.terms.index(term)
    try:
        without = fit.b[place] - fit.without_each()[:, place]
    except TooLittleData:
        return None
    far = int(np.argmax(np.abs(without - fit.b[place])))
    turned = bool((np.sign(without) != np.sign(fit.b[place])).any())
    return Check(
        name="influence",
        title="Weight of single clusters in the effect",
        passed=not turned,
        observed=float(without[far]),
        threshold=0.0,
        text=f"Without {names[far]} the effect would be {plain(float(without[far]))}; without any "
        f"other it stays between {plain(float(without.min()))} and {plain(float(without.max()))}.",
        source="delete-one-cluster estimates; Bell and McCaffrey 2002, Surv. Methodol. 28:169",
    )

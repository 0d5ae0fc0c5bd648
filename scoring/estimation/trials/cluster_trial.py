"""Trial of clusters: schools, practices or areas assigned as wholes, people measured in them."""

from collections.abc import Mapping
from typing import Final

from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.results import Estimate
from scoring.estimation.shapes import Label, Labels
from scoring.estimation.trials.cluster_answers import INDIVIDUAL, Clusters, answers, chosen
from scoring.estimation.trials.cluster_report import Case, report
from scoring.estimation.trials.trial_data import (
    COMPLETE_CASES,
    NO_CHARACTERISTICS,
    Characteristic,
    Measured,
    TrialData,
    read_trial,
)
from scoring.estimation.trials.trial_effects import total_spread
from scoring.estimation.trials.trial_fit import ANCOVA, Model
from scoring.estimation.trials.trial_report import given_spread
from scoring.estimation.trials.two_groups import two_groups

# One cluster in an arm does not tell how such clusters differ.
FEWEST_CLUSTERS: Final = 2


def cluster_randomised_trial(
    *,
    outcome: Measured,
    arm: Labels,
    clusters: Labels,
    intervention: Label = 1,
    covariates: Mapping[str, Characteristic] = NO_CHARACTERISTICS,
    blocks: Labels | None = None,
    adjustment: str = ANCOVA,
    centred: bool = True,
    estimator: str = INDIVIDUAL,
    covariance: str | None = None,
    df: str | None = None,
    method: str = "REML",
    missing_baseline: str = COMPLETE_CASES,
    sd: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """The effect of a programme to which whole clusters of people were assigned by chance.

        individual      y = a + b treated + c'(x - mean x) + e by least squares
        mixed           the same with a random intercept of clusters, by REML or ML (`method`)
        cluster_means   the unweighted means of the clusters of each arm
    Columns (m,) are those of `randomised_trial`, and `clusters` names everybody's; all of a
    cluster are of one arm. By people the covariance is CR2 unless told (CR0, CR1, CR1S, CR3, const
    or HC0 to HC3), on Satterthwaite's degrees of freedom; the mixed model has kenward_roger or
    model (normal), cluster means have welch or pooled. What is not the headline stands beside it.
    The effect is standardised by the deviation among people of any cluster, which that within the
    arms falls short of (`total_spread`), or by `sd`. Below 5 clusters in an arm a p-value is found
    from assigning the clusters anew.
    Raises what `read_trial` and `random_intercept` do; InvalidInput for a cluster in both arms;
    TooLittleData for fewer than two clusters analysed in an arm.
    Source: Pustejovsky and Tipton 2018, J. Bus. Econ. Stat. 36:672; Kenward and Roger 1997;
    Donner and Klar 2000, chapter 6; Hedges 2007, J. Educ. Behav. Stat. 32:341.
    """
    ways = chosen(estimator, covariance, method=method)
    data = read_trial(
        outcome=outcome,
        arm=arm,
        intervention=intervention,
        covariates=covariates,
        blocks=blocks,
        clusters=clusters,
        missing_baseline=missing_baseline,
    )
    kind = ways[INDIVIDUAL]
    model = Model(adjustment=adjustment, centred=centred, covariance=kind, df=df, level=level)
    return report(_case(data, model, estimator, ways, method=method, sd=sd))


def _case(
    data: TrialData,
    model: Model,
    estimator: str,
    ways: Mapping[str, str],
    *,
    method: str,
    sd: float | None,
) -> Case:
    of = _clusters(data)
    found = answers(data, of, model, covariances=ways, method=method)
    groups = two_groups(data.y[data.treated], data.y[~data.treated])
    return Case(
        data=data,
        clusters=of,
        model=model,
        estimator=estimator,
        covariances=ways,
        answers=found,
        groups=groups,
        spread=given_spread(sd, binary=data.binary)
        or total_spread(groups.pooled_sd, of.by_arm, found.icc),
    )


def _clusters(data: TrialData) -> Clusters:
    """The clusters analysed; refuses one in both arms, and too few."""
    _refuse_both_arms(data)
    found = Clusters.read(data)
    for name, count in zip(("programme", "comparison"), found.counts, strict=True):
        if count < FEWEST_CLUSTERS:
            raise TooLittleData(
                f"{count} analysed in the {name} arm: one does not tell how clusters differ",
                field="clusters",
                accepted="two in each arm at least; with one, nothing tells the programme from "
                "the place; more places, or figures of both from before, are needed",
            )
    if found.sizes.max() == 1:
        raise TooLittleData(
            "have one person each, so that people and clusters are the same",
            field="clusters",
            accepted="several people in some of them; randomised_trial takes units that count once",
        )
    return found


def _refuse_both_arms(data: TrialData) -> None:
    first: dict[int, bool] = {}
    rows = zip(data.cluster_of.tolist(), data.assigned.tolist(), strict=True)
    for row, (cluster, treated) in enumerate(rows, start=1):
        if first.setdefault(cluster, treated) != treated:
            raise InvalidInput(
                f"{data.names[cluster]} has people in both arms",
                field="clusters",
                row=row,
                accepted="clusters of one arm each; randomised_trial takes people assigned one by "
                "one, with `clusters` as the places they were in",
            )

"""Three ways to the effect of a trial of clusters: by people, by a mixed model, by means."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column, check_known
from scoring.estimation.linear import coefficient, table
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Flags, Indices
from scoring.estimation.trials.kenward_roger import kenward_roger
from scoring.estimation.trials.mixed import METHODS, MixedFit, random_intercept
from scoring.estimation.trials.trial_covariance import BY_CLUSTERS, BY_ROWS
from scoring.estimation.trials.trial_data import INTERCEPT, TREATED, TrialData
from scoring.estimation.trials.trial_effects import Risks
from scoring.estimation.trials.trial_fit import (
    MEANS,
    Answer,
    Model,
    TrialFit,
    answered,
    fitted,
    model_columns,
)
from scoring.estimation.trials.two_groups import TwoGroups, two_groups

INDIVIDUAL: Final = "individual"
MIXED: Final = "mixed"
CLUSTER_MEANS: Final = "cluster_means"

# The covariances that each way has, the first being taken unless another is asked for.
COVARIANCES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        INDIVIDUAL: ("CR2", *(kind for kind in (*BY_CLUSTERS, *BY_ROWS) if kind != "CR2")),
        MIXED: ("kenward_roger", "model"),
        CLUSTER_MEANS: ("welch", "pooled"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The clusters of those analysed: who is in which (n,), whether treated and how large (G,)."""

    of: Indices
    treated: Flags
    sizes: Column

    @classmethod
    def read(cls, data: TrialData) -> "Clusters":
        """From people who are all of one arm within a cluster."""
        of = data.clusters
        sizes = np.bincount(of).astype(np.float64)
        return cls(of=of, treated=np.bincount(of, weights=data.treated) > 0, sizes=sizes)

    @property
    def counts(self) -> tuple[int, int]:
        """How many have the programme, and how many do not."""
        return int(self.treated.sum()), int((~self.treated).sum())

    @property
    def by_arm(self) -> tuple[Column, Column]:
        """The sizes of those with the programme, and of those without."""
        return self.sizes[self.treated], self.sizes[~self.treated]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The three answers; `mixed_fit` is the mixed model, `icc` is without characteristics.

    `means` are the unweighted cluster means of both arms.
    """

    people: TrialFit
    mixed: Answer
    mixed_fit: MixedFit
    icc: float
    means: TwoGroups
    by_means: Answer

    def of(self, estimator: str) -> Answer:
        """The answer of one way."""
        match estimator:
            case "individual":
                return self.people.answer
            case "mixed":
                return self.mixed
            case _:
                return self.by_means

    def beside(self, estimator: str, covariances: Mapping[str, str]) -> tuple[Coefficient, ...]:
        """The effects by the other ways, each named by its way and covariance."""
        return tuple(
            replace(self.of(way).effect, term=f"{TREATED}, {way} ({covariances[way]})")
            for way in COVARIANCES
            if way != estimator
        )


def answers(
    data: TrialData,
    clusters: Clusters,
    model: Model,
    *,
    covariances: Mapping[str, str],
    method: str,
) -> Answers:
    """Estimate by people, by a random intercept of clusters, and by unweighted cluster means.

    The intraclass correlation for standardising is of people of one arm, by REML without
    characteristics. Raises what `fitted` and `random_intercept` do.
    """
    columns = model_columns(data, adjustment=model.adjustment, centred=model.centred)
    mixed_fit = random_intercept(data.y, columns, clusters.of, method=method)
    plain = {name: columns[name] for name in (INTERCEPT, TREATED)}
    alone = mixed_fit
    if method != "REML" or len(columns) > len(plain):
        alone = random_intercept(data.y, plain, clusters.of)
    averages = np.bincount(clusters.of, weights=data.y) / clusters.sizes
    means = two_groups(averages[clusters.treated], averages[~clusters.treated])
    return Answers(
        people=fitted(data, model),
        mixed=_mixed(data, mixed_fit, columns, covariances[MIXED], level=model.level),
        mixed_fit=mixed_fit,
        icc=alone.icc,
        means=means,
        by_means=_by_means(means, covariances[CLUSTER_MEANS], level=model.level),
    )


def chosen(estimator: str, covariance: str | None, *, method: str) -> dict[str, str]:
    """The covariance of every way: what is asked for of the `estimator`, else its first.

    The mixed model by ML has the model's alone. Raises UnknownMethod.
    """
    check_known("estimator", estimator, COVARIANCES)
    check_known("method", method, METHODS)
    found = {way: known[0] for way, known in COVARIANCES.items()}
    if method != "REML":
        found[MIXED] = "model"
    if covariance is not None:
        check_known("covariance", covariance, COVARIANCES[estimator])
        found[estimator] = covariance
    return found


def _mixed(
    data: TrialData, fit: MixedFit, columns: Mapping[str, Column], kind: str, *, level: float
) -> Answer:
    x = np.column_stack(list(columns.values()))
    if kind == "kenward_roger":
        found = kenward_roger(fit)
        return answered(data, found.table(fit, level=level), x, fit.b, found.cov, level=level)
    rows = table(fit.terms, fit.b, fit.covariance, df=None, level=level)
    return answered(data, rows, x, fit.b, fit.covariance, level=level)


def _by_means(means: TwoGroups, kind: str, *, level: float) -> Answer:
    test = means.welch if kind == "welch" else means.pooled
    effect = test(term=TREATED, level=level)
    own = ((means.m1i, means.sd1i, means.n1i), (means.m2i, means.sd2i, means.n2i))
    with_it, without = (
        coefficient(name, m, sd / math.sqrt(n), df=float(n - 1), level=level)
        for name, (m, sd, n) in zip(MEANS, own, strict=True)
    )
    return Answer(
        table=(effect,),
        effect=effect,
        with_it=with_it,
        without=without,
        risks=Risks(
            with_it=means.m1i,
            without=means.m2i,
            cov=np.diag([with_it.se**2, without.se**2]),
        ),
    )

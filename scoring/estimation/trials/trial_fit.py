"""The regression of a trial: outcome on arm and what was known before, with adjusted means."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column, check_known, number
from scoring.errors import TooLittleData
from scoring.estimation.linear import LinearFit, coefficient, least_squares, table
from scoring.estimation.results import Coefficient
from scoring.estimation.shapes import Matrix
from scoring.estimation.trials.trial_covariance import degrees, uncertainty
from scoring.estimation.trials.trial_data import INTERCEPT, TREATED, TrialData
from scoring.estimation.trials.trial_effects import Risks

# How what was known before enters: not at all, with one slope, or with a slope for each arm.
NONE: Final = "none"
ANCOVA: Final = "ancova"
INTERACTED: Final = "interacted"
ADJUSTMENTS: Final = (NONE, ANCOVA, INTERACTED)

MEANS: Final = ("mean with the programme", "mean without the programme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """How a trial is analysed; `covariance` and `df` are those of `degrees`."""

    adjustment: str
    centred: bool
    covariance: str
    df: str | None
    level: float

    def __post_init__(self) -> None:
        """Refuse an adjustment that does not exist and a level outside 0 to 1."""
        check_known("adjustment", self.adjustment, ADJUSTMENTS)
        number("level", self.level, above=0.0, below=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A table, the row of the effect, and the adjusted means with the programme and without."""

    table: tuple[Coefficient, ...]
    effect: Coefficient
    with_it: Coefficient
    without: Coefficient
    risks: Risks


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFit:
    """A least-squares fit, what it answers, and the degrees of freedom by their name."""

    fit: LinearFit
    answer: Answer
    df: str


def fitted(data: TrialData, model: Model) -> TrialFit:
    """Least squares of the outcome on arm and characteristics, with a robust covariance.

        none         y = a + b treated
        ancova       y = a + b treated + c'x
        interacted   y = a + b treated + c'x + d'x treated, x less its mean
    Characteristics are centred, so that a is the adjusted mean without the programme, unless told
    otherwise; blocks enter as characteristics do. Raises what `degrees`, `least_squares` and
    `uncertainty` do, with the row of the person.
    Source: Freedman 2008, Adv. Appl. Math. 40:180; Lin 2013, Ann. Appl. Stat. 7:295.
    """
    df = degrees(model.covariance, model.df, clustered=data.clustered)
    clusters = data.clusters if data.clustered else None
    fit = least_squares(
        data.y, model_columns(data, adjustment=model.adjustment, centred=model.centred)
    )
    try:
        cov, dfs = uncertainty(fit, model.covariance, df, clusters=clusters)
    except TooLittleData as refusal:
        if refusal.row is None:
            raise
        raise refusal.at(int(data.rows[refusal.row - 1]) + 1) from None
    rows = table(fit.terms, fit.b, cov, df=dfs, level=model.level)
    answer = answered(data, rows, fit.x, fit.b, cov, level=model.level)
    return TrialFit(fit=fit, answer=answer, df=df)


def answered(
    data: TrialData,
    rows: tuple[Coefficient, ...],
    x: Matrix,
    b: Column,
    cov: Matrix,
    *,
    level: float,
) -> Answer:
    """What a table of coefficients `b` (p,) of the columns `x` (n, p) says of the two arms.

    Adjusted means are at the mean of everybody, on the effect's degrees of freedom.
    """
    terms = [row.term for row in rows]
    effect = rows[terms.index(TREATED)]
    plain = [term == INTERCEPT or term in data.baseline or term in data.blocks for term in terms]
    without = np.where(plain, x.mean(axis=0), 0.0)
    loads = np.stack([without + (np.array(terms) == TREATED), without])
    means, both = loads @ b, loads @ cov @ loads.T
    with_it, without_it = (
        coefficient(name, float(mean), math.sqrt(variance), df=effect.df, level=level)
        for name, mean, variance in zip(MEANS, means, np.diag(both), strict=True)
    )
    return Answer(
        table=rows,
        effect=effect,
        with_it=with_it,
        without=without_it,
        risks=Risks(with_it=with_it.estimate, without=without_it.estimate, cov=both),
    )


def model_columns(data: TrialData, *, adjustment: str, centred: bool) -> dict[str, Column]:
    """The columns of the regression (n,) by term, the intercept first."""
    columns = {INTERCEPT: np.ones(len(data.y)), TREATED: data.treated.astype(np.float64)}
    if adjustment == NONE:
        return columns
    before: Mapping[str, Column] = {**data.baseline, **data.blocks}
    if centred or adjustment == INTERACTED:
        before = {name: values - values.mean() for name, values in before.items()}
    columns |= before
    if adjustment == INTERACTED:
        columns |= {f"{TREATED}:{name}": columns[TREATED] * x for name, x in before.items()}
    return columns

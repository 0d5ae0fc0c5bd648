"""From a segmented regression to the effect: a difference, and a ratio, to the counterfactual."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column, check_known, number
from scoring.effects import SCALES, Effect, standardise
from scoring.errors import IncompatibleEffects, InvalidInput
from scoring.estimation.linear import coefficient
from scoring.estimation.results import Coefficient
from scoring.estimation.series.series import Series
from scoring.estimation.series.series_fit import SeriesFit
from scoring.estimation.shapes import Matrix

HEADLINES: Final = ("average", "horizon", "level")

# What a log ratio to the counterfactual is one of: rates of events, means of anything else, or
# rates where every figure is a whole number. A pool has a scale for log ratios of events (one
# standard deviation of a logistic distribution) and none for those of means: how many standard
# deviations a tenth more is hangs on how people differ, which figures of a period do not tell.
AUTO, MEANS, RATES = "auto", "ROM", "IRR"
RATIOS: Final = (AUTO, MEANS, RATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which effect is asked for, and how it is to be told.

    `headline` is the effect on average over the periods from the start, in the period `horizon` of
    the programme (its first is 1), or in its first period (level). `ratio` names the measure of a
    log ratio, `supposed` says that whole numbers decided it. `sd` is the standard deviation of the
    outcome among people, `log` says that the outcome is modelled as its natural log.
    """

    headline: str
    horizon: int | None
    ratio: str
    supposed: bool
    sd: float | None
    log: bool
    level: float

    @property
    def measure(self) -> str:
        """The measure of the natural effect."""
        return self.ratio if self.log else "MD"

    @property
    def name(self) -> str:
        """What the headline is called in the table."""
        return (
            horizon_name(self.horizon) if self.headline == "horizon" else f"{self.headline} effect"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The m periods from the start on: what the model says the programme did in each.

    The effects are `effect` b, (m, p) on the p coefficients; `observed` (m,) are the outcomes,
    `since` (m,) the periods since the start, `lowest` the lowest outcome of the treated series.
    """

    effect: Matrix
    observed: Column
    since: Column
    lowest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The effect asked for, on its scale, beside the rows that tell of it in other ways."""

    headline: Coefficient
    rows: tuple[Coefficient, ...]
    ratio: Coefficient | None
    no_ratio: str | None


def question(
    outcome: Column,
    *,
    headline: str,
    horizon: int | None,
    ratio: str,
    sd: float | None,
    log: bool,
    level: float,
) -> Question:
    """A question that has an answer; raises UnknownMethod or InvalidInput for one that has none.

    A `ratio` of auto is one of rates where each outcome (n,) is a whole number, else of means.
    """
    check_known("headline", headline, HEADLINES)
    check_known("ratio", ratio, RATIOS)
    if headline == "horizon" and horizon is None:
        raise InvalidInput("is missing", field="horizon", accepted="a period of the programme, 1..")
    if log and sd is not None:
        raise InvalidInput(
            f"is {sd}, but the effect is a log ratio",
            field="sd",
            accepted="no sd with log; the pool scales log ratios itself",
        )
    if sd is not None:
        number("sd", sd, above=0.0)
    number("level", level, above=0.0, below=1.0)
    whole = bool((outcome == np.rint(outcome)).all())
    measure = ratio if ratio != AUTO else RATES if whole else MEANS
    return Question(
        headline=headline,
        horizon=horizon,
        ratio=measure,
        supposed=ratio == AUTO and whole,
        sd=sd,
        log=log,
        level=level,
    )


def against(series: Series, terms: tuple[str, ...], *, suffix: str = "") -> Against:
    """The periods of the treated series, the effect told by `level` and `trend` with `suffix`."""
    after = np.flatnonzero(series.after)
    since = (series.periods[after] - series.start).astype(np.float64)
    effect = np.zeros((len(after), len(terms)))
    effect[:, terms.index(f"level{suffix}")] = 1.0
    effect[:, terms.index(f"trend{suffix}")] = since
    return Against(
        effect=effect, observed=series.y[after], since=since, lowest=float(series.y.min())
    )


def answer(fit: SeriesFit, own: Against, asked: Question) -> Answer:
    """The headline, the other ways to tell the effect, and its log ratio to the counterfactual.

    In m periods from the start with effects d (p-vectors of weights on b),
        average  b'mean(d)      horizon h  b'd_h      level  b'd_1
        log ratio  ln(a / (a - b'd)),  a the mean outcome as observed,  gradient d / (a - b'd)
    the ratio of what was seen to what would have been seen, by the delta method. There is none
    where an outcome is below 0 or the interval of a - b'd reaches 0. With `log` the effect is a
    log ratio already.
    Raises InvalidInput where the period asked for was not observed.
    """
    weights = {"average effect": np.full(len(own.since), 1 / len(own.since))}
    if asked.horizon is not None:
        weights[horizon_name(asked.horizon)] = _only(own, asked.horizon)
    if asked.headline == "level":
        weights["level effect"] = _only(own, 1)
    rows = {name: _row(fit, w @ own.effect, name, asked.level) for name, w in weights.items()}
    headline = rows[asked.name]
    if asked.log:
        return Answer(headline=headline, rows=tuple(rows.values()), ratio=headline, no_ratio=None)
    ratio, reason = _ratio(fit, own, weights[asked.name], asked)
    told = (*rows.values(), *([ratio] if ratio else []))
    return Answer(headline=headline, rows=told, ratio=ratio, no_ratio=reason)


def natural_effect(found: Answer, asked: Question) -> Effect:
    """The headline as an effect in the outcome's own terms."""
    return _effect(found.headline, asked.measure)


def pooled_effect(found: Answer, asked: Question) -> tuple[Effect | None, str | None]:
    """The headline for the pool, or None with the reason.

    In standard deviations where the caller gave one (it has to be that of people: the spread of
    period means is smaller by the size of the groups behind them, and would inflate the effect),
    else as the log ratio to the counterfactual.
    """
    if asked.sd is not None:
        return standardise(natural_effect(found, asked), standardiser=asked.sd), None
    if found.ratio is not None:
        return _effect(found.ratio, asked.ratio), None
    return None, (
        f"{found.no_ratio}, so no ratio to the counterfactual exists; the standard deviation of "
        "the outcome among people (sd) would standardise it, that of period figures does not"
    )


def horizon_name(horizon: int | None) -> str:
    """What the effect at a horizon is called in the table."""
    return f"effect in period {horizon} of the programme"


def expected_without(
    fit: SeriesFit, own: Against, modelled: Column, *, level: float
) -> tuple[Column, Column, Column]:
    """What the model expects without the programme (m,), with pointwise bounds of the effect.

    `modelled` (m,) is the modelled outcome; where it leaves the bounds, the effect there is told
    from 0.
    """
    effect = own.effect @ fit.b
    se = np.sqrt(np.einsum("ij,jk,ik->i", own.effect, fit.cov, own.effect))
    half = coefficient("unit", 0.0, 1.0, df=fit.df, level=level).ci_high * se
    middle = modelled - effect
    return middle, middle - half, middle + half


def _row(fit: SeriesFit, load: Column, term: str, level: float) -> Coefficient:
    se = math.sqrt(float(load @ fit.cov @ load))
    return coefficient(term, float(load @ fit.b), se, df=fit.df, level=level)


def _only(own: Against, horizon: int) -> Column:
    chosen: Column = (own.since == horizon - 1).astype(np.float64)
    if not chosen.any():
        raise InvalidInput(
            f"is {horizon}, a period that was not observed",
            field="horizon",
            accepted=f"an observed period of the programme, 1 to {int(own.since[-1]) + 1}",
        )
    return chosen


def _ratio(
    fit: SeriesFit, own: Against, weights: Column, asked: Question
) -> tuple[Coefficient | None, str | None]:
    if own.lowest < 0:
        return None, "the outcome is below 0 in some period"
    effect = _row(fit, weights @ own.effect, "effect", asked.level)
    seen = float(weights @ own.observed)
    unseen = seen - effect.estimate
    if seen <= 0 or seen - effect.ci_high <= 0:
        return None, "the counterfactual cannot be told from 0"
    name = "log ratio to the counterfactual"
    log_ratio, se = math.log(seen / unseen), effect.se / unseen
    return coefficient(name, log_ratio, se, df=fit.df, level=asked.level), None


def _effect(row: Coefficient, measure: str) -> Effect:
    if row.se <= 0:
        raise IncompatibleEffects(
            "has no error of its own",
            field="outcome",
            accepted="figures as they were measured, not smoothed, filled in or projected",
        )
    return Effect(
        measure=measure, yi=row.estimate, vi=row.se**2, scale=SCALES[measure], source="series"
    )

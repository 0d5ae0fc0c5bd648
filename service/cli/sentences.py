"""One sentence for each kind of answer."""

from scoring.synthesis import (
    Aggregated,
    Multilevel,
    PooledTables,
    Regression,
    SubgroupTest,
    Synthesis,
)
from service.cli.questions import Result
from service.cli.words import estimate, p_value, studies


def sentence(result: Result, measure: str) -> str:
    """What a person is told of a result, in one sentence."""
    match result:
        case Synthesis():
            return _synthesis(result, measure)
        case PooledTables():
            return _counts(result)
        case Regression():
            return _regression(result)
        case SubgroupTest():
            return _subgroups(result)
        case Multilevel():
            return _multilevel(result, measure)
        case Aggregated():
            return _aggregated(result, measure)


def _synthesis(pooled: Synthesis, measure: str) -> str:
    ends = (pooled.estimate, pooled.ci_low, pooled.ci_high)
    words = estimate(*ends, measure=measure, level=pooled.level)
    return f"{studies(pooled.k)}: pooled {words} ({pooled.method}, test {pooled.test})."


def _counts(pooled: PooledTables) -> str:
    ends = (pooled.estimate, pooled.ci_low, pooled.ci_high)
    words = estimate(*ends, measure=pooled.measure, level=pooled.level)
    return f"{studies(pooled.k)}: pooled {words} ({pooled.method}, no correction of empty cells)."


def _regression(fitted: Regression) -> str:
    if fitted.moderators is None:
        return f"{studies(fitted.k)}: no moderator besides the intercept ({fitted.method})."
    told = "tell" if fitted.moderators.p_value < 1 - fitted.level else "do not clearly tell"
    what = "the variation between studies (Q)" if fitted.method == "EE" else "tau2"
    explained = "" if fitted.r2 is None else f"; they explain {fitted.r2:.0f} % of {what}"
    return (
        f"{studies(fitted.k)}: the moderators {told} effects apart "
        f"({p_value(fitted.moderators.p_value)}){explained} "
        f"({fitted.method}, test {fitted.test})."
    )


def _subgroups(found: SubgroupTest) -> str:
    names = " and ".join(group.name for group in found.subgroups)
    apart = found.between.p_value < 1 - found.level
    how = f"{found.method}, one tau2" if found.common_tau2 else found.method
    return (
        f"{len(found.subgroups)} subgroups ({names}): the effect "
        f"{'differs' if apart else 'does not clearly differ'} between them "
        f"({p_value(found.between.p_value)}, {how})."
    )


def _multilevel(fitted: Multilevel, measure: str) -> str:
    head = f"{fitted.k} effects of {len(fitted.units)} units"
    doubt = (
        ""
        if fitted.robust.reason is None
        else f" Take care: {fitted.robust.reason.removesuffix('.')}."
    )
    if fitted.p > 1:
        return f"{head}: {fitted.p} coefficients ({fitted.method}, robust by units).{doubt}"
    one = fitted.robust.coefficients[0]
    ends = (one.estimate, one.ci_low, one.ci_high)
    words = estimate(*ends, measure=measure, level=fitted.level)
    return f"{head}: pooled {words} ({fitted.method}, robust by units, {one.df:.3g} df).{doubt}"


def _aggregated(found: Aggregated, measure: str) -> str:
    pooled = found.pooled
    ends = (pooled.estimate, pooled.ci_low, pooled.ci_high)
    words = estimate(*ends, measure=measure, level=pooled.level)
    return (
        f"{sum(found.sizes)} effects averaged within {len(found.units)} units (rho {found.rho:g}): "
        f"pooled {words} ({pooled.method}, test {pooled.test})."
    )

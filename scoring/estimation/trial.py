"""Trial of people assigned one by one: means of both arms, adjusted for what was known before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scoring.columns import number
from scoring.effects import Effect
from scoring.estimation import trial_checks as checks
from scoring.estimation.panel import Label, Labels
from scoring.estimation.panel_report import checks_in_words, verdict_in_words
from scoring.estimation.results import RANDOMISED, Check, Estimate, Value
from scoring.estimation.trial_checks import Difference, baseline_differences
from scoring.estimation.trial_data import (
    COMPLETE_CASES,
    NO_CHARACTERISTICS,
    Characteristic,
    Measured,
    TrialData,
    read_trial,
)
from scoring.estimation.trial_effects import Spread, natural_effect
from scoring.estimation.trial_fit import ANCOVA, NONE, Model, TrialFit, fitted
from scoring.estimation.trial_report import (
    baseline_facts,
    effect_in_words,
    flow_facts,
    flow_in_words,
    given_spread,
    passed,
    pictures,
    pooled_effect,
    ratios,
)
from scoring.estimation.two_groups import TwoGroups, two_groups

BLIND: Final = (
    "It tells of the people assigned, and rests on chance alone having assigned them, which no "
    "figure here can show."
)


def randomised_trial(
    *,
    outcome: Measured,
    arm: Labels,
    intervention: Label = 1,
    covariates: Mapping[str, Characteristic] = NO_CHARACTERISTICS,
    blocks: Labels | None = None,
    clusters: Labels | None = None,
    adjustment: str = ANCOVA,
    centred: bool = True,
    covariance: str | None = None,
    df: str | None = None,
    missing_baseline: str = COMPLETE_CASES,
    allocation: float | None = None,
    sd: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """The effect of a programme to which people were assigned by chance, one by one.

        y = a + b treated + c'(x - mean x) + e,   b the effect
    Columns (m,) have one row a person assigned; `outcome` is None where it is not known, and that
    person is assigned and not analysed. `arm` has two values, one of them `intervention`.
    `covariates` were measured before assignment, `blocks` are what it was made within.
    `adjustment` is ancova, interacted (a slope for each arm) or none. `covariance` is one of
    const, HC0 to HC3 (HC2 unless told), with `clusters` (sites in which people were treated
    together) CR0 to CR3 or CR1S (CR2 unless told); `df` as `degrees` has it, Satterthwaite's for
    HC and CR. Outcomes of 0 and 1 alone give a difference of proportions, with the risk and odds
    ratios beside. The plain difference by Welch's test stands beside in any case. `allocation` is
    the share meant for the programme, to be checked; `sd` standardises in place of the deviation
    of those analysed.
    Raises what `read_trial` and `least_squares` do; TooLittleData where HC2 or HC3 meet somebody
    whom the model fits exactly; InvalidInput for a model without any error.
    Source: Lin 2013, Ann. Appl. Stat. 7:295; MacKinnon and White 1985; Imbens and Kolesar 2016,
    Rev. Econ. Stat. 98:701, for the degrees of freedom.
    """
    number("level", level, above=0.0, below=1.0)
    chosen = covariance or ("HC2" if clusters is None else "CR2")
    model = Model.of(
        adjustment=adjustment,
        centred=centred,
        covariance=chosen,
        df=df,
        clustered=clusters is not None,
        level=level,
    )
    data = read_trial(
        outcome=outcome,
        arm=arm,
        intervention=intervention,
        covariates=covariates,
        blocks=blocks,
        clusters=clusters,
        missing_baseline=missing_baseline,
    )
    found = fitted(data, model, None if clusters is None else data.clusters)
    groups = two_groups(data.y[data.treated], data.y[~data.treated])
    spread = given_spread(sd, binary=data.binary) or Spread(
        sd=groups.pooled_sd,
        source="within arms, of those analysed",
        df=float(len(data.y) - 2),
    )
    case = _Case(data=data, model=model, found=found, groups=groups, spread=spread)
    told: dict[str, Value | None] = {
        "intervention": str(intervention),
        "missing_baseline": missing_baseline,
        "allocation": allocation,
        "clustered_by": None if clusters is None else "clusters",
    }
    return _estimate(case, told=told, allocation=allocation)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    data: TrialData
    model: Model
    found: TrialFit
    groups: TwoGroups
    spread: Spread

    @property
    def adjusted(self) -> bool:
        return bool(self.data.baseline) and self.model.adjustment != NONE


def _estimate(
    case: _Case, *, told: Mapping[str, Value | None], allocation: float | None
) -> Estimate:
    data, found, level = case.data, case.found.answer, case.model.level
    effect = found.effect
    natural = natural_effect(
        effect.estimate,
        effect.se,
        binary=data.binary,
        source=case.model.covariance,
        sizes=(case.groups.n1i, case.groups.n2i),
    )
    pooled, how = pooled_effect(natural, case.spread, found.risks, counts=data)
    differences = baseline_differences(data)
    flow = flow_facts(data)
    made = _checks(case, differences, flow, allocation=allocation)
    beside = (
        case.groups.welch(term="unadjusted difference (Welch)", level=level),
        *(ratios(found.risks, df=effect.df, level=level) if data.binary else ()),
    )
    return Estimate(
        design="rct",
        estimator=case.model.adjustment if case.adjusted or data.blocks else NONE,
        covariance=case.model.covariance,
        claim=RANDOMISED,
        level=level,
        n=len(data.y),
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=pooled,
        not_standardised=how if pooled is None else None,
        coefficients=(*found.table, *beside),
        checks=made,
        text=_text(case, flow, made),
        specification={**told, **_specification(case, pooled, how)},
        facts={
            **flow,
            "units_intervention": flow["assigned_intervention"],
            "units_comparison": flow["assigned_comparison"],
            "adjusted_for_baseline": case.adjusted,
            **baseline_facts(differences),
        },
        pictures=pictures(found.without, found.with_it, differences, binary=data.binary),
    )


def _checks(
    case: _Case,
    differences: tuple[Difference, ...],
    flow: Mapping[str, Value | None],
    *,
    allocation: float | None,
) -> tuple[Check, ...]:
    attrition = checks.low_attrition(flow)
    found = (
        attrition,
        checks.attrition_bounds(case.data),
        checks.alike_before(differences, adjusted=case.adjusted, kept=attrition.passed),
        checks.as_allocated(case.data, allocation),
        checks.one_armed_blocks(case.data),
        checks.filled_baselines(case.data),
        checks.no_single_row(case.found.fit, case.found.answer.effect, case.data),
    )
    return tuple(check for check in found if check is not None)


def _specification(case: _Case, pooled: Effect | None, how: str) -> dict[str, Value | None]:
    model, fit, groups = case.model, case.found.fit, case.groups
    return {
        "adjustment": model.adjustment,
        "centred": model.centred,
        "covariance": model.covariance,
        "df": model.df,
        "level": model.level,
        "terms": ", ".join(fit.terms),
        "binary": case.data.binary,
        "people": len(case.data.assigned),
        "filled": case.data.filled,
        "residual_df": fit.df,
        "sigma": fit.sigma,
        "r2": float(fit.fitted.rsquared),
        "standardised_by": how if pooled is not None else None,
        "standardiser": case.spread.sd / case.spread.factor if not case.data.binary else None,
        "standardiser_df": case.spread.df if not case.data.binary else None,
        "m1i": groups.m1i,
        "sd1i": groups.sd1i,
        "n1i": groups.n1i,
        "m2i": groups.m2i,
        "sd2i": groups.sd2i,
        "n2i": groups.n2i,
    }


def _text(case: _Case, flow: Mapping[str, Value | None], made: tuple[Check, ...]) -> str:
    effect = case.found.answer.effect
    size = effect_in_words(effect, binary=case.data.binary, level=case.model.level)
    told = f"People assigned to the programme had an outcome {size} than those assigned to the"
    alike = ""
    if case.adjusted:
        alike = f", people alike in {', '.join(case.data.baseline)} being compared"
    lost = passed(made, "attrition") is False
    chance = "Chance decided who got the programme, so that what else differs is chance too"
    sentences = (
        f"{told} comparison{alike}.",
        verdict_in_words(effect.ci_low, effect.ci_high),
        chance + (", but for those who were lost." if lost else "."),
        flow_in_words(flow),
        checks_in_words(made),
        BLIND,
    )
    return " ".join(sentences)

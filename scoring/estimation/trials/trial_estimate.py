"""A fitted trial of people as an estimate: its checks, words, facts and pictures."""

from dataclasses import dataclass
from typing import Final

from scoring.effects import Effect
from scoring.estimation.results import RANDOMISED, Check, Coefficient, Estimate, Value
from scoring.estimation.trials import trial_checks as checks
from scoring.estimation.trials.trial_checks import Difference, baseline_differences
from scoring.estimation.trials.trial_data import TrialData
from scoring.estimation.trials.trial_effects import Spread, natural_effect
from scoring.estimation.trials.trial_fit import NONE, Model, TrialFit
from scoring.estimation.trials.trial_report import (
    baseline_facts,
    deviations_in_words,
    effect_in_words,
    flow_facts,
    flow_in_words,
    passed,
    pictures,
    pooled_effect,
    ratios,
)
from scoring.estimation.trials.two_groups import TwoGroups
from scoring.estimation.words import checks_in_words, verdict_in_words

BLIND: Final = (
    "It tells of the people assigned, and rests on chance alone having assigned them, which no "
    "figure here can show."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An analysed trial with all that its report needs."""

    data: TrialData
    model: Model
    found: TrialFit
    groups: TwoGroups
    spread: Spread

    @property
    def adjusted(self) -> bool:
        """Whether characteristics were allowed for."""
        return bool(self.data.baseline) and self.model.adjustment != NONE


def report(case: Case, allocation: float | None) -> Estimate:
    """The estimate of an analysed case; `allocation` is the share meant for the programme."""
    data, effect, level = case.data, case.found.answer.effect, case.model.level
    natural = natural_effect(
        effect,
        case.groups.pooled_sd,
        binary=data.binary,
        source=case.model.covariance,
        sizes=(case.groups.n1i, case.groups.n2i),
    )
    pooled, how = pooled_effect(natural, case.spread, case.found.answer.risks, counts=data)
    differences = baseline_differences(data)
    made = _checks(case, differences, allocation=allocation)
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
        coefficients=_rows(case),
        checks=made,
        text=_text(case, pooled, made),
        specification={"allocation": allocation, **_specification(case, pooled, how)},
        facts=_facts(case, differences),
        pictures=pictures(case.found.answer, differences, binary=data.binary),
    )


def _rows(case: Case) -> tuple[Coefficient, ...]:
    """The table of the fit, and beside it the plain difference and the ratios of risks."""
    answer, level = case.found.answer, case.model.level
    plain = case.groups.welch(term="unadjusted difference (Welch)", level=level)
    if not case.data.binary:
        return (*answer.table, plain)
    return (*answer.table, plain, *ratios(answer.risks, df=answer.effect.df, level=level))


def _facts(case: Case, differences: tuple[Difference, ...]) -> dict[str, Value | None]:
    flow = flow_facts(case.data)
    return {
        **flow,
        "units_intervention": flow["assigned_intervention"],
        "units_comparison": flow["assigned_comparison"],
        "adjusted_for_baseline": case.adjusted,
        **baseline_facts(differences),
    }


def _checks(
    case: Case, differences: tuple[Difference, ...], *, allocation: float | None
) -> tuple[Check, ...]:
    attrition = checks.low_attrition(flow_facts(case.data))
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


def _specification(case: Case, pooled: Effect | None, how: str) -> dict[str, Value | None]:
    model, fit, groups = case.model, case.found.fit, case.groups
    measured = None if case.data.binary else case.spread
    return {
        **case.data.told,
        "adjustment": model.adjustment,
        "centred": model.centred,
        "covariance": model.covariance,
        "df": case.found.df,
        "level": model.level,
        "terms": ", ".join(fit.terms),
        "binary": case.data.binary,
        "people": len(case.data.assigned),
        "filled": case.data.filled,
        "residual_df": fit.df,
        "sigma": fit.sigma,
        "r2": float(fit.fitted.rsquared),
        "standardised_by": how if pooled is not None else None,
        "standardiser": None if measured is None else measured.sd / measured.factor,
        "standardiser_df": None if measured is None else measured.df,
        **groups.summaries(),
    }


def _text(case: Case, pooled: Effect | None, made: tuple[Check, ...]) -> str:
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
        deviations_in_words(pooled, case.spread) + verdict_in_words(effect.ci_low, effect.ci_high),
        chance + (", but for those who were lost." if lost else "."),
        flow_in_words(flow_facts(case.data)),
        checks_in_words(made),
        BLIND,
    )
    return " ".join(sentences)

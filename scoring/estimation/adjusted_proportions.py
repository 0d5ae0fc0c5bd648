"""Two proportions from rows of people, made alike by logistic regression and standardisation."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from scoring.columns import Column, check_known, number, refuse_rows
from scoring.errors import TooLittleData
from scoring.estimation import trial_checks as checks
from scoring.estimation.generalised import GeneralisedFit, Logistic, generalised
from scoring.estimation.linear import Matrix, coefficient, table
from scoring.estimation.panel import Label, Labels
from scoring.estimation.panel_report import checks_in_words, verdict_in_words
from scoring.estimation.proportions import CLAIMS, COHORT, RCT
from scoring.estimation.results import Check, Coefficient, Estimate, Value
from scoring.estimation.trial_checks import Difference, baseline_differences
from scoring.estimation.trial_data import (
    COMPLETE_CASES,
    NO_CHARACTERISTICS,
    TREATED,
    Characteristic,
    Measured,
    TrialData,
    measured,
    read_trial,
)
from scoring.estimation.trial_effects import Risks, natural_effect
from scoring.estimation.trial_fit import ANCOVA, MEANS, model_columns
from scoring.estimation.trial_report import (
    baseline_facts,
    effect_in_words,
    flow_facts,
    flow_in_words,
    pictures,
    pooled_effect,
    ratios,
)

# Events, or people without one where these are fewer, that a coefficient needs.
# Source: Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373.
EVENTS_A_TERM: Final = 10.0

BY_CHANCE: Final = "It rests on chance alone having assigned people, which no figure here can show."
NOT_BY_CHANCE: Final = (
    "What the characteristics do not tell of the groups is still in the difference."
)


def adjusted_proportions(
    *,
    outcome: Measured,
    arm: Labels,
    intervention: Label = 1,
    covariates: Mapping[str, Characteristic] = NO_CHARACTERISTICS,
    blocks: Labels | None = None,
    design: str = COHORT,
    missing_baseline: str = COMPLETE_CASES,
    level: float = 0.95,
) -> Estimate:
    """The difference of two proportions in people whose characteristics are made alike.

        logit P(y = 1) = a + b treated + c'x
        p1 = mean expit(a + b + c'x),   p0 = mean expit(a + c'x)
        RD = p1 - p0 over everybody analysed
    with the covariance of (p1, p0) from their influence functions, normal. Columns (m,) are those
    of `randomised_trial`, `outcome` being 1 or 0; `design` is rct, cohort or cross_section. The
    log odds ratio of p1 and p0 goes to the pool: it is of the groups as wholes, unlike that of the
    coefficient b, which stands in the table with the model's own covariance.
    Raises what `read_trial` and `generalised` do; TooLittleData where an arm has no event, or
    nothing else; InvalidInput, with the row, for an outcome that is not 0 or 1.
    Source: Ge et al. 2011, Drug Inf. J. 45:481; Ye et al. 2023, Stat. Theory Relat. Fields 7:159;
    Hernan and Robins 2020, chapter 13.
    """
    check_known("design", design, CLAIMS)
    number("level", level, above=0.0, below=1.0)
    _refuse_others(measured("outcome", outcome))
    data = read_trial(
        outcome=outcome,
        arm=arm,
        intervention=intervention,
        covariates=covariates,
        blocks=blocks,
        missing_baseline=missing_baseline,
    )
    _refuse_same(data)
    fit = generalised(data.y, model_columns(data, adjustment=ANCOVA, centred=True), Logistic())
    told: dict[str, Value | None] = {
        "intervention": str(intervention),
        "missing_baseline": missing_baseline,
        "design": design,
        "level": level,
    }
    return _estimate(data, fit, told, design=design, level=level)


def standardised_risks(fit: GeneralisedFit[Logistic]) -> Risks:
    """The mean fitted risks of everybody, all with the programme and all without it.

        u_i = expit(eta_i) - p + s_i'A^-1 D,   cov = sum u u' / n^2
    with scores s = x (y - mu), A = X'diag(mu (1-mu))X / n and D the mean slope of the risk in the
    coefficients, for each of the two risks. Without characteristics that is p (1-p) / n of each.
    """
    x, y, n = fit.working.x, fit.y, len(fit.y)
    place = fit.working.at(TREATED)
    curve = fit.working.weights[:, None] * x
    scores = x * (y - fit.mean)[:, None] @ np.linalg.inv(x.T @ curve / n)
    risks, parts = [], []
    for treated in (1.0, 0.0):
        moved = x.copy()
        moved[:, place] = treated
        each = fit.family.mean(moved @ fit.b)
        slope = (each * (1 - each)) @ moved / n
        risks.append(float(each.mean()))
        parts.append(each - each.mean() + scores @ slope)
    u = np.column_stack(parts)
    return Risks(with_it=risks[0], without=risks[1], cov=u.T @ u / n**2)


def model_covariance(fit: GeneralisedFit[Logistic]) -> Matrix:
    """The inverse information (p, p) of the coefficients."""
    x, weights = fit.working.x, fit.working.weights
    return np.asarray(np.linalg.inv(x.T @ (weights[:, None] * x)), np.float64)


def _estimate(
    data: TrialData,
    fit: GeneralisedFit[Logistic],
    told: dict[str, Value | None],
    *,
    design: str,
    level: float,
) -> Estimate:
    risks, working = standardised_risks(fit), fit.working
    ends = (
        (risks.with_it, float(risks.cov[0, 0])),
        (risks.without, float(risks.cov[1, 1])),
    )
    with_it, without = (
        coefficient(name, risk, math.sqrt(v), df=None, level=level)
        for name, (risk, v) in zip(MEANS, ends, strict=True)
    )
    effect = coefficient("risk difference", *risks.difference, df=None, level=level)
    natural = natural_effect(
        effect.estimate,
        effect.se,
        binary=True,
        source="standardisation",
        sizes=(int(data.treated.sum()), int((~data.treated).sum())),
    )
    pooled, how = pooled_effect(natural, None, risks, counts=data)
    differences, flow = baseline_differences(data), flow_facts(data)
    made = _checks(data, fit, differences, flow, design=design)
    return Estimate(
        design=design,
        estimator="logistic_standardisation",
        covariance="influence",
        claim=CLAIMS[design],
        level=level,
        n=len(data.y),
        natural=natural,
        df=None,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=pooled,
        not_standardised=None if pooled is not None else how,
        coefficients=(
            *table(working.terms, fit.b, model_covariance(fit), df=None, level=level),
            effect,
            *ratios(risks, df=None, level=level),
        ),
        checks=made,
        text=_text(effect, data, flow, made, design=design, level=level),
        specification={
            **told,
            "terms": ", ".join(working.terms),
            "p1": risks.with_it,
            "p2": risks.without,
            "filled": data.filled,
            "standardised_by": how,
        },
        facts={
            **flow,
            "units_intervention": flow["assigned_intervention"],
            "units_comparison": flow["assigned_comparison"],
            "adjusted_for_baseline": bool(data.baseline),
            **baseline_facts(differences),
        },
        pictures=pictures(without, with_it, differences, binary=True),
    )


def _checks(
    data: TrialData,
    fit: GeneralisedFit[Logistic],
    differences: tuple[Difference, ...],
    flow: Mapping[str, Value | None],
    *,
    design: str,
) -> tuple[Check, ...]:
    attrition = checks.low_attrition(flow)
    kept = attrition.passed if design == RCT else None
    found = (
        attrition,
        checks.alike_before(differences, adjusted=bool(data.baseline), kept=kept),
        _enough_events(data, len(fit.working.terms)),
        checks.filled_baselines(data),
    )
    return tuple(check for check in found if check is not None)


def _enough_events(data: TrialData, terms: int) -> Check:
    rarer = float(min(data.y.sum(), (1 - data.y).sum()))
    each = rarer / (terms - 1)
    return Check(
        name="events",
        title="There are events enough for as many characteristics",
        passed=each >= EVENTS_A_TERM,
        observed=each,
        threshold=EVENTS_A_TERM,
        text=f"{rarer:g} people had the rarer outcome, {each:.1f} for each of {terms - 1} columns.",
        source="Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373",
    )


def _text(
    effect: Coefficient,
    data: TrialData,
    flow: Mapping[str, Value | None],
    made: tuple[Check, ...],
    *,
    design: str,
    level: float,
) -> str:
    size = effect_in_words(effect, binary=True, level=level)
    alike = f" were people alike in {', '.join(data.baseline)}" if data.baseline else ""
    sentences = (
        f"With the programme the event would be {size} than without it{alike}.",
        verdict_in_words(effect.ci_low, effect.ci_high),
        flow_in_words(flow),
        checks_in_words(made),
        BY_CHANCE if design == RCT else NOT_BY_CHANCE,
    )
    return " ".join(sentences)


def _refuse_others(y: Column) -> None:
    known = np.isfinite(y)
    wrong = known & (y != 0) & (y != 1)
    refuse_rows(wrong, field="outcome", values=y, accepted="1 for the event, 0 without it")


def _refuse_same(data: TrialData) -> None:
    for name, y in (("programme", data.y[data.treated]), ("comparison", data.y[~data.treated])):
        if y.min() == y.max():
            raise TooLittleData(
                f"is {y[0]:g} for everybody in the {name} arm, which separates the arms perfectly",
                field="outcome",
                accepted="events, and people without, in both arms; two_proportions takes counts "
                "of 0",
            )

"""Two proportions from rows of people, made alike by logistic regression and standardisation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.columns import Column, check_known, number, refuse_rows
from scoring.errors import TooLittleData
from scoring.estimation.generalised import GeneralisedFit, Logistic, generalised
from scoring.estimation.linear import coefficient, table
from scoring.estimation.results import Check, Coefficient, Estimate, Value
from scoring.estimation.shapes import Label, Labels, Matrix
from scoring.estimation.trials import trial_checks as checks
from scoring.estimation.trials.proportions import CLAIMS, COHORT, RCT
from scoring.estimation.trials.trial_checks import Difference, baseline_differences
from scoring.estimation.trials.trial_data import (
    COMPLETE_CASES,
    NO_CHARACTERISTICS,
    TREATED,
    Characteristic,
    Measured,
    TrialData,
    measured,
    read_trial,
)
from scoring.estimation.trials.trial_effects import Risks, natural_effect
from scoring.estimation.trials.trial_fit import ANCOVA, MEANS, Answer, model_columns
from scoring.estimation.trials.trial_report import (
    baseline_facts,
    effect_in_words,
    flow_facts,
    flow_in_words,
    pictures,
    pooled_effect,
    ratios,
)
from scoring.estimation.words import checks_in_words, verdict_in_words

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
    return _estimate(Case(data=data, fit=fit, design=design, level=level))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Rows of people and their logistic regression."""

    data: TrialData
    fit: GeneralisedFit[Logistic]
    design: str
    level: float

    def answer(self) -> Answer:
        """The table of the fit, and the standardised risks with their difference."""
        risks, working, level = standardised_risks(self.fit), self.fit.working, self.level
        ends = zip(MEANS, (risks.with_it, risks.without), np.diag(risks.cov), strict=True)
        with_it, without = (
            coefficient(name, risk, math.sqrt(variance), df=None, level=level)
            for name, risk, variance in ends
        )
        return Answer(
            table=table(
                working.terms, self.fit.b, model_covariance(self.fit), df=None, level=level
            ),
            effect=coefficient("risk difference", *risks.difference, df=None, level=level),
            with_it=with_it,
            without=without,
            risks=risks,
        )


def _estimate(case: Case) -> Estimate:
    data, answer, level = case.data, case.answer(), case.level
    effect, groups = answer.effect, (int(data.treated.sum()), int((~data.treated).sum()))
    natural = natural_effect(effect, 1.0, binary=True, source="standardisation", sizes=groups)
    pooled, how = pooled_effect(natural, None, answer.risks, counts=data)
    differences = baseline_differences(data)
    made = _checks(case, differences)
    return Estimate(
        design=case.design,
        estimator="logistic_standardisation",
        covariance="influence",
        claim=CLAIMS[case.design],
        level=level,
        n=len(data.y),
        natural=natural,
        df=None,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=pooled,
        not_standardised=None if pooled is not None else how,
        coefficients=(*answer.table, effect, *ratios(answer.risks, df=None, level=level)),
        checks=made,
        text=_text(case, effect, made),
        specification=_specification(case, answer, how),
        facts=_facts(case, differences),
        pictures=pictures(answer, differences, binary=True),
    )


def _specification(case: Case, answer: Answer, how: str) -> dict[str, Value | None]:
    return {
        **case.data.told,
        "design": case.design,
        "level": case.level,
        "terms": ", ".join(case.fit.working.terms),
        "p1": answer.with_it.estimate,
        "p2": answer.without.estimate,
        "filled": case.data.filled,
        "standardised_by": how,
    }


def _facts(case: Case, differences: tuple[Difference, ...]) -> dict[str, Value | None]:
    flow = flow_facts(case.data)
    return {
        **flow,
        "units_intervention": flow["assigned_intervention"],
        "units_comparison": flow["assigned_comparison"],
        "adjusted_for_baseline": bool(case.data.baseline),
        **baseline_facts(differences),
    }


def _checks(case: Case, differences: tuple[Difference, ...]) -> tuple[Check, ...]:
    data = case.data
    attrition = checks.low_attrition(flow_facts(data))
    kept = attrition.passed if case.design == RCT else None
    found = (
        attrition,
        checks.alike_before(differences, adjusted=bool(data.baseline), kept=kept),
        _enough_events(data, len(case.fit.working.terms)),
        checks.filled_baselines(data),
    )
    return tuple(check for check in found if check is not None)


def _enough_events(data: TrialData, terms: int) -> Check:
    rarer = float(min(data.y.sum(), (1 - data.y).sum()))
    each = rarer / (terms - 1)
    return Check(
        name="events",
        title="Number of events for as many characteristics",
        passed=each >= EVENTS_A_TERM,
        observed=each,
        threshold=EVENTS_A_TERM,
        text=f"{rarer:g} people had the rarer outcome, {each:.1f} for each of {terms - 1} columns.",
        source="Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373",
    )


def _text(case: Case, effect: Coefficient, made: tuple[Check, ...]) -> str:
    size, names = effect_in_words(effect, binary=True, level=case.level), list(case.data.baseline)
    alike = f" were people alike in {', '.join(names)}" if names else ""
    sentences = (
        f"With the programme the event would be {size} than without it{alike}.",
        verdict_in_words(effect.ci_low, effect.ci_high),
        flow_in_words(flow_facts(case.data)),
        checks_in_words(made),
        BY_CHANCE if case.design == RCT else NOT_BY_CHANCE,
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

"""An invalid value cannot be built, and the refusal names the field and what is accepted."""

from dataclasses import replace
from math import inf, nan

import pytest

from domain.contrast import BaselineMeasure, Means, Rates, Reported, SampleFlow, TwoByTwo
from domain.errors import InvalidValue
from domain.plan import Cost, Judgement
from tests.domain.builders import approach, contrast, plan, planned, register

TABLE = TwoByTwo("OR", ai=10, bi=90, ci=20, di=80)
MEANS = Means("SMD", m1i=1.0, sd1i=0.5, n1i=30, m2i=0.8, sd2i=0.6, n2i=28)
RATES = Rates("IRR", x1i=10, t1i=100.0, x2i=12, t2i=90.0)
RATIO = Reported("RR", estimate=0.8, ci_low=0.6, ci_high=1.1)
COST = Cost(10.0, "GBP", 2020, "person", "NHS")
RISK = Judgement("candour@1", "risk_of_bias", "low", "concealed", outcome_domain="falls")


@pytest.mark.parametrize(
    ("value", "changes", "field"),
    [
        (TABLE, {"ai": -1}, "contrast.result.ai"),
        (TABLE, {"ai": 0, "bi": 0}, "contrast.result.ai"),
        (TABLE, {"measure": "SMD"}, "contrast.result.measure"),
        (MEANS, {"m1i": nan}, "contrast.result.m1i"),
        (MEANS, {"sd2i": 0.0}, "contrast.result.sd2i"),
        (MEANS, {"n1i": 1}, "contrast.result.n1i"),
        (RATES, {"t1i": 0.0}, "contrast.result.t1i"),
        (RATES, {"x2i": -1}, "contrast.result.x2i"),
        (RATIO, {"estimate": -0.8}, "contrast.result.estimate"),
        (RATIO, {"se": -0.1}, "contrast.result.se"),
        (RATIO, {"se": nan}, "contrast.result.se"),
        (RATIO, {"ci_low": inf}, "contrast.result.ci_low"),
        (RATIO, {"ci_low": 0.9}, "contrast.result.ci_low"),
        (RATIO, {"ci_low": 0.8, "ci_high": 0.8}, "contrast.result.ci_low"),
        (RATIO, {"ci_high": None}, "contrast.result.ci_high"),
        (RATIO, {"ci_low": None}, "contrast.result.ci_low"),
        (RATIO, {"ci_level": 95.0}, "contrast.result.ci_level"),
        (RATIO, {"p_value": 1.2}, "contrast.result.p_value"),
        (RATIO, {"measure": "BETA"}, "contrast.result.measure"),
        (contrast(), {"study": " "}, "contrast.study"),
        (contrast(), {"months_since_start": -1}, "contrast.months_since_start"),
        (contrast().outcome, {"direction_good": 0}, "contrast.outcome.direction_good"),
        (contrast().unit, {"horizon_months": nan}, "contrast.unit.horizon_months"),
        (SampleFlow(), {"analysed_comparison": -3}, "contrast.sample.analysed_comparison"),
        (BaselineMeasure("age"), {"sd_comparison": 0.0}, "contrast.baseline.sd_comparison"),
        (planned(), {"smallest_worthwhile": 0.0}, "outcomes.smallest_worthwhile"),
        (plan(), {"outcomes": ()}, "plan.outcomes"),
        (COST, {"currency": "pounds"}, "cost.currency"),
        (COST, {"amount": inf}, "cost.amount"),
        (RISK, {"question": "is it nice"}, "judgement.question"),
        (RISK, {"question": "Risk_of_bias"}, "judgement.question"),
        (RISK, {"question": "q" * 101}, "judgement.question"),
        (RISK, {"answer": "rather high"}, "judgement.answer"),
        (RISK, {"answer": ""}, "judgement.answer"),
        (RISK, {"reason": " "}, "judgement.reason"),
        (RISK, {"outcome_domain": None}, "judgement.event_id"),
        (register(), {"sectors": ()}, "sectors"),
        (register(), {"name": "n" * 201}, "name"),
        (approach(), {"sectors": ()}, "sectors"),
    ],
)
def test_an_impossible_value_is_refused_by_its_field(value, changes, field):
    with pytest.raises(InvalidValue) as caught:
        replace(value, **changes)
    assert caught.value.field == field
    assert caught.value.accepted


def test_no_more_are_analysed_than_were_assigned():
    SampleFlow(assigned_intervention=10, analysed_intervention=10)
    with pytest.raises(InvalidValue, match="analysed_intervention"):
        SampleFlow(assigned_intervention=10, analysed_intervention=11)
    with pytest.raises(InvalidValue, match="clusters_analysed_comparison"):
        SampleFlow(clusters_assigned_comparison=1, clusters_analysed_comparison=2)


def test_every_fact_of_a_sample_may_be_missing():
    assert SampleFlow().assigned_intervention is None
    assert Reported("SMD", estimate=-0.2).se is None

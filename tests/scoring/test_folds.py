"""How far a result changes a risk: by risk ratios, and by what can be made one."""

import math

import pytest

from scoring.evidence import Result
from scoring.folds import fold_change, risk_ratio
from scoring.standards import standard_named

GRADE = standard_named("grade@2011")


def reported(measure, estimate, risk=None, width=1.05):
    numbers = {
        "estimate": estimate,
        "ci_low": estimate / width,
        "ci_high": estimate * width,
        "baseline_risk": risk,
    }
    return Result(kind="reported", measure=measure, numbers=numbers)


def table(ai, bi, ci, di, measure="OR"):
    return Result(
        kind="two_by_two", measure=measure, numbers={"ai": ai, "bi": bi, "ci": ci, "di": di}
    )


# RR = OR / (1 - p + p OR) and (1 - (1 - p)^HR) / p, worked by hand.
@pytest.mark.parametrize(
    ("result", "fold"),
    [
        (reported("RR", 2.1), 2.1),
        (reported("RR", 0.4), 2.5),
        (reported("OR", 2.1, 0.4), 2.1 / 1.44),
        (reported("OR", 2.1, 0.01), 2.1 / 1.011),
        (reported("HR", 3.0, 0.2), (1 - 0.8**3) / 0.2),
        (table(80, 20, 40, 60), 2.0),
        (table(80, 20, 40, 60, measure="RD"), 2.0),
    ],
)
def test_a_fold_is_that_of_the_risk(result, fold):
    assert fold_change([result]).value == pytest.approx(fold, rel=1e-9)


@pytest.mark.parametrize(
    ("result", "most"), [(reported("OR", 2.1), 2.1), (reported("HR", 0.25), 4.0)]
)
def test_without_the_risk_it_is_no_further_than_the_odds_or_the_hazard(result, most):
    fact = fold_change([result])
    assert (fact.value, fact.up_to) == (1.0, pytest.approx(most, rel=1e-9))


@pytest.mark.parametrize("measure", ["IRR", "SMD", "ROM"])
def test_what_is_no_risk_changes_none(measure):
    result = reported(measure, 2.1)
    assert risk_ratio(result) is None
    assert fold_change([result]) == fold_change([])
    assert fold_change([reported("RR", 2.1), result]).value is None


def test_one_risk_that_is_not_known_leaves_the_whole_open():
    fact = fold_change([reported("RR", 2.5), reported("OR", 2.1)])
    assert (fact.value, fact.up_to) == (1.0, pytest.approx(2.5))


def test_several_samples_are_pooled_whatever_each_was_told_as():
    both = fold_change([reported("RR", 2.0), table(800, 200, 400, 600)])
    assert both.value == pytest.approx(2.0, rel=1e-9)


def test_a_ratio_past_what_a_double_holds_is_still_a_fold():
    assert math.isfinite(fold_change([reported("RR", 1e300)]).value)

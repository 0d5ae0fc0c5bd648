"""What a model of several effects a unit refuses, and in which words."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.nested.multilevel import multilevel

YI, VI, UNIT = [0.1, 0.3, 0.2, 0.5, 0.4, 0.2], [0.1] * 6, ["a", "a", "b", "b", "c", "c"]


def matrix(**changes):
    v = np.kron(np.eye(3), [[0.1, 0.05], [0.05, 0.1]])
    for place, value in changes.items():
        i, j = (int(digit) for digit in place[1:])
        v[i, j] = value
    return v


REFUSED = {
    "an effect that is not a number": (([0.1, math.nan, *YI[2:]], VI, UNIT), {}, "yi", 2),
    "a variance of 0": ((YI, [0.1, 0.1, 0.0, *VI[3:]], UNIT), {}, "v", 3),
    "a variance too few": ((YI, VI[:5], UNIT), {}, "v", None),
    "a row without a unit": ((YI, VI, ["a", "a", None, "b", "c", "c"]), {}, "unit", 3),
    "a row with a blank unit": ((YI, VI, ["a", "a", "b", "b", "c", " "]), {}, "unit", 6),
    "a unit that is not a number": ((YI, VI, [1.0, 1.0, 2.0, math.nan, 3.0, 3.0]), {}, "unit", 4),
    "a unit too many": ((YI, VI, [*UNIT, "d"]), {}, "unit", None),
    "variances beyond double precision": ((YI, [1e-9, *[1e9] * 5], UNIT), {}, "v", 1),
    "effects beyond double precision": (([1e60, *YI[1:]], VI, UNIT), {}, "yi", 1),
    "a covariance that is not positive definite": (
        (YI, matrix(_23=0.2, _32=0.2), UNIT),
        {},
        "v",
        3,
    ),
    "an asymmetric covariance": ((YI, matrix(_45=0.01), UNIT), {}, "v", 5),
    "a covariance between units": ((YI, matrix(_13=0.01, _31=0.01), UNIT), {}, "v", 2),
    "a covariance that is not finite": ((YI, matrix(_01=math.inf, _10=math.inf), UNIT), {}, "v", 1),
    "a covariance of another size": ((YI, np.eye(5), UNIT), {}, "v", None),
    "a correlation beside a covariance": ((YI, matrix(), UNIT), {"rho": 0.5}, "rho", None),
    "a correlation of 1": ((YI, VI, UNIT), {"rho": 1.0}, "rho", None),
    "a correlation too negative": ((YI, VI, UNIT), {"rho": -1.0}, "rho", None),
    "an effect of a unit that is there twice": (
        (YI, VI, UNIT),
        {"effect": ["reading", "writing", "reading", "reading", "reading", "writing"]},
        "effect",
        4,
    ),
    "columns without names": ((YI, VI, UNIT), {"x": np.ones((6, 1))}, "terms", None),
    "a column that does not vary": (
        (YI, VI, UNIT),
        {"x": np.column_stack([np.ones(6), np.full(6, 2.0)]), "terms": ["intercept", "dose"]},
        "dose",
        None,
    ),
    "a moderator that is not a number": (
        (YI, VI, UNIT),
        {"x": np.column_stack([np.ones(6), [1, 2, 3, math.nan, 5, 6]]), "terms": ["one", "dose"]},
        "dose",
        4,
    ),
    "a level of confidence beyond 1": ((YI, VI, UNIT), {"level": 95}, "level", None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_field_row_and_what_is_accepted(case):
    data, options, field, row = REFUSED[case]
    with pytest.raises(InvalidInput) as refusal:
        multilevel(*data, **options)
    assert (refusal.value.field, refusal.value.row) == (field, row)
    assert refusal.value.accepted


def test_collinear_moderators_are_refused_by_name():
    dose = np.array([1.0, 2, 4, 8, 3, 5])
    x = np.column_stack([np.ones(6), dose, 3 - 2 * dose])
    with pytest.raises(InvalidInput, match="again: is a combination"):
        multilevel(YI, VI, list("abcdef"), x=x, terms=["intercept", "dose", "again"])


@pytest.mark.parametrize(
    ("option", "value"),
    [("method", "DL"), ("test", "knha"), ("kind", "CR9"), ("levels", ("unit", "school"))],
)
def test_names_that_do_not_exist_are_refused(option, value):
    with pytest.raises(UnknownMethod) as refusal:
        multilevel(YI, VI, UNIT, **{option: value})
    assert refusal.value.field == option


def test_a_term_that_does_not_exist_is_refused():
    found = multilevel(YI, VI, UNIT)
    for asked in (found.coefficient, found.robust_coefficient, found.weights_of):
        with pytest.raises(UnknownMethod, match="accepted: one of intercept"):
            asked("dose")


def test_one_unit_is_refused_with_what_is_needed():
    with pytest.raises(TooLittleData, match=r"unit: has 1 .*at least 2"):
        multilevel([0.1, 0.2], [0.1, 0.1], ["a", "a"])


def test_no_more_units_than_columns_are_refused():
    x = np.column_stack([np.ones(6), np.arange(6), np.arange(6) ** 2])
    with pytest.raises(TooLittleData, match=r"has 3 different units for 3 .*at least 4"):
        multilevel(YI, VI, UNIT, x=x, terms=["intercept", "dose", "dose squared"])


def test_no_effects_are_refused():
    with pytest.raises(TooLittleData, match="nothing to pool"):
        multilevel([], [], [])

"""Moderators in words and numbers -> designs, and what regression refuses."""

import math

import numpy as np
import pytest

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.synthesis.moderated.moderators import design_matrix
from scoring.synthesis.moderated.regression import regress

YI = [0.21, 0.35, 0.08, 0.27, 0.19, 0.44]
VI = [0.01, 0.02, 0.005, 0.014, 0.04, 0.03]
DOSE = [1.0, 2.0, 4.0, 3.0, 5.0, 7.0]
HOME = ["nursing", "mixed", "nursing", "residential", "mixed", "residential"]
X = [[1, dose] for dose in DOSE]
TERMS = ["intercept", "dose"]


def test_a_category_is_told_by_its_differences_to_the_first_level():
    design = design_matrix({"home": HOME})
    assert design.terms == ("intercept", "home: nursing", "home: residential")
    assert design.references == {"home": "mixed"}
    assert design.x[0] == (1, 1, 0)
    assert design.x[1] == (1, 0, 0)


def test_another_reference_can_be_named_and_predictions_do_not_change():
    one = design_matrix({"home": HOME, "dose": DOSE})
    other = design_matrix({"home": HOME, "dose": DOSE}, references={"home": "residential"})
    assert other.terms == ("intercept", "home: mixed", "home: nursing", "dose")
    at = [{"home": "nursing", "dose": 2.5}, {"home": "residential", "dose": 0}]
    predictions = [
        regress(YI, VI, design.matrix, terms=design.terms).predict(design.rows(at))
        for design in (one, other)
    ]
    for a, b in zip(*predictions, strict=True):
        assert (a.estimate, a.se) == pytest.approx((b.estimate, b.se), rel=1e-12)
        assert (a.pi_low, a.pi_high) == pytest.approx((b.pi_low, b.pi_high), rel=1e-12)


def test_numbers_can_stand_for_categories():
    wave = [1, 2, 10, 2, 1, 10]
    assert design_matrix({"wave": wave}).terms == ("intercept", "wave")
    assert design_matrix({"wave": wave}, categorical=["wave"]).terms == (
        "intercept",
        "wave: 2",
        "wave: 10",
    )


def test_an_interaction_has_a_column_for_each_pair_of_terms():
    moderators = {"dose": [*DOSE, 6.0], "home": [*HOME, "mixed"]}
    design = design_matrix(moderators, interactions=[("dose", "home")])
    assert design.terms[-2:] == ("dose * home: nursing", "dose * home: residential")
    assert design.x[2] == (1, 4, 1, 0, 4, 0)
    assert design.rows([{"dose": 2, "home": "residential"}]).tolist() == [[1, 2, 0, 1, 0, 2]]


@pytest.mark.parametrize("missing", [None, math.nan, "", "  "])
def test_rows_with_a_missing_moderator_are_left_out_and_told(missing):
    design = design_matrix({"home": [*HOME, "mixed"], "dose": [*DOSE[:2], missing, *DOSE[3:], 9.0]})
    assert design.kept == (1, 2, 4, 5, 6, 7)
    assert design.left_out == (3,)
    assert len(design.x) == 6


@pytest.mark.parametrize(
    ("moderators", "field", "row"),
    [
        ({"dose": [2.0] * 6}, "dose", None),
        ({"home": ["mixed"] * 6}, "home", None),
        ({"dose": DOSE, "twice": [2 * d + 1 for d in DOSE]}, "twice", None),
        ({"dose": [1.0, 2.0, "three", 3.0, 5.0, 7.0]}, "dose", 3),
        ({"dose": [*DOSE[:4], math.inf, 1.0]}, "dose", 5),
        ({"dose": DOSE, "home": HOME[:5]}, "home", None),
    ],
)
def test_columns_that_cannot_be_moderators_are_refused_by_name(moderators, field, row):
    with pytest.raises(InvalidInput) as refusal:
        design_matrix(moderators)
    assert (refusal.value.field, refusal.value.row) == (field, row)
    assert refusal.value.accepted


def test_a_level_on_every_row_is_too_little_data():
    with pytest.raises(TooLittleData, match="6 levels on 6 rows") as refusal:
        design_matrix({"home": list("abcdef")})
    assert refusal.value.field == "home"


def test_no_moderators_and_no_complete_row_are_too_little_data():
    with pytest.raises(TooLittleData, match="at least one"):
        design_matrix({})
    with pytest.raises(TooLittleData, match="no complete row"):
        design_matrix({"dose": [None, None], "home": ["a", "b"]})


@pytest.mark.parametrize(
    ("asked", "accepted"),
    [
        ({"categorical": ["wave"]}, "home"),
        ({"references": {"home": "hospital"}}, "nursing"),
        ({"references": {"dose": 1}}, "none: it is a number"),
        ({"interactions": [("home", "wave")]}, "dose"),
    ],
)
def test_names_that_are_not_there_are_refused_with_those_that_are(asked, accepted):
    with pytest.raises(UnknownMethod) as refusal:
        design_matrix({"home": HOME, "dose": DOSE}, **asked)
    assert accepted in refusal.value.accepted


@pytest.mark.parametrize("cells", [{"home": "hospital", "dose": 1}, {"home": "mixed"}])
def test_a_prediction_at_an_unknown_level_or_without_a_moderator_is_refused(cells):
    design = design_matrix({"home": HOME, "dose": DOSE})
    with pytest.raises(InvalidInput) as refusal:
        design.rows([{"home": "mixed", "dose": 2}, cells])
    assert refusal.value.row == 2


@pytest.mark.parametrize("bad", [-0.1, 0.0, math.nan, math.inf])
def test_a_variance_that_is_not_above_zero_is_refused_with_its_row(bad):
    with pytest.raises(InvalidInput) as refusal:
        regress(YI, [*VI[:2], bad, *VI[3:]], X, terms=TERMS)
    assert (refusal.value.field, refusal.value.row) == ("vi", 3)
    assert refusal.value.accepted == "a finite number above 0"


def test_numbers_that_are_not_finite_are_refused_with_their_row():
    with pytest.raises(InvalidInput) as refusal:
        regress([*YI[:5], math.nan], VI, X, terms=TERMS)
    assert refusal.value.data == {"field": "yi", "row": 6, "accepted": "a finite number"}
    with pytest.raises(InvalidInput) as refusal:
        regress(YI, VI, [*X[:3], [1, math.inf], *X[4:]], terms=TERMS)
    assert (refusal.value.field, refusal.value.row) == ("dose", 4)


@pytest.mark.parametrize("huge", [1e60, 1e308, -1e308])
def test_magnitudes_that_leave_no_digit_are_refused_with_their_row(huge):
    with pytest.raises(InvalidInput) as refusal:
        regress([*YI[:4], huge, YI[5]], VI, X, terms=TERMS)
    assert (refusal.value.field, refusal.value.row) == ("yi", 5)
    with pytest.raises(InvalidInput) as refusal:
        regress(YI, VI, [*X[:3], [1, huge], *X[4:]], terms=TERMS)
    assert (refusal.value.field, refusal.value.row) == ("dose", 4)


def test_a_unit_that_is_there_twice_is_refused_with_both_rows():
    with pytest.raises(InvalidInput, match="units, rows 2 and 5: 'b' is there twice") as refusal:
        regress(YI, VI, X, terms=TERMS, units=["a", "b", "c", "d", "b", "e"])
    assert (refusal.value.field, refusal.value.row) == ("units", 5)
    assert regress(YI, VI, X, terms=TERMS, units="abcdef") == regress(YI, VI, X, terms=TERMS)


def test_fewer_rows_than_it_takes_are_too_little_data():
    with pytest.raises(TooLittleData, match="2 rows for 2 coefficients"):
        regress(YI[:2], VI[:2], X[:2], terms=TERMS)
    with pytest.raises(TooLittleData, match="nothing to regress"):
        regress([], [], np.empty((0, 1)), terms=["intercept"])
    with pytest.raises(TooLittleData, match="4 rows for 4 coefficients"):
        design_matrix({"dose": DOSE[:4], "late": [0, 1, 1, 0]}, interactions=[("dose", "late")])


@pytest.mark.parametrize(
    ("column", "field"),
    [([5.0] * 6, "dose"), ([0.0] * 6, "dose"), ([1e9 + d * 1e-5 for d in DOSE], "dose")],
)
def test_a_constant_column_is_refused_by_name(column, field):
    with pytest.raises(InvalidInput, match="does not vary") as refusal:
        regress(YI, VI, [[1, value] for value in column], terms=TERMS)
    assert refusal.value.field == field


def test_a_collinear_column_is_refused_by_name_wherever_the_intercept_stands():
    for place in (0, 3):
        table = np.column_stack([DOSE, [d % 2 for d in DOSE], [3 * d - d % 2 for d in DOSE]])
        table = np.insert(table, place, 1.0, axis=1)
        terms = ["dose", "odd", "both"]
        terms.insert(place, "intercept")
        with pytest.raises(InvalidInput, match="combination") as refusal:
            regress(YI, VI, table, terms=terms)
        assert refusal.value.field == "both"


@pytest.mark.parametrize(
    ("x", "terms", "field"),
    [
        (DOSE, TERMS, "x"),
        (X[:5], TERMS, "x"),
        ([*X[:5], [1]], TERMS, "x"),
        (np.empty((6, 0)), [], "x"),
        (X, ["dose"], "terms"),
        (X, ["a", "a"], "terms"),
    ],
)
def test_designs_of_another_shape_are_refused(x, terms, field):
    with pytest.raises(InvalidInput) as refusal:
        regress(YI, VI, x, terms=terms)
    assert refusal.value.field == field


def covariance(**changed):
    full = np.diag(VI)
    for place, value in changed.items():
        full[int(place[1]), int(place[2])] = value
    return full


@pytest.mark.parametrize(
    ("vi", "row"),
    [
        (covariance(v01=0.001), 1),
        (covariance(v22=-1.0), 3),
        (covariance(v12=math.nan, v21=math.nan), 2),
        ([[0.1, 0.0], [0.1]], None),
        (covariance(v13=0.5, v31=0.5), 4),
        (covariance()[:5], None),
        (covariance()[:5, :5], None),
        ([*VI[:5], 1e15], 6),
    ],
)
def test_a_covariance_that_cannot_be_one_is_refused(vi, row):
    with pytest.raises(InvalidInput) as refusal:
        regress(YI, vi, X, terms=TERMS)
    assert (refusal.value.field, refusal.value.row) == ("vi", row)


@pytest.mark.parametrize("asked", [{"method": "HO"}, {"test": "hksj"}])
def test_an_unknown_name_is_refused(asked):
    with pytest.raises(UnknownMethod):
        regress(YI, VI, X, terms=TERMS, **asked)
    with pytest.raises(UnknownMethod):
        regress(YI, VI, X, terms=TERMS).coefficient("age")


def test_contrasts_and_predictions_of_another_shape_are_refused():
    found = regress(YI, VI, X, terms=TERMS)
    for refused in (
        lambda: found.combination([1, 2, 3]),
        lambda: found.contrast([[0, 1], [0, 2]]),
        lambda: found.contrast([[0, 0]]),
        lambda: found.contrast([[0, 1]], equal_to=[1, 2]),
        lambda: found.predict([1, 2]),
        lambda: found.predict([[1, math.nan]]),
        lambda: found.predict([[1, 2]], level=95),
    ):
        with pytest.raises(InvalidInput):
            refused()


SLIPS = ["10", "20", "1O", "30", "20", "10"]


def test_a_slip_in_a_column_of_numbers_does_not_make_it_a_category():
    with pytest.raises(InvalidInput, match=r"dose, row 3: is '1O' where 5 of 6 are numbers"):
        design_matrix({"dose": SLIPS})
    with pytest.raises(InvalidInput, match="dose, row 4: is '1O'"):
        design_matrix({"dose": [None, *SLIPS]})
    with pytest.raises(InvalidInput, match="dose, row 1: is 'ten'"):
        design_matrix({"dose": ["ten", 20.0, 30.0, 20.0, 10.0]})


def test_numerals_among_words_are_a_category_where_they_are_meant_as_one():
    declared = design_matrix({"dose": SLIPS}, categorical=["dose"])
    assert declared.references == {"dose": "10"}
    assert design_matrix({"dose": SLIPS}, references={"dose": "1O"}).references == {"dose": "1O"}
    words = ["low", "low", "high", "high", "5"]
    assert design_matrix({"dose": words}).terms == ("intercept", "dose: high", "dose: low")
    numerals = ["1", "1", "2", "2", "2", "1"]
    assert design_matrix({"site": numerals}).terms == ("intercept", "site: 2")

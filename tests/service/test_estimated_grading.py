"""A grade uses an estimate of the service's own with the standard error it was computed with."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from domain.commands import Launch, MeasureOutcome
from domain.contrast import Comparator, Design, StudyDesign
from domain.estimated import StandardisedEffect
from scoring.appraisal import measured_effect, normal_error
from scoring.effects import LOGISTIC_SD
from scoring.errors import TooLittleData
from scoring.evidence import Result
from service.cli.main import main
from service.grading import preview
from service.wire import to_wire
from tests.domain.builders import contrast, estimated
from tests.domain.scenario import Scenario
from tests.service.raw_outcomes import EXAMPLES
from tests.service.served import LAUNCHED, serve
from tests.service.test_api_estimates import event_of, send
from tests.service.test_grading_seam import graded

SOUND = StudyDesign(
    type=Design.DIFFERENCE_IN_DIFFERENCES,
    comparator=Comparator.USUAL_CARE,
    units_intervention=40,
    units_comparison=40,
    confounding_factor=False,
    comparison_similar=True,
    controls_adequate=True,
    parallel_trends=True,
)


def told(*, df=None, p_value=0.0, **changes):
    """A contrast whose result is an estimate, by a normal test unless told; less is better."""
    result = estimated(facts={}, df=df, p_value=p_value, **changes)
    return replace(contrast(), design=SOUND, result=result)


def unit_of(told_contrast):
    """The one unit of the grade, + good, in standard deviations."""
    (unit,) = graded(Scenario().given(Launch(), MeasureOutcome(told_contrast)))["units"]
    return unit


def test_what_the_engine_handed_on_is_what_is_weighed():
    unit = unit_of(told(standardised=StandardisedEffect("SMD", -0.4, 0.125)))
    assert (unit["yi"], unit["se"]) == (0.4, 0.125)
    unit = unit_of(told(standardised=StandardisedEffect("IRR", -0.119, 0.064)))
    assert unit["yi"] == pytest.approx(0.119 / LOGISTIC_SD, rel=1e-12)
    assert unit["se"] == pytest.approx(0.064 / LOGISTIC_SD, rel=1e-12)


@pytest.mark.parametrize("measure", ["ROM", "SMCC"])
def test_what_is_on_no_common_scale_is_read_by_the_standardiser_where_there_is_one(measure):
    handed_on = StandardisedEffect(measure, -0.119, 0.064)
    unit = unit_of(told(standardised=handed_on, standardiser=50.0))
    assert (unit["yi"], unit["se"]) == (pytest.approx(29.2 / 50), pytest.approx(16.75 / 50))
    document = graded(Scenario().given(Launch(), MeasureOutcome(told(standardised=handed_on))))
    assert document["units"] == []
    assert "cannot be weighed" in document["not_pooled"][0]["why"]
    assert document["not_pooled"][0]["reported"].startswith("MD -29.2")


def test_what_enters_a_grade_is_no_more_certain_than_the_estimate_was():
    """A pool takes errors for normal; one read on few degrees of freedom is not."""
    few = told(standardised=StandardisedEffect("SMD", -0.8, 0.2), df=2.0, p_value=0.057)
    unit = unit_of(few)
    assert unit["se"] == pytest.approx(0.2 * special.stdtrit(2, 0.975) / special.ndtri(0.975))
    assert few.result.standardised.se == 0.2
    natural = unit_of(told(standardised=None, standardiser=50.0, df=1.5, p_value=0.33))
    assert natural["se"] > 16.75 / 50 * 3


@pytest.mark.parametrize(("df", "estimate"), [(2.0, 20.0), (8.0, 3.0), (None, 3.0)])
def test_a_placebo_p_value_is_what_a_grade_has_too(df, estimate):
    se = normal_error(estimate, 1.0, df=df, p_value=1 / 9)
    assert 2 * special.ndtr(-estimate / se) == pytest.approx(1 / 9)


@given(
    st.floats(-50, 50),
    st.floats(0.01, 10),
    st.one_of(st.none(), st.floats(1, 200)),
    # Smaller ones a normal deviate cannot tell from 0.
    st.floats(1e-300, 1),
)
def test_an_error_for_the_pool_never_narrows_an_interval_or_lessens_a_p_value(yi, se, df, p):
    found = normal_error(yi, se, df=df, p_value=p)
    t = special.ndtri(0.975) if df is None else special.stdtrit(df, 0.975)
    assert math.isfinite(found)
    assert found * special.ndtri(0.975) >= t * se * (1 - 1e-12)
    assert 2 * special.ndtr(-abs(yi) / found) >= min(p, 0.9) * (1 - 1e-9)


def test_an_error_of_a_normal_test_stays_what_it_is():
    p = 2 * special.ndtr(-2.5)
    assert normal_error(1.0, 0.4, df=None, p_value=p) == pytest.approx(0.4, rel=1e-12)
    assert normal_error(1.0, 0.4, df=None, p_value=None) == 0.4
    assert normal_error(0.0, 0.4, df=None, p_value=1.0) == 0.4
    assert normal_error(99.0, 0.4, df=None, p_value=0.0) == 0.4


def test_chance_alone_is_as_rarely_far_out_in_the_pool_as_it_should_be():
    """Where the p-value is exact, the deviate that enters an e-process is never past a normal's."""
    rng = np.random.default_rng(5)
    t = rng.standard_t(2, 4000)
    p = 2 * special.stdtr(2, -abs(t))
    z = np.array([x / normal_error(x, 1.0, df=2.0, p_value=q) for x, q in zip(t, p, strict=True)])
    for level in (0.05, 0.01, 0.001):
        assert (abs(z) > -special.ndtri(level / 2)).mean() < 1.5 * level


@pytest.mark.parametrize(
    ("measure", "told_as", "yi"),
    [("MD", -29.2, -29.2), ("SMD", 0.25, 0.25), ("IRR", 0.5, math.log(0.5)), ("RD", -0.1, -0.1)],
)
def test_an_estimate_is_read_to_the_digit_with_the_error_it_was_computed_with(measure, told_as, yi):
    numbers = {"estimate": told_as, "se": 0.123456789, "ci_low": -900.0, "ci_high": 900.0}
    numbers |= {"df": None, "p_value": 0.0}
    effect = measured_effect(Result(kind="estimated", measure=measure, numbers=numbers))
    assert (effect.measure, effect.yi, effect.vi) == (measure, yi, 0.123456789**2)


@pytest.mark.parametrize("missing", ["estimate", "se"])
def test_an_estimate_without_its_error_is_refused_by_name(missing):
    numbers = {"estimate": 1.0, "se": 0.1, missing: None}
    with pytest.raises(TooLittleData, match=f"result.{missing}"):
        measured_effect(Result(kind="estimated", measure="SMD", numbers=numbers))


def test_what_is_not_weighed_is_shown_with_its_interval():
    document = graded(Scenario().given(Launch(), MeasureOutcome(told(standardised=None))))
    assert document["not_pooled"][0]["reported"].startswith("MD -29.2 (-62.8 to 4.3)")


def test_the_command_grades_an_estimate_with_its_own_error(tmp_path, capsys):
    file = tmp_path / "facts.json"
    one = told(standardised=StandardisedEffect("SMD", -0.4, 0.125))
    file.write_text(json.dumps([to_wire(one)]), encoding="utf-8")
    assert main(["grade", str(file), "--json"]) == 0
    (document,) = json.loads(capsys.readouterr().out)["grades"]
    (unit,) = document["units"]
    assert (unit["yi"], unit["se"]) == (0.4, 0.125)


def test_an_estimate_and_its_grade_cross_the_whole_service(tmp_path):
    served = serve(tmp_path)
    try:
        programme = served.programme(served.approach())
        events = f"/v1/programmes/{programme}/events"
        served.tell(events, LAUNCHED)
        found = send(served, programme, EXAMPLES["rct"]).get_json()
        told_event = event_of(found)
        told_event["contrast"]["design"] |= {"randomisation_compromised": False}
        served.tell(events, told_event)
        path = f"/v1/programmes/{programme}/grades"
        (grade,) = served.get(path, by="funder").get_json()["items"]
        (unit,) = grade["units"]
        handed_on = found["standardised"]
        effect = found["effect"]
        wider = special.stdtrit(effect["df"], 0.975) / special.ndtri(0.975)
        matched = abs(handed_on["estimate"]) / -special.ndtri(effect["p_value"] / 2)
        assert unit["se"] == pytest.approx(max(handed_on["se"] * wider, matched), rel=1e-9)
        assert unit["yi"] == pytest.approx(-handed_on["estimate"], rel=1e-9)
        (wwc,) = served.get(f"{path}?standard=wwc@4.1", by="funder").get_json()["items"]
        answers = {reason["rule"]: reason["answer"] for reason in wwc["reasons"]}
        assert "met" in answers.values()
        flow = found["contrast"]["sample"]
        assert (flow["assigned_intervention"], flow["analysed_intervention"]) == (80, 78)
    finally:
        served.close()


def test_an_estimate_is_previewed_like_any_result():
    (document,) = preview({"contrasts": [to_wire(told())]})
    assert document["units"][0]["se"] == pytest.approx(0.064 / LOGISTIC_SD)

"""Domain values cross the wire strictly: the same comes back, and a refusal names its field."""

import copy

import pytest

from domain.contrast import Contrast, Reported, TwoByTwo
from domain.errors import InvalidValue
from domain.plan import EvaluationPlan
from service.wire import from_wire, to_wire

WIRE = {
    "study": "Trial",
    "unit": {"site": "Ashford", "cohort": "2020", "horizon_months": 12},
    "outcome": {"domain": "falls", "measure": "any fall", "direction_good": -1, "kind": "binary"},
    "design": {"type": "rct", "randomisation_compromised": False},
    "result": {"kind": "reported", "measure": "RR", "estimate": 0.7, "ci_low": 0.5, "ci_high": 1},
    "baseline": [{"measure": "age", "standardised_difference": 0.02}],
    "missing": {"design.comparator": "not_reported"},
    "context": {"setting": "nursing"},
}


def changed(path: str, value: object) -> dict:
    data = copy.deepcopy(WIRE)
    *parents, last = path.split(".")
    at = data
    for name in parents:
        at = at.setdefault(name, {})
    at[last] = value
    return data


def test_a_contrast_survives_the_wire_and_back():
    contrast = from_wire(Contrast, WIRE, path="contrast")
    assert isinstance(contrast.result, Reported)
    assert from_wire(Contrast, to_wire(contrast), path="contrast") == contrast


def test_the_kind_of_a_result_chooses_its_fields():
    table = {"kind": "two_by_two", "measure": "OR", "ai": 1, "bi": 2, "ci": 3, "di": 4}
    contrast = from_wire(Contrast, changed("result", table))
    assert contrast.result == TwoByTwo(measure="OR", ai=1, bi=2, ci=3, di=4)


def test_days_and_lists_are_read_in_a_plan():
    plan = {
        "design": "rct",
        "comparison": "usual care",
        "units": ["a"],
        "outcomes": [{"domain": "falls", "measure": "any fall", "primary": True}],
        "registration": {"registry": "ISRCTN", "identifier": "1", "registered_on": "2020-01-31"},
    }
    told = from_wire(EvaluationPlan, plan, path="plan")
    assert told.registration.registered_on.isoformat() == "2020-01-31"
    assert to_wire(told)["registration"]["registered_on"] == "2020-01-31"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("design.type", "guess", "contrast.design.type"),
        ("design.kind", "rct", "contrast.design.kind"),
        ("design.controls_adequate", "yes", "contrast.design.controls_adequate"),
        ("result.kind", "guess", "contrast.result.kind"),
        ("result.kind", None, "contrast.result.kind"),
        ("result.kind", [1], "contrast.result.kind"),
        ("result.estimate", "0.7", "contrast.result.estimate"),
        ("result.estimate", float("nan"), "contrast.result.estimate"),
        ("result.estimate", 10**400, "contrast.result.estimate"),
        ("result", 4, "contrast.result"),
        ("sample.assigned_intervention", True, "contrast.sample.assigned_intervention"),
        ("baseline", [{"measure": 3}], "contrast.baseline[0].measure"),
        ("baseline", {"measure": "age"}, "contrast.baseline"),
        ("missing", {"result": "lost"}, "contrast.missing.result"),
        ("study", None, "contrast.study"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_path(path, value, field):
    with pytest.raises(InvalidValue) as refusal:
        from_wire(Contrast, changed(path, value), path="contrast")
    assert refusal.value.field == field
    assert refusal.value.accepted


def test_a_missing_field_is_named():
    data = {name: part for name, part in WIRE.items() if name != "unit"}
    with pytest.raises(InvalidValue, match=r"contrast\.unit: is missing"):
        from_wire(Contrast, data, path="contrast")

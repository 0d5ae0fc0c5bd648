"""What an estimate tells: no unit by its name, no single person, no deviation that is absurd."""

import json
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from service.estimating import Asked, EstimateRefused, perform
from service.estimating.disclosure import FEWEST_IN_A_GROUP, MOVED, OF_A_GROUP
from service.estimating.receipts import Receipts
from service.estimating.verifying import contrast_in, verified
from service.sheets import Limits
from service.wire import to_wire
from tests.service.raw_outcomes import EXAMPLES, csv_of
from tests.service.test_estimating import asked, listed

LIMITS = Limits(megabytes=4, rows=20_000)
RECEIPTS = Receipts(b"k" * 32)
WITH_UNITS = {
    "did": ("area", "unit"), "staggered": ("area", "unit"), "synthetic_control": ("area", "unit"),
    "cluster_rct": ("place", "number"),
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_UNITS)
def test_units_are_recorded_by_their_place_in_the_file_and_named_on_the_screen_alone(name):
    column, called = WITH_UNITS[name]
    example = EXAMPLES[name]
    labels = {label: f"Zz{n}zz" for n, label in enumerate(dict.fromkeys(example.columns[column]))}
    columns = example.columns | {column: [labels[one] for one in example.columns[column]]}
    found = perform(csv_of(columns), asked(name), LIMITS)
    assert "zz" not in json.dumps(found["contrast"])
    assert "zz" not in json.dumps([found["text"], found["checks"], found["pictures"]])
    for one in found["units"]:
        position = int(one["position"].split()[1])
        assert one == {
            "position": f"{called} {position:02} of {len(labels)}",
            "label": f"Zz{position - 1}zz",
        }
    assert found["units"] or name == "staggered"
    plain = perform(example.raw, asked(name), LIMITS)
    assert plain["effect"] == found["effect"]


def small(people):
    chance = Random(7)
    columns = {"outcome": [], "arm": [], "age": []}
    for n in range(people):
        columns["outcome"].append(round(10 + 2 * (n % 2) + chance.gauss(0, 1), 3))
        columns["arm"].append(n % 2)
        columns["age"].append(40 + chance.randint(0, 30))
    return csv_of(columns)


@pytest.mark.parametrize("people", [6, 2 * FEWEST_IN_A_GROUP - 2])
def test_groups_smaller_than_ten_keep_their_effect_and_not_their_means(people):
    found = perform(small(people), Asked("rct", {"covariates": ("age",)}, {}), LIMITS)
    result = found["contrast"]["result"]
    keys = {*result["specification"], *(path.rpartition(".")[2] for path in result["facts"])}
    assert keys & OF_A_GROUP == set()
    assert "withheld" in result["specification"]
    assert result["se"] > 0
    assert result["standardised"] is not None
    (moved,) = [check for check in result["checks"] if check["name"].startswith("influen")]
    assert moved["observed"] is None
    assert "not told" in moved["text"]
    assert not any("mean_intervention" in entry for entry in found["contrast"]["baseline"])


def test_groups_of_ten_tell_their_means():
    found = perform(small(2 * FEWEST_IN_A_GROUP), Asked("rct", {}, {}), LIMITS)
    specification = found["contrast"]["result"]["specification"]
    assert {"m1i", "sd1i", "m2i", "sd2i"} <= set(specification)
    assert "withheld" not in specification


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_one_row_moves_is_told_in_two_digits(name):
    found = perform(EXAMPLES[name].raw, asked(name), LIMITS)
    for check in found["checks"]:
        if check["name"] in MOVED and check["observed"] is not None:
            assert check["observed"] == float(f"{check['observed']:.2g}")


@pytest.mark.parametrize(
    ("name", "sd", "passed"),
    [
        ("rct", 11.0, True),
        ("rct", 1000.0, False),
        ("rct", 0.1, False),
        ("prepost", 9.0, True),
        ("prepost", 90.0, False),
        ("did", 20.0, True),
        ("did", 0.01, False),
        ("its", 0.01, False),
        ("its", 200.0, True),
    ],
)
def test_a_deviation_that_the_file_contradicts_is_a_failed_check(name, sd, passed):
    found = perform(EXAMPLES[name].raw, asked(name, options={"sd": sd}), LIMITS)
    (check,) = [one for one in found["checks"] if one["name"] == "sd_told"]
    assert check["passed"] is passed
    assert check["source"]
    assert ("standard deviation that was given" in found["text"]) is not passed
    assert not (passed is False and "No check failed" in found["text"])
    assert [one for one in perform(EXAMPLES[name].raw, asked(name), LIMITS)["checks"]
            if one["name"] == "sd_told"] == []  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "direction", "accepted"),
    [
        ({"hr": [0.7], "p_value": [0.01], "events": [120]}, "more", False),
        ({"hr": [1.4], "p_value": [0.01], "events": [120]}, "fewer", False),
        ({"hr": [0.7], "p_value": [0.01], "events": [120]}, "fewer", True),
        ({"p_value": [0.01], "events": [120]}, "more", True),
    ],
)
def test_a_direction_that_the_figures_contradict_is_refused(columns, direction, accepted):
    what = Asked("time_to_event", {}, {"direction": direction})
    if accepted:
        assert perform(csv_of(columns), what, LIMITS)["effect"]["se"] > 0
        return
    with pytest.raises(EstimateRefused) as caught:
        perform(csv_of(columns), what, LIMITS)
    (flaw,) = caught.value.flaws
    assert flaw.field == "options.direction"
    assert "of the file says" in flaw.problem


def recorded(name, **changes):
    found = perform(EXAMPLES[name].raw, asked(name), LIMITS)
    result = RECEIPTS.signed(UUID(int=1), found["contrast"]["result"] | changes)
    return found["contrast"], result


def differing(name, result, contrast=None):
    again = verified(EXAMPLES[name].raw, result, LIMITS, contrast=contrast)
    return [figure.name for figure in again.figures if not figure.agrees]


def test_bent_words_and_rows_are_found_by_who_holds_the_file():
    _, result = recorded("rct")
    first = result.checks[0]
    for bent, names in (
        (replace(result, text="Everybody got well."), ["text"]),
        (replace(result, data=replace(result.data, rows=9999)), ["data.rows"]),
        (replace(result, not_standardised="because"), ["not_standardised"]),
        (
            replace(
                result, checks=(replace(first, title="x", text="all fine"), *result.checks[1:])
            ),
            [f"checks.{first.name}.title", f"checks.{first.name}.text"],
        ),
    ):
        assert differing("rct", bent) == names
    older = replace(result, text="As it was put then.", versions={"candour": "0.1"})
    assert differing("rct", older) == []


def test_what_a_contrast_tells_around_a_result_has_to_be_what_the_data_show():
    contrast, result = recorded("rct")
    told = json.loads(json.dumps(contrast | {"result": to_wire(result)}))
    assert contrast_in({"facts": {"contrast": told}}) == told
    assert contrast_in(to_wire(result)) is None
    assert differing("rct", result, told) == []
    told["design"]["type"] = "pre_post"
    told["sample"] = {"assigned_intervention": 5}
    told["baseline"][0]["mean_intervention"] += 1.0
    names = differing("rct", result, told)
    assert "contrast.design.type" in names
    assert "contrast.sample.analysed_comparison" in names
    assert "contrast.baseline.0.mean_intervention" in names


def test_tiny_figures_are_compared_by_their_own_size():
    columns = EXAMPLES["its"].columns
    tiny = csv_of(columns | {"admissions": [1e-9 * y for y in columns["admissions"]]})
    found = perform(tiny, asked("its"), LIMITS)["contrast"]["result"]
    result = RECEIPTS.signed(UUID(int=1), found)
    assert verified(tiny, result, LIMITS).agrees
    bent = replace(result, estimate=-result.estimate, ci_low=-5e-8, ci_high=6.3e-8)
    names = [f.name for f in verified(tiny, bent, LIMITS).figures if not f.agrees]
    assert {"estimate", "ci_low", "ci_high"} <= set(names)


def test_what_was_said_of_columns_is_performed_again():
    example = EXAMPLES["rct"]
    raw = csv_of(example.columns | {"hospital": ["James Paget", "George Eliot"] * 80})
    roles = listed(example.roles)
    with pytest.raises(EstimateRefused, match="people’s names"):
        perform(raw, Asked("rct", roles, {}), LIMITS)
    found = perform(raw, Asked("rct", roles, {}, not_personal=("hospital",)), LIMITS)
    result = RECEIPTS.signed(UUID(int=1), found["contrast"]["result"])
    assert verified(raw, result, LIMITS).agrees

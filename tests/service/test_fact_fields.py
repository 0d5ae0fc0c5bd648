"""The facts of an outcome as fields of a form: each has words, and none is lost on its way."""

from dataclasses import replace

import pytest

from domain.contrast import Contrast, Design, Missing
from service.pages.fact_answers import LEFT_OPEN, why_name
from service.pages.fact_fields import FACTS, FIXED, GROUPS, WHY, group_of, leaves, told_of
from service.pages.fact_groups import Group, group_named, groups_of
from service.pages.fact_refusals import FactForm
from service.pages.fact_wording import CHOICES, REASONS
from service.wire import from_wire, to_wire
from tests.domain.builders import contrast, estimated, estimated_contrast

# One answer of each kind: as it is typed, and as the record has it.
EXAMPLES = {bool: ("no", False), int: ("2018", 2018), float: ("0.25", 0.25), str: ("Age", "Age")}
ALONE = [path for path in FACTS if group_of(path) not in ("baseline", "harms")]
OF_A_MEASURE = [path for path in FACTS if path.startswith("baseline.") and "measure" not in path]
# A design that has the fact.
FITTING = {path: min(FACTS[path].designs, key=list(Design).index) for path in FACTS}


def typed_form(fields):
    return FactForm(given=fields, key="")


def test_every_recorded_fact_has_words_or_a_reason_to_have_none():
    assert set(leaves()) == (set(FACTS) - {"harms"}) | set(FIXED)
    assert not set(FACTS) & set(FIXED)


def test_every_answer_and_every_reason_has_words():
    codes = {takes for path, takes in leaves().items() if path not in FIXED} - set(EXAMPLES)
    assert codes == set(CHOICES)
    for code in codes:
        assert set(CHOICES[code]) == set(code), code
    assert set(REASONS) == set(Missing)


def test_every_group_asks_something_of_some_design_and_no_page_asks_much():
    asked = {name: set() for name in GROUPS}
    for design in Design:
        told = replace(contrast(), design=replace(contrast().design, type=design))
        for group in groups_of(told):
            asked[group.name] |= {field.path for field in group.fields}
            assert len(group.fields) <= 14, (design, group.name)
    assert set().union(*asked.values()) == {
        path.replace("baseline.", "baseline.0.") for path in leaves() if path not in FIXED
    } - {"harms.severity", "harms.attributed"}


@pytest.mark.parametrize("path", ALONE)
def test_each_fact_is_told_kept_and_shown_again(path):
    before = replace(contrast(), design=replace(contrast().design, type=FITTING[path]))
    group = group_named(group_of(path), before)
    (field,) = [one for one in group.fields if one.path == path]
    typed, value = EXAMPLES.get(field.takes) or (next(iter(CHOICES[field.takes])).value,) * 2
    if field.words.unit == "%":
        typed, value = "25", 0.25
    read = group.read(typed_form({field.name: typed}))
    after = from_wire(Contrast, read.contrast)
    assert told_of(after, path).value == value
    assert Group(name=group.name, contrast=after).typed()[field.name] == typed
    assert [change.label for change in read.changes] == [field.words.label]
    assert to_wire(after) == to_wire(before) | changed_at(before, path, value)


def changed_at(before, path, value):
    """The part of a contrast that holds a path, with another value there."""
    head, _, name = path.partition(".")
    return {head: to_wire(getattr(before, head)) | {name: value} if name else value}


@pytest.mark.parametrize("path", ALONE)
@pytest.mark.parametrize("reason", Missing)
def test_each_fact_may_be_missing_with_a_reason(path, reason):
    whole = contrast()
    design = replace(whole.design, type=FITTING[path])
    before = from_wire(
        Contrast, to_wire(replace(whole, design=design)) | {"months_since_start": None}
    )
    before = from_wire(Contrast, to_wire(before) | changed_at(before, path, None))
    group = group_named(group_of(path), before)
    (field,) = [one for one in group.fields if one.path == path]
    name, given = (
        (why_name(field), reason.value) if field.choices is None else (field.name, WHY + reason)
    )
    read = group.read(typed_form({field.name: "", name: given}))
    after = from_wire(Contrast, read.contrast)
    assert after.missing == {path: reason}
    assert Group(name=group.name, contrast=after).typed()[name] == given


@pytest.mark.parametrize("path", OF_A_MEASURE)
def test_each_fact_of_a_baseline_measure_is_told(path):
    name = path.partition(".")[2]
    before = replace(contrast(), baseline=())
    group = group_named("baseline", before)
    (field,) = [one for one in group.fields if one.path.endswith(f".{name}")]
    typed, value = ("25", 0.25) if field.words.unit == "%" else EXAMPLES[field.takes]
    read = group.read(typed_form({"baseline-0-measure": "Age", field.name: typed}))
    after = from_wire(Contrast, read.contrast)
    assert getattr(after.baseline[0], name) == value
    assert Group(name="baseline", contrast=after).typed()[field.name] == typed


def test_one_reason_fills_everything_that_is_left_open():
    read = group_named("reporting", contrast()).read(
        typed_form({"reporting-evaluator": "independent", LEFT_OPEN: "not_reported"})
    )
    after = from_wire(Contrast, read.contrast)
    assert set(after.missing) == {
        f"reporting.{name}"
        for name in ("conflict_of_interest", "publication_status", "peer_reviewed")
    } | {"reporting.published_year"}


def test_a_reason_for_a_whole_group_is_kept_for_the_facts_that_stay_missing():
    before = replace(contrast(), missing={"money": Missing.NOT_COLLECTED})
    group = group_named("money", before)
    assert set(group.typed().values()) == {"", "not_collected"}
    form = {**group.typed(), "money-unit_cost": "1,200", "money-unit_cost-why": ""}
    after = from_wire(Contrast, group.read(typed_form(form)).contrast)
    assert after.money.unit_cost == 1200
    assert after.missing == {
        f"money.{name}": Missing.NOT_COLLECTED for name in ("price_year", "pv_costs", "pv_benefits")
    }


def test_what_the_data_showed_is_told_and_not_asked():
    shown = "design.parallel_trends"
    found = estimated(facts={"design.type": "interrupted_time_series", shown: True})
    group = group_named("conduct", estimated_contrast(found, parallel_trends=True))
    assert shown not in [field.path for field in group.fields]
    assert (FACTS[shown].label, "Yes") in [(label, words) for label, _, words in group.told]

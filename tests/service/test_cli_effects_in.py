"""An analyst's columns -> effects: every measure from its columns, and what papers print."""

import csv
import io
import json
import math
from pathlib import Path

import pytest

from scoring.effects import (
    LOG_RATIOS,
    SCALES,
    changes,
    correlations,
    means,
    proportions,
    rates,
    reported_effect,
    two_by_two,
)
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from service.cli.effects_in import COLUMNS, inferred_measure, read_effects
from service.cli.tables_in import Table, TableRefused, read_table

CASES = Path(__file__).parents[1] / "reference" / "effects" / "cases.json"


def table(text):
    """A table as `read_table` makes it of CSV text."""
    header, *lines = csv.reader(io.StringIO(text))
    rows = tuple(dict(zip(header, line, strict=True)) for line in lines)
    return Table(tuple(header), rows, tuple(range(1, len(rows) + 1)))


def the_effects(text, measure, **options):
    return read_effects(table(text), measure, **options).effects


def test_every_measure_that_is_known_can_be_read():
    assert set(COLUMNS) == set(SCALES)
    for measure, sets in COLUMNS.items():
        assert sets[-6:-4] == (("yi", "vi"), ("yi", "sei")), measure
        assert sets[-4:] == (
            ("estimate", "ci_low", "ci_high"),
            ("estimate", "sei"),
            ("estimate", "statistic"),
            ("estimate", "p_value"),
        )


TABLE, SHORT = "ai,bi,ci,di\n4,6,3,7\n", "ai,n1i,ci,n2i\n4,10,3,10\n"
MEANS = "m1i,sd1i,n1i,m2i,sd2i,n2i\n5,2,30,4,2.5,28\n"
CHANGE = "m1i,m2i,sd1i,sd2i,ni,ri\n5,4,2,2.5,30,0.6\n"
GROUPS, PEOPLE = ([5], [2], [30], [4], [2.5], [28]), ([5], [4], [2], [2.5], [30], [0.6])


@pytest.mark.parametrize(
    ("measures", "text", "computed"),
    [
        ("OR RR RD PETO AS COX", TABLE, lambda m: two_by_two(m, [4], [6], [3], [7])),
        ("OR RR RD PETO AS COX", SHORT, lambda m: two_by_two(m, [4], [6], [3], [7])),
        ("SMD SMDH MD ROM", MEANS, lambda m: means(m, *GROUPS)),
        ("IRR IRD IRSD", "x1i,t1i,x2i,t2i\n5,90,9,80\n", lambda m: rates(m, [5], [90], [9], [80])),
        ("PR PLO PAS PFT", "xi,ni\n3,10\n", lambda m: proportions(m, [3], ni=[10])),
        ("PR PLO PAS PFT", "xi,mi\n3,7\n", lambda m: proportions(m, [3], mi=[7])),
        ("COR ZCOR", "ri,ni\n0.3,40\n", lambda m: correlations(m, [0.3], [40])),
        ("MC SMCC SMCR SMCRH", CHANGE, lambda m: changes(m, *PEOPLE)),
        (
            "SMCR",
            "m1i,m2i,sd1i,ni,ri\n5,4,2,30,0.6\n",
            lambda m: changes(m, [5], [4], [2], None, [30], [0.6]),
        ),
    ],
)
def test_every_measure_is_computed_from_its_columns(measures, text, computed):
    for measure in measures.split():
        assert the_effects(text, measure) == computed(measure)


def test_every_case_of_the_reference_is_read_from_a_file_as_metafor_has_it(tmp_path):
    document = json.loads(CASES.read_text())
    read = 0
    for case in document["cases"]:
        if None in case["yi"] or 0 in case["vi"] or case["measure"] == "OR2DN":
            continue
        columns = document["data"][case["data"]]
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        file = tmp_path / "rows.json"
        file.write_text(json.dumps(rows))
        options = {name: case[name] for name in ("add", "to", "vtype") if name in case}
        effects = read_effects(read_table(str(file)), case["measure"], **options).effects
        assert [effect.yi for effect in effects] == pytest.approx(case["yi"], rel=1e-11, abs=1e-14)
        assert [effect.vi for effect in effects] == pytest.approx(case["vi"], rel=1e-11, abs=0)
        read += 1
    assert read == 101


@pytest.mark.parametrize("measure", COLUMNS)
def test_estimates_on_the_analysis_scale_are_taken_for_every_measure(measure):
    (by_variance,) = the_effects("yi,vi\n0.3,0.04\n", measure)
    (by_error,) = the_effects("yi,sei\n0.3,0.2\n", measure)
    assert (by_variance.measure, by_variance.yi, by_variance.vi) == (measure, 0.3, 0.04)
    assert by_error.vi == pytest.approx(0.04)


@pytest.mark.parametrize("measure", COLUMNS)
def test_what_papers_print_is_taken_for_every_measure(measure):
    (effect,) = the_effects("estimate,ci_low,ci_high\n0.30,0.20,0.40\n", measure)
    assert effect == reported_effect(measure, "0.30", ci_low="0.20", ci_high="0.40")
    if measure in LOG_RATIOS:
        assert effect.yi == pytest.approx(math.log(0.3))


def test_counts_go_before_estimates_and_estimates_before_reports():
    both = "yi,vi,estimate,ci_low,ci_high\n0.5,0.01,1.65,1.40,2.00\n"
    assert the_effects(both, "OR")[0].source == "given"
    assert the_effects("ai,bi,ci,di,yi,vi\n4,6,3,7,9,9\n", "OR")[0].source == "two_by_two"


def test_each_row_of_a_report_may_tell_its_precision_in_its_own_way():
    text = (
        "study,estimate,ci_low,ci_high,sei,statistic,p_value,df\n"
        "a,0.80,0.64,1.00,,,,\n"
        "b,0.80,,,0.12,,,\n"
        "c,0.80,NA,NA,,-2.10,,\n"
        "d,0.80,,,,,0.04,12\n"
        "e,0.80,,,,,,\n"
        "f,,0.64,1.00,,,,\n"
        "g,0.80,0.64,1.00,,,<0.001,\n"
    )
    data = read_effects(table(text), "RR")
    assert [effect.source for effect in data.effects] == [
        "interval", "se", "statistic", "p_value", "interval",
    ]  # fmt: skip
    assert (data.left_out, data.rows.numbers) == (2, (1, 2, 3, 4, 7))
    assert data.effects[3] == reported_effect("RR", "0.80", p_value="0.04", df=12)
    assert data.effects[4].rounding.contradictions == ("interval and p_value",)


def test_the_level_of_reported_intervals_can_be_told():
    text = "estimate,ci_low,ci_high\n0.30,0.20,0.40\n"
    (effect,) = the_effects(text, "MD", ci_level=0.9)
    assert effect == reported_effect("MD", "0.30", ci_low="0.20", ci_high="0.40", level=0.9)


def test_numbers_of_json_do_not_tell_how_they_were_rounded():
    row = {"estimate": 2, "ci_low": 1.5, "ci_high": 2.5}
    (effect,) = read_effects(Table(tuple(row), (row,), (1,)), "MD").effects
    assert (effect.yi, effect.rounding) == (2, None)


@pytest.mark.parametrize("cell", [True, [1], "2,5", "wide"])
def test_a_printed_figure_that_is_no_number_is_refused_with_its_row(cell):
    rows = ({"estimate": None, "sei": 1}, {"estimate": cell, "sei": 1})
    with pytest.raises(InvalidInput) as refusal:
        read_effects(Table(("estimate", "sei"), rows, (1, 2)), "MD")
    assert (refusal.value.field, refusal.value.row) == ("estimate", 2)


def test_a_report_without_its_second_bound_is_refused_with_its_row():
    text = "estimate,ci_low,ci_high,p_value\n1,0.5,1.5,\n1,0.5,,0.04\n"
    with pytest.raises(InvalidInput) as refusal:
        the_effects(text, "MD")
    assert (refusal.value.field, refusal.value.row) == ("ci_high", 2)


ZEROS = "ai,bi,ci,di\n0,9,0,9\nNA,1,1,1\n4,6,3,7\n0,9,3,7\n5,0,8,0\n"


def test_rules_for_zero_cells_go_through():
    for options in ({"to": "all", "add": 0.1}, {"to": "if0all"}, {"add": 1}):
        assert the_effects(ZEROS, "OR", **options) == two_by_two(
            "OR", [0, 4, 0, 5], [9, 6, 9, 0], [0, 3, 3, 8], [9, 7, 7, 0], **options
        )
    assert the_effects("xi,ni\n0,9\n", "PR", add=1) == proportions("PR", [0], ni=[9], add=1)
    with pytest.raises(UnknownMethod, match="only0"):
        the_effects(ZEROS, "OR", to="some")


def test_dropped_tables_are_left_out_and_the_rows_stay_beside_their_effects():
    data = read_effects(table(ZEROS), "OR", drop00=True)
    assert len(data.effects) == len(data.rows.rows) == 2
    assert (data.rows.numbers, data.left_out) == ((3, 4), 3)
    short = read_effects(table("ai,n1i,ci,n2i\n0,9,0,9\n4,10,3,10\n"), "RD", drop00=True)
    assert short.rows.numbers == (2,)
    of_rates = read_effects(table("x1i,t1i,x2i,t2i\n0,9,0,9\n4,10,0,9\n"), "IRR", drop00=True)
    assert (of_rates.rows.numbers, len(of_rates.effects)) == ((2,), 1)


def test_where_there_are_no_tables_nothing_is_dropped():
    data = read_effects(table("yi,vi\n0,1\n1,1\n"), "OR", drop00=True)
    assert (len(data.effects), data.left_out) == (2, 0)


def test_a_refusal_names_the_row_of_the_file_when_rows_were_left_out_and_dropped():
    with pytest.raises(InvalidInput) as refusal:
        the_effects(ZEROS, "OR", drop00=True, to="none")
    assert (refusal.value.field, refusal.value.row) == ("ai bi ci di", 4)


def test_variances_go_through_where_the_measure_has_them():
    assert the_effects(MEANS, "SMD", vtype="UB") == means("SMD", *GROUPS, vtype="UB")
    with pytest.raises(UnknownMethod, match="--vtype for SMDH"):
        the_effects(MEANS, "SMDH", vtype="UB")


def test_a_group_smaller_than_its_events_is_refused_by_the_name_in_the_file():
    with pytest.raises(InvalidInput) as refusal:
        the_effects("ai,n1i,ci,n2i\n,9,1,9\n1,9,5,3\n", "RR")
    assert (refusal.value.field, refusal.value.row) == ("n2i", 2)


def test_too_few_people_are_refused_with_the_row_of_the_file():
    with pytest.raises(TooLittleData) as refusal:
        the_effects("ri,ni\n0.5,\n0.5,3\n", "ZCOR")
    assert (refusal.value.field, refusal.value.row) == ("ni", 2)


def test_columns_that_do_not_make_the_measure_are_refused_with_those_that_do():
    with pytest.raises(TableRefused, match=r"xi ni, or xi mi, or yi vi.*estimate ci_low ci_high"):
        the_effects("xi,note\n3,x\n", "PLO")


def test_a_measure_has_to_be_named_for_what_papers_print():
    assert inferred_measure(table("yi,vi\n1,1\n")) == "GEN"
    with pytest.raises(TableRefused, match="--measure"):
        inferred_measure(table("estimate,ci_low,ci_high\n1,0.5,1.5\n"))

"""Cells are read as they are written: names as names, numbers with their own decimal mark."""

import pytest

from service.estimating import Asked, EstimateRefused, perform
from service.estimating.cells import MISSING, read_column
from service.estimating.numerals import Marks
from service.sheets import Limits, SheetRefused, read_sheet
from tests.service.raw_outcomes import csv_of, people
from tests.service.test_sheets import workbook

LIMITS = Limits(megabytes=4, rows=20_000)


def values(cells, kind, **told):
    column = read_column(cells, kind, **told)
    assert column.problems == (None,) * len(cells)
    return list(column.values)


def problems(cells, kind, **told):
    return list(read_column(cells, kind, **told).problems)


@pytest.mark.parametrize("kind", ["label", "characteristic"])
@pytest.mark.parametrize("word", sorted(MISSING - {""}))
def test_among_names_a_word_for_nothing_is_a_name(kind, word):
    assert values([word, "GCSE", "A level"], kind) == [word, "GCSE", "A level"]


@pytest.mark.parametrize("kind", ["label", "characteristic"])
def test_beside_blank_cells_it_is_not_known_whether_the_word_is_one(kind):
    found = problems(["NA", "GCSE", None, "A level", "none"], kind)
    assert [bool(told) for told in found] == [True, False, False, False, True]
    assert "other cells of the column are blank" in found[0]


@pytest.mark.parametrize("kind", ["number", "count", "characteristic"])
def test_among_numbers_a_word_for_nothing_is_a_blank(kind):
    assert values(["1", "NA", "none", "2.5", ".", "7"], kind) == [1.0, None, None, 2.5, None, 7.0]


def test_none_is_no_blank_where_it_could_mean_no():
    assert values(["yes", "NA", "0"], "binary") == [1, None, 0]
    assert problems(["yes", "none"], "binary") == [None, "is neither"]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1.1", "1.10", "1.2"], ["1.1", "1.10", "1.2"]),
        (["1E1", "10", "2"], ["1E1", "10", "2"]),
        (["01", "1", "2"], ["01", "1", "2"]),
        (["-0", "0"], ["-0", "0"]),
        (["1,000", "1000"], ["1,000", "1000"]),
        (["10", "9", "-3", "0"], [10, 9, -3, 0]),
        ([1.0, 2.0, 10.0], [1, 2, 10]),
        ([1.0, "1"], [1, 1]),
        ([1.5, "x"], ["1.5", "x"]),
        ([True, "TRUE"], ["TRUE", "TRUE"]),
    ],
)
def test_names_are_told_apart_as_they_are_written(cells, read):
    assert values(cells, "label") == read
    assert len(set(values(cells, "label"))) == len(set(read))


@pytest.mark.parametrize("name", ["01", "1", "1.0", "TRUE", "2019-01-01", "1E1"])
def test_a_group_can_be_named_as_it_is_written(name):
    group = [name if number % 2 else "other" for number in range(160)]
    raw = csv_of(people() | {"group": group})
    columns = {"outcome": ("after",), "arm": ("group",)}
    found = perform(raw, Asked("rct", columns, {"intervention": name}), LIMITS)
    assert found["contrast"]["result"]["options"]["intervention"] == name
    assert found["effect"]["estimate"] < 0


def test_clusters_that_differ_in_writing_alone_are_not_merged():
    columns = people()
    names = [f"{1 + n // 10}.{n % 10 + 1}" for n in range(20)]
    columns["place"] = [names[number % 20] for number in range(160)]
    asked = Asked(
        "cluster_rct", {"outcome": ("after",), "arm": ("group",), "clusters": ("place",)}, {}
    )
    sample = perform(csv_of(columns), asked, LIMITS)["contrast"]["sample"]
    arms = ("clusters_assigned_intervention", "clusters_assigned_comparison")
    assert sum(sample[arm] for arm in arms) == 20


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["0,128", "1,250"], [0.128, 1.25]),
        (["12,5", "1,234"], [12.5, 1.234]),
        (["1.234,5", "1.234", "7"], [1234.5, 1234.0, 7.0]),
        (["1,234", "1,234.5"], [1234.0, 1234.5]),
        (["1,234", "0.5"], [1234.0, 0.5]),
        (["1,234,567", "1,234"], [1234567.0, 1234.0]),
        (["\N{MINUS SIGN}0,5", "+1,5e3"], [-0.5, 1500.0]),
    ],
)
@pytest.mark.parametrize("usual", Marks)
def test_a_column_tells_its_own_decimal_mark(cells, read, usual):
    assert values(cells, "number", marks=usual) == read


def test_where_the_column_does_not_tell_the_file_does_or_the_cell_is_refused():
    assert values(["1,234", "2"], "number") == [1234.0, 2.0]
    assert values(["1,234", "2"], "number", marks=Marks.COMMA) == [1.234, 2.0]
    for cell in ("1,234", "1.234"):
        found = problems([cell, "2"], "number", marks=Marks.UNTOLD)
        assert found == ["could be 1234 or 1.234, and no other number tells which", None]


def test_two_decimal_marks_in_one_column_are_refused_at_the_rarer():
    found = problems(["0.5", "0,7", "0.9"], "number")
    assert [bool(told) for told in found] == [False, True, False]
    assert "another decimal mark" in found[1]


@pytest.mark.parametrize(
    ("other", "estimate"),
    [("0,25", "read"), ("3", "refused"), ("0.25", "thousands")],
)
def test_semicolons_part_cells_where_commas_are_decimal_marks(other, estimate):
    rows = [f"{n};1,{100 + 3 * n % 50};{other}" for n in range(1, 41)]
    raw = "\n".join(["periods;outcome;beside", *rows]).encode()
    assert read_sheet(raw, LIMITS).semicolons
    asked = Asked("its", {}, {"start": "21"})
    if estimate == "refused":
        with pytest.raises(EstimateRefused, match=r"row 1: could be 1103 or 1\.103"):
            perform(raw, asked, LIMITS)
        return
    series = perform(raw, asked, LIMITS)["pictures"][0]["lines"][0]["y"]
    assert series[0] == {"read": 1.103, "thousands": 1103.0}[estimate]


def test_a_word_among_numbers_is_a_slip_unless_the_column_holds_categories():
    ages = [str(20 + n % 60) for n in range(160)]
    ages[17] = ages[103] = "unknown"
    columns = {"outcome": ("after",), "arm": ("group",), "covariates": ("age",)}
    raw = csv_of(people() | {"age": ages})
    with pytest.raises(EstimateRefused) as caught:
        perform(raw, Asked("rct", columns, {}), LIMITS)
    assert [(flaw.column, flaw.row) for flaw in caught.value.flaws] == [("age", 18), ("age", 104)]
    assert caught.value.flaws[0].problem == "is no number, where 158 of 160 are"
    assert "hold categories" in caught.value.flaws[0].accepted


def test_a_category_of_numbers_is_said_and_recorded():
    codes = [str(1 + n % 3) for n in range(160)]
    columns = {"outcome": ("after",), "arm": ("group",), "covariates": ("code",)}
    raw = csv_of(people() | {"code": codes})
    found = perform(raw, Asked("rct", columns, {}, categories=("code",)), LIMITS)
    specification = found["contrast"]["result"]["specification"]
    assert specification["columns_categories"] == '["code"]'
    assert "code 2" in specification["terms"]
    with pytest.raises(EstimateRefused, match="categories: names a column that is not in the file"):
        perform(raw, Asked("rct", columns, {}, categories=("codes",)), LIMITS)


def test_half_words_are_categories():
    assert values(["1", "2", "x", "y"], "characteristic") == ["1", "2", "x", "y"]
    assert values(["1", "2", "3", "x"], "characteristic") == ["1", "2", "3", "x"]
    assert problems(["1", "2", "3", "4", "x"], "characteristic")[4] is not None


def test_a_word_for_nothing_among_names_is_told_as_a_check():
    qualification = [
        "none" if n % 3 == 0 else "GCSE" if n % 3 == 1 else "degree" for n in range(160)
    ]
    columns = {"outcome": ("after",), "arm": ("group",), "covariates": ("level",)}
    raw = csv_of(people() | {"level": qualification})
    found = perform(raw, Asked("rct", columns, {}), LIMITS)
    assert found["contrast"]["sample"]["analysed_intervention"] == 80
    (check,) = [one for one in found["checks"] if one["name"] == "words_level"]
    assert check["passed"] is None
    assert check["observed"] == 54


def test_a_workbook_with_a_cell_beyond_the_last_column_is_refused():
    few = Limits(megabytes=4, rows=20_000, columns=5)
    wide = [["a"], [1, None, None, None, None, None, None, 2]]
    for raw in (workbook(wide), b"a\n1,,,,,,,2\n"):
        with pytest.raises(SheetRefused, match=r"more than 5 columns|beyond the header"):
            read_sheet(raw, few)
    assert read_sheet(workbook([["a"], [1]]), few).rows == ((1,),)

"""Files as people hand them over are read as they are, or refused without repeating a cell."""

import io
import zipfile
from datetime import date, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from service.sheets import FORMULA, Limits, SheetRefused, read_sheet

LIMITS = Limits(megabytes=1, rows=1000, columns=50)
TABLE = [["month", "admissions", "site"], ["2019-01", 12, "Northmoor"], ["2019-02", 9.5, "Upton"]]


def workbook(rows, *more_sheets):
    book = Workbook()
    for sheet, lines in ((book.active, rows), *((book.create_sheet(), m) for m in more_sheets)):
        for line in lines:
            sheet.append(line)
    return saved(book)


def saved(book):
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def read(raw, limits=LIMITS):
    return read_sheet(raw.encode() if isinstance(raw, str) else raw, limits)


def refusal(raw, limits=LIMITS):
    with pytest.raises(SheetRefused) as caught:
        read(raw, limits)
    assert "(accepted: " in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_part_cells(mark):
    sheet = read(f"a{mark}b\n1{mark}2\n\n3{mark}\n")
    assert sheet.header == ("a", "b")
    assert sheet.rows == (("1", "2"), ("3", None))
    assert sheet.numbers == (1, 3)
    assert sheet.column("b") == ("2", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_of_spreadsheets(encoding):
    assert read("área,£\nñ,1\n".encode(encoding)).header == ("área", "£")


def test_a_workbook_is_read_by_what_it_is_and_not_by_its_name():
    sheet = read(workbook(TABLE))
    assert sheet.header == ("month", "admissions", "site")
    assert sheet.rows == (("2019-01", 12, "Northmoor"), ("2019-02", 9.5, "Upton"))


def test_days_truths_and_clocks_of_a_workbook():
    day, moment = datetime(2019, 4, 1), datetime(2019, 4, 1, 9, 30)  # noqa: DTZ001  as sheets have
    sheet = read(workbook([["day", "moment", "yes"], [day, moment, True]]))
    assert sheet.rows == ((date(2019, 4, 1), "2019-04-01 09:30:00", True),)


@pytest.mark.parametrize(
    "raw",
    [
        "a,b\n1,=1+1\n",
        "a,b\n1,@SUM(A1)\n",
        "a,b\n1,+cmd\n",
        workbook([["a", "b"], [1, "=1+1"]]),
    ],
)
def test_a_formula_is_told_apart_and_never_computed(raw):
    assert read(raw).column("b") == (FORMULA,)


def test_signs_before_numbers_are_no_formulas():
    assert read("a\n-4\n+3\n-\n").column("a") == ("-4", "+3", "-")


def test_blank_rows_and_columns_are_left_out_and_still_counted():
    sheet = read(workbook([[], ["a", None, "b"], [1, None, 2], [], [3, None, 4]]))
    assert sheet.header == ("a", "b")
    assert sheet.numbers == (1, 3)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "no rows"),
        ("a,b\n", "no rows"),
        ("a,a\n1,2\n", "column 2 has the name of another"),
        ("a,,b\n1,2,3\n", "column 2 has no name"),
        ("a\n1,2\n", "row 1 has cells beyond the header"),
        ('a,b\n"1,2\n', "not valid CSV"),
        (b"a,b\n\x00,1\n", "not text"),
        (b"\x81\x8d,\xff\n1,2\n", "not text"),
        (b"\xd0\xcf\x11\xe0....", "before 2007"),
        (b"%PDF-1.7", "a PDF"),
        ("x" * 201 + "\n1\n", "too long"),
        (",".join("abcdefgh" * 7) + "\n1\n", "more than 50 columns"),
        ("a\n" + "1\n" * 1001, "more than 1,000 rows"),
        ("\n" * 1002, "more than 1,000 rows"),
        ("x" * 2**20 + "x", "larger than 1 MB"),
        (workbook([["a"], [1]], [["b"], [2]]), "2 sheets"),
        (workbook([]), "every sheet is empty"),
        (workbook([["a"], *[[1]] * 1001]), "more than 1,000 rows"),
        (workbook([[f"c{n}" for n in range(60)], [1]]), "more than 50 columns"),
        (b"PK\x03\x04 and no more", "cannot be read"),
        (workbook(TABLE)[:-400], "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(raw, words):
    assert words in refusal(raw)


def packed(**parts):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return raw.getvalue()


def test_a_workbook_that_unpacks_into_too_much_is_refused_unread():
    bomb = packed(**{"xl/worksheets/sheet1.xml": b"0" * (13 * 2**20)})
    assert len(bomb) < 2**15
    assert "unpacks into too much" in refusal(bomb)
    assert "unpacks into too much" in refusal(packed(**{f"p{n}": b"" for n in range(501)}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_workbook_that_declares_entities_is_refused(encoding):
    multiplying = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    part = packed(**{"xl/workbook.xml": multiplying.encode(encoding)})
    assert "cannot be read" in refusal(part)


def test_a_sheet_that_lies_about_its_size_is_read_within_the_limits():
    """A row far down, and a cell far to the right, of a sheet that says it has one cell."""
    raw = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(TABLE))) as honest,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as lying,
    ):
        for part in honest.infolist():
            content = honest.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b'r="3"', b'r="1048576"')
            lying.writestr(part, content)
    assert "more than 1,000 rows" in refusal(raw.getvalue())


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=400))
def test_no_bytes_do_worse_than_to_be_refused(raw):
    try:
        sheet = read(raw)
    except SheetRefused:
        return
    assert sheet.header
    assert all(len(row) == len(sheet.header) for row in sheet.rows)


def test_no_damage_to_a_workbook_does_worse_than_to_have_it_refused():
    whole, chance = workbook(TABLE), Random(20261125)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read(bytes(damaged))
        except SheetRefused as refused:
            assert "Northmoor" not in str(refused)

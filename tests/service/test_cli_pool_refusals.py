"""What `candour pool` refuses is told by the rows and the columns of the file it was given."""

import json

import pytest

from service.cli.main import main
from tests.service.test_sheets import workbook

# The second row under the header is blank, as spreadsheets leave them; the row that is wrong is
# the fifth, and the fourth lacks its moderator, its unit and its subgroup.
GAPS = """study,yi,vi,dose,home,place
a,0.10,0.04,1,open,north
,,,,,
b,0.30,0.05,2,open,north
c,0.20,0.06,,,
d,{yi},{vi},3,shut,south
e,0.50,0.08,4,shut,south
f,0.25,0.04,5,shut,east
g,0.35,0.03,2,open,east
h,0.15,0.05,4,open,west
"""
TOO_PRECISE, TOO_FAR = {"yi": 0.4, "vi": "1e-90"}, {"yi": "1e90", "vi": 0.04}


@pytest.fixture
def refusal(tmp_path, capsys):
    def run(text, *flags, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert main(["pool", str(path), *flags]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = printed.err.splitlines()
        return line

    return run


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--mods", "dose"),
        ("--mods", "home"),
        ("--unit", "place"),
        ("--unit", "place", "--mods", "dose"),
        ("--unit", "place", "--rho", "0.5", "--mods", "dose"),
        ("--subgroup", "home"),
        ("--method", "EE", "--mods", "dose"),
    ],
)
@pytest.mark.parametrize("wrong", [TOO_PRECISE, TOO_FAR, {"yi": 0.4, "vi": 0}])
def test_a_wrong_row_is_told_by_its_number_in_the_file(refusal, flags, wrong):
    column = "yi" if wrong is TOO_FAR else "vi"
    assert f"{column}, row 5: " in refusal(GAPS.format(**wrong), *flags)


@pytest.mark.parametrize("flags", [(), ("--unit", "place"), ("--mods", "dose")])
def test_a_group_of_many_is_refused_by_the_row_of_the_file(tmp_path, capsys, flags):
    text = GAPS.format(**TOO_FAR).replace("home,place", "by,place").replace("shut", "open")
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["pool", str(path), "--by", "by", "--json", *flags]) == 1
    answers = json.loads(capsys.readouterr().out)["results"]
    assert any("yi, row 5: " in answer.get("refusal", "") for answer in answers)


def test_columns_are_called_as_the_file_calls_them(refusal):
    assert "sei, row 2" in refusal("yi,sei\n0.1,0.2\n0.2,0\n")
    assert "sei, row 2" in refusal("yi,sei\n0.1,0.2\n0.2,1e-200\n")
    assert "sei, row 2" in refusal("yi,sei\n0.1,0.2\n0.2,1e-90\n0.3,0.1\n")
    assert "ri, row 2" in refusal("ri,ni\n0.5,20\n1,20\n", "--measure", "ZCOR")
    assert "n1i, row 1" in refusal("ai,n1i,ci,n2i\n0,0,3,9\n", "--measure", "OR")
    table = "ai,n1i,ci,n2i\n1,9,3,9\n0,9,3,9\n"
    assert "ai n1i ci n2i, row 2" in refusal(table, "--measure", "OR", "--to", "none")


def test_too_few_groups_and_units_are_told_by_the_name_of_their_column(refusal):
    text = "yi,vi,home\n0.1,0.1,open\n0.2,0.1,open\n0.4,0.2,open\n"
    assert "home: has 1" in refusal(text, "--subgroup", "home")
    assert "home: has 1 different" in refusal(text, "--unit", "home")


def test_an_effect_that_a_unit_has_twice_is_told_by_both_rows(refusal):
    text = "yi,vi,place,scale\n,,x,s\n0.1,0.1,x,s\n0.2,0.1,y,s\n\n0.4,0.2,x,s\n"
    line = refusal(text, "--unit", "place", "--effect", "scale")
    assert "scale, rows 2 and 5: 's' of 'x' is there twice" in line


def test_a_slip_among_numbers_is_refused_and_a_category_can_be_declared(refusal, tmp_path):
    text = "yi,vi,dose\n" + "".join(
        f"{0.1 * i},0.1,{dose}\n" for i, dose in enumerate([10, 20, "1O", 20, 10, 10])
    )
    assert "dose, row 3: is '1O' where 5 of 6 are numbers" in refusal(text, "--mods", "dose")
    path = tmp_path / "declared.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["pool", str(path), "--mods", "dose", "--reference", "dose=10"]) == 0


@pytest.mark.parametrize(
    ("figures", "column"),
    [
        ("estimate,statistic\n0.5,2.1\n-0.5,2.1\n", "statistic"),
        ("estimate,sei,statistic\n0.5,0.2,2.1\n0.5,0.2,-2.1\n", "statistic"),
        ("estimate,ci_low,ci_high\n0.5,0.2,0.8\n-0.5,0.2,0.8\n", "estimate"),
        ("estimate,p_value\n0.5,0.01\n0.5,-0.01\n", "p_value"),
    ],
)
def test_reported_figures_on_the_other_side_than_their_estimate_are_refused(
    refusal, figures, column
):
    assert f"{column}, row 2: " in refusal(figures, "--measure", "MD")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"study": "\\ud800", "yi": 0.1, "vi": 0.1}]', "study, row 1: holds half a character"),
        ('[{"yi": 1, "vi": 1}, {"\\udfff": "x", "vi": 0.1}]', "\\udfff, row 2: holds half"),
        ('[{"yi": 0.1, "yi": 0.2, "vi": 0.1}]', "names 'yi' twice"),
        ('{"rows": [], "rows": [{"yi": 1, "vi": 1}]}', "names 'rows' twice"),
        ('[{"yi": Infinity, "vi": 0.1}]', "Infinity is not a number"),
        ('[{"yi": 0.1, "vi": 0.1, "by": NaN}]', "NaN is not a number"),
        ('[{"yi": 0.1, "vi": 0.1, "by": 1e999}]', "1e999 is too large a number"),
        ('[{"yi": 0.1, "vi": 0.1, "by": -1e999}]', "-1e999 is too large a number"),
        ("[[1, 2]]", "row 1: not an object"),
    ],
)
def test_json_that_cannot_be_told_back_is_refused_in_a_line(refusal, text, told):
    assert told in refusal(text, "--by", "by", name="table.json")


def test_whole_characters_outside_the_basic_plane_are_read(tmp_path, capsys):
    path = tmp_path / "table.json"
    path.write_text('[{"study": "\\ud83c\\udfe0", "yi": 0.1, "vi": 0.1}]', encoding="utf-8")
    assert main(["pool", str(path), "--full"]) == 0
    assert "Traceback" not in capsys.readouterr().err


def test_blank_rows_count_in_csv_as_in_a_workbook(refusal):
    lines = [["yi", "vi"], [0.1, 0.1], [None, None], [0.2, -0.1]]
    assert "vi, row 3: is -0.1" in refusal(workbook(lines))
    assert "vi, row 3: is -0.1" in refusal("yi,vi\n0.1,0.1\n,\n0.2,-0.1\n")
    assert "vi, row 4: is 'x'" in refusal("yi,vi\n0.1,0.1\n\n,\n0.2,x\n")
    assert "vi, row 1: is 'x'" in refusal("\n \n,,\nyi,vi\n0.2,x\n")
    assert "row 3: has 3 cells" in refusal("yi,vi\n0.1,0.1\n\n0.2,0.3,0.4\n")
    assert "the header names a column twice" in refusal("yi,yi\n1,2\n")
    assert "no rows" in refusal("\n,\n")

"""An analyst's workbook is read as the same table in CSV is."""

from datetime import date

import pytest

from service.cli.main import main
from tests.service.test_sheets import workbook

ROWS = [["study", "yi", "sei"], ["a", 0.21, 0.1], ["b", 0.35, 0.15], ["c", 0.08, 0.07]]
CSV = "\n".join(",".join(map(str, row)) for row in ROWS)


@pytest.fixture
def pooled(tmp_path, capsys):
    def run(raw):
        path = tmp_path / "studies"
        path.write_bytes(raw)
        code = main(["pool", str(path)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err.replace(str(path), "studies")

    return run


def test_a_workbook_is_pooled_as_its_csv_is(pooled):
    assert pooled(workbook(ROWS)) == pooled(CSV.encode())
    assert pooled(workbook(ROWS))[0] == 0


def test_a_column_of_days_parts_a_workbook_as_it_parts_its_csv(tmp_path, capsys):
    days = ["told", date(2020, 1, 1), date(2020, 1, 1), date(2021, 1, 1)]
    rows = [[*row, day] for row, day in zip(ROWS, days, strict=True)]
    path = tmp_path / "studies.xlsx"
    path.write_bytes(workbook(rows))
    main(["pool", str(path), "--by", "told"])
    assert "2020-01-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (workbook([*ROWS, ["d", "=1+1", 0.1]]), "row 4: holds a formula"),
        (workbook(ROWS, ROWS), "2 sheets hold something"),
        (b"PK\x03\x04 and no more", "studies: the workbook cannot be read"),
    ],
)
def test_a_workbook_that_is_no_table_is_refused_in_a_line(pooled, raw, words):
    code, out, err = pooled(raw)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1

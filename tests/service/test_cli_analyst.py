"""`candour pool` and `candour anytime` as an analyst uses them: a file in, an answer out."""

import argparse
import io
import json
import math
from pathlib import Path

import pytest

from scoring.anytime import live, monitor
from scoring.effects import two_by_two
from scoring.synthesis import synthesise
from service.cli.anytime import add_anytime
from service.cli.pool import add_pool

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
YI_SEI = "study,yi,sei\na,0.21,0.10\nb,0.35,0.15\nc,0.08,0.07\n"
TABLE = (
    "ai,bi,ci,di,setting\n4,119,11,128,x\n6,300,29,274,x\n3,228,11,209,y\n62,13536,248,12619,y\n"
)


def candour(*arguments):
    parser = argparse.ArgumentParser(prog="candour")
    subparsers = parser.add_subparsers(required=True)
    add_pool(subparsers)
    add_anytime(subparsers)
    args = parser.parse_args([str(argument) for argument in arguments])
    return args.func(args)


@pytest.fixture
def file(tmp_path):
    def written(text, name="table.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def answer(capsys):
    def run(*arguments, code=0):
        assert candour(*arguments, "--json") == code
        return json.loads(capsys.readouterr().out, parse_constant=pytest.fail)

    return run


@pytest.fixture
def refusal(capsys):
    def run(*arguments):
        assert candour(*arguments) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        (line,) = printed.err.splitlines()
        return line

    return run


@pytest.mark.parametrize("name", ["bcg", "axfors2021", "egger2001", "edge-zero-cells-a"])
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_pooling_2x2_tables_prints_metafors_figures(name, measure, file, answer):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    (analysis,) = (a for a in document["analyses"] if a["measure"] == measure)
    (entry,) = (e for e in analysis["pooled"] if (e["method"], e["test"]) == ("REML", "adhoc"))
    path = file(json.dumps({"rows": document["rows"]}), "rows.json")
    printed = answer("pool", path, "--measure", measure)
    for key, theirs in {"estimate": "b", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub"}.items():
        assert printed[key] == pytest.approx(entry[theirs], abs=1e-8 * entry["se"])
    assert [printed["pi_low"], printed["pi_high"]] == pytest.approx(entry["pi_default"], rel=1e-7)
    assert printed["k"] == analysis["k"]


def test_every_key_is_there_in_full_precision(file, answer):
    printed = answer("pool", file(YI_SEI))
    keys = (
        "measure method test level k left_out estimate se ci_low ci_high p_value tau2 i2 h2 q q_p"
    )
    assert set(keys.split()) | {"pi_low", "pi_high"} <= set(printed)
    direct = synthesise([0.21, 0.35, 0.08], [0.1**2, 0.15**2, 0.07**2])
    assert (printed["estimate"], printed["se"]) == (direct.estimate, direct.se)


@pytest.mark.parametrize("level", ["90", "0.9"])
def test_a_level_is_taken_in_per_cent_or_as_a_share(level, file, answer):
    printed = answer("pool", file(YI_SEI), "--level", level)
    assert printed["level"] == 0.9


@pytest.mark.parametrize("level", ["0", "1", "100", "wide", "nan"])
def test_another_level_is_refused(level, file):
    with pytest.raises(SystemExit) as exit_:
        candour("pool", file(YI_SEI), "--level", level)
    assert exit_.value.code == 2


def test_the_common_effect_is_tested_by_wald_unless_told_otherwise(file, answer):
    assert answer("pool", file(YI_SEI), "--method", "EE")["test"] == "z"
    assert answer("pool", file(YI_SEI), "--method", "EE", "--test", "t")["test"] == "t"


def test_group_sizes_do_in_place_of_non_events(file, answer):
    short = file("ai,n1i,ci,n2i\n4,123,11,139\n6,306,29,303\n")
    (one, two) = two_by_two("RR", [4, 6], [119, 300], [11, 29], [128, 274])
    assert answer("pool", short, "--measure", "RR")["estimate"] == pytest.approx(
        synthesise([one.yi, two.yi], [one.vi, two.vi]).estimate, rel=1e-14
    )


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("SMD", "m1i,sd1i,n1i,m2i,sd2i,n2i\n5,2,30,4,2,30\n6,3,40,4,2,50\n"),
        ("MD", "m1i,sd1i,n1i,m2i,sd2i,n2i\n5,2,30,4,2,30\n6,3,40,4,2,50\n"),
        ("IRR", "x1i,t1i,x2i,t2i\n5,100,9,100\n6,90,11,120\n"),
        ("OR", "yi,vi\n-0.3,0.1\n-0.2,0.1\n"),
    ],
)
def test_every_measure_is_computed_from_its_columns(measure, text, file, answer):
    assert answer("pool", file(text), "--measure", measure)["measure"] == measure
    assert answer("anytime", file(text), "--measure", measure)["k"] == 2


@pytest.mark.parametrize("blank", ["", "NA", "na", "null", " NaN "])
def test_rows_with_a_missing_value_are_left_out_and_counted(blank, file, answer):
    printed = answer("pool", file(f"{YI_SEI}d,0.5,{blank}\n"))
    assert (printed["k"], printed["left_out"]) == (3, 1)


def test_missing_values_in_other_columns_do_not_matter(file, answer):
    rows = [{"yi": 1, "vi": 1, "note": None}, {"yi": 2, "vi": 1}, {"yi": None, "vi": 1}]
    printed = answer("pool", file(json.dumps(rows), "rows.json"))
    assert (printed["k"], printed["left_out"]) == (2, 1)


def test_a_column_splits_the_table_into_groups_in_their_order(file, answer):
    printed = answer("pool", file(TABLE), "--measure", "OR", "--by", "setting")
    assert [result["by"] for result in printed["results"]] == ["x", "y"]
    effects = two_by_two("OR", [4, 6], [119, 300], [11, 29], [128, 274])
    direct = synthesise([e.yi for e in effects], [e.vi for e in effects])
    assert printed["results"][0]["estimate"] == direct.estimate


def test_standard_input_is_read_for_a_dash(monkeypatch, answer):
    stdin = io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + YI_SEI.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert answer("pool", "-")["k"] == 3


def test_people_get_an_aligned_table_and_a_sentence(file, capsys):
    assert candour("pool", file(f"{TABLE}1,,2,3,y\n"), "--measure", "OR", "--by", "setting") == 0
    heading, first, second, _, *sentences = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["by", "k", "estimate"]
    assert len({len(line) for line in (heading, first, second)}) == 1
    assert sentences[0].startswith("x: 2 studies: pooled OR as a ratio 0.247, 95 % interval")
    assert sentences[1].endswith("Rows left out: 1.")


def test_anytime_prints_evidence_bounds_and_finding(file, answer):
    printed = answer("anytime", file(YI_SEI))
    state = monitor(live([0.21, 0.35, 0.08], [0.10, 0.15, 0.07]))
    assert printed["ln_e_plus"] == pytest.approx(state.ln_e_plus, abs=1e-14)
    assert printed["ln_e_minus"] == pytest.approx(state.ln_e_minus, abs=1e-14)
    assert printed["ln_e_plural"] == pytest.approx(state.plural.ln_e_plus, abs=1e-13)
    assert printed["lower_plural"] == pytest.approx(state.plural.lower, abs=1e-13)
    assert printed["upper_plural"] == pytest.approx(state.plural.upper, abs=1e-13)
    assert (printed["lower"], printed["upper"]) == (None, None)
    assert printed["finding"] == state.finding == "insufficient"
    assert (printed["sesoi"], printed["sesoi_is_default"]) == (0.2, True)


def test_the_smallest_worthwhile_effect_can_be_given(file, answer):
    null = file("yi,sei\n0,0.05\n")
    assert answer("anytime", null, "--sesoi", "0.5")["finding"] == "no effect where tried"
    assert answer("anytime", null, "--sesoi", "0.05")["finding"] == "insufficient"


def test_other_measures_are_turned_and_standardised(file, answer):
    printed = answer("anytime", file(TABLE), "--measure", "OR", "--direction", "-1")
    effects = two_by_two(
        "OR", [4, 6, 3, 62], [119, 300, 228, 13536], [11, 29, 11, 248], [128, 274, 209, 12619]
    )
    scale = math.pi / math.sqrt(3)
    state = monitor(
        live([-e.yi / scale for e in effects], [math.sqrt(e.vi) / scale for e in effects])
    )
    assert printed["ln_e_plus"] == pytest.approx(state.ln_e_plus)
    assert printed["finding"] == "promising"


def test_a_difference_in_means_takes_each_rows_control_deviation_or_the_one_given(file, answer):
    table = file("m1i,sd1i,n1i,m2i,sd2i,n2i\n5,2,30,4,2,30\n6,3,40,4,2,50\n")
    own = answer("anytime", table, "--measure", "MD")
    two = answer("anytime", table, "--measure", "MD", "--standardiser", "2")
    ten = answer("anytime", table, "--measure", "MD", "--standardiser", "10")
    assert own == two
    assert ten["estimate"] == pytest.approx(two["estimate"] / 5)


def test_a_difference_in_proportions_needs_its_baseline_risk(file, answer, refusal):
    line = refusal("anytime", file(TABLE), "--measure", "RD")
    assert "--baseline-risk" in line
    assert answer("anytime", file(TABLE), "--measure", "RD", "--baseline-risk", "0.1")["k"] == 4


def test_anytime_tells_people_when_one_look_is_not_enough(file, capsys):
    assert candour("anytime", file("yi,sei\n0.3,0.05\n0.3,0.05\n0.3,0.05\n0.3,0.05\n")) == 0
    assert "not yet under continuous monitoring (evidence" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yi,sei\n0.1,0.1\nNA,0.1\n0.3,-0.1\n", ["sei", "row 3", "above 0"]),
        ("yi,sei\n0.1,0.1\n0.2,wide\n", ["sei", "row 2", "'wide'", "a number"]),
        ("yi,sei\n0.1,1_0\n", ["sei", "row 1"]),
        ("yi,vi\n0.1,inf\n", ["vi", "row 1", "finite"]),
        ("yi,note\n0.1,x\n", ["yi vi", "yi sei", "note"]),
        ("ai,bi,ci,di\n1,2,3,4\n", ["--measure", "OR"]),
        ("yi,sei\n1,2,3\n", ["row 1", "3 cells"]),
        ("yi,yi\n1,2\n", ["twice"]),
        ('yi,sei\n"1,2\n', ["not valid CSV"]),
        ("yi,vi\n", ["at least one row"]),
        ("", ["at least one row"]),
        ("yi,vi\nNA,1\n", ["nothing to pool"]),
        ("[1, 2]", ["row 1", "object"]),
        ('{"studies": []}', ["rows"]),
        ('[{"yi": 1,', ["not valid JSON"]),
        ('[{"yi": true, "vi": 1}]', ["yi", "row 1", "True"]),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_line(text, words, file, refusal):
    line = refusal("pool", file(text))
    assert line.startswith("candour pool: ")
    assert all(word in line for word in words), line


def test_a_group_smaller_than_its_events_is_refused_by_the_name_in_the_file(file, refusal):
    line = refusal("pool", file("ai,n1i,ci,n2i\n1,9,1,9\n5,3,1,9\n"), "--measure", "OR")
    assert "n1i, row 2" in line


def test_a_group_too_small_to_be_monitored_does_not_stop_the_others(file, answer):
    table = "place,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,1,1,9,0,1,9\nB,1,1,1,0,1,9\n,1,1,9,0,1,9\n"
    flags = ("--measure", "SMD", "--by", "place")
    found = answer("anytime", file(table), *flags, code=1)
    assert [one["by"] for one in found["results"]] == ["A", "B"]
    assert [one["status"] for one in found["results"]] == ["ok", "too_little_data"]
    assert "n1i, row 2" in found["results"][1]["refusal"]
    assert found["left_out"] == 1


def test_a_file_that_cannot_be_read_is_refused(tmp_path, refusal):
    assert "nowhere.csv" in refusal("pool", tmp_path / "nowhere.csv")
    (tmp_path / "latin.csv").write_bytes(b"yi,vi\n\xe9,1\n")
    assert "UTF-8" in refusal("anytime", tmp_path / "latin.csv")


def test_a_grouping_column_that_is_not_there_is_refused(file, refusal):
    assert "place" in refusal("pool", file(YI_SEI), "--by", "place")


def test_a_ratio_beyond_the_largest_double_still_prints(file, capsys):
    assert candour("pool", file("yi,vi\n800,1\n"), "--measure", "OR") == 0
    assert "inf" in capsys.readouterr().out


@pytest.mark.parametrize("mark", [";", "\t"])
def test_cells_may_be_parted_as_spreadsheets_abroad_part_them(mark, file, answer):
    there, here = file(YI_SEI.replace(",", mark), "there.csv"), file(YI_SEI)
    assert answer("pool", there) == answer("pool", here)

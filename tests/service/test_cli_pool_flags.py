"""Flags of `candour pool`: each takes effect, or is refused where it would say nothing."""

import json
from pathlib import Path

import pytest

from scoring.synthesis.nested.multilevel import multilevel
from service.cli.main import main

pytest_plugins = ["tests.service.pool_command"]

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
BCG = json.loads((REFERENCE / "bcg.json").read_text())["rows"]
SCHOOLS = json.loads((REFERENCE / "konstantopoulos2011.json").read_text())["rows"]
REPORTS = "study,estimate,ci_low,ci_high\na,0.60,0.42,0.86\nb,0.57,0.40,0.81\nc,1.15,0.85,1.56\n"
GIVEN = "yi,vi,a,b\n0.1,0.02,1,x\n0.3,0.01,2,x\n0.2,0.03,3,y\n0.4,0.03,4,y\n"
TABLES = "ai,bi,ci,di,a\n4,119,11,128,1\n6,300,29,274,2\n3,228,11,209,3\n"
RATES = "x1i,t1i,x2i,t2i\n5,100,9,100\n6,90,11,120\n"
PEOPLE = "xi,ni\n3,10\n4,12\n"


@pytest.mark.parametrize("level", ["80", "90", "99"])
def test_the_level_of_the_answer_does_not_change_how_reported_intervals_are_read(
    level, file, answer
):
    path = file(REPORTS)
    plain = answer(path, "--measure", "RR")
    other = answer(path, "--measure", "RR", "--level", level)
    for figure in ("estimate", "se", "tau2", "q", "i2"):
        assert other[figure] == plain[figure], figure
    assert other["ci_low"] != plain["ci_low"]


def test_the_level_of_reported_intervals_has_a_flag_of_its_own(file, answer):
    path = file(REPORTS)
    by_default, narrower = (
        answer(path, "--measure", "RR", *flags) for flags in ((), ("--ci-level", "90"))
    )
    ratio = (1.959963984540054 / 1.6448536269514722) ** 2
    for one, other in zip(by_default["effects"], narrower["effects"], strict=True):
        assert other["vi"] == pytest.approx(one["vi"] * ratio, rel=1e-12)
    assert narrower["level"] == 0.95


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (GIVEN, "--mods a --subgroup b"),
        (GIVEN, "--unit b --subgroup b"),
        (GIVEN, "--prediction t_k2 --mods a"),
        (GIVEN, "--prediction t_k2 --subgroup b"),
        (GIVEN, "--prediction t_k1 --unit b"),
        (GIVEN, "--prediction t_k1 --method EE"),
        (GIVEN, "--test knha --unit b"),
        (GIVEN, "--method DL --unit b"),
        (GIVEN, "--method EE --unit b"),
        (GIVEN, "--rho 0.5"),
        (GIVEN, "--effect a"),
        (GIVEN, "--reference b=x"),
        (GIVEN, "--mods a --reference b=x"),
        (GIVEN, "--plots forest"),
        (GIVEN, "--icc 0.05"),
        (GIVEN, "--cluster-size 12"),
        (GIVEN, "--standardiser 3"),
        (GIVEN, "--plot x.svg --mods a"),
        (TABLES, "--measure OR --method MH --test t"),
        (TABLES, "--measure OR --method MH --add 1"),
        (TABLES, "--measure OR --method PETO --to all"),
        (TABLES, "--measure RD --method MH --vtype UB"),
        (TABLES, "--measure OR --method PETO --convert SMD"),
        (TABLES, "--measure OR --method MH --direction lower-is-better"),
        (TABLES, "--measure OR --method MH --icc 0.1 --cluster-size 5"),
        (TABLES, "--measure OR --add 1 --to none"),
    ],
)
def test_a_flag_that_would_say_nothing_is_refused_and_named(text, flags, file, refusal):
    line = refusal(file(text), *flags.split())
    named = [word for word in flags.split() if word.startswith("--") and word != "--measure"]
    assert sum(flag in line for flag in named) >= min(2, len(named)), line
    assert "(accepted: " in line


@pytest.mark.parametrize(
    ("text", "measure", "flags"),
    [
        (GIVEN, "GEN", "--add 1"),
        (GIVEN, "OR", "--to all"),
        (GIVEN, "GEN", "--drop00"),
        (GIVEN, "GEN", "--vtype UB"),
        (GIVEN, "GEN", "--vtype nonsense"),
        (GIVEN, "GEN", "--ci-level 90"),
        (REPORTS, "RR", "--vtype UB"),
        (REPORTS, "RR", "--add 1"),
        (RATES, "IRR", "--vtype UB"),
        (PEOPLE, "PR", "--drop00"),
        (TABLES, "OR", "--vtype UB"),
        (TABLES, "OR", "--ci-level 90"),
    ],
)
def test_a_flag_of_other_columns_is_refused_and_named(text, measure, flags, file, refusal):
    line = refusal(file(text), "--measure", measure, *flags.split())
    assert flags.split()[0].removeprefix("--") in line
    assert measure in line


@pytest.mark.parametrize(
    ("text", "measure", "flags"),
    [
        (TABLES, "OR", "--add 1 --to all"),
        (TABLES, "RD", "--vtype UB"),
        (PEOPLE, "PLO", "--add 1 --to all"),
        (RATES, "IRR", "--add 1 --to all"),
    ],
)
def test_the_same_flags_take_effect_where_they_speak_of_the_columns(
    text, measure, flags, file, answer
):
    path = file(text)
    with_it = answer(path, "--measure", measure, *flags.split())
    assert with_it["se"] != answer(path, "--measure", measure)["se"]


def test_a_moderator_has_one_reference(file, refusal):
    flags = ("--reference", "alloc=random", "--reference", "alloc=systematic")
    line = refusal(file(BCG), "--measure", "RR", "--mods", "alloc", *flags)
    assert "--reference alloc: given twice" in line


def test_the_test_of_several_effects_a_unit_is_the_one_that_is_asked_for(file, answer):
    found = answer(file(SCHOOLS), "--unit", "district", "--test", "t")
    yi, vi, district = ([row[name] for row in SCHOOLS] for name in ("yi", "vi", "district"))
    expected = multilevel(yi, vi, district, test="t").model
    assert (found["test"], found["model"]["df"]) == ("t", expected.df)
    assert found["model"]["coefficients"][0]["p_value"] == expected.coefficients[0].p_value


def test_an_effect_of_a_unit_may_be_there_once(file, answer, refusal):
    schools = [{**row, "school": number} for number, row in enumerate(SCHOOLS, start=1)]
    flags = ("--unit", "district", "--effect", "school")
    assert answer(file(schools), *flags)["k"] == 56
    assert "school, rows 1 and 57: " in refusal(file([*schools, schools[0]]), *flags)


def test_rows_that_bear_the_same_label_are_told_of(file, answer, capsys):
    text = "study,yi,vi\nAston,0.1,0.02\nBrent,0.2,0.02\nAston,0.3,0.02\n"
    path = file(text)
    (note,) = answer(path)["notes"]
    assert "called Aston" in note
    main(["pool", str(path)])
    assert f"Note: {note}" in capsys.readouterr().out
    assert answer(file(text.replace("Aston,0.3", "Calne,0.3")))["notes"] == []


@pytest.mark.parametrize("flag", ["--mods", "--subgroup", "--unit"])
def test_a_blank_cell_in_a_column_that_a_flag_names_leaves_its_row_out(flag, file, answer, capsys):
    rows = [{**row, "alloc": None if n in (2, 5) else row["alloc"]} for n, row in enumerate(BCG, 1)]
    path = file(rows)
    found = answer(path, "--measure", "RR", flag, "alloc")
    without = [row for row in rows if row["alloc"] is not None]
    alone = answer(file(without), "--measure", "RR", flag, "alloc")
    assert (found["left_out"], alone["left_out"]) == (2, 0)
    for part in ("coefficients", "subgroups", "robust"):
        assert found.get(part) == alone.get(part)
    assert f"Rows 2, 5 were left out, blank in the column that {flag} names." in found["notes"]
    assert [effect["row"] for effect in found["effects"]] == [1, 3, 4, *range(6, 14)]
    main(["pool", str(file(rows)), "--measure", "RR", flag, "alloc"])
    printed = capsys.readouterr().out
    assert "Rows left out: 2." in printed
    assert f"Note: Rows 2, 5 were left out, blank in the column that {flag} names." in printed


@pytest.mark.parametrize(
    "flags",
    ["--mods ablat", "--subgroup alloc", "--unit alloc", "--method MH", "--method PETO"],
)
def test_what_full_cannot_do_for_a_model_it_says(flags, file, answer):
    measure = "OR" if "PETO" in flags else "RR"
    found = answer(file(BCG), "--measure", measure, "--full", *flags.split())["diagnostics"]
    not_done = found.pop("not_done")
    assert set(found) == set(not_done)
    assert set(found.values()) == {None}
    assert all(flags.split()[0] in reason for reason in not_done.values())


def test_the_funnel_of_the_diagnostics_has_the_studies_that_trim_and_fill_adds(file, answer):
    found = answer(file(BCG), "--measure", "RR", "--full")["diagnostics"]
    filled = [point for point in found["funnel"]["points"] if point["filled"]]
    assert [point["yi"] for point in filled] == found["trim_and_fill"]["filled_yi"] != []


def test_with_too_few_studies_nothing_is_filled_in(file, answer, tmp_path):
    few, drawn = BCG[:9], tmp_path / "few.svg"
    flags = ("--measure", "RR", "--full", "--plot", drawn, "--plots", "funnel")
    found = answer(file(few), *flags)["diagnostics"]
    assert found["trim_and_fill"]["k0"] > 0
    assert not any(point["filled"] for point in found["funnel"]["points"])
    assert "trim and fill" not in drawn.read_text(encoding="utf-8")
    answer(file(BCG), "--measure", "RR", "--plot", drawn, "--plots", "funnel")
    assert "filled in by trim and fill" in drawn.read_text(encoding="utf-8")


def test_studies_that_agree_exactly_are_told_where_their_interval_comes_from(file, answer):
    path = file("yi,vi\n0.2,0.04\n0.2,0.09\n0.2,0.01\n")
    truncated, whole = (answer(path, "--test", test) for test in ("adhoc", "knha"))
    assert "truncation" in truncated["notes"][0]
    assert whole["ci_low"] == whole["ci_high"]
    assert "is a point" in whole["notes"][0]
    assert answer(path, "--test", "z")["notes"] == []


def test_charts_by_subgroup_have_the_groups_and_plain_words(file, answer, tmp_path):
    drawn = tmp_path / "groups.svg"
    flags = ("--measure", "RR", "--subgroup", "alloc", "--plot", drawn, "--plots", "forest")
    answer(file(BCG), *flags)
    text = drawn.read_text(encoding="utf-8")
    for words in ("alternate", "random: together", "systematic: together", "Random effects (REML)"):
        assert words in text
    assert "adhoc" not in text


def test_a_group_that_cannot_be_read_does_not_stop_the_others(file, answer):
    rows = [{"g": "a", "yi": 1, "vi": -1}, {"g": "b", "yi": None, "vi": 1}]
    found = answer(file(rows), "--by", "g", code=1)["results"]
    assert [one["status"] for one in found] == ["invalid_input", "too_little_data"]
    more = [*rows, {"g": "c", "yi": 1, "vi": 1, "m": "x"}]
    found = answer(file(more), "--by", "g", "--mods", "m", code=1)["results"]
    assert [one["status"] for one in found[:2]] == ["too_little_data"] * 2


def test_a_group_refused_in_the_call_of_all_names_the_row_of_the_file(file, answer):
    rows = [
        {"g": "a", "yi": None, "vi": 1},
        {"g": "a", "yi": 1, "vi": 1},
        {"g": "b", "yi": 1, "vi": 1},
        {"g": "b", "yi": 2e60, "vi": 1e-3},
    ]
    _, far = answer(file(rows), "--by", "g", code=1)["results"]
    assert "yi, row 4" in far["refusal"]


def test_a_summary_ends_with_one_full_stop(file, answer):
    rows = [{"u": n % 2, "yi": n / 10, "vi": 0.1} for n in range(6)]
    assert not answer(file(rows), "--unit", "u")["summary"].endswith("..")


@pytest.mark.parametrize("flag", ["--level", "--ci-level"])
@pytest.mark.parametrize("level", ["1.5", "0.05", "5", "50", "0.5", "100", "1"])
def test_a_level_is_above_fifty_and_below_a_hundred_per_cent(flag, level, file, capsys):
    with pytest.raises(SystemExit):
        main(["pool", str(file(GIVEN)), flag, level])
    assert "above 50 and below 100 per cent" in capsys.readouterr().err


def test_help_says_what_is_missing_and_what_the_levels_are(capsys):
    with pytest.raises(SystemExit):
        main(["pool", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    for words in ("NaN", "--ci-level", "--icc", "--convert", "--direction", "--effect"):
        assert words in told

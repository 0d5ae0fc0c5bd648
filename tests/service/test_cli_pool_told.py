"""What `candour pool` tells is true of the file: its rows, its names, its scales, its words."""

import json
from pathlib import Path

import pytest

from service.cli.main import main
from tests.service.test_sheets import workbook

pytest_plugins = ["tests.service.pool_command"]

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
BCG = json.loads((REFERENCE / "bcg.json").read_text())["rows"]
RANKS = "yi,vi\n1,1\n2,1e-20\n3,2\n1.5,0.8\n"
GIVEN = "yi,vi,a,b\n0.1,0.02,1,x\n0.3,0.01,2,x\n0.2,0.03,3,y\n0.4,0.03,4,y\n"
PEOPLE = "study,xi,ni\n" + "".join(f"s{n},{3 + n},{20 + 3 * n * n}\n" for n in range(12))
# Rows 1 and 4 lack a count: eleven studies of thirteen rows are pooled.
GAPS = [row if n not in (1, 4) else {**row, "ai": None} for n, row in enumerate(BCG, 1)]
TWO_MAXIMA = REFERENCE / "edge-local-maxima-missed-a.json"


def test_the_rank_test_keeps_its_digits_beside_a_study_of_boundless_precision(file, answer):
    assert answer(file(RANKS), "--full")["diagnostics"]["rank_test"]["tau"] == 0


def test_diagnostics_name_the_rows_and_columns_of_the_file(file, answer):
    found = answer(file(GAPS), "--measure", "RR", "--full")["diagnostics"]
    kept = [2, 3, *range(5, 14)]
    own = [point["row"] for point in found["funnel"]["points"] if not point["filled"]]
    put_in = [point["row"] for point in found["funnel"]["points"] if point["filled"]]
    assert own == kept
    assert put_in == found["trim_and_fill"]["mirrored"] != []
    assert set(put_in) <= set(kept)
    for name in ("leave_one_out", "cumulative", "influence"):
        assert [one["row"] for one in found[name]] == kept
    same = file("yi,sei\n0.1,0.2\n,\n0.3,0.2\n0.2,0.2\n")
    assert "rank_test" in answer(same, "--full")["diagnostics"]["not_done"]
    far = file("yi,sei\n0.1,0.2\n,\n0.3,0.2\n0.2,0.2\n1e9,0.2\n")
    assert answer(far, "--full")["diagnostics"]["not_done"]["selection"].startswith("yi, row 5")


@pytest.mark.parametrize("text", ["g,yi,vi\na,0.1,0.1\n,0.2,0.1\nNA,0.3,0.1\nb,0.2,0.1\n"])
def test_rows_of_no_group_are_left_out_and_told(text, file, answer, told):
    found = answer(file(text), "--by", "g")
    assert [one["by"] for one in found["results"]] == ["a", "b"]
    assert found["left_out"] == 2
    words = "Rows 2, 3 were left out, blank in the column that --by names."
    assert found["notes"] == [words]
    assert words in told(file(text), "--by", "g")


SAME = [{"g": g, "yi": 0.1 * n, "vi": 0.1} for n, g in enumerate((1, 1.0, "1", 2, "2 "))]
WRITTEN = "g,yi,vi\n1,0.1,0.1\n1.0,0.2,0.1\n01,0.3,0.1\n1,0.4,0.1\n"


@pytest.mark.parametrize(
    ("content", "groups"),
    [
        (WRITTEN, ["1", "1.0", "01"]),
        (SAME, ["1", "2"]),
        (workbook([["g", "yi", "vi"], *([one["g"], one["yi"], 0.1] for one in SAME)]), ["1", "2"]),
    ],
)
def test_groups_are_told_apart_alike_by_every_flag(content, groups, tmp_path, file, answer):
    path = tmp_path / "book.xlsx"
    path = path if isinstance(content, bytes) else file(content)
    if isinstance(content, bytes):
        path.write_bytes(content)
    by = answer(path, "--by", "g")["results"]
    subgroups = answer(path, "--subgroup", "g")["subgroups"]
    units = answer(path, "--unit", "g")
    assert [one["by"] for one in by] == groups
    assert [one["name"] for one in subgroups] == sorted(groups)
    assert units["units"] == groups
    assert [one["k"] for one in by] == units["sizes"]


def test_names_that_could_be_taken_for_one_are_told(file, answer):
    words = "In the column g, '1' and '1.0' and '01' were told apart as written."
    assert words in answer(file(WRITTEN), "--subgroup", "g")["notes"]
    assert words in answer(file(WRITTEN), "--by", "g")["notes"]


@pytest.mark.parametrize("measure", ["PR", "PLO", "PAS", "PFT"])
def test_what_compares_nobody_is_not_told_against_no_effect(measure, file, run, answer, tmp_path):
    drawn = tmp_path / "all.svg"
    kinds = "forest,funnel,radial,leave-one-out,cumulative"
    flags = ("--measure", measure, "--full", "--explain", "--plot", drawn, "--plots", kinds)
    found = answer(file(PEOPLE), *flags)
    text = found["explanation"] + drawn.read_text(encoding="utf-8")
    for words in ("no effect", "hangs on", "not significant", 'class="c-zero"', "p above 0.10"):
        assert words not in text, words
    for words in ("finding", "against 0", 'class="c-shade-0"'):
        assert words not in text, words
    diagnostics = found["diagnostics"]
    assert (diagnostics["funnel"]["contours"], diagnostics["funnel"]["null"]) == ([], None)
    assert "compares nobody" in diagnostics["not_done"]["selection"]
    answer(file("ri,ni\n0.5,20\n0.3,30\n"), "--measure", "ZCOR", "--plot", drawn)
    assert "Together, 2 studies put the Fisher's z above 0" not in drawn.read_text()
    assert 'class="c-zero"' in drawn.read_text(encoding="utf-8")


def test_a_common_effect_explains_a_share_of_q_and_no_tau2(file, told):
    flags = ("--measure", "RR", "--mods", "ablat", "--test", "z")
    assert "% of the variation between studies (Q)" in told(file(BCG), *flags, "--method", "EE")
    assert "% of tau2" in told(file(BCG), *flags)


def test_several_maxima_are_told_with_how_near_they_are(file, answer):
    part = json.loads(TWO_MAXIMA.read_text())["analyses"][0]
    rows = [{"yi": y, "vi": v} for y, v in zip(part["yi"], part["vi"], strict=True)]
    found = answer(file(rows), "--explain")
    assert len(found["tau2_maxima"]) == 2
    (note,) = (one for one in found["notes"] if "maxima" in one)
    for tau2 in found["tau2_maxima"]:
        assert f"{tau2:.3g}" in note
    assert "times as likely" in note
    assert note in found["explanation"]


def test_little_heterogeneity_is_not_told_beside_a_q_that_says_otherwise(file, answer):
    rows = [{"yi": 1.12 * (-1) ** n, "vi": 1.0} for n in range(200)]
    found = answer(file(rows), "--explain")
    assert (found["i2"] < 25, found["q_p"] < 0.01) == (True, True)
    assert "differ little" not in found["explanation"]
    assert "By Q studies differ beyond chance" in found["explanation"]


def test_a_plot_takes_the_place_of_no_table_and_no_other_file(file, refusal, tmp_path):
    path = file(GIVEN)
    assert "does not end in .svg" in refusal(path, "--plot", tmp_path / "chart.png")
    assert "does not end in .svg" in refusal(path, "--plot", path)
    named = file(GIVEN, "table.svg")
    assert "the table itself" in refusal(named, "--plot", named)
    other = file("not a drawing <svg", "other.svg")
    assert "is no SVG" in refusal(path, "--plot", other)
    assert other.read_text() == "not a drawing <svg"
    fresh = tmp_path / "fresh.svg"
    assert main(["pool", str(path), "--plot", str(fresh)]) == 0
    assert main(["pool", str(path), "--plot", str(fresh)]) == 0


@pytest.mark.parametrize(
    ("text", "measure", "words"),
    [
        ("yi,sei\n0.1,0.2\n", "OR", "yi was read on the scale of the analysis: log odds ratio"),
        ("yi,vi\n0.1,0.2\n", "PLO", "yi was read on the scale of the analysis: log odds."),
        ("estimate,sei\n0.3,0.2\n", "ZCOR", "were read as correlations r; sei, where it was used"),
        ("estimate,sei\n0.3,0.2\n", "PLO", "were read as proportions; sei"),
        ("estimate,sei\n1.3,0.2\n", "RR", "were read as ratios; sei"),
    ],
)
def test_the_scale_on_which_figures_were_read_is_told(text, measure, words, file, answer):
    assert any(words in note for note in answer(file(text), "--measure", measure)["notes"])


def test_figures_of_one_scale_alone_need_no_word_on_it(file, answer):
    assert answer(file("yi,vi\n0.1,0.2\n0.3,0.1\n"), "--measure", "SMD")["notes"] == []


def test_charts_draw_what_the_document_tells(file, answer, tmp_path):
    drawn = tmp_path / "all.svg"
    flags = ("--measure", "RR", "--subgroup", "alloc", "--plot", drawn, "--plots", "forest,funnel")
    overall = answer(file(BCG), *flags)["overall"]
    plain = answer(file(BCG), "--measure", "RR", "--plot", drawn, "--plots", "forest,funnel")
    assert overall["estimate"] == plain["estimate"]
    assert overall["diagnostics"] == plain["diagnostics"]
    assert plain["diagnostics"]["funnel"]["centre"] == plain["estimate"]
    assert set(plain["diagnostics"]) == {"egger", "trim_and_fill", "funnel", "not_done"}


def test_nothing_is_predicted_from_one_study(file, answer, told, tmp_path):
    drawn = tmp_path / "one.svg"
    path = file("g,yi,vi\na,0.1,0.2\n")
    found = answer(path, "--plot", drawn, "--plots", "forest")
    assert (found["pi_low"], found["pi_high"]) == (None, None)
    (one,) = answer(path, "--by", "g")["results"]
    assert one["pi_low"] is None
    assert "Where one more would fall" not in drawn.read_text(encoding="utf-8")
    assert told(path).split(" 1 study:")[0].endswith("- -")


def test_full_prints_every_diagnostic_in_words(file, told):
    words = told(file(BCG), "--measure", "RR", "--full")
    for part in (
        "interval by Q-profile:",
        "interval by profile likelihood:",
        "Without each study:",
        "Up to each study:",
        "Influence:",
        "Egger's test: slope",
        "Rank test: Kendall's tau",
        "Trim and fill:",
        "Selection model",
        "Funnel:",
    ):
        assert part in words, part
    assert "Not done: egger: yi: there are 2 studies" in told(file("yi,vi\n1,1\n2,1\n"), "--full")


def without_rows(value):
    """The same without the numbers of rows, which depend on the file."""
    if isinstance(value, list):
        return [without_rows(one) for one in value]
    if isinstance(value, dict):
        return {k: without_rows(one) for k, one in value.items() if k not in ("row", "mirrored")}
    return value


def near(one, other):
    match one:
        case float():
            return one == pytest.approx(other, rel=1e-9, abs=1e-12)
        case list():
            return all(near(*pair) for pair in zip(one, other, strict=True))
        case dict():
            return one.keys() == other.keys() and all(near(one[k], other[k]) for k in one)
        case _:
            return one == other


def rows_in(value):
    """Every number of a row that is told, in order."""
    match value:
        case list():
            return [row for one in value for row in rows_in(one)]
        case dict():
            own = [value["row"]] if "row" in value else [*value.get("mirrored", ())]
            return own + [row for one in value.values() for row in rows_in(one)]
        case _:
            return []


def test_diagnostics_of_a_group_among_many_are_as_if_it_were_alone(file, answer):
    rows = [{**row, "g": "one"} for row in BCG]
    rows += [{**row, "g": "two"} for row in BCG[3:9]] + [{**BCG[0], "g": "three"}]
    flags = ("--measure", "RR", "--full")
    for one in answer(file(rows), "--by", "g", *flags)["results"]:
        own = [row for row in rows if row["g"] == one["by"]]
        first = rows.index(own[0])
        alone = answer(file(own), *flags)
        for name, value in alone["diagnostics"].items():
            found = one["diagnostics"][name]
            assert rows_in(found) == [row + first for row in rows_in(value)]
            assert near(without_rows(found), without_rows(value)), name
        assert one["diagnostics"]["not_done"] == alone["diagnostics"]["not_done"]


def test_rows_left_out_of_a_group_that_is_refused_are_counted(file, answer):
    rows = "g,yi,vi\na,0.1,-1\na,,0.1\nb,NA,0.1\nb,,0.2\nc,0.1,0.1\n"
    found = answer(file(rows), "--by", "g", code=1)["results"]
    assert [one["left_out"] for one in found] == [1, 2, 0]


def test_long_work_tells_how_far_it_has_come(file, run, monkeypatch):
    monkeypatch.setattr("service.cli.progress.PATIENCE", 0.0)
    text = "g,yi,vi\na,0.1,0.1\nb,0.2,0.1\n"
    code, out, err = run(file(text), "--by", "g", "--json")
    assert code == 0
    assert "1 of 2 groups read" in err
    assert json.loads(out)["results"][1]["by"] == "b"


def test_the_paragraph_of_a_group_bears_its_name(file, told):
    text = "g,yi,vi\na,0.1,0.1\nb,0.2,0.1\nb,0.3,0.1\n"
    words = told(file(text), "--by", "g", "--explain")
    assert "a: There is one study" in words
    assert "b: 2 studies were pooled" in words

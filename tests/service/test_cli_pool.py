"""`candour pool` beyond the plain pooled effect: models, groups, diagnostics, charts, words."""

import json
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from scoring.synthesis.nested.multilevel import multilevel
from service.cli.main import main

pytest_plugins = ["tests.service.pool_command"]

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
HOMES = """study,setting,estimate,ci_low,ci_high
emergency admissions,residential,0.60,0.42,0.86
emergency admissions again,residential,0.57,0.40,0.81
emergency admissions,nursing,1.15,0.85,1.56
emergency admissions again,nursing,1.04,0.78,1.38
"""
BCG = json.loads((REFERENCE / "bcg.json").read_text())


def analysis(name, measure):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    return document, next(a for a in document["analyses"] if a["measure"] == measure)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_counts_are_pooled_by_mantel_and_haenszel(measure, file, answer):
    document, oracle = analysis("bcg", measure)
    pooled = answer(file(document["rows"]), "--measure", measure, "--method", "MH")
    expected = oracle["mantel_haenszel"]
    assert pooled["estimate"] == pytest.approx(expected["b"], rel=1e-10)
    assert pooled["se"] == pytest.approx(expected["se"], rel=1e-10)


def test_rare_events_are_pooled_by_peto(file, answer):
    document, oracle = analysis("bcg", "OR")
    pooled = answer(file(document["rows"]), "--measure", "OR", "--method", "PETO")
    assert pooled["estimate"] == pytest.approx(oracle["peto"]["b"], rel=1e-10)


@pytest.mark.parametrize("method", ["MH", "PETO"])
def test_counts_cannot_be_pooled_where_there_are_none(method, file, refusal):
    path = file([{"yi": 0.1, "vi": 0.02}, {"yi": 0.3, "vi": 0.01}])
    assert "accepted: OR" in refusal(path, "--method", method)


def test_moderators_in_words_and_numbers_give_metafors_regression(file, answer):
    document, oracle = analysis("bcg", "RR")
    expected = next(r for r in oracle["meta_regression"] if "alloc" in r["formula"])
    fit = next(f for f in expected["fits"] if (f["method"], f["test"]) == ("REML", "knha"))
    mods = expected["formula"].removeprefix("~").replace(" ", "").replace("+", ",")
    mods = mods.replace("factor(", "").replace(")", "")
    path = file(document["rows"])
    found = answer(path, "--measure", "RR", "--mods", mods, "--test", "knha")
    told = [c["estimate"] for c in found["coefficients"]]
    assert sorted(told) == pytest.approx(sorted(fit["b"]), rel=1e-6)
    assert found["moderators"]["p_value"] == pytest.approx(fit["QMp"], rel=1e-6)


def test_another_reference_level_can_be_chosen(file, answer):
    path = file(BCG["rows"])
    found = answer(path, "--measure", "RR", "--mods", "alloc", "--reference", "alloc=random")
    assert [c["term"] for c in found["coefficients"]][1:] == [
        "alloc: alternate",
        "alloc: systematic",
    ]


def test_subgroups_are_told_apart(file, answer):
    found = answer(file(HOMES), "--measure", "RR", "--subgroup", "setting", "--method", "EE")
    assert [g["name"] for g in found["subgroups"]] == ["nursing", "residential"]
    assert found["between"]["p_value"] < 0.01


@pytest.mark.parametrize("rho", [None, 0.6])
def test_several_effects_a_unit_get_robust_errors_by_unit(rho, file, answer):
    rows = json.loads((REFERENCE / "konstantopoulos2011.json").read_text())["rows"]
    flags = [] if rho is None else ["--rho", rho]
    found = answer(file(rows), "--unit", "district", *flags)
    yi, vi, district = ([row[name] for row in rows] for name in ("yi", "vi", "district"))
    expected = multilevel(yi, vi, district, rho=rho)
    assert found["rho"] == rho
    assert found["robust"]["coefficients"][0]["se"] == expected.robust.coefficients[0].se
    assert found["variances"]["sigma2"] == list(expected.variances.sigma2)
    assert "56 effects of 11 units" in found["summary"]


def test_several_effects_a_unit_may_have_moderators(file, answer):
    rows = json.loads((REFERENCE / "konstantopoulos2011.json").read_text())["rows"]
    found = answer(file(rows), "--unit", "district", "--mods", "year")
    assert found["terms"] == ["intercept", "year"]


def test_a_bad_group_is_answered_with_its_refusal_and_the_others_are_pooled(file, answer):
    rows = [
        {"g": "a", "yi": 0.1, "vi": 0.02},
        {"g": "b", "yi": 0.2, "vi": -1},
        {"g": "a", "yi": 0.3, "vi": 0.02},
        {"g": "c", "yi": None, "vi": 0.1},
        {"g": "d", "yi": 0.3, "vi": 0.02},
    ]
    results = answer(file(rows), "--by", "g", code=1)["results"]
    assert [(r["by"], r["status"]) for r in results] == [
        ("a", "ok"),
        ("b", "invalid_input"),
        ("c", "too_little_data"),
        ("d", "ok"),
    ]
    assert results[1]["refusal"].startswith("vi, row 2: is -1.0")
    assert results[0]["k"] == 2
    assert "estimate" not in results[1]


def test_every_file_of_the_reference_pooled_in_one_call_is_as_if_it_were_alone(file, answer):
    rows, alone = [], {}
    for path in sorted(REFERENCE.glob("*.json")):
        for part in json.loads(path.read_text())["analyses"]:
            if "pooled" not in part:
                continue
            key = f"{path.stem} {part['measure']}"
            own = [
                {"g": key, "yi": y, "vi": v}
                for y, v in zip(part["yi"], part["vi"], strict=True)
                if y is not None
            ]
            rows += own
            alone[key] = part["pooled"]
    results = answer(file(rows), "--by", "g", "--test", "knha")["results"]
    assert len(results) == len(alone) == 119
    for result in results:
        if result["by"].startswith("edge-local-maxima-missed"):
            continue  # metafor stops at the lower maximum there
        expected = next(
            e for e in alone[result["by"]] if (e["method"], e["test"]) == ("REML", "knha")
        )
        assert result["estimate"] == pytest.approx(expected["b"], abs=1e-8 * (expected["se"] or 1))


def test_every_diagnostic_comes_with_full(file, answer):
    document, oracle = analysis("bcg", "RR")
    found = answer(file(document["rows"]), "--measure", "RR", "--test", "knha", "--full")
    more = found["diagnostics"]
    assert more["tau2_q_profile"]["high"] == pytest.approx(oracle["tau2_ci_qprofile"]["tau2"][1])
    assert more["egger"]["slope"]["p_value"] == pytest.approx(oracle["egger_lm"]["pval"])
    assert more["rank_test"]["tau"] == pytest.approx(oracle["begg_rank"]["kendall_tau"])
    assert len(more["leave_one_out"]) == len(more["influence"]) == len(more["cumulative"]) == 13
    assert more["selection"]["k"] == 13
    assert more["not_done"] == {}


def test_a_diagnostic_that_cannot_be_done_says_why(file, answer):
    more = answer(file("yi,vi\n0.1,0.02\n0.3,0.03\n"), "--full")["diagnostics"]
    assert more["egger"] is None
    assert "3 or more" in more["not_done"]["egger"]


def test_the_paragraph_says_what_an_analyst_would(file, answer):
    words = answer(file(BCG["rows"]), "--measure", "RR", "--explain")["explanation"]
    for part in ("13 studies were pooled", "I2 92 %", "In a further place", "Egger's test"):
        assert part in words


def test_the_paragraph_names_the_study_that_the_answer_hangs_on(file, answer):
    rows = [
        {"study": "Aston", "yi": 0.62, "vi": 0.02},
        {"study": "Brent", "yi": 0.2, "vi": 0.02},
        {"study": "Calne", "yi": 0.17, "vi": 0.02},
    ]
    words = answer(file(rows), "--method", "EE", "--explain")["explanation"]
    assert "hangs on Aston" in words


def test_charts_are_written_as_one_svg(file, answer, tmp_path):
    drawn = tmp_path / "charts.svg"
    path = file(BCG["rows"])
    answer(path, "--measure", "RR", "--plot", drawn, "--label", "study")
    text = drawn.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    for row in BCG["rows"]:
        assert escape(row["study"]) in text


def test_one_kind_of_chart_can_be_chosen(file, answer, tmp_path):
    path = file(BCG["rows"])
    sizes = []
    for kinds in ("funnel", "forest,funnel,radial,leave-one-out,cumulative"):
        drawn = tmp_path / f"{len(kinds)}.svg"
        answer(path, "--measure", "RR", "--plot", drawn, "--plots", kinds)
        sizes.append(len(drawn.read_text(encoding="utf-8")))
    assert sizes[0] < sizes[1]


def test_what_papers_print_is_pooled_as_it_stands(file, answer):
    found = answer(file(HOMES), "--measure", "RR")
    assert found["k"] == 4


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--mods", "a", "--subgroup", "a"], "--subgroup and --mods: two models"),
        (["--unit", "a", "--method", "MH"], "--unit and --method MH: two models"),
        (["--rho", "0.5"], "--rho: needs --unit"),
        (["--mods", "nowhere"], "column nowhere: not in the file"),
        (["--label", "nowhere"], "--label: column nowhere: not in the file"),
        (["--mods", "same"], "same"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(flags, words, file, refusal):
    rows = [{"yi": n / 10, "vi": 0.1, "a": n % 2, "same": 1} for n in range(6)]
    assert words in refusal(file(rows), *flags)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"yi": 1, "vi": 1, "yi": 2}]', "names 'yi' twice"),
        ('[{"yi": Infinity, "vi": 1}]', "Infinity is not a number"),
    ],
)
def test_json_that_says_two_things_or_nothing_is_refused(text, words, file, refusal):
    assert words in refusal(file(text, "table.json"))


def test_a_level_between_one_and_fifty_is_neither_share_nor_per_cent(file, capsys):
    with pytest.raises(SystemExit):
        main(["pool", str(file("yi,vi\n1,1\n")), "--level", "1.5"])
    assert "accepted: 95, or 0.95" in capsys.readouterr().err


def test_people_get_a_table_of_coefficients(file, capsys):
    path = file(BCG["rows"])
    assert main(["pool", str(path), "--measure", "RR", "--mods", "ablat"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["term", "estimate", "se"]
    assert lines[2].split()[0] == "ablat"
    assert "the moderators tell effects apart" in lines[-1]

"""Models and flags of `candour pool`: each can be reached, and is refused by the name it has."""

import json
from pathlib import Path

import pytest

from scoring.synthesis import aggregated, select, subgroup_test

pytest_plugins = ["tests.service.pool_command"]

REFERENCE = Path(__file__).parents[1] / "reference" / "meta"
BCG = json.loads((REFERENCE / "bcg.json").read_text())["rows"]
SCHOOLS = json.loads((REFERENCE / "konstantopoulos2011.json").read_text())["rows"]
GIVEN = "yi,vi,a,b\n0.1,0.02,1,x\n0.3,0.01,2,x\n0.2,0.03,3,y\n0.4,0.03,4,y\n"
CLUSTERS = "yi,vi,i,m,n1i,n2i\n0.1,0.1,{i},{m},20,20\n0.2,0.1,0.1,4,20,20\n"


@pytest.mark.parametrize(
    ("text", "flags", "words"),
    [
        (CLUSTERS.format(i=1.5, m=4), "--measure SMD --icc i --cluster-size m", "i, row 1: "),
        (CLUSTERS.format(i=0.1, m=0.5), "--measure SMD --icc i --cluster-size m", "m, row 1: "),
        (CLUSTERS.format(i=0.1, m=50), "--measure SMD --icc i --cluster-size m", "m, row 1: "),
        (GIVEN, "--measure MD --icc 2 --cluster-size 4", "--icc, row 1: "),
        (GIVEN, "--measure RR --convert OR --baseline-risk a", "a, row 1: "),
        (GIVEN, "--measure ROM --convert SMD", "--convert, row 1: "),
        (GIVEN, "--measure PR --direction lower-is-better", "--direction, row 1: "),
        ("xi,ni\n1,9\n2,9\n", "--measure PLO --vtype nonsense", "--vtype for PLO: "),
        ("xi,ni\n1,9\n2,9\n", "--measure PLO --add -1", "--add: "),
        (GIVEN, "--mods b --reference b=z", "--reference b=z, column b: has no level 'z'"),
        (GIVEN.replace("b\n", "x\n", 1), "--mods x --reference x=z", "--reference x=z, column x: "),
        (GIVEN, "--subgroup c", "--subgroup: column c: not in the file"),
        ("yi,vi,c\n1,1,q\n2,1,q\n", "--subgroup c", "c: has 1 group (accepted"),
        ("yi,vi,c\n1,1,q\n2,1,q\n", "--unit c", "c: has 1 different unit for 1 coefficient ("),
        ("yi,vi,c,d\n1,1,w,1\n2,1,w,1\n3,1,v,1\n", "--unit c --effect d", "'1' of 'w' is there"),
        (GIVEN, "--unit b --rho 1.5", "--rho: is 1.5"),
        (GIVEN, "--measure GEN --convert GEN", "--convert GEN: the file has that already"),
        (GIVEN, "--mods b --contrast q-x", "--contrast 'q-x': names no two levels"),
        (GIVEN, "--contrast x-y", "--contrast: needs --mods"),
        (GIVEN, "--common-tau2", "--common-tau2: needs --subgroup"),
        (GIVEN, "--aggregate b", "--aggregate: needs --rho"),
        (GIVEN, "--steps 0.025", "--steps: needs --full or --explain"),
        (
            "estimate,ci_low,ci_high,ci_level\n1,0,2,95\n1,0,2,5\n",
            "--measure MD",
            "ci_level, row 2",
        ),
        ("yi,vi,n1i,n2i\n1,1,9,9\n1,1,9,0\n", "--measure SMD", "n2i, row 2: is 0"),
    ],
)
def test_a_refusal_names_the_column_or_the_flag(text, flags, words, file, refusal):
    assert words in refusal(file(text), *flags.split())


def test_subgroups_differ_or_do_not_by_the_level_that_was_asked_for(file, told):
    text = "yi,vi,g\n0,0.1,a\n0.1,0.1,a\n0.65,0.1,b\n0.62,0.1,b\n"
    assert "the effect does not clearly differ" in told(file(text), "--subgroup", "g")
    wider = told(file(text), "--subgroup", "g", "--level", "90")
    assert "the effect differs" in wider


def test_models_that_the_issue_names_have_their_flags(file, answer):
    path = file(BCG)
    found = answer(path, "--measure", "RR", "--subgroup", "alloc", "--common-tau2")
    yi, vi = ([one[name] for one in found["effects"]] for name in ("yi", "vi"))
    expected = subgroup_test(yi, vi, [row["alloc"] for row in BCG], common_tau2=True)
    assert found["between"]["p_value"] == expected.between.p_value
    contrast = ("--contrast", "random - systematic", "--contrast", "alternate-random")
    first, second = answer(path, "--measure", "RR", "--mods", "alloc", *contrast)["contrasts"]
    (pair,) = (d for d in expected.differences if d.contrast.term == "random - systematic")
    assert first["estimate"] == pytest.approx(pair.contrast.estimate, rel=1e-9)
    assert first["p_value"] == pytest.approx(pair.contrast.p_value, rel=1e-9)
    assert second["term"] == "alternate-random"
    one = answer(path, "--measure", "RR", "--full", "--steps", "0.025,0.5")["diagnostics"]
    assert (
        one["selection"]["mu"]["estimate"]
        == select(yi, vi, steps=(0.025, 0.5), alternative="less").mu.estimate
    )


def test_effects_of_a_unit_can_be_averaged_first(file, answer, told):
    flags = ("--aggregate", "district", "--rho", "0.6")
    found = answer(file(SCHOOLS), *flags)
    yi, vi, unit = ([row[name] for row in SCHOOLS] for name in ("yi", "vi", "district"))
    expected = aggregated(yi, vi, [str(one) for one in unit], rho=0.6, test="adhoc")
    assert found["pooled"]["estimate"] == expected.pooled.estimate
    assert found["units"] == list(expected.units)
    assert "56 effects averaged within 11 units (rho 0.6)" in told(file(SCHOOLS), *flags)


def test_a_contrast_of_several_effects_a_unit_is_robust(file, answer):
    rows = [{**row, "kind": "AB"[n % 2]} for n, row in enumerate(SCHOOLS)]
    flags = ("--unit", "district", "--mods", "kind", "--contrast", "B - A")
    found = answer(file(rows), *flags)
    expected = found["robust"]["coefficients"][1]
    (contrast,) = found["contrasts"]
    assert contrast["se"] == pytest.approx(expected["se"], rel=1e-9)
    assert contrast["df"] == pytest.approx(expected["df"], rel=1e-9)


def test_the_document_holds_no_working_of_the_calculation(file, answer):
    assert "root" not in answer(file(BCG), "--measure", "RR", "--mods", "ablat")
    robust = answer(file(SCHOOLS), "--unit", "district")["robust"]
    assert set(robust) == {"coefficients", "moderators", "trust", "reason", "kind", "vcov"}


@pytest.mark.parametrize(
    ("text", "flags", "words"),
    [
        ("ai,bi,ci,di\n1,9,2,9\n2,9,1,9\n", "--measure OR --add 1", "--add changed nothing"),
        ("ai,bi,ci,di\n1,9,2,9\n2,9,1,9\n", "--measure OR --drop00", "--drop00 changed nothing"),
        ("xi,ni\n1,9\n2,9\n", "--measure PLO --add 1", "--add changed nothing"),
        (GIVEN, "--measure MD --icc 0.1 --cluster-size 1", "--icc changed nothing"),
        ("yi,vi\n1,1\n", "--test t --prediction t_k1", "--test and --prediction changed nothing"),
        (GIVEN, "--aggregate a --rho 0.5", "--rho changed nothing"),
    ],
)
def test_a_flag_that_changed_nothing_is_told(text, flags, words, file, answer):
    assert any(words in note for note in answer(file(text), *flags.split())["notes"])


def test_the_same_flags_are_not_told_where_they_changed_something(file, answer):
    text = "ai,bi,ci,di\n0,9,2,9\n0,9,0,9\n2,9,1,9\n"
    notes = answer(file(text), "--measure", "OR", "--add", "1", "--drop00")["notes"]
    assert notes == []
    assert answer(file(GIVEN), "--test", "t", "--prediction", "t_k1")["notes"] == []


def test_a_row_may_have_an_interval_of_its_own_level(file, answer):
    text = "estimate,ci_low,ci_high,ci_level\n1,0,2,90\n1,0,2,\n1,0,2,0.99\n"
    found = answer(file(text), "--measure", "MD", "--ci-level", "95")["effects"]
    quantiles = (1.6448536269514722, 1.959963984540054, 2.5758293035489004)
    assert [one["vi"] for one in found] == pytest.approx([1 / q**2 for q in quantiles], rel=1e-12)


@pytest.mark.parametrize("columns", ["yi,vi", "estimate,sei"])
def test_effects_that_are_given_can_be_corrected_for_clusters_by_their_sizes(columns, file, answer):
    text = f"{columns},n1i,n2i\n0.5,0.3,60,60\n0.4,0.3,60,60\n"
    found = answer(file(text), "--measure", "SMD", "--icc", "0.1", "--cluster-size", "10")
    assert all(effect["design_effect"] == pytest.approx(1.9) for effect in found["effects"])

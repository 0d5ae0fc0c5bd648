"""`candour pool` on effects that are recovered, corrected for clusters, converted, turned."""

import math

import pytest

from service.cli.main import main

pytest_plugins = ["tests.service.pool_command"]

Z95 = 1.959963984540054
TABLES = (
    "ai,bi,ci,di,size,icc,way\n12,88,20,80,10,0.05,-1\n9,91,15,85,1,0.05,1\n8,72,14,66,25,0.01,-1\n"
)
MEANS = "m1i,sd1i,n1i,m2i,sd2i,n2i\n5,2,60,4.2,2,60\n6,3,50,5,3,40\n"
REPORTS = (
    "study,estimate,ci_low,ci_high,p_value\n"
    "a,0.60,0.42,0.86,0.90\nb,0.57,0.45,0.81,\nc,1.15,,,0.30\n"
)


def effects_of(found):
    return [(effect["yi"], effect["vi"]) for effect in found["effects"]]


def test_a_recovered_effect_says_where_its_error_came_from_and_what_rounding_leaves_open(
    file, answer
):
    one, two, three = answer(file(REPORTS), "--measure", "RR")["effects"]
    assert [e["source"] for e in (one, two, three)] == ["interval", "interval", "p_value"]
    low, middle, high = (math.log(figure) for figure in (0.45, 0.57, 0.81))
    assert two["asymmetry"] == pytest.approx((low + high - 2 * middle) / (high - low))
    width = math.log(0.86 / 0.42) / (2 * Z95)
    assert one["vi"] == pytest.approx(width**2)
    assert one["rounding"]["se_low"] < width < one["rounding"]["se_high"]
    assert one["rounding"]["contradictions"] == ["interval and p_value"]
    assert (one["row"], one["study"], "asymmetry" in three) == (1, "a", False)


def test_what_was_recovered_stands_under_the_table_and_in_the_paragraph(file, capsys, answer):
    path = file(REPORTS)
    notes = answer(path, "--measure", "RR")["notes"]
    assert "its interval (2), its p-value (1)" in notes[0]
    assert "in row 2, is off by 19.6% of half the width" in notes[0]
    assert "row 1 (interval and p_value)" in notes[1]
    assert "row 2 (estimate and interval)" in notes[1]
    main(["pool", str(path), "--measure", "RR"])
    printed = capsys.readouterr().out
    explanation = answer(path, "--measure", "RR", "--explain")["explanation"]
    for note in notes:
        assert f"Note: {note}" in printed
        assert note in explanation


def test_effects_that_are_computed_are_not_said_to_be_recovered(file, answer):
    found = answer(file(TABLES), "--measure", "OR")
    assert found["notes"] == []
    assert {effect["source"] for effect in found["effects"]} == {"two_by_two"}


@pytest.mark.parametrize("icc", ["0.05", "icc"])
def test_clusters_widen_the_variance_by_the_design_effect(icc, file, answer):
    path = file(TABLES)
    plain = effects_of(answer(path, "--measure", "OR"))
    found = answer(path, "--measure", "OR", "--icc", icc, "--cluster-size", "size")
    last = 0.05 if icc == "0.05" else 0.01
    wider = [1 + 9 * 0.05, 1.0, 1 + 24 * last]
    expected = [(yi, vi * d) for (yi, vi), d in zip(plain, wider, strict=True)]
    assert effects_of(found) == [pytest.approx(pair, rel=1e-12) for pair in expected]
    told = [effect.get("design_effect") for effect in found["effects"]]
    assert told == [pytest.approx(wider[0]), None, pytest.approx(wider[2])]
    (note,) = found["notes"]
    assert note.startswith("Clusters were corrected for in 2 of 3 studies")


def test_a_standardised_difference_between_clusters_is_corrected_as_hedges_has_it(file, answer):
    found = answer(
        file(MEANS), "--measure", "SMD", "--icc", "0.1", "--cluster-size", "10", "--explain"
    )
    n, rho, size, d = 10, 0.1, 120, 0.8 / 2
    df = size - 2
    gamma = math.sqrt(1 - 2 * (n - 1) * rho / df)
    left = size - 2 * n
    h = (df - 2 * (n - 1) * rho) ** 2 / (
        df * (1 - rho) ** 2 + n * left * rho**2 + 2 * left * rho * (1 - rho)
    )
    j = math.exp(math.lgamma(h / 2) - math.lgamma((h - 1) / 2)) / math.sqrt(h / 2)
    g = j * gamma * d
    vi = (1 / 60 + 1 / 60) * (1 + (n - 1) * rho) + g**2 / (2 * h)
    assert effects_of(found)[0] == pytest.approx((g, vi), rel=1e-12)
    assert "design effects of 1.9" in found["explanation"]


def test_a_cluster_larger_than_its_group_is_refused_with_its_row(file, refusal):
    flags = ("--icc", "0.1", "--cluster-size", "45")
    line = refusal(file(MEANS), "--measure", "SMD", *flags)
    assert "size, row 2" in line
    line = refusal(file(TABLES), "--measure", "OR", "--icc", "1.5", "--cluster-size", "size")
    assert "icc, row 1" in line


def test_a_row_without_its_cluster_size_is_left_out_and_told(file, answer):
    text = TABLES.replace("80,10,", "80,,")
    found = answer(file(text), "--measure", "OR", "--icc", "0.05", "--cluster-size", "size")
    assert (found["k"], found["left_out"]) == (2, 1)
    assert found["notes"][0].startswith("Row 1 was left out, blank in the column that --cluster")


RR_TO_OR = math.log((0.12 / 0.88) / (0.2 / 0.8))


@pytest.mark.parametrize(
    ("measure", "yi", "to", "flags", "there", "slope"),
    [
        ("SMD", 0.5, "OR", (), 0.5 * math.pi / math.sqrt(3), math.pi / math.sqrt(3)),
        ("OR", 0.7, "COX", (), 0.7 / 1.65, 1 / 1.65),
        ("SMD", 0.5, "COR", (), 0.5 / math.sqrt(4.25), 4 / 4.25**1.5),
        ("COR", 0.4, "ZCOR", (), math.atanh(0.4), 1 / (1 - 0.16)),
        ("SMD", 0.5, "MD", ("--standardiser", "15"), 7.5, 15),
        ("SMCC", 0.5, "SMCR", ("--correlation", "0.6"), 0.5 * math.sqrt(0.8), math.sqrt(0.8)),
        # d ln OR / d ln RR = 1 / (1 - p1), p1 = 0.6 x 0.2
        ("RR", math.log(0.6), "OR", ("--baseline-risk", "0.2"), RR_TO_OR, 1 / 0.88),
        ("RR", math.log(0.6), "OR", ("--baseline-risk", "p0"), RR_TO_OR, 1 / 0.88),
    ],
)
def test_effects_are_converted_as_by_hand(measure, yi, to, flags, there, slope, file, answer):
    path = file(f"yi,vi,p0\n{yi!r},0.04,0.2\n")
    found = answer(path, "--measure", measure, "--convert", to, *flags, "--explain")
    assert effects_of(found) == [pytest.approx((there, 0.04 * slope**2), rel=1e-12)]
    assert (found["measure"], found["effects"][0]["converted_from"]) == (to, measure)
    assert f"Effects were converted from {measure} to {to}" in found["notes"][0]
    assert found["notes"][0] in found["explanation"]


@pytest.mark.parametrize(
    ("measure", "flags", "words"),
    [
        ("RR", "--convert OR", "--baseline-risk, row 1"),
        ("RR", "--convert OR --baseline-risk 0.2 --standardiser 2", "--standardiser"),
        ("SMD", "--convert OR --baseline-risk 0.2", "--baseline-risk and --convert OR"),
        ("ROM", "--convert SMD", "do not say the same thing"),
        ("RR", "--convert OR --baseline-risk nowhere", "--baseline-risk: column nowhere"),
        ("RR", "--direction sideways", "--direction: column sideways"),
        ("PR", "--direction lower-is-better", "compares nobody"),
    ],
)
def test_a_conversion_or_direction_that_cannot_be_is_refused(measure, flags, words, file, refusal):
    path = file("yi,vi\n0.3,0.04\n0.2,0.04\n")
    assert words in refusal(path, "--measure", measure, *flags.split())


def test_lower_is_better_turns_effects_and_what_is_pooled(file, answer):
    path = file(TABLES)
    plain, turned, kept = (
        answer(path, "--measure", "OR", *flags)
        for flags in (
            (),
            ("--direction", "lower-is-better"),
            ("--direction", "higher-is-better", "--explain"),
        )
    )
    assert turned["estimate"] == pytest.approx(-plain["estimate"])
    assert turned["ci_low"] == pytest.approx(-plain["ci_high"])
    assert kept["estimate"] == plain["estimate"]
    assert (plain["oriented"], turned["oriented"], kept["oriented"]) == (False, True, True)
    assert "3 of 3 studies had lower outcomes as the better ones" in turned["notes"][0]
    assert "Above no effect is good, as was told" in kept["explanation"]


def test_each_row_may_have_a_direction_of_its_own(file, answer, refusal):
    words = TABLES.replace(",-1\n", ",lower-is-better\n").replace(",1\n", ",higher-is-better\n")
    (a, _), (b, _), (c, _) = effects_of(answer(file(TABLES), "--measure", "OR"))
    for text in (TABLES, words):
        found = answer(file(text), "--measure", "OR", "--direction", "way")
        assert [yi for yi, _ in effects_of(found)] == [-a, b, -c]
        assert [effect["direction_good"] for effect in found["effects"]] == [-1, 1, -1]
    line = refusal(file(words.replace("lower", "less")), "--measure", "OR", "--direction", "way")
    assert "way, row 1: is 'less-is-better'" in line


def test_clusters_conversion_and_direction_follow_each_other(file, answer):
    flags = "--icc 0.05 --cluster-size 11 --convert SMD --direction lower-is-better"
    found = answer(file(TABLES), "--measure", "OR", *flags.split())
    plain = effects_of(answer(file(TABLES), "--measure", "OR"))
    unit = math.pi / math.sqrt(3)
    expected = [(-yi / unit, vi * 1.5 / unit**2) for yi, vi in plain]
    assert effects_of(found) == [pytest.approx(pair, rel=1e-12) for pair in expected]
    assert len(found["notes"]) == 3


def test_a_group_that_cannot_be_converted_is_refused_alone(file, answer):
    text = "g,yi,vi,p0\na,-0.5,0.1,0.2\nb,1.5,0.1,0.5\n"
    flags = ("--measure", "RR", "--by", "g", "--convert", "OR", "--baseline-risk", "p0")
    first, second = answer(file(text), *flags, code=1)["results"]
    assert (first["status"], first["measure"]) == ("ok", "OR")
    assert second["status"] in ("invalid_input", "incompatible_effects")
    assert "row 2" in second["refusal"]


def test_charts_say_which_side_is_good_where_it_was_told(file, answer, tmp_path):
    drawn = tmp_path / "charts.svg"
    flags = ("--measure", "OR", "--plot", drawn, "--plots", "forest")
    answer(file(TABLES), *flags)
    assert "favours group" not in drawn.read_text(encoding="utf-8")
    answer(file(TABLES), *flags, "--direction", "lower-is-better")
    text = drawn.read_text(encoding="utf-8")
    assert "favours group 1" in text
    assert "Odds ratio (turned)" in text

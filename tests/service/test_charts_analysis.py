"""What charts of an analysis say: headlines that follow the numbers, tables of the same ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.charts.figures import Kind, figures, refits_of
from service.charts.letters import fitted, in_lines, width_of
from service.charts.numbers import column, number, p_value, percent, ratio
from service.charts.numbers import figures as in_figures
from service.charts.scale import AxisKind, reach, ticks
from service.charts.values import Effects, Estimate, fitting_decimals
from tests.service.chart_cases import DIFFERENCE, RATIO, bcg, estimate, grouped_bcg, plain


def figure(kind, analysis):
    (one,) = figures(analysis, [kind])
    return one


def headline(kind, **changes):
    return parted(figure(kind, bcg(**changes)).title)


def parted(words):
    """With plain spaces where unbreakable ones keep words on one line."""
    return words.replace("\u00a0", " ")


def words_of(one):
    return {"".join(text.itertext()) for text in one.iter("text")}


def test_the_forest_says_on_which_side_of_no_effect_all_lie():
    assert headline(Kind.FOREST) == (
        "Together, 13 studies put the risk ratio below 1, at 0.49 (0.33 to 0.73): favours vaccine"
    )
    above = headline(Kind.FOREST, together=estimate(0.5, 0.1, 0.9))
    assert above.endswith("above 1, at 1.65 (1.11 to 2.46): favours no vaccine")
    open_ = headline(Kind.FOREST, together=estimate(0.5, -0.1, 0.9))
    assert "leave it open on which side of 1 the risk ratio lies" in open_
    assert "no estimate" in headline(Kind.FOREST, together=estimate(None))
    one = plain(["a"], [2.0], [0.5])
    assert figure(Kind.FOREST, one).title.startswith("One study puts the mean difference above 0")


def test_the_forest_tells_method_and_disagreement_in_its_subtitle():
    said = parted(figure(Kind.FOREST, bcg()).subtitle)
    assert said == (
        "Risk ratio (log scale), 95% intervals. REML, truncated Knapp-Hartung intervals. "
        "τ² = 0.313, I² = 92%, Q = 152 on 12 df (p < 0.001)."
    )


def test_what_is_not_known_of_the_disagreement_is_left_out():
    said = parted(figure(Kind.FOREST, bcg(i2=math.nan, q=None)).subtitle)
    assert said.endswith("intervals. τ² = 0.313.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"egger_p": 0.451}, "No sign that small studies differ from large ones"),
        ({"egger_p": 0.0004, "filled": ()}, "Small studies differ from large ones"),
        ({"egger_p": math.nan}, "13 studies, not tested for asymmetry"),
        ({"egger_p": None}, "13 studies, not tested for asymmetry; trim and fill adds 1 study"),
    ],
)
def test_the_funnel_says_whether_small_studies_differ(changes, said):
    assert said in headline(Kind.FUNNEL, **changes)


def test_the_funnel_of_few_studies_says_that_they_are_too_few():
    assert "2 studies, too few to tell" in figure(Kind.FUNNEL, plain("ab", [1, 2], [1, 1])).title


def test_the_radial_says_how_many_disagree():
    assert headline(Kind.RADIAL).startswith("None of 13 studies stands outside the band")
    assert headline(Kind.RADIAL, tau2=0.0).startswith("6 of 13 studies stand outside the band")
    assert "no two studies" in figure(Kind.RADIAL, plain("a", [1], [1])).title


def test_leaving_out_says_whether_the_finding_hangs_on_a_study():
    assert headline(Kind.LEAVE_ONE_OUT) == (
        "No single study decides the finding: without any one, the risk ratio is between "
        "0.45 and 0.53"
    )
    turned = list(bcg().without)
    turned[3] = estimate(-0.5, -1.0, 0.1)
    hangs = headline(Kind.LEAVE_ONE_OUT, without=turned)
    assert hangs == "The finding hangs on one study: Hart & Sutherland 1977"
    turned[5] = estimate(-0.5, -1.0, 0.1)
    assert "any of 2" in headline(Kind.LEAVE_ONE_OUT, without=turned)
    assert "there is no other" in headline(Kind.LEAVE_ONE_OUT, without=())


def test_adding_up_says_since_when_the_finding_stands():
    assert headline(Kind.CUMULATIVE) == (
        "The finding has been the same since study 3 of 13: Rosenthal et al 1960"
    )
    steady = [estimate(-1.0, -1.5, -0.5)] * 13
    assert headline(Kind.CUMULATIVE, cumulative=steady).endswith("from the first study on")
    never = [estimate(-1.0, -2.5, 0.5)] * 13
    assert "do not come to the finding" in headline(Kind.CUMULATIVE, cumulative=never)
    assert headline(Kind.CUMULATIVE, cumulative=()) == "Nothing was added up"


def test_refits_must_be_as_many_as_the_studies():
    with pytest.raises(ValueError, match="shorter"):
        refits_of(bcg(), bcg().without[:-1])


def test_the_forest_and_its_table_tell_the_same_numbers():
    one = figure(Kind.FOREST, bcg())
    rows = {row[0]: row[1:] for row in one.table.rows}
    text = str(one.drawing.markup("chart"))
    for study in bcg().studies:
        value, low, high, _, weight = rows[study.name]
        assert f">{value} ({low} to {high})</text>" in text
        assert f">{weight}</text>" in text
    value, low, high, *_ = rows["All studies together"]
    assert (value, low, high) == ("0.49", "0.33", "0.73")
    assert rows["Where one more would fall"][1:3] == ("0.14", "1.76")


def test_the_forest_table_tells_what_each_group_says_together():
    rows = {row[0]: row[1:4] for row in figure(Kind.FOREST, grouped_bcg()).table.rows}
    assert rows["Randomised: together"] == ("0.45", "0.20", "1.11")
    assert rows["Other: together"] == ("0.51", "0.33", "0.82")


def test_the_funnel_table_tells_significance_and_what_was_filled_in():
    rows = {row[0]: row[1:] for row in figure(Kind.FUNNEL, bcg()).table.rows}
    assert rows["Coetzee & Berjak 1968"] == ("0.63", "0.238", "0.048")
    assert rows["Hart & Sutherland 1977"] == ("0.24", "0.141", "< 0.001")
    assert rows["Filled in 1"] == ("1.36", "0.472", "0.51")
    assert rows["With the filled-in studies"] == ("0.52", "", "")


def test_the_radial_table_tells_precision_and_distance_from_the_line():
    analysis = plain("ab", [1.0, 3.0], [0.5, 0.0])
    rows = {row[0]: row[1:] for row in figure(Kind.RADIAL, analysis).table.rows}
    assert rows["a"] == ("1.00", "2.00", "2.00", "−2.00")
    assert rows["b"] == ("3.00", "not known", "not known", "not known")


@pytest.mark.parametrize("kind", [Kind.LEAVE_ONE_OUT, Kind.CUMULATIVE])
def test_the_tables_of_refits_tell_which_come_to_another_finding(kind):
    one = figure(kind, bcg())
    findings = [row[-1] for row in one.table.rows[:13]]
    turned = str(one.drawing.markup("chart")).count('class="c-hollow"')
    assert findings.count("another") == max(turned - 1, 0)
    assert one.table.rows[-1][:4] == ("All studies together", "0.49", "0.33", "0.73")


def test_differences_have_the_decimals_their_intervals_call_for():
    for half, decimals in ((0.035, 3), (0.35, 2), (3.5, 1), (35, 0), (35_000, 0)):
        assert fitting_decimals([estimate(0.0, -half, half)]) == decimals
    assert fitting_decimals([]) == fitting_decimals([estimate(1.0), estimate(1.0, 1.0, 1.0)]) == 2
    wide = plain("ab", [120.0, 80.0], [20.0, 30.0])
    assert "100 (70 to 130)" in parted(figure(Kind.FOREST, wide).title)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (0.0, 2, "0.00"),
        (-0.001, 2, "0.00"),
        (-1.5, 2, "−1.50"),
        (1234.5, 1, "1,234.5"),
        (1e12, 2, "1.00×10¹²"),
        (-2.5e-10, 11, "−2.50×10⁻¹⁰"),
        (None, 2, "not known"),
        (math.nan, 2, "not known"),
        (-math.inf, 2, "no limit"),
    ],
)
def test_numbers_are_written_as_print_has_them(value, decimals, said):
    assert number(value, decimals=decimals) == said


def test_ratios_keep_the_figures_that_matter():
    written = [ratio(math.log(value)) for value in (0.0012, 0.049, 0.05, 1.5, 12.34, 123.4)]
    assert written == ["0.0012", "0.049", "0.05", "1.50", "12.3", "123"]
    assert (ratio(800.0), ratio(-math.inf), ratio(None)) == ("no limit", "0", "not known")


def test_small_words_for_small_shares_and_p_values():
    assert [percent(share) for share in (0.0, 0.0001, 0.0833, 1.0, None)] == [
        "0.0%", "<0.1%", "8.3%", "100.0%", "not known",
    ]  # fmt: skip
    assert [p_value(p) for p in (0.0004, 0.0123, 0.456)] == ["< 0.001", "= 0.012", "= 0.46"]
    assert [in_figures(value) for value in (0.0, 0.31324, 152.23, 2e-9)] == [
        "0", "0.313", "152", "2.00×10⁻⁹",
    ]  # fmt: skip


def test_a_column_has_the_decimals_of_its_middle_and_never_hides_what_is_small():
    assert column([0.5706, 0.4411, 0.0831, None]) == ["0.571", "0.441", "0.083", "not known"]
    assert column([0.5, 0.4, 1e-9])[2] == "1.0×10⁻⁹"


def test_names_of_measures_are_small_within_a_sentence_but_abbreviations_are_not():
    assert RATIO.inline == "risk ratio"
    assert Effects(kind=AxisKind.DIFFERENCE, name="SMD").inline == "SMD"
    assert Effects(kind=AxisKind.DIFFERENCE, name="").inline == ""


def test_a_long_name_of_a_measure_does_not_head_a_column():
    long = Effects(kind=AxisKind.DIFFERENCE, name="Mean difference in length of stay", level=0.9)
    assert long.heading == "Estimate (90% interval)"
    assert DIFFERENCE.heading == "Mean difference (95% interval)"


def test_an_interval_has_both_ends_the_smaller_first_or_is_none():
    assert Estimate(value=0.0, low=1.0, high=-1.0).ends == (-1.0, 1.0)
    assert Estimate(value=0.0, low=1.0).ends is None
    assert Estimate(value=0.0, low=math.nan, high=1.0).ends is None
    assert Estimate(value=0.0, low=-math.inf, high=1.0).ends == (-math.inf, 1.0)


@given(st.text(max_size=200), st.floats(30, 400), st.integers(1, 5))
def test_lines_fit_their_room_and_together_lose_nothing_but_what_an_ellipsis_tells(
    words, room, most
):
    lines = in_lines(words, room=room, font=14, most=most)
    assert 1 <= len(lines) <= most
    assert all(width_of(line, 14) <= room or len(line) <= 2 for line in lines)
    kept = "".join("".join(lines).split())
    whole = "".join(words.split())
    assert kept == whole or (kept.endswith("…") and whole.startswith(kept.removesuffix("…")))


def test_lines_break_between_words_or_after_a_hyphen():
    assert in_lines("one two three", room=60, font=14, most=3) == ["one two", "three"]
    assert in_lines("Orpington-Moderate", room=90, font=14, most=2) == ["Orpington-", "Moderate"]


def test_an_ellipsis_never_parts_a_letter_from_the_marks_on_it():
    accented = "e\u0301" * 20
    cut = fitted(accented, room=60, font=14).removesuffix("…")
    assert cut.endswith("e\u0301")


def test_no_effect_is_kept_in_sight_while_it_is_near():
    assert reach([0.4], [0.2, 0.6], kind=AxisKind.DIFFERENCE)[0] < 0
    assert reach([500.0], [499.0, 501.0], kind=AxisKind.DIFFERENCE)[0] > 490


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8),
    st.sampled_from(AxisKind),
)
def test_any_values_can_be_reached_and_ticked(cores, ends, kind):
    low, high = reach(cores, ends, kind=kind)
    assert math.isfinite(low)
    assert low < high < math.inf
    marked = ticks(low, high, kind=kind)
    assert 1 <= len(marked) <= 12
    assert all(low <= place <= high for place, _ in marked)
    assert len({label for _, label in marked}) == len(marked)


def test_ratios_far_apart_are_ticked_at_powers_of_ten_and_near_ones_in_round_steps():
    def labels(low, high):
        return [label for _, label in ticks(math.log(low), math.log(high), kind=AxisKind.RATIO)]

    assert labels(1e-7, 1e7) == ["10⁻⁶", "0.0001", "0.01", "1", "100", "10000", "10⁶"]
    assert labels(0.019, 9.5) == ["0.03", "0.1", "0.3", "1", "3"]
    assert labels(1.49, 1.57) == ["1.50", "1.52", "1.54", "1.56"]
    assert labels(0.29, 1.1) == ["0.3", "0.4", "0.6", "0.8", "1"]

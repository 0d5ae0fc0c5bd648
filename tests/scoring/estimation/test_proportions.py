"""Two proportions: every reference field, unseen tables and rows, and what is refused."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.results import COMPARISON, RANDOMISED
from scoring.estimation.trials.adjusted_proportions import adjusted_proportions
from scoring.estimation.trials.proportions import two_proportions
from scoring.estimation.trials.two_counts import two_counts, wilson

from .trials import cases, close, models, oracle, unseen

TABLES = {model["name"]: model for model in oracle("proportions-a")["models"]}

# Bounds and proportions near 0 or 1 have lost digits against 1.
LAST_DIGITS = 1e-15


def counts_of(model):
    return {name: model[name] for name in ("x1", "n1", "x2", "n2")}


def test_every_table_of_the_oracle_is_tested():
    assert cases("proportions") == ["proportions-a"]
    assert len(models("proportions")) == len(TABLES) == 8
    assert {len(model["effect_sizes"]) for model in TABLES.values()} == {3}


@pytest.mark.parametrize("name", TABLES)
def test_tables_agree_with_r_in_every_field(name):
    model = TABLES[name]
    found = two_proportions(**counts_of(model))
    told = found.specification
    for field in ("p1", "p2", "se_wald"):
        close(told[field], model[field], rel=1e-12)
    close(found.natural.yi, model["diff"], rel=1e-11)
    for ours, theirs in (
        ((found.ci_low, found.ci_high), "ci_newcombe"),
        ((told["ci_wald_low"], told["ci_wald_high"]), "ci_wald"),
        ((told["wilson_1_low"], told["wilson_1_high"]), "wilson_1"),
        ((told["wilson_2_low"], told["wilson_2_high"]), "wilson_2"),
    ):
        close(ours, model[theirs], rel=1e-12, at=LAST_DIGITS)
    for field in ("chisq", "chisq_p", "chisq_yates", "chisq_yates_p", "fisher_p"):
        if model[field] is None:
            assert told[field] is None
        else:
            close(told[field], model[field], rel=1e-10, at=1e-14)
    for entry in model["effect_sizes"]:
        effect = two_counts(**counts_of(model)).effect(entry["measure"])
        close((effect.yi, effect.vi), (entry["yi"], entry["vi"]), rel=1e-11)
        close(math.sqrt(effect.vi), entry["se"], rel=1e-11)
    odds = next(entry for entry in model["effect_sizes"] if entry["measure"] == "OR")
    close((found.standardised.yi, found.standardised.vi), (odds["yi"], odds["vi"]), rel=1e-11)


UNSEEN = unseen("proportions")


def test_the_grid_of_unseen_tables_is_complete():
    assert len(UNSEEN["tables"]) == 7
    assert all(len(table["intervals"]) == 3 for table in UNSEEN["tables"])


@pytest.mark.parametrize("table", UNSEEN["tables"], ids=lambda t: f"{t['x1']}-{t['x2']}")
def test_unseen_tables_agree_with_r(table):
    counts = two_counts(**counts_of(table))
    close(counts.expected, table["expected"], rel=1e-12)
    for expected in table["intervals"]:
        found = two_proportions(**counts_of(table), level=expected["level"])
        close((found.ci_low, found.ci_high), expected["newcombe"], rel=1e-11, at=LAST_DIGITS)
        for group, (x, n) in (("wilson_1", (table["x1"], table["n1"])),
                              ("wilson_2", (table["x2"], table["n2"]))):  # fmt: skip
            close(wilson(x, n, level=expected["level"]), expected[group], rel=1e-11, at=1e-14)
    close(counts.fisher(), table["fisher_p"], rel=1e-9)
    if table.get("chisq") is None:
        assert counts.chi_square() is None
    else:
        close(counts.chi_square(), (table["chisq"], table["chisq_p"]), rel=1e-9, at=1e-14)
        close(counts.chi_square(yates=True)[0], table["yates"], rel=1e-9, at=1e-14)
    for measure, expected in table["effects"].items():
        effect = counts.effect(measure)
        close((effect.yi, effect.vi), (expected["yi"], expected["vi"]), rel=1e-10, at=1e-15)


def test_the_p_value_is_the_score_tests_unless_few_events_are_expected():
    many = two_proportions(x1=56, n1=70, x2=48, n2=80)
    few = two_proportions(x1=7, n1=20, x2=3, n2=22)
    assert (many.specification["test"], many.p_value) == ("score", many.specification["chisq_p"])
    assert (few.specification["test"], few.p_value) == ("fisher", few.specification["fisher_p"])
    passed = [
        next(check.passed for check in found.checks if check.name == "events")
        for found in (many, few)
    ]
    assert passed == [True, False]


def test_a_table_without_an_event_has_an_interval_and_a_variance_above_0():
    found = two_proportions(x1=0, n1=40, x2=0, n2=38)
    assert found.natural.yi == 0
    assert found.natural.vi == pytest.approx(TABLES["zero in both arms"]["effect_sizes"][2]["vi"])
    assert found.ci_low < 0 < found.ci_high
    assert "risk difference (Wald)" not in [row.term for row in found.coefficients]


def test_what_is_claimed_hangs_on_how_people_came_into_the_groups():
    counts = {"x1": 56, "n1": 70, "x2": 48, "n2": 80}
    trial = two_proportions(**counts, design="rct")
    cohort = two_proportions(**counts)
    asked = two_proportions(**counts, design="cross_section")
    assert [found.claim for found in (trial, cohort, asked)] == [RANDOMISED, COMPARISON, COMPARISON]
    assert [len(found.failed) for found in (trial, cohort, asked)] == [0, 1, 1]
    assert "Nothing is allowed for" in cohort.text
    assert "20.0 more in a hundred" in trial.text


def test_turning_groups_and_events_round_turns_the_difference_round():
    plain = two_proportions(x1=9, n1=30, x2=4, n2=25)
    groups = two_proportions(x1=4, n1=25, x2=9, n2=30)
    events = two_proportions(x1=21, n1=30, x2=21, n2=25)
    for other in (groups, events):
        close((other.ci_low, other.ci_high), (-plain.ci_high, -plain.ci_low))
        close(other.p_value, plain.p_value)
        close(other.standardised.yi, -plain.standardised.yi)


REFUSED = {
    "a fraction": ({"x1": 1.5}, InvalidInput, "x1"),
    "more events than people": ({"x2": 30}, InvalidInput, "from 0 to 22"),
    "a negative count": ({"x1": -1}, InvalidInput, "x1"),
    "nobody": ({"x1": 0, "n1": 0}, InvalidInput, "n1"),
    "not a number": ({"n2": math.nan}, InvalidInput, "n2"),
    "another design": ({"design": "magic"}, UnknownMethod, "rct, cohort"),
    "a level of 0": ({"level": 0.0}, InvalidInput, "level"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_counts_are_refused_by_name(name):
    options, error, told = REFUSED[name]
    with pytest.raises(error, match=told):
        two_proportions(**{"x1": 7, "n1": 20, "x2": 3, "n2": 22, **options})


def rows_of(**options):
    columns = UNSEEN["logistic"]["columns"]
    base = {
        "outcome": columns["y"],
        "arm": columns["arm"],
        "covariates": {"age": columns["age"], "sex": columns["sex"]},
    }
    return adjusted_proportions(**{**base, **options})


def test_standardised_risks_agree_with_r():
    expected, found = UNSEEN["logistic"], rows_of()
    rows = found.coefficients
    assert [row.term for row in rows[:4]] == expected["terms"]
    close([row.estimate for row in rows[:4]], expected["b"], rel=1e-9)
    close([row.se for row in rows[:4]], expected["se"], rel=1e-8)
    close((found.natural.yi, found.se), (expected["RD"]["yi"], expected["RD"]["se"]), rel=1e-8)
    close((found.specification["p1"], found.specification["p2"]), expected["p"], rel=1e-9)
    for term, measure in (("log odds ratio", "OR"), ("log risk ratio", "RR")):
        row = next(row for row in rows if row.term == term)
        close((row.estimate, row.se), (expected[measure]["yi"], expected[measure]["se"]), rel=1e-8)
    close(found.standardised.yi, expected["OR"]["yi"], rel=1e-8)
    for place, se in ((1, expected["se_p"][0]), (0, expected["se_p"][1])):
        line = found.pictures[0].lines[0]
        close((line.high[place] - line.low[place]) / 2 / 1.959963984540054, se, rel=1e-8)


def test_without_characteristics_the_risks_are_those_of_the_table():
    found = rows_of(covariates={})
    columns = UNSEEN["logistic"]["columns"]
    known = [(a, y) for a, y in zip(columns["arm"], columns["y"], strict=True) if y is not None]
    cells = {
        f"{letter}{arm}": sum(1 for a, y in known if a == (arm == 1) and (letter == "n" or y))
        for letter in "xn"
        for arm in (1, 2)
    }
    table = two_proportions(**cells)
    close((found.natural.yi, found.natural.vi), (table.natural.yi, table.natural.vi))
    close((found.standardised.yi, found.standardised.vi),
          (table.standardised.yi, table.standardised.vi))  # fmt: skip


def test_rows_tell_who_was_lost_how_alike_groups_were_and_how_many_events_there_are():
    found = rows_of(design="rct")
    names = [check.name for check in found.checks]
    assert names == ["attrition", "baseline", "events"]
    assert found.facts["assigned_intervention"] + found.facts["assigned_comparison"] == 240
    assert found.n == 237
    assert found.claim == RANDOMISED
    assert found.facts["adjusted_for_baseline"] is True
    assert "people alike in age, sex m" in found.text


BAD_ROWS = {
    "not yes or no": (
        {"outcome": [0, 2, *[1, 0] * 119]},
        InvalidInput,
        "row 2",
    ),
    "no events in an arm": (
        {"outcome": [float(arm) for arm in UNSEEN["logistic"]["columns"]["arm"]]},
        TooLittleData,
        "two_proportions",
    ),
    "a column that separates": (
        {
            "outcome": [0, 1] * 120,
            "arm": [0, 0, 1, 1] * 60,
            "covariates": {"same": [0.0, 1.0] * 120},
        },
        TooLittleData,
        "separates the outcomes perfectly",
    ),
    "one arm": ({"arm": [1] * 240}, TooLittleData, "nobody to compare"),
    "another design": ({"design": "magic"}, UnknownMethod, "rct, cohort"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_rows_are_refused_by_name(name):
    options, error, told = BAD_ROWS[name]
    with pytest.raises(error, match=told):
        rows_of(**options)


def test_newcombes_interval_holds_as_often_as_it_says_where_walds_does_not():
    rng = np.random.default_rng(12)
    held = {"newcombe": 0, "wald": 0}
    for x1, x2 in zip(rng.binomial(15, 0.1, 600), rng.binomial(15, 0.1, 600), strict=True):
        counts = two_counts(x1=float(x1), n1=15, x2=float(x2), n2=15)
        for kind in held:
            low, high = getattr(counts, kind)(0.95)
            held[kind] += low <= 0 <= high and high > low
    assert held["newcombe"] >= 0.94 * 600
    assert held["wald"] < held["newcombe"]


# The settings of `make simulate`, by adding up every pair of counts instead of drawing some.
@pytest.mark.parametrize(
    ("n1", "p1", "n2", "p2", "held"),
    [
        (20, 0.3, 20, 0.15, 0.954),
        (30, 0.1, 90, 0.04, 0.969),
        (50, 0.5, 50, 0.35, 0.949),
        (400, 0.02, 400, 0.01, 0.960),
    ],
)
def test_newcombes_interval_holds_between_93_and_97_times_in_100_exactly(n1, p1, n2, p2, held):
    chances = [stats.binom.pmf(np.arange(n + 1), n, p) for n, p in ((n1, p1), (n2, p2))]
    found = 0.0
    for x1, x2 in product(*(np.flatnonzero(chance > 1e-7).tolist() for chance in chances)):
        low, high = two_counts(x1=x1, n1=n1, x2=x2, n2=n2).newcombe(0.95)
        found += chances[0][x1] * chances[1][x2] * (low <= p1 - p2 <= high)
    assert found == pytest.approx(held, abs=0.0006)
    assert 0.93 <= found <= 0.97

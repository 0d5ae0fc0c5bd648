"""One group before and after: every reference field, unseen cases, and that it is no effect."""

import math

import numpy as np
import pytest

from scoring.effects import standardise
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.results import NOT_CAUSAL
from scoring.estimation.trials.prepost import pre_post

from .trials import cases, close, model_of, models, oracle, unseen

# Paired changes of the oracle: whose columns they are, and of which rows.
PAIRED = {
    ("prepost-sleep", "paired change"): ("pre", "post", None),
    ("rct-anorexia-cbt", "paired change in the treated group"): ("Prewt", "Postwt", "treat"),
}


def paired(case, name, **options):
    before, after, only = PAIRED[case, name]
    data = oracle(case)["data"]
    rows = [place for place in range(oracle(case)["n"]) if only is None or data[only][place] == 1]
    return pre_post(
        before=[data[before][place] for place in rows],
        after=[data[after][place] for place in rows],
        **options,
    )


def test_every_paired_change_of_the_oracle_is_tested():
    assert cases("prepost") == ["prepost-sleep"]
    named = [
        pair for prefix in ("prepost", "rct") for pair in models(prefix) if "paired" in pair[1]
    ]
    assert named == list(PAIRED)


@pytest.mark.parametrize(("case", "name"), PAIRED)
def test_paired_changes_agree_with_r_in_every_field(case, name):
    model, found = model_of(case, name), paired(case, name)
    test, told = model["ttest"], found.specification
    close(found.natural.yi, test["diff"], rel=1e-11)
    close(found.se, test["se"], rel=1e-11)
    close(found.coefficients[0].statistic, test["t"], rel=1e-11)
    assert found.df == test["df"]
    close(found.p_value, test["pval"])
    close((found.ci_low, found.ci_high), test["ci"], at=1e-10 * test["se"])
    for field, expected in model["summaries"].items():
        close(told["n1i" if field == "ni" else field], expected, rel=1e-11)
    assert {entry["measure"] for entry in model["effect_sizes"]} == {"MC", "SMCC", "SMCR"}
    for entry in model["effect_sizes"]:
        # The oracle's SMCR divides by the deviation after, though its notes say before.
        effect = {
            "MC": found.natural,
            "SMCC": paired(case, name, standardiser="change").standardised,
            "SMCR": paired(case, name, standardiser="after").standardised,
        }[entry["measure"]]
        assert effect.measure == entry["measure"]
        close((effect.yi, effect.vi), (entry["yi"], entry["vi"]), rel=1e-11)
        close(math.sqrt(effect.vi), entry["se"], rel=1e-11)


UNSEEN = {case["id"]: case for case in unseen("prepost")}


def test_the_grid_of_unseen_changes_is_complete():
    assert list(UNSEEN) == ["gaps", "three", "large", "falling"]


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_paired_changes_agree_with_r(name):
    case = UNSEEN[name]
    columns = {"before": case["before"], "after": case["after"]}
    found = pre_post(**columns)
    expected = case["paired"]
    close((found.natural.yi, found.se), (expected["diff"], expected["se"]), rel=1e-10)
    close((found.df, found.p_value), (expected["df"], expected["pval"]), rel=1e-8)
    close((found.ci_low, found.ci_high), expected["ci"], at=1e-9 * expected["se"])
    close(found.specification["ri"], case["ri"], rel=1e-10)
    assert found.n == case["n"]
    for standardiser, measure in (
        ("before", "SMCR_before"),
        ("after", "SMCR_after"),
        ("change", "SMCC"),
    ):
        effect = pre_post(**columns, standardiser=standardiser).standardised
        close((effect.yi, effect.vi), (case[measure]["yi"], case[measure]["vi"]), rel=1e-9)
    assert found.standardised.yi == pytest.approx(case["SMCR_before"]["yi"])


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_changes_between_different_people_agree_with_r(name):
    case = UNSEEN[name]["unpaired"]
    columns = {"before": UNSEEN[name]["before"], "after": UNSEEN[name]["after"]}
    found = pre_post(**columns, paired=False, level=case["level"])
    for row, test in zip(found.coefficients, ("welch", "pooled_variance"), strict=True):
        expected = case[test]
        close((row.estimate, row.se), (expected["diff"], expected["se"]), rel=1e-10)
        close((row.df, row.p_value), (expected["df"], expected["pval"]), rel=1e-8)
        close((row.ci_low, row.ci_high), expected["ci"], at=1e-9 * expected["se"])
    for standardiser in ("before", "after", "pooled"):
        effect = pre_post(**columns, paired=False, standardiser=standardiser).standardised
        expected = case[standardiser]
        close((effect.yi, effect.vi), (expected["yi"], expected["vi"]), rel=1e-9)


def test_a_change_claims_no_cause_and_says_what_else_moves_such_figures():
    found = paired("prepost-sleep", "paired change")
    assert found.claim == NOT_CAUSAL
    assert found.design == "pre_post"
    assert found.facts["comparator"] == "before_period"
    for word in ("not an effect", "regression to the mean", "seasons", "trend"):
        assert word in found.text
    comparison = next(check for check in found.checks if check.name == "comparison")
    assert comparison.passed is False
    assert [picture.kind for picture in found.pictures] == ["groups"]


def test_people_measured_once_are_left_out_and_compared_with_those_who_stayed():
    case = UNSEEN["gaps"]
    found = pre_post(before=case["before"], after=case["after"])
    attrition = next(check for check in found.checks if check.name == "attrition")
    assert (found.facts["assigned_intervention"], found.facts["analysed_intervention"]) == (21, 19)
    close(attrition.observed, case["lost"])
    assert attrition.passed is False
    alike = pre_post(before=[1.0, 2.0, 3.0, 1.0, 3.0], after=[2.0, 2.0, 4.0, None, None])
    assert next(check for check in alike.checks if check.name == "attrition").passed is True


def test_one_who_left_tells_nothing_of_those_who_leave():
    found = pre_post(before=[1.0, 2.0, 3.0, 4.0], after=[2.0, 2.5, 4.0, None])
    attrition = next(check for check in found.checks if check.name == "attrition")
    assert (attrition.passed, attrition.observed) == (None, None)


def test_the_correlation_says_how_much_drifts_back():
    found = paired("prepost-sleep", "paired change")
    check = next(check for check in found.checks if check.name == "regression_to_the_mean")
    assert check.passed is None
    assert "20 %" in check.text


def test_one_person_who_carries_the_change_fails_a_check_by_row():
    before, after = [1.0, 2.0, None, 4.0, 5.0, 3.0], [1.1, 2.0, 3.0, 4.1, 15.0, 3.1]
    found = pre_post(before=before, after=after)
    check = next(check for check in found.checks if check.name == "influence")
    others = pre_post(before=[*before[:4], 3.0], after=[*after[:4], 3.1])
    assert check.passed is False
    assert check.text.startswith("Row 5 ")
    # DFBETAS has the spread of the others, and the number of all.
    error = others.se * math.sqrt(4 / 5)
    close(check.observed, abs(found.natural.yi - others.natural.yi) / error, rel=1e-7)
    ordinary = paired("rct-anorexia-cbt", "paired change in the treated group")
    assert next(check for check in ordinary.checks if check.name == "influence").passed is True


def test_three_people_are_too_few_to_leave_one_out():
    found = pre_post(before=[1.0, 2.0, 4.0], after=[2.0, 2.5, 4.7])
    assert "influence" not in [check.name for check in found.checks]


def test_yes_and_no_in_the_same_people_is_not_standardised():
    found = pre_post(before=[0, 0, 1, 0, 1, 0], after=[1, 0, 1, 1, 1, 0])
    assert found.standardised is None
    assert "odds ratio" in found.not_standardised


def test_yes_and_no_in_different_people_is_an_odds_ratio():
    found = pre_post(before=[0, 0, 1, 0, 1, 0], after=[1, 0, 1, 1, 1, 0, 1], paired=False)
    assert (found.natural.measure, found.standardised.measure) == ("RD", "OR")
    close(found.standardised.yi, math.log((5 / 2) / (2 / 4)))
    assert "percentage points" in found.text


def test_a_standard_deviation_can_be_given():
    for pairs in (True, False):
        found = pre_post(before=[1.0, 2.0, 4.0], after=[2.0, 2.5, 4.7], paired=pairs, sd=2.5)
        assert found.standardised == standardise(found.natural, standardiser=2.5)


def test_outcomes_that_do_not_vary_before_are_not_standardised():
    for pairs in (True, False):
        found = pre_post(before=[2.0, 2.0, 2.0], after=[2.0, 2.5, 4.7], paired=pairs)
        assert found.standardised is None
        assert "do not vary" in found.not_standardised


REFUSED = {
    "two people": ({"before": [1.0, 2.0], "after": [2.0, 4.0]}, TooLittleData, "2 people"),
    "other lengths": ({"before": [1.0, 2.0, 3.0], "after": [2.0]}, InvalidInput, "3 rows"),
    "all moved alike": (
        {"before": [1.0, 2.0, 3.0], "after": [2.0, 3.0, 4.0]},
        InvalidInput,
        "same in everybody",
    ),
    "nobody after": (
        {"before": [1.0, 2.0, 3.0], "after": [None] * 3, "paired": False},
        TooLittleData,
        "after: is known of 0",
    ),
    "neither time varies": (
        {"before": [1.0, 1.0], "after": [2.0, 2.0], "paired": False},
        InvalidInput,
        "does not vary",
    ),
    "infinite": ({"before": [math.inf, 1, 2], "after": [1, 2, 3]}, InvalidInput, "row 1"),
    "another standardiser": (
        {"before": [1.0, 2.0, 4.0], "after": [2.0, 3.5, 4.0], "standardiser": "pooled"},
        UnknownMethod,
        "change",
    ),
    "an sd of yes and no": (
        {"before": [0, 1, 1], "after": [1, 1, 0], "sd": 1.0},
        InvalidInput,
        "sd",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_by_name(name):
    options, error, told = REFUSED[name]
    with pytest.raises(error, match=told):
        pre_post(**options)


def test_turning_time_round_turns_the_change_round():
    rng = np.random.default_rng(11)
    first, second = rng.normal(size=30), rng.normal(size=30)
    forth = pre_post(before=first, after=second)
    back = pre_post(before=second, after=first, standardiser="after")
    close((back.natural.yi, back.se), (-forth.natural.yi, forth.se))
    close(back.standardised.yi, -forth.standardised.yi)

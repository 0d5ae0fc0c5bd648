"""ROBINS-I: the judged version of 2016, and the trees of the draft against tables of our own."""

from itertools import product

import pytest

from scoring import explain_level
from scoring.evidence import Analysis, Conduct, Fact, Judgement, Measurement
from scoring.published import grade_contrast
from scoring.standards import apply
from scoring.standards.robins_i import NOT_RANDOMISED, ROBINS_I_2_DRAFT, ROBINS_I_2016
from scoring.standards.trees.tree import nodes, settled
from tests.scoring.evidence import smd, trial
from tests.scoring.standards.tree_cases import every_way, followed, kinds_of_answer, reason, told

YES, NO = ("y", "py"), ("n", "pn")
LEVELS_2016 = ("critical", "serious", "no_information", "moderate", "low")
SCALE = ("critical", "serious", "moderate", "low_except_confounding", "low")
D1, D2, D3, D4, D5, D6 = ROBINS_I_2_DRAFT.domains
ASSIGNMENT, ADHERING = (branch.then for branch in D1.tree.branches)


def worst(*judgements):
    return min(judgements, key=SCALE.index)


# The tables of the reference, section 9, as plain conditions. `a` are answers by number.


def d1a(a):
    checks_clear = a["1_4"] in NO
    if a["1_1"] in ("sn", "ni") or a["1_3"] in YES:
        return "serious" if checks_clear else "critical"
    if a["1_2"] in ("sn", "ni"):
        return "serious"
    return "low_except_confounding" if checks_clear else "moderate"


def d1b(a):
    a = {name.removesuffix("_per_protocol"): answer for name, answer in a.items()}
    checks_clear = a["1_5"] in NO
    if a["1_1"] not in YES:
        return "serious" if a["1_4"] not in YES and checks_clear else "critical"
    if a["1_2"] in ("sn", "ni") or a["1_3"] in ("sn", "ni"):
        return "serious"
    if a["1_2"] in YES and a["1_3"] in YES:
        return "low" if checks_clear else "moderate"
    return "low_except_confounding" if checks_clear else "serious"


def d2(a):
    rows = [("low", "moderate"), ("moderate", "serious"), ("serious", "critical")]
    mistakes = 0 if a["2_5"] in NO else 1
    if a["2_1"] in YES or a["2_2"] in YES:
        row = 0 if a["2_4"] in NO else 2 if a["2_4"] == "sy" else 1
        return rows[row][mistakes]
    if a["2_3"] in NO:
        return rows[2][mistakes] if a["2_4"] in NO else "critical"
    # Left open for a weak yes and no information: the worse row.
    return rows[1 if a["2_4"] in NO else 2][mistakes]


def d3(a):
    if a["3_1"] in YES:
        part_a = "moderate" if a["3_2"] in YES else "low"
    else:
        part_a = "serious" if a["3_1"] == "sn" else "moderate"
    if a["3_3"] in YES and a["3_4"] in YES:
        part_b = "serious" if a["3_5"] in YES else "moderate"
    else:
        low = a["3_3"] in NO or (a["3_3"] in YES and a["3_4"] in NO)
        part_b = "low" if low else "moderate"
    both = worst(part_a, part_b)
    if both != "serious":
        return both
    if a["3_6"] in YES or a["3_7"] in YES:
        return "moderate"
    return "critical" if a["3_8"] in YES else "serious"


def d4(a):
    by_check = {
        "fair": "moderate" if a["4_11"] in YES else "serious",
        "poor": "serious" if a["4_11"] in YES else "critical",
        "low": "low",
    }
    if all(a[name] in YES for name in ("4_1", "4_2", "4_3")):
        return "low"
    if a["4_4"] not in NO:
        if a["4_5"] in NO:
            return "low"
        return by_check["poor" if a["4_6"] == "sn" else "fair"]
    if a["4_7"] in YES:
        if a["4_9"] == "sn":
            return by_check["poor"]
        return by_check["low" if a["4_8"] in YES and a["4_9"] in YES else "fair"]
    if a["4_10"] in YES:
        return "low"
    return by_check["poor" if a["4_10"] == "sn" else "fair"]


def d5(a):
    if a["5_1"] in YES:
        return "serious"
    if a["5_1"] in NO:
        if a["5_2"] in NO or a["5_3"] in NO:
            return "low"
        return "serious" if a["5_3"] == "sy" else "moderate"
    return "serious" if a["5_2"] not in NO and a["5_3"] == "sy" else "moderate"


def d6(a):
    picks = [a["6_2"], a["6_3"], a["6_4"]]
    likely, untold = sum(one in YES for one in picks), picks.count("ni")
    if a["6_1"] in YES or likely + untold == 0:
        return "low"
    if likely > 1:
        return "critical"
    return "serious" if likely == 1 or untold == 3 else "moderate"


TABLES = [
    pytest.param(ASSIGNMENT, d1a, id="confounding"),
    pytest.param(ADHERING, d1b, id="confounding, per protocol"),
    pytest.param(D2.tree, d2, id="classification"),
    pytest.param(D3.tree, d3, id="selection"),
    pytest.param(D4.tree, d4, id="missing data"),
    pytest.param(D5.tree, d5, id="measurement"),
    pytest.param(D6.tree, d6, id="reported result"),
]


@pytest.mark.parametrize(("tree", "table"), TABLES)
def test_every_kind_of_answers_is_judged_as_the_table_says(tree, table):
    reached = set()
    for answers in every_way(kinds_of_answer(tree)):
        by_number = {name.removeprefix("robins_i_"): answer for name, answer in answers.items()}
        reached.add(followed(tree, answers))
        assert followed(tree, answers) == table(by_number)
    assert len(reached) > 2


@pytest.mark.parametrize(("tree", "table"), TABLES)
def test_probably_counts_as_what_is_probable(tree, table):
    for node in nodes(tree):
        for branch in node.branches:
            assert len({"y", "py"} & set(branch.answers)) != 1
            assert len({"n", "pn"} & set(branch.answers)) != 1


@pytest.mark.parametrize(
    ("population", "effect"),
    [("itt", "assignment"), ("per_protocol", "adhering"), ("as_treated", "adhering")],
)
def test_the_population_analysed_says_which_confounding_is_judged(population, effect):
    one = smd(0.3, 0.1, conduct=Conduct(design="cohort"), analysis=Analysis(population=population))
    assert reason(grade_contrast(ROBINS_I_2_DRAFT, one), "robins_i_effect").observed == effect


OF_D1 = ("robins_i_1_", "robins_i_effect")

# Answers of a study that every domain judges as well as can be.
SOUND = {
    "robins_i_effect": "assignment",
    "robins_i_1_1": "y",
    "robins_i_1_2": "y",
    "robins_i_1_3": "n",
    "robins_i_1_4": "n",
    "robins_i_2_1": "y",
    "robins_i_2_4": "n",
    "robins_i_2_5": "n",
    "robins_i_3_1": "y",
    "robins_i_3_2": "n",
    "robins_i_3_3": "n",
    "robins_i_4_1": "y",
    "robins_i_4_2": "y",
    "robins_i_4_3": "y",
    "robins_i_5_1": "n",
    "robins_i_5_2": "n",
    "robins_i_6_1": "y",
}
# One change that makes each of the domains 1, 2 and 6 no better than this.
WORSE = {
    "moderate": {"robins_i_1_4": "y"},
    "serious": {"robins_i_5_1": "y"},
    "critical": {"robins_i_6_1": "n", "robins_i_6_2": "y", "robins_i_6_3": "y"},
}


def draft(**answers):
    return apply(ROBINS_I_2_DRAFT, told(design="cohort", **SOUND | answers))


@pytest.mark.parametrize("present", list(product((True, False), repeat=3)))
def test_the_draft_is_as_bad_overall_as_its_worst_domain(present):
    chosen = [level for level, there in zip(WORSE, present, strict=True) if there]
    changes = {k: v for level in chosen for k, v in WORSE[level].items()}
    expected = min(chosen, key=SCALE.index, default="low")
    grade = draft(**changes)
    assert (grade.status, grade.level) == ("determined", expected)


def test_a_low_risk_under_the_draft_keeps_its_reservation():
    grade = draft()
    assert (grade.level, grade.title) == (
        "low",
        "Low risk of bias, except for uncontrolled confounding",
    )
    assert reason(grade, "robins-i.d1").observed == "low_except_confounding"
    assert reason(grade, "robins-i.d1").answer == "met"
    assert reason(grade, "robins-i.d2").observed == "low"


def test_confounding_left_open_between_two_low_judgements_is_not_asked_about():
    """Per protocol a weak no or a yes come to the same level once the checks are clear."""
    answers = {name: a for name, a in SOUND.items() if not name.startswith(OF_D1)}
    facts = told(
        design="cohort",
        **answers,
        robins_i_1_1_per_protocol="y",
        robins_i_1_2_per_protocol="y",
        robins_i_1_5_per_protocol="n",
    ) | {"analysis_population": Fact(value="per_protocol")}
    assert apply(ROBINS_I_2_DRAFT, facts).judgements == ("robins_i_1_3_per_protocol",)
    known = facts | told(design="cohort", robins_i_1_3_per_protocol="wn")
    assert apply(ROBINS_I_2_DRAFT, known).level == "low"


@pytest.mark.parametrize(
    ("answers", "domain", "judgement", "verified"),
    [
        ({"robins_i_4_11": "n"}, "robins-i.d4", "serious", True),
        ({"robins_i_4_11": "ni"}, "robins-i.d4", "serious", False),
        ({"robins_i_4_11": "y"}, "robins-i.d4", "moderate", True),
        (
            {"robins_i_4_4": "n", "robins_i_4_7": "y", "robins_i_4_8": "n", "robins_i_4_9": "sn"},
            "robins-i.d4",
            "serious",
            False,
        ),
        ({"robins_i_2_4": "wy"}, "robins-i.d2", "serious", False),
        ({"robins_i_2_4": "ni"}, "robins-i.d2", "serious", False),
        ({"robins_i_2_4": "sy"}, "robins-i.d2", "serious", True),
        ({"robins_i_2_4": "n"}, "robins-i.d2", "moderate", True),
    ],
)
def test_what_the_tables_leave_open_takes_the_worse_branch_and_is_flagged(
    answers, domain, judgement, verified
):
    late = {"robins_i_2_1": "n", "robins_i_2_2": "n", "robins_i_2_3": "wy", "robins_i_2_5": "n"}
    gaps = {
        "robins_i_4_1": "n",
        "robins_i_4_4": "y",
        "robins_i_4_5": "y",
        "robins_i_4_6": "y",
        "robins_i_4_11": "y",
    }
    found = reason(draft(**late | gaps | answers), domain)
    assert (found.observed, found.verified) == (judgement, verified)


@pytest.mark.parametrize(("blind", "answer"), [(True, "n"), (False, "y"), (None, None)])
def test_a_recorded_blind_assessor_answers_for_itself(blind, answer):
    contrast = smd(0.1, 0.1, measurement=Measurement(assessor_blind=blind))
    said = [Judgement(question="robins_i_5_1", answer="n", event_id="said")]
    grade = grade_contrast(ROBINS_I_2_DRAFT, contrast, said)
    observed = {one.rule: one.observed for one in grade.reasons}
    assert observed.get("robins_i_5_2") == answer


@pytest.mark.parametrize(
    ("method", "complete_cases", "filled_in"),
    [
        ("complete_case", "y", None),
        ("multiple_imputation", "n", "y"),
        ("last_observation", "n", "y"),
        ("inverse_probability", "n", "n"),
        ("full_information", "n", "n"),
        (None, None, None),
    ],
)
def test_what_was_done_about_missing_data_answers_for_itself(method, complete_cases, filled_in):
    contrast = smd(0.1, 0.1, analysis=Analysis(missing_data_method=method))
    gaps = [Judgement(question="robins_i_4_1", answer="n", event_id="said")]
    grade = grade_contrast(ROBINS_I_2_DRAFT, contrast, gaps)
    observed = {one.rule: one.observed for one in grade.reasons}
    told = observed.get("robins_i_4_4"), observed.get("robins_i_4_7")
    assert told == (complete_cases, filled_in)
    person = Judgement(question="robins_i_4_4", answer="ni", event_id="judged")
    asked = grade_contrast(ROBINS_I_2_DRAFT, contrast, [*gaps, person])
    assert {one.rule: one.observed for one in asked.reasons}["robins_i_4_4"] == "ni"


@pytest.mark.parametrize("standard", [ROBINS_I_2016, ROBINS_I_2_DRAFT], ids=lambda s: s.name)
@pytest.mark.parametrize("design", ["rct", "cluster_rct", "pre_post", "cross_section"])
def test_only_comparisons_without_randomisation_are_judged(standard, design):
    grade = apply(standard, told(design=design))
    assert (grade.status, grade.level) == ("ungraded", None)
    assert grade.missing == ("A comparison without randomisation",)


@pytest.mark.parametrize("standard", [ROBINS_I_2016, ROBINS_I_2_DRAFT], ids=lambda s: s.name)
@pytest.mark.parametrize("design", NOT_RANDOMISED)
def test_comparisons_without_randomisation_wait_for_answers(standard, design):
    grade = apply(standard, told(design=design))
    assert (grade.status, grade.bounds.worst, grade.bounds.best) == (
        "judgement_required",
        "critical",
        "low",
    )
    assert len(grade.judgements) == len(standard.domains)


def judged(*judgements):
    answers = {f"robins_i_2016_{place}": one for place, one in enumerate(judgements, start=1)}
    return apply(ROBINS_I_2016, told(design="cohort", **answers))


@pytest.mark.parametrize("others", LEVELS_2016)
@pytest.mark.parametrize("one", LEVELS_2016)
def test_the_first_version_is_as_bad_overall_as_its_worst_domain(one, others):
    for place in range(7):
        judgements = [others] * 7
        judgements[place] = one
        assert judged(*judgements).level == min(one, others, key=LEVELS_2016.index)


@pytest.mark.parametrize(
    ("known", "level"),
    [
        ("moderate", "no_information"),
        ("low", "no_information"),
        ("serious", "serious"),
        ("critical", "critical"),
    ],
)
def test_missing_information_tells_only_where_nothing_is_serious(known, level):
    grade = judged("no_information", known, *["low"] * 5)
    assert grade.level == level
    assert not reason(grade, "robins-i.overall").verified


def test_each_open_domain_is_asked_about_until_one_is_critical():
    grade = judged("moderate")
    assert grade.judgements == tuple(f"robins_i_2016_{place}" for place in range(2, 8))
    assert (grade.bounds.worst, grade.bounds.best) == ("critical", "moderate")
    assert judged("critical").status == "determined"


def test_the_reasons_and_the_explanation_of_a_study_of_the_draft():
    grade = draft(robins_i_5_1="y")
    assert reason(grade, "robins-i.d5").text == (
        "Measurement of the outcome: serious. Could one group's outcomes have been sought or "
        "recorded otherwise? Yes."
    )
    assert reason(grade, "robins-i.d1").text == (
        "Confounding: low except confounding. Which effect is in question: that of being assigned "
        "to the programme, or that of keeping to it? Assignment. Does the analysis allow for "
        "every confounder that matters? Yes. Does it also adjust for things the programme itself "
        "may have changed? No. Were the confounders it allows for measured well? Yes. Do placebo "
        "outcomes or similar checks point to serious confounding that is left? No."
    )
    assert reason(grade, "robins-i.overall").text == "Overall: serious, as in the worst domain."
    assert explain_level(grade) == (
        "Serious risk of bias (robins-i@2-draft-2025). What would lift it to Low risk of bias, "
        "except for uncontrolled confounding: the answer probably no or no to \"Could one group's "
        'outcomes have been sought or recorded otherwise?".'
    )


def test_the_reasons_of_the_first_version_name_the_persons_judgement():
    grade = judged("serious", *["low"] * 6)
    assert reason(grade, "robins-i.d1").text == (
        "Confounding: serious. How large is the risk of bias from differences between the groups "
        "that also bear on the outcome? Serious."
    )
    assert [(lift.to, lift.changes) for lift in grade.lift] == [
        (level, ("robins_i_2016_1",)) for level in ("low", "moderate", "no_information")
    ]


def test_a_trial_is_judged_by_neither_version():
    for standard in (ROBINS_I_2016, ROBINS_I_2_DRAFT):
        assert grade_contrast(standard, trial(0.1, 0.1)).status == "ungraded"


def test_every_level_is_reached():
    draft_levels = {draft(**changes).level for changes in ({}, *WORSE.values())}
    assert draft_levels == {level.name for level in ROBINS_I_2_DRAFT.levels}
    first = {judged(*[level] * 7).level for level in LEVELS_2016}
    assert first == {level.name for level in ROBINS_I_2016.levels}


def test_each_version_has_its_own_domains_and_questions():
    assert (len(ROBINS_I_2016.domains), len(ROBINS_I_2016.questions)) == (7, 7)
    assert (len(ROBINS_I_2_DRAFT.domains), len(ROBINS_I_2_DRAFT.questions)) == (6, 41)
    assert settled(D6.tree, {"robins_i_6_1": "y"}) == "low"

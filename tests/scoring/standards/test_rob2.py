"""RoB 2: every tree against the diagrams written out afresh, the overall judgement, and its use."""

from itertools import product

import pytest

from scoring import explain_level
from scoring.evidence import Analysis, Fact, Flow, Judgement, Measurement
from scoring.facts import contrast_facts
from scoring.published import grade_body, grade_contrast, published
from scoring.standards import Level, Rule, Standard, apply
from scoring.standards.rob2 import ROB2_2019
from scoring.standards.rules import Compare, OneOf, Rating, Tally
from scoring.standards.trees.tree import leaves, settled
from tests.scoring.evidence import smd, subject, trial, trials
from tests.scoring.standards.rob2_diagrams import d1, d2, d2_adhering, d3, d4, d5
from tests.scoring.standards.tree_cases import every_way, reason, told

NAMES = ("high", "some_concerns", "low")
D1, D2, D3, D4, D5 = ROB2_2019.domains
ASSIGNMENT, ADHERING = (branch.then for branch in D2.tree.branches)

# Answers that a favourable trial has, domain by domain.
SOUND = {
    "rob2_1_1": "y",
    "rob2_1_2": "y",
    "rob2_1_3": "n",
    "rob2_effect": "assignment",
    "rob2_2_1": "n",
    "rob2_2_2": "n",
    "rob2_2_6": "y",
    "rob2_3_1": "y",
    "rob2_4_1": "n",
    "rob2_4_2": "n",
    "rob2_4_3": "n",
    "rob2_5_1": "y",
    "rob2_5_2": "n",
    "rob2_5_3": "n",
}
# Changes to those that leave one domain with some concerns, or at high risk.
SOME = {
    "d1": {"rob2_1_3": "y"},
    "d2": {"rob2_2_6": "n", "rob2_2_7": "n"},
    "d3": {"rob2_3_1": "n", "rob2_3_2": "n", "rob2_3_3": "y", "rob2_3_4": "n"},
    "d4": {"rob2_4_2": "ni"},
    "d5": {"rob2_5_1": "n"},
}
HIGH = {
    "d1": {"rob2_1_2": "n"},
    "d2": {"rob2_2_6": "n", "rob2_2_7": "y"},
    "d3": {"rob2_3_1": "n", "rob2_3_2": "n", "rob2_3_3": "y", "rob2_3_4": "y"},
    "d4": {"rob2_4_1": "y"},
    "d5": {"rob2_5_2": "y"},
}


def judged(**domains):
    """Answers by which each domain is judged as told, and low where nothing is told."""
    changes = {"low": {}, "some_concerns": SOME, "high": HIGH}
    return {
        **SOUND,
        **{k: v for d, as_ in domains.items() for k, v in changes[as_].get(d, {}).items()},
    }


DIAGRAMS = [
    pytest.param(D1.tree, d1, 5**3, id="randomisation"),
    pytest.param(ASSIGNMENT, d2, 5**7, id="departures, effect of assignment"),
    pytest.param(ADHERING, d2_adhering, 5**3 * 6**3, id="departures, effect of adhering"),
    pytest.param(D3.tree, d3, 5**4, id="missing outcomes"),
    pytest.param(D4.tree, d4, 5**5, id="measurement"),
    pytest.param(D5.tree, d5, 5**3, id="reported result"),
]


@pytest.mark.parametrize(("tree", "diagram", "number"), DIAGRAMS)
def test_every_set_of_answers_is_judged_as_the_diagram_says(tree, diagram, number):
    accepted = {one.id: one.answers for one in ROB2_2019.questions}
    asked = sorted(_asked(tree))
    seen = 0
    for answers in every_way({name: accepted[name] for name in asked}):
        by_number = {name.removeprefix("rob2_"): answer for name, answer in answers.items()}
        assert settled(tree, answers) == diagram(by_number)
        seen += 1
    assert seen == number


def _asked(tree):
    if isinstance(tree, str):
        return set()
    return {tree.question}.union(*(_asked(branch.then) for branch in tree.branches))


@pytest.mark.parametrize("as_judged", list(product(NAMES, repeat=5)))
def test_the_overall_judgement_of_all_combinations_of_domains(as_judged):
    answers = judged(**dict(zip(("d1", "d2", "d3", "d4", "d5"), as_judged, strict=True)))
    grade = apply(ROB2_2019, told(**answers))
    assert tuple(reason(grade, d.id).observed for d in ROB2_2019.domains) == as_judged
    several = as_judged.count("some_concerns") > 1
    if "high" in as_judged:
        assert (grade.level, grade.judgements) == ("high", ())
    elif several:
        assert (grade.status, grade.level) == ("judgement_required", None)
        assert grade.judgements == ("rob2_overall_several",)
        assert (grade.bounds.worst, grade.bounds.best) == ("high", "some_concerns")
        for said, level in (("yes", "high"), ("no", "some_concerns")):
            again = apply(ROB2_2019, told(**answers, rob2_overall_several=said))
            assert (again.status, again.level) == ("determined", level)
    else:
        expected = "some_concerns" if "some_concerns" in as_judged else "low"
        assert (grade.status, grade.level) == ("determined", expected)


@pytest.mark.parametrize(
    ("population", "effect"),
    [
        ("itt", "assignment"),
        ("mitt", "assignment"),
        ("per_protocol", "adhering"),
        ("as_treated", "adhering"),
        ("cace", "adhering"),
    ],
)
def test_the_population_analysed_says_which_effect_is_judged(population, effect):
    told_of = trial(0.3, 0.1, analysis=Analysis(population=population))
    answer = reason(grade_contrast(ROB2_2019, told_of), "rob2_effect")
    assert (answer.observed, answer.verified) == (effect, False)


def test_where_nobody_told_whom_was_analysed_both_effects_stay_open_and_it_is_asked():
    answers = {name: answer for name, answer in SOUND.items() if name != "rob2_effect"}
    grade = apply(ROB2_2019, told(**answers))
    assert (grade.status, grade.level) == ("judgement_required", None)
    assert (grade.bounds.worst, grade.bounds.best) == ("high", "low")
    assert grade.judgements == ("rob2_effect",)
    assert apply(ROB2_2019, told(**SOUND)).level == "low"


def test_the_effect_of_adhering_is_asked_its_own_questions():
    answers = {name: answer for name, answer in SOUND.items() if name != "rob2_effect"}
    facts = told(**answers) | {"analysis_population": Fact(value="per_protocol")}
    grade = apply(ROB2_2019, facts)
    assert grade.judgements == ("rob2_2_4_adhering",)
    assert (
        apply(
            ROB2_2019,
            facts | told(**answers, rob2_2_4_adhering="na", rob2_2_5_adhering="na"),
        ).level
        == "low"
    )


def test_nobody_answered_leaves_everything_open_and_asks_the_first_question_of_each_domain():
    grade = apply(ROB2_2019, told())
    assert (grade.status, grade.level, grade.title) == (
        "judgement_required",
        None,
        "Judgement required",
    )
    assert (grade.bounds.worst, grade.bounds.best) == ("high", "low")
    assert grade.judgements == ("rob2_1_2", "rob2_effect", "rob2_3_1", "rob2_4_1", "rob2_5_2")


def test_one_domain_at_high_risk_settles_the_whole():
    grade = apply(ROB2_2019, told(rob2_4_1="py"))
    assert (grade.status, grade.level, grade.judgements) == ("determined", "high", ())


def test_a_question_that_could_only_tell_some_concerns_again_is_not_asked():
    answers = judged(d1="some_concerns", d3="some_concerns")
    del answers["rob2_5_1"]
    grade = apply(ROB2_2019, told(**answers))
    assert grade.judgements == ("rob2_overall_several",)


@pytest.mark.parametrize("design", ["cohort", "matched_comparison", "pre_post"])
def test_only_randomised_trials_are_judged(design):
    grade = apply(ROB2_2019, told(design=design, **SOUND))
    assert (grade.status, grade.missing) == ("ungraded", ("A randomised trial",))


def test_cluster_trials_are_judged_and_the_missing_domain_of_their_own_is_flagged():
    grade = apply(ROB2_2019, told(design="cluster_rct", **SOUND))
    assert grade.level == "low"
    assert not reason(grade, "rob2.randomised").verified


# Both sides of "nearly all", in per cent lost: 5 of 100, and 51 of 1000.
@pytest.mark.parametrize(("analysed", "judgement"), [(950, "low"), (949, None)])
def test_almost_complete_data_answer_for_themselves(analysed, judgement):
    flow = Flow(
        assigned_intervention=1000,
        assigned_comparison=1000,
        analysed_intervention=analysed,
        analysed_comparison=analysed,
    )
    grade = grade_contrast(ROB2_2019, trial(0.1, 0.1, flow=flow))
    assert reason(grade, "rob2.d3").observed == judgement


def test_an_answer_from_the_recorded_facts_says_so_and_gives_way_to_a_person():
    flow = Flow(
        assigned_intervention=100,
        assigned_comparison=100,
        analysed_intervention=98,
        analysed_comparison=98,
    )
    contrast = trial(0.1, 0.1, flow=flow)
    by_itself = reason(grade_contrast(ROB2_2019, contrast), "rob2_3_1")
    assert by_itself.text == (
        "Is the outcome known for everyone who was assigned, or all but a few? Probably yes, "
        "from the recorded facts."
    )
    assert (by_itself.event_ids, by_itself.verified) == (("event-1",), False)
    said = Judgement(question="rob2_3_1", answer="n", event_id="said", about="event-1")
    overruled = grade_contrast(ROB2_2019, contrast, [said])
    assert reason(overruled, "rob2_3_1").event_ids == ("said",)
    assert reason(overruled, "rob2.d3").observed is None


@pytest.mark.parametrize(
    ("facts", "question", "answer"),
    [
        ({"analysis": Analysis(population="itt")}, "rob2_2_6", "py"),
        ({"analysis": Analysis(population="mitt")}, "rob2_2_6", None),
        ({"measurement": Measurement(assessor_blind=True)}, "rob2_4_3", "n"),
        ({"measurement": Measurement(assessor_blind=False)}, "rob2_4_3", "y"),
        ({"measurement": Measurement()}, "rob2_4_3", None),
    ],
)
def test_recorded_facts_answer_only_what_they_truly_answer(facts, question, answer):
    grade = grade_contrast(ROB2_2019, trial(0.1, 0.1, **facts))
    observed = {one.rule: one.observed for one in grade.reasons}
    assert observed.get(question) == answer


def test_a_judgement_of_one_result_stands_before_one_of_the_whole_outcome():
    general = Judgement(question="rob2_4_1", answer="n", event_id="general")
    own = Judgement(question="rob2_4_1", answer="y", event_id="own", about="event-1")
    contrast = trial(0.1, 0.1)
    assert grade_contrast(ROB2_2019, contrast, [general]).level is None
    assert grade_contrast(ROB2_2019, contrast, [own, general]).level == "high"


# A body whose samples count by their risk of bias.
BY_BIAS = Standard(
    id="test",
    version="1",
    title="Test",
    unit="body",
    source="test",
    rules=(
        Rule(
            id="test.one",
            title="One sample at low risk",
            fact="low_risk",
            check=Compare(">=", 1),
            source="test",
            lift="a sample",
        ),
    ),
    levels=(
        Level(name="none", title="None", paths=((),)),
        Level(name="some", title="Some", paths=(("test.one",),)),
    ),
    contrast_rules=(
        Rule(
            id="test.low",
            title="Low risk",
            fact="risk_of_bias",
            check=OneOf(("low",)),
            source="test",
            lift="low risk",
        ),
    ),
    ratings=(Rating(fact="risk_of_bias", standard="rob2@2019"),),
    tallies=(Tally(fact="low_risk", title="Samples at low risk", paths=(("test.low",),)),),
)


@pytest.mark.parametrize(
    ("answers", "design", "worst", "best"),
    [
        (SOUND, "rct", "some", "some"),
        ({}, "rct", "none", "some"),
        (judged(d1="high"), "rct", "none", "none"),
        (judged(d1="some_concerns"), "rct", "none", "none"),
        (SOUND, "cohort", "none", "none"),
    ],
)
def test_a_body_counts_samples_by_what_their_risk_is_and_could_still_be(
    answers, design, worst, best
):
    contrast = trial(0.1, 0.1)
    if design != "rct":
        contrast = smd(0.1, 0.1)
    said = [Judgement(question=q, answer=a, event_id=q) for q, a in answers.items()]
    bounds = grade_body(BY_BIAS, [contrast], said).bounds
    assert (bounds.worst, bounds.best) == (worst, best)


PATHS = (
    "A randomised trial: rct; met.",
    (
        "Randomisation: low. Was it impossible to foresee or sway someone's group before they "
        "were irrevocably in? Yes. Did chance alone decide which group each person joined? Yes. "
        "Do the groups differ at the start by more than a fair draw would make likely? No."
    ),
    (
        "Departures from what was planned: some concerns. Which effect is in question: that of "
        "being assigned to the programme, or that of keeping to it? Assignment. Did the people in "
        "the trial know their own group while it ran? No. Did those who delivered the programme "
        "know who belonged to which group? No. Does the analysis count everyone in the group they "
        "were drawn for? No. Were so many people left out or counted in another group that the "
        "result could shift noticeably? No."
    ),
    (
        "Missing outcomes: low. Is the outcome known for everyone who was assigned, or all but a "
        "few? Yes."
    ),
    (
        "Measurement of the outcome: low. Is the measure a poor way to capture this outcome? No. "
        "Could one group's outcomes have been sought or recorded otherwise? No. Did whoever "
        "recorded the outcome know the person's group? No."
    ),
    (
        "Choice of the reported result: some concerns. Is this result likely the pick of several "
        "measures or time points? No. Is this result likely the pick of several ways to analyse "
        "the data? No. Was the analysis fixed before outcomes by group could be seen, and then "
        "followed? No."
    ),
    "Overall: not settled, still high or some concerns.",
)


def test_the_reasons_tell_the_path_of_answers():
    grade = apply(ROB2_2019, told(**judged(d2="some_concerns", d5="some_concerns")))
    told_of = [one.text for one in grade.reasons if one.rule.startswith("rob2.")]
    assert tuple(told_of) == PATHS
    assert grade.missing == (
        "Do the concerns in several domains together leave little trust in the result?",
    )


def test_the_explanation_names_the_level_and_what_would_lift_it():
    grade = apply(ROB2_2019, told(**judged(d1="high")))
    assert [(lift.to, lift.changes) for lift in grade.lift] == [
        ("low", ("rob2_1_2",)),
        ("some_concerns", ("rob2_1_2",)),
    ]
    assert explain_level(grade) == (
        "High risk of bias (rob2@2019). What would lift it to Low risk of bias: the answer yes or "
        "probably yes to \"Was it impossible to foresee or sway someone's group before they were "
        'irrevocably in?".'
    )


def test_of_several_trials_the_best_is_told_and_what_any_of_them_still_could_be():
    body = trials([(0.1, 0.1), (0.2, 0.1)])
    said = [
        Judgement(question=q, answer=a, event_id=q, about="event-1")
        for q, a in judged(d1="high").items()
    ]
    found = published(ROB2_2019, subject(*body, judgements=tuple(said)))
    assert [one.level for _, one in found.contrasts] == ["high", None]
    assert (found.grade.bounds.worst, found.grade.bounds.best) == ("high", "low")
    every_lift = [lift for _, one in found.contrasts for lift in one.lift]
    assert all(name in ROB2_2019.by_id for lift in every_lift for name in lift.changes)


def test_every_level_is_reached_from_recorded_contrasts():
    contrast = trial(0.1, 0.1)
    for name in NAMES:
        said = [Judgement(question=q, answer=a, event_id=q) for q, a in judged(d4=name).items()]
        assert grade_contrast(ROB2_2019, contrast, said).level == name
    assert {level.name for level in ROB2_2019.levels} == set(NAMES)


def test_it_lists_one_rule_a_domain_and_its_trees_as_data():
    assert [rule.id for rule in ROB2_2019.rules] == [
        "rob2.randomised",
        *(f"rob2.d{number}" for number in range(1, 6)),
    ]
    assert len(ROB2_2019.questions) == 28
    for domain in ROB2_2019.domains:
        assert leaves(domain.tree) == set(NAMES)
    assert "unknown" in {
        one.answer for one in apply(ROB2_2019, contrast_facts(trial(0.1, 0.1))).reasons
    }

"""What would lift a body of evidence: said of the studies there are, true when it is done."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.changes import fewest_changes
from scoring.examined import examined
from scoring.published import grade_body
from scoring.standards import standard_named
from scoring.standards.rules import Tally
from tests.scoring.standards.mending import (
    answered,
    settled,
    with_its_studies,
    with_new_samples,
)
from tests.scoring.standards.samples import AGAINST, FOR, HARMED, NULL, graded, quasi, sample

COUNTING = (
    "essa@2015",
    "nesta@2013",
    "eif@2017",
    "pathways@2021",
    "title-iv-e@2.0",
    "cebc@1",
    "blueprints@1",
)

LACKING = (
    {},
    {"months_since_end": 3.0},
    {"months_since_end": None},
    {"harms": None},
    {"found": (0.3, None)},
    {"found": NULL},
    {"found": AGAINST},
    {"conduct": {"confounding_factor": None}},
    {"conduct": {"usual_care_setting": None}},
    {"reporting": {"peer_reviewed": None, "evaluator": "developer"}},
    {"reporting": {"evaluator": None, "published_year": None}},
    {"implementation": {"manual": None, "fidelity": None}},
    {"implementation": {"theory_of_change": False, "training": None}},
    {"measurement": {"validated": None, "internal_consistency": None}},
    {"analysis": {"population": None}},
    {"flow": {"analysed_comparison": None}},
)

bodies = st.lists(
    st.tuples(st.sampled_from([sample, quasi]), st.sampled_from(LACKING), st.sampled_from([1, 2])),
    min_size=1,
    max_size=4,
)


def made(body):
    """Contrasts, some of one sample and study."""
    contrasts = []
    for number, (make, lacking, place) in enumerate(body, start=1):
        facts = {"found": FOR, "site": f"Town {place}", "study": f"Study {place}"} | lacking
        contrasts.append(make(number, facts.pop("found"), **facts))
    return contrasts


def place(standard, name):
    return [level.name for level in standard.levels].index(name)


def reachable(grade, lift):
    """Whether no bad news that is already counted stands in its way."""
    answers = {reason.rule: reason for reason in grade.reasons}
    return not any(
        answers[rule].answer == "unmet" and rule.endswith(("at_most_0", "at_most_1"))
        for rule in lift.changes
    )


def asks(lift, *words):
    return any(word in rule for rule in lift.changes for word in words)


@settings(max_examples=60, deadline=None)
@given(bodies, st.sampled_from(COUNTING))
def test_what_would_lift_a_grade_does_lift_it_once_it_is_done(body, name):
    standard, contrasts = standard_named(name), made(body)
    grade = grade_body(standard, contrasts)
    for lift in grade.lift:
        if not reachable(grade, lift):
            continue
        ways = [with_new_samples(lift, contrasts)]
        if lift.studies:
            ways.append(with_its_studies(standard, lift, contrasts))
        for way in ways:
            told = settled(way) if asks(lift, "settled", "at_most") else way
            judged = answered(standard) if asks(lift, "weight", "cost", "supports") else ()
            lifted = grade_body(standard, told, judged)
            assert place(standard, lifted.bounds.worst) >= place(standard, lift.to), lift.text


@settings(max_examples=40, deadline=None)
@given(bodies, st.sampled_from(COUNTING))
def test_a_grade_below_the_best_always_says_what_would_lift_it(body, name):
    standard = standard_named(name)
    grade = grade_body(standard, made(body))
    at_the_top = grade.bounds is not None and grade.bounds.worst == standard.levels[-1].name
    assert bool(grade.lift) is not at_the_top


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        (
            "pathways@2021",
            [sample(1), sample(2, conduct={"confounding_factor": None})],
            (
                "Well-supported: 1 more study (a significant favourable effect, rated moderate or "
                "high); or instead, of Study 2 (Town 2): show that nothing else always went with "
                "one of the groups"
            ),
        ),
        (
            "title-iv-e@2.0",
            [sample(1, months_since_end=3.0), sample(2, months_since_end=3.0)],
            (
                "Well-supported: 1 more independent sample (a favourable effect in usual care or "
                "practice that lasts 12 months); or instead, of Study 1 (Town 1): measured 12 "
                "months or more after the programme ended"
            ),
        ),
        (
            "title-iv-e@2.0",
            [sample(1, harms=None), sample(2, harms=None)],
            (
                "Well-supported: tell of every study whether there is harm, and find none (not "
                "known of Study 1 (Town 1), Study 2 (Town 2))"
            ),
        ),
        (
            "pathways@2021",
            [sample(1), sample(2, AGAINST)],
            (
                "Supported: no study with a significant unfavourable effect, rated moderate or "
                "high (now Study 2 (Town 2))"
            ),
        ),
        (
            "eif@2017",
            [sample(1), sample(2)],
            (
                "EIF 4+: evidence of a long-term effect, replicated: 1 more study (a favourable "
                "effect in a rigorous evaluation)"
            ),
        ),
    ],
)
def test_a_lift_names_the_studies_and_what_they_want(name, body, text):
    assert graded(name, *body).lift[0].text == text


def test_the_study_that_wants_least_is_named():
    body = [
        sample(1),
        sample(2, implementation={}, reporting={"peer_reviewed": None}),
        sample(3, reporting={"peer_reviewed": None}, conduct={"usual_care_setting": None}),
    ]
    (lift,) = graded("cebc@1", *body).lift
    assert (lift.to, lift.studies) == ("1", (("event-2", ("cebc.peer_reviewed",)),))


def test_one_study_that_serves_two_counts_is_preferred_to_two_that_serve_one_each():
    standard = standard_named("blueprints@1")
    manual = Tally(fact="one", title="a manual", paths=(("blueprints.manual",),))
    ready = Tally(fact="two", title="both", paths=(("blueprints.manual", "blueprints.training"),))
    told = [
        examined(standard, sample(1, implementation={"manual": None, "training": None})),
        examined(standard, sample(2, implementation={"manual": None})),
    ]
    both = fewest_changes([(manual, 1), (ready, 1)], told)
    assert set(both) == {("event-2", "blueprints.manual")}


def test_what_cannot_be_changed_about_a_study_is_not_asked_of_it():
    (lift,) = graded("cebc@1", quasi(1)).lift
    assert (lift.to, lift.studies) == ("2", ())


def test_new_samples_are_counted_and_those_that_must_be_more_are_told():
    (lift,) = graded("title-iv-e@2.0", sample(1, NULL, harms=HARMED)).lift[:1]
    assert "no independent sample with harm (now Study 1 (Town 1))" in lift.text


def test_of_many_studies_against_it_three_are_named():
    against = [sample(number, AGAINST) for number in range(2, 6)]
    rationale = {
        "implementation": {"mechanism_evidence": "theory"},
        "reporting": {"publication_status": "ongoing"},
    }
    (lift,) = graded("essa@2015", sample(1, **rationale), *against).lift
    assert lift.to == "tier_1"
    assert "(now Study 2 (Town 2), Study 3 (Town 3), Study 4 (Town 4) and 1 more)" in lift.text
    (fewer,) = graded("essa@2015", sample(1, **rationale), *against[:3]).lift
    assert "(now Study 2 (Town 2), Study 3 (Town 3), Study 4 (Town 4))" in fewer.text


def test_many_results_of_one_study_that_lack_different_things_are_searched_to_the_end():
    lacking = [LACKING[a] | LACKING[b] for a in range(len(LACKING)) for b in range(a, len(LACKING))]
    body = [
        sample(number, study="one study", **facts)
        for number, facts in enumerate(lacking[:30], start=1)
    ]
    grade = grade_body(standard_named("blueprints@1"), body)
    assert grade.level is not None

"""The published portfolio is a good test of a grader: each hard case, and what must be said of it.

The findings were worked out by hand from section 3 of the anytime method, apart from the code:
y is the log ratio over pi/sqrt 3 with more-is-better, its SE from the interval, k = 1 unless said.
"""

import pytest

from service.cli.sign_ins import demo_tokens
from service.demo.load import load
from tests.service.served import serve


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory):
    """The demonstration, loaded once through the API's own path."""
    served = serve(tmp_path_factory.mktemp("portfolio"))
    loaded = load(served.app.test_client(), tokens=demo_tokens(served.settings))
    last = served.lane.store.recorder.max_notification_id()
    assert served.lane.follower.wait_for(last, 120)
    yield Portfolio(served, loaded)
    served.close()


class Portfolio:
    """Reads grades as a funder does, by the slugs of the files."""

    def __init__(self, served, loaded):
        self.served = served
        self.loaded = loaded

    def read(self, path, **query):
        answer = self.served.get(path, by="funder", query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def grade(self, programme, outcome, **query):
        path = f"/v1/programmes/{self.loaded.programmes[programme]}/grades"
        (grade,) = self.read(path, outcome=outcome, **query)["items"]
        return grade

    def approach_grade(self, approach, outcome, **query):
        path = f"/v1/approaches/{self.loaded.approaches[approach]}/grades"
        (grade,) = self.read(path, outcome=outcome, **query)["items"]
        return grade

    def event(self, programme, key):
        return self.loaded.events[programme][key]


def answers(grade):
    """Rule -> met, unmet or unknown."""
    return {
        reason["rule"].removeprefix("candour."): reason["answer"] for reason in grade["reasons"]
    }


CASES = [
    # Subgroups split the effect (A1 to A8).
    ("rushcliffe-care-homes", "emergency_admissions", "insufficient", "very low"),
    ("rushcliffe-care-homes", "ae_attendances", "promising", "very low"),
    ("rushcliffe-care-homes", "avoidable_admissions", "insufficient", "very low"),
    # Replication elsewhere: yes without an interval (B1), in part (A9).
    ("nottingham-city-care-homes", "emergency_admissions", "insufficient", "very low"),
    ("wakefield-care-homes", "avoidable_admissions", "insufficient", "very low"),
    # Harm: with an interval (A10) it is said; without one (B5, B6) it cannot be.
    ("north-east-hampshire-farnham-teams", "ae_attendances", "concerning", "very low"),
    ("northumberland-urgent-care", "ae_attendances", "insufficient", "very low"),
    ("integrated-care-pilots-2009", "emergency_admissions", "insufficient", "very low"),
    # Trials of practices of which no abstract says whether practices were allowed for (A21, A13).
    ("three-d-multimorbidity-reviews", "quality_of_life", "insufficient", "very low"),
    ("whole-systems-demonstrator-telecare", "any_admission", "insufficient", "very low"),
    # Another of them, with doubts about where it would hold (A11, A12).
    ("whole-system-demonstrator-telehealth", "any_admission", "insufficient", "very low"),
    ("whole-system-demonstrator-telehealth", "mortality", "insufficient", "very low"),
    # Monitoring and before-after figures, however large (B14, B18, B22).
    ("working-well-family", "employment", "insufficient", "very low"),
    ("south-east-virtual-wards", "emergency_admissions", "insufficient", "very low"),
    ("long-way-from-frome-cluster", "emergency_admissions", "insufficient", "very low"),
    # Planned, and not reported yet (B19).
    ("national-virtual-ward-evaluation", "length_of_stay", "insufficient", "very low"),
    # Invented programmes, for what no published row shows.
    ("fernshire-settling-in-visits", "emergency_admissions", "promising", "high"),
    ("larkhill-same-day-discharge", "readmissions", "harmful", "moderate"),
    ("ashmoor-evening-calls", "wellbeing", "no detectable effect", "high"),
]


@pytest.mark.parametrize(("programme", "outcome", "finding", "confidence"), CASES)
def test_each_case_is_graded_as_worked_out_by_hand(
    portfolio, programme, outcome, finding, confidence
):
    grade = portfolio.grade(programme, outcome)

    assert (grade["finding"], grade["confidence"]) == (finding, confidence)
    assert grade["explanation"]


def test_nothing_published_demonstrably_works_yet(portfolio):
    page = portfolio.read("/v1/grades", limit=100)["items"]
    working = {row["programme"]["name"] for row in page if row["grade"]["demonstrably_works"]}

    assert working == {"Settling-in visits, Fernshire", "Settling-in visits, Port Merrow"}


@pytest.mark.parametrize(
    ("outcome", "residential", "nursing", "p_value"),
    [
        # z = difference of the two y over the root of the summed variances, by hand.
        ("emergency_admissions", "promising", "insufficient", 0.0066),
        ("avoidable_admissions", "insufficient", "insufficient", 0.0121),
        ("ae_attendances", "promising", "insufficient", 0.0094),
    ],
)
def test_an_effect_in_residential_homes_only_is_not_averaged_away(
    portfolio, outcome, residential, nursing, p_value
):
    grade = portfolio.grade("rushcliffe-care-homes", outcome)

    found = {context["value"]: context["finding"] for context in grade["contexts"]}
    assert found == {"residential": residential, "nursing": nursing}
    assert grade["interaction"]["p_value"] == pytest.approx(p_value, abs=5e-5)
    assert grade["estimate"]["k"] == 1
    assert "the average hides it" in grade["explanation"]


def test_the_whole_sample_and_its_subgroups_are_one_unit(portfolio):
    grade = portfolio.grade("rushcliffe-care-homes", "emergency_admissions")

    assert grade["estimate"]["natural"]["text"] == "RR 0.77 (0.61 to 0.97)"
    assert grade["anytime"]["counting"] == 1


def test_an_early_null_is_not_failure(portfolio):
    for year in (2016, 2017, 2018):
        grade = portfolio.grade(
            "vanguards-care-homes", "emergency_admissions", as_of=f"{year}-03-31"
        )
        assert grade["finding"] == "insufficient"
        assert len(grade["not_pooled"]) >= year - 2015
    assert "standard deviation" in grade["not_pooled"][0]["why"]


def test_a_claim_that_was_overturned_shows_what_was_known_when(portfolio):
    then = portfolio.grade("ashmoor-evening-calls", "wellbeing", as_of="2021-12-31")
    now = portfolio.grade("ashmoor-evening-calls", "wellbeing")

    assert then["finding"] == "insufficient"
    assert len(then["not_pooled"]) == 1
    assert now["finding"] == "no detectable effect"


def test_an_early_success_without_comparison_is_never_promising(portfolio):
    grade = portfolio.grade(
        "age-uk-personalised-integrated-care", "emergency_admissions", as_of="2016-12-31"
    )

    assert grade["finding"] == "insufficient"
    assert grade["estimate"] is None
    assert "compare" in grade["not_pooled"][0]["why"]


def test_opposite_costs_of_one_idea_give_no_verdict(portfolio):
    grade = portfolio.approach_grade("virtual-wards", "cost")

    assert grade["finding"] == "insufficient"
    assert len(grade["not_pooled"]) == 2


def test_a_judgement_lowers_confidence_from_its_day_on_with_its_reason(portfolio):
    name, outcome = "wakefield-care-homes", "avoidable_admissions"
    before = portfolio.grade(name, outcome, as_of="2024-12-31")
    after = portfolio.grade(name, outcome)

    assert answers(before)["low_risk_of_bias"] == "unknown"
    assert answers(after)["low_risk_of_bias"] == "unmet"
    judged = next(r for r in after["reasons"] if r["rule"] == "candour.low_risk_of_bias")
    assert portfolio.event(name, "a9-judgement") in judged["event_ids"]


def test_a_trial_of_practices_is_not_pooled_until_somebody_says_they_were_allowed_for(portfolio):
    grade = portfolio.grade("whole-system-demonstrator-telehealth", "mortality")
    (left_out,) = grade["not_pooled"]
    assert "better with the programme" in left_out["reported"]
    assert "allowed for" in left_out["why"]


def test_a_result_without_an_interval_is_shown_and_never_pooled(portfolio):
    for slug, outcome in (
        ("nottingham-city-care-homes", "emergency_admissions"),
        ("northumberland-urgent-care", "ae_attendances"),
        ("integrated-care-pilots-2009", "emergency_admissions"),
        ("mid-nottinghamshire-transformation", "emergency_admissions"),
    ):
        grade = portfolio.grade(slug, outcome)
        assert grade["estimate"] is None
        assert all("precision" in one["why"] for one in grade["not_pooled"])


def test_harm_reported_without_an_interval_is_not_hidden(portfolio):
    for slug, outcome in (
        ("northumberland-urgent-care", "ae_attendances"),
        ("integrated-care-pilots-2009", "emergency_admissions"),
    ):
        (left_out,) = portfolio.grade(slug, outcome)["not_pooled"]
        assert left_out["reported"].endswith("worse with the programme")


def test_the_stream_has_words_for_every_status(portfolio):
    def status(slug):
        return portfolio.read(f"/v1/programmes/{portfolio.loaded.programmes[slug]}")

    assert status("north-west-london-whole-systems")["status"] == "stalled"
    assert status("national-virtual-ward-evaluation")["status"] == "registered"
    croydon = portfolio.read(
        f"/v1/programmes/{portfolio.loaded.programmes['croydon-virtual-wards']}/events"
    )["items"]
    assert "pivoted" in [entry["type"] for entry in croydon]
    assert status("troubled-families-2015-2020")["status"] == "active"


def test_an_approach_works_once_enough_places_agree(portfolio):
    grade = portfolio.approach_grade("settling-in-visits", "emergency_admissions")

    assert grade["finding"] == "works"
    assert grade["anytime"]["ln_e_plus"] == pytest.approx(4.517, abs=5e-4)
    assert grade["anytime"]["counting"] == 7


def test_what_a_programme_withdrew_itself_still_counts_against_it(portfolio):
    grade = portfolio.grade("port-merrow-settling-in-visits", "ae_attendances")

    assert grade["anytime"]["ln_e_plus"] < 0
    assert grade["units"][0]["status"] == "withdrawn_by_programme"


def test_every_reason_cites_events_of_the_record(portfolio):
    grade = portfolio.grade("rushcliffe-care-homes", "ae_attendances")
    told = set(portfolio.loaded.events["rushcliffe-care-homes"].values())
    cited = {event for reason in grade["reasons"] for event in reason["event_ids"]}

    assert cited
    assert cited <= told

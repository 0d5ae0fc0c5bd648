"""The house grade: findings, confidence, units, contexts."""

from dataclasses import replace

import pytest

from scoring import explain, grade
from scoring.evidence import Baseline
from tests.scoring.evidence import (
    PLANNED,
    conducted,
    ratio,
    smd,
    subject,
    trial,
    trials,
)
from tests.scoring.explained import HARMS, NOTHING, WORKS

DEFAULT_S0 = replace(PLANNED, smallest_worthwhile=None)


def found(values, **facts):
    return grade(subject(*trials(values, promise=DEFAULT_S0, **facts))).finding


def answers(result):
    return {reason.rule: reason.answer for reason in result.reasons}


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ([], "insufficient"),
        ([(0.25, 0.10)], "insufficient"),
        ([(0.5, 0.05)] * 4, "promising"),
        ([(0.5, 0.05)] * 5, "works"),
        (WORKS, "works"),
        (HARMS, "harmful"),
        (NOTHING, "no detectable effect"),
        ([(-0.25, 0.05)], "concerning"),
        ([(0, 0.01)], "no effect where tried"),
        ([(3, 0.01), (5, 0.02), (-4, 0.05), (2.5, 0.001), (6, 0.3)], "insufficient"),
    ],
)
def test_findings_are_those_of_the_golden_values(values, finding):
    assert found(values) == finding


def test_a_credible_planned_body_that_works_is_of_high_confidence_and_demonstrably_works():
    result = grade(subject(*trials(WORKS)))
    assert (result.finding, result.confidence) == ("works", "high")
    assert result.demonstrably_works
    assert not result.monitoring.sesoi_is_default


def test_nothing_to_pool_is_ungraded():
    result = grade(subject())
    assert (result.status, result.finding, result.confidence) == (
        "ungraded",
        "insufficient",
        "very low",
    )


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"design": "monitoring"}, "monitoring"),
        ({"design": "pre_post", "comparator": None}, "compared"),
        ({"design": "cross_section", "controls_adequate": None}, "controls"),
        ({"comparator": "before_period"}, "compared"),
        ({"comparator": "none"}, "compared"),
        ({"confounding_factor": True}, "always went"),
        ({"confounding_factor": None}, "always went"),
    ],
)
def test_the_gate_keeps_what_shows_no_cause_out_of_the_pool_and_says_why(facts, rule):
    huge = conducted(smd(0.5, 0.001), **facts)
    result = grade(subject(huge))
    assert (result.status, result.finding) == ("ungraded", "insufficient")
    assert [n.event_id for n in result.not_pooled] == ["event-1"]
    assert rule in result.not_pooled[0].why.lower()


def test_a_baseline_measurement_is_never_pooled():
    assert grade(subject(smd(0.5, 0.05, timing="baseline"))).status == "ungraded"


def test_an_estimate_without_precision_is_shown_and_not_pooled():
    result = grade(subject(ratio(0.82), ratio(0.7, 0.6, 0.8, number=2)))
    assert [n.event_id for n in result.not_pooled] == ["event-1"]
    assert "no sign of its precision" in result.not_pooled[0].why
    assert result.not_pooled[0].reported.startswith("RR 0.82, ")
    assert len(result.units) == 1


def test_a_remeasurement_changes_what_is_shown_and_not_what_is_found():
    first = ratio(0.95, 0.85, 1.06, months_since_start=12)
    later = replace(ratio(0.70, 0.60, 0.82, number=2, months_since_start=36), site=first.site)
    alone, both = grade(subject(first)), grade(subject(first, later))
    assert both.monitoring.ln_e_plus == alone.monitoring.ln_e_plus
    assert both.natural.estimate == pytest.approx(0.70)
    assert both.remeasured
    assert both.shown.k == 1


def test_the_registered_horizon_is_the_one_that_counts_and_an_interim_only_counts_against():
    promise = replace(PLANNED, horizon_months=24)
    early = trial(0.6, 0.05, promise=promise, horizon_months=12)
    due = replace(trial(0.1, 0.05, number=2, promise=promise, horizon_months=24), site=early.site)
    interim = grade(subject(early))
    assert interim.monitoring.ln_e_plus == 0
    assert interim.units[0].interim
    assert grade(subject(early, due)).units[0].value.yi == pytest.approx(0.1)


def test_a_whole_sample_stands_for_its_subgroups():
    whole = ratio(0.77, 0.61, 0.97)
    part = ratio(0.6, 0.42, 0.86, number=2, site="site-1", context={"setting": "residential"})
    alone, both = grade(subject(whole)), grade(subject(whole, part))
    assert both.monitoring.ln_e_plus == alone.monitoring.ln_e_plus
    assert both.shown == alone.shown


def residential_and_nursing():
    homes = [("residential", 0.60, 0.42, 0.86), ("nursing", 1.15, 0.85, 1.56)]
    return [
        ratio(e, low, high, number=i, site="Rushcliffe", context={"setting": value})
        for i, (value, e, low, high) in enumerate(homes)
    ]


def test_an_effect_that_differs_by_context_is_shown_and_never_averaged_away_silently():
    result = grade(subject(*residential_and_nursing()))
    assert [(c.context.value, c.finding) for c in result.contexts] == [
        ("nursing", "insufficient"),
        ("residential", "promising"),
    ]
    assert [c.natural.estimate for c in result.contexts] == pytest.approx([1.15, 0.60])
    # The reference reports p = 0.005 from the model; from the two intervals it is 0.007.
    assert result.differs[0].p == pytest.approx(0.0066, abs=5e-4)
    assert answers(result)["candour.same_in_every_context"] == "unmet"
    assert "differs by setting" in explain(result)


def test_subgroups_alone_make_one_unit_by_inverse_variance():
    result = grade(subject(*residential_and_nursing()))
    assert len(result.units) == 1
    assert result.natural.estimate == pytest.approx(0.8764, abs=5e-4)


def test_what_an_interested_party_takes_back_counts_against_it_still():
    kept = trials(WORKS)
    bad = trial(-0.3, 0.1, number=9)
    withdrawn = replace(bad, status="withdrawn_by_programme")
    panel = replace(bad, status="removed_by_panel", blind_to_direction=True)
    partial = replace(bad, status="removed_by_panel", blind_to_direction=False)
    e = {
        name: grade(subject(*kept, one)).monitoring.ln_e_plus
        for name, one in {"live": bad, "gone": withdrawn, "panel": panel, "seen": partial}.items()
    }
    without = grade(subject(*kept)).monitoring.ln_e_plus
    assert e["live"] == e["gone"] == e["seen"] < without == e["panel"]


def test_a_revision_by_the_programme_counts_as_the_worse_of_the_two():
    kept = trials(WORKS[:2])
    old = trial(0.08, 0.07, number=3)
    better = trial(0.40, 0.07, number=3, status="revised_by_programme", earlier=(old,))
    corrected = replace(better, status="corrected_by_panel", earlier=())
    before = grade(subject(*kept, old)).monitoring.ln_e_plus
    assert grade(subject(*kept, better)).monitoring.ln_e_plus == before
    assert grade(subject(*kept, corrected)).monitoring.ln_e_plus > before


def test_a_programme_cannot_revise_a_bad_result_out_of_the_pool():
    old = trial(-0.3, 0.1, number=3)
    confounded = replace(
        conducted(old, confounding_factor=True), status="revised_by_programme", earlier=(old,)
    )
    kept = trials(WORKS[:2])
    without = grade(subject(*kept)).monitoring.ln_e_plus
    assert grade(subject(*kept, confounded)).monitoring.ln_e_plus < without


def test_the_bounds_say_what_the_unknown_facts_allow():
    result = grade(subject(conducted(smd(0.5, 0.05), confounding_factor=None)))
    assert result.bounds.worst == "insufficient, very low"
    assert result.bounds.best.startswith("promising, ")


def test_it_says_what_would_lift_it():
    result = grade(subject(ratio(0.6, 0.5, 0.72)))
    lifts = {lift.changes: lift.to for lift in result.lift}
    assert lifts[("candour.works_elsewhere",)] == "holds elsewhere"
    assert lifts[("candour.planned_in_advance", "candour.as_planned")] == "moderate"


def test_every_reason_names_its_source_and_the_events_it_rests_on():
    result = grade(subject(*trials(WORKS)))
    assert all(reason.source for reason in result.reasons)
    resting = {reason.rule: reason.event_ids for reason in result.reasons}
    assert resting["candour.start"] == tuple(f"event-{i}" for i in range(1, 9))


@pytest.mark.parametrize(
    ("contrast", "finding"),
    [
        (ratio(1.33, 1.16, 1.54), "concerning"),
        (smd(0.0, 0.01), "no effect where tried"),
        (ratio(0.73, 0.55, 0.98), "insufficient"),
    ],
)
def test_published_cases_are_read_as_they_should_be(contrast, finding):
    assert grade(subject(contrast)).finding == finding


def test_a_worse_study_on_another_scale_does_not_move_what_is_worthwhile():
    sound, unsound = ratio(0.9, 0.8, 1.0), conducted(smd(0, 0.2, number=2), confounding_factor=None)
    alone, both = grade(subject(sound)), grade(subject(sound, unsound))
    assert both.monitoring.sesoi == alone.monitoring.sesoi


@pytest.mark.parametrize(
    "contrast",
    [
        smd(1e300, 0.1),
        smd(0.1, 1e-300),
        smd(0.1, 1e300),
        ratio(1e308, 1e307, 1.7e308),
        ratio(1e-308, 1e-308, 1e-300),
        replace(smd(1.0, 0.1), result=replace(smd(1, 1).result, measure="MD")),
        replace(
            smd(1.0, 0.1),
            result=replace(
                smd(1, 1).result,
                measure="MD",
                numbers={"estimate": 1.0, "se": 0.1, "standardiser": 1e-300},
            ),
        ),
        smd(
            0.1,
            0.1,
            baseline=(
                Baseline(
                    measure="age",
                    mean_intervention=1e308,
                    mean_comparison=-1e308,
                    sd_intervention=1e-300,
                    sd_comparison=1e-300,
                    n_intervention=2,
                    n_comparison=2,
                ),
            ),
        ),
    ],
)
def test_absurd_figures_are_left_out_or_graded_and_never_break(contrast):
    result = grade(subject(contrast, *trials(WORKS[:2], site="elsewhere")))
    assert explain(result)

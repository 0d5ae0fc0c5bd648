"""Independent units: what makes two results one, and what cannot make one result another's."""

from dataclasses import replace

import pytest

from scoring import grade
from scoring.evidence import Promise
from tests.scoring.evidence import PLANNED, conducted, smd, subject, trial, trials


def test_one_place_spelt_in_several_ways_is_one_unit():
    spellings = ("Leeds", "leeds", " LEEDS", "Leeds  ", "lEEDS")
    told = [
        replace(one, site=site, cohort="2024")
        for one, site in zip(trials([(0.5, 0.05)] * 5), spellings, strict=True)
    ]
    assert grade(subject(*told)).monitoring.counting == 1


@pytest.mark.parametrize(
    "moved",
    [{"context": {"setting": "nursing"}}, {"site": "elsewhere"}, {"measure": "another"}],
)
def test_a_programme_cannot_move_a_bad_result_out_of_its_unit(moved):
    bad = trial(-0.4, 0.05, number=1)
    good = replace(trial(0.4, 0.05, number=2), site=bad.site, cohort=bad.cohort, measure="another")
    revised = replace(bad, status="revised_by_programme", earlier=(bad,), **moved)
    before, after = grade(subject(bad, good)), grade(subject(revised, good))
    assert after.finding == before.finding
    assert after.monitoring.ln_e_plus == before.monitoring.ln_e_plus


def test_two_places_are_two_units():
    assert grade(subject(smd(0.1, 0.1), smd(0.1, 0.1, number=2))).monitoring.counting == 2


def at_one_place(*told):
    return [replace(one, site="Leeds", recorded_at=f"2020-0{n}") for n, one in enumerate(told, 1)]


def designated(told):
    (unit,) = grade(subject(*told)).units
    return [contrast.event_id for contrast in unit.designated]


WHOLE = trial(0.1, 0.05, number=1)
HOMES = trial(0.5, 0.1, number=2, context={"setting": "homes"})
WARDS = trial(0.3, 0.1, number=3, context={"setting": "wards"})
UNPLANNED = {"promise": Promise()}


def test_subgroups_that_were_reported_first_are_not_displaced_by_a_later_whole():
    told = at_one_place(HOMES, WARDS, WHOLE)
    assert designated(told) == ["event-2", "event-3"]
    assert designated(told[::-1]) == ["event-2", "event-3"]


def test_nor_is_a_whole_by_later_subgroups():
    assert designated(at_one_place(WHOLE, HOMES, WARDS)) == ["event-1"]


def test_of_what_came_together_the_whole_goes_before_its_parts():
    told = [replace(one, recorded_at="2020") for one in at_one_place(HOMES, WHOLE)]
    assert designated(told) == ["event-1"]


def test_a_plan_in_advance_names_what_counts_whenever_it_is_reported():
    late = at_one_place(replace(HOMES, **UNPLANNED), replace(WARDS, **UNPLANNED), WHOLE)
    assert designated(late) == ["event-1"]
    neither = [replace(one, promise=Promise(in_advance=False, measure="measure")) for one in late]
    assert designated(neither) == ["event-2", "event-3"]
    other = [*late[:2], replace(late[2], promise=replace(PLANNED, measure="another"))]
    assert designated(other) == ["event-2", "event-3"]


def test_the_first_of_two_measures_counts_and_the_other_is_told_beside_the_pool():
    first, second = at_one_place(WHOLE, replace(WHOLE, event_id="event-9", measure="another"))
    result = grade(subject(first, second))
    assert designated([first, second]) == ["event-1"]
    assert [left_out.event_id for left_out in result.not_pooled] == ["event-9"]
    assert "Another result of the same people" in result.not_pooled[0].why


def test_a_whole_that_came_after_its_parts_is_told_beside_the_pool():
    result = grade(subject(*at_one_place(HOMES, WARDS, WHOLE)))
    assert [left_out.event_id for left_out in result.not_pooled] == ["event-1"]


def test_what_a_context_or_a_later_look_shows_is_not_told_as_left_out():
    later = replace(WHOLE, event_id="event-8", months_since_start=36.0)
    assert grade(subject(*at_one_place(WHOLE, HOMES, WARDS, later))).not_pooled == ()


def test_a_worse_part_of_a_split_does_not_seem_to_make_it_surer():
    # Alone the part is too imprecise; together they are precise, and of a worse design.
    part = smd(0.1, 0.11, number=2, context={"setting": "homes"}, promise=PLANNED)
    weak = conducted(
        smd(0.2, 0.03, number=3, context={"setting": "wards"}, promise=PLANNED),
        comparison_similar=None,
    )
    before, after = (grade(subject(*at_one_place(*told))) for told in ([part], [part, weak]))
    assert (before.confidence, before.tier) == ("very low", "credible with reservations")
    assert (after.confidence, after.tier) == ("very low", "indicative")
    assert after.steps["later results of a worse design"] == -1
    held = next(r for r in after.reasons if r.rule == "candour.not_raised_by_worse")
    assert held.answer == "unmet"


def test_however_many_worse_parts_follow_one_another():
    part = smd(0.1, 0.11, number=2, context={"setting": "homes"}, promise=PLANNED)
    weak = [
        conducted(
            smd(0.2, 0.03, number=n, context={"setting": f"ward {n}"}, promise=PLANNED),
            comparison_similar=None,
        )
        for n in (3, 4, 5)
    ]
    for count in (1, 2, 3):
        told = at_one_place(part, *weak[:count])
        assert grade(subject(*told)).confidence == "very low"


def test_a_better_result_after_it_sets_it_free():
    part = smd(0.1, 0.11, number=2, context={"setting": "homes"}, promise=PLANNED)
    weak = conducted(
        smd(0.2, 0.03, number=3, context={"setting": "wards"}, promise=PLANNED),
        comparison_similar=None,
    )
    sound = smd(0.2, 0.02, number=4, promise=PLANNED, site="elsewhere")
    told = [*at_one_place(part, weak), replace(sound, recorded_at="2021")]
    assert "later results of a worse design" not in grade(subject(*told)).steps


def test_a_revision_is_read_both_as_it_was_and_as_it_is_and_the_weaker_counts():
    old = trial(0.05, 0.1)
    sharper = trial(0.4, 0.02, status="revised_by_programme", earlier=(old,))
    assert grade(subject(sharper)).confidence == grade(subject(old)).confidence
    blunter = trial(0.05, 0.1, status="revised_by_programme", earlier=(trial(0.4, 0.02),))
    assert grade(subject(blunter)).confidence == grade(subject(old)).confidence


def test_a_revision_does_not_carry_a_programme_past_the_worthwhile_mark():
    promise = replace(PLANNED, smallest_worthwhile=0.3)
    old = trials([(0.25, 0.02)] * 6, promise=promise)
    told = [
        replace(one, result=smd(0.5, 0.02).result, status="revised_by_programme", earlier=(one,))
        for one in old
    ]
    assert grade(subject(*told)).finding == "works"
    assert not grade(subject(*told)).demonstrably_works
    panel = [replace(one, status="corrected_by_panel", earlier=()) for one in told]
    assert grade(subject(*panel)).demonstrably_works


def test_a_later_look_at_one_part_of_a_finer_split_is_shown_and_not_left_out():
    parts = [
        trial(0.3, 0.1, number=n, context={"setting": value, "age": "old"})
        for n, value in enumerate(("homes", "wards"), 1)
    ]
    later = replace(parts[0], event_id="event-9", months_since_start=36.0)
    result = grade(subject(*at_one_place(*parts, later)))
    assert designated(at_one_place(*parts, later)) == ["event-1", "event-2"]
    assert result.not_pooled == ()
    assert result.units[0].shown_from[0].event_id == "event-9"


def test_a_result_told_at_the_very_start_is_still_an_interim_one():
    promise = replace(PLANNED, horizon_months=0.5)
    assert grade(subject(trial(0.3, 0.1, promise=promise, horizon_months=0.0))).units[0].interim
    assert not grade(subject(trial(0.3, 0.1, promise=promise, horizon_months=0.5))).units[0].interim
    late = replace(promise, in_advance=False)
    assert not grade(subject(trial(0.3, 0.1, promise=late, horizon_months=0.0))).units[0].interim


def test_one_part_that_is_not_due_yet_keeps_the_whole_unit_from_counting_for_it():
    promise = replace(PLANNED, horizon_months=24.0)
    due = trial(0.5, 0.1, number=1, context={"setting": "homes"}, promise=promise)
    early = trial(0.5, 0.1, number=2, context={"setting": "wards"}, promise=promise)
    told = at_one_place(replace(due, horizon_months=24.0), replace(early, horizon_months=12.0))
    assert grade(subject(*told)).monitoring.ln_e_plus == 0
    done = at_one_place(replace(due, horizon_months=24.0), replace(early, horizon_months=24.0))
    assert grade(subject(*done)).monitoring.ln_e_plus > 0


def test_one_part_that_was_taken_back_takes_the_whole_unit_back():
    parts = [
        trial(0.5, 0.1, number=n, context={"setting": value})
        for n, value in enumerate(("homes", "wards"), 1)
    ]
    told = at_one_place(parts[0], replace(parts[1], status="withdrawn_by_programme"))
    assert grade(subject(*told)).monitoring.ln_e_plus == 0
    first = replace(parts[1], result=trial(0.1, 0.1).result, site="Leeds")
    moved = replace(parts[1], status="revised_by_programme", earlier=(first,))
    unit = grade(subject(*at_one_place(parts[0], moved))).units[0]
    assert (unit.entry.locked.yi, unit.entry.told.yi) == (pytest.approx(0.3), pytest.approx(0.5))
    # Two of 0.1 together: 0.1 / sqrt(2).
    assert unit.entry.locked.sei == pytest.approx(0.0707107, abs=1e-7)

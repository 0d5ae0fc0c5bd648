"""Independent units: what makes two results one, and what cannot make one result another's."""

from dataclasses import replace

import pytest

from scoring import grade
from tests.scoring.evidence import smd, subject, trial, trials


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

"""The smallest worthwhile effect of a plan, in standard deviations."""

import pytest

from scoring.evidence import Promise
from scoring.worthwhile import worthwhile


def test_a_difference_of_means_is_set_against_the_deviation_that_the_plan_names():
    promised = Promise(
        in_advance=True, smallest_worthwhile=3.0, measure_scale="MD", standardiser=15.0
    )
    assert worthwhile(promised) == pytest.approx(0.2)


def test_without_a_deviation_a_difference_of_means_has_none():
    assert worthwhile(Promise(in_advance=True, smallest_worthwhile=3.0, measure_scale="MD")) is None


def test_in_deviations_it_is_what_was_promised():
    assert worthwhile(Promise(in_advance=True, smallest_worthwhile=0.3)) == pytest.approx(0.3)


def test_what_was_not_promised_in_advance_is_no_measure():
    assert worthwhile(Promise(in_advance=False, smallest_worthwhile=0.3)) is None
    assert worthwhile(Promise(in_advance=None, smallest_worthwhile=0.3)) is None
    assert worthwhile(Promise(in_advance=True)) is None

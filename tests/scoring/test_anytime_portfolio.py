"""Several outcomes of a programme share the error; a portfolio controls its false discoveries."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.anytime import adjusted, e_bh, e_bh_lasting, outcomes_that_work
from scoring.errors import InvalidInput
from tests.scoring.anytime_golden import INF, PORTFOLIO

laws = settings(max_examples=60, deadline=None)
evidence = st.lists(st.floats(-20, 20), min_size=1, max_size=12)


def logs(*values):
    return [math.log(value) for value in values]


def test_a_portfolio_without_evidence_lists_nothing():
    assert e_bh([]) == e_bh_lasting([]) == ()
    assert e_bh([-INF, -INF]) == e_bh_lasting([-INF, -INF]) == ()


def test_a_portfolio_threshold_met_exactly_is_met():
    assert e_bh(logs(20, 20)) == (0, 1)
    assert e_bh(logs(10, 9.999)) == ()
    assert e_bh(logs(10, 10)) == (0, 1)
    assert e_bh(logs(20, 9)) == (0,)


def test_a_portfolio_of_two_thousand_asks_for_what_the_method_says():
    found = [*logs(*[2000 / (0.1 * 93)] * 93), *[0.0] * 1907]
    assert e_bh(found) == tuple(range(93))
    assert e_bh([found[0] - 1e-9, *found[1:]]) == ()


def test_a_running_maximum_is_adjusted_before_it_is_listed():
    assert adjusted(math.log(400)) == pytest.approx(math.log(10))
    # The largest of ten becomes 10, where 100/r is asked for.
    assert e_bh_lasting(logs(*PORTFOLIO)) == ()
    assert e_bh_lasting(logs(40000, 3, 1)) == (0,)
    assert e_bh_lasting(logs(40000, 1000, 1)) == (0, 1)


@laws
@given(evidence, st.data(), st.floats(0.01, 0.99))
def test_a_list_of_running_maxima_never_drops_a_member(before, data, q):
    rise = st.lists(st.floats(0, 5), min_size=len(before), max_size=len(before))
    after = [value + more for value, more in zip(before, data.draw(rise), strict=True)]
    assert set(e_bh_lasting(before, q=q)) <= set(e_bh_lasting(after, q=q))


@laws
@given(evidence, st.floats(0.01, 0.99))
def test_the_list_is_the_largest_that_its_own_length_justifies(found, q):
    listed = e_bh(found, q=q)
    for r in range(1, len(found) + 1):
        enough = sum(value >= math.log(len(found) / (q * r)) - 1e-12 for value in found)
        assert enough < r or r <= len(listed)
    assert all(found[i] >= math.log(len(found) / (q * len(listed))) - 1e-12 for i in listed)


@laws
@given(evidence, st.randoms(use_true_random=False))
def test_the_list_does_not_depend_on_the_order_of_the_programmes(found, shuffle):
    order = shuffle.sample(range(len(found)), len(found))
    listed = e_bh([found[i] for i in order], q=0.5)
    assert sorted(order[i] for i in listed) == list(e_bh(found, q=0.5))


def test_several_outcomes_share_the_error():
    found = logs(39, 41)
    assert outcomes_that_work(found) == (1,)
    assert outcomes_that_work(found, weights=[0.6, 0.4]) == (0,)
    assert outcomes_that_work(logs(20)) == (0,)
    assert outcomes_that_work([]) == ()


@pytest.mark.parametrize("j", [1, 2, 3, 7, 20])
def test_one_of_j_outcomes_needs_twenty_times_j(j):
    for evidence_of_one, works in ((20 * j, (0,)), (20 * j - 0.001, ())):
        assert outcomes_that_work([math.log(evidence_of_one), *[0.0] * (j - 1)]) == works


@pytest.mark.parametrize("weights", [[0.5, 0.6], [1.0], [1.5, -0.5], [1.0, 0.0], [math.nan, 0.5]])
def test_weights_that_do_not_share_one_are_refused(weights):
    with pytest.raises(InvalidInput, match="sum to 1"):
        outcomes_that_work([1, 2], weights=weights)


@pytest.mark.parametrize("read", [e_bh, e_bh_lasting, outcomes_that_work])
def test_evidence_that_is_no_number_is_refused_with_its_row(read):
    with pytest.raises(InvalidInput, match="row 2"):
        read([0, math.nan])


@pytest.mark.parametrize("q", [0, 1, -0.1, math.nan])
def test_a_false_discovery_rate_that_cannot_be_is_refused(q):
    with pytest.raises(InvalidInput, match="q"):
        e_bh([1.0], q=q)

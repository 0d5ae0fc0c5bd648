"""Laws of the e-processes, for any ledger."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.anytime import (
    Entry,
    Status,
    Study,
    bounds,
    live,
    ln_e_minus,
    ln_e_plus,
    monitor,
    plural,
)

values = st.builds(
    Study,
    st.one_of(st.integers(-3000, 3000).map(lambda y: y / 1000), st.floats(-50, 50)),
    st.floats(0.001, 3),
)
changed = st.sampled_from(
    [Status.CORRECTED_BY_PANEL, Status.REVISED_BY_PROGRAMME, Status.WITHDRAWN_BY_PROGRAMME]
)
unchanged = st.sampled_from(
    [Status.LIVE, Status.LIVE, Status.REMOVED_BY_PANEL, Status.WITHDRAWN_BY_PROGRAMME]
)
entries = st.one_of(
    st.builds(Entry, values, unchanged),
    st.builds(Entry, values, changed, values),
    st.just(Entry(None, Status.OVERDUE)),
)
ledgers = st.lists(entries, max_size=9)
streams = st.lists(values, max_size=9).map(lambda studies: [Entry(s) for s in studies])
replicated = st.lists(values, min_size=5, max_size=9).map(lambda ss: [Entry(s) for s in ss])
laws = settings(max_examples=60, deadline=None)


def turned(stream):
    return live([-e.locked.yi for e in stream], [e.locked.sei for e in stream])


@laws
@given(ledgers, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_arrival_does_not_change_a_bit(ledger, shuffle, strict):
    shuffled = shuffle.sample(ledger, len(ledger))
    assert monitor(shuffled, strict=strict) == monitor(ledger, strict=strict)


@laws
@given(streams)
def test_evidence_of_good_is_evidence_of_harm_in_the_mirror(stream):
    assert ln_e_plus(stream) == ln_e_minus(turned(stream))
    assert bounds(stream) == tuple(-bound for bound in reversed(bounds(turned(stream))))
    here, there = plural(stream), plural(turned(stream))
    assert (here.ln_e_plus, here.lower) == pytest.approx((there.ln_e_minus, -there.upper))


@laws
@given(values)
def test_a_bet_and_its_mirror_add_up_to_two(study):
    one = [Entry(study)]
    assert math.exp(ln_e_plus(one)) + math.exp(ln_e_minus(one)) == pytest.approx(2)


@laws
@given(ledgers)
def test_evidence_never_points_both_ways(ledger):
    assert min(ln_e_plus(ledger), ln_e_minus(ledger)) <= 1e-12


@laws
@given(ledgers, st.floats(0.001, 3))
def test_a_study_of_exactly_no_effect_leaves_the_evidence(ledger, sei):
    more = [*ledger, Entry(Study(0, sei))]
    assert ln_e_plus(more) == pytest.approx(ln_e_plus(ledger), abs=1e-13)


@laws
@given(streams, st.floats(-5, 5))
def test_bounds_move_with_the_estimates(stream, c):
    moved = live([e.locked.yi + c for e in stream], [e.locked.sei for e in stream])
    assert bounds(moved) == pytest.approx(tuple(b + c for b in bounds(stream)), abs=1e-9)


@laws
@given(ledgers)
def test_evidence_is_capped_by_the_number_of_studies(ledger):
    assert ln_e_plus(ledger) <= len(ledger) * math.log(1.95) + 1e-12


@laws
@given(ledgers, values, values, st.booleans())
def test_what_a_programme_does_to_its_own_result_never_adds_evidence(ledger, old, new, turn):
    process = ln_e_minus if turn else ln_e_plus
    before = [*ledger, Entry(old)]
    for entry in (
        Entry(old, Status.WITHDRAWN_BY_PROGRAMME),
        Entry(old, Status.WITHDRAWN_BY_PROGRAMME, new),
        Entry(old, Status.REVISED_BY_PROGRAMME, new),
    ):
        after = [*ledger, entry]
        assert process(after) <= process(before) + 1e-12
        assert bounds(after)[0] <= bounds(before)[0] + 1e-9
        assert bounds(after)[1] >= bounds(before)[1] - 1e-9


@laws
@given(values, values, streams)
def test_nor_does_it_add_plural_evidence(old, new, stream):
    before = plural([*stream, Entry(old)])
    for entry in (
        Entry(old, Status.WITHDRAWN_BY_PROGRAMME),
        Entry(old, Status.WITHDRAWN_BY_PROGRAMME, new),
        Entry(old, Status.REVISED_BY_PROGRAMME, new),
    ):
        after = plural([*stream, entry])
        assert after.ln_e_plus <= before.ln_e_plus
        assert after.ln_e_minus <= before.ln_e_minus
        assert after.lower <= before.lower
        assert after.upper >= before.upper


@laws
@given(ledgers, replicated)
def test_the_bounds_never_cross(ledger, stream):
    lower, upper = bounds([*ledger, *stream])
    assert -math.inf < lower < upper < math.inf


@laws
@given(replicated)
def test_the_lower_bound_is_where_the_evidence_reaches_twenty(stream):
    lower, _ = bounds(stream)
    assert ln_e_plus(stream, m=lower) >= math.log(20)
    assert ln_e_plus(stream, m=lower + 1e-12 * max(1.0, abs(lower))) <= math.log(20) + 1e-13


@laws
@given(ledgers)
def test_what_was_never_seen_can_only_cost(ledger):
    assert ln_e_plus(ledger, strict=True) <= ln_e_plus(ledger)
    assert bounds(ledger, strict=True)[0] <= bounds(ledger)[0]
    assert bounds(ledger, strict=True)[1] >= bounds(ledger)[1]


@laws
@given(ledgers)
def test_a_lower_bound_above_zero_is_evidence_of_twenty(ledger):
    lower, upper = bounds(ledger)
    if lower > 0:
        assert ln_e_plus(ledger) >= math.log(20)
    if upper < 0:
        assert ln_e_minus(ledger) >= math.log(20)


@laws
@given(ledgers)
def test_fewer_than_five_studies_never_speak_of_elsewhere(ledger):
    finding = monitor(ledger[:4]).finding
    assert finding not in ("works", "harmful", "no detectable effect")

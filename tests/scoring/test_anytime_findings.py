"""The finding: its gate, its flags, its knobs of policy, and how it is told apart from one look."""

import math
from dataclasses import replace

import pytest

from scoring.anytime import ANYTIME_1, bounds, default_sesoi, live, monitor
from scoring.errors import InvalidInput
from tests.scoring.anytime_golden import FINDINGS, ledger


def test_the_gate_withholds_works_until_the_conventional_interval_agrees():
    # Five alike and two enormous: enough evidence, and a conventional interval through 0.
    state = monitor(live([0.3, 0.3, 0.3, 0.3, 0.3, 9.0, 30.0], [0.02] * 7))
    assert state.ln_e_plus >= ANYTIME_1.ln_threshold
    assert not state.significant_once
    assert state.finding == "promising"


def test_significant_in_one_analysis_is_told_from_working_under_monitoring():
    early, later, null = (monitor(entries) for entries in (ledger("G5")[:5], ledger("G5"), []))
    assert (early.significant_once, early.only_once, early.finding) == (True, True, "promising")
    assert (later.significant_once, later.only_once, later.finding) == (True, False, "works")
    assert (null.significant_once, null.only_once) == (False, False)


def test_a_small_effect_that_works_is_flagged():
    state = monitor(ledger("G4"), sesoi=0.6)
    assert (state.finding, state.small, state.sesoi_is_default) == ("works", True, False)
    assert monitor(ledger("G4"), sesoi=0.59).small is False


def test_a_small_promising_effect_is_flagged():
    state = monitor(live([0.05], [0.01]), sesoi=0.1)
    assert (state.finding, state.small) == ("promising", True)


def test_only_good_news_is_called_small():
    for name in ("G2", "G7", "G8", "G10"):
        state = monitor(ledger(name), sesoi=5)
        assert (state.finding in ("works", "promising"), state.small) == (False, False)


def test_the_order_of_the_findings_is_that_of_the_method():
    # With a smallest worthwhile effect of 5 every interval lies within it.
    found = {name: monitor(ledger(name), sesoi=5).finding for name in FINDINGS}
    assert found["G4"] == "works"
    assert found["G7"] == "harmful"
    assert found["G6"] == found["G8"] == "no detectable effect"
    assert found["G3"] == "promising"
    assert found["G10"] == "concerning"
    assert found["G1"] == found["G9"] == "no effect where tried"
    assert found["G0"] == "insufficient"


def test_a_smallest_worthwhile_effect_nobody_registered_is_flagged_and_depends_on_the_measure():
    assert (monitor([]).sesoi, monitor([]).sesoi_is_default) == (0.2, True)
    ratio = math.log(1.10) * math.sqrt(3) / math.pi
    assert monitor([], measure="OR").sesoi == default_sesoi("HR") == pytest.approx(ratio)
    with pytest.raises(InvalidInput, match="sesoi"):
        monitor([], sesoi=0)


def test_p_values_are_the_reciprocal_of_the_evidence_and_at_most_one():
    state = monitor(ledger("G5"))
    assert state.p_plus == pytest.approx(1 / 128.129274201685)
    assert state.p_minus == 1


def test_precaution_may_call_harm_at_a_tenth():
    precaution = replace(ANYTIME_1, id="precaution/1", alpha_harm=0.10)
    entries = live([-0.3] * 4, [0.05] * 4)
    state = monitor(entries, config=precaution)
    assert 10 < math.exp(state.ln_e_minus) < 20
    assert state.finding == "harmful"
    assert monitor(entries).finding == "concerning"
    # Only the label moves, not the bounds, and nothing about good.
    assert bounds(entries, config=precaution) == bounds(entries)
    assert monitor(ledger("G5")[:5], config=precaution).finding == "promising"


def test_a_stricter_promising_asks_for_evidence_across_units():
    stricter = replace(ANYTIME_1, id="stricter/1", promising_evidence=3.0)
    found = [monitor(ledger("G5")[:k], config=stricter).finding for k in (1, 2, 6)]
    assert found == ["insufficient", "promising", "works"]
    assert monitor(live([0.25], [0.05])).finding == "promising"
    assert monitor(live([0.25], [0.05]), config=stricter).finding == "insufficient"
    assert monitor(live([-0.25], [0.05]), config=stricter).finding == "concerning"


def test_fewer_studies_than_the_stake_allows_never_speak_of_elsewhere():
    for k in range(5):
        state = monitor(live([5.0] * k, [0.01] * k), sesoi=9)
        assert (state.lower, state.upper) == (-math.inf, math.inf)
        assert state.finding not in ("works", "harmful", "no detectable effect")
    assert monitor(live([5.0] * 5, [0.01] * 5)).finding == "works"


def test_a_bound_is_infinite_where_the_evidence_reaches_the_threshold_only_in_the_limit():
    # Three wins of 1.5 make 3.375 at the very most, whichever way the last bit is rounded.
    for alpha in (1 / 1.5**3, math.nextafter(1 / 1.5**3, 0)):
        config = replace(ANYTIME_1, id="edge/1", stake=0.5, alpha=alpha)
        lower, upper = bounds(live([0.1, 0.2, 0.3], [0.1] * 3), config=config)
        assert lower < upper
        assert lower == -math.inf or lower < -1

"""The anytime-valid grade gives the golden values of the method's section 4."""

import math

import pytest

from scoring.anytime import (
    Entry,
    Status,
    Study,
    bounds,
    e_bh,
    ln_e_minus,
    ln_e_plus,
    monitor,
    plural,
)
from tests.scoring.anytime_golden import (
    AGAINST_A_FIFTH,
    CHANGES,
    CONVENTIONAL,
    FINDINGS,
    LISTED,
    PATH,
    PLURAL,
    PORTFOLIO,
    STUDIES,
    SYMMETRY,
    ledger,
)

# Tolerances of section 4: on the logarithm of the evidence, and on bounds.
LN_E = 1e-11
BOUND = 1e-9


def test_every_golden_set_of_studies_is_checked():
    assert set(SYMMETRY) == set(STUDIES)
    # The method prints no grade of G5 without its second study.
    assert set(FINDINGS) == set(STUDIES) - {"G5r"}


@pytest.mark.parametrize("name", SYMMETRY)
def test_evidence_and_bounds_are_the_golden_ones(name):
    plus, minus, lower, upper = SYMMETRY[name]
    assert ln_e_plus(ledger(name)) == pytest.approx(plus, abs=LN_E)
    assert ln_e_minus(ledger(name)) == pytest.approx(minus, abs=LN_E)
    assert bounds(ledger(name)) == pytest.approx((lower, upper), abs=BOUND)


@pytest.mark.parametrize("name", PLURAL)
def test_plural_evidence_and_bounds_are_the_golden_ones(name):
    state = plural(ledger(name))
    found = (state.ln_e_plus, state.ln_e_minus, state.lower, state.upper)
    for value, expected, within in zip(
        found, PLURAL[name], (LN_E, LN_E, BOUND, BOUND), strict=True
    ):
        assert expected is None or value == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("name", AGAINST_A_FIFTH)
def test_evidence_against_a_worthwhile_effect_is_the_golden_one(name):
    assert ln_e_minus(ledger(name), m=0.2) == pytest.approx(AGAINST_A_FIFTH[name], abs=LN_E)


@pytest.mark.parametrize("name", SYMMETRY)
def test_the_state_holds_what_the_parts_say(name):
    state = monitor(ledger(name))
    assert (state.ln_e_plus, state.ln_e_minus) == (
        ln_e_plus(ledger(name)),
        ln_e_minus(ledger(name)),
    )
    assert (state.lower, state.upper) == bounds(ledger(name))
    assert state.plural == plural(ledger(name))
    assert (state.k, state.counting, state.overdue) == (len(STUDIES[name]),) * 2 + (0,)


@pytest.mark.parametrize("name", FINDINGS)
def test_findings_are_the_golden_ones(name):
    state = monitor(ledger(name))
    assert state.finding == FINDINGS[name]
    assert state.small is False


@pytest.mark.parametrize("name", CONVENTIONAL)
def test_the_conventional_estimate_beside_the_finding_is_metafors(name):
    shown = monitor(ledger(name)).conventional
    found = (shown.tau2, shown.estimate, shown.se, shown.ci_low, shown.ci_high)
    assert found == pytest.approx(CONVENTIONAL[name], abs=1e-10)
    assert (shown.method, shown.test, shown.level) == ("REML", "adhoc", 0.95)


def test_without_studies_there_is_no_conventional_estimate_and_one_study_is_its_own():
    assert monitor(ledger("G0")).conventional is None
    assert monitor(ledger("G1")).conventional.estimate == 0.25


def test_the_path_of_evidence_crosses_at_the_sixth_study_and_works_there():
    for k, evidence in enumerate(PATH, start=1):
        assert math.exp(ln_e_plus(ledger("G5")[:k])) == pytest.approx(evidence, rel=LN_E)
    assert bounds(ledger("G5")[:5])[0] == pytest.approx(-0.014219931570, abs=BOUND)
    assert [monitor(ledger("G5")[:k]).finding for k in (5, 6)] == ["promising", "works"]


def changed(position, status, told=None):
    entries = list(ledger("G5"))
    entries[position] = Entry(entries[position].locked, status, told)
    return entries


LEDGERS = {
    "2nd removed by panel": changed(1, Status.REMOVED_BY_PANEL),
    "2nd withdrawn by programme": changed(1, Status.WITHDRAWN_BY_PROGRAMME),
    "an extra withdrawn by programme": [
        *ledger("G5"),
        Entry(Study(-0.30, 0.10), Status.WITHDRAWN_BY_PROGRAMME),
    ],
    "one never seen, strict": [*ledger("G5"), Entry(None, Status.OVERDUE)],
    "3rd revised by programme": changed(2, Status.REVISED_BY_PROGRAMME, Study(0.40, 0.07)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_ledger_rows_are_the_golden_ones(change):
    strict = change.endswith("strict")
    found = [process(LEDGERS[change], strict=strict) for process in (ln_e_plus, ln_e_minus)]
    assert found == pytest.approx(CHANGES[change], abs=LN_E)


@pytest.mark.parametrize("q", LISTED)
def test_the_portfolio_list_is_the_golden_one(q):
    assert e_bh([math.log(e) for e in PORTFOLIO], q=q) == LISTED[q]

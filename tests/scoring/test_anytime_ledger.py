"""What became of a measurement, and by whose hand, decides what it can still add."""

import math

import pytest

from scoring.anytime import (
    ANYTIME_1,
    AnytimeConfig,
    Entry,
    Status,
    Study,
    bounds,
    counting,
    live,
    ln_e_minus,
    ln_e_plus,
    monitor,
    plural,
)
from scoring.errors import InvalidInput
from tests.scoring.anytime_golden import INF, ledger

OLD, NEW = Study(0.25, 0.1), Study(-0.1, 0.2)


def factor(entry, *, process=ln_e_plus, strict=False):
    return math.exp(process([entry], strict=strict))


def f(study, sign):
    """One design effect's factor at m = 0, averaged over the three as section 3.2 has it."""
    bets = [2 * d * sign * study.yi / (study.sei**2 + 0.1**2) for d in (0.1, 0.2, 0.4)]
    return sum(0.05 + 1.9 / (1 + math.exp(-a)) for a in bets) / 3


@pytest.mark.parametrize(("process", "sign"), [(ln_e_plus, 1), (ln_e_minus, -1)])
def test_each_status_has_the_factor_of_the_methods_table(process, sign):
    old, new = f(OLD, sign), f(NEW, sign)
    table = {
        Entry(OLD): old,
        Entry(OLD, Status.CORRECTED_BY_PANEL, NEW): new,
        Entry(OLD, Status.REMOVED_BY_PANEL): 1,
        Entry(OLD, Status.WITHDRAWN_BY_PROGRAMME): min(1, old),
        Entry(OLD, Status.WITHDRAWN_BY_PROGRAMME, NEW): min(1, old, new),
        Entry(OLD, Status.REVISED_BY_PROGRAMME, NEW): min(old, new),
        Entry(None, Status.OVERDUE): 1,
    }
    assert {entry.status for entry in table} == set(Status)
    for entry, expected in table.items():
        assert factor(entry, process=process) == pytest.approx(expected, rel=1e-14)
    assert factor(Entry(None, Status.OVERDUE), process=process, strict=True) == pytest.approx(0.05)


def test_a_result_never_seen_is_left_out_and_flagged_or_charged_when_strict():
    entries = [*ledger("G5"), Entry(None, Status.OVERDUE)]
    assert ln_e_plus(entries) == ln_e_plus(ledger("G5"))
    state = monitor(entries)
    assert (state.k, state.counting, state.overdue) == (8, 8, 1)
    assert state.finding == "works"
    assert monitor(entries, strict=True).finding == "promising"
    assert bounds(entries, strict=True)[0] < bounds(entries)[0]


def test_strict_charges_can_take_every_bound_out_of_reach():
    missing = [Entry(None, Status.OVERDUE)] * 2
    assert bounds([*ledger("G5"), *missing]) == bounds(ledger("G5"))
    assert bounds([*ledger("G5"), *missing], strict=True) == (-INF, INF)


def test_a_correction_by_a_panel_is_simply_the_new_value():
    corrected, as_if = list(ledger("G5")), list(ledger("G5"))
    corrected[2] = Entry(Study(0.08, 0.07), Status.CORRECTED_BY_PANEL, Study(0.40, 0.07))
    as_if[2] = Entry(Study(0.40, 0.07))
    assert monitor(corrected) == monitor(as_if)


def test_a_removal_by_a_panel_is_as_if_the_result_had_never_come():
    removed = [*ledger("G5"), Entry(NEW, Status.REMOVED_BY_PANEL)]
    assert monitor(removed) == monitor(ledger("G5"))


def test_only_units_that_can_add_evidence_count_towards_the_five():
    withdrawn = [*ledger("G4")[:4], Entry(Study(0.5, 0.05), Status.WITHDRAWN_BY_PROGRAMME)]
    assert counting(withdrawn) == 4
    assert bounds(withdrawn) == (-INF, INF)
    state = monitor(withdrawn)
    assert (state.k, state.finding) == (4, "promising")
    assert counting([*withdrawn, Entry(OLD, Status.REVISED_BY_PROGRAMME, NEW)]) == 5


@pytest.mark.parametrize("status", [Status.WITHDRAWN_BY_PROGRAMME, Status.REMOVED_BY_PANEL])
def test_a_programme_cannot_shed_harm_by_withdrawing_but_a_panel_may_remove_it(status):
    before, after = [Entry(Study(-0.25, 0.05))], [Entry(Study(-0.25, 0.05), status)]
    shed = status is Status.REMOVED_BY_PANEL
    assert (ln_e_plus(after) == 0) is (plural(after).ln_e_plus == 0) is shed
    assert shed or ln_e_plus(after) == ln_e_plus(before)
    assert shed or plural(after).ln_e_plus == plural(before).ln_e_plus
    assert plural(after).ln_e_minus == ln_e_minus(after) == 0


def test_a_good_result_that_was_withdrawn_speaks_of_nothing():
    after = plural([Entry(Study(0.25, 0.05), Status.WITHDRAWN_BY_PROGRAMME)])
    assert (after.ln_e_plus, after.lower, after.upper) == (0, -INF, INF)


def test_a_good_result_revised_from_a_bad_one_stays_as_bad_for_plural_evidence_too():
    bad, good = Study(-0.25, 0.05), Study(0.3, 0.05)
    revised = plural([Entry(bad, Status.REVISED_BY_PROGRAMME, good)])
    assert (revised.ln_e_plus, revised.lower) == (
        plural([Entry(bad)]).ln_e_plus,
        plural([Entry(bad)]).lower,
    )
    assert (revised.ln_e_minus, revised.upper) == (
        plural([Entry(good)]).ln_e_minus,
        plural([Entry(good)]).upper,
    )


@pytest.mark.parametrize("sei", [0, -0.1, math.nan, INF, 1e-13, 1e-300])
def test_a_standard_error_that_cannot_be_is_refused_with_its_row(sei):
    with pytest.raises(InvalidInput) as refusal:
        live([0.1, 0.2], [0.1, sei])
    assert (refusal.value.field, refusal.value.row) == ("sei", 2)


@pytest.mark.parametrize("yi", [math.nan, -INF, 1e13, 1e300])
def test_an_estimate_that_cannot_be_is_refused(yi):
    with pytest.raises(InvalidInput, match="yi"):
        live([yi], [0.1])


def test_columns_of_different_length_are_refused():
    with pytest.raises(InvalidInput, match="sei"):
        live([0.1, 0.2], [0.1])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Entry(None),
        lambda: Entry(None, Status.WITHDRAWN_BY_PROGRAMME),
        lambda: Entry(OLD, Status.OVERDUE),
        lambda: Entry(OLD, Status.REVISED_BY_PROGRAMME),
        lambda: Entry(OLD, Status.CORRECTED_BY_PANEL),
        lambda: Entry(OLD, Status.LIVE, NEW),
        lambda: Entry(OLD, Status.REMOVED_BY_PANEL, NEW),
    ],
)
def test_an_entry_has_the_values_of_its_status_and_no_others(wrong):
    with pytest.raises(InvalidInput):
        wrong()


@pytest.mark.parametrize(
    "changes",
    [
        {"stake": 1.0},
        {"alpha": 0.0},
        {"alpha_harm": 1.0},
        {"promising_evidence": 0.5},
        {"promising_evidence": math.nan},
        {"fdr": 1.0},
        {"rho": 0.0},
        {"tau0": -1.0},
        {"design_effects": ()},
        {"design_effects": (0.2, 0.0)},
    ],
)
def test_a_configuration_without_the_guarantee_is_refused(changes):
    facts = {name: getattr(ANYTIME_1, name) for name in AnytimeConfig.__dataclass_fields__}
    with pytest.raises(InvalidInput) as refusal:
        AnytimeConfig(**{**facts, **changes})
    assert refusal.value.field == next(iter(changes))

"""The anytime-valid grade: golden values of the method's section 4, ledger, portfolio, refusals."""

import math

import pytest

from scoring.anytime import (
    ANYTIME_1,
    AnytimeConfig,
    Entry,
    Status,
    Study,
    adjusted,
    bounds,
    counting,
    default_sesoi,
    e_bh,
    live,
    ln_e_minus,
    ln_e_plus,
    monitor,
    outcomes_that_work,
    plural,
)
from scoring.errors import InvalidInput

INF = math.inf
G5 = [
    (0.21, 0.10),
    (0.35, 0.15),
    (0.08, 0.07),
    (0.27, 0.12),
    (0.19, 0.20),
    (0.31, 0.09),
    (0.12, 0.11),
    (0.24, 0.06),
]
STUDIES = {
    "G0": [],
    "G1": [(0.25, 0.10)],
    "G2": [(0, 0.1), (0, 0.2), (0, 0.05)],
    "G3": [(0.5, 0.05)] * 4,
    "G4": [(0.5, 0.05)] * 5,
    "G5": G5,
    "G5r": [*G5[:1], *G5[2:]],
    "G6": [(0.45, 0.08), (-0.15, 0.10), (0.30, 0.12), (0.05, 0.06), (0.60, 0.20), (-0.05, 0.15)],
    "G7": [
        (-0.20, 0.08),
        (-0.31, 0.12),
        (-0.15, 0.10),
        (-0.28, 0.09),
        (-0.22, 0.15),
        (-0.35, 0.20),
        (-0.18, 0.07),
    ],
    "G8": [
        (0.01, 0.05),
        (-0.02, 0.06),
        (0.03, 0.05),
        (-0.01, 0.07),
        (0.02, 0.05),
        (0, 0.06),
        (-0.03, 0.05),
        (0.01, 0.05),
        (0.02, 0.06),
        (-0.01, 0.05),
    ],
    "G9": [(3, 0.01), (5, 0.02), (-4, 0.05), (2.5, 0.001), (6, 0.3)],
    "G10": [(-0.25, 0.05)],
    "G11": [(0, 0.01)],
    "G12": [(-0.30, 0.08), (-0.20, 0.09)],
}
SYMMETRY = {
    "G0": (0, 0, -INF, INF),
    "G1": (0.640636792349708, -2.279737385269234, -INF, INF),
    "G2": (0, 0, -INF, INF),
    "G3": (2.670881794142206, -11.965753122640054, -INF, INF),
    "G4": (3.338602301972565, -14.957101249444798, 0.408332512379482, 0.591667487620518),
    "G5": (4.853039708959158, -11.446366740228654, 0.104110350120823, 0.318313492380273),
    "G5r": (4.206048370237035, -10.048246784907836, 0.086603250590487, 0.306405705674976),
    "G6": (0.375060533612906, -6.845782376311662, -0.145389475812809, 0.559648568415051),
    "G7": (-10.565255899233353, 4.372151166964731, -0.337542264984017, -0.148045000625597),
    "G8": (-0.162775942865572, -0.751824645524452, -0.022279387233460, 0.025945893341404),
    "G9": (-0.324416778809509, -11.315021897978836, -4.024213237664240, 6.193705900864098),
    "G10": (-2.787032923299, 0.661860968316, -INF, INF),
    "G11": (0, 0, -INF, INF),
    "G12": (-4.622668939950, 1.291074483517, -INF, INF),
}
# ln E plural +, ln E plural -, L plural, U plural; None where the method prints none.
PLURAL = {
    "G1": (2.345462180228, None, -0.027214615031, None),
    "G2": (None, None, -0.128468856211, 0.128468856211),
    "G4": (246.712683195314, None, 0.429786459790, None),
    "G5": (17.970676472816, None, 0.106961399283, None),
    "G6": (6.359672659017, None, 0.037959944906, None),
    "G7": (-4.109553727570, None, -0.329273785842, None),
    "G8": (-2.728156057352, None, -0.052048421793, None),
    "G10": (-3.664545999454, 11.049849979377, -0.395332161263, -0.104667838737),
    "G11": (-3.401752628804, -3.401752628804, -0.033796572943, 0.033796572943),
    "G12": (-3.342806184412, 7.866514892857, -0.426954659687, -0.084769478244),
}
AGAINST_A_FIFTH = {
    "G1": -0.625612201314,
    "G4": -14.306822739805,
    "G5": -2.097706538286,
    "G6": -2.759406988273,
    "G7": 4.595752235246,
    "G8": 6.533769827778,
}
FINDINGS = {
    "G0": "insufficient",
    "G1": "insufficient",
    "G2": "no effect where tried",
    "G3": "promising",
    "G4": "works",
    "G5": "works",
    "G6": "promising",
    "G7": "harmful",
    "G8": "no detectable effect",
    "G9": "insufficient",
    "G10": "concerning",
    "G11": "no effect where tried",
    "G12": "concerning",
}
# REML tau2, mean, truncated Knapp-Hartung se and 95 % interval.
CONVENTIONAL = {
    "G4": (0, 0.5, 0.0223606798, 0.4379168001, 0.5620831999),
    "G5": (0.0017466846, 0.2082296524, 0.0371770693, 0.1203198527, 0.2961394522),
    "G6": (0.0648284451, 0.1848679158, 0.1172009780, -0.1164067895, 0.4861426210),
    "G7": (0, -0.2180892469, 0.0371987023, -0.3091111925, -0.1270673013),
    "G8": (0, 0.0028972887, 0.0170562683, -0.0356866707, 0.0414812482),
}


def ledger(name):
    return live([y for y, _ in STUDIES[name]], [se for _, se in STUDIES[name]])


@pytest.mark.parametrize("name", SYMMETRY)
def test_evidence_and_bounds_are_the_golden_ones(name):
    plus, minus, lower, upper = SYMMETRY[name]
    assert ln_e_plus(ledger(name)) == pytest.approx(plus, abs=1e-11)
    assert ln_e_minus(ledger(name)) == pytest.approx(minus, abs=1e-11)
    assert bounds(ledger(name)) == pytest.approx((lower, upper), abs=1e-9)


@pytest.mark.parametrize("name", PLURAL)
def test_plural_evidence_and_bounds_are_the_golden_ones(name):
    state = plural(ledger(name))
    found = (state.ln_e_plus, state.ln_e_minus, state.lower, state.upper)
    for value, expected, within in zip(
        found, PLURAL[name], (1e-11, 1e-11, 1e-9, 1e-9), strict=True
    ):
        # Twelve decimals are printed, so the last one may be half a unit off.
        assert expected is None or value == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("name", AGAINST_A_FIFTH)
def test_evidence_against_a_worthwhile_effect_is_the_golden_one(name):
    assert ln_e_minus(ledger(name), m=0.2) == pytest.approx(AGAINST_A_FIFTH[name], abs=1e-11)


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


def test_the_path_of_evidence_crosses_at_the_sixth_study_and_works_there():
    path = (
        1.871406075883,
        3.518090002728,
        6.090352465344,
        11.547484180793,
        19.093081516506,
        37.006249548104,
        65.999413298130,
        128.129274201685,
    )
    for k, evidence in enumerate(path, start=1):
        assert math.exp(ln_e_plus(ledger("G5")[:k])) == pytest.approx(evidence, rel=1e-11)
    assert bounds(ledger("G5")[:5])[0] == pytest.approx(-0.014219931570, abs=1e-9)
    assert [monitor(ledger("G5")[:k]).finding for k in (5, 6)] == ["promising", "works"]


def changed(position, status, told=None):
    entries = list(ledger("G5"))
    entries[position] = Entry(entries[position].locked, status, told)
    return entries


LEDGER_ROWS = {
    "2nd removed by panel": (
        changed(1, Status.REMOVED_BY_PANEL),
        (4.206048370237, -10.048246784908),
    ),
    "2nd withdrawn by programme": (
        changed(1, Status.WITHDRAWN_BY_PROGRAMME),
        (4.206048370237, -11.446366740229),
    ),
    "an extra withdrawn by programme": (
        [*ledger("G5"), Entry(Study(-0.30, 0.10), Status.WITHDRAWN_BY_PROGRAMME)],
        (2.115835707467, -11.446366740229),
    ),
    "3rd revised by programme": (
        changed(2, Status.REVISED_BY_PROGRAMME, Study(0.40, 0.07)),
        (4.853039708959, -13.651504744662),
    ),
}


@pytest.mark.parametrize("row", LEDGER_ROWS)
def test_ledger_rows_are_the_golden_ones(row):
    entries, expected = LEDGER_ROWS[row]
    assert (ln_e_plus(entries), ln_e_minus(entries)) == pytest.approx(expected, abs=1e-11)


def test_a_result_never_seen_is_left_out_and_flagged_or_charged_when_strict():
    entries = [*ledger("G5"), Entry(None, Status.OVERDUE)]
    assert ln_e_plus(entries) == ln_e_plus(ledger("G5"))
    assert ln_e_plus(entries, strict=True) == pytest.approx(1.857307435405, abs=1e-11)
    assert ln_e_minus(entries, strict=True) == pytest.approx(-14.442099013783, abs=1e-11)
    state = monitor(entries)
    assert (state.k, state.counting, state.overdue) == (8, 8, 1)
    assert bounds(entries, strict=True)[0] < bounds(entries)[0]


def test_a_correction_by_a_panel_is_simply_the_new_value():
    corrected = changed(2, Status.CORRECTED_BY_PANEL, Study(0.40, 0.07))
    as_if = [*ledger("G5")]
    as_if[2] = Entry(Study(0.40, 0.07))
    assert ln_e_plus(corrected) == ln_e_plus(as_if)
    assert plural(corrected) == plural(as_if)


def test_only_units_that_can_add_evidence_count_towards_the_five():
    withdrawn = [*ledger("G4")[:4], Entry(Study(0.5, 0.05), Status.WITHDRAWN_BY_PROGRAMME)]
    assert counting(withdrawn) == 4
    assert bounds(withdrawn) == (-INF, INF)
    state = monitor(withdrawn)
    assert (state.k, state.finding) == (4, "promising")


@pytest.mark.parametrize("status", [Status.WITHDRAWN_BY_PROGRAMME, Status.REMOVED_BY_PANEL])
def test_a_programme_cannot_shed_harm_by_withdrawing_but_a_panel_may_remove_it(status):
    harm = Entry(Study(-0.25, 0.05), status)
    state = plural([harm])
    assert state.ln_e_minus == 0
    assert state.lower == -INF
    assert state.ln_e_plus == (0 if status is Status.REMOVED_BY_PANEL else state.ln_e_plus)
    assert state.ln_e_plus <= 0


def test_a_small_effect_that_works_is_flagged():
    state = monitor(ledger("G4"), sesoi=0.6)
    assert (state.finding, state.small, state.sesoi_is_default) == ("works", True, False)


def test_a_small_promising_effect_is_flagged():
    state = monitor(live([0.05], [0.01]), sesoi=0.1)
    assert (state.finding, state.small) == ("promising", True)


def test_the_gate_withholds_works_until_the_conventional_interval_agrees():
    # Five alike and two enormous: enough evidence, and a conventional interval through 0.
    state = monitor(live([0.3, 0.3, 0.3, 0.3, 0.3, 9.0, 30.0], [0.02] * 7))
    assert state.ln_e_plus >= ANYTIME_1.ln_threshold
    assert not state.significant_once
    assert state.finding == "promising"


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


def test_the_portfolio_list_is_the_golden_one():
    evidence = [math.log(e) for e in (400, 3, 0.2, 95, 60, 1.1, 22, 0.01, 35, 5)]
    assert e_bh(evidence) == (0, 3, 4, 6, 8)
    assert e_bh(evidence, q=0.05) == (0,)
    assert e_bh([]) == ()
    assert e_bh([-INF, -INF]) == ()


def test_a_portfolio_threshold_met_exactly_is_met():
    assert e_bh([math.log(20), math.log(20)]) == (0, 1)
    assert e_bh([math.log(10), math.log(9.999)]) == ()
    assert e_bh([math.log(10), math.log(10)]) == (0, 1)


def test_a_running_maximum_is_adjusted_before_it_is_listed():
    assert adjusted(math.log(400)) == pytest.approx(math.log(10))


def test_several_outcomes_share_the_error():
    evidence = [math.log(39), math.log(41)]
    assert outcomes_that_work(evidence) == (1,)
    assert outcomes_that_work(evidence, weights=[0.6, 0.4]) == (0,)
    assert outcomes_that_work([math.log(20)]) == (0,)
    assert outcomes_that_work([]) == ()


@pytest.mark.parametrize("weights", [[0.5, 0.6], [1.0], [1.5, -0.5]])
def test_weights_that_do_not_share_one_are_refused(weights):
    with pytest.raises(InvalidInput, match="sum to 1"):
        outcomes_that_work([1, 2], weights=weights)


def test_evidence_that_is_no_number_is_refused_with_its_row():
    with pytest.raises(InvalidInput, match="row 2"):
        e_bh([0, math.nan])


def test_extreme_studies_neither_overflow_nor_win_more_than_the_stake():
    for y, factor in ((1e11, 1.95), (-1e11, 0.05)):
        assert math.exp(ln_e_plus(live([y], [1e-11]))) == pytest.approx(factor)
    state = monitor(live([1e11, -1e11, 0.3, 0.2, 0.1, 0.4], [1e-11, 1e11, 0.1, 1e11, 0.1, 0.1]))
    assert state.lower < state.upper


@pytest.mark.parametrize("sei", [0, -0.1, math.nan, INF, 1e-13])
def test_a_standard_error_that_cannot_be_is_refused_with_its_row(sei):
    with pytest.raises(InvalidInput) as refusal:
        live([0.1, 0.2], [0.1, sei])
    assert (refusal.value.field, refusal.value.row) == ("sei", 2)


@pytest.mark.parametrize("yi", [math.nan, -INF, 1e13])
def test_an_estimate_that_cannot_be_is_refused(yi):
    with pytest.raises(InvalidInput, match="yi"):
        live([yi], [0.1])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Entry(None),
        lambda: Entry(Study(1, 1), Status.OVERDUE),
        lambda: Entry(Study(1, 1), Status.REVISED_BY_PROGRAMME),
        lambda: Entry(Study(1, 1), Status.LIVE, Study(1, 1)),
    ],
)
def test_an_entry_has_the_values_of_its_status_and_no_others(wrong):
    with pytest.raises(InvalidInput):
        wrong()


@pytest.mark.parametrize(
    "changes", [{"stake": 1.0}, {"alpha": 0.0}, {"tau0": -1.0}, {"design_effects": ()}]
)
def test_a_configuration_without_the_guarantee_is_refused(changes):
    facts = {name: getattr(ANYTIME_1, name) for name in AnytimeConfig.__dataclass_fields__}
    with pytest.raises(InvalidInput):
        AnytimeConfig(**{**facts, **changes})

"""The e-processes against an independent program of 60 digits, and at the ends of doubles."""

import math
import random
import warnings
from decimal import Decimal, localcontext

import pytest

from scoring.anytime import (
    ANYTIME_1,
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

SEEDS = range(24)
PI = Decimal(
    "3.14159265358979323846264338327950288419716939937510"
    "58209749445923078164062862089986280348253421170679"
)
TAU0, STAKE, RHO = Decimal("0.1"), Decimal("0.95"), Decimal("0.3")
EFFECTS = (Decimal("0.1"), Decimal("0.2"), Decimal("0.4"))
# Enough for the series of the normal distribution, which cancels, out to 10 standard deviations.
DIGITS = 120


def some_ledger(seed):
    """Up to forty units of every status, most of them plausible and a few far out."""
    draw = random.Random(seed)

    def study():
        far = draw.choice((1, 1, 1, 1, 20))
        return Study(far * draw.gauss(0.15, 0.2), math.exp(draw.uniform(-4, 0.5)))

    def entry():
        status = draw.choice([*Status, *[Status.LIVE] * 9])
        two = status in (Status.CORRECTED_BY_PANEL, Status.REVISED_BY_PROGRAMME)
        return Entry(
            None if status is Status.OVERDUE else study(), status, study() if two else None
        )

    return [entry() for _ in range(draw.randint(6, 40))]


def exact_ln_e(entries, *, m, sign=1):
    """Section 3.2 and the table of section 3.5, word for word, in decimal arithmetic."""
    with localcontext() as context:
        context.prec = 60
        products = [Decimal(1)] * 3
        for entry in entries:
            for position, d in enumerate(EFFECTS):
                products[position] *= _factor(entry, d=d, m=Decimal(m), sign=sign)
        return float((sum(products) / 3).ln())


def _factor(entry, *, d, m, sign):
    def f(study):
        a = 2 * d * sign * (Decimal(study.yi) - m) / (Decimal(study.sei) ** 2 + TAU0**2)
        return (1 - STAKE) + 2 * STAKE / (1 + (-a).exp())

    match entry.status:
        case Status.LIVE:
            return f(entry.locked)
        case Status.CORRECTED_BY_PANEL:
            return f(entry.told)
        case Status.WITHDRAWN_BY_PROGRAMME:
            return min(Decimal(1), f(entry.locked))
        case Status.REVISED_BY_PROGRAMME:
            return min(f(entry.locked), f(entry.told))
        case _:
            return Decimal(1)


def exact_ln_plural(studies, *, m, sign=1):
    """Section 3.6 in decimal arithmetic, with Phi by its series about 0."""
    with localcontext() as context:
        context.prec = DIGITS
        weights = [1 / Decimal(s.sei) ** 2 for s in studies]
        values = [sign * (Decimal(s.yi) - Decimal(m)) for s in studies]
        score = sum(w * value for w, value in zip(weights, values, strict=True))
        spread2 = 1 + RHO**2 * sum(weights)
        z = RHO * score / spread2.sqrt()
        density = (-(z**2) / 2).exp() / (2 * PI).sqrt()
        term = series = z
        for n in range(1, 1000):
            term *= z**2 / (2 * n + 1)
            series += term
        mixture = 2 / spread2.sqrt() * (z**2 / 2).exp() * (Decimal("0.5") + density * series)
        return float(mixture.ln())


@pytest.mark.parametrize("seed", SEEDS)
def test_evidence_is_exact_for_any_ledger_and_mean(seed):
    entries = some_ledger(seed)
    for m in (0.0, 0.2, -0.37):
        assert ln_e_plus(entries, m=m) == pytest.approx(exact_ln_e(entries, m=m), abs=1e-12)
        minus = exact_ln_e(entries, m=m, sign=-1)
        assert ln_e_minus(entries, m=m) == pytest.approx(minus, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_are_exact_to_twelve_decimals(seed):
    entries = [*some_ledger(seed), *live([0.1, 0.3, 0.2, -0.1, 0.4], [0.1, 0.2, 0.1, 0.05, 0.3])]
    enough = -math.log(ANYTIME_1.alpha)
    lower, upper = bounds(entries)
    within = 1e-12 * max(1.0, abs(lower), abs(upper))
    for bound, sign in ((lower, 1), (upper, -1)):
        assert exact_ln_e(entries, m=bound - sign * within, sign=sign) >= enough
        assert exact_ln_e(entries, m=bound + sign * within, sign=sign) < enough


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_plural_evidence_and_bounds_are_exact(seed):
    draw = random.Random(seed)
    studies = [Study(draw.gauss(0.05, 0.15), draw.uniform(0.1, 0.6)) for _ in range(1 + seed)]
    state, enough = plural([Entry(s) for s in studies]), -math.log(ANYTIME_1.alpha)
    assert state.ln_e_plus == pytest.approx(exact_ln_plural(studies, m=0), abs=1e-12)
    assert state.ln_e_minus == pytest.approx(exact_ln_plural(studies, m=0, sign=-1), abs=1e-12)
    for bound, sign in ((state.lower, 1), (state.upper, -1)):
        assert exact_ln_plural(studies, m=bound, sign=sign) == pytest.approx(enough, abs=1e-11)


def test_extreme_studies_neither_overflow_nor_win_more_than_the_stake():
    for y, factor in ((1e11, 1.95), (-1e11, 0.05)):
        assert math.exp(ln_e_plus(live([y], [1e-11]))) == pytest.approx(factor)
    state = monitor(live([1e11, -1e11, 0.3, 0.2, 0.1, 0.4], [1e-11, 1e11, 0.1, 1e11, 0.1, 0.1]))
    assert state.lower < state.upper


def test_an_enormous_harm_leaves_exact_plural_evidence_of_good():
    # z is -2.7e12: there ln E tends to -ln(spread) - ln(-z sqrt(pi / 2)), with nothing cancelled.
    state = plural(live([-9e11], [0.1]))
    spread = math.sqrt(1 + 0.3**2 / 0.1**2)
    z = 0.3 * 9e11 / 0.1**2 / spread
    tail = -math.log(spread) - math.log(z * math.sqrt(math.pi / 2))
    assert state.ln_e_plus == pytest.approx(tail, abs=1e-11)
    assert state.lower == pytest.approx(-9e11)


@pytest.mark.parametrize("y", [0.0, 1e-300, 0.3, -5.0, 9e11])
def test_studies_that_all_agree_are_bounded_evenly_about_their_value(y):
    lower, upper = bounds(live([y] * 12, [0.1] * 12))
    assert lower < y < upper
    assert upper - y == pytest.approx(y - lower, rel=1e-3 if y > 1e11 else 1e-12)


def test_ten_thousand_studies_are_monitored_to_the_last_bit_in_any_order():
    draw = random.Random(1)
    yi = [draw.gauss(0.1, 0.15) for _ in range(10_000)]
    sei = [math.exp(draw.uniform(-3, -1.2)) for _ in yi]
    entries = list(live(yi, sei))
    state = monitor(entries)
    assert state.finding == "works"
    assert state.ln_e_plus == pytest.approx(exact_ln_e(entries, m=0.0), rel=1e-13)
    assert state.lower < 0.1 < state.upper < 0.2
    draw.shuffle(entries)
    assert monitor(entries) == state


def test_the_far_ends_are_searched_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for sei in (2e-12, 1.0, 9e11):
            state = monitor(live([9e11, -9e11] * 4, [sei] * 8))
            assert state.lower < state.upper

"""Laws of fits whose errors follow each other, and what they refuse."""

import numpy as np
import pytest

from scoring.errors import InvalidInput, NotConverged, TooLittleData, UnknownMethod
from scoring.estimation.linear import least_squares, newey_west
from scoring.estimation.series.autoregressive import averaged_ar1, gls_ar1
from scoring.estimation.series.residual_statistics import autocorrelations, cooks_distances
from scoring.estimation.series.seasons import season_columns
from scoring.estimation.series.series_fit import steps_of, whitened
from scoring.estimation.series.two_step import cochrane_orcutt, prais_winsten


def walk(n, phi, seed, trend=0.3):
    rng = np.random.default_rng(seed)
    e = np.zeros(n)
    e[0] = rng.standard_normal() / np.sqrt(1 - phi**2)
    for t in range(1, n):
        e[t] = phi * e[t - 1] + rng.standard_normal()
    t = np.arange(n)
    columns = {
        "(Intercept)": np.ones(n),
        "time": t + 1.0,
        "level": (t >= n // 2).astype(float),
        "trend": np.maximum(t - n // 2, 0).astype(float),
    }
    return 20 + trend * t + e, columns, steps_of(t)


@pytest.mark.parametrize("fit", [averaged_ar1, gls_ar1, prais_winsten, cochrane_orcutt])
def test_units_of_the_outcome_and_of_time_change_nothing_but_units(fit):
    y, columns, steps = walk(40, 0.4, 5)
    base = fit(y, columns, steps=steps)
    moved = {**columns, "time": columns["time"] * 1000 + 5}
    other = fit(1e6 * y - 3e7, moved, steps=steps)
    assert other.phi == pytest.approx(base.phi, abs=1e-9)
    at = base.terms.index("level")
    assert other.b[at] == pytest.approx(1e6 * base.b[at], rel=1e-7)
    assert other.cov[at, at] == pytest.approx(1e12 * base.cov[at, at], rel=1e-7)


def test_a_series_read_backwards_has_the_same_autocorrelation():
    y, columns, steps = walk(50, 0.5, 8)
    backwards = {name: values[::-1].copy() for name, values in columns.items()}
    assert gls_ar1(y[::-1].copy(), backwards, steps=steps).phi == pytest.approx(
        gls_ar1(y, columns, steps=steps).phi, abs=1e-12
    )


def test_two_series_apart_share_one_autocorrelation_but_no_errors():
    y, columns, steps = walk(40, 0.3, 4)
    twice = {name: np.concatenate([values, values]) for name, values in columns.items()}
    both = gls_ar1(np.concatenate([y, y]), twice, steps=np.concatenate([steps, steps]), method="ML")
    one = gls_ar1(y, columns, steps=steps, method="ML")
    assert both.phi == pytest.approx(one.phi, abs=1e-10)
    assert both.loglik == pytest.approx(2 * one.loglik, rel=1e-12)


def test_an_error_that_never_returns_has_an_average_but_no_estimate():
    rng = np.random.default_rng(0)
    y, columns, steps = walk(16, 0.0, 0)
    y = np.cumsum(rng.standard_normal(16)) + np.cumsum(np.cumsum(rng.standard_normal(16)))
    with pytest.raises(NotConverged, match="autocorrelation is 1"):
        gls_ar1(y, columns, steps=steps)
    fit = averaged_ar1(y, columns, steps=steps)
    assert 0.5 < fit.phi < 1
    assert np.isfinite(fit.cov).all()


def test_the_average_leaves_more_open_than_any_single_autocorrelation_seems_to():
    wider = 0
    for seed in range(40):
        y, columns, steps = walk(24, 0.3, seed)
        try:
            single_phi = gls_ar1(y, columns, steps=steps)
        except NotConverged:
            continue
        average = averaged_ar1(y, columns, steps=steps)
        wider += average.cov[2, 2] > single_phi.cov[2, 2]
    assert wider > 25


def test_a_two_step_fit_that_runs_to_one_is_refused():
    y, _, steps = walk(16, 0.0, 0)
    t = np.arange(16.0)
    with pytest.raises(NotConverged, match="did not settle"):
        cochrane_orcutt(np.exp(0.8 * t) + y, {"(Intercept)": np.ones(16)}, steps=steps)


@pytest.mark.parametrize("fit", [averaged_ar1, gls_ar1, prais_winsten, cochrane_orcutt])
def test_what_cannot_be_fitted_is_refused_by_name(fit):
    y, columns, steps = walk(20, 0.2, 1)
    with pytest.raises(InvalidInput, match="same: does not vary"):
        fit(y, {**columns, "same": np.ones(20)}, steps=steps)
    with pytest.raises(TooLittleData, match="at least"):
        fit(y[:4], {name: values[:4] for name, values in columns.items()}, steps=steps[:4])
    with pytest.raises(InvalidInput, match="exactly"):
        fit(2 + 3 * columns["time"], columns, steps=steps)


def test_cochrane_orcutt_needs_the_row_that_it_drops():
    y, columns, _ = walk(20, 0.2, 1)
    few = {name: values[7:12] for name, values in columns.items()}
    with pytest.raises(TooLittleData, match="at least 6"):
        cochrane_orcutt(y[7:12], few, steps=steps_of(range(5)))


def test_another_likelihood_is_unknown():
    y, columns, steps = walk(20, 0.2, 1)
    with pytest.raises(UnknownMethod, match="REML, ML"):
        gls_ar1(y, columns, steps=steps, method="reml")


def test_positions_have_to_rise_within_a_series():
    assert steps_of([3, 4, 7]).tolist() == [0, 1, 3]
    assert steps_of([3, 4, 1, 2], [0, 0, 1, 1]).tolist() == [0, 1, 0, 1]
    with pytest.raises(InvalidInput) as refusal:
        steps_of([3, 4, 4])
    assert refusal.value.row == 3


def test_whitening_with_the_true_autocorrelation_leaves_nothing_behind():
    y, _, steps = walk(4000, 0.6, 3, trend=0.0)
    rows_left = whitened((y - 20)[:, None], steps, 0.6)[:, 0]
    assert abs(autocorrelations(rows_left, steps, 3)).max() < 0.05
    assert rows_left.var() == pytest.approx(1 / (1 - 0.36), rel=0.1)


def test_newey_west_without_a_lag_is_white():
    y, columns, _ = walk(30, 0.2, 9)
    fit = least_squares(y, columns)
    assert newey_west(fit, lag=0, adjusted=False) == pytest.approx(fit.fitted.cov_HC0)
    with pytest.raises(InvalidInput, match="0 or more"):
        newey_west(fit, lag=-1)


def test_a_period_far_off_its_course_stands_out():
    y, columns, steps = walk(40, 0.2, 2)
    y[25] += 15
    distances = cooks_distances(averaged_ar1(y, columns, steps=steps))
    assert int(np.argmax(distances)) in (25, 26)


def test_seasons_are_asked_for_in_words_that_exist():
    periods = np.arange(1, 25)
    assert list(season_columns(periods, seasons="harmonics", cycle=12, pairs=2)) == [
        "sin 1",
        "cos 1",
        "sin 2",
        "cos 2",
    ]
    assert len(season_columns(periods, seasons="dummies", cycle=4)) == 3
    assert season_columns(periods, seasons="none") == {}
    with pytest.raises(UnknownMethod, match="none, dummies, harmonics"):
        season_columns(periods, seasons="months", cycle=12)
    with pytest.raises(InvalidInput, match="1 to 5"):
        season_columns(periods, seasons="harmonics", cycle=12, pairs=6)
    with pytest.raises(InvalidInput, match="cycle: is missing"):
        season_columns(periods, seasons="dummies")

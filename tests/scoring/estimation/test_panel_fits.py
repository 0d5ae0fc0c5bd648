"""What is recommended in place of a refused design takes the data, and is never the refused one."""

from itertools import product

import numpy as np
import pytest

from scoring.errors import ScoringError
from scoring.estimation.panels import panel_fits as fits
from scoring.estimation.panels.did import difference_in_differences
from scoring.estimation.panels.panel import read_panel
from scoring.estimation.panels.staggered import staggered_adoption
from scoring.estimation.panels.synthetic_control import synthetic_control
from scoring.estimation.series.controlled_its import controlled_interrupted_time_series
from scoring.estimation.series.its import interrupted_time_series

OF_PANELS = {
    fits.DID: difference_in_differences,
    fits.STAGGERED: staggered_adoption,
    fits.SYNTHETIC: synthetic_control,
}
OF_SERIES = (fits.ITS, fits.CONTROLLED)


def panel(starts, periods, *, seed=1):
    """Units by the place of their start (None for never)."""
    rng = np.random.default_rng(seed)
    cells = [
        (f"u{u:02d}", t, 10 + u + rng.normal(), float(start is not None and t >= start))
        for u, start in enumerate(starts)
        for t in range(periods)
    ]
    names = ("units", "periods", "outcome", "treated")
    return dict(zip(names, zip(*cells, strict=True), strict=True))


def as_series(told, name):
    """The means of treated and untreated units, as the designs of one or two series take them."""
    y = np.array(told["outcome"]).reshape(len(set(told["units"])), -1)
    on = np.array(told["treated"]).reshape(y.shape)
    ever = on.any(axis=1)
    start, periods = int(on[ever].argmax(axis=1)[0]), list(range(y.shape[1]))
    if name == fits.ITS:
        return interrupted_time_series(periods=periods, outcome=y[ever].mean(axis=0), start=start)
    return controlled_interrupted_time_series(
        periods=periods * 2,
        outcome=[*y[ever].mean(axis=0), *y[~ever].mean(axis=0)],
        group=[1] * len(periods) + [0] * len(periods),
        start=start,
    )


# Every small shape: treated and never treated units, periods before and after, one start or two.
SHAPES = (
    [
        ([before] * treated + [None] * never, before + after)
        for treated, never, before, after in product((1, 2, 3), (0, 1, 2, 5), (0, 1, 2, 8), (1, 8))
        if treated + never > 1 and before + after > 1
    ]
    + [([2, 2, 4, 4] + [None] * never, 7) for never in (0, 1, 2, 5)]
    + [([2, 4, *[None] * never], 7) for never in (0, 1, 2, 5)]
)
REFUSED = [(shape, name) for shape in SHAPES for name in OF_PANELS]


@pytest.mark.parametrize(("shape", "name"), REFUSED)
def test_what_is_recommended_takes_the_data_and_is_another_design(shape, name):
    told = panel(*shape)
    try:
        OF_PANELS[name](**told)
    except ScoringError as refusal:
        said = f"{refusal.accepted}"
    else:
        return
    found = fits.fits(read_panel(**told), refused=name)
    assert name not in found
    # Nothing is named in words that does not fit.
    assert {other for other in (*OF_PANELS, *OF_SERIES) if f" {other}" in f" {said}"} <= {
        *found,
        *(long for long in OF_SERIES if any(long in other for other in found)),
    }
    for other in found:
        if other in OF_PANELS:
            OF_PANELS[other](**told)
        else:
            as_series(told, other)


def test_where_nothing_fits_what_more_is_needed_is_said():
    for design in (difference_in_differences, synthetic_control):
        with pytest.raises(ScoringError, match="no other design fits so little"):
            design(**panel([1, None, None, None, None, None], 2))


def test_places_that_all_start_in_the_end_are_compared_with_those_not_yet_treated():
    told = panel([4 + u // 3 for u in range(9)], 10)
    with pytest.raises(ScoringError, match="comparison=not_yet_treated takes these data"):
        staggered_adoption(**told, comparison="never_treated")
    staggered_adoption(**told, comparison="not_yet_treated")


def test_several_starts_lead_from_a_synthetic_control_to_staggered_adoption():
    with pytest.raises(ScoringError, match="staggered_adoption takes these data"):
        synthetic_control(**panel([2, 2, 4, 4, None, None], 7))

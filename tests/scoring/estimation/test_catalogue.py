"""Every design is listed, and one call estimates by any of them."""

import inspect
import math
import random
from datetime import date

import numpy as np
import pytest

from scoring.errors import InvalidInput, ScoringError, TooLittleData, UnknownMethod
from scoring.estimation.catalogue import DESIGNS, estimate

PEOPLE = random.Random(5)
ROWS = 160
ARM = [number % 2 for number in range(ROWS)]
AGE = [PEOPLE.gauss(60, 10) for _ in range(ROWS)]
OUTCOME = [PEOPLE.gauss(10 + 3 * arm + age / 20, 2) for arm, age in zip(ARM, AGE, strict=True)]
EVENT = [int(PEOPLE.random() < 0.3 + 0.2 * arm) for arm in ARM]
PLACE = [f"place {number // 2 % 20 * 2 + number % 2}" for number in range(ROWS)]
MONTHS = list(range(40))
SERIES = [PEOPLE.gauss(50 + (month >= 20) * 9, 2) for month in MONTHS]
UNITS = [f"area {unit}" for unit in range(16) for _ in range(12)]
PERIODS = [period for _ in range(16) for period in range(12)]
PANEL = [PEOPLE.gauss(20, 2) for _ in UNITS]


def running(starts):
    """1 from the start on for the units that have one."""
    return [
        int(unit in starts and period >= starts[unit])
        for unit, period in zip(UNITS, PERIODS, strict=True)
    ]


DATA = {
    "its": ({"periods": MONTHS, "outcome": SERIES}, {"start": 20}),
    "controlled_its": (
        {
            "periods": MONTHS * 2,
            "outcome": SERIES + [PEOPLE.gauss(50, 2) for _ in MONTHS],
            "group": [1] * 40 + [0] * 40,
        },
        {"start": 20},
    ),
    "did": (
        {
            "units": UNITS,
            "periods": PERIODS,
            "outcome": PANEL,
            "treated": running({f"area {unit}": 6 for unit in range(8)}),
        },
        {},
    ),
    "staggered": (
        {
            "units": UNITS,
            "periods": PERIODS,
            "outcome": PANEL,
            "treated": running({f"area {unit}": 4 + unit // 4 * 3 for unit in range(8)}),
        },
        {},
    ),
    "synthetic_control": (
        {
            "units": UNITS,
            "periods": PERIODS,
            "outcome": PANEL,
            "treated": running({"area 0": 9}),
        },
        {},
    ),
    "rct": ({"outcome": OUTCOME, "arm": ARM, "covariates": {"age": AGE}}, {}),
    "cluster_rct": ({"outcome": OUTCOME, "arm": ARM, "clusters": PLACE}, {}),
    "proportions": ({"outcome": EVENT, "arm": ARM}, {}),
    "two_proportions": ({"x1": [30], "n1": [80], "x2": [20], "n2": [80]}, {}),
    "rates": ({"events": EVENT, "exposure": [1.5] * ROWS, "treated": ARM}, {}),
    "discontinuity": (
        {"running": AGE, "outcome": [PEOPLE.gauss(age + 5 * (age >= 60), 3) for age in AGE]},
        {"cutoff": 60},
    ),
    "matching": ({"treated": ARM, "outcome": OUTCOME, "covariates": {"age": AGE}}, {}),
    "time_to_event": ({"hr": [0.8], "ci_low": [0.6], "ci_high": [1.07], "events": [None]}, {}),
    "prepost": ({"before": OUTCOME, "after": [value + 1 for value in AGE]}, {}),
}


def test_data_are_here_for_every_design():
    assert set(DATA) == set(DESIGNS)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_gives_an_estimate_with_checks_and_a_paragraph(name):
    columns, options = DATA[name]
    found = estimate(name, columns, options)
    assert found.ci_low <= found.natural.yi <= found.ci_high
    assert found.checks
    assert len(found.text) > 80
    assert (found.standardised is None) == (found.not_standardised is not None)


@pytest.mark.parametrize("name", DESIGNS)
def test_what_is_listed_is_what_the_design_takes(name):
    design = DESIGNS[name]
    taken = inspect.signature(design.run).parameters
    listed = [part.name for part in (*design.roles, *design.options)]
    assert set(listed) <= set(taken)
    assert len(listed) == len(set(listed))
    needed = {n for n, p in taken.items() if p.default is inspect.Parameter.empty}
    assert needed == {part.name for part in (*design.roles, *design.options) if part.required}


def test_designs_options_and_roles_that_are_not_there_are_refused_by_name():
    columns, options = DATA["its"]
    with pytest.raises(UnknownMethod, match="design"):
        estimate("guesswork", columns, options)
    with pytest.raises(UnknownMethod, match="role"):
        estimate("its", {**columns, "colour": MONTHS}, options)
    with pytest.raises(UnknownMethod, match="option"):
        estimate("its", columns, {**options, "colour": 1})


# Of every kind that is not the option's own, and numbers that no design can count or divide with.
WRONG = (
    "x", "", b"x", [1], {}, (), object(), True, date(2020, 1, 1), 0.5, -0.5, -1, 1e-300, 1e300,
    math.nan, math.inf, -math.inf, 10**400, np.float64("nan"), np.int64(-3),
)  # fmt: skip
OPTIONS = [(name, option.name) for name, design in DESIGNS.items() for option in design.options]


@pytest.mark.parametrize(("name", "option"), OPTIONS)
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
def test_an_option_of_a_wrong_kind_is_refused_by_name_or_answered(name, option, value):
    columns, options = DATA[name]
    told = next(one for one in DESIGNS[name].options if one.name == option)
    try:
        found = estimate(name, columns, {**options, option: value})
    except ScoringError as refusal:
        assert refusal.field
        assert refusal.accepted
        if not told.takes(value):
            assert refusal.field == option
    else:
        assert told.takes(value)
        assert math.isfinite(found.natural.vi)


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_option_is_left_to_the_design_only_where_it_usually_is(name, option):
    design = DESIGNS[name]
    told = next(one for one in design.options if one.name == option)
    columns, options = DATA[name]
    if design.default(option) is None and not told.required:
        assert estimate(name, columns, {**options, option: None}) == estimate(
            name, columns, options
        )
        return
    with pytest.raises((InvalidInput, UnknownMethod)) as refused:
        estimate(name, columns, {**options, option: None})
    assert (refused.value.field, refused.value.accepted) == (option, told.accepted)


def test_every_default_is_a_value_that_its_option_takes():
    for design in DESIGNS.values():
        for option in design.options:
            default = design.default(option.name)
            assert default is None or option.takes(default), (design.id, option.name)


@pytest.mark.parametrize(
    ("name", "option", "value", "accepted"),
    [
        ("staggered", "seed", 0.5, "a whole number of at least 0 and below 4294967296"),
        ("did", "anticipation", 0.5, "a whole number of at least 0 and below 1000000"),
        ("synthetic_control", "level", 1e-300, "a number of at least 0.5 and below 1"),
        ("discontinuity", "bandwidth", 0, "a number above 0"),
        ("rct", "people", 1, "one of intervention, adjustment, covariance"),
        ("did", "people", 1, "true or false"),
        ("its", "start", 20.5, "a whole number or a date"),
        ("its", "covariance", "HC7", "one of averaged, model, NW, const"),
        ("rct", "covariance", 0, "one of const, HC0, HC1, HC2, HC3, CR0"),
    ],
)
def test_a_refusal_says_what_the_option_takes(name, option, value, accepted):
    columns, options = DATA[name]
    with pytest.raises((InvalidInput, UnknownMethod)) as refused:
        estimate(name, columns, {**options, option: value})
    assert refused.value.accepted.startswith(accepted)


def test_what_is_missing_is_named_with_what_it_is():
    with pytest.raises(TooLittleData, match=r"start.*first period with the programme"):
        estimate("its", DATA["its"][0], {})


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(InvalidInput, match="one length"):
        estimate("its", {"periods": MONTHS, "outcome": SERIES[:-1]}, {"start": 20})


def test_a_design_of_one_row_refuses_two():
    with pytest.raises(InvalidInput, match="one row of figures"):
        estimate("two_proportions", {name: [9, 9] for name in ("x1", "n1", "x2", "n2")}, {})

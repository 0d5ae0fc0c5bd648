"""Which flags mean something beside which others: what would be ignored is refused instead."""

import argparse
from collections.abc import Collection, Mapping
from typing import Final

from scoring.synthesis import METHODS
from service.cli.effects_in import GIVEN, PROPORTIONS, RATES, TABLES, columns_found
from service.cli.tables_in import Table, TableRefused

# Methods that pool counts themselves instead of effects, and these as flags.
COUNTED: Final = ("MH", "PETO")
COUNTS: Final = tuple(f"--method {method}" for method in COUNTED)
MODELS: Final = ("--mods", "--subgroup", "--unit", "--aggregate", *COUNTS)

TWO_MODELS: Final = ("two models", "one of them")
NO_PREDICTION: Final = ("no prediction interval comes with it", "studies pooled as they are")
OWN_TEST: Final = ("it has a test of its own", "the one or the other")
OTHER_TEST: Final = ("its tests are z and t, and the robust one beside them", "--test z or t")
LIKELIHOODS: Final = ("--method REML", "--method ML")
BY_LIKELIHOOD: Final = ("its variances come from a likelihood", "--method REML or ML")
NO_EFFECTS: Final = ("counts are pooled as they stand, no effects", "the one or the other")
NOTHING_ADDED: Final = ("nothing is added then", "the one or the other")
NO_CHART: Final = ("nothing to draw", "studies pooled as they are, or by --subgroup")
NO_SELECTION: Final = ("no selection model comes with it", "studies pooled as they are")
NO_TAU2: Final = ("it has no tau2 to be common", "the one or the other")

# A flag, those it cannot be obeyed beside, why not, and what would be accepted.
APART: Final = (
    ("--subgroup", ("--mods", *COUNTS), TWO_MODELS),
    ("--mods", COUNTS, TWO_MODELS),
    ("--unit", ("--subgroup", *COUNTS), TWO_MODELS),
    ("--aggregate", ("--mods", "--subgroup", "--unit", *COUNTS), TWO_MODELS),
    ("--prediction", (*MODELS, "--method EE"), NO_PREDICTION),
    ("--test", COUNTS, OWN_TEST),
    *(
        (flag, ("--unit",), BY_LIKELIHOOD)
        for method in METHODS
        if (flag := f"--method {method}") not in LIKELIHOODS
    ),
    ("--test knha", ("--unit",), OTHER_TEST),
    ("--test adhoc", ("--unit",), OTHER_TEST),
    ("--common-tau2", ("--method EE",), NO_TAU2),
    ("--add", ("--to none",), NOTHING_ADDED),
    *((flag, COUNTS, NO_EFFECTS) for flag in ("--add", "--to", "--vtype")),
    *((flag, COUNTS, NO_EFFECTS) for flag in ("--icc", "--convert", "--direction")),
    ("--plot", ("--mods", "--unit", "--aggregate", *COUNTS), NO_CHART),
    ("--steps", MODELS, NO_SELECTION),
)

# A flag that says nothing without one of others, and what would be accepted.
NEEDS: Final = (
    ("--rho", ("--unit", "--aggregate"), "with the column of the units"),
    ("--aggregate", ("--rho",), "with the correlation of effects within a unit"),
    ("--effect", ("--unit",), "with the column of the units"),
    ("--reference", ("--mods",), "with the column it is a level of"),
    ("--contrast", ("--mods",), "with the column that has the two levels"),
    ("--common-tau2", ("--subgroup",), "with the column of the subgroups"),
    ("--steps", ("--full", "--explain"), "with the diagnostics that the steps belong to"),
    ("--plots", ("--plot",), "with the file to draw in"),
    ("--icc", ("--cluster-size",), "with the people a cluster"),
    ("--cluster-size", ("--icc",), "with the intraclass correlation"),
    ("--baseline-risk", ("--convert",), "with the measure to convert to"),
    ("--standardiser", ("--convert",), "with the measure to convert to"),
    ("--correlation", ("--convert",), "with the measure to convert to"),
)

# A flag that speaks of how effects are computed, the columns in which it does, and what those are.
INTERVALS: Final = (("estimate", "ci_low", "ci_high"),)
COUNTED_COLUMNS: Final = (*TABLES, *RATES, *PROPORTIONS)
FROM: Final = (
    ("--add", COUNTED_COLUMNS, "counts"),
    ("--to", COUNTED_COLUMNS, "counts"),
    ("--drop00", (*TABLES, *RATES), "the counts of two groups"),
    ("--ci-level", INTERVALS, "estimate, ci_low and ci_high"),
)
# Measures whose variance has one formula alone, and where estimates come with theirs.
ONE_VARIANCE: Final = (*RATES, *GIVEN)


def given(args: argparse.Namespace) -> frozenset[str]:
    """The flags that were given, those of a word with it too: `--method` and `--method EE`."""
    flags = set()
    for name, value in vars(args).items():
        if value is None or value is False or value == []:
            continue
        flag = f"--{name.replace('_', '-')}"
        flags |= {flag, f"{flag} {value}"} if isinstance(value, str) else {flag}
    return frozenset(flags)


def check_together(flags: frozenset[str]) -> None:
    """Refuses flags of which one would be ignored, naming both."""
    for flag, others, (why, accepted) in APART:
        for other in others:
            if flag in flags and other in flags:
                raise TableRefused(f"{flag} and {other}: {why} (accepted: {accepted})")
    for flag, needed, accepted in NEEDS:
        if flag in flags and not flags.intersection(needed):
            raise TableRefused(f"{flag}: needs {' or '.join(needed)} (accepted: {accepted})")


def check_columns(table: Table, columns: Mapping[str, tuple[str, ...]]) -> None:
    """Refuses a flag that names a column that is not there."""
    for flag, names in columns.items():
        for name in names:
            if not table.has(name):
                accepted = ", ".join(table.columns)
                raise TableRefused(
                    f"{flag}: column {name}: not in the file (accepted: one of {accepted})"
                )


def check_computed(table: Table, measure: str, flags: Collection[str], *, vtype: str) -> None:
    """Refuses flags that say how effects are computed where the file has them otherwise."""
    columns = columns_found(table, measure)
    if columns is None:  # refused with what would do when effects are read
        return
    told = f"{measure} of the columns {' '.join(columns)}"
    for flag, places, accepted in FROM:
        if flag in flags and columns not in places:
            raise TableRefused(f"{flag}: not for {told} (accepted: with {accepted})")
    if vtype != "LS" and (columns in ONE_VARIANCE or "estimate" in columns):
        raise TableRefused(f"--vtype {vtype}: not for {told} (accepted: LS)")
    if f"--convert {measure}" in flags:
        raise TableRefused(f"--convert {measure}: the file has that already (accepted: without it)")

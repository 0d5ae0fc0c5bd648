"""Small groups: figures from which a single person's could be worked out are not told."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from scoring.estimation.results import Check, Estimate, Value

# The least number of a cell that the centre releases (design, section 3 on barrier releases), taken
# for groups as well: a mean and a standard deviation of two people are those two people.
FEWEST_IN_A_GROUP = 10
# How many people a group has, where that is told; else how many rows.
PEOPLE = ("n1i", "n2i", "analysed_intervention", "analysed_comparison")
ROWS = ("units_intervention", "units_comparison")
# Means and deviations of one group, in a specification and among the facts.
OF_A_GROUP = frozenset(
    {"m1i", "sd1i", "m2i", "sd2i", "ri", "p1", "p2"}
    | {f"{what}_{arm}" for what in ("mean", "sd", "proportion") for arm in ("intervention",
       "comparison")}
)  # fmt: skip
# What one row, or the outermost rows, would change: with the effect and its error it tells the row.
OF_A_ROW = frozenset({"influence", "influential_points", "attrition_bounds", "exposure_shares"})
MOVED = frozenset({"influence", "influential_points"})
WITHHELD = "means, deviations and shares of groups, as one is smaller than {}"
NOT_TOLD = (
    "Looked at and not told: with fewer than {} in a group, what single rows change would tell what"
    " they hold."
)


def disclosed(estimate: Estimate, *, people: bool) -> Estimate:
    """The estimate without what would tell single rows; its effect and error always stay.

    `people` says that rows are people: of a few councils everything may be told.
    """
    checks = tuple(map(_rounded, estimate.checks))
    if not people or not _is_small(estimate):
        return replace(estimate, checks=checks)
    gone = WITHHELD.format(FEWEST_IN_A_GROUP)
    return replace(
        estimate,
        specification={**dict(_kept(estimate.specification)), "withheld": gone},
        facts=dict(_kept(estimate.facts)),
        checks=tuple(_untold(check) if check.name in OF_A_ROW else check for check in checks),
    )


def _is_small(estimate: Estimate) -> bool:
    told = {**estimate.specification, **estimate.facts}
    counts = _counts(told, PEOPLE) or _counts(told, ROWS)
    return bool(counts) and min(counts) < FEWEST_IN_A_GROUP


def _counts(told: Mapping[str, Value | None], names: tuple[str, ...]) -> list[float]:
    found = (told.get(name) for name in names)
    return [n for n in found if isinstance(n, int | float) and not isinstance(n, bool) and n > 0]


def _kept(entries: Mapping[str, Value | None]) -> Iterator[tuple[str, Value | None]]:
    for path, told in entries.items():
        if path.rpartition(".")[2] not in OF_A_GROUP:
            yield path, told


def _rounded(check: Check) -> Check:
    """How far one row moves the effect, in two digits: in sixteen it would tell the row itself."""
    moved = check.observed
    if check.name not in MOVED or moved is None or not moved or not math.isfinite(moved):
        return check
    return replace(check, observed=round(moved, 1 - math.floor(math.log10(abs(moved)))))


def _untold(check: Check) -> Check:
    return replace(check, observed=None, text=NOT_TOLD.format(FEWEST_IN_A_GROUP))

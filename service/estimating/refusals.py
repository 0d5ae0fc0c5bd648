"""Why no estimate was made: every flaw with its place and what would be accepted instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

# As many as a person mends before looking again.
MOST_TOLD = 50


class Reason(StrEnum):
    """What kind of refusal it is, which decides where it is told."""

    UNUSABLE = "unusable"
    PERSONAL = "personal"
    LIMIT = "limit"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing to mend; `field` is a role, an option, `file`, `design` or `columns`.

    `row` counts from 1 below the header, `column` is the name above it. What stood in a cell is
    never repeated here: it could be about a person. `sayable`: a person may say that the column is
    about nobody.
    """

    field: str
    problem: str
    accepted: str
    row: int | None = None
    column: str | None = None
    sayable: bool = False

    def __str__(self) -> str:
        where = [self.field]
        if self.column is not None and self.column != self.field:
            where.append(f"column {self.column}")
        if self.row is not None:
            where.append(f"row {self.row}")
        return f"{', '.join(where)}: {self.problem} (accepted: {self.accepted})"


class EstimateRefused(Exception):
    """Nothing was estimated and nothing was kept; `fits` names designs that would fit the data."""

    def __init__(
        self,
        flaws: Iterable[Flaw],
        *,
        reason: Reason = Reason.UNUSABLE,
        fits: Sequence[str] = (),
        more: int = 0,
    ) -> None:
        found = tuple(flaws)
        self.flaws, self.more = found[:MOST_TOLD], more + max(len(found) - MOST_TOLD, 0)
        self.reason = reason
        self.fits = tuple(fits)
        told = [str(flaw) for flaw in self.flaws]
        super().__init__("; ".join([*told, *([f"and {self.more} more"] if self.more else [])]))


def refuse_if_any(flaws: Iterable[Flaw]) -> None:
    """Raises EstimateRefused with all of them, where there are any."""
    found = tuple(flaws)
    if found:
        raise EstimateRefused(found)

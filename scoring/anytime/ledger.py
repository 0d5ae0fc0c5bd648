"""The ledger of units: what was measured, and what became of the measurement and by whose hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scoring.columns import Numbers, check_same_length, column
from scoring.errors import InvalidInput

# Effects and standard errors are in standard deviations; beyond these magnitudes a figure is a
# typing error, and the studies could no longer be pooled in double precision.
LARGEST: Final = 1e12


class Status(StrEnum):
    """What became of a unit's designated measurement (section 3.5 of the method)."""

    LIVE = "live"
    CORRECTED_BY_PANEL = "corrected_by_panel"
    REMOVED_BY_PANEL = "removed_by_panel"
    # Also cancelled, or overdue after an interim was seen (which is then the measurement), and the
    # default when unsure who decided.
    WITHDRAWN_BY_PROGRAMME = "withdrawn_by_programme"
    REVISED_BY_PROGRAMME = "revised_by_programme"
    # Registered, due, and nothing ever seen.
    OVERDUE = "overdue"


# Statuses under which a unit has a later value beside the locked one, and those under which it may.
CHANGED: Final = (Status.CORRECTED_BY_PANEL, Status.REVISED_BY_PROGRAMME)
SEEN_LATER: Final = (*CHANGED, Status.WITHDRAWN_BY_PROGRAMME)


@dataclass(frozen=True, slots=True)
class Study:
    """One estimate `yi`, oriented so that + is good, and its standard error, both in SD units."""

    yi: float
    sei: float

    def __post_init__(self) -> None:
        """Refuse what is not finite, a standard error not above 0, and absurd magnitudes."""
        if not -LARGEST < self.yi < LARGEST:
            raise InvalidInput(f"is {self.yi}", field="yi", accepted="a finite number")
        if not 1 / LARGEST < self.sei < LARGEST:
            raise InvalidInput(
                f"is {self.sei}", field="sei", accepted="a finite standard error above 0"
            )


@dataclass(frozen=True, slots=True)
class Entry:
    """One independent unit: the measurement as it was locked, its status, and its later value.

    `locked` is None only for OVERDUE. `told` is the value after a correction or revision, which
    only those have; a unit withdrawn after it was revised keeps the revised value there.
    """

    locked: Study | None
    status: Status = Status.LIVE
    told: Study | None = None

    def __post_init__(self) -> None:
        """Refuse values that the status does not have, or lacks."""
        if (self.locked is None) != (self.status is Status.OVERDUE):
            raise InvalidInput(
                f"does not fit {self.status}",
                field="locked",
                accepted="a measurement for every status but overdue",
            )
        needed, allowed = self.status in CHANGED, self.status in SEEN_LATER
        if not (allowed if self.told is not None else not needed):
            raise InvalidInput(
                f"does not fit {self.status}",
                field="told",
                accepted=f"a later value for {' and '.join(CHANGED)}, perhaps one for "
                f"{Status.WITHDRAWN_BY_PROGRAMME}, and for no other",
            )


def live(yi: Numbers, sei: Numbers) -> tuple[Entry, ...]:
    """A ledger of live studies from columns `yi` and `sei` (k,), in SD units, + good.

    Raises InvalidInput with field and row for what is not finite or a standard error not above 0.
    """
    estimates, errors = column("yi", yi), column("sei", sei, above=0.0)
    check_same_length(yi=estimates, sei=errors)
    entries = []
    for row, (y, se) in enumerate(zip(estimates.tolist(), errors.tolist(), strict=True), start=1):
        try:
            entries.append(Entry(Study(y, se)))
        except InvalidInput as refusal:
            raise refusal.at(row) from None
    return tuple(entries)


def as_locked(entries: Iterable[Entry]) -> tuple[Study, ...]:
    """Measurements with an independent panel's corrections, blind to all a programme did since."""
    return tuple(study for e in entries if (study := _locked_reading(e)) is not None)


def as_told(entries: Iterable[Entry]) -> tuple[Study, ...]:
    """Measurements as everybody, the programme included, has them now."""
    return tuple(study for e in entries if (study := _told_reading(e)) is not None)


def _locked_reading(entry: Entry) -> Study | None:
    match entry.status:
        case Status.LIVE | Status.WITHDRAWN_BY_PROGRAMME | Status.REVISED_BY_PROGRAMME:
            return entry.locked
        case Status.CORRECTED_BY_PANEL:
            return entry.told
        case Status.REMOVED_BY_PANEL | Status.OVERDUE:
            return None


def _told_reading(entry: Entry) -> Study | None:
    match entry.status:
        case Status.LIVE:
            return entry.locked
        case Status.CORRECTED_BY_PANEL | Status.REVISED_BY_PROGRAMME:
            return entry.told
        case Status.REMOVED_BY_PANEL | Status.WITHDRAWN_BY_PROGRAMME | Status.OVERDUE:
            return None

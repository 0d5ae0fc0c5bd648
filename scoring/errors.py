"""Refusals of the scoring room: what is wrong, where, and what would be accepted."""

from collections.abc import Mapping
from copy import copy
from typing import Self


class ScoringError(Exception):
    """A refusal in words; `code` is stable, `data` carries what the caller can act on.

    `field` names the column or argument, `row` counts from 1 as spreadsheets and metafor do,
    `accepted` says in words what would pass. Printed, it is one line with all of them.
    """

    code = "scoring_error"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        row: int | None = None,
        accepted: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.row = row
        self.accepted = accepted

    @property
    def data(self) -> Mapping[str, object]:
        """The facts of the refusal, without those that do not apply."""
        facts = {"field": self.field, "row": self.row, "accepted": self.accepted}
        return {name: fact for name, fact in facts.items() if fact is not None}

    def at(self, row: int) -> Self:
        """The same refusal, placed in a row (counted from 1)."""
        placed = copy(self)
        placed.row = row
        return placed

    def __str__(self) -> str:
        """One line: where, what is wrong, what is accepted."""
        row = None if self.row is None else f"row {self.row}"
        where = ", ".join(part for part in (self.field, row) if part is not None)
        told = f"{where}: {self.message}" if where else self.message
        return f"{told} (accepted: {self.accepted})" if self.accepted else told

    def __copy__(self) -> Self:
        """A refusal of the same kind with the same facts."""
        return type(self)(self.message, field=self.field, row=self.row, accepted=self.accepted)


class TooLittleData(ScoringError):
    """There are fewer observations than the calculation needs."""

    code = "too_little_data"


class InvalidInput(ScoringError):
    """A number that cannot be: not finite, a variance not above 0, a negative count."""

    code = "invalid_input"


class IncompatibleEffects(ScoringError):
    """Effects whose scales cannot be brought together without what the caller has to give."""

    code = "incompatible_effects"


class UnknownMethod(ScoringError):
    """A method, test or measure that does not exist here; `accepted` lists those that do."""

    code = "unknown_method"


class NotConverged(ScoringError):
    """A search ended without the precision it promises."""

    code = "not_converged"


class UnknownStandard(ScoringError):
    """A standard, or a version of one, that is not shipped; `accepted` lists those that are."""

    code = "unknown_standard"

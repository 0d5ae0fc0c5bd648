"""Refusals of the scoring room: what is wrong, where, and what would be accepted."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from types import MappingProxyType
from typing import Final, Self

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class ScoringError(Exception):
    """A refusal in words; `code` is stable, `data` carries what the caller can act on.

    `field` names the column or argument, `row` counts from 1 as spreadsheets and metafor do,
    `earlier` is the row that it repeats, where there is one; `accepted` says in words what would
    pass. Printed, it is one line with all of them.
    """

    code = "scoring_error"

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        row: int | None = None,
        earlier: int | None = None,
        accepted: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.row = row
        self.earlier = earlier
        self.accepted = accepted

    @property
    def data(self) -> Mapping[str, object]:
        """The facts of the refusal, without those that do not apply."""
        names = ("field", "row", "earlier", "accepted")
        facts = {name: getattr(self, name) for name in names}
        return {name: fact for name, fact in facts.items() if fact is not None}

    def at(self, row: int) -> Self:
        """The same refusal, placed in a row (counted from 1)."""
        placed = copy(self)
        placed.row = row
        return placed

    def among(self, rows: Sequence[int], *, fields: Mapping[str, str] = NOTHING) -> Self:
        """The same refusal as the caller knows it: `rows` are the numbers of the rows that were
        given, `fields` what the caller calls the columns where it has names of its own."""
        told = copy(self)
        told.row, told.earlier = (
            rows[row - 1] if row is not None and row <= len(rows) else row
            for row in (self.row, self.earlier)
        )
        if self.field is not None:
            told.field = fields.get(self.field, self.field)
        return told

    def __str__(self) -> str:
        """One line: where, what is wrong, what is accepted."""
        row = None if self.row is None else f"row {self.row}"
        if self.earlier is not None:
            row = f"rows {self.earlier} and {self.row}"
        where = ", ".join(part for part in (self.field, row) if part is not None)
        told = f"{where}: {self.message}" if where else self.message
        return f"{told} (accepted: {self.accepted})" if self.accepted else told

    def __copy__(self) -> Self:
        """A refusal of the same kind with the same facts."""
        return type(self)(
            self.message,
            field=self.field,
            row=self.row,
            earlier=self.earlier,
            accepted=self.accepted,
        )


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


@contextmanager
def told_among(rows: Sequence[int], *, fields: Mapping[str, str] = NOTHING) -> Iterator[None]:
    """Refusals inside are told as `among` has them: by the caller's rows and names of columns."""
    try:
        yield
    except ScoringError as refusal:
        raise refusal.among(rows, fields=fields) from None

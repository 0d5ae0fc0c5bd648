"""Refusals of the domain, each with a stable code and the data a caller needs to do better."""

from collections.abc import Mapping, Sequence
from uuid import UUID


class DomainError(Exception):
    """A refusal in words; `code` is stable, `data` carries what the caller can act on."""

    code = "domain_error"

    def __init__(self, message: str, **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.data: Mapping[str, object] = data


class InvalidValue(DomainError):
    """A value that cannot exist: names the field and what would be accepted."""

    code = "invalid_value"

    def __init__(self, field: str, problem: str, *, accepted: str) -> None:
        super().__init__(f"{field}: {problem}", field=field, problem=problem, accepted=accepted)
        self.field = field
        self.accepted = accepted

    def within(self, root: str, path: str) -> "InvalidValue":
        """The same refusal of a value that stands at `path`, and not at `root`."""
        field, problem = (
            f"{path}.{text.removeprefix(f'{root}.')}" if text.startswith(f"{root}.") else text
            for text in (self.field, str(self.data["problem"]))
        )
        return InvalidValue(
            field, problem.replace(f" {root}.", f" {path}."), accepted=self.accepted
        )


class NotFound(DomainError):
    """The thing named is not in this book."""

    code = "not_found"


class NotAllowed(DomainError):
    """The caller's function does not permit this."""

    code = "not_allowed"


class MoveRefused(DomainError):
    """The programme's state does not permit this event now; names the moves that are open."""

    code = "move_refused"

    def __init__(
        self, move: str, state: str, *, open_moves: Sequence[str], why: str | None = None
    ) -> None:
        super().__init__(
            f"{move} is not possible: {why or f'the programme is {state}'}",
            move=move,
            state=state,
            open_moves=list(open_moves),
        )


class AlreadyRecorded(DomainError):
    """The same data stand in the programme already: names the event that holds them."""

    code = "already_recorded"

    def __init__(self, event_id: UUID) -> None:
        super().__init__(
            f"the same columns of the same file were estimated for the event {event_id}, which"
            " still stands: correct that outcome, or withdraw it first",
            event_id=str(event_id),
        )
        self.event_id = event_id


class Stale(DomainError):
    """Somebody else wrote first; reload and decide again."""

    code = "stale"


class KeyReused(DomainError):
    """The idempotency key was already used for a different request."""

    code = "idempotency_key_reused"


class KeyTaken(DomainError):
    """Inside the stores only: the idempotency row is already there, so its answer is the answer."""

    code = "idempotency_key_taken"

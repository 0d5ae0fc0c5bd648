"""The one map from errors to RFC 9457 problems: every 4xx and 5xx of the service is made here."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from eventsourcing.persistence import DataError, PersistenceError
from flask import Flask, Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from domain.errors import (
    AlreadyRecorded,
    DomainError,
    InvalidValue,
    KeyReused,
    MoveRefused,
    NotAllowed,
    NotFound,
    Stale,
)
from scoring.errors import ScoringError
from service.estimating.refusals import EstimateRefused, Flaw, Reason
from service.kinds import (
    ALREADY_RECORDED,
    BAD_REQUEST,
    INTERNAL,
    INVALID,
    KEY_REUSED,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    MOVE_REFUSED,
    NOT_ACCEPTABLE,
    NOT_ALLOWED,
    NOT_FOUND,
    OTHER,
    PERSONAL_DATA,
    STALE,
    TOO_LARGE,
    TOO_MUCH,
    TYPE_PREFIX,
    UNAVAILABLE,
    Kind,
)
from service.lanes import PEER_LOG, SHARED_LOG, is_peer_path
from service.schemas.strict import Refusal
from service.store.errors import StoreError

PROBLEM_JSON = "application/problem+json"
# The first of the errors stand in the detail, for people; all of them in `errors`.
TOLD_IN_DETAIL = 3


@dataclass(frozen=True, slots=True)
class FieldError:
    """One offending field: where, what is wrong, what would be accepted.

    A cell of a file is also told by its row (from 1, below the header) and its column.
    """

    field: str
    problem: str
    accepted: str
    row: int | None = None
    column: str | None = None

    def document(self) -> dict[str, object]:
        """The members that there are."""
        return {name: told for name, told in asdict(self).items() if told is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One refusal, ready to be written as a response."""

    kind: Kind
    detail: str
    status: int
    errors: tuple[FieldError, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """The JSON members, in the order RFC 9457 lists them."""
        listed = {"errors": [error.document() for error in self.errors]} if self.errors else {}
        return {
            "type": TYPE_PREFIX + self.kind.slug,
            "title": self.kind.title,
            "status": self.status,
            "detail": self.detail,
            **listed,
            **self.extra,
        }

    def response(self) -> Response:
        """The response; it never repeats the address that was asked for."""
        body = json.dumps(self.document(), ensure_ascii=False) + "\n"
        answer = Response(body, status=self.status, content_type=PROBLEM_JSON)
        answer.headers.extend(dict(self.headers))
        return answer


class Refused(Exception):
    """A refusal of the HTTP layer itself; everything else is raised by the room it belongs to."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(
            kind=kind, detail=detail, status=kind.status, errors=errors, headers=headers or {}
        )


def refused_field(name: str, problem: str, *, accepted: str) -> Refused:
    """The refusal of one field or header that no schema reads."""
    return Refused(INVALID, f"{name} {problem}", errors=(FieldError(name, problem, accepted),))


DOMAIN_KINDS: Mapping[type[DomainError], Kind] = {
    NotFound: NOT_FOUND,
    NotAllowed: NOT_ALLOWED,
    MoveRefused: MOVE_REFUSED,
    AlreadyRecorded: ALREADY_RECORDED,
    Stale: STALE,
    KeyReused: KEY_REUSED,
    InvalidValue: INVALID,
}
HTTP_KINDS: Mapping[int, Kind] = {
    400: BAD_REQUEST,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    406: NOT_ACCEPTABLE,
    413: TOO_LARGE,
    415: MEDIA_TYPE,
    422: INVALID,
}


# What a caller can act on, as members of their own.
TOLD_AS_MEMBERS = ("open_moves", "event_id")


def of_domain(error: DomainError) -> Problem:
    """A refusal of the domain; a kind of its own it does not have is an invalid request."""
    kind = next((DOMAIN_KINDS[c] for c in type(error).__mro__ if c in DOMAIN_KINDS), INVALID)
    if kind is NOT_FOUND:
        return not_found()
    extra = {name: told for name, told in error.data.items() if name in TOLD_AS_MEMBERS}
    return Problem(
        kind=kind, status=kind.status, detail=error.message, errors=_named(error), extra=extra
    )


def _named(error: DomainError) -> tuple[FieldError, ...]:
    match error:
        case InvalidValue():
            return (FieldError(error.field, str(error.data["problem"]), error.accepted),)
        case KeyReused():
            accepted = "a new key, or the same request again"
            return (FieldError("Idempotency-Key", "was used for another request", accepted),)
        case _:
            return ()


def of_scoring(error: ScoringError) -> Problem:
    """What the scoring cannot compute, or does not know."""
    errors: tuple[FieldError, ...] = ()
    if error.field is not None:
        accepted = error.accepted or INVALID.meaning
        errors = (FieldError(error.field, error.message, accepted, row=error.row),)
    return Problem(kind=INVALID, status=INVALID.status, detail=str(error), errors=errors)


ESTIMATE_KINDS: Mapping[Reason, Kind] = {
    Reason.UNUSABLE: INVALID,
    Reason.PERSONAL: PERSONAL_DATA,
    Reason.LIMIT: TOO_MUCH,
    Reason.BUSY: UNAVAILABLE,
}
# So long another estimate may be under way.
BUSY_SECONDS = "60"


def of_estimate(error: EstimateRefused) -> Problem:
    """Why a file was not estimated, cell by cell, and which designs would fit it."""
    kind = ESTIMATE_KINDS[error.reason]
    told = "; ".join(map(str, error.flaws[:TOLD_IN_DETAIL]))
    rest = len(error.flaws) - TOLD_IN_DETAIL + error.more
    extra: dict[str, object] = {"more_errors": error.more} if error.more else {}
    if error.fits:
        extra["fitting_designs"] = list(error.fits)
    return Problem(
        kind=kind,
        status=kind.status,
        detail=told + (f"; and {rest} more" if rest > 0 else ""),
        errors=tuple(map(_of_flaw, error.flaws)),
        extra=extra,
        headers={"Retry-After": BUSY_SECONDS} if error.reason is Reason.BUSY else {},
    )


def _of_flaw(flaw: Flaw) -> FieldError:
    return FieldError(flaw.field, flaw.problem, flaw.accepted, row=flaw.row, column=flaw.column)


def not_found() -> Problem:
    """The one answer to an unknown address, an unknown thing, and a thing one may not know of."""
    return Problem(kind=NOT_FOUND, status=404, detail="No such address, or no such thing at it.")


def of_validation(error: ValidationError) -> Problem:
    """What a schema refused, field by field."""
    errors = tuple(_flattened(error.messages))
    detail = "; ".join(f"{one.field} {one.problem}" for one in errors[:TOLD_IN_DETAIL])
    rest = len(errors) - TOLD_IN_DETAIL
    more = f"; and {rest} more" if rest > 0 else ""
    return Problem(kind=INVALID, status=INVALID.status, detail=detail + more, errors=errors)


def of_http(error: HTTPException) -> Problem:
    """What the web framework refused."""
    cause = getattr(error, "exc", None)
    if isinstance(cause, ValidationError):
        # webargs files everything under the location it read: query or json
        return of_validation(ValidationError(next(iter(cause.normalized_messages().values()))))
    status = error.code or 500
    if status == 404:
        return not_found()
    kind = HTTP_KINDS.get(status, OTHER if status < 500 else INTERNAL)
    headers = {name: value for name, value in error.get_headers() if name in PASSED_ON}
    return Problem(kind=kind, status=status, detail=kind.meaning, headers=headers)


# What a framework's refusal may say beside its body (RFC 9110: Allow, Location, Retry-After).
PASSED_ON = frozenset({"Allow", "Location", "Retry-After"})


def _flattened(messages: object, path: tuple[str, ...] = ()) -> Iterator[FieldError]:
    where = ".".join(path) or "(body)"
    match messages:
        case Mapping():
            for name, below in messages.items():
                step = () if name == WHOLE_OBJECT else (str(name),)
                yield from _flattened(below, path + step)
        case list() | tuple():
            for below in messages:
                yield from _flattened(below, path)
        case Refusal():
            yield FieldError(where, messages.problem, messages.accepted)
        case _:
            yield FieldError(where, str(messages), "what the documentation at /docs describes")


# Where marshmallow files a refusal of an object as a whole.
WHOLE_OBJECT = "_schema"


def of_unrepresentable(error: DataError) -> Problem:
    """A value that passed every check of ours and that no column can hold."""
    _logger().info("a value that no column holds", exc_info=error)
    detail = "A value is not one that the database can hold."
    return Problem(kind=INVALID, status=INVALID.status, detail=detail)


def of_unreachable(error: PersistenceError | StoreError) -> Problem:
    """A store that cannot be reached, or be read by this version, is no fault of the request."""
    _logger().error("a store cannot be reached or read", exc_info=error)
    return Problem(kind=UNAVAILABLE, status=UNAVAILABLE.status, detail=UNAVAILABLE.meaning)


def of_refused(error: Refused) -> Problem:
    """What the HTTP layer refused itself."""
    return error.problem


# The map itself: the most particular class of an error decides.
PROBLEM_OF: Mapping[type[Exception], Callable[[Any], Problem]] = {
    Refused: of_refused,
    EstimateRefused: of_estimate,
    DomainError: of_domain,
    ScoringError: of_scoring,
    StoreError: of_unreachable,
    ValidationError: of_validation,
    HTTPException: of_http,
    DataError: of_unrepresentable,
    PersistenceError: of_unreachable,
}


def answer_errors_of(app: Flask, *, new_id: Callable[[], UUID]) -> None:
    """Makes every refusal and every failure of the app a problem."""
    for kind, problem_of in PROBLEM_OF.items():
        app.register_error_handler(kind, _answering(problem_of))
    app.register_error_handler(Exception, _answering(lambda error: _unexpected(error, new_id())))


def _answering(problem_of: Callable[[Any], Problem]) -> Callable[[Any], Response]:
    return lambda error: problem_of(error).response()


def _unexpected(error: Exception, incident: UUID) -> Problem:
    _logger().error("incident %s", incident, exc_info=error)
    detail = "The incident is logged under this id."
    return Problem(kind=INTERNAL, status=500, detail=detail, extra={"id": str(incident)})


def _logger() -> logging.Logger:
    """A failure in the peer lane stays out of the shared log, words and all."""
    return logging.getLogger(PEER_LOG if is_peer_path(request.path) else SHARED_LOG)

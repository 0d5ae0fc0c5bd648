"""How every route reads a request and writes an answer: strict JSON in, ETags and receipts out."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn
from uuid import UUID

import flask_smorest
from flask import Request, Response, g, request, url_for
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from domain.errors import Stale
from domain.record import IdempotencyKey, Receipt
from domain.values import Actor
from service.context import context
from service.kinds import BAD_REQUEST, CONFLICT, MEDIA_TYPE, STALE
from service.problems import Refused, refused_field

# Visible ASCII, as long as any client library makes them.
KEY = re.compile(r"[\x21-\x7e]{1,200}")
WAIT = re.compile(r"wait=(\d{1,4}(?:\.\d{1,3})?)")
# A write waits this long for the read models unless the client prefers otherwise (RFC 7240).
DEFAULT_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 10.0
ETAG_HEX_DIGITS = 32


class StrictParser(FlaskParser):
    """Reads bodies and queries without guessing: what a schema does not know is refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = {}  # noqa: RUF012  webargs' own: each schema decides for itself

    def load_json(self, req: Request, schema: Schema) -> object:
        """The body, once."""
        return body_of(req)

    def load_files(self, req: Request, schema: Schema) -> object:
        """A form that brings a file: its fields and its files together."""
        return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)


class Blueprint(flask_smorest.Blueprint):
    """A documented group of routes that reads strictly."""

    ARGUMENTS_PARSER = StrictParser()


def body_of(asked: Request) -> object:
    """The JSON of a request: no NaN, no name twice, no depth that the reader cannot follow."""
    if asked.mimetype != "application/json":
        raise Refused(MEDIA_TYPE, f"{asked.mimetype or 'nothing'} was sent; send application/json")
    if "body" not in g:
        try:
            g.body = json.loads(
                asked.get_data(), parse_constant=_refuse_constant, object_pairs_hook=_unique
            )
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
            raise Refused(BAD_REQUEST, f"The body is not JSON: {reason}") from None
    return g.body


def answer(document: Mapping[str, Any], *, etag: str | None = None) -> Response:
    """A document, or 304 when the client already has it."""
    body = json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"
    response = Response(body, content_type="application/json")
    tag = etag or hashlib.sha256(body.encode()).hexdigest()[:ETAG_HEX_DIGITS]
    response.set_etag(tag)
    if request.if_none_match.contains(tag):
        response.status_code = 304
        response.set_data(b"")
    return response


def page_of(
    items: Iterable[Mapping[str, Any]],
    *,
    cursor: str | None,
    cursor_name: str = "cursor",
    **more: object,
) -> Response:
    """One page of a list: the items, and where the next page is (RFC 8288)."""
    following = _address_with({cursor_name: cursor}) if cursor else None
    response = answer({"items": list(items), **more, "next": following})
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def written(receipt: Receipt, *, location: str, **more: object) -> Response:
    """The answer to a write, the same for the first request and for every repetition of it."""
    document = {
        "id": str(receipt.stream_id),
        "version": receipt.version,
        "event_ids": [str(one) for one in receipt.event_ids],
        **more,
    }
    response = Response(json.dumps(document) + "\n", status=201, content_type="application/json")
    response.set_etag(tag_of(receipt.stream_id, receipt.version))
    response.headers["Location"] = location
    if receipt.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def recorded(receipt: Receipt, *, location: str) -> Response:
    """The answer to a write of the record, once its author can read it."""
    _wait_for(receipt.position)
    return written(receipt, location=location)


def tag_of(stream_id: UUID | str, version: int) -> str:
    """The entity tag of a stream at a version."""
    return f"{stream_id}:{version}"


def expected_version(stream_id: UUID) -> int | None:
    """The version that If-Match insists on; refused when it is of something else."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    # An empty tag is read as None; what cannot be read at all names no version either.
    for tag in filter(None, request.if_match.as_set()):
        stream, _, version = tag.rpartition(":")
        if stream == str(stream_id) and version.isascii() and version.isdecimal():
            return int(version[:18])
    raise Refused(STALE, "If-Match names no version of this.")


@contextmanager
def naming_the_current_version(stream_id: UUID) -> Iterator[None]:
    """Answers 412 with the current ETag when If-Match was stale, 409 when nobody insisted."""
    try:
        yield
    except Stale as stale:
        current = stale.data.get("version")
        if "If-Match" not in request.headers:
            raise Refused(CONFLICT, CONFLICT.meaning) from stale
        tag = {"ETag": f'"{tag_of(stream_id, current)}"'} if isinstance(current, int) else {}
        raise Refused(STALE, stale.message, headers=tag) from stale


def idempotency_key(actor: Actor) -> IdempotencyKey | None:
    """The caller's key with the hash of all that the request says."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise refused_field(
            "Idempotency-Key", "is not usable", accepted="1 to 200 visible ASCII characters"
        )
    said = json.dumps([request.method, request.path, body_of(request)], sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return IdempotencyKey(organisation=actor.organisation, key=key, request_hash=digest)


def _wait_for(position: int) -> None:
    """Lets the read models reach a write, so that its author reads it (RFC 7240 `Prefer`)."""
    wanted = request.headers.get("Prefer", "")
    match = WAIT.search(wanted)
    seconds = float(match[1]) if match else DEFAULT_WAIT_SECONDS
    if "respond-async" in wanted:
        seconds = float(match[1]) if match else 0.0
    context().record_lane.follower.wait_for(position, min(seconds, LONGEST_WAIT_SECONDS))


def _address_with(change: Mapping[str, str]) -> str:
    asked = {**request.args.to_dict(flat=True), **(request.view_args or {}), **change}
    address: str = url_for(str(request.endpoint), **asked)
    return address


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return seen

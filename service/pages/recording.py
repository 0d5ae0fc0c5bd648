"""How a form reaches the record: once, whole, or not at all with the reason beside its field."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from domain.access import Action, check_may
from domain.commands import MeasureOutcome, ProgrammeCommand
from domain.errors import DomainError, NotFound
from domain.record import IdempotencyKey, Receipt
from domain.values import Actor
from service.auth import check_csrf
from service.pages import shelf
from service.pages.forms import Form
from service.pages.frame import reader

ALL = "everyone who is signed in"


def sent_form() -> Form:
    """The form that came back, once it is known to come from a page of this session."""
    check_csrf()
    return Form.sent(request.form)


def own_programme(programme_id: UUID) -> Mapping[str, Any]:
    """The card of a programme that the reader may log for."""
    card = shelf.programme(programme_id)
    check_may(reader(), Action.DELIVER, owner=card["organisation"])
    return card


def key_of(actor: Actor, form: Form) -> IdempotencyKey:
    """The form's own key with the hash of what it says, so that pressing twice records once."""
    kept = {name: value for name, value in form.given.items() if name != "csrf_token"}
    said = json.dumps([request.path, kept], sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return IdempotencyKey(
        organisation=actor.organisation, key=f"form:{form.key}", request_hash=digest
    )


def told(
    programme_id: UUID,
    form: Form,
    command: ProgrammeCommand | None,
    *,
    happened_on: date | None,
    fields: Mapping[str, str],
) -> Response | None:
    """To where it is shown once the event is recorded; None when the form has to come back."""
    if command is None or happened_on is None:
        return None
    receipt = recorded(
        form,
        lambda actor, key: shelf.record().act(
            actor, programme_id, command, happened_on=happened_on, key=key
        ),
        fields=fields,
    )
    return None if receipt is None else redirect(_next(programme_id, command, receipt), 303)


def _next(programme_id: UUID, command: ProgrammeCommand, receipt: Receipt) -> str:
    """To the facts of an outcome that was just logged, else to the programme's story."""
    story = f"/programmes/{programme_id}"
    if not isinstance(command, MeasureOutcome):
        return story
    return f"{story}/outcomes/{receipt.event_ids[0]}/facts?logged"


def recorded(
    form: Form, write: Callable[[Actor, IdempotencyKey], Receipt], *, fields: Mapping[str, str]
) -> Receipt | None:
    """The receipt; or None, with the refusal told in the form."""
    actor = reader()
    try:
        receipt = write(actor, key_of(actor, form))
    except NotFound:
        abort(404)
    except DomainError as refusal:
        form.refuse(refusal, fields)
        return None
    shelf.wait_for(receipt.position)
    return receipt

"""What one application is made of, and how a request reaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import Flask, current_app

from domain.record import Record
from service.estimating.apart import Estimator
from service.estimating.receipts import Receipts
from service.projections import Follower, Projection
from service.readstore import ReadStore
from service.settings import Settings
from service.store import Store, Tokens

EXTENSION = "candour"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLane:
    """The assured record: the book that decides, the rows it keeps, what is read from them, and
    what estimates the outcomes that are told to it."""

    record: Record
    store: Store
    readstore: ReadStore
    projection: Projection
    follower: Follower
    receipts: Receipts
    estimator: Estimator

    def close(self) -> None:
        """Stops the follower and the estimator, and closes every connection."""
        self.follower.stop()
        self.estimator.close()
        self.store.close()
        self.readstore.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The parts of one application; the peer lane is not among them."""

    settings: Settings
    tokens: Tokens
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    lane: RecordLane | None

    @property
    def record_lane(self) -> RecordLane:
        """The record, in an application that serves it: no other has routes that ask."""
        if self.lane is None:
            raise LookupError("this process does not serve the record")
        return self.lane


def provide(app: Flask, context: Context) -> None:
    """Hands the parts to the requests of an application."""
    app.extensions[EXTENSION] = context


def context() -> Context:
    """The parts of the application that answers this request."""
    return cast("Context", current_app.extensions[EXTENSION])

"""What the stores refuse, each by a name of its own and with the place where it was met."""

from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import OperationalError


class Stored(Protocol):
    """What identifies a stored event: its stream, version and topic."""

    @property
    def originator_id(self) -> UUID | str: ...
    @property
    def originator_version(self) -> int: ...
    @property
    def topic(self) -> str: ...


class StoreError(Exception):
    """A store cannot do what was asked of it."""


class StoreBusy(StoreError, OperationalError):
    """Another process held the store for longer than we wait; nothing was written."""


class EventRefused(StoreError):
    """A stored event that cannot be read, or a new one that must not be written."""

    def __init__(self, stored: Stored, problem: str, *, field: str | None = None) -> None:
        position = getattr(stored, "position", getattr(stored, "id", None))
        self.position: int | None = position
        self.stream_id = str(stored.originator_id)
        self.version = stored.originator_version
        self.topic = stored.topic
        self.field = field
        where = f"{self.topic} (stream {self.stream_id}, version {self.version}"
        where += f", position {position})" if position is not None else ")"
        super().__init__(f"{where}: {field} {problem}" if field else f"{where} {problem}")


class UnknownTopic(EventRefused):
    """The topic is not on the allow-list of this book."""


class NewerSchema(EventRefused):
    """A later version of the program wrote it; upgrade before reading."""


class MissingField(EventRefused):
    """A field that the schema has is not there."""


class UnknownField(EventRefused):
    """A field is there that the schema does not have."""


class WrongValue(EventRefused):
    """A value is not of its field's type, or has no exact form in JSON (NaN, infinity)."""


class UnreadableState(EventRefused):
    """The state is not the JSON object that was written."""

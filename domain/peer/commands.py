"""What can be told in the peer lane; `words` names the fields that a store must encrypt."""

import re
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.errors import InvalidValue
from domain.peer.barriers import Barrier, Mover, Phase
from domain.values import check_text

# SHA-256 in lower-case hexadecimal: the code itself never enters an event.
RECEIPT_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ShareLesson:
    """A candid note: what was learnt, what stood in the way, who could move it."""

    type: ClassVar[str] = "shared"
    words: ClassVar[frozenset[str]] = frozenset({"title", "text"})
    title: str
    text: str
    barrier: Barrier
    who_could_move_it: Mover
    phase: Phase
    programme_handle: str
    receipt_hash: str
    approach_id: UUID | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        _check_words(self.title, self.text)
        check_text("programme_handle", self.programme_handle, longest=100)
        if self.region is not None:
            check_text("region", self.region, longest=100)
        if not RECEIPT_HASH.fullmatch(self.receipt_hash):
            raise InvalidValue("receipt_hash", "is no hash", accepted="64 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class ReviseLesson:
    """The author says it better; the earlier words stay in the stream until their key goes."""

    type: ClassVar[str] = "revised"
    words: ClassVar[frozenset[str]] = frozenset({"title", "text"})
    title: str
    text: str
    barrier: Barrier
    who_could_move_it: Mover
    phase: Phase

    def __post_init__(self) -> None:
        _check_words(self.title, self.text)


@dataclass(frozen=True, slots=True)
class WithdrawLesson:
    """The author takes it back; no reason is asked."""

    type: ClassVar[str] = "withdrawn"
    words: ClassVar[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class RefuseLesson:
    """A steward cannot keep its author safe, and says why."""

    type: ClassVar[str] = "refused"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    reason: str

    def __post_init__(self) -> None:
        check_text("reason", self.reason)


@dataclass(frozen=True, slots=True)
class EndorseLesson:
    """Here too: another place met the same."""

    type: ClassVar[str] = "endorsed"
    words: ClassVar[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class ReplyToLesson:
    """An answer, from another place or from the author."""

    type: ClassVar[str] = "replied"
    words: ClassVar[frozenset[str]] = frozenset({"text"})
    text: str

    def __post_init__(self) -> None:
        check_text("text", self.text)


AuthorCommand = ReviseLesson | WithdrawLesson | ReplyToLesson
ReaderCommand = EndorseLesson | ReplyToLesson
LessonCommand = AuthorCommand | ReaderCommand | RefuseLesson


def _check_words(title: str, text: str) -> None:
    check_text("title", title, longest=200)
    check_text("text", text, longest=8000)

"""Pseudonyms and receipt codes: all that the peer lane ever knows of who speaks."""

import base64
import hashlib
import hmac
from uuid import UUID

from domain.values import Actor
from service.peer.keys import derived

# 80 bits each: nobody finds a second input by trying, and a person can read them aloud.
MASK_BYTES = 10
# 160 bits, as base32 in groups of four: a receipt opens a lesson, so it must not be guessed.
RECEIPT_BYTES = 20
GROUP = 4


class Masks:
    """Derives pseudonyms from the lane key; without it they lead nowhere."""

    def __init__(self, lane_key: bytes) -> None:
        self._naming = derived(lane_key, "candour peer: naming")
        self._receipts = derived(lane_key, "candour peer: receipts")

    def organisation(self, name: str) -> str:
        """The pseudonym of an organisation."""
        return self._mask("organisation", name)

    def actor(self, actor: Actor) -> Actor:
        """The same function under a pseudonym, of a pseudonymous organisation."""
        handle = self._mask("member", actor.id)
        return Actor(handle, actor.function, self.organisation(actor.organisation))

    def programme(self, actor: Actor, programme_id: UUID | None) -> str:
        """The handle under which a programme speaks; the organisation's own when none is named."""
        return self._mask("programme", f"{actor.organisation}|{programme_id or ''}")

    def receipt(self, lesson_id: UUID) -> str:
        """The code that lets the author come back; derived, so that a repeated request gets it."""
        digest = hmac.digest(self._receipts, lesson_id.bytes, hashlib.sha256)[:RECEIPT_BYTES]
        text = base64.b32encode(digest).decode("ascii")
        return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))

    def _mask(self, kind: str, name: str) -> str:
        digest = hmac.digest(self._naming, f"{kind}|{name}".encode(), hashlib.sha256)
        return base64.b32encode(digest[:MASK_BYTES]).decode("ascii").lower()


def receipt_hash(code: str) -> str:
    """What is kept of a receipt code; spaces, dashes and case do not matter to a person."""
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()

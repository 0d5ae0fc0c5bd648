"""The keys of the peer lane: one per author organisation, wrapped by a key outside the database."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.keyfiles import KEY_BYTES
from service.store.database import Database

# AES-GCM's recommended nonce length (NIST SP 800-38D, 8.2).
NONCE_BYTES = 12
KEY_ID_BYTES = 16

FIND_LIVING = (
    "SELECT id, wrapped FROM organisation_keys WHERE organisation = ? AND wrapped IS NOT NULL"
)
COUNT_DESTROYED = "SELECT count(*) FROM organisation_keys WHERE wrapped IS NULL"
FIND = "SELECT wrapped FROM organisation_keys WHERE id = ?"
INSERT = "INSERT INTO organisation_keys (id, organisation, wrapped, made_at) VALUES (?, ?, ?, ?)"
DESTROY = """
UPDATE organisation_keys SET wrapped = NULL, destroyed_at = ?
WHERE organisation = ? AND wrapped IS NOT NULL
"""


def seal(key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
    """Ciphertext that opens only with this key and in this place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """The plaintext; raises InvalidTag when the key, the place or a byte is not the sealed one."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)


def derived(lane_key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that no two uses share one."""
    return hmac.digest(lane_key, purpose.encode(), hashlib.sha256)


class KeyRing:
    """Finds, makes and destroys the keys of organisations, which it knows by pseudonym only."""

    def __init__(self, database: Database, *, lane_key: bytes, now: Callable[[], datetime]) -> None:
        self._database = database
        self._wrapping = derived(lane_key, "candour peer: wrapping")
        self._now = now

    def living_key(self, organisation: str) -> tuple[str, bytes]:
        """The id and the key that seals this organisation's words now; made at first use."""
        with self._database.reading() as cursor:
            row = cursor.execute(FIND_LIVING, (organisation,)).fetchone()
        if row is None:
            row = self._make(organisation)
        return row[0], self._unwrap(row[0], row[1])

    def key(self, key_id: str) -> bytes | None:
        """The key of that id, or None when it was destroyed."""
        with self._database.reading() as cursor:
            row = cursor.execute(FIND, (key_id,)).fetchone()
        return self._unwrap(key_id, row[0]) if row and row[0] else None

    def destroy(self, organisation: str) -> None:
        """Erases an organisation's words for good; what they were sealed into stays."""
        with self._database.writing(lock="keys") as cursor:
            cursor.execute(DESTROY, (self._moment(), organisation))

    def destroyed(self) -> int:
        """How many keys were ever destroyed: what was read before it last grew must be reread."""
        with self._database.reading() as cursor:
            row = cursor.execute(COUNT_DESTROYED).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()

    def _make(self, organisation: str) -> tuple[str, str]:
        with self._database.writing(lock="keys") as cursor:
            # Another thread or process may have been first: its key is the key.
            row = cursor.execute(FIND_LIVING, (organisation,)).fetchone()
            if row is not None:
                return row[0], row[1]
            key_id = secrets.token_hex(KEY_ID_BYTES)
            sealed = seal(self._wrapping, secrets.token_bytes(KEY_BYTES), bound_to=key_id.encode())
            wrapped = base64.b64encode(sealed).decode("ascii")
            cursor.execute(INSERT, (key_id, organisation, wrapped, self._moment()))
            return key_id, wrapped

    def _unwrap(self, key_id: str, wrapped: str) -> bytes:
        return unseal(self._wrapping, base64.b64decode(wrapped), bound_to=key_id.encode())

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat()

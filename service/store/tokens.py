"""Sign-ins by bearer token: shown once, kept as a hash, narrow, expiring and revocable."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from domain.values import Actor, Function
from service.settings import Settings
from service.store.database import Database, Row
from service.store.opening import open_database

# Random bytes of a token: twice the 128 bits that OWASP asks of a session id, so that a fast hash
# of it cannot be searched.
TOKEN_BYTES = 32
PREFIX = "candour_"

COLUMNS = "id, hash, member_id, function, organisation, label, issued_at, expires_at, revoked_at"
INSERT = f"INSERT INTO tokens ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)"
SELECT = f"SELECT {COLUMNS} FROM tokens"
REVOKE = "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A sign-in that is valid now: who holds it, in which one function, until when."""

    id: str
    actor: Actor
    label: str
    expires_at: datetime


class Tokens:
    """The table of sign-ins; whoever reads it cannot sign in with what is there."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def issue(
        self,
        member_id: str,
        *,
        function: Function,
        organisation: str,
        expires_at: datetime,
        label: str,
    ) -> str:
        """A new token in plain text; it is not kept and cannot be shown again."""
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        values = (
            str(uuid4()),
            _hash(token),
            member_id,
            function.value,
            organisation,
            label,
            _text(self._now()),
            _text(expires_at),
        )
        with self._database.writing(lock="tokens") as cursor:
            cursor.execute(INSERT, values)
        return token

    def find(self, token: str) -> TokenRecord | None:
        """The sign-in of a token, unless it is unknown, expired or revoked.

        The look-up is by the hash, so its timing says nothing that helps to guess a token.
        """
        sought = _hash(token)
        found = self._one("hash", sought)
        if found is None or not hmac.compare_digest(str(found[1]), sought):
            return None
        return self._valid(found)

    def get(self, token_id: str) -> TokenRecord | None:
        """The sign-in of that id, unless it is unknown, expired or revoked."""
        found = self._one("id", token_id)
        return None if found is None else self._valid(found)

    def of_member(self, member_id: str) -> tuple[TokenRecord, ...]:
        """The valid sign-ins of a member, the oldest first."""
        with self._database.reading() as cursor:
            statement = f"{SELECT} WHERE member_id = ? ORDER BY issued_at, id"
            rows = cursor.execute(statement, (member_id,)).fetchall()
        return tuple(valid for row in rows if (valid := self._valid(row)))

    def revoke(self, token_id: str) -> bool:
        """Ends a sign-in now; false when there was none to end."""
        if self.get(token_id) is None:
            return False
        with self._database.writing(lock="tokens") as cursor:
            cursor.execute(REVOKE, (_text(self._now()), token_id))
        return True

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()

    def _one(self, column: str, value: str) -> Row | None:
        with self._database.reading() as cursor:
            return cursor.execute(f"{SELECT} WHERE {column} = ?", (value,)).fetchone()

    def _valid(self, row: Row) -> TokenRecord | None:
        token_id, _, member_id, function, organisation, label, _, expires, revoked_at = row
        expires_at = datetime.fromisoformat(expires)
        if revoked_at is not None or expires_at <= self._now():
            return None
        actor = Actor(member_id, Function(function), organisation)
        return TokenRecord(token_id, actor, label, expires_at)


def open_tokens(settings: Settings, *, now: Callable[[], datetime]) -> Tokens:
    """The sign-ins kept beside the record."""
    return Tokens(open_database(settings.database, "access"), now=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

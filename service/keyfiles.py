"""Secrets kept in files outside every database: made once, readable by their owner only."""

import base64
import binascii
import secrets
from contextlib import suppress
from pathlib import Path

OWNER_ONLY = 0o600
FOLDER_OWNER_ONLY = 0o700
# AES-256 and HMAC-SHA-256 take keys of this many bytes (FIPS 197, RFC 2104).
KEY_BYTES = 32


class UnusableKeyFile(Exception):
    """A key file that is missing, damaged or readable by others; names the file."""


def read_or_make_key(path: Path) -> bytes:
    """The key in `path`; a new random one when there is none. Two processes agree on one key."""
    if not path.exists():
        made = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
        with suppress(FileExistsError):  # another process was first: its key is the key
            write_private(path, made + "\n")
    return read_key(path)


def read_key(path: Path) -> bytes:
    """The key in `path`, refused when it is damaged or when others can read the file."""
    try:
        if path.stat().st_mode & 0o077:
            raise UnusableKeyFile(f"{path} can be read by others: chmod 600 {path}")
        key = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error) as error:
        raise UnusableKeyFile(f"{path} holds no usable key: {error}") from error
    if len(key) != KEY_BYTES:
        raise UnusableKeyFile(f"{path} holds {len(key)} bytes where {KEY_BYTES} are needed")
    return key


def write_private(path: Path, text: str) -> None:
    """Writes a new file whole, readable by its owner only; raises FileExistsError if it exists."""
    path.parent.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=OWNER_ONLY, exist_ok=False)
    try:
        draft.write_text(text, encoding="utf-8")
        path.hardlink_to(draft)  # atomic, and refuses to replace: readers see all of it or nothing
    finally:
        draft.unlink()

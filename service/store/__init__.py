"""The event stores of both lanes and the sign-ins, on SQLite and on PostgreSQL."""

from service.store.errors import EventRefused, StoreBusy, StoreError
from service.store.mapper import EventMapper, StateCipher
from service.store.opening import (
    Store,
    open_database,
    open_peer_store,
    open_record_store,
    open_store,
)
from service.store.recorder import EventRecorder, StoredRow
from service.store.tokens import TokenRecord, Tokens, open_tokens

__all__ = [
    "EventMapper",
    "EventRecorder",
    "EventRefused",
    "StateCipher",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoredRow",
    "TokenRecord",
    "Tokens",
    "open_database",
    "open_peer_store",
    "open_record_store",
    "open_store",
    "open_tokens",
]

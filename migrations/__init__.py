"""Every table of every store, forwards only, for both databases; and how old events are read."""

from migrations.errors import (
    AlteredMigration,
    ForeignStore,
    MigrationRefused,
    NewerStore,
    UnmigratedStore,
)
from migrations.places import PostgresPlace, SqlitePlace, place_of
from migrations.runner import check_current, migrate, pending

__all__ = [
    "AlteredMigration",
    "ForeignStore",
    "MigrationRefused",
    "NewerStore",
    "PostgresPlace",
    "SqlitePlace",
    "UnmigratedStore",
    "check_current",
    "migrate",
    "pending",
    "place_of",
]

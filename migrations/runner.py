"""Brings a store forwards under a lock, and refuses a store that this program does not fit."""

from collections.abc import Sequence
from pathlib import Path

from migrations.errors import AlteredMigration, NewerStore, UnmigratedStore
from migrations.files import FOLDER, Migration, migrations_of
from migrations.places import Place, place_of
from migrations.sessions import Applied, applied_to, migrating


def migrate(address: str, store: str, *, folder: Path = FOLDER) -> tuple[str, ...]:
    """Applies what is missing, all or nothing; the names of what was applied."""
    place = place_of(address, store)
    known = migrations_of(place, folder)
    with migrating(place) as session:
        missing = _missing(place, known, session.applied())
        for migration in missing:
            session.apply(migration)
    return tuple(migration.name for migration in missing)


def pending(address: str, store: str, *, folder: Path = FOLDER) -> tuple[str, ...]:
    """The names of the migrations that `migrate` would apply; changes nothing."""
    place = place_of(address, store)
    missing = _missing(place, migrations_of(place, folder), applied_to(place))
    return tuple(migration.name for migration in missing)


def check_current(address: str, store: str, *, folder: Path = FOLDER) -> None:
    """Refuses a store that lacks a migration, has an altered one, or is ahead of this program."""
    missing = pending(address, store, folder=folder)
    if missing:
        raise UnmigratedStore(place_of(address, store).name, missing)


def _missing(
    place: Place, known: Sequence[Migration], applied: Sequence[Applied]
) -> Sequence[Migration]:
    """What is not applied yet; refuses a history that is not the beginning of ours."""
    beyond = tuple(done.name for done in applied if done.number > len(known))
    if beyond:
        raise NewerStore(place.name, beyond)
    for done, migration in zip(applied, known, strict=False):
        if (done.number, done.checksum) != (migration.number, migration.checksum):
            raise AlteredMigration(place.name, done.name)
    return known[len(applied) :]

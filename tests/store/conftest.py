"""Empty migrated stores on each database, and addresses to open them from other processes."""

import pytest

from domain.record import RECORD_EVENTS
from migrations import migrate
from migrations.places import STORES
from service.store import open_store


@pytest.fixture(params=["sqlite", "postgres"])
def empty_address(request, tmp_path):
    """A place where nothing is yet."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'stores'}"
    return request.getfixturevalue("fresh_postgres")


@pytest.fixture
def address(empty_address):
    for store in STORES:
        migrate(empty_address, store)
    return empty_address


@pytest.fixture
def sqlite_address(tmp_path):
    address = f"sqlite:{tmp_path / 'stores'}"
    for store in STORES:
        migrate(address, store)
    return address


@pytest.fixture
def store(address):
    opened = open_store(address, "record", events=RECORD_EVENTS)
    yield opened
    opened.close()


@pytest.fixture
def recorder(store):
    return store.recorder

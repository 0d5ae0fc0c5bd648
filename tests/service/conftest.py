"""One application a test, or the stores of one on each database."""

import pytest

from service.readstore import ReadStore
from service.store import open_database
from tests.service.served import serve
from tests.store.builders import record_on
from tests.store.conftest import address, empty_address, store

__all__ = ["address", "empty_address", "store"]


@pytest.fixture
def served(tmp_path):
    application = serve(tmp_path)
    yield application
    application.close()


@pytest.fixture
def record(store):
    return record_on(store)


@pytest.fixture
def readstore(address):
    opened = ReadStore(open_database(address, "read"))
    yield opened
    opened.close()

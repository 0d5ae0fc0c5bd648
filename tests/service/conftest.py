"""One application a test."""

import pytest

from tests.service.served import serve


@pytest.fixture
def served(tmp_path):
    application = serve(tmp_path)
    yield application
    application.close()

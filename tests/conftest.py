"""Registers the shared fixtures, and marks every test that needs a server or a browser."""

import pytest

pytest_plugins = ["tests.fixtures.postgres", "tests.fixtures.browser"]

MARKERS = {"postgres_url": "postgres", "chromium": "browser"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture, marker in MARKERS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)

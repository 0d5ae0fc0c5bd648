"""The stores that the benchmarks measure: migrated, with members, programmes and the portfolio."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from migrations import migrate
from migrations.places import STORES
from service.app import close, create_app
from service.cli.sign_ins import demo_tokens
from service.demo.load import load
from service.settings import Settings
from tests.fixtures.postgres import fresh_database, running_server
from tests.service.served import APPROACH, LAUNCHED, PROGRAMME, Served, issue_tokens


@dataclass
class World:
    """Settings of migrated stores, and a token by function."""

    settings: Settings
    tokens: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """What a server of this world is started with."""
        return {"CANDOUR_DATABASE": self.settings.database, "CANDOUR_DATA": self.settings.data}


@contextmanager
def world(database: str) -> Iterator[World]:
    """Migrated stores on `sqlite` or on a `postgresql` whose commits are durable."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="candour-bench-")))
        address = f"sqlite:{folder}"
        if database == "postgresql":
            server = stack.enter_context(running_server(durable=True))
            address = stack.enter_context(fresh_database(server.url))
        settings = Settings(database=address, data=str(folder))
        for store in STORES:
            migrate(address, store)
        with closing_app(settings) as app:
            served = Served(app, settings)
            issue_tokens(served, now=served.app.extensions["candour"].now)
        yield World(settings, served.tokens)


@contextmanager
def closing_app(settings: Settings) -> Iterator[object]:
    """An application in this process, closed at the end."""
    app = create_app(settings)
    try:
        yield app
    finally:
        close(app)


def launched_programmes(place: World, number: int) -> list[str]:
    """So many launched programmes of one approach."""
    with closing_app(place.settings) as app:
        served = Served(app, place.settings, place.tokens)
        body = PROGRAMME | {
            "approach_id": served.tell("/v1/approaches", APPROACH, by="steward")["id"]
        }
        ids = [served.tell("/v1/programmes", body)["id"] for _ in range(number)]
        for programme in ids:
            served.tell(f"/v1/programmes/{programme}/events", LAUNCHED)
    return ids


def load_portfolio(place: World) -> list[str]:
    """The demonstration portfolio; answers the ids of its programmes."""
    with closing_app(place.settings) as app:
        loaded = load(app.test_client(), tokens=demo_tokens(place.settings))
        lane = app.extensions["candour"].record_lane
        lane.projection.catch_up()
    return list(loaded.programmes.values())


def milestone(number: int) -> bytes:
    """The body of one more event."""
    return json.dumps(
        {"type": "milestone_reached", "happened_on": "2015-06-01", "milestone": f"step {number}"}
    ).encode()

"""`make bench`: measures each promise beside its baseline and prints the ratios."""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from uuid import UUID

from service.replay import replayed
from tests.benchmarks import regrading, synthesis
from tests.benchmarks.load import requests_per_second, serving
from tests.benchmarks.ratio import Ratio, interleaved
from tests.benchmarks.world import (
    World,
    closing_app,
    launched_programmes,
    load_portfolio,
    milestone,
    world,
)
from tests.service.served import MEASURED

CLIENTS = 16
# So many streams a client writes to in turn that none grows long within a run.
STREAMS_A_CLIENT = 12
DATABASES = ("sqlite", "postgresql")
PAGE = 500
# Each is called three times a round.
PREVIEWS = 100


def main() -> None:
    """Runs all of it; `--rounds` and `--seconds` make it longer and steadier."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=...")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="each side of each round")
    parser.add_argument(
        "--only", choices=("synthesis", "regrading", "service"), help="one part of it"
    )
    parser.add_argument("--programmes", type=int, default=200, help="how many are regraded")
    asked = parser.parse_args()
    print("median ratio (lowest to highest round), then both medians\n")
    if asked.only in (None, "synthesis"):
        for line in synthesis.measured(rounds=asked.rounds):
            print(line if isinstance(line, str) else line.line(), flush=True)
    if asked.only in (None, "regrading"):
        for ratio in regrading.measured(rounds=asked.rounds, programmes=asked.programmes):
            print(ratio.line(), flush=True)
    if asked.only not in (None, "service"):
        return
    for database in DATABASES:
        with world(database) as place:
            for measured in _on(place, database, rounds=asked.rounds, seconds=asked.seconds):
                print(measured.line(), flush=True)


def _on(place: World, database: str, *, rounds: int, seconds: float) -> Iterator[Ratio]:
    yield _append_over_hello(place, database, rounds=rounds, seconds=seconds)
    programmes = load_portfolio(place)
    yield _replay_over_scan(place, database, rounds=rounds)
    yield _grade_over_query(place, database, programmes, rounds=rounds)
    yield _preview_of_all_over_one(place, database, rounds=rounds)


def _append_over_hello(place: World, database: str, *, rounds: int, seconds: float) -> Ratio:
    streams = launched_programmes(place, CLIENTS * STREAMS_A_CLIENT)
    headers = {
        "Authorization": f"Bearer {place.tokens['delivery']}",
        "Content-Type": "application/json",
        "Prefer": "respond-async",
    }
    workers = 1 if place.settings.embedded else 2

    def append(client: int, number: int) -> tuple[str, str, bytes, dict[str, str]]:
        stream = streams[client * STREAMS_A_CLIENT + number % STREAMS_A_CLIENT]
        return "POST", f"/v1/programmes/{stream}/events", milestone(number), headers

    def hello(_client: int, number: int) -> tuple[str, str, bytes, dict[str, str]]:
        return "POST", "/hello", milestone(number), {"Content-Type": "application/json"}

    with (
        serving("service.wsgi:app", workers=workers, environment=place.environment) as ours,
        serving("tests.benchmarks.hello:app", workers=workers, environment={}) as theirs,
    ):
        return interleaved(
            f"{database}: durable append through the API / hello",
            subject=lambda: requests_per_second(ours, append, clients=CLIENTS, seconds=seconds),
            baseline=lambda: requests_per_second(theirs, hello, clients=CLIENTS, seconds=seconds),
            rounds=rounds,
            unit="requests/s",
            promise=">= 0.6 on postgresql (not due yet)",
        )


def _replay_over_scan(place: World, database: str, *, rounds: int) -> Ratio:
    with closing_app(place.settings) as app:
        lane = app.extensions["candour"].record_lane

        def scan() -> None:
            after = 0
            while rows := lane.store.recorder.select_rows(after, PAGE):
                after = rows[-1].position

        def replay() -> None:
            with replayed(lane, progress=lambda _done, _last: None):
                pass

        return interleaved(
            f"{database}: replay with every grade / raw scan",
            subject=lambda: _milliseconds(replay),
            baseline=lambda: _milliseconds(scan),
            rounds=rounds,
            unit="ms",
            promise="no figure",
        )


def _grade_over_query(place: World, database: str, programmes: list[str], *, rounds: int) -> Ratio:
    headers = {"Authorization": f"Bearer {place.tokens['funder']}"}
    with closing_app(place.settings) as app:
        client, lane = app.test_client(), app.extensions["candour"].record_lane

        def graded(programme: str) -> None:
            answer = client.get(f"/v1/programmes/{programme}/grades", headers=headers)
            assert answer.status_code == 200, answer.text

        def queried(programme: str) -> None:
            lane.store.recorder.select_events(UUID(programme))

        return interleaved(
            f"{database}: p95 of a programme's grades / facts query",
            subject=lambda: _p95(graded, programmes),
            baseline=lambda: _p95(queried, programmes),
            rounds=rounds,
            unit="ms",
            promise="<= 2 x the query plus 10 ms",
        )


def _preview_of_all_over_one(place: World, database: str, *, rounds: int) -> Ratio:
    """One contrast under every standard in one call, beside the same under one standard."""
    headers = {"Authorization": f"Bearer {place.tokens['funder']}"}
    facts = {"contrasts": [MEASURED["contrast"]]}
    with closing_app(place.settings) as app:
        client = app.test_client()

        def graded(standard: str) -> None:
            path = f"/v1/grades/preview?standard={standard}"
            answer = client.post(path, json=facts, headers=headers)
            assert answer.status_code == 200, answer.text

        return interleaved(
            f"{database}: p95 of a preview by all standards / by one",
            subject=lambda: _p95(graded, ["all"] * PREVIEWS),
            baseline=lambda: _p95(graded, ["wwc@4.1"] * PREVIEWS),
            rounds=rounds,
            unit="ms",
            promise="20 ms on the embedded default",
        )


def _milliseconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _p95(work: Callable[[str], None], programmes: list[str]) -> float:
    taken = [_milliseconds(lambda one=one: work(one)) for one in programmes for _ in range(3)]
    return statistics.quantiles(taken, n=20)[-1]


if __name__ == "__main__":
    main()

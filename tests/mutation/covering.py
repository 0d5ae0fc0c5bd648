"""Which tests pass through which line, found by running them once on the sound code."""

import os
import time
from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import coverage
import pytest
from hypothesis import HealthCheck, Phase, settings

QUIET = ("--assert=plain", "--noconftest", "-p", "no:cacheprovider", "-p", "no:xdist", "-q")


@dataclass(slots=True)
class Covering:
    """Seconds of each test that passes, those that do not, and the tests of each line."""

    seconds: dict[str, float] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def tests_of(self, path: str, lines: Iterable[int], *, budget: float) -> list[str]:
        """Those that run one of these lines, the quickest first, within so many seconds of them.

        What is run on import alone is seen by whatever runs the module, else by any test.
        """
        told = self.lines.get(path, {})
        found = {test for line in lines for test in told.get(line, ())}
        found = found or {test for tests in told.values() for test in tests} or set(self.seconds)
        quickest = sorted(
            (t for t in found if t in self.seconds), key=lambda t: (self.seconds[t], t)
        )
        spent = accumulate(self.seconds[test] for test in quickest)
        return [test for test, so_far in zip(quickest, spent, strict=True) if so_far <= budget]


class _Watch:
    """A plugin of pytest that notes whose lines are run, and for how long."""

    def __init__(self, watched: coverage.Coverage, covering: Covering) -> None:
        self.watched, self.covering = watched, covering

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.watched.switch_context(item.nodeid)
        began = time.monotonic()
        done = yield
        self.covering.seconds[item.nodeid] = time.monotonic() - began
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.covering.failing.append(report.nodeid)


def same_each_time() -> None:
    """Properties try the same examples in every run, and stop at the first that fails."""
    settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


def silently() -> None:
    """From now on this process prints nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def covered(files: Iterable[str], modules: Iterable[str]) -> Covering:
    """Run these files of tests once; the working folder is the tree they are in."""
    silently()
    same_each_time()
    found = Covering()
    wanted = [str(Path(module).resolve()) for module in modules]
    watched = coverage.Coverage(data_file=None, include=wanted, config_file=False)
    with watched.collect():
        pytest.main([*QUIET, *files], plugins=[_Watch(watched, found)])
    data = watched.get_data()
    for module, path in zip(modules, wanted, strict=True):
        by_line = data.contexts_by_lineno(path) if path in data.measured_files() else {}
        told: dict[int, list[str]] = defaultdict(list)
        for line, tests in by_line.items():
            told[line].extend(test for test in tests if test)
        found.lines[module] = dict(told)
    for test in found.failing:
        found.seconds.pop(test, None)
    return found

"""Each mutant in a process of its own: forked, its module exchanged on import, tests run on it."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType

import pytest

from tests.mutation.covering import QUIET, Covering, same_each_time, silently
from tests.mutation.mutants import Mutant

FORK = multiprocessing.get_context("fork")
# How long a mutant may take: so many times what its tests took, and no less than so many seconds.
TIMES, LEAST_SECONDS = 5.0, 60.0
ASK_EVERY = 0.02
PASSED, UNTESTED = 0, 99


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: killed (by failing tests or past its time), survived or untested."""

    mutant: Mutant
    killed: bool
    tests: int


class _Only:
    """A plugin of pytest that runs these tests alone, in this order."""

    def __init__(self, tests: Iterable[str]) -> None:
        self.order = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order),
            key=lambda item: self.order[item.nodeid],
        )


def in_a_child(task: Callable[..., object], *arguments: object) -> object:
    """The answer of a task that is run in a process of its own."""
    ours, theirs = FORK.Pipe(duplex=False)
    child = FORK.Process(target=lambda: theirs.send(task(*arguments)))
    child.start()
    theirs.close()
    answer = ours.recv()
    child.join()
    return answer


def outcomes(
    wanted: Iterable[Mutant], covering: Covering, *, processes: int, budget: float
) -> Iterator[Outcome]:
    """Run the tests on each mutant, so many at once, and tell of each as it ends."""
    waiting, running = list(wanted)[::-1], []
    while waiting or running:
        while waiting and len(running) < processes:
            running.append(_started(waiting.pop(), covering, budget))
        time.sleep(ASK_EVERY)
        for one in list(running):
            child, outcome, until = one
            if child.is_alive() and time.monotonic() < until:
                continue
            running.remove(one)
            yield outcome(_ended(child))


def _started(
    mutant: Mutant, covering: Covering, budget: float
) -> tuple[BaseProcess, Callable[[int | None], Outcome], float]:
    lines = range(mutant.line, mutant.last_line + 1)
    tests = covering.tests_of(mutant.path, lines, budget=budget)
    child = FORK.Process(target=_run, args=(mutant, tests), daemon=True)
    child.start()
    allowed = max(LEAST_SECONDS, TIMES * sum(covering.seconds[test] for test in tests))

    def outcome(code: int | None) -> Outcome:
        return Outcome(mutant, killed=code not in (PASSED, UNTESTED), tests=len(tests))

    return child, outcome, time.monotonic() + allowed


def _ended(child: BaseProcess) -> int | None:
    if child.is_alive():
        child.kill()
        child.join()
        return None
    child.join()
    return child.exitcode


def _run(mutant: Mutant, tests: list[str]) -> None:
    """Never returns: the exit code says whether all passed."""
    silently()
    same_each_time()
    exchange(_module(mutant.path), mutant.code)
    files = sorted({test.split("::")[0] for test in tests})
    code = pytest.main(["-x", *QUIET, *files], plugins=[_Only(tests)]) if files else UNTESTED
    os._exit(int(code))


def exchange(module: str, code: CodeType) -> None:
    """From now on the import of a module runs this code instead of its own."""
    if module in sys.modules:
        raise RuntimeError(f"{module} was imported before it could be exchanged")
    own = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if fullname == module else own(loader, fullname)

    SourceFileLoader.get_code = get_code


def _module(path: str) -> str:
    parts = Path(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

"""`make mutate`: put small faults into rules and grading, and count those that tests see."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy  # noqa: F401  loaded once here, so that no child has to
import scipy.stats  # noqa: F401  loaded once here, so that no child has to

from tests.mutation.children import Outcome, in_a_child, outcomes
from tests.mutation.covering import Covering, covered
from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.modules import TESTS
from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parent.parent.parent
COPIED = ("scoring", "tests", "domain", "service", "migrations")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "browser", "node_modules", "vendor")
# Says that the process works on a copy already.
IN_COPY = "CANDOUR_MUTATION_COPY"
PROMISED = 90.0


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures and every survivor; returns 1 below what is promised."""
    asked = _parser().parse_args(arguments)
    if IN_COPY not in os.environ:
        return _in_a_copy(sys.argv[1:] if arguments is None else arguments)
    told: list[Outcome] = []
    for modules, files in TESTS.items():
        chosen = [module for module in modules if _asked(module, asked.only)]
        if chosen:
            told.extend(_group(chosen, _there(files), asked))
    killed, share = sum(one.killed for one in told), _share(told)
    _write(f"all: {killed} of {len(told)} killed, {share:.1f} %")
    return int(share < PROMISED)


def _group(modules: list[str], files: list[str], asked: argparse.Namespace) -> list[Outcome]:
    covering = in_a_child(covered, files, modules)
    assert isinstance(covering, Covering)
    _write(f"{len(covering.seconds)} tests, {sum(covering.seconds.values()):.0f} s")
    for test in covering.failing:
        _write(f"  left out, for it fails on the sound code: {test}")
    found = []
    for module in modules:
        told = list(
            outcomes(
                _sample(module, asked),
                covering,
                processes=asked.processes,
                budget=asked.budget,
            )
        )
        _report(module, told)
        found.extend(told)
    return found


def _sample(module: str, asked: argparse.Namespace) -> list[Mutant]:
    """The same each time for one seed; without those known to change nothing."""
    every = [one for one in mutants(module, Path(module).read_text()) if not _equivalent(one)]
    if asked.sample is None or asked.sample >= len(every):
        return every
    drawn = random.Random(f"{asked.seed}:{module}").sample(every, asked.sample)
    return sorted(drawn, key=every.index)


def _equivalent(mutant: Mutant) -> bool:
    return (mutant.path, mutant.text, mutant.before, mutant.after) in EQUIVALENT


def _report(module: str, told: list[Outcome]) -> None:
    killed = sum(one.killed for one in told)
    _write(f"{module}: {killed} of {len(told)} killed, {_share(told):.1f} %")
    for one in told:
        if not one.killed:
            _write(
                f"  line {one.mutant.line} ({one.tests} tests)\n"
                f"    - {one.mutant.before}\n    + {one.mutant.after}"
            )


def _share(told: list[Outcome]) -> float:
    return 100 * sum(one.killed for one in told) / len(told) if told else 100.0


def _there(files: Iterable[str]) -> list[str]:
    return [file for file in files if Path(file).exists()]


def _asked(module: str, only: list[str] | None) -> bool:
    return only is None or any(part in module for part in only)


def _in_a_copy(arguments: list[str]) -> int:
    """The same once more, on a copy of the tree that nobody edits meanwhile."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        for name in COPIED:
            shutil.copytree(ROOT / name, Path(folder) / name, ignore=LEFT_OUT)
        shutil.copy(ROOT / "pyproject.toml", folder)
        return subprocess.run(
            [sys.executable, "-m", "tests.mutation", *arguments],
            cwd=folder,
            env={**os.environ, IN_COPY: "1", "PYTHONPATH": folder, "OMP_NUM_THREADS": "1"},
            check=False,
        ).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make mutate ARGS=...", description=__doc__)
    parser.add_argument("--sample", type=int, help="mutants of each module (default all)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default 1)")
    parser.add_argument("--only", action="append", help="modules whose path holds this")
    parser.add_argument(
        "--budget",
        type=float,
        default=float("inf"),
        help="seconds of tests for each mutant, the quickest first (default no end)",
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""`make simulate`: how often each rule is wrong, and each interval right, beside the reference."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

from tests.simulations import (
    changes,
    coverage,
    findings,
    limits,
    looks,
    portfolio,
    remeasured,
)
from tests.simulations.designs import DESIGNS
from tests.simulations.report import Table, summary
from tests.simulations.run import Run

STREAMS, QUICK = 20_000, 500
PARTS: Mapping[str, Callable[[Run], list[Table]]] = {
    "looks": looks.tables,
    "remeasured": remeasured.tables,
    "limits": limits.tables,
    "findings": findings.tables,
    "changes": changes.tables,
    "portfolio": portfolio.tables,
}
# All designs of estimation at once.
COVERAGE = "coverage"


def main(arguments: list[str] | None = None) -> int:
    """Prints every table and the verdict; returns 1 where a promise was broken."""
    asked = _parser().parse_args(arguments)
    run = Run(seed=asked.seed, streams=asked.streams or (QUICK if asked.quick else STREAMS))
    only = set(asked.only or [*PARTS, COVERAGE])
    parts = [part for part in PARTS if part in only]
    designs = [design for design in DESIGNS if {design, COVERAGE} & only]
    verdicts = []
    if parts:
        verdicts.append(summary(_written(simulated(run, parts))))
    if designs:
        tables = coverage.tables(run, designs, processes=asked.processes)
        verdicts.append(coverage.verdict(_written(tables)))
    # A verdict that is not kept comes last, so that the last line never hides it.
    for lines, _ in sorted(verdicts, key=lambda verdict: not verdict[1]):
        _write(lines)
    return 0 if all(kept for _, kept in verdicts) else 1


def simulated(run: Run, parts: Iterable[str] = PARTS) -> Iterator[Table]:
    """The tables of these parts, each as soon as its simulations are done."""
    for part in parts:
        yield from PARTS[part](run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make simulate ARGS=...", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="default 1")
    parser.add_argument("--streams", type=int, help=f"streams a cell (default {STREAMS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} streams a cell")
    parser.add_argument(
        "--only", choices=[*PARTS, COVERAGE, *DESIGNS], action="append", help="some parts only"
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=os.cpu_count() or 1,
        help="that share the work of coverage (default all processors)",
    )
    return parser


def _written(tables: Iterable[Table]) -> list[Table]:
    """The tables, each written as soon as it is there."""
    kept = []
    for table in tables:
        kept.append(table)
        _write(table.lines())
    return kept


def _write(lines: list[str]) -> None:
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

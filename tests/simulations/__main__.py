"""`make simulate`: how often each rule is wrong, beside the figures of the reference."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping

from tests.simulations import changes, findings, limits, looks, portfolio, remeasured
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


def main(arguments: list[str] | None = None) -> int:
    """Prints every table and the verdict; returns 1 where an e-process broke its promise."""
    parser = argparse.ArgumentParser(prog="make simulate ARGS=...", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="default 1")
    parser.add_argument("--streams", type=int, help=f"streams a cell (default {STREAMS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} streams a cell")
    parser.add_argument("--only", choices=list(PARTS), action="append", help="some parts only")
    asked = parser.parse_args(arguments)
    run = Run(seed=asked.seed, streams=asked.streams or (QUICK if asked.quick else STREAMS))
    tables = []
    for table in simulated(run, asked.only or PARTS):
        tables.append(table)
        sys.stdout.write("\n".join([*table.lines(), ""]))
        sys.stdout.flush()
    lines, kept = summary(tables)
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if kept else 1


def simulated(run: Run, parts: Iterable[str] = PARTS) -> Iterator[Table]:
    """The tables of these parts, each as soon as its simulations are done."""
    for part in parts:
        yield from PARTS[part](run)


if __name__ == "__main__":
    sys.exit(main())

"""`candour pool` and `candour anytime`: an analyst's table in, an answer out, no server needed."""

import argparse
import json
import math
import sys
from collections.abc import Callable
from typing import TypeAlias

from scoring.anytime import live, monitor
from scoring.effects import Effect, oriented, standardise
from scoring.errors import ScoringError, TooLittleData
from scoring.synthesis import METHODS, TESTS, synthesise
from service.cli.answers import Answer, anytime_answer, in_words, pool_answer
from service.cli.effects_in import (
    COLUMNS,
    EffectRows,
    inferred_measure,
    read_effects,
    rows_of_the_file,
)
from service.cli.tables_in import TableRefused, read_table

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

# Exit code of a refusal, as argparse has it for its own.
REFUSED = 2

FILE_HELP = "CSV with a header, or JSON (a list of objects, or {rows: [...]}); - reads stdin"

COLUMNS_HELP = """\
columns, named as metafor names them:
  yi vi | yi sei                    estimates (ratios as natural logs) and variances or SEs
  ai bi ci di | ai n1i ci n2i       2x2 tables, for OR RR RD
  m1i sd1i n1i m2i sd2i n2i         means, for SMD MD
  x1i t1i x2i t2i                   events and exposure, for IRR
Rows where a needed value is blank, NA or null are left out and counted; rows are numbered from 1,
a CSV header not counted.
"""

STANDARDISING_HELP = """
GEN rows are taken to be in standard deviations, + good. Other measures are computed, turned so that
+ is good (--direction) and standardised: SMD as it is; log ratios divided by pi / sqrt 3; RD by
sqrt(p0 (1 - p0)), p0 given by --baseline-risk; MD by --standardiser, or each row's sd2i.
"""


def add_pool(subparsers: Subparsers) -> None:
    """`candour pool FILE`: effect sizes and a meta-analysis."""
    parser = _parser(subparsers, "pool", "pool a table of studies", COLUMNS_HELP)
    parser.add_argument("--method", choices=list(METHODS), default="REML", help="default REML")
    parser.add_argument("--test", choices=TESTS, help="default adhoc, for EE z")
    parser.add_argument("--level", type=_level, default=0.95, help="95 or 0.95 (the default)")
    parser.set_defaults(func=pool)


def add_anytime(subparsers: Subparsers) -> None:
    """`candour anytime FILE`: evidence that may be looked at as often as one likes."""
    parser = _parser(
        subparsers,
        "anytime",
        "what a table of studies says, however often one looks",
        COLUMNS_HELP + STANDARDISING_HELP,
    )
    parser.add_argument(
        "--sesoi",
        type=float,
        help="smallest worthwhile effect in SD, whatever the measure (default 0.2)",
    )
    parser.add_argument(
        "--direction",
        type=int,
        choices=(1, -1),
        default=1,
        help="1 where a higher outcome is better (default), -1 where a lower one is",
    )
    parser.add_argument("--baseline-risk", type=float, help="p0 of a difference in proportions")
    parser.add_argument("--standardiser", type=float, help="standard deviation for MD")
    parser.set_defaults(func=anytime)


def pool(args: argparse.Namespace) -> int:
    """Pool the table and print the synthesis; returns the exit code."""
    test = args.test or ("z" if args.method == "EE" else "adhoc")

    def answer(data: EffectRows, measure: str) -> Answer:
        yi, vi = [e.yi for e in data.effects], [e.vi for e in data.effects]
        with rows_of_the_file(data.rows):
            pooled = synthesise(yi, vi, method=args.method, test=test, level=args.level)
        return pool_answer(pooled, measure=measure, left_out=data.left_out)

    return _answered("pool", args, answer)


def anytime(args: argparse.Namespace) -> int:
    """Monitor the table and print evidence, bounds and finding; returns the exit code."""

    def answer(data: EffectRows, measure: str) -> Answer:
        effects = _in_sd_units(data, args)
        with rows_of_the_file(data.rows):
            ledger = live([e.yi for e in effects], [math.sqrt(e.vi) for e in effects])
        state = monitor(ledger, sesoi=args.sesoi)
        return anytime_answer(state, measure=measure, left_out=data.left_out)

    return _answered("anytime", args, answer)


def _parser(
    subparsers: Subparsers, name: str, summary: str, epilog: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}. Needs no server and no database.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    parser.add_argument(
        "--measure", choices=list(COLUMNS), help="default GEN where the file has yi, else needed"
    )
    parser.add_argument("--by", metavar="COLUMN", help="one answer for each value of a column")
    parser.add_argument("--json", action="store_true", help="for machines, in full precision")
    return parser


def _level(text: str) -> float:
    try:
        level = float(text)
    except ValueError:
        level = math.nan
    share = level / 100 if level > 1 else level
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: 95, or 0.95)")
    return share


def _answered(
    command: str, args: argparse.Namespace, answer: Callable[[EffectRows, str], Answer]
) -> int:
    try:
        results = _results(args, answer)
    except (ScoringError, TableRefused) as refusal:
        print(f"candour {command}: {refusal}", file=sys.stderr)
        return REFUSED
    document = {"results": results} if args.by else results[0]
    print(json.dumps(document, allow_nan=False, indent=2) if args.json else in_words(results))
    return 0


def _results(args: argparse.Namespace, answer: Callable[[EffectRows, str], Answer]) -> list[Answer]:
    table = read_table(args.file)
    measure = args.measure or inferred_measure(table)
    if not args.by:
        return [answer(read_effects(table, measure), measure)]
    results = []
    for value, group in table.split(args.by):
        try:
            results.append({"by": value, **answer(read_effects(group, measure), measure)})
        except TooLittleData as refusal:
            raise TableRefused(f"{args.by} {value!r}: {refusal}") from None
    return results


def _in_sd_units(data: EffectRows, args: argparse.Namespace) -> list[Effect]:
    turned = [oriented(effect, args.direction) for effect in data.effects]
    if args.measure in (None, "GEN"):
        return turned
    own = data.rows.has("sd2i") and args.measure == "MD" and args.standardiser is None
    deviations = data.rows.floats("sd2i") if own else [args.standardiser] * len(turned)
    with rows_of_the_file(data.rows):
        return [
            standardise(effect, standardiser=sd, baseline_risk=args.baseline_risk)
            for effect, sd in zip(turned, deviations, strict=True)
        ]

"""What the analyst's commands share: their file and flags, one answer or one for each group."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from typing import TypeAlias

from service.cli.answers import Answer
from service.cli.effects_in import COLUMNS, inferred_measure
from service.cli.tables_in import Table, read_table

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

FILE_HELP = "CSV or .xlsx with a header, or JSON (a list of objects, {rows: [...]}); - reads stdin"

# An interval that is as likely as not to miss is none; and 0.05 is the complement of what is meant.
LEAST_LEVEL = 0.5

COLUMNS_HELP = """\
columns, named as metafor names them:
  yi vi | yi sei                    estimates (ratios as natural logs) and variances or SEs
  ai bi ci di | ai n1i ci n2i       2x2 tables, for OR RR RD PETO AS COX
  m1i sd1i n1i m2i sd2i n2i         means, for SMD SMDH MD ROM
  x1i t1i x2i t2i                   events and exposure, for IRR IRD IRSD
  xi ni | xi mi                     events of one group, for PR PLO PAS PFT
  ri ni                             correlations, for COR ZCOR
  m1i m2i sd1i sd2i ni ri           before and after in one group, for MC SMCC SMCR SMCRH
  estimate ci_low ci_high | sei | statistic | p_value (df)
                                    what papers print (ratios as ratios), for any of these and HR
Rows where a needed value is missing (blank, NA, NaN or null, in any case) are left out and counted;
rows are numbered from 1, a CSV header not counted.
"""


def analysts_parser(
    subparsers: Subparsers, name: str, summary: str, epilog: str
) -> argparse.ArgumentParser:
    """A subcommand that reads a table of studies."""
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


def table_and_measure(args: argparse.Namespace) -> tuple[Table, str]:
    """The file, and the measure that is named or can be told from its columns."""
    table = read_table(args.file)
    return table, args.measure or inferred_measure(table)


def printed(args: argparse.Namespace, answers: Sequence[Answer], words: str) -> None:
    """The answers for machines, or the words for people."""
    document = {"results": list(answers)} if args.by else answers[0]
    print(json.dumps(document, allow_nan=False, indent=2) if args.json else words)


def level(text: str) -> float:
    """A level of confidence, 95 or 0.95: between 50 and 100 per cent, or the share that is."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    share = value / 100 if value > 1 else value
    if not LEAST_LEVEL < share < 1:
        raise argparse.ArgumentTypeError(
            f"is {text!r} (accepted: 95, or 0.95; above 50 and below 100 per cent)"
        )
    return share


def refused(command: str, refusal: Exception) -> None:
    """One line on standard error."""
    print(f"candour {command}: {refusal}", file=sys.stderr)

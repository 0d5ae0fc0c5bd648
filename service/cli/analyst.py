"""What the analyst's commands share: their file and flags, one answer or one for each group."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TypeAlias

from service.cli.answers import Answer
from service.cli.effects_in import COLUMNS, inferred_measure
from service.cli.labels import LABELS_HELP, confusable
from service.cli.tables_in import Table, read_table
from service.cli.words import LEVELS, left_out, share

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

FILE_HELP = "CSV or .xlsx with a header, or JSON (a list of objects, {rows: [...]}); - reads stdin"

COLUMNS_HELP = (
    """\
columns, named as metafor names them:
  yi vi | yi sei                    effects and their variances or SEs, as they are analysed: OR RR
                                    IRR HR PETO ROM as natural logs, PLO as log odds, ZCOR as
                                    Fisher's z, PAS and PFT as arcsine roots
  ai bi ci di | ai n1i ci n2i       2x2 tables, for OR RR RD PETO AS COX
  m1i sd1i n1i m2i sd2i n2i         means, for SMD SMDH MD ROM
  x1i t1i x2i t2i                   events and exposure, for IRR IRD IRSD
  xi ni | xi mi                     events of one group, for PR PLO PAS PFT
  ri ni                             correlations, for COR ZCOR
  m1i m2i sd1i sd2i ni ri           before and after in one group, for MC SMCC SMCR SMCRH
  estimate ci_low ci_high | sei | statistic | p_value (df, ci_level)
                                    what papers print, for any of these and HR: estimate, ci_low and
                                    ci_high are ratios for OR RR IRR HR PETO ROM, a proportion for
                                    PLO, a correlation r for ZCOR, and as analysed for all others;
                                    sei is always as analysed, so for a ratio that of its log;
                                    ci_level is that of a row's own interval
  n1i n2i                           beside yi or estimate: group sizes, where they are known
Rows where a needed value is missing (blank, NA, NaN or null, in any case) are left out and counted.
Rows are numbered from 1 below the header, blank rows counted, in messages and in answers alike; the
rows of JSON from 1. Tables and --json give figures as they are analysed, sentences as ratios,
proportions and correlations, charts as ratios.
"""
    + LABELS_HELP
)


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


def printed(
    args: argparse.Namespace, answers: Sequence[Answer], words: str, *, table: Table
) -> None:
    """The answers for machines, or the words for people; of groups, what became of rows in none."""
    document, notes = answers[0], []
    if args.by:
        blank = table.blank((args.by,))
        notes = [left_out("--by", blank)] if blank else []
        notes += confusable(args.by, table.labels(args.by))
        document = {"left_out": len(blank), "notes": notes, "results": list(answers)}
    told = "\n".join([words, *(f"Note: {note}" for note in notes)])
    print(json.dumps(document, allow_nan=False, indent=2) if args.json else told)


def level(text: str) -> float:
    """A level of confidence, 95 or 0.95: between 50 and 100 per cent, or the share that is."""
    try:
        told = share(float(text))
    except ValueError:
        told = None
    if told is None:
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: {LEVELS})")
    return told


def refused(command: str, refusal: Exception) -> None:
    """One line on standard error."""
    print(f"candour {command}: {refusal}", file=sys.stderr)

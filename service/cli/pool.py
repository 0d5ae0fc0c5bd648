"""`candour pool`: effect sizes and a meta-analysis of a table of studies."""

import argparse
from pathlib import Path

from scoring.effects import SCALES, ZERO_RULES
from scoring.errors import ScoringError
from scoring.synthesis import METHODS, PREDICTIONS, TESTS
from service.charts.figures import USUAL, Kind
from service.cli.analyst import (
    COLUMNS_HELP,
    Subparsers,
    analysts_parser,
    level,
    printed,
    refused,
    table_and_measure,
)
from service.cli.answers import Answer
from service.cli.asked import Asked
from service.cli.diagnosed_out import diagnostics_of
from service.cli.explained import explained
from service.cli.flags import COUNTED
from service.cli.main import DIFFERENT, DONE, REFUSED
from service.cli.plot import check_drawing, plot
from service.cli.pooled import Pooled
from service.cli.pooling import pooled_groups, pooled_whole
from service.cli.tables_in import TableRefused
from service.cli.tables_out import told

MODELS_HELP = """
models:
  --method                 tau2 as metafor names it; MH and PETO pool counts themselves
  --mods A,B               meta-regression on columns, in words or numbers
  --contrast "A - B"       the difference of two levels of one of these columns
  --subgroup COLUMN        a pooled effect for each value, and whether they differ; --common-tau2
                           lets studies vary alike in all of them
  --unit COLUMN            several effects a unit: three levels, robust (CR2) standard errors;
                           --rho adds a correlation of the sampling errors within a unit, --effect
                           names each effect of a unit, none of which may be there twice
  --aggregate COLUMN       effects averaged within each unit first, --rho being the correlation of
                           their sampling errors, and then one effect a unit pooled
  --by COLUMN              each value pooled apart, all in one call; a group that cannot be pooled
                           is answered with its refusal, and the exit code is then 1
Rows without a value in a column that a flag names are left out, counted and told.

before effects are pooled, in this order (FIGURE: a number, or a column of each row's own):
  --ci-level 90            the level of the intervals that the file reports, in rows without a
                           ci_level of their own (--level is that of the answer)
  --icc FIGURE --cluster-size FIGURE
                           variances widened by 1 + (size - 1) icc, SMD corrected as Hedges (2007)
                           has it, which needs the group sizes; size 1: people were assigned
  --convert MEASURE        SMD, OR, COX, COR and ZCOR into each other, PETO into OR, PR and PLO;
                           OR, RR, RD, HR with --baseline-risk (that of group 2), MD and SMD with
                           --standardiser (SD of the outcome), SMCC and SMCR with --correlation (of
                           the two times), and chains of these; figures are taken as known
  --direction WORD         lower-is-better turns effects (a ratio becomes its inverse), so that
                           above no effect is good; higher-is-better says that it is; or a column
                           with one of the two words (or -1, 1) in each row
"""


def add_pool(subparsers: Subparsers) -> None:
    """`candour pool FILE`: effect sizes and a meta-analysis."""
    parser = analysts_parser(
        subparsers, "pool", "pool a table of studies", COLUMNS_HELP + MODELS_HELP
    )
    _add_model(parser)
    _add_effects(parser)
    _add_preparing(parser)
    parser.add_argument("--full", action="store_true", help="with every diagnostic")
    parser.add_argument(
        "--steps",
        type=_steps,
        metavar="P,...",
        help="one-sided p-values at which selection may change (default 0.025)",
    )
    parser.add_argument("--explain", action="store_true", help="with a paragraph in plain English")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw it as well")
    parser.add_argument(
        "--plots",
        type=_kinds,
        metavar="KIND,...",
        help=f"which of {', '.join(Kind)} (default all but the last)",
    )
    parser.add_argument("--label", metavar="COLUMN", help="what studies are called (default study)")
    parser.set_defaults(func=pool)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--method", choices=[*METHODS, *COUNTED], help="default REML")
    parser.add_argument(
        "--test",
        choices=TESTS,
        help="default adhoc; z for EE and --unit; MH and PETO have none",
    )
    parser.add_argument(
        "--level", type=level, default=0.95, help="of the answer's intervals: 95 (default) or 0.95"
    )
    parser.add_argument(
        "--prediction",
        choices=PREDICTIONS,
        help="critical value of the prediction interval: that of the test (default), or of t on "
        "k-2 or k-1",
    )
    parser.add_argument("--mods", type=_names, metavar="COLUMN,...", help="moderators")
    parser.add_argument(
        "--reference", type=_reference, action="append", metavar="COLUMN=LEVEL", default=[]
    )
    parser.add_argument(
        "--contrast", action="append", metavar='"A - B"', default=[], help="of two levels"
    )
    parser.add_argument("--subgroup", metavar="COLUMN")
    parser.add_argument(
        "--common-tau2", action="store_true", help="one tau2 for all subgroups (default: each own)"
    )
    parser.add_argument("--unit", metavar="COLUMN")
    parser.add_argument("--aggregate", metavar="COLUMN")
    parser.add_argument("--effect", metavar="COLUMN", help="which effect of its unit a row is")
    parser.add_argument("--rho", type=float, help="correlation of sampling errors within a unit")


def _add_effects(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--add", type=float, help="what is added to empty cells (default 0.5)")
    parser.add_argument(
        "--to", choices=ZERO_RULES, help="which tables get it (default only0, those with a zero)"
    )
    parser.add_argument(
        "--drop00",
        action="store_true",
        help="leave out studies without an event in either group, or with nothing but events",
    )
    parser.add_argument("--vtype", help="the variance, as metafor names it (default LS)")
    parser.add_argument(
        "--ci-level",
        type=level,
        metavar="LEVEL",
        help="of the intervals that the file reports: 95 (default) or 0.95",
    )


def _add_preparing(parser: argparse.ArgumentParser) -> None:
    for flag, words in (
        ("--icc", "intraclass correlation of studies that assigned groups of people"),
        ("--cluster-size", "mean people a cluster, best sum m^2 / sum m"),
    ):
        parser.add_argument(flag, type=_figure, metavar="FIGURE", help=words)
    parser.add_argument("--convert", choices=list(SCALES), metavar="MEASURE", help="pool as that")
    for flag, words in (
        ("--baseline-risk", "risk in group 2, for --convert"),
        ("--standardiser", "standard deviation of the outcome, for --convert"),
        ("--correlation", "of the two times, for --convert"),
    ):
        parser.add_argument(flag, type=_figure, metavar="FIGURE", help=words)
    parser.add_argument(
        "--direction",
        metavar="WORD",
        help="higher-is-better, lower-is-better, or a column of these",
    )


def pool(args: argparse.Namespace) -> int:
    """Pool the table and print the synthesis; returns the exit code."""
    try:
        asked = Asked.of(args)
        if args.plot is not None:
            check_drawing(args.plot, table=args.file)
        table, measure = table_and_measure(args)
        asked.check(table, measure)
        if args.by:
            found = pooled_groups(table, measure, asked, by=args.by)
        else:
            found = [pooled_whole(table, measure, asked)]
        if args.plot is not None:
            args.plot.write_text(plot(found, args.plots or USUAL), encoding="utf-8")
    except (ScoringError, TableRefused) as refusal:
        refused("pool", refusal)
        return REFUSED
    printed(args, [_answer(one, args) for one in found], _words(found, args), table=table)
    return DIFFERENT if any(one.refusal for one in found) else DONE


def _answer(one: Pooled, args: argparse.Namespace) -> Answer:
    answer = one.document
    return {**answer, "explanation": explained(one)} if args.explain else answer


def _words(found: list[Pooled], args: argparse.Namespace) -> str:
    parts = [told(found)]
    if args.full:
        parts += [text for one in found if (text := diagnostics_of(one))]
    if args.explain:
        heads = ("" if one.by is None else f"{one.by}: " for one in found)
        parts += [head + explained(one) for head, one in zip(heads, found, strict=True)]
    return "\n\n".join(parts)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: columns parted by commas)")
    return names


def _steps(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(step) for step in text.split(","))
    except ValueError:
        accepted = "rising figures between 0 and 1, parted by commas"
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: {accepted})") from None


def _reference(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: COLUMN=LEVEL)")
    return column, value


def _figure(text: str) -> float | str:
    """A number, or the name of a column."""
    try:
        return float(text)
    except ValueError:
        return text


def _kinds(text: str) -> tuple[Kind, ...]:
    try:
        return tuple(Kind(name.strip()) for name in text.split(","))
    except ValueError:
        accepted = ", ".join(Kind)
        raise argparse.ArgumentTypeError(f"is {text!r} (accepted: {accepted})") from None

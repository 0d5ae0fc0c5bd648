"""`candour anytime`: evidence that may be looked at as often as one likes."""

import argparse
import math

from scoring.anytime import live, monitor
from scoring.effects import Effect, oriented, standardise
from scoring.errors import ScoringError
from service.cli.analyst import (
    COLUMNS_HELP,
    Subparsers,
    analysts_parser,
    printed,
    refused,
    table_and_measure,
)
from service.cli.answers import Answer, anytime_answer, in_words, refusal_answer
from service.cli.effects_in import EffectRows, read_effects, rows_of_the_file, usable
from service.cli.main import DIFFERENT, DONE, REFUSED
from service.cli.progress import counted
from service.cli.tables_in import Table, TableRefused

STANDARDISING_HELP = """
GEN rows are taken to be in standard deviations, + good. Other measures are computed, turned so that
+ is good (--direction) and standardised: SMD as it is; log ratios divided by pi / sqrt 3; RD by
sqrt(p0 (1 - p0)), p0 given by --baseline-risk; MD by --standardiser, or each row's sd2i.
"""


def add_anytime(subparsers: Subparsers) -> None:
    """`candour anytime FILE`: what a table of studies says, however often one looks."""
    parser = analysts_parser(
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


def anytime(args: argparse.Namespace) -> int:
    """Monitor the table and print evidence, bounds and finding; returns the exit code."""
    try:
        table, measure = table_and_measure(args)
        if args.by:
            groups = counted(list(table.split(args.by)), "groups monitored")
            answers = [_tried(name, group, measure, args) for name, group in groups]
        else:
            answers = [_answer(read_effects(table, measure), measure, args)]
    except (ScoringError, TableRefused) as refusal:
        refused("anytime", refusal)
        return REFUSED
    printed(args, answers, in_words(answers), table=table)
    return DIFFERENT if any("refusal" in answer for answer in answers) else DONE


def _tried(name: str, group: Table, measure: str, args: argparse.Namespace) -> Answer:
    """One group's answer; what cannot be monitored is answered with its refusal."""
    try:
        return {"by": name, **_answer(read_effects(group, measure), measure, args)}
    except (ScoringError, TableRefused) as refusal:
        left_out = len(group.rows) - len(usable(group, measure).rows)
        return {"by": name, **refusal_answer(refusal, measure=measure, left_out=left_out)}


def _answer(data: EffectRows, measure: str, args: argparse.Namespace) -> Answer:
    effects = _in_sd_units(data, args)
    with rows_of_the_file(data.rows, data.names):
        ledger = live([e.yi for e in effects], [math.sqrt(e.vi) for e in effects])
    state = monitor(ledger, sesoi=args.sesoi)
    return anytime_answer(state, measure=measure, left_out=data.left_out)


def _in_sd_units(data: EffectRows, args: argparse.Namespace) -> list[Effect]:
    turned = [oriented(effect, args.direction) for effect in data.effects]
    if args.measure in (None, "GEN"):
        return turned
    own = data.rows.has("sd2i") and args.measure == "MD" and args.standardiser is None
    deviations = data.rows.floats("sd2i") if own else [args.standardiser] * len(turned)
    sd_name = "sd2i" if own else "--standardiser"
    told = {**data.names, "standardiser": sd_name, "baseline_risk": "--baseline-risk"}
    with rows_of_the_file(data.rows, told):
        return [
            standardise(effect, standardiser=sd, baseline_risk=args.baseline_risk)
            for effect, sd in zip(turned, deviations, strict=True)
        ]

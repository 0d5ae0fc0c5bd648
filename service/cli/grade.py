"""`candour grade`: a file of facts in, grades with their reasons out, no server needed."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, TypeAlias

from domain.errors import InvalidValue
from scoring.errors import ScoringError
from service.cli.facts_in import read_facts
from service.cli.tables_in import TableRefused
from service.grading import HOUSE, STANDARD_NAMES, preview, standards_named

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Document: TypeAlias = dict[str, Any]

# Exit code of a refusal, as argparse has it for its own.
REFUSED = 2

EPILOG = """\
JSON: {"contrasts": [...], "plan": {...}, "judgements": [...]} as POST /v1/grades/preview takes it,
or a list of contrasts. A plan given here is supposed to have been made in advance.
CSV: one contrast a row, a dotted path for each column, blank where it is not known, such as
  study,unit.site,unit.cohort,outcome.domain,outcome.measure,outcome.direction_good,outcome.kind,
  design.type,design.confounding_factor,result.kind,result.measure,result.estimate,result.ci_low,
  result.ci_high,context.setting,baseline.0.measure,baseline.0.standardised_difference
"""

ANSWERS = {"met": "yes", "unmet": "no", "unknown": "?"}


def add_grade(subparsers: Subparsers) -> None:
    """`candour grade FILE`: grade a file of facts by a standard."""
    parser = subparsers.add_parser(
        "grade",
        help="grade a file of facts by a standard",
        description="Grade a file of facts by a standard. Needs no server and no database.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="JSON or CSV; - reads stdin")
    parser.add_argument(
        "--standard",
        default=HOUSE,
        metavar="NAME",
        help=f"one of {', '.join(STANDARD_NAMES)}; several with commas between; or all"
        f" (default {HOUSE})",
    )
    parser.add_argument("--outcome", metavar="DOMAIN", help="only this outcome domain")
    parser.add_argument("--json", action="store_true", help="for machines, in full precision")
    parser.set_defaults(func=grade)


def grade(args: argparse.Namespace) -> int:
    """Grade the file and print the documents; returns the exit code."""
    try:
        names = standards_named(args.standard)
        grades = preview(read_facts(args.file), standards=names, outcome=args.outcome)
        if not grades:
            raise TableRefused(f"--outcome: nothing in the file is about {args.outcome!r}")
    except InvalidValue as refusal:
        print(f"candour grade: {_row(refusal)} (accepted: {refusal.accepted})", file=sys.stderr)
        return REFUSED
    except (ScoringError, TableRefused) as refusal:
        print(f"candour grade: {refusal}", file=sys.stderr)
        return REFUSED
    if args.json:
        print(json.dumps({"grades": grades}, allow_nan=False, indent=2))
    else:
        told = _side_by_side(grades) if len(names) > 1 else map(_in_words, grades)
        print("\n\n".join(told))
    return 0


def _row(refusal: InvalidValue) -> str:
    """The refusal with the row of a contrast counted from 1, as a reader of the file counts."""
    return re.sub(
        r"contrasts\[(\d+)\]\.", lambda m: f"row {int(m[1]) + 1}, ", str(refusal), count=1
    )


def _side_by_side(grades: list[Document]) -> Iterator[str]:
    """Several standards: a line each, an outcome at a time; they are never averaged."""
    width = max(len(document["standard"]) for document in grades)
    for outcome in dict.fromkeys(document["subject"]["outcome"] for document in grades):
        rows = [
            f"  {one['standard']:<{width}}  {_level(one)}"
            for one in grades
            if one["subject"]["outcome"] == outcome
        ]
        yield "\n".join([f"{outcome}:", *rows])
    yield "Side by side, never averaged. The reasons of one: --standard NAME; of all: --json."


def _level(document: Document) -> str:
    """What a standard says, and how far what is not known could move it."""
    bounds = document["bounds"]
    told = document.get("title") or document["grade"] or "Ungraded"
    if not bounds or bounds["worst"] == bounds["best"]:
        return str(told)
    return f"{told} (between {bounds['worst']} and {bounds['best']})"


def _in_words(document: Document) -> str:
    lines = [f"{document['subject']['outcome']}: {document['grade'] or 'ungraded'}"]
    lines.append(f"  standard   {document['standard']}")
    lines.extend(_effect(document))
    if document["bounds"]:
        worst, best = document["bounds"]["worst"], document["bounds"]["best"]
        lines.append(f"  between    {worst} and {best}, as far as the unknown facts go")
    lines.append(f"\n{document['explanation']}")
    lines.append("\nRules")
    lines.extend(_reason(reason) for reason in document["reasons"])
    if document["lift"]:
        lines.append("\nWhat would lift it")
        lines.extend(f"  - {lift['text']}" for lift in document["lift"])
    if document["not_pooled"]:
        lines.append("\nShown, not pooled")
        lines.extend(f"  - {one['event_id']}: {one['why']}" for one in document["not_pooled"])
    lines.extend(_contrasts(document))
    return "\n".join(lines)


def _effect(document: Document) -> list[str]:
    estimate = document["estimate"]
    if not estimate:
        return []
    natural = estimate["natural"]
    in_sds = (
        f"{estimate['estimate']:.3f} SD ({estimate['ci_low']:.3f} to {estimate['ci_high']:.3f}), "
        f"k = {estimate['k']}"
    )
    return [f"  estimate   {natural['text'] + '; ' if natural else ''}{in_sds}"]


def _reason(reason: Document) -> str:
    second_hand = "" if reason["verified"] else " (known at second hand)"
    return f"  {ANSWERS[reason['answer']]:<4}{reason['text']}{second_hand}"


def _contrasts(document: Document) -> list[str]:
    contrasts = document.get("contrasts") or []
    if len(contrasts) < 2:
        return []
    rows = [
        f"  {one['event_id']:<14}{one['grade'] or 'ungraded':<16}{one['study']}"
        for one in contrasts
    ]
    return ["\nEach contrast", *rows]

"""From the bytes of a file to an estimate: read, checked, estimated, told; nothing kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from scoring.errors import ScoringError
from scoring.estimation.catalogue import DESIGNS, estimate
from scoring.estimation.results import Estimate
from service.estimating.disclosure import disclosed
from service.estimating.documents import Document, estimate_document
from service.estimating.layout import SAID_OF_COLUMNS, Asked, Columns, options_of, settled
from service.estimating.own_checks import are_people, checks_of, contradictions, with_checks
from service.estimating.personal import check_nobody_is_named, formulas_in
from service.estimating.positions import in_positions, mentioned
from service.estimating.refusals import EstimateRefused, Flaw, refuse_if_any
from service.estimating.rows import read_columns
from service.sheets import Limits, Sheet, SheetRefused, read_sheet

# What the designs of the catalogue are also called where one is recommended.
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "did": ("differences in differences",),
    "pre_post": ("comparison before and after", "uncontrolled before-after"),
}
UNCOMPUTABLE = (
    "figures of usual sizes, in which the programme is not told exactly by another column"
)


def perform(raw: bytes, asked: Asked, limits: Limits) -> Document:
    """The estimate of a file as a document; raises EstimateRefused with all that is wrong."""
    design = asked.of
    sheet = _sheet(raw, limits)
    numeric = _numeric(asked, sheet)
    check_nobody_is_named(sheet, numeric=numeric, not_personal=asked.not_personal)
    refuse_if_any(formulas_in(sheet))
    columns = settled(asked, sheet)
    read = read_columns(sheet, columns, design, categories=asked.categories)
    options = options_of(asked, read.periods, read.names)
    refuse_if_any(contradictions(read.values, options))
    values, labels = in_positions(read.values)
    found = _estimated(asked, values, options, sheet, columns)
    own = checks_of(asked.design, read.values, options)
    people = are_people(asked.design, options)
    told = _as_asked(disclosed(with_checks(found, own), people=people), asked)
    data = {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "rows": len(sheet.rows),
        "columns": {role: list(names) for role, names in columns.items()},
    }
    dated = any(isinstance(value, date) for value in read.periods.values) if read.periods else False
    document = estimate_document(
        told,
        design=asked.design,
        options={name: _as_told(value) for name, value in options.items()},
        data=data,
        dated=dated,
    )
    return {**document, "units": mentioned(labels, document)}


def _as_asked(found: Estimate, asked: Asked) -> Estimate:
    """With the columns that were said to hold categories, or nobody's data, by their names."""
    said = {
        f"columns_{name}": json.dumps(sorted(columns), ensure_ascii=False)
        for name in SAID_OF_COLUMNS
        if (columns := getattr(asked, name))
    }
    return replace(found, specification={**found.specification, **said})


def _sheet(raw: bytes, limits: Limits) -> Sheet:
    try:
        return read_sheet(raw, limits)
    except SheetRefused as refusal:
        problem, _, accepted = str(refusal).partition(" (accepted: ")
        flaw = Flaw("file", problem, accepted.removesuffix(")"))
        raise EstimateRefused([flaw]) from None


def _numeric(asked: Asked, sheet: Sheet) -> frozenset[str]:
    """The columns that are used as numbers, by the roles they were given or are called like."""
    roles = {role.name: role for role in asked.of.roles if role.kind in ("number", "count")}
    called = {name for name in sheet.header if name.lower() in roles}
    return frozenset(called | {n for role in roles for n in asked.columns.get(role, ())})


def _estimated(
    asked: Asked,
    values: Mapping[str, Any],
    options: Mapping[str, object],
    sheet: Sheet,
    columns: Columns,
) -> Estimate:
    try:
        return estimate(asked.design, values, options)
    except ScoringError as refusal:
        raise _refused(refusal, asked, sheet, columns) from None
    except (ArithmeticError, AssertionError, ValueError, np.linalg.LinAlgError) as failure:
        # Whatever the arithmetic stumbles over; its words could hold figures of the file.
        problem = f"cannot be estimated by this design ({type(failure).__name__})"
        raise EstimateRefused([Flaw("file", problem, UNCOMPUTABLE)]) from None


def _refused(
    refusal: ScoringError, asked: Asked, sheet: Sheet, columns: Columns
) -> EstimateRefused:
    """The engine's refusal with the place it has in the file, and the designs it speaks of."""
    field, row = refusal.field or "file", refusal.row
    names = columns.get(field, (field,) if field in sheet.header else ())
    is_option = field in {option.name for option in asked.of.options}
    flaw = Flaw(
        f"options.{field}" if is_option else field,
        refusal.message,
        refusal.accepted or asked.of.needs,
        row=sheet.numbers[row - 1] if row is not None and 0 < row <= len(sheet.numbers) else None,
        column=names[0] if len(names) == 1 else None,
    )
    fits = fitting_designs(f"{refusal.message} {refusal.accepted}", instead_of=asked.design)
    return EstimateRefused([flaw], fits=fits)


def fitting_designs(words: str, *, instead_of: str) -> tuple[str, ...]:
    """The designs that a refusal recommends, by name, in the order of the catalogue."""
    text = words.lower()
    found = set()
    for phrase, design in sorted(_phrases(), key=lambda pair: -len(pair[0])):
        if phrase in text:
            found.add(design)
            text = text.replace(phrase, " ")
    return tuple(design for design in DESIGNS if design in found - {instead_of})


def _phrases() -> list[tuple[str, str]]:
    phrases = []
    for design in DESIGNS.values():
        name = design.run.__name__
        called = {design.title.lower(), name, name.replace("_", " ")}
        called.update(ALSO_CALLED.get(design.id, ()))
        phrases += [(phrase, design.id) for phrase in called]
    return phrases


def _as_told(value: object) -> object:
    """An option as it can be told again: a day as text."""
    plain = value is None or isinstance(value, bool | int | float | str)
    return value if plain else str(value)

"""What is sent with a file of raw outcomes, and what an estimate of it looks like."""

import json
from collections.abc import Mapping
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema
from marshmallow import fields as ma

from service.schemas.strict import (
    Identifier,
    Number,
    Refusing,
    Scalar,
    Strict,
    StrictSchema,
    Table,
    Text,
    Truth,
)

MOST_NAMES = 200


class JsonText(Strict):
    """A JSON object written as text, in a form that has no other way to nest."""

    json = ("string", None)

    def read(self, value: object) -> Mapping[str, Any]:
        try:
            told = json.loads(value) if isinstance(value, str) else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or len(told) > MOST_NAMES:
            raise self.refuse("is no JSON object")
        return self.checked(told)

    def checked(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object, or a refusal of what is in it."""
        raise NotImplementedError


class ColumnsByRole(JsonText):
    """Which column plays which role."""

    accepted = 'a JSON object of roles and columns, such as {"outcome": "admissions"}'

    def checked(self, told: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        columns = {}
        for role, names in told.items():
            listed = [names] if isinstance(names, str) else names
            if not isinstance(listed, list) or len(listed) > MOST_NAMES:
                raise self.refuse("names a column that is no text")
            columns[role] = tuple(Text().read(name) for name in listed)
        return columns


class ChosenOptions(JsonText):
    """Which options are chosen."""

    accepted = 'a JSON object of options and values, such as {"start": "2019-04-01"}'

    def checked(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            name: None if value is None else Scalar().read(value) for name, value in told.items()
        }


class ColumnNames(Strict):
    """Some columns of the file, as JSON text."""

    json = ("string", None)
    accepted = 'a JSON list of columns, such as ["hospital"]'

    def read(self, value: object) -> tuple[str, ...]:
        try:
            told = json.loads(value) if isinstance(value, str) else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, list) or len(told) > MOST_NAMES:
            raise self.refuse("is no JSON list")
        return tuple(Text().read(name) for name in told)


class File(Refusing, Upload):
    """An uploaded file."""

    accepted = "a CSV file, or an Excel workbook (.xlsx)"


class EstimateRequest(StrictSchema):
    """The raw outcomes, and what is asked of them; they are estimated and forgotten."""

    file = File(required=True, metadata={"description": "CSV or XLSX, up to 4 MB and 20,000 rows"})
    design = Text(required=True, metadata={"description": "a design of /v1/designs"})
    columns = ColumnsByRole(
        load_default=dict,
        metadata={
            "description": "JSON object: the column of each role, or a list of columns for a role"
            " of many; a column called like its role need not be named"
        },
    )
    options = ChosenOptions(
        load_default=dict, metadata={"description": "JSON object: the options chosen, by name"}
    )
    categories = ColumnNames(
        load_default=tuple,
        metadata={"description": "JSON list: columns whose numbers are names of categories"},
    )
    not_personal = ColumnNames(
        load_default=tuple,
        metadata={
            "description": "JSON list: columns that look like personal data and are about nobody;"
            " recorded by name, and never taken for NHS numbers, dates of birth or postcodes"
        },
    )


class RoleSchema(Schema):
    """A column that a design takes."""

    name = Text(required=True)
    kind = Text(required=True, metadata={"description": "what its cells hold"})
    text = Text(required=True)
    required = Truth(required=True)
    many = Truth(required=True)


class OptionSchema(Schema):
    """A choice that a design leaves open."""

    name = Text(required=True)
    kind = Text(required=True)
    text = Text(required=True)
    choices = ma.List(Text(), required=True)
    required = Truth(required=True)
    default = Scalar(allow_none=True)


class DesignSchema(Schema):
    """One way to estimate an effect from raw outcomes."""

    id = Text(required=True)
    title = Text(required=True)
    design = Text(required=True, metadata={"description": "the code of a contrast's design"})
    asks = Text(required=True)
    needs = Text(required=True)
    columns = ma.List(ma.Nested(RoleSchema), required=True)
    options = ma.List(ma.Nested(OptionSchema), required=True)


class CheckSchema(Schema):
    """One diagnostic: it passed, it failed, or (null) it only informs."""

    name = Text(required=True)
    title = Text(required=True)
    passed = Truth(allow_none=True)
    observed = Number(allow_none=True)
    threshold = Number(allow_none=True)
    text = Text(required=True)
    source = Text(required=True)


class EstimateSchema(Schema):
    """An estimate to look at; nothing was recorded, and the file is gone.

    `contrast` is the part of an `outcome_measured` that the data tell: put it, whole and unchanged,
    into one, with the facts that `asked` names and what was measured where.
    """

    design = Text(required=True)
    title = Text(required=True)
    claim = Text(required=True)
    effect = Table(required=True)
    standardised = Table(allow_none=True)
    not_standardised = Text(allow_none=True)
    pooled = Table(required=True)
    text = Text(required=True)
    checks = ma.List(ma.Nested(CheckSchema), required=True)
    table = ma.List(Table(), required=True)
    pictures = ma.List(Table(), required=True)
    contrast = Table(required=True)
    asked = ma.List(Text(), required=True)
    units = ma.List(
        Table(),
        required=True,
        metadata={
            "description": "which label of the file each position is that is spoken of: told to"
            " you alone, and in no event"
        },
    )
    outcome_kind = Text(required=True)
    programme_id = Identifier(required=True)
    receipt = Text(required=True)

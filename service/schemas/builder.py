"""Builds a schema from a frozen dataclass, so that every list of fields is written once."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import Schema, ValidationError, post_load
from marshmallow import fields as ma

from service.schemas.strict import (
    Choice,
    Day,
    Identifier,
    Instant,
    Many,
    Number,
    Part,
    Refusal,
    Scalar,
    StrictSchema,
    Table,
    Text,
    Truth,
    Whole,
)

PLAIN: Mapping[type, type[ma.Field]] = {
    str: Text,
    int: Whole,
    float: Number,
    bool: Truth,
    date: Day,
    datetime: Instant,
    UUID: Identifier,
}
# The text field that says which member of a union an object is.
KIND = "kind"


class OneOf(StrictSchema):
    """An object that is one of several, told apart by one of its fields."""

    discriminator: ClassVar[str]
    variants: ClassVar[Mapping[str, type[Schema]]]

    def load(self, data: Any, **options: Any) -> Any:  # noqa: ANN401  marshmallow's own signature
        accepted = "one of " + ", ".join(self.variants)
        if not isinstance(data, Mapping):
            raise ValidationError([self.error_messages["type"]])
        word = data.get(self.discriminator)
        if word is None:
            raise ValidationError({self.discriminator: [Refusal("is missing", accepted)]})
        if not isinstance(word, str) or word not in self.variants:
            raise ValidationError({self.discriminator: [Refusal("is not known", accepted)]})
        return self.variants[word]().load(data, **options)


@cache
def schema_of(shape: type) -> type[Schema]:
    """The schema of a dataclass; loading builds the dataclass, which checks itself."""
    return make_schema(shape.__name__, shape, build=lambda values: shape(**values))


def make_schema(
    name: str,
    shape: type,
    *,
    build: Callable[[dict[str, Any]], object],
    more: Mapping[str, ma.Field] = MappingProxyType({}),
) -> type[Schema]:
    """A schema with the fields of a dataclass and some more; `build` makes what loading gives."""

    def built(_: Schema, values: dict[str, Any], **__: Any) -> object:  # noqa: ANN401  marshmallow's own
        return build(values)

    return type(
        f"{name}Schema",
        (StrictSchema,),
        {
            **more,
            **fields_of(shape),
            "built": post_load(built),
            "Meta": type("Meta", (), {"description": _first_line(shape)}),
        },
    )


def fields_of(shape: type) -> dict[str, ma.Field]:
    """The marshmallow fields of a dataclass, by name."""
    hints = get_type_hints(shape)
    return {one.name: _field(one, hints[one.name]) for one in fields(shape) if one.init}


def one_of(name: str, discriminator: str, variants: Mapping[str, type[Schema]]) -> type[Schema]:
    """The schema of an object that is one of several, by the word it carries."""
    return type(f"{name}Schema", (OneOf,), {"discriminator": discriminator, "variants": variants})


@cache
def _union_of(shapes: tuple[type, ...]) -> type[Schema]:
    name = "Or".join(shape.__name__ for shape in shapes)
    return one_of(name, KIND, {_kind_of(shape): schema_of(shape) for shape in shapes})


def _field(one: "Field[Any]", hint: Any) -> ma.Field:  # noqa: ANN401  a hint may be any form
    required = one.default is MISSING and one.default_factory is MISSING
    if one.name == KIND and hint is str:
        return Text(required=True, only=(str(one.default),))
    return _of(hint, required=required)


def _of(hint: Any, **options: Any) -> ma.Field:  # noqa: ANN401  a hint may be any form
    match get_origin(hint):
        case None:
            return _single(hint, **options)
        case origin if origin is tuple:
            return Many(_of(get_args(hint)[0]), **options)
        case origin if origin is Mapping:
            key, value = get_args(hint)
            return Table(keys=_of(key), values=_of(value), **options)
        case origin if origin in (Union, UnionType):
            return _union(get_args(hint), **options)
        case other:
            raise TypeError(f"no field is known for {other}")


def _single(hint: type, **options: Any) -> ma.Field:  # noqa: ANN401  passed on
    if is_dataclass(hint):
        return Part(schema_of(hint), **options)
    if issubclass(hint, StrEnum):
        return Choice(hint, **options)
    return PLAIN[hint](**options)


def _union(parts: tuple[Any, ...], **options: Any) -> ma.Field:  # noqa: ANN401  passed on
    shapes = tuple(part for part in parts if part is not NoneType)
    if len(shapes) < len(parts):
        options["allow_none"] = True
    if len(shapes) == 1:
        return _of(shapes[0], **options)
    if not any(is_dataclass(shape) for shape in shapes):
        return Scalar(**options)
    return Part(_union_of(shapes), **options)


def _kind_of(shape: type) -> str:
    return next(str(one.default) for one in fields(shape) if one.name == KIND)


def _first_line(shape: type) -> str:
    return (shape.__doc__ or "").strip().splitlines()[0]

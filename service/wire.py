"""Values of the domain to and from JSON: strict, and a refusal names its field by dotted path."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from domain.errors import InvalidValue

T = TypeVar("T")
# A type, or a construct of typing such as tuple[str, ...], which no type describes.
Hint: TypeAlias = Any
# Objects, lists, text, numbers, true, false and null.
Json: TypeAlias = Any

# What JSON offers for each kind of leaf, in the words of a refusal.
LEAVES: Mapping[type, str] = types.MappingProxyType(
    {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
    }
)


def from_wire(cls: type[T], data: object, *, path: str = "") -> T:
    """The value of type `cls` that `data` (parsed JSON) spells.

    Nothing is guessed: an unknown or missing field, or a value of another type, raises InvalidValue
    with its dotted path. A union of objects is told apart by their field `kind`.
    """
    return cast(T, _value(cls, data, path))


def to_wire(value: object) -> Json:
    """The same value as plain JSON: objects, lists, ISO dates, enumerations by their value."""
    return msgspec.to_builtins(value)


def accepted_at(cls: type, path: str) -> str:
    """What a field takes, in the words of a refusal; `path` is dotted and passes through lists."""
    wanted: Hint = cls
    for name in path.split("."):
        wanted = _hints(_inside(wanted))[name]
    return _words(_inside(wanted))


def _inside(wanted: Hint) -> Hint:
    """What an optional value, or an entry of a list, is."""
    origin: object = get_origin(wanted)
    if origin in (Union, types.UnionType):
        told = [member for member in get_args(wanted) if member is not type(None)]
        return _inside(told[0]) if len(told) == 1 else wanted
    return get_args(wanted)[0] if origin is tuple else wanted


def _value(wanted: Hint, data: object, path: str) -> object:
    if is_dataclass(wanted):
        return _object(cast(type, wanted), data, path)
    origin: object = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(wanted), data, path)
    if origin is tuple:
        return _list(get_args(wanted)[0], data, path)
    if origin is Mapping:
        of = get_args(wanted)[1]
        return {name: _value(of, item, _at(path, name)) for name, item in _open(data, path).items()}
    return _leaf(wanted, data, path)


def _object(cls: type, data: object, path: str) -> object:
    given = _open(data, path)
    known = {field.name: field for field in fields(cls)}
    for name in given:
        if name not in known:
            raise InvalidValue(
                _at(path, name), "is not a field here", accepted="one of " + ", ".join(known)
            )
    hints = _hints(cls)
    for name, field in known.items():
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if name not in given and not optional:
            raise InvalidValue(_at(path, name), "is missing", accepted=_words(hints[name]))
    return cls(**{name: _value(hints[name], item, _at(path, name)) for name, item in given.items()})


@cache
def _hints(cls: type) -> Mapping[str, Hint]:
    return get_type_hints(cls)


def _one_of(members: tuple[Hint, ...], data: object, path: str) -> object:
    if data is None and type(None) in members:
        return None
    values = [member for member in members if member is not type(None)]
    if len(values) == 1:
        return _value(values[0], data, path)
    if not any(is_dataclass(member) for member in values):
        return _leaf(Union[members], data, path)  # noqa: UP007  the members are only known here
    kinds = {_kind(member): member for member in values}
    kind = _open(data, path).get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        problem = "is missing" if kind is None else f"is {kind!r:.40}"
        raise InvalidValue(_at(path, "kind"), problem, accepted="one of " + ", ".join(kinds))
    return _value(kinds[kind], data, path)


def _kind(cls: type) -> str:
    return next(str(field.default) for field in fields(cls) if field.name == "kind")


def _list(of: Hint, data: object, path: str) -> tuple[object, ...]:
    if not isinstance(data, list | tuple):
        raise InvalidValue(path or "value", f"is {data!r:.40}", accepted="a list")
    return tuple(_value(of, item, f"{path}[{index}]") for index, item in enumerate(data))


def _leaf(wanted: Hint, data: object, path: str) -> object:
    try:
        return msgspec.convert(data, wanted)
    except (msgspec.ValidationError, OverflowError):
        raise InvalidValue(path or "value", f"is {data!r:.40}", accepted=_words(wanted)) from None


def _open(data: object, path: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        raise InvalidValue(path or "value", f"is {data!r:.40}", accepted="an object with fields")
    return data


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _words(wanted: Hint) -> str:
    """What is accepted, in words."""
    if wanted in LEAVES:
        return LEAVES[wanted]
    origin: object = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return " or ".join(_words(member) for member in get_args(wanted))
    if wanted is type(None):
        return "null"
    if isinstance(wanted, type) and hasattr(wanted, "__members__"):
        return "one of " + ", ".join(str(member.value) for member in cast(Any, wanted))
    if origin is tuple:
        return "a list"
    named = {"date": "a day as YYYY-MM-DD", "UUID": "an id (UUID)"}
    return named.get(getattr(wanted, "__name__", ""), "an object with fields")

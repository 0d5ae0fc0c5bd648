"""Results as JSON has them: dataclasses and arrays taken apart, what is not finite as null."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def plain(value: object) -> Any:  # noqa: ANN401  JSON may be anything
    """A result as objects, lists, numbers, words and null."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case np.ndarray() | np.generic():
            return plain(value.tolist())
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case list() | tuple():
            return [plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def by_row(columns: object) -> list[dict[str, Any]]:
    """A dataclass of columns of one length as one object a row."""
    whole = plain(columns)
    return [dict(zip(whole, row, strict=True)) for row in zip(*whole.values(), strict=True)]

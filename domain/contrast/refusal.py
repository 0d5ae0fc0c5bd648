"""How two facts that cannot both be true are refused: both by name."""

from typing import NoReturn

from domain.errors import InvalidValue


def contradiction(
    field: str, told: object, other: str, value: object, *, accepted: str
) -> NoReturn:
    """Refuse `field`, which is told to be `told` while `other` is told to be `value`."""
    raise InvalidValue(field, f"is {told}, and {other} is {value}", accepted=accepted)

"""Every design by its name, and the one call that estimates by any of them.

A form, a command line and a reader of files are all made from this list, so that a design is
described once.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from scoring.columns import check_known
from scoring.errors import InvalidInput, TooLittleData, UnknownMethod
from scoring.estimation.design import (
    BINARY,
    CHARACTERISTIC,
    COUNT,
    LABEL,
    NUMBER,
    PERIOD,
    Design,
    Option,
    Role,
)
from scoring.estimation.designs_of_people import OF_PEOPLE
from scoring.estimation.designs_over_time import OVER_TIME
from scoring.estimation.results import Estimate

__all__ = [
    "BINARY",
    "CHARACTERISTIC",
    "COUNT",
    "DESIGNS",
    "LABEL",
    "NUMBER",
    "PERIOD",
    "Design",
    "Option",
    "Role",
    "estimate",
]

Columns: TypeAlias = Mapping[str, Sequence[object] | Mapping[str, Sequence[object]]]

DESIGNS: Final[Mapping[str, Design]] = MappingProxyType(
    {design.id: design for design in (*OVER_TIME, *OF_PEOPLE)}
)


def estimate(design: str, columns: Columns, options: Mapping[str, object]) -> Estimate:
    """Estimate an effect by the design of that name from columns by role and the options chosen.

    Roles of many columns hold a mapping of names to columns. Raises UnknownMethod for names that
    are not there, InvalidInput for an option of another kind or past its bounds, TooLittleData for
    a column or option that must be there, and what the design raises.
    """
    check_known("design", design, DESIGNS)
    asked = DESIGNS[design]
    for name in columns:
        asked.role(name)
    for name, value in options.items():
        check_known("option", name, [option.name for option in asked.options])
        _refuse_wrong(asked, name, value)
    parts: tuple[Role | Option, ...] = (*asked.roles, *asked.options)
    for needed in parts:
        if needed.required and needed.name not in {*columns, *options}:
            raise TooLittleData("is missing", field=needed.name, accepted=needed.text)
    lengths = {
        name: len(values) for name, values in columns.items() if not isinstance(values, Mapping)
    }
    if len(set(lengths.values())) > 1:
        raise InvalidInput(f"have lengths {lengths}", field="columns", accepted="one length")
    return asked.run(**columns, **options)


def _refuse_wrong(design: Design, name: str, value: object) -> None:
    """Refuse what an option does not take; None leaves it to the design where that is usual."""
    option = next(one for one in design.options if one.name == name)
    left_open = value is None and design.default(name) is None and not option.required
    if not left_open and not option.takes(value):
        refusal = UnknownMethod if option.choices else InvalidInput
        raise refusal(f"is {value!r:.40}", field=name, accepted=option.accepted)

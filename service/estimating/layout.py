"""What is asked of a file: a design, which column plays which role, which options are chosen."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, TypeAlias, get_args, get_origin

from scoring.estimation.catalogue import DESIGNS, Design, Option, Role
from service.estimating.cells import FALSE_WORDS, TRUE_WORDS, as_number, written
from service.estimating.periods import ANY_STYLE, PeriodColumn, read_period
from service.estimating.refusals import EstimateRefused, Flaw, refuse_if_any
from service.sheets import Sheet

Scalar: TypeAlias = bool | int | float | str | None
# Columns by role, options by name, as they were told: text from a form, JSON from a program.
Columns: TypeAlias = Mapping[str, tuple[str, ...]]
Options: TypeAlias = Mapping[str, Scalar]
# A name in a file: as it is written, or the whole number that it is.
Label: TypeAlias = str | int

# What a person says of columns, which performing the estimate again needs as well.
SAID_OF_COLUMNS = ("categories", "not_personal")

# What a form sends for a choice that was left alone.
NOTHING = (None, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One estimate to be made of one file.

    `categories` are columns whose numbers are names, `not_personal` those that a person says are
    about nobody although they look so.
    """

    design: str
    columns: Columns
    options: Options
    categories: tuple[str, ...] = ()
    not_personal: tuple[str, ...] = ()

    @property
    def of(self) -> Design:
        """The design; raises EstimateRefused naming those that there are."""
        if self.design not in DESIGNS:
            raise EstimateRefused(
                [Flaw("design", "is not a design here", f"one of {', '.join(DESIGNS)}")]
            )
        return DESIGNS[self.design]


def settled(asked: Asked, sheet: Sheet) -> Columns:
    """The column of every role: the one that was named, else one that is called like the role.

    Raises EstimateRefused for roles that there are not, columns that the file has not, a column
    for two roles, several for a role of one, and a role that needs one and has none.
    """
    design = asked.of
    refuse_if_any(_unknown_roles(asked.columns, design))
    columns = {
        role.name: asked.columns.get(role.name) or _called_like(role, sheet)
        for role in design.roles
    }
    named = {role: names for role, names in columns.items() if names}
    refuse_if_any([*_wrong_columns(named, design, sheet), *_not_there(asked, sheet)])
    return named


def _called_like(role: Role, sheet: Sheet) -> tuple[str, ...]:
    if role.many:
        return ()
    return tuple(name for name in sheet.header if name.lower() == role.name)[:1]


def _unknown_roles(columns: Columns, design: Design) -> Iterator[Flaw]:
    roles = [role.name for role in design.roles]
    for name in columns:
        if name not in roles:
            problem = f"is no role of the design {design.id}"
            yield Flaw(f"columns.{name:.40}", problem, f"one of {', '.join(roles)}")


def _wrong_columns(columns: Columns, design: Design, sheet: Sheet) -> Iterator[Flaw]:
    there = f"a column of the file: {', '.join(sheet.header)}"
    taken: dict[str, str] = {}
    for role in design.roles:
        names = columns.get(role.name, ())
        if not names and role.required:
            yield Flaw(f"columns.{role.name}", "has no column", f"{role.text}; {there}")
        if len(names) > 1 and not role.many:
            yield Flaw(f"columns.{role.name}", f"has {len(names)} columns", "one column")
        for name in names:
            if name not in sheet.header:
                yield Flaw(f"columns.{role.name}", "is not in the file", there)
            elif name in taken:
                problem = f"is used for {taken[name]} as well"
                yield Flaw(f"columns.{role.name}", problem, "a column of its own", column=name)
            taken[name] = role.name


def _not_there(asked: Asked, sheet: Sheet) -> Iterator[Flaw]:
    there = f"columns of the file: {', '.join(sheet.header)}"
    for field in SAID_OF_COLUMNS:
        for name in getattr(asked, field):
            if name not in sheet.header:
                yield Flaw(field, "names a column that is not in the file", there)


def options_of(
    asked: Asked, periods: PeriodColumn | None, names: Mapping[str, Label]
) -> dict[str, Any]:
    """The options as the design takes them; raises EstimateRefused with every one that is wrong.

    A cycle that is not told is taken from how the periods are written; `names` are those in the
    file by how they are written, so that an option can name a group.
    """
    design = asked.of
    known = {option.name: option for option in design.options}
    flaws, found = [], {}
    for name, told in asked.options.items():
        if name not in known:
            accepted = f"one of {', '.join(known)}"
            flaws.append(Flaw(f"options.{name:.40}", "is no option of the design", accepted))
        elif told not in NOTHING:
            value = _option(known[name], told, periods, names)
            if value is None or not known[name].takes(value):
                flaws.append(_wrong_option(known[name]))
            else:
                found[name] = value
    flaws += [
        Flaw(f"options.{name}", "is missing", option.text)
        for name, option in known.items()
        if option.required and asked.options.get(name) in NOTHING
    ]
    refuse_if_any(flaws)
    if "cycle" in known and "cycle" not in found and periods is not None and periods.cycle:
        found["cycle"] = periods.cycle
    return found


def _option(
    option: Option, told: Scalar, periods: PeriodColumn | None, names: Mapping[str, Label]
) -> object:
    """The value, or None where it is not one of that kind."""
    match option.kind:
        case "number":
            number = as_number(told)
            return int(number) if number is not None and number == int(number) else number
        case "binary":
            word = str(told).strip().lower()
            return word in TRUE_WORDS if word in TRUE_WORDS | FALSE_WORDS else None
        case "period":
            return None if periods is None else read_period(told, periods)
    if option.choices:
        return told if told in option.choices else None
    name = written(told)
    return names.get(name, name)


def _wrong_option(option: Option) -> Flaw:
    accepted = {
        "binary": "yes or no",
        "period": f"a period, written as in the column of periods: {ANY_STYLE}",
    }
    words = option.accepted if option.choices or option.kind == "number" else option.text
    return Flaw(f"options.{option.name}", "is not accepted", accepted.get(option.kind, words))


def may_be_blank(design: Design, role: Role) -> bool:
    """Whether the design reckons with unknown values there: people lost, figures not reported."""
    hint = inspect.signature(design.run).parameters[role.name].annotation
    cells = [NoneType in get_args(get_args(part)[0]) for part in _sequences(hint)]
    return any(cells) if cells else NoneType in get_args(hint)


def _sequences(hint: Any) -> Iterator[Any]:  # noqa: ANN401  a hint may be any form
    """The columns that a hint speaks of."""
    if get_origin(hint) is Sequence:
        yield hint
    else:
        for part in get_args(hint):
            yield from _sequences(part)

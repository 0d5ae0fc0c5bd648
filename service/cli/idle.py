"""Flags that were obeyed and changed nothing: that is told, for a reader may count on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from service.cli.asked import Asked
from service.cli.effects_in import EffectRows, columns_of, has_zeros
from service.cli.tables_in import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The effects that were read, the rows before any were dropped, and what was asked of them."""

    data: EffectRows
    table: Table
    measure: str
    asked: Asked


def of_idle_flags(data: EffectRows, table: Table, measure: str, asked: Asked) -> Iterator[str]:
    """A sentence for each flag that changed nothing; `table` has rows that --drop00 dropped."""
    if not data.effects:
        return
    seen = _Seen(data=data, table=table, measure=measure, asked=asked)
    for flags, is_idle, why in IDLE:
        given = [flag for flag in flags if flag in asked.flags]
        if given and is_idle(seen):
            yield f"{' and '.join(given)} changed nothing: {why}."


def _nothing_to_add_to(seen: _Seen) -> bool:
    where_zeros_are = seen.asked.effects["to"] in ("only0", "if0all")
    return where_zeros_are and not has_zeros(seen.data.rows, seen.measure)


def _nothing_dropped(seen: _Seen) -> bool:
    whole = seen.table.complete(columns_of(seen.table, seen.measure))
    return len(whole.rows) == len(seen.data.rows.rows)


def _people_assigned(seen: _Seen) -> bool:
    sizes = seen.asked.preparing.cluster_size
    told = set(seen.data.rows.floats(sizes)) if isinstance(sizes, str) else {sizes}
    return told == {1.0}


def _alone(seen: _Seen) -> bool:
    return seen.asked.is_plain and len(seen.data.effects) == 1


def _one_effect_a_unit(seen: _Seen) -> bool:
    units = seen.data.rows.labels(str(seen.asked.unit or seen.asked.aggregate))
    return len(set(units)) == len(units)


# Flags, when they change nothing, and why that is.
IDLE: Final[tuple[tuple[tuple[str, ...], Callable[[_Seen], bool], str], ...]] = (
    (("--add", "--to"), _nothing_to_add_to, "no count is 0"),
    (("--drop00",), _nothing_dropped, "every study has an event, and somebody without"),
    (("--icc",), _people_assigned, "every cluster is of size 1"),
    (("--test", "--prediction"), _alone, "one study is its own result"),
    (("--rho",), _one_effect_a_unit, "every unit has one effect"),
)

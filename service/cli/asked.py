"""What is asked of a table of studies: the flags as one frozen value, contradictions refused."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.cli.flags import check_columns, check_computed, check_together, given
from service.cli.prepared import Preparing
from service.cli.tables_in import Table, TableRefused

# Methods that pool counts themselves instead of effects.
COUNTED: Final = ("MH", "PETO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the table: the model, how effects are computed, and what comes with it.

    `flags` are those that were given. `level` is that of the intervals of the answer.
    """

    flags: frozenset[str]
    method: str
    test: str
    level: float
    prediction: str
    mods: tuple[str, ...]
    references: Mapping[str, str]
    subgroup: str | None
    unit: str | None
    effect: str | None
    rho: float | None
    effects: Mapping[str, Any]
    preparing: Preparing
    diagnostics: bool
    label: str | None

    @classmethod
    def of(cls, args: argparse.Namespace) -> "Asked":
        """The flags, refused where one of them would be ignored."""
        flags = given(args)
        check_together(flags)
        mods = args.mods or ()
        method = args.method or "REML"
        plainly = method in ("EE", *COUNTED) or args.unit is not None
        return cls(
            flags=flags,
            method=method,
            test=args.test or ("z" if plainly else "adhoc"),
            level=args.level,
            prediction=args.prediction or "test",
            mods=mods,
            references=_references(args.reference, mods),
            subgroup=args.subgroup,
            unit=args.unit,
            effect=args.effect,
            rho=args.rho,
            effects={
                "add": args.add,
                "to": args.to or "only0",
                "drop00": args.drop00,
                "vtype": args.vtype or "LS",
                "ci_level": args.ci_level or 0.95,
            },
            preparing=Preparing.of(args),
            diagnostics=args.full or args.plot is not None or args.explain,
            label=args.label,
        )

    @property
    def is_plain(self) -> bool:
        """Whether effects are pooled as they are: many groups can then be pooled in one call."""
        return not (self.mods or self.subgroup or self.unit or self.method in COUNTED)

    @property
    def model(self) -> str:
        """The flags of a model other than studies pooled as they are."""
        named = {"--mods": self.mods, "--subgroup": self.subgroup, "--unit": self.unit}
        flags = [flag for flag, column in named.items() if column]
        return " and ".join(flags) or f"--method {self.method}"

    @property
    def needed(self) -> Mapping[str, tuple[str, ...]]:
        """By flag, the columns without which a row cannot be used."""
        single = {"--subgroup": self.subgroup, "--unit": self.unit, "--effect": self.effect}
        own = {flag: (column,) for flag, column in single.items() if column is not None}
        return {**own, "--mods": self.mods, **self.preparing.columns}

    def check(self, table: Table, measure: str) -> None:
        """Refuses flags that name no column of the table, or say nothing of such a table."""
        label = {} if self.label is None else {"--label": (self.label,)}
        check_columns(table, {**self.needed, **label})
        check_computed(table, measure, self.flags, vtype=self.effects["vtype"])


def _references(pairs: Sequence[tuple[str, str]], mods: Sequence[str]) -> Mapping[str, str]:
    references = dict(pairs)
    for column in references:
        if [name for name, _ in pairs].count(column) > 1:
            raise TableRefused(f"--reference {column}: given twice (accepted: one level a column)")
        if column not in mods:
            accepted = ", ".join(mods)
            raise TableRefused(f"--reference {column}: not in --mods (accepted: one of {accepted})")
    return references

"""What is asked of a table of studies: the flags as one frozen value, contradictions refused."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scoring.synthesis import ENOUGH_STUDIES
from service.charts.figures import USUAL, Kind
from service.cli.flags import COUNTED, check_columns, check_computed, check_together, given
from service.cli.prepared import Preparing
from service.cli.tables_in import Table, TableRefused

# The diagnostics by name; what the paragraph tells, and what each chart draws.
EVERY_DIAGNOSTIC: Final = (
    "tau2_q_profile",
    "tau2_profile_likelihood",
    "influence",
    "leave_one_out",
    "cumulative",
    "egger",
    "rank_test",
    "trim_and_fill",
    "selection",
    "funnel",
)
EXPLAINED: Final = ("influence", "leave_one_out", "egger", "trim_and_fill", "selection")
DRAWN: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.FOREST: (),
    Kind.FUNNEL: ("egger", "trim_and_fill", "funnel"),
    Kind.RADIAL: (),
    Kind.LEAVE_ONE_OUT: ("leave_one_out",),
    Kind.CUMULATIVE: ("cumulative",),
}
# Neither the paragraph nor a chart tells these where studies are too few to read them.
OF_ENOUGH: Final = frozenset({"egger", "trim_and_fill", "selection"})


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
    contrasts: tuple[str, ...]
    subgroup: str | None
    common_tau2: bool
    unit: str | None
    aggregate: str | None
    effect: str | None
    rho: float | None
    effects: Mapping[str, Any]
    preparing: Preparing
    full: bool
    diagnostics: frozenset[str]
    steps: tuple[float, ...] | None
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
            contrasts=tuple(args.contrast),
            subgroup=args.subgroup,
            common_tau2=args.common_tau2,
            unit=args.unit,
            aggregate=args.aggregate,
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
            full=args.full,
            diagnostics=_diagnostics(args),
            steps=args.steps,
            label=args.label,
        )

    @property
    def is_plain(self) -> bool:
        """Whether effects are pooled as they are: many groups can then be pooled in one call."""
        return not (
            self.mods or self.subgroup or self.unit or self.aggregate or self.method in COUNTED
        )

    @property
    def model(self) -> str:
        """The flags of a model other than studies pooled as they are."""
        named = {
            "--mods": self.mods,
            "--subgroup": self.subgroup,
            "--unit": self.unit,
            "--aggregate": self.aggregate,
        }
        flags = [flag for flag, column in named.items() if column]
        return " and ".join(flags) or f"--method {self.method}"

    @property
    def needed(self) -> Mapping[str, tuple[str, ...]]:
        """By flag, the columns without which a row cannot be used."""
        single = {
            "--subgroup": self.subgroup,
            "--unit": self.unit,
            "--aggregate": self.aggregate,
            "--effect": self.effect,
        }
        own = {flag: (column,) for flag, column in single.items() if column is not None}
        return {**own, "--mods": self.mods, **self.preparing.columns}

    @property
    def named(self) -> tuple[str, ...]:
        """The columns whose cells are names of groups and units."""
        return tuple(column for column in (self.subgroup, self.unit, self.aggregate) if column)

    def wanted(self, k: int) -> frozenset[str]:
        """The diagnostics of k studies that somebody will be told of."""
        if self.full or k >= ENOUGH_STUDIES:
            return self.diagnostics
        return self.diagnostics - OF_ENOUGH

    def check(self, table: Table, measure: str) -> None:
        """Refuses flags that name no column of the table, or say nothing of such a table."""
        label = {} if self.label is None else {"--label": (self.label,)}
        check_columns(table, {**self.needed, **label})
        check_computed(table, measure, self.flags, vtype=self.effects["vtype"])


def _diagnostics(args: argparse.Namespace) -> frozenset[str]:
    """The diagnostics that the document, the paragraph and the charts are asked for."""
    if args.full:
        return frozenset(EVERY_DIAGNOSTIC)
    explained = EXPLAINED if args.explain else ()
    kinds = () if args.plot is None else args.plots or USUAL
    return frozenset([*explained, *(name for kind in kinds for name in DRAWN[kind])])


def _references(pairs: Sequence[tuple[str, str]], mods: Sequence[str]) -> Mapping[str, str]:
    references = dict(pairs)
    for column in references:
        if [name for name, _ in pairs].count(column) > 1:
            raise TableRefused(f"--reference {column}: given twice (accepted: one level a column)")
        if column not in mods:
            accepted = ", ".join(mods)
            raise TableRefused(f"--reference {column}: not in --mods (accepted: one of {accepted})")
    return references

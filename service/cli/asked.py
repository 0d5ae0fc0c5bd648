"""What is asked of a table of studies: the flags as one frozen value, contradictions refused."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.cli.tables_in import TableRefused

# Methods that pool counts themselves instead of effects.
COUNTED: Final = ("MH", "PETO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the table: the model, how effects are computed, and what comes with it."""

    method: str
    test: str
    level: float
    prediction: str
    mods: tuple[str, ...]
    references: Mapping[str, str]
    subgroup: str | None
    unit: str | None
    rho: float | None
    effects: Mapping[str, Any]
    diagnostics: bool
    label: str | None

    @classmethod
    def of(cls, args: argparse.Namespace) -> "Asked":
        """The flags, refused where two of them ask for different models."""
        method = args.method or "REML"
        models = {
            "--subgroup": args.subgroup is not None,
            "--mods": args.mods is not None,
            f"--method {method}": method in COUNTED,
        }
        _refuse_both([flag for flag, given in models.items() if given])
        if args.unit is not None and (args.subgroup or method in COUNTED):
            _refuse_both(["--unit", "--subgroup" if args.subgroup else f"--method {method}"])
        if args.rho is not None and args.unit is None:
            raise TableRefused("--rho: needs --unit (accepted: with the column of the units)")
        plainly = method in ("EE", *COUNTED) or args.unit is not None
        return cls(
            method=method,
            test=args.test or ("z" if plainly else "adhoc"),
            level=args.level,
            prediction=args.prediction,
            mods=args.mods or (),
            references=dict(args.reference),
            subgroup=args.subgroup,
            unit=args.unit,
            rho=args.rho,
            effects={
                "add": args.add,
                "to": args.to,
                "drop00": args.drop00,
                "vtype": args.vtype,
                "ci_level": args.level,
            },
            diagnostics=args.full or args.plot is not None or args.explain,
            label=args.label,
        )

    @property
    def is_plain(self) -> bool:
        """Whether effects are pooled as they are: many groups can then be pooled in one call."""
        return not (self.mods or self.subgroup or self.unit or self.method in COUNTED)


def _refuse_both(flags: Sequence[str]) -> None:
    if len(flags) > 1:
        raise TableRefused(f"{flags[0]} and {flags[1]}: two models (accepted: one of them)")

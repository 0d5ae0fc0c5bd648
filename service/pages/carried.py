"""What goes from the page of an estimate to the form that records it: the signed result alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.contrast import BaselineMeasure, SampleFlow, StudyDesign
from domain.errors import InvalidValue
from domain.estimated import Estimated
from service.wire import from_wire

# What it is made of, as the domain has it.
PARTS: Mapping[str, Any] = MappingProxyType(
    {
        "design": StudyDesign,
        "sample": SampleFlow,
        "baseline": tuple[BaselineMeasure, ...],
        "result": Estimated,
    }
)
# A hidden field that a browser sends back; what is longer was not written by us.
LONGEST = 400_000


@dataclass(frozen=True, slots=True)
class Carried:
    """The part of a contrast that the data told, what is still to be asked, and a kind to offer."""

    contrast: Mapping[str, Any]
    asked: tuple[str, ...]
    outcome_kind: str

    @property
    def result(self) -> Estimated:
        """The signed result as the domain has it."""
        return from_wire(Estimated, self.contrast["result"])

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Carried":
        """What is to be carried of an estimate."""
        return cls(found["contrast"], tuple(found["asked"]), found["outcome_kind"])

    @classmethod
    def read(cls, text: str, *, known: Mapping[str, object]) -> "Carried | None":
        """What was carried; None where it is nothing that we wrote. `known` are facts to ask."""
        try:
            told = json.loads(text) if len(text) <= LONGEST else {}
            contrast, asked = told["contrast"], tuple(told["asked"])
            for part, shape in PARTS.items():
                from_wire(shape, contrast[part], path=part)
        except (ValueError, TypeError, KeyError, RecursionError, InvalidValue):
            return None
        if not all(isinstance(path, str) and path in known for path in asked):
            return None
        return cls(contrast, asked, str(told.get("outcome_kind", "")))

    @property
    def text(self) -> str:
        """The same as text."""
        told = {
            "contrast": self.contrast,
            "asked": list(self.asked),
            "outcome_kind": self.outcome_kind,
        }
        return json.dumps(told, allow_nan=False)

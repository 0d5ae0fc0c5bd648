"""What may be told: each body is a command of the domain and the day it speaks of."""

from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from marshmallow import Schema

from domain.commands import ProgrammeCommand, RegisterApproach, RegisterProgramme
from domain.contrast import Contrast
from domain.plan import EvaluationPlan, Judgement
from service.schemas.builder import make_schema, one_of
from service.schemas.strict import Day, Text
from service.wire import to_wire


@dataclass(frozen=True, slots=True)
class Told:
    """A command, and the day in the world it speaks of."""

    command: Any
    happened_on: date


def told(shape: Any, *, word: str | None = None) -> type[Schema]:  # noqa: ANN401  a command class
    """The schema of a command with the day it speaks of, and the word it is told apart by."""
    extra = {"type": Text(required=True, only=(word,))} if word else {}

    def build(values: dict[str, Any]) -> Told:
        kept = {field: value for field, value in values.items() if field not in extra}
        happened_on = kept.pop("happened_on")
        return Told(shape(**kept), happened_on)

    day = {"happened_on": Day(required=True)}
    return make_schema(shape.__name__, shape, build=build, more={**extra, **day})


RegisterProgrammeSchema = told(RegisterProgramme)
RegisterApproachSchema = told(RegisterApproach)
ProgrammeEventSchema = one_of(
    "ProgrammeEvent",
    "type",
    {shape.type: told(shape, word=shape.type) for shape in get_args(ProgrammeCommand)},
)


@dataclass(frozen=True, slots=True)
class PreviewGrade:
    """Facts to grade without recording them."""

    contrasts: tuple[Contrast, ...]
    plan: EvaluationPlan | None = None
    judgements: tuple[Judgement, ...] = ()


def _as_told(values: dict[str, Any]) -> dict[str, Any]:
    """Grading reads the facts as JSON, from here as from a file."""
    return {
        name: [to_wire(one) for one in value] if isinstance(value, tuple) else to_wire(value)
        for name, value in values.items()
    }


PreviewGradeSchema = make_schema("PreviewGrade", PreviewGrade, build=_as_told)

"""One answer of `candour pool`, as it is told to machines."""

from dataclasses import dataclass, fields

from scoring.effects import SCALES, Effect
from scoring.synthesis import Multilevel, Regression, Synthesis
from service.cli.answers import Answer
from service.cli.asked import Asked
from service.cli.diagnostics import Diagnostics
from service.cli.plain import plain
from service.cli.questions import Contrast, Result
from service.cli.sentences import sentence

# What of an effect is told row by row: its measure and scale are those of the whole answer.
TOLD = tuple(field.name for field in fields(Effect) if field.name not in ("measure", "scale"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """All studies together, beside their subgroups."""

    result: Synthesis
    diagnostics: Diagnostics | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """One answer: what was pooled, how, and what came of it; a `refusal` where nothing did.

    `rows`, `names`, `effects` and, where there are subgroups, `groups` have an entry a study.
    """

    measure: str
    asked: Asked
    by: str | None = None
    left_out: int = 0
    rows: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    groups: tuple[str, ...] = ()
    result: Result | None = None
    contrasts: tuple[Contrast, ...] = ()
    overall: Overall | None = None
    diagnostics: Diagnostics | None = None
    notes: tuple[str, ...] = ()
    refusal: str | None = None
    status: str = "ok"

    @property
    def document(self) -> Answer:
        """The answer for machines, infinities as null."""
        head: Answer = {} if self.by is None else {"by": self.by}
        head |= {"measure": self.measure, "scale": SCALES[self.measure]}
        head |= {"left_out": self.left_out, "status": self.status}
        if self.result is None:
            return {**head, "refusal": self.refusal}
        more = _and(self.diagnostics)
        if self.contrasts:
            more["contrasts"] = plain(self.contrasts)
        if self.overall is not None:
            more["overall"] = {**told(self.overall.result), **_and(self.overall.diagnostics)}
        tail: Answer = {"oriented": any(effect.direction_good for effect in self.effects)}
        tail |= {"effects": self._effects(), "notes": list(self.notes)}
        tail["summary"] = sentence(self.result, self.measure)
        return {**head, **told(self.result), **more, **tail}

    def _effects(self) -> list[Answer]:
        """A row of the file each, with what is known of its effect."""
        told = zip(self.rows, self.names, self.effects, strict=True)
        return [
            {
                "row": row,
                "study": study,
                **{
                    key: plain(value) for key in TOLD if (value := getattr(effect, key)) is not None
                },
            }
            for row, study, effect in told
        ]


def told(result: Result) -> Answer:
    """A result without what serves further calculation alone."""
    document: Answer = plain(result)
    if isinstance(result, Regression):
        del document["root"]
    if isinstance(result, Multilevel):
        sandwich = result.robust.sandwich
        del document["robust"]["sandwich"]
        document["robust"] |= {"kind": sandwich.kind, "vcov": plain(sandwich.vcov)}
    return document


def _and(diagnostics: Diagnostics | None) -> Answer:
    return {} if diagnostics is None else diagnostics.document

"""An analysis as plain values: all that its charts, their headlines and their tables tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.charts.values import Effects, Estimate, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedStudy:
    """A study: its own interval, its standard error, its share of the weight from 0 to 1."""

    name: str
    estimate: Estimate
    error: float | None
    weight: float | None = None
    group: str = ""

    @property
    def result(self) -> Result:
        return Result(name=self.name, value=self.estimate.value, error=self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """The studies whose group has this name, together."""

    name: str
    together: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Studies in the order of the table, and what was worked out from them.

    Values are on the axis: natural logarithms for a ratio. `method` says in words how the studies
    were pooled. `i2` is in per cent. `without` and `cumulative` have an estimate for each study;
    empty, their charts say so. `filled` and `adjusted` come from trim and fill, `egger_p` from
    Egger's test; None where it was not run.
    """

    effects: Effects
    method: str
    studies: Sequence[AnalysedStudy]
    together: Estimate
    expected: tuple[float, float] | None = None
    tau2: float = 0.0
    i2: float | None = None
    q: float | None = None
    q_p: float | None = None
    filled: Sequence[Result] = ()
    adjusted: Estimate | None = None
    egger_p: float | None = None
    without: Sequence[Estimate] = ()
    cumulative: Sequence[Estimate] = ()
    groups: Sequence[Subgroup] = ()

    @property
    def results(self) -> list[Result]:
        return [study.result for study in self.studies]

"""One measured result with every fact of it; everything else is derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.contrast.codes import Missing, Timing
from domain.contrast.paths import fact_at
from domain.contrast.report import (
    Analysis,
    Directness,
    Harm,
    Implementation,
    Money,
    Reporting,
)
from domain.contrast.results import Result
from domain.contrast.study import (
    BaselineMeasure,
    Discontinuity,
    OutcomeMeasure,
    SampleFlow,
    StudyDesign,
    UnitOfEvidence,
)
from domain.errors import InvalidValue
from domain.estimated import Estimated, Scalar
from domain.values import Source, check_count, check_text


@dataclass(frozen=True, slots=True)
class Contrast:
    """One measured result: every fact of it that any standard uses, each of which may be missing.

    `context` names a subgroup (for example {"setting": "nursing"}); empty is the whole sample.
    `harms` is empty where harm was looked for and none found, None where nobody told.
    `missing` gives, by dotted path, why a fact is not there.
    """

    study: str
    unit: UnitOfEvidence
    outcome: OutcomeMeasure
    design: StudyDesign
    result: Result
    timing: Timing = Timing.FOLLOW_UP
    months_since_start: float | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    sample: SampleFlow = field(default_factory=SampleFlow)
    baseline: tuple[BaselineMeasure, ...] = ()
    missing: Mapping[str, Missing] = field(default_factory=dict)
    source: Source | None = None
    months_since_end: float | None = None
    discontinuity: Discontinuity = field(default_factory=Discontinuity)
    analysis: Analysis = field(default_factory=Analysis)
    directness: Directness = field(default_factory=Directness)
    reporting: Reporting = field(default_factory=Reporting)
    implementation: Implementation = field(default_factory=Implementation)
    money: Money = field(default_factory=Money)
    harms: tuple[Harm, ...] | None = None

    def __post_init__(self) -> None:
        check_text("contrast.study", self.study, longest=300)
        check_count("contrast.months_since_start", self.months_since_start)
        check_count("contrast.months_since_end", self.months_since_end)
        if isinstance(self.result, Estimated):
            self._check_told_as_shown(self.result.facts)

    def _check_told_as_shown(self, facts: Mapping[str, Scalar]) -> None:
        """What the data showed is no longer the teller's to choose."""
        for path, shown in facts.items():
            told = self._told(path)
            if told != shown or isinstance(told, bool) != isinstance(shown, bool):
                raise InvalidValue(
                    f"contrast.{path}",
                    f"is {told}, and the data showed {shown}",
                    accepted=f"{shown}, as it was estimated; or a result of another kind",
                )

    def _told(self, path: str) -> object:
        try:
            return fact_at(self, path)
        except LookupError:
            return None

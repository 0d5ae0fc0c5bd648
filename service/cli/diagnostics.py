"""Everything that is asked of a pooled effect beyond itself; what cannot be done says why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from scoring.errors import ScoringError
from scoring.synthesis import (
    Columns,
    Influence,
    Synthesis,
    VarianceInterval,
    between_study_variance,
)
from scoring.synthesis import cumulative as pooled_one_by_one
from scoring.synthesis import influence as deletion_diagnostics
from scoring.synthesis import leave_one_out as pooled_without_each
from scoring.synthesis.asymmetry import Egger, RankCorrelation, egger, rank_test
from scoring.synthesis.selection import Selection, select
from scoring.synthesis.trim_and_fill import TrimAndFill, trim_and_fill
from service.cli.plain import by_row, plain

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """The diagnostics of one pooled effect; None where one could not be done, `not_done` why."""

    tau2_q_profile: VarianceInterval | None
    tau2_profile_likelihood: VarianceInterval | None
    influence: Influence | None
    leave_one_out: Columns | None
    cumulative: Columns | None
    egger: Egger | None
    rank_test: RankCorrelation | None
    trim_and_fill: TrimAndFill | None
    selection: Selection | None
    not_done: dict[str, str]

    @property
    def document(self) -> dict[str, Any]:
        """For JSON: columns of studies as one object a study."""
        rows = {"influence", "leave_one_out", "cumulative"}
        parts = {
            name: by_row(part) if name in rows and part is not None else plain(part)
            for name in self.__slots__
            if (part := getattr(self, name)) is not None or name != "not_done"
        }
        return {"diagnostics": parts}


def diagnosed(yi: list[float], vi: list[float], pooled: Synthesis, *, test: str) -> Diagnostics:
    """All diagnostics of these effects under the model they were pooled by.

    The selection model takes results on the pooled effect's side of 0 to be those favoured.
    """
    method, level = pooled.method, pooled.level
    not_done: dict[str, str] = {}

    def tried(name: str, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except ScoringError as refusal:
            not_done[name] = str(refusal)
            return None

    favoured = "less" if pooled.estimate < 0 else "greater"
    likelihood = "ML" if method == "ML" else "REML"
    return Diagnostics(
        tau2_q_profile=tried("tau2_q_profile", lambda: between_study_variance(yi, vi, level=level)),
        tau2_profile_likelihood=tried(
            "tau2_profile_likelihood",
            lambda: between_study_variance(
                yi, vi, kind="profile_likelihood", method=likelihood, level=level
            ),
        ),
        influence=tried(
            "influence", lambda: deletion_diagnostics(yi, vi, method=method, test=test, level=level)
        ),
        leave_one_out=tried(
            "leave_one_out",
            lambda: pooled_without_each(yi, vi, method=method, test=test, level=level),
        ),
        cumulative=tried(
            "cumulative", lambda: pooled_one_by_one(yi, vi, method=method, test=test, level=level)
        ),
        egger=tried("egger", lambda: egger(yi, vi, level=level)),
        rank_test=tried("rank_test", lambda: rank_test(yi, vi)),
        trim_and_fill=tried(
            "trim_and_fill", lambda: trim_and_fill(yi, vi, method=method, test=test, level=level)
        ),
        selection=tried("selection", lambda: select(yi, vi, alternative=favoured, level=level)),
        not_done=not_done,
    )

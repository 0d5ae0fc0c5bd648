"""Everything that is asked of a pooled effect beyond itself; what cannot be done says why."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from scoring import synthesis
from scoring.errors import ScoringError
from scoring.synthesis import (
    Columns,
    Egger,
    Funnel,
    Influence,
    RankCorrelation,
    Selection,
    Synthesis,
    TrimAndFill,
    VarianceInterval,
)
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
    funnel: Funnel | None
    not_done: dict[str, str]

    @property
    def document(self) -> dict[str, Any]:
        """For JSON: columns of studies as one object a study."""
        by_study = {
            name: None if columns is None else by_row(columns)
            for name, columns in (
                ("influence", self.influence),
                ("leave_one_out", self.leave_one_out),
                ("cumulative", self.cumulative),
            )
        }
        return {"diagnostics": {**plain(self), **by_study}}


def diagnosed(yi: list[float], vi: list[float], pooled: Synthesis, *, test: str) -> Diagnostics:
    """All diagnostics of these effects under the model they were pooled by.

    The selection model takes results on the pooled effect's side of 0 to be those favoured.
    """
    level = pooled.level
    model: dict[str, Any] = {"method": pooled.method, "test": test, "level": level}
    favoured = "less" if pooled.estimate < 0 else "greater"
    likelihood = {"kind": "profile_likelihood", "method": "ML" if pooled.method == "ML" else "REML"}
    not_done: dict[str, str] = {}

    def tried(name: str, work: Callable[..., T], **how: Any) -> T | None:  # noqa: ANN401  passed on
        try:
            return work(yi, vi, **how)
        except ScoringError as refusal:
            not_done[name] = str(refusal)
            return None

    interval = synthesis.between_study_variance
    filled = tried("trim_and_fill", synthesis.trim_and_fill, **model)
    return Diagnostics(
        tau2_q_profile=tried("tau2_q_profile", interval, level=level),
        tau2_profile_likelihood=tried(
            "tau2_profile_likelihood", interval, level=level, **likelihood
        ),
        influence=tried("influence", synthesis.influence, **model),
        leave_one_out=tried("leave_one_out", synthesis.leave_one_out, **model),
        cumulative=tried("cumulative", synthesis.cumulative, **model),
        egger=tried("egger", synthesis.egger, level=level),
        rank_test=tried("rank_test", synthesis.rank_test),
        trim_and_fill=filled,
        selection=tried("selection", synthesis.select, alternative=favoured, level=level),
        funnel=tried("funnel", synthesis.funnel, level=level, **_put_in(filled)),
        not_done=not_done,
    )


def undone(model: str) -> Diagnostics:
    """No diagnostic at all, for a model that has none, `not_done` saying so of each."""
    reason = f"is worked out for studies pooled as they are, not with {model}"
    names = [field.name for field in fields(Diagnostics) if field.name != "not_done"]
    return Diagnostics(
        **dict.fromkeys(names), not_done={name: f"{name} {reason}" for name in names}
    )


def _put_in(filled: TrimAndFill | None) -> dict[str, Any]:
    """The studies of trim and fill as the funnel takes them, where there are enough to tell."""
    if filled is None or not filled.enough_studies:
        return {}
    return {"filled_yi": filled.filled_yi, "filled_vi": filled.filled_vi}

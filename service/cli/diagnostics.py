"""Everything that is asked of a pooled effect beyond itself; what cannot be done says why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from scoring import synthesis
from scoring.errors import IncompatibleEffects, ScoringError
from scoring.synthesis import (
    Columns,
    Egger,
    Funnel,
    Influence,
    RankCorrelation,
    Selection,
    Syntheses,
    Synthesis,
    TrimAndFill,
    VarianceInterval,
)
from service.cli.asked import Asked
from service.cli.plain import by_row, plain
from service.cli.words import compares

T = TypeVar("T")

BY_STUDY: Final = ("influence", "leave_one_out", "cumulative")
COMPARES_NOBODY: Final = "a measure that compares nobody has no results that are significant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """The diagnostics of one pooled effect; None where one was not asked for or could not be done,
    in which case `not_done` says why. `rows` are those of the file, one a study."""

    tau2_q_profile: VarianceInterval | None = None
    tau2_profile_likelihood: VarianceInterval | None = None
    influence: Influence | None = None
    leave_one_out: Columns | None = None
    cumulative: Columns | None = None
    egger: Egger | None = None
    rank_test: RankCorrelation | None = None
    trim_and_fill: TrimAndFill | None = None
    selection: Selection | None = None
    funnel: Funnel | None = None
    rows: tuple[int, ...] = ()
    not_done: Mapping[str, str]

    @property
    def document(self) -> dict[str, Any]:
        """For JSON, what was asked for: columns of studies as one object a study, with its row."""
        told: dict[str, Any] = {}
        for name, value in plain(self).items():
            if name in BY_STUDY and value is not None:
                columns = by_row(getattr(self, name))
                pairs = zip(self.rows, columns, strict=True)
                told[name] = [{"row": row, **column} for row, column in pairs]
            elif value is not None or name in self.not_done:
                told[name] = value
        del told["rows"]
        return {"diagnostics": told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Studies:
    """What diagnostics are of: effects and variances (k,), their rows in the file, the measure, and
    what the file calls the columns that scoring has names of its own for."""

    yi: Sequence[float]
    vi: Sequence[float]
    rows: tuple[int, ...]
    measure: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What was worked out for many groups in one call; `influence` (N,) is of all their rows."""

    pooled: Syntheses
    influence: Influence | None

    @classmethod
    def of(cls, pooled: Syntheses, yi: Sequence[float], vi: Sequence[float]) -> "Worked":
        """What `pooled` tells of each of the rows that it was made of."""
        several = len(pooled.without.estimate) > 0
        return cls(
            pooled=pooled, influence=synthesis.influence_in(pooled, yi, vi) if several else None
        )

    def of_group(self, number: int) -> dict[str, Any]:
        """The diagnostics of one group, by name; none of a study alone."""
        own = self.pooled.rows_of(number)
        if len(own) < 2:
            return {}
        found: dict[str, Any] = {}
        if self.influence is not None:
            found["leave_one_out"] = self.pooled.without.taken(own)
            found["influence"] = self.influence.taken(own)
        if len(self.pooled.up_to.estimate):
            found["cumulative"] = self.pooled.up_to.taken(own)
        if len(self.pooled.intervals.tau2_low):
            found["tau2_q_profile"] = synthesis.q_profile_at(
                self.pooled.intervals, number, level=self.pooled.level
            )
        return found


def diagnosed(
    studies: Studies, pooled: Synthesis, asked: Asked, *, known: Mapping[str, Any]
) -> Diagnostics:
    """The diagnostics that are asked for, under the model the studies were pooled by.

    `known` are those that have been worked out already. The selection model takes results on the
    pooled effect's side of 0 to be those favoured; the funnel stands around the pooled effect.
    """
    wanted = asked.wanted(pooled.k)
    found = {name: value for name, value in known.items() if name in wanted}
    not_done: dict[str, str] = {}
    for name, work in _works(pooled, asked).items():
        if name not in wanted or name in found:
            continue
        try:
            found[name] = work(studies, found)
        except ScoringError as refusal:
            not_done[name] = str(refusal.among(studies.rows, fields=studies.names))
    return _in_rows_of_the_file(Diagnostics(rows=studies.rows, not_done=not_done, **found))


def undone(asked: Asked) -> Diagnostics:
    """No diagnostic at all, for a model that has none, `not_done` saying so of each."""
    reason = f"is worked out for studies pooled as they are, not with {asked.model}"
    return Diagnostics(not_done={name: f"{name} {reason}" for name in sorted(asked.diagnostics)})


def _works(
    pooled: Synthesis, asked: Asked
) -> Mapping[str, Callable[[Studies, Mapping[str, Any]], Any]]:
    """How each diagnostic is worked out, from the studies and from those before it."""
    level = pooled.level
    model: dict[str, Any] = {"method": pooled.method, "test": asked.test, "level": level}
    likelihood = {"kind": "profile_likelihood", "method": "ML" if pooled.method == "ML" else "REML"}

    def plainly(work: Callable[..., T], **how: Any) -> Callable[..., T]:  # noqa: ANN401  passed on
        return lambda studies, _found: work(studies.yi, studies.vi, **how)

    interval = synthesis.between_study_variance
    return {
        "tau2_q_profile": plainly(interval, level=level),
        "tau2_profile_likelihood": plainly(interval, level=level, **likelihood),
        "influence": plainly(synthesis.influence, **model),
        "leave_one_out": plainly(synthesis.leave_one_out, **model),
        "cumulative": plainly(synthesis.cumulative, **model),
        "egger": plainly(synthesis.egger, level=level),
        "rank_test": plainly(synthesis.rank_test),
        "trim_and_fill": plainly(synthesis.trim_and_fill, **model),
        "selection": lambda studies, _found: _selected(studies, pooled, asked),
        "funnel": lambda studies, found: _funnel(studies, pooled, found.get("trim_and_fill")),
    }


def _selected(studies: Studies, pooled: Synthesis, asked: Asked) -> Selection:
    if not compares(studies.measure):
        raise IncompatibleEffects(COMPARES_NOBODY, field="selection")
    steps = {} if asked.steps is None else {"steps": asked.steps}
    favoured = "less" if pooled.estimate < 0 else "greater"
    return synthesis.select(
        studies.yi, studies.vi, alternative=favoured, level=pooled.level, **steps
    )


def _funnel(studies: Studies, pooled: Synthesis, filled: TrimAndFill | None) -> Funnel:
    """The funnel with the studies of trim and fill, where there are enough to tell."""
    put_in: dict[str, Any] = {}
    if filled is not None and filled.enough_studies:
        put_in = {"filled_yi": filled.filled_yi, "filled_vi": filled.filled_vi}
    return synthesis.funnel(
        studies.yi,
        studies.vi,
        centre=pooled.estimate,
        null=0.0 if compares(studies.measure) else None,
        level=pooled.level,
        **put_in,
    )


def _in_rows_of_the_file(found: Diagnostics) -> Diagnostics:
    """The same with the numbers of rows as the file has them; a study that was put in has that of
    the one it mirrors."""
    rows, filled, funnel = found.rows, found.trim_and_fill, found.funnel
    if filled is not None:
        filled = replace(filled, mirrored=tuple(rows[row - 1] for row in filled.mirrored))
    if funnel is not None:
        mirrored = () if filled is None else filled.mirrored
        points = (
            replace(point, row=(mirrored if point.filled else rows)[point.row - 1])
            for point in funnel.points
        )
        funnel = replace(funnel, points=tuple(points))
    return replace(found, trim_and_fill=filled, funnel=funnel)

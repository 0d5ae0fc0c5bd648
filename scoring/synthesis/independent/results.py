"""What pooling answers: one synthesis, and the columns of many."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from scoring.columns import Column
from scoring.errors import ScoringError
from scoring.synthesis.independent.batch import Indices, Ragged

# The status of a subject that was pooled; of any other it is the code of its refusal.
OK: Final = "ok"

# Figures that a subject may lack although it was pooled.
OPTIONAL: Final = ("se_tau2", "pi_low", "pi_high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """A pooled estimate in the units of `yi`; tau2 in their square, i2 and weights in per cent.

    `test` is the one that was used: with one study every test is the Wald test `z`. `df` is None
    for `z`. `statistic` is infinite where the standard error is 0. `se_tau2` is None where tau2 is
    not estimated. The prediction interval follows `prediction` and is None for the common effect
    (EE), which predicts no spread, and where its degrees of freedom are below 1. `weights` are in
    row order. `tau2_maxima` holds every local maximum of the likelihood for REML and ML, in rising
    order; tau2 is the one where the likelihood is highest.
    """

    k: int
    method: str
    test: str
    level: float
    estimate: float
    se: float
    statistic: float
    df: int | None
    p_value: float
    ci_low: float
    ci_high: float
    tau2: float
    se_tau2: float | None
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    prediction: str
    pi_low: float | None
    pi_high: float | None
    weights: tuple[float, ...]
    tau2_maxima: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Figures of n subjects, one array of float64 (n,) each; NaN where there is no figure."""

    @classmethod
    def empty(cls, n: int) -> Self:
        """NaN for all; to be filled block by block."""
        names = [field.name for field in fields(cls)]
        table = np.full((len(names), n), np.nan)
        return cls(**dict(zip(names, table, strict=True)))

    def taken(self, at: Indices) -> Self:
        """The figures at these places, in their order."""
        return type(self)(**{field.name: getattr(self, field.name)[at] for field in fields(self)})

    def put(self, at: Indices, block: Self) -> None:
        """Writes a block's figures into the places `at` of these."""
        for field in fields(self):
            getattr(self, field.name)[at] = getattr(block, field.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns(Block):
    """What `Synthesis` has of one subject, for n of them.

    NaN stands where there is no figure: everywhere for a refused subject, `se_tau2` and the
    prediction interval where `Synthesis` has None.
    """

    estimate: Column
    se: Column
    statistic: Column
    p_value: Column
    ci_low: Column
    ci_high: Column
    tau2: Column
    se_tau2: Column
    i2: Column
    h2: Column
    q: Column
    q_p: Column
    pi_low: Column
    pi_high: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals(Block):
    """Q-profile intervals of n subjects: low and high of tau2, i2 (per cent) and h2, each (n,)."""

    tau2_low: Column
    tau2_high: Column
    i2_low: Column
    i2_high: Column
    h2_low: Column
    h2_high: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntheses:
    """n subjects pooled in one call: their figures, and what came of each subject.

    `subjects` holds their labels in order of first appearance and `status` (n,) says `ok` or the
    code of a refusal, which `refusals` has in full by the subject's number. `weights` (N,), per
    cent, are in the order of the rows that were given. `owner` and `maxima` (M,) list the local
    maxima of the likelihoods: subject number, in rising order, and tau2. Where they were asked for
    (else they are empty), `without` holds for each row (N,) its subject pooled without it, `up_to`
    its subject pooled from the rows up to it, and `intervals` (n,) those of the heterogeneity.
    """

    rows: Ragged
    method: str
    test: str
    level: float
    prediction: str
    figures: Columns
    status: npt.NDArray[np.str_]
    refusals: Mapping[int, ScoringError]
    weights: Column
    owner: Indices
    maxima: Column
    without: Columns
    up_to: Columns
    intervals: Intervals

    @property
    def subjects(self) -> tuple[object, ...]:
        """The labels of the subjects, in order of first appearance."""
        return self.rows.labels

    def rows_of(self, number: int) -> Indices:
        """Where one subject's rows stand among those that were given (k,)."""
        begin = int(self.rows.start[number])
        return self.rows.order[begin : begin + int(self.rows.k[number])]

    def at(self, number: int) -> Synthesis:
        """One subject's synthesis; raises its refusal where it was refused."""
        if number in self.refusals:
            raise self.refusals[number]
        own = self.rows_of(number)
        k = len(own)
        first, last = np.searchsorted(self.owner, [number, number + 1])
        figures: dict[str, Any] = {
            f.name: float(getattr(self.figures, f.name)[number]) for f in fields(Columns)
        }
        figures |= {name: None for name in OPTIONAL if math.isnan(figures[name])}
        return Synthesis(
            **figures,
            k=k,
            df=None if k < 2 or self.test == "z" else k - 1,
            method=self.method,
            test="z" if k < 2 else self.test,
            level=self.level,
            q_df=k - 1,
            prediction=self.prediction,
            weights=tuple(self.weights[own].tolist()),
            tau2_maxima=tuple(self.maxima[first:last].tolist()),
        )

"""Two independent groups by their means: Welch's test, Student's, and the effects they give."""

import math
from dataclasses import asdict, dataclass

import numpy as np

from scoring.columns import Column
from scoring.effects import Effect, means
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import coefficient
from scoring.estimation.results import Coefficient


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoGroups:
    """Mean, standard deviation and size of two groups, by metafor's names; group 1 less group 2."""

    m1i: float
    sd1i: float
    n1i: int
    m2i: float
    sd2i: float
    n2i: int

    @property
    def difference(self) -> float:
        """m1i - m2i."""
        return self.m1i - self.m2i

    @property
    def pooled_sd(self) -> float:
        """The standard deviation within groups, both pooled by their degrees of freedom."""
        squares = (self.n1i - 1) * self.sd1i**2 + (self.n2i - 1) * self.sd2i**2
        return math.sqrt(squares / (self.n1i + self.n2i - 2))

    def summaries(self, prefix: str = "") -> dict[str, float | int]:
        """The six figures by name."""
        return {f"{prefix}{name}": value for name, value in asdict(self).items()}

    def welch(self, *, term: str, level: float = 0.95) -> Coefficient:
        """The difference with each group's own variance, on Welch and Satterthwaite's df.

            se^2 = sd1i^2/n1i + sd2i^2/n2i,  df = se^4 / sum (sd^2/n)^2 / (n - 1)
        Raises InvalidInput where neither group varies. Source: Welch 1947, Biometrika 34:28.
        """
        own = np.array([self.sd1i**2 / self.n1i, self.sd2i**2 / self.n2i])
        total = float(own.sum())
        if not total > 0:
            raise InvalidInput(
                "does not vary within either group",
                field="outcome",
                accepted="outcomes as they were measured",
            )
        df = total**2 / float((own**2 / np.array([self.n1i - 1, self.n2i - 1])).sum())
        return coefficient(term, self.difference, math.sqrt(total), df=df, level=level)

    def pooled(self, *, term: str, level: float = 0.95) -> Coefficient:
        """The difference with one variance for both groups, on n1i + n2i - 2 df (Student)."""
        se = self.pooled_sd * math.sqrt(1 / self.n1i + 1 / self.n2i)
        df = float(self.n1i + self.n2i - 2)
        return coefficient(term, self.difference, se, df=df, level=level)

    def effect(self, measure: str) -> Effect:
        """The same as MD, SMD (Hedges' g), SMDH or ROM; raises what `means` does."""
        groups = (self.m1i, self.sd1i, self.n1i, self.m2i, self.sd2i, self.n2i)
        return means(measure, *([float(value)] for value in groups))[0]


def two_groups(first: Column, second: Column) -> TwoGroups:
    """The summaries of two columns of outcomes, (n1i,) and (n2i,).

    Raises TooLittleData for a group of fewer than two.
    """
    for name, values in (("first", first), ("second", second)):
        if len(values) < 2:
            raise TooLittleData(
                f"has {len(values)} in the {name} group",
                field="outcome",
                accepted="at least two in each group",
            )
    return TwoGroups(
        m1i=float(first.mean()),
        sd1i=float(first.std(ddof=1)),
        n1i=len(first),
        m2i=float(second.mean()),
        sd2i=float(second.std(ddof=1)),
        n2i=len(second),
    )

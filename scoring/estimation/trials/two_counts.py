"""Two independent proportions from counts: their intervals, their tests, their effects."""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from scipy import special, stats

from scoring.columns import number
from scoring.effects import Effect, two_by_two
from scoring.errors import InvalidInput

Interval: TypeAlias = tuple[float, float]

# Where every expected count is at least this, the score test keeps its level; else Fisher's does.
# Source: Cochran 1954, Biometrics 10:417.
FEWEST_EXPECTED: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoCounts:
    """`x1` of `n1` people in group 1 with the event, and `x2` of `n2` in group 2."""

    x1: int
    n1: int
    x2: int
    n2: int

    @property
    def p1(self) -> float:
        """The proportion in group 1."""
        return self.x1 / self.n1

    @property
    def p2(self) -> float:
        """The proportion in group 2."""
        return self.x2 / self.n2

    @property
    def difference(self) -> float:
        """p1 - p2."""
        return self.p1 - self.p2

    @property
    def se_wald(self) -> float:
        """sqrt(p1 (1-p1)/n1 + p2 (1-p2)/n2), 0 where both proportions are 0 or 1."""
        return math.sqrt(self.p1 * (1 - self.p1) / self.n1 + self.p2 * (1 - self.p2) / self.n2)

    @property
    def expected(self) -> float:
        """The smallest count expected where both groups are alike."""
        events, people = self.x1 + self.x2, self.n1 + self.n2
        return min(events, people - events) * min(self.n1, self.n2) / people

    def wald(self, level: float) -> Interval:
        """The normal interval of the difference, which holds too seldom for few events."""
        margin = _z(level) * self.se_wald
        return self.difference - margin, self.difference + margin

    def newcombe(self, level: float) -> Interval:
        """The hybrid score interval of the difference, from Wilson's of both proportions.

            d - sqrt((p1 - l1)^2 + (u2 - p2)^2)  to  d + sqrt((u1 - p1)^2 + (p2 - l2)^2)
        Source: Newcombe 1998, Stat. Med. 17:873, method 10.
        """
        l1, u1 = wilson(self.x1, self.n1, level=level)
        l2, u2 = wilson(self.x2, self.n2, level=level)
        low = self.difference - math.hypot(self.p1 - l1, u2 - self.p2)
        return low, self.difference + math.hypot(u1 - self.p1, self.p2 - l2)

    def chi_square(self, *, yates: bool = False) -> tuple[float, float] | None:
        """Pearson's statistic and its p-value, with or without Yates's correction.

        None where there is no event, or nothing else, in either group. The correction is 1/2, or
        the distance from what is expected if that is less. Source: R `chisq.test`.
        """
        expected = self.expected
        if expected == 0:
            return None
        people = self.n1 + self.n2
        apart = abs(self.x1 - self.n1 * (self.x1 + self.x2) / people)
        apart -= min(0.5, apart) if yates else 0.0
        events = self.x1 + self.x2
        cells = [n * e / people for n in (self.n1, self.n2) for e in (events, people - events)]
        statistic = sum(apart**2 / cell for cell in cells)
        return statistic, float(special.chdtrc(1, statistic))

    def fisher(self) -> float:
        """The two-sided p-value of Fisher's exact test."""
        table = [[self.x1, self.n1 - self.x1], [self.x2, self.n2 - self.x2]]
        return float(stats.fisher_exact(table).pvalue)

    def effect(self, measure: str) -> Effect:
        """OR, RR, RD, COX ... of the table, 1/2 added to its cells where one is 0."""
        cells = (self.x1, self.n1 - self.x1, self.x2, self.n2 - self.x2)
        return two_by_two(measure, *([float(cell)] for cell in cells))[0]


def two_counts(*, x1: float, n1: float, x2: float, n2: float) -> TwoCounts:
    """Counts, checked; raises InvalidInput for what is no whole number, or more than the group."""
    for (event, x), (size, n) in ((("x1", x1), ("n1", n1)), (("x2", x2), ("n2", n2))):
        number(event, x)
        number(size, n)
        if n != int(n) or n < 1:
            raise InvalidInput(f"is {n}", field=size, accepted="a whole number of at least 1")
        if x != int(x) or not 0 <= x <= n:
            raise InvalidInput(f"is {x}", field=event, accepted=f"a whole number from 0 to {n:g}")
    return TwoCounts(x1=int(x1), n1=int(n1), x2=int(x2), n2=int(n2))


def wilson(x: int, n: int, *, level: float) -> Interval:
    """Wilson's score interval of a proportion, x of n.

        (x + z^2/2 -+ z sqrt(x (n-x)/n + z^2/4)) / (n + z^2)
    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209.
    """
    z = _z(level)
    middle, margin = x + z**2 / 2, z * math.sqrt(x * (n - x) / n + z**2 / 4)
    low, high = (middle - margin) / (n + z**2), (middle + margin) / (n + z**2)
    return (0.0 if x == 0 else low), (1.0 if x == n else high)


def _z(level: float) -> float:
    return float(special.ndtri(0.5 + level / 2))

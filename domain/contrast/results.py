"""How the number got there: counts, means, rates, an estimate as published or as computed here."""

from dataclasses import dataclass

from domain.errors import InvalidValue
from domain.estimated import Estimated
from domain.values import check_count, check_finite, check_positive, check_proportion


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Events (ai, ci) and non-events (bi, di) in the intervention and comparison groups."""

    measure: str
    ai: int
    bi: int
    ci: int
    di: int
    kind: str = "two_by_two"

    def __post_init__(self) -> None:
        _check_measure(self.measure, ("OR", "RR", "RD"))
        for name in ("ai", "bi", "ci", "di"):
            check_count(f"contrast.result.{name}", getattr(self, name))
        for arm in (("ai", "bi"), ("ci", "di")):
            if sum(getattr(self, name) for name in arm) == 0:
                raise InvalidValue(
                    f"contrast.result.{arm[0]}",
                    f"and contrast.result.{arm[1]} are both 0",
                    accepted="at least one person in each group",
                )


@dataclass(frozen=True, slots=True)
class Means:
    """Mean, standard deviation and size of each group (1 intervention, 2 comparison)."""

    measure: str
    m1i: float
    sd1i: float
    n1i: int
    m2i: float
    sd2i: float
    n2i: int
    kind: str = "means"

    def __post_init__(self) -> None:
        _check_measure(self.measure, ("SMD", "MD"))
        for name in ("m1i", "m2i"):
            check_finite(f"contrast.result.{name}", getattr(self, name))
        for name in ("sd1i", "sd2i"):
            check_positive(f"contrast.result.{name}", getattr(self, name))
        for name in ("n1i", "n2i"):
            check_count(f"contrast.result.{name}", getattr(self, name), least=2)


@dataclass(frozen=True, slots=True)
class Rates:
    """Events (x) over person-time (t) in each group (1 intervention, 2 comparison)."""

    measure: str
    x1i: float
    t1i: float
    x2i: float
    t2i: float
    kind: str = "rates"

    def __post_init__(self) -> None:
        _check_measure(self.measure, ("IRR",))
        for name in ("x1i", "x2i"):
            check_count(f"contrast.result.{name}", getattr(self, name))
        for name in ("t1i", "t2i"):
            check_positive(f"contrast.result.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class Reported:
    """An estimate as published: ratios on their natural scale, with whatever precision was given.

    All of ci, se and p may be missing: the estimate is then shown but cannot be pooled.
    """

    measure: str
    estimate: float
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float = 0.95
    se: float | None = None
    p_value: float | None = None
    standardiser: float | None = None
    baseline_risk: float | None = None
    kind: str = "reported"

    def __post_init__(self) -> None:
        _check_measure(self.measure, REPORTED_MEASURES)
        for name in ("estimate", "ci_low", "ci_high"):
            value = getattr(self, name)
            check = check_positive if self.measure in RATIO_MEASURES else check_finite
            check(f"contrast.result.{name}", value)
        self._check_level()
        self._check_interval()
        check_positive("contrast.result.se", self.se)
        check_positive("contrast.result.standardiser", self.standardiser)
        for name in ("p_value", "baseline_risk"):
            check_proportion(f"contrast.result.{name}", getattr(self, name))

    def _check_interval(self) -> None:
        if (self.ci_low is None) != (self.ci_high is None):
            missing = "ci_low" if self.ci_low is None else "ci_high"
            raise InvalidValue(
                f"contrast.result.{missing}", "is missing", accepted="both ends, or neither"
            )
        if self.ci_low is None or self.ci_high is None:
            return
        if not self.ci_low <= self.estimate <= self.ci_high or self.ci_low == self.ci_high:
            raise InvalidValue(
                "contrast.result.ci_low",
                f"({self.ci_low}) and ci_high ({self.ci_high}) do not hold the estimate",
                accepted="ci_low <= estimate <= ci_high, and ci_low < ci_high",
            )

    def _check_level(self) -> None:
        if not 0.5 <= self.ci_level < 1:
            raise InvalidValue(
                "contrast.result.ci_level", f"is {self.ci_level}", accepted="0.5 up to below 1"
            )


RATIO_MEASURES = ("OR", "RR", "IRR", "HR")
REPORTED_MEASURES = ("SMD", "MD", "RD", *RATIO_MEASURES)

Result = TwoByTwo | Means | Rates | Reported | Estimated


def _check_measure(measure: str, accepted: tuple[str, ...]) -> None:
    if measure not in accepted:
        raise InvalidValue(
            "contrast.result.measure", f"is {measure}", accepted="one of " + ", ".join(accepted)
        )

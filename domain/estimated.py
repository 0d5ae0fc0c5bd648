"""An estimate that the service computed from raw outcomes: its figures, never the data."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import InvalidValue
from domain.values import check_count, check_finite, check_positive, check_proportion, check_text

# One plain fact of a specification.
Scalar = bool | int | float | str | None

# Ratios are told as ratios, with the standard error of their natural logarithm.
ESTIMATED_RATIOS = ("OR", "RR", "IRR", "HR", "ROM")
ESTIMATED_DIFFERENCES = ("SMD", "SMCR", "SMCC", "MD", "MC", "RD", "IRD")
ESTIMATED_MEASURES = (*ESTIMATED_DIFFERENCES, *ESTIMATED_RATIOS)
# What an effect can be handed on as: standard deviations, of people or of their change, or the
# logarithm of a ratio.
HANDED_ON = ("SMD", "SMCC", *ESTIMATED_RATIOS)

# Roles of columns that an analysis may allow for, without measuring anything else.
ALLOWED_FOR = ("covariates", "blocks", "clusters")

# SHA-256 and HMAC-SHA-256 in hexadecimal (FIPS 180-4, RFC 2104).
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_CHECKS = 60
# The mix of a synthetic control names each unit that is in it.
MOST_ENTRIES = 1000
LONGEST_ENTRY = 2000
LONGEST_TEXT = 8000


@dataclass(frozen=True, slots=True)
class EstimationCheck:
    """One diagnostic: it passed, it failed, or (None) it only informs."""

    name: str
    title: str
    passed: bool | None
    observed: float | None
    threshold: float | None
    text: str
    source: str

    def __post_init__(self) -> None:
        for name in ("name", "title", "text", "source"):
            check_text(f"contrast.result.checks.{name}", getattr(self, name), longest=LONGEST_ENTRY)
        for name in ("observed", "threshold"):
            check_finite(f"contrast.result.checks.{name}", getattr(self, name))


@dataclass(frozen=True, slots=True)
class StandardisedEffect:
    """The same effect for a pool: in standard deviations, or as the logarithm of a ratio."""

    measure: str
    estimate: float
    se: float

    def __post_init__(self) -> None:
        _check_one_of("standardised.measure", self.measure, HANDED_ON)
        check_finite("contrast.result.standardised.estimate", self.estimate)
        check_positive("contrast.result.standardised.se", self.se)


@dataclass(frozen=True, slots=True)
class RawData:
    """The file behind an estimate: enough to know it again, and nothing that was in its rows.

    `columns` names by role the columns that were used.
    """

    sha256: str
    rows: int
    columns: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        _check_digest("data.sha256", self.sha256)
        check_count("contrast.result.data.rows", self.rows, least=1)
        _check_entries("data.columns", self.columns)
        for names in self.columns.values():
            for name in names:
                check_text("contrast.result.data.columns", name, longest=LONGEST_ENTRY)


@dataclass(frozen=True, slots=True)
class Estimated:
    """What the engine found in raw outcomes that are kept nowhere.

    `estimate` and its interval are on the natural scale (a ratio as itself; an end of None has no
    limit), `se` on the scale of the analysis (for a ratio the natural logarithm), `df` the degrees
    of freedom (None: normal). `design` and `options` are what was asked for, `specification` is
    what was done, `facts` what the data themselves show of the contrast, by dotted path.
    `receipt` is the service's proof that it computed all this for one programme.
    """

    measure: str
    estimate: float
    ci_low: float | None
    ci_high: float | None
    ci_level: float
    se: float
    df: float | None
    p_value: float
    standardiser: float | None
    standardised: StandardisedEffect | None
    not_standardised: str | None
    design: str
    estimator: str
    covariance: str
    claim: str
    options: Mapping[str, Scalar]
    specification: Mapping[str, Scalar]
    facts: Mapping[str, Scalar]
    checks: tuple[EstimationCheck, ...]
    text: str
    data: RawData
    versions: Mapping[str, str]
    receipt: str
    kind: str = "estimated"

    def __post_init__(self) -> None:
        _check_one_of("measure", self.measure, ESTIMATED_MEASURES)
        self._check_figures()
        for name in ("design", "estimator", "covariance", "claim"):
            check_text(f"contrast.result.{name}", getattr(self, name), longest=200)
        check_text("contrast.result.text", self.text, longest=LONGEST_TEXT)
        for name in ("options", "specification", "facts", "versions"):
            _check_entries(name, getattr(self, name))
        if len(self.checks) > MOST_CHECKS:
            raise InvalidValue(
                "contrast.result.checks", "are too many", accepted=f"{MOST_CHECKS} or fewer"
            )
        _check_digest("receipt", self.receipt)

    def is_of_the_same_data(self, other: "Estimated") -> bool:
        """Whether both were estimated from the same columns of the same file.

        Other options, another design and other covariates are other analyses of one measurement,
        and no second measurement.
        """
        return self._measured == other._measured

    @property
    def _measured(self) -> tuple[str, dict[str, tuple[str, ...]]]:
        columns = self.data.columns.items()
        return self.data.sha256, {r: tuple(names) for r, names in columns if r not in ALLOWED_FOR}

    def _check_figures(self) -> None:
        ratio = self.measure in ESTIMATED_RATIOS
        for name in ("estimate", "ci_low", "ci_high"):
            check = check_positive if ratio else check_finite
            check(f"contrast.result.{name}", getattr(self, name))
        low = -math.inf if self.ci_low is None else self.ci_low
        high = math.inf if self.ci_high is None else self.ci_high
        if not low <= self.estimate <= high or low == high:
            raise InvalidValue(
                "contrast.result.ci_low",
                f"({self.ci_low}) and ci_high ({self.ci_high}) do not hold the estimate",
                accepted="ci_low <= estimate <= ci_high, and ci_low < ci_high",
            )
        if not 0.5 <= self.ci_level < 1:
            raise InvalidValue(
                "contrast.result.ci_level", f"is {self.ci_level}", accepted="0.5 up to below 1"
            )
        for name in ("se", "df", "standardiser"):
            check_positive(f"contrast.result.{name}", getattr(self, name))
        check_proportion("contrast.result.p_value", self.p_value)


def _check_one_of(field: str, value: str, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        raise InvalidValue(
            f"contrast.result.{field}", f"is {value}", accepted="one of " + ", ".join(accepted)
        )


def _check_digest(field: str, value: str) -> None:
    if not DIGEST.fullmatch(value):
        raise InvalidValue(
            f"contrast.result.{field}", "is no digest", accepted="64 hexadecimal digits"
        )


def _check_entries(field: str, entries: Mapping[str, object]) -> None:
    """Few, short, finite: a specification, and no place to carry rows in."""
    if len(entries) > MOST_ENTRIES:
        raise InvalidValue(
            f"contrast.result.{field}", "is too long", accepted=f"up to {MOST_ENTRIES} entries"
        )
    for name, value in entries.items():
        check_text(f"contrast.result.{field}", name, longest=LONGEST_ENTRY)
        if isinstance(value, str) and len(value) > LONGEST_ENTRY:
            check_text(f"contrast.result.{field}.{name}", value, longest=LONGEST_ENTRY)
        if isinstance(value, float):
            check_finite(f"contrast.result.{field}.{name}", value)

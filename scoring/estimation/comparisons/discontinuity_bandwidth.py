"""The bandwidth of a regression discontinuity: best for its error, or for its interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from scoring.columns import Column
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.comparisons.local_polynomial import KERNELS, SAME, Side, Smoother

# Fewer rows do not tell a bandwidth (rdrobust's line).
FEWEST_ROWS: Final = 20

# With this share of rows at a value that another has too, distinct values are counted instead of
# rows, and the pilot reaches this many of them (rdrobust, `masspoints = "adjust"`).
MASSED: Final = 0.2
REACHED: Final = 10

# A normal distribution's quartiles are this many standard deviations apart.
QUARTILES: Final = 1.349

# Regularisation: this many variances of the estimated curvature are added to its square.
# Source: Imbens and Kalyanaraman 2012, Rev. Econ. Stud. 79:933, section 4.2.
REGULARISED: Final = 3.0

# What a bandwidth is chosen for: the coverage of the interval, or the error of the jump.
CER, MSE = "cer", "mse"
RULES: Final[Mapping[str, str]] = MappingProxyType(
    {CER: "coverage error (cerrd)", MSE: "mean squared error (mserd)"}
)


@dataclass(frozen=True, slots=True)
class Bandwidths:
    """`h` of the estimate and `b` of its bias, in the units of the running variable."""

    h: float
    b: float


@dataclass(frozen=True, slots=True)
class _Parts:
    """Of one side: variance, bias and its regularisation, as constants of h."""

    variance: float
    bias: float
    penalty: float


@dataclass(frozen=True, slots=True)
class _Case:
    """Both sides in standard deviations, with what every stage needs."""

    sides: tuple[Side, Side]
    kernel: str
    kind: str
    pilot: float
    longest: float
    least: float


def mse_optimal(
    sides: tuple[Side, Side], *, order: int = 1, kernel: str = "triangular", kind: str = "NN"
) -> Bandwidths:
    """The common bandwidths of both sides that are best for the jump (rdrobust's `mserd`).

        h = [(V_1 + V_0) / ((B_1 - B_0)^2 + R)]^(1 / (2 order + 3))
    with variances V and biases B of both limits at the cut-off: those from a polynomial of the next
    order at bandwidth b, which is found in the same way from one more order at a bandwidth d, and
    that from a global polynomial. V is found at a pilot bandwidth c n^(-1/5). R, three variances
    of the bias, keeps h from growing where the curvature is near 0.
    Raises TooLittleData for fewer than 20 rows, or too few different values near the cut-off;
    InvalidInput for an outcome that does not vary.
    Source: Calonico, Cattaneo and Titiunik 2014, Econometrica 82:2295, section 4 and supplement;
    Calonico, Cattaneo, Farrell and Titiunik 2017, Stata J. 17:372; rdrobust 2.1.
    """
    x, y = (np.concatenate([getattr(side, name) for side in sides]) for name in ("x", "y"))
    if len(x) < FEWEST_ROWS:
        raise TooLittleData(
            f"{len(x)} rows, too few to find a bandwidth from",
            field="running",
            accepted=f"at least {FEWEST_ROWS} rows, or a bandwidth of your own",
        )
    if np.ptp(y) == 0:
        raise InvalidInput(
            "is the same in every row", field="outcome", accepted="an outcome that varies"
        )
    sd_x, sd_y = float(x.std(ddof=1)), float(y.std(ddof=1))
    case = _case(x / sd_x, sides, sd_x, sd_y, kernel, kind)
    d = _bandwidth(case, order + 2, order + 2, np.inf)
    b = _bandwidth(case, order + 1, order + 1, max(d, case.least))
    h = _bandwidth(case, order, 0, b)
    return Bandwidths(h * sd_x, b * sd_x)


def coverage_optimal(best: Bandwidths, *, n: int, order: int = 1) -> Bandwidths:
    """The bandwidths whose intervals hold the jump nearest to as often as they say (`cerrd`).

        h n^(-order / ((3 + order) (3 + 2 order))),  n^(-1/20) for a straight line; b as it was
    of `mse_optimal` of n rows: a narrower fit, as bias harms an interval more than its width does.
    Source: Calonico, Cattaneo and Farrell 2020, Econometrics J. 23:192, section 4; rdrobust 2.1.
    """
    return Bandwidths(best.h * n ** (-order / ((3 + order) * (3 + 2 * order))), best.b)


def massed(side: Side) -> float:
    """The share of rows at a value that a row before them has."""
    return 1 - len(np.unique(side.x)) / len(side.x)


def _case(
    x: Column,
    sides: tuple[Side, Side],
    sd_x: float,
    sd_y: float,
    kernel: str,
    kind: str,
) -> _Case:
    scaled = (
        Side(sides[0].x / sd_x, sides[0].y / sd_y),
        Side(sides[1].x / sd_x, sides[1].y / sd_y),
    )
    longest = float(np.abs(x).max())
    least = 0.0
    distinct = [np.unique(np.abs(side.x)) for side in scaled]
    different = sum(len(np.unique(side.x)) for side in scaled)
    if max(massed(side) for side in scaled) >= MASSED:
        least = max(float(far[min(REACHED, len(far)) - 1]) for far in distinct) * (1 + SAME)
    spread = min(1.0, _quartile_range(x) / QUARTILES)
    pilot = min(KERNELS[kernel] * spread * different ** (-1 / 5), longest)
    return _Case(scaled, kernel, kind, max(pilot, least), longest, least)


def _quartile_range(x: Column) -> float:
    low, high = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    return float(high - low)


def _bandwidth(case: _Case, order: int, nu: int, h_bias: float) -> float:
    one, other = (_parts(case, side, order, nu, h_bias) for side in case.sides)
    bias = (one.bias - other.bias) ** 2 + one.penalty + other.penalty
    if not bias > 0:
        return case.longest
    best = ((one.variance + other.variance) / bias) ** (1 / (2 * order + 3))
    return min(float(best), case.longest)


def _parts(case: _Case, side: Side, order: int, nu: int, h_bias: float) -> _Parts:
    """Of the coefficient `nu` of a polynomial of `order`: V at the pilot, B and R at `h_bias`."""
    near = side.within(case.pilot, case.kernel)
    fit = Smoother.of(near.x, case.pilot, order, case.kernel)
    weights, errors = fit.k[nu], fit.errors(near, case.kind)
    variance = (2 * nu + 1) * case.pilot * float(((weights * errors) ** 2).sum())
    shape = float(weights @ fit.u ** (order + 1))
    whole = np.isinf(h_bias)
    reach = float(np.abs(side.x).max()) * (1 + SAME) if whole else h_bias
    far = side.within(reach, case.kernel)
    curve = Smoother.of(far.x, reach, order + 1, case.kernel)
    top = curve.k[-1] / reach ** (order + 1)
    degree = 2 * (order + 1 - nu)
    spread = 0.0 if whole else float(((top * curve.errors(far, case.kind)) ** 2).sum())
    return _Parts(
        variance=variance,
        bias=float(np.sqrt(degree)) * shape * float(top @ far.y),
        penalty=degree * REGULARISED * shape**2 * spread,
    )

"""The versioned constants of the anytime-valid grade, `anytime/1`."""

import math
from dataclasses import dataclass
from typing import Final

from scoring.columns import number
from scoring.effects import LOG_RATIOS, LOGISTIC_SD
from scoring.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class AnytimeConfig:
    """Constants of the e-processes, all in standard deviations but for rates and the stake.

    `design_effects` are the effects the bets are tuned to, averaged with equal weight; `tau0` the
    between-study deviation they allow for; `stake` the share of wealth bet on each study; `alpha`
    the error of each direction over any number of looks; `rho` the deviation of the half-normal
    mixture of the plural process; `fdr` the false-discovery rate of a portfolio list.
    They affect power only: the error holds whatever their values, if they are fixed in advance.
    Two are knobs of policy: `alpha_harm` is the error of *harmful*, which precaution may set above
    `alpha`; `promising_evidence` the E across units without which nothing is called promising.
    """

    id: str
    design_effects: tuple[float, ...]
    tau0: float
    stake: float
    alpha: float
    alpha_harm: float
    promising_evidence: float
    rho: float
    fdr: float

    def __post_init__(self) -> None:
        """Refuse constants under which the guarantee of the processes would not hold."""
        if not self.design_effects:
            raise InvalidInput("is empty", field="design_effects", accepted="at least one effect")
        for effect in self.design_effects:
            number("design_effects", effect, above=0.0)
        for field, value in (("tau0", self.tau0), ("rho", self.rho)):
            number(field, value, above=0.0)
        for field in ("stake", "alpha", "alpha_harm", "fdr"):
            number(field, getattr(self, field), above=0.0, below=1.0)
        if not 1 <= self.promising_evidence < math.inf:
            raise InvalidInput(
                f"is {self.promising_evidence}",
                field="promising_evidence",
                accepted="a finite number of at least 1",
            )

    @property
    def ln_threshold(self) -> float:
        """ln(1/alpha): evidence at which Ville's inequality bounds the error by alpha."""
        return -math.log(self.alpha)

    @property
    def ln_harm_threshold(self) -> float:
        """ln(1/alpha_harm): the same for the finding *harmful*."""
        return -math.log(self.alpha_harm)

    @property
    def ln_promising(self) -> float:
        """ln of the evidence across units that *promising* asks for beside the plural one."""
        return math.log(self.promising_evidence)

    @property
    def ln_cap(self) -> float:
        """ln(1 + stake): the most that one study can add."""
        return math.log1p(self.stake)


# Defaults of the method's section 3.1; the stake of 0.95 in place of 1 lets a stream survive one
# gross outlier (section 2.1), rho and alpha are those of its simulations (2.1 and 2.5), the
# false-discovery rate that of section 3.9; neither knob of policy (section 3.7) is turned.
ANYTIME_1: Final = AnytimeConfig(
    id="anytime/1",
    design_effects=(0.1, 0.2, 0.4),
    tau0=0.1,
    stake=0.95,
    alpha=0.05,
    alpha_harm=0.05,
    promising_evidence=1.0,
    rho=0.3,
    fdr=0.10,
)

# Smallest effect worth having where none was registered, in standard deviations (section 3.7).
DEFAULT_SESOI: Final = 0.2

# The same for ratios: 10 % more or less, brought to standard deviations (section 3.7).
DEFAULT_RATIO_SESOI: Final = math.log(1.10) / LOGISTIC_SD


def default_sesoi(measure: str) -> float:
    """The smallest worthwhile effect, in standard deviations, where a plan registered none."""
    return DEFAULT_RATIO_SESOI if measure in LOG_RATIOS else DEFAULT_SESOI

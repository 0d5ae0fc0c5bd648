"""Whether small studies tell another story than large ones: Egger's regression, the rank test."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from scoring.columns import Column, Numbers, check_known, check_same_length, column
from scoring.errors import InvalidInput, TooLittleData
from scoring.synthesis.bias.inversions import exact_p
from scoring.synthesis.moderated.coefficients import Coefficient
from scoring.synthesis.moderated.regression import regress
from scoring.synthesis.moderated.tau2 import METHODS

# Fewer studies cannot tell chance from asymmetry. Source: Sterne et al. 2011, BMJ 343:d4002.
ENOUGH_STUDIES: Final = 10

# A line through fewer points leaves nothing to judge it by.
FEWEST_STUDIES: Final = 3

# Egger's own model: weighted least squares, whose standard errors carry a dispersion that
# multiplies the variances (Egger et al. 1997, BMJ 315:629).
MULTIPLICATIVE: Final = "lm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Egger:
    """The regression of effects on their standard errors: `slope` is the asymmetry.

    `limit` is the effect to be expected as the standard error goes to 0. `tau2` is what the model
    adds to the variances (0 for `lm` and EE), in squared units of `yi`. `enough_studies` says
    whether there are the 10 that it takes to read the test; below that its figures tell little.
    """

    model: str
    k: int
    level: float
    slope: Coefficient
    limit: Coefficient
    tau2: float
    enough_studies: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RankCorrelation:
    """Kendall's tau between standardised effects and variances; `exact` says how p was found."""

    k: int
    tau: float
    p_value: float
    exact: bool
    enough_studies: bool


def egger(yi: Numbers, vi: Numbers, *, model: str = "lm", level: float = 0.95) -> Egger:
    """Egger's regression test of k >= 3 effects `yi` (k,) with variances `vi` (k,).

        yi = limit + slope sqrt(vi) + error
    `model` says how the errors spread: `lm` in proportion to vi by a factor that the residuals
    give (weights 1/vi, t with k - 2 df); EE by vi alone; REML, and the other estimators of tau2, by
    vi + tau2 (normal). Log odds ratios and standardised differences are tied to their own standard
    errors, so that a slope of theirs may have no other cause. Raises TooLittleData for fewer than 3
    studies; InvalidInput where standard errors do not differ, else as `regress`; UnknownMethod.
    Source: Egger et al. 1997; Sterne and Egger 2005; metafor 3.8 `regtest(predictor="sei")`.
    """
    check_known("model", model, (MULTIPLICATIVE, *METHODS))
    effects, variances = studies(yi, vi)
    multiplicative = model == MULTIPLICATIVE
    fitted = regress(
        effects,
        variances,
        np.column_stack([np.ones_like(variances), np.sqrt(variances)]),
        terms=("limit", "sei"),
        method="EE" if multiplicative else model,
        test="knha" if multiplicative else "z",
        level=level,
    )
    return Egger(
        model=model,
        k=fitted.k,
        level=level,
        slope=fitted.coefficient("sei"),
        limit=fitted.coefficient("limit"),
        tau2=fitted.tau2,
        enough_studies=fitted.k >= ENOUGH_STUDIES,
    )


def rank_test(yi: Numbers, vi: Numbers) -> RankCorrelation:
    """Begg and Mazumdar's rank test of k >= 3 effects `yi` (k,) with variances `vi` (k,).

        tau-b of (yi - mean) / sqrt(vi - 1 / sum(1/vi)) and vi, mean weighted by 1/vi
    p is exact without ties, normal with its variance corrected for them otherwise. Raises
    TooLittleData for fewer than 3 studies; InvalidInput where all effects, or all variances, agree.
    Source: Begg and Mazumdar 1994, Biometrics 50:1088; metafor 3.8 `ranktest`.
    """
    effects, variances = studies(yi, vi)
    for field, values in (("yi", effects), ("vi", variances)):
        if np.all(values == values[0]):
            raise InvalidInput("is the same in every row", field=field, accepted="some that differ")
    standardised = _standardised(effects, variances)
    exact = _all_differ(standardised) and _all_differ(variances)
    found = stats.kendalltau(standardised, variances, method="asymptotic")
    tau = float(found.statistic)
    return RankCorrelation(
        k=len(effects),
        tau=tau,
        p_value=exact_p(tau, len(effects)) if exact else float(found.pvalue),
        exact=exact,
        enough_studies=len(effects) >= ENOUGH_STUDIES,
    )


def studies(yi: Numbers, vi: Numbers) -> tuple[Column, Column]:
    """Effects and variances, checked, of the 3 studies or more that asymmetry can be asked of.

    Raises InvalidInput with field and row, TooLittleData for fewer studies.
    """
    effects, variances = column("yi", yi), column("vi", vi, above=0.0)
    check_same_length(yi=effects, vi=variances)
    if len(effects) < FEWEST_STUDIES:
        have = "there is 1 study" if len(effects) == 1 else f"there are {len(effects)} studies"
        raise TooLittleData(have, field="yi", accepted=f"{FEWEST_STUDIES} or more")
    return effects, variances


def _standardised(effects: Column, variances: Column) -> Column:
    """Effects less their mean, by the standard deviation of that difference (k,).

    Both are summed from the most precise study, whose own share then cancels nowhere.
    """
    lead = int(np.argmin(variances))
    relative = variances / variances[lead]
    w = 1 / relative
    w[lead] = 0.0
    moved = effects - effects[lead]
    others = w.sum()
    total = 1.0 + others
    rest = total - w
    rest[lead] = others
    result: Column = (moved - (w * moved).sum() / total) / np.sqrt(relative * rest / total)
    return result


def _all_differ(values: npt.NDArray[np.float64]) -> bool:
    return len(np.unique(values)) == len(values)

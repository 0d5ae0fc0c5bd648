"""The estimators of a segmented regression by name, each with the covariances that it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from scoring.columns import Column, check_known
from scoring.errors import InvalidInput
from scoring.estimation.linear import COVARIANCES as BY_LEAST_SQUARES
from scoring.estimation.linear import covariance, default_lag, least_squares, newey_west
from scoring.estimation.series.autoregressive import averaged_ar1, gls_ar1
from scoring.estimation.series.autoregressive_profile import Steps
from scoring.estimation.series.series_fit import SeriesFit, refuse_exact
from scoring.estimation.series.two_step import cochrane_orcutt, prais_winsten

# By estimator its covariances, the default first. How often, in per cent, the 95 % interval of the
# average effect held the truth in simulated AR(1) series (autocorrelation 0, 0.3 and 0.6; 8 to 36
# periods a side, with and without seasons; 3000 series of each kind):
#     periods          16        24        36 to 60
#     ar1              92-97     94-97     95-97
#     ar1_reml         84-92     88-94     90-95
#     ar1_ml           73-87     78-91     83-93     (the two-step fits within 1 of it)
#     ols with NW      61-80     66-88     69-90
# so ar1 is the default. Turner et al. 2021 (BMC Med. Res. Methodol. 21:181) find the same order.
ESTIMATORS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ar1": ("averaged",),
        "ar1_reml": ("model",),
        "ar1_ml": ("model",),
        "prais_winsten": ("model",),
        "cochrane_orcutt": ("model",),
        "ols": ("NW", *(kind for kind in BY_LEAST_SQUARES if kind != "NW")),
    }
)

# Periods from which the interval of an estimator held the truth at least 93 times in 100 in such
# series of up to 1000 periods, at every autocorrelation to 0.6 (None: at no length).
ENOUGH: Final[Mapping[str, int | None]] = MappingProxyType(
    {
        "ar1": 24,
        "ar1_reml": 100,
        "ar1_ml": 600,
        "prais_winsten": 600,
        "cochrane_orcutt": 600,
        "ols": None,
    }
)

# In words, for text.
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ar1": "generalised least squares with AR(1) errors, averaged over the autocorrelation",
        "ar1_reml": "generalised least squares with AR(1) errors by REML",
        "ar1_ml": "generalised least squares with AR(1) errors by ML",
        "prais_winsten": "Prais-Winsten regression",
        "cochrane_orcutt": "Cochrane-Orcutt regression",
        "ols": "ordinary least squares",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """An estimator, its covariance, and for Newey-West the lag and whether n/(n-p) is applied."""

    estimator: str
    covariance: str
    lag: int | None
    adjusted: bool | None

    @property
    def enough(self) -> int | None:
        """Periods from which its intervals can be believed; None: none of those tried."""
        return ENOUGH[self.estimator]


def method(
    estimator: str,
    *,
    n: int,
    covariance: str | None,
    lag: int | None,
    adjusted: bool,
    single: bool = True,
) -> Method:
    """The method for n periods; unless given, the first covariance and Newey and West's lag.

    Newey-West is for a `single` series. Raises UnknownMethod for a name or pair that does not
    exist, InvalidInput for a lag that the method does not have.
    """
    check_known("estimator", estimator, ESTIMATORS)
    kinds = tuple(kind for kind in ESTIMATORS[estimator] if single or kind != "NW")
    kind = kinds[0] if covariance is None else covariance
    check_known(f"covariance of {estimator}", kind, kinds)
    if kind == "NW":
        chosen = default_lag(n) if lag is None else lag
        return Method(estimator=estimator, covariance=kind, lag=chosen, adjusted=adjusted)
    if lag is not None:
        raise InvalidInput(
            f"is {lag}", field="lag", accepted="a lag with estimator='ols' and covariance='NW'"
        )
    return Method(estimator=estimator, covariance=kind, lag=None, adjusted=None)


def fitted(y: Column, columns: Mapping[str, Column], *, steps: Steps, by: Method) -> SeriesFit:
    """The regression of y (n,) on named columns (n,) in order of time, `by` a method.

    `steps` (n,) are the periods since the row before. Raises what the estimators do.
    """
    match by.estimator:
        case "ar1":
            return averaged_ar1(y, columns, steps=steps)
        case "ar1_reml" | "ar1_ml":
            return gls_ar1(
                y, columns, steps=steps, method=by.estimator.removeprefix("ar1_").upper()
            )
        case "prais_winsten":
            return prais_winsten(y, columns, steps=steps)
        case "cochrane_orcutt":
            return cochrane_orcutt(y, columns, steps=steps)
        case _:
            return _least_squares(y, columns, steps=steps, by=by)


def _least_squares(
    y: Column, columns: Mapping[str, Column], *, steps: Steps, by: Method
) -> SeriesFit:
    fit = least_squares(y, columns)
    refuse_exact(fit.residuals, y)
    cov = (
        newey_west(fit, lag=by.lag or 0, steps=steps, adjusted=by.adjusted is not False)
        if by.covariance == "NW"
        else covariance(fit, by.covariance)
    )
    return SeriesFit(
        terms=fit.terms, x=fit.x, y=y, steps=steps, b=fit.b, cov=cov, df=fit.df, sigma=fit.sigma
    )

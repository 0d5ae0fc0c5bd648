"""The designs that follow places over time, as the catalogue lists them."""

from typing import Final

from scoring.estimation.design import (
    BINARY,
    LABEL,
    LEVEL,
    NUMBER,
    PEOPLE,
    PERIOD,
    SD,
    Design,
    Option,
    Role,
    covariance,
)
from scoring.estimation.panels.did import GROUP_BY_PERIOD, TWO_WAY, difference_in_differences
from scoring.estimation.panels.group_time import COMPARISONS
from scoring.estimation.panels.panel_regression import COVARIANCES
from scoring.estimation.panels.staggered import staggered_adoption
from scoring.estimation.panels.synthetic_control import synthetic_control
from scoring.estimation.series.controlled_its import MODELS, controlled_interrupted_time_series
from scoring.estimation.series.its import interrupted_time_series
from scoring.estimation.series.seasons import SEASONS
from scoring.estimation.series.series_effects import HEADLINES, RATIOS
from scoring.estimation.series.series_estimators import ESTIMATORS

UNIT = Role(name="units", kind=LABEL, text="the place, practice or person each row is about")
PERIODS = Role(name="periods", kind=PERIOD, text="the month, quarter, year or other period")
OUTCOME = Role(name="outcome", kind=NUMBER, text="what was measured")
TREATED = Role(
    name="treated", kind=NUMBER, text="1 where the programme ran in that period, 0 where it did not"
)

LOG = Option(name="log", kind=BINARY, text="analyse the logarithm, so that effects are ratios")
START = Option(name="start", kind=PERIOD, text="the first period with the programme", required=True)
# More periods than any series has.
MANY: Final = 1_000_000
ANTICIPATION = Option(
    name="anticipation",
    kind=NUMBER,
    text="periods before the start in which it could already act",
    whole=True,
    at_least=0,
    below=MANY,
)
SEED = Option(
    name="seed",
    kind=NUMBER,
    text="seed of the random draws",
    whole=True,
    at_least=0,
    below=2**32,
)
SERIES = (
    Option(name="estimator", kind=LABEL, choices=tuple(ESTIMATORS), text="how errors are modelled"),
    covariance(*ESTIMATORS.values()),
    Option(
        name="lag",
        kind=NUMBER,
        text="lag of the Newey-West errors",
        whole=True,
        at_least=0,
        below=MANY,
    ),
    Option(name="seasons", kind=LABEL, choices=SEASONS, text="how seasons are allowed for"),
    Option(
        name="cycle",
        kind=NUMBER,
        text="periods in a year",
        whole=True,
        at_least=1,
        below=MANY,
    ),
    Option(
        name="pairs",
        kind=NUMBER,
        text="pairs of waves for seasons as harmonics",
        whole=True,
        at_least=1,
        below=MANY,
    ),
    Option(name="headline", kind=LABEL, choices=HEADLINES, text="which change is the effect"),
    Option(
        name="horizon",
        kind=NUMBER,
        text="periods after the start at which it is read",
        whole=True,
        at_least=1,
        below=MANY,
    ),
    Option(
        name="ratio",
        kind=LABEL,
        choices=RATIOS,
        text="what a ratio to the expected course is: of means (ROM), of rates of events (IRR), or "
        "of rates where every figure is a whole number (auto)",
    ),
    LOG,
    SD,
    LEVEL,
)
COVARIATES = Role(
    name="covariates",
    kind=NUMBER,
    text="what else is known of each row and should be allowed for",
    required=False,
    many=True,
)

OVER_TIME: Final = (
    Design(
        id="its",
        title="Interrupted time series",
        design="interrupted_time_series",
        asks="Did the series leave the course it was on when the programme started?",
        needs="one series, at least eight periods before the start and eight after",
        run=interrupted_time_series,
        roles=(PERIODS, OUTCOME),
        options=(START, *SERIES),
    ),
    Design(
        id="controlled_its",
        title="Controlled interrupted time series",
        design="controlled_its",
        asks="Did the series leave its course more than that of a comparison place?",
        needs="two series over the same periods, one with the programme",
        run=controlled_interrupted_time_series,
        roles=(
            PERIODS,
            OUTCOME,
            Role(name="group", kind=BINARY, text="1 for the programme's series, else 0"),
        ),
        options=(
            START,
            Option(name="model", kind=LABEL, choices=MODELS, text="which model"),
            *SERIES,
        ),
    ),
    Design(
        id="did",
        title="Difference in differences",
        design="difference_in_differences",
        asks="Did places with the programme change more than places without?",
        needs="several places with and without it, before and after",
        run=difference_in_differences,
        roles=(
            UNIT,
            PERIODS,
            OUTCOME,
            TREATED,
            COVARIATES,
            Role(name="clusters", kind=LABEL, required=False, text="what units belong to"),
        ),
        options=(
            Option(
                name="estimator",
                kind=LABEL,
                choices=(TWO_WAY, GROUP_BY_PERIOD),
                text="unit and period effects, or two groups and two periods",
            ),
            covariance(COVARIANCES),
            ANTICIPATION,
            LOG,
            SD,
            PEOPLE,
            SEED,
            LEVEL,
        ),
    ),
    Design(
        id="staggered",
        title="Staggered adoption",
        design="difference_in_differences",
        asks="What did the programme do in places that took it up at different times?",
        needs="places that start at different times, with periods before each start",
        run=staggered_adoption,
        roles=(UNIT, PERIODS, OUTCOME, TREATED),
        options=(
            Option(
                name="comparison",
                kind=LABEL,
                choices=COMPARISONS,
                text="with whom places are compared",
            ),
            ANTICIPATION,
            LOG,
            SD,
            PEOPLE,
            SEED,
            LEVEL,
        ),
    ),
    Design(
        id="synthetic_control",
        title="Synthetic control",
        design="synthetic_control",
        asks="Did one place leave the course of a mix of others that had matched it?",
        needs="one place with the programme, several without, a long time before",
        run=synthetic_control,
        roles=(UNIT, PERIODS, OUTCOME, TREATED, COVARIATES),
        options=(LOG, SD, LEVEL),
    ),
)

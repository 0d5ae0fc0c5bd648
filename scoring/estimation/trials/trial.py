"""Trial of people assigned one by one: means of both arms, adjusted for what was known before."""

from collections.abc import Mapping

from scoring.estimation.results import Estimate
from scoring.estimation.shapes import Label, Labels
from scoring.estimation.trials.trial_data import (
    COMPLETE_CASES,
    NO_CHARACTERISTICS,
    Characteristic,
    Measured,
    read_trial,
)
from scoring.estimation.trials.trial_effects import Spread
from scoring.estimation.trials.trial_estimate import Case, report
from scoring.estimation.trials.trial_fit import ANCOVA, Model, fitted
from scoring.estimation.trials.trial_report import given_spread
from scoring.estimation.trials.two_groups import two_groups


def randomised_trial(
    *,
    outcome: Measured,
    arm: Labels,
    intervention: Label = 1,
    covariates: Mapping[str, Characteristic] = NO_CHARACTERISTICS,
    blocks: Labels | None = None,
    clusters: Labels | None = None,
    adjustment: str = ANCOVA,
    centred: bool = True,
    covariance: str | None = None,
    df: str | None = None,
    missing_baseline: str = COMPLETE_CASES,
    allocation: float | None = None,
    sd: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """The effect of a programme to which people were assigned by chance, one by one.

        y = a + b treated + c'(x - mean x) + e,   b the effect
    Columns (m,) have one row a person assigned; `outcome` is None where it is not known, and that
    person is assigned and not analysed. `arm` has two values, one of them `intervention`.
    `covariates` were measured before assignment, `blocks` are what it was made within.
    `adjustment` is ancova, interacted (a slope for each arm) or none. `covariance` is one of
    const, HC0 to HC3 (HC2 unless told), with `clusters` (sites in which people were treated
    together) CR0 to CR3 or CR1S (CR2 unless told); `df` as `degrees` has it, Satterthwaite's for
    HC and CR. Outcomes of 0 and 1 alone give a difference of proportions, with the risk and odds
    ratios beside. The plain difference by Welch's test stands beside in any case. `allocation` is
    the share meant for the programme, to be checked; `sd` standardises in place of the deviation
    of those analysed.
    Raises what `read_trial` and `least_squares` do; TooLittleData where HC2 or HC3 meet somebody
    whom the model fits exactly; InvalidInput for a model without any error.
    Source: Lin 2013, Ann. Appl. Stat. 7:295; MacKinnon and White 1985; Imbens and Kolesar 2016,
    Rev. Econ. Stat. 98:701, for the degrees of freedom.
    """
    data = read_trial(
        outcome=outcome,
        arm=arm,
        intervention=intervention,
        covariates=covariates,
        blocks=blocks,
        clusters=clusters,
        missing_baseline=missing_baseline,
    )
    kind = covariance or ("HC2" if clusters is None else "CR2")
    model = Model(adjustment=adjustment, centred=centred, covariance=kind, df=df, level=level)
    groups = two_groups(data.y[data.treated], data.y[~data.treated])
    whose = "pooled within the arms, of those analysed"
    own = Spread(sd=groups.pooled_sd, source=whose, df=float(len(data.y) - 2))
    spread = given_spread(sd, binary=data.binary) or own
    found = fitted(data, model)
    return report(
        Case(data=data, model=model, found=found, groups=groups, spread=spread), allocation
    )

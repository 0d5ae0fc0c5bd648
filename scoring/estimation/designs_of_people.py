"""The designs that compare people or groups of them, as the catalogue lists them."""

from functools import wraps
from typing import Final

from scoring.errors import InvalidInput
from scoring.estimation.comparisons.arms import CLAIMS
from scoring.estimation.comparisons.discontinuity import INFERENCES, SIDES, regression_discontinuity
from scoring.estimation.comparisons.discontinuity_bandwidth import RULES
from scoring.estimation.comparisons.hazard_routes import DIRECTIONS, ROUTES
from scoring.estimation.comparisons.local_polynomial import KERNELS
from scoring.estimation.comparisons.matching import METHODS, matched_comparison
from scoring.estimation.comparisons.propensity import ATE, ATT, TRIMS
from scoring.estimation.comparisons.rates import MODELS, rate_comparison
from scoring.estimation.comparisons.rates_covariance import COVARIANCES as RATE_COVARIANCES
from scoring.estimation.comparisons.time_to_event import AUTO, time_to_event
from scoring.estimation.design import (
    BINARY,
    COUNT,
    COVARIATES,
    LABEL,
    LEVEL,
    NUMBER,
    PEOPLE,
    SD,
    Design,
    Option,
    Role,
    Run,
    covariance,
)
from scoring.estimation.results import Estimate
from scoring.estimation.trials.adjusted_proportions import adjusted_proportions
from scoring.estimation.trials.cluster_answers import COVARIANCES
from scoring.estimation.trials.cluster_trial import cluster_randomised_trial
from scoring.estimation.trials.prepost import pre_post
from scoring.estimation.trials.proportions import CLAIMS as GROUPS
from scoring.estimation.trials.proportions import two_proportions
from scoring.estimation.trials.trial import randomised_trial
from scoring.estimation.trials.trial_covariance import BY_CLUSTERS, BY_ROWS
from scoring.estimation.trials.trial_data import MISSING_BASELINE
from scoring.estimation.trials.trial_fit import ADJUSTMENTS


def _of_one_row(run: Run) -> Run:
    """A design of summaries as one of columns: the one row of its file holds its figures."""

    @wraps(run)
    def of_one_row(**asked: object) -> Estimate:
        figures = {}
        for name, value in asked.items():
            if isinstance(value, list):
                if len(value) != 1:
                    raise InvalidInput(
                        f"has {len(value)} rows", field=name, accepted="one row of figures"
                    )
                value = value[0]
            figures[name] = value
        return run(**{name: value for name, value in figures.items() if value is not None})

    return of_one_row


def _figures(kind: str, /, **texts: str) -> tuple[Role, ...]:
    return tuple(
        Role(name=name, kind=kind, text=text, required=False) for name, text in texts.items()
    )


OUTCOME = Role(name="outcome", kind=NUMBER, text="what was measured, blank for people lost")
ARM = Role(name="arm", kind=LABEL, text="which of the two groups each row was assigned to")
TREATED = Role(
    name="treated", kind=BINARY, text="1 for rows with the programme, 0 for those without"
)
CLUSTERS = Role(
    name="clusters", kind=LABEL, required=False, text="the practice, school or place of each row"
)
BLOCKS = Role(name="blocks", kind=LABEL, required=False, text="the stratum of the assignment")
INTERVENTION = Option(
    name="intervention", kind=LABEL, text="what the group with the programme is called (default 1)"
)
ADJUSTMENT = Option(
    name="adjustment", kind=LABEL, choices=ADJUSTMENTS, text="how covariates are allowed for"
)
MISSING = Option(
    name="missing_baseline",
    kind=LABEL,
    choices=MISSING_BASELINE,
    text="what is done where a covariate is blank",
)

OF_PEOPLE: Final = (
    Design(
        id="rct",
        title="Randomised trial",
        design="rct",
        asks="Did people who were assigned to the programme by chance fare otherwise?",
        needs="one row a person: the group assigned, the outcome, and what was known before",
        run=randomised_trial,
        roles=(OUTCOME, ARM, COVARIATES, BLOCKS, CLUSTERS),
        options=(INTERVENTION, ADJUSTMENT, covariance(BY_ROWS, BY_CLUSTERS), MISSING, SD, LEVEL),
    ),
    Design(
        id="cluster_rct",
        title="Cluster-randomised trial",
        design="cluster_rct",
        asks="Did people in places that were assigned to the programme by chance fare otherwise?",
        needs="one row a person, with the place; four places a group at the very least",
        run=cluster_randomised_trial,
        roles=(
            OUTCOME,
            ARM,
            Role(name="clusters", kind=LABEL, text="the place that was assigned"),
            COVARIATES,
            BLOCKS,
        ),
        options=(
            INTERVENTION,
            Option(
                name="estimator",
                kind=LABEL,
                choices=tuple(COVARIANCES),
                text="rows with robust errors, a mixed model, or the means of places",
            ),
            ADJUSTMENT,
            covariance(*COVARIANCES.values()),
            MISSING,
            SD,
            LEVEL,
        ),
    ),
    Design(
        id="proportions",
        title="Two proportions, person by person",
        design="cohort",
        asks="Did the share of people with an event differ between two groups?",
        needs="one row a person: the group, the event (1 or 0), and what else is known",
        run=adjusted_proportions,
        roles=(
            Role(name="outcome", kind=BINARY, text="1 for the event, 0 for none, blank if lost"),
            ARM,
            COVARIATES,
            BLOCKS,
        ),
        options=(
            INTERVENTION,
            Option(name="design", kind=LABEL, choices=tuple(GROUPS), text="how groups came about"),
            MISSING,
            LEVEL,
        ),
    ),
    Design(
        id="two_proportions",
        title="Two proportions, from counts",
        design="cohort",
        asks="Did the share of people with an event differ between two groups?",
        needs="one row: how many people in each group, and how many of them had the event",
        run=_of_one_row(two_proportions),
        roles=tuple(
            Role(name=name, kind=COUNT, text=text)
            for name, text in (
                ("x1", "people with the event, with the programme"),
                ("n1", "people with the programme"),
                ("x2", "people with the event, without the programme"),
                ("n2", "people without the programme"),
            )
        ),
        options=(
            Option(name="design", kind=LABEL, choices=tuple(GROUPS), text="how groups came about"),
            LEVEL,
        ),
    ),
    Design(
        id="rates",
        title="Rates of events",
        design="cohort",
        asks="Did events come more or less often, for the people or time at risk?",
        needs="one row a place or person: events, exposure, with the programme or without",
        run=rate_comparison,
        roles=(
            Role(name="events", kind=COUNT, text="how many events"),
            Role(name="exposure", kind=COUNT, text="people, person-years or bed-days at risk"),
            TREATED,
            COVARIATES,
            CLUSTERS,
        ),
        options=(
            Option(name="model", kind=LABEL, choices=MODELS, text="how events spread"),
            Option(
                name="assignment", kind=LABEL, choices=tuple(CLAIMS), text="how rows were assigned"
            ),
            covariance(RATE_COVARIANCES),
            PEOPLE,
            LEVEL,
        ),
    ),
    Design(
        id="discontinuity",
        title="Regression discontinuity",
        design="regression_discontinuity",
        asks="Does the outcome jump at the score that decides who gets the programme?",
        needs="one row a person: the score, the outcome; many people on both sides of the cut-off",
        run=regression_discontinuity,
        roles=(
            Role(name="running", kind=NUMBER, text="the score that decides"),
            Role(name="outcome", kind=NUMBER, text="what was measured"),
            Role(
                name="treated",
                kind=BINARY,
                required=False,
                text="1 for rows with the programme, to check that the score decided",
            ),
            COVARIATES,
        ),
        options=(
            Option(name="cutoff", kind=NUMBER, required=True, text="the score that decides"),
            Option(name="side", kind=LABEL, choices=SIDES, text="which side gets the programme"),
            Option(
                name="bandwidth",
                kind=NUMBER,
                text="how far from the cut-off rows count",
                above=0.0,
            ),
            Option(
                name="bandwidth_rule",
                kind=LABEL,
                choices=tuple(RULES),
                text="what a bandwidth that is not told is best for: the interval, or the jump",
            ),
            Option(name="kernel", kind=LABEL, choices=tuple(KERNELS), text="how they are weighted"),
            Option(name="inference", kind=LABEL, choices=tuple(INFERENCES), text="which interval"),
            covariance(*INFERENCES.values()),
            SD,
            PEOPLE,
            LEVEL,
        ),
    ),
    Design(
        id="matching",
        title="Matched or weighted comparison",
        design="matched_comparison",
        asks="Did people with the programme fare otherwise than people like them without it?",
        needs="one row a person: with the programme or without, the outcome, all that led there",
        run=matched_comparison,
        roles=(
            TREATED,
            Role(name="outcome", kind=NUMBER, text="what was measured"),
            Role(
                name="covariates",
                kind=COVARIATES.kind,
                many=True,
                text="what led people into the programme and bears on the outcome",
            ),
            CLUSTERS,
        ),
        options=(
            Option(
                name="method", kind=LABEL, choices=tuple(METHODS), text="how groups are made alike"
            ),
            Option(name="estimand", kind=LABEL, choices=(ATT, ATE), text="for whom"),
            Option(
                name="trim", kind=LABEL, choices=TRIMS, text="who is left out for want of others"
            ),
            Option(
                name="caliper",
                kind=NUMBER,
                text="how near pairs have to be, in SD of the logit",
                above=0.0,
            ),
            SD,
            PEOPLE,
            LEVEL,
        ),
    ),
    Design(
        id="time_to_event",
        title="Time to an event, from summaries",
        design="cohort",
        asks="Did the event come sooner or later, from what a report prints?",
        needs="one row: a hazard ratio with its interval, or any of the figures listed",
        run=_of_one_row(time_to_event),
        roles=(
            *_figures(
                NUMBER,
                hr="hazard ratio",
                ci_low="lower end of its interval",
                ci_high="upper end of its interval",
                sei="standard error of its logarithm",
                o_minus_e="observed less expected events, with the programme",
                v="variance of the log-rank statistic",
                p_value="two-sided p-value",
            ),
            *_figures(
                COUNT,
                x1i="events with the programme",
                x2i="events without it",
                events="events in both groups",
                n1i="people with the programme",
                n2i="people without it",
                median1i="median time with the programme",
                median2i="median time without it",
                survival1i="share without the event at one time, with the programme",
                survival2i="share without the event at that time, without it",
            ),
        ),
        options=(
            Option(
                name="direction", kind=LABEL, choices=tuple(DIRECTIONS), text="fewer or more events"
            ),
            Option(name="route", kind=LABEL, choices=(AUTO, *ROUTES), text="from which figures"),
            Option(
                name="assignment",
                kind=LABEL,
                choices=tuple(CLAIMS),
                text="how people were assigned",
            ),
            LEVEL,
        ),
    ),
    Design(
        id="prepost",
        title="Before and after, nobody else",
        design="pre_post",
        asks="How much did people change? (It cannot say why.)",
        needs="one row a person: the outcome before and after",
        run=pre_post,
        roles=(
            Role(name="before", kind=NUMBER, text="the outcome before"),
            Role(name="after", kind=NUMBER, text="the outcome after"),
        ),
        options=(
            Option(
                name="standardiser",
                kind=LABEL,
                choices=("before", "after", "change"),
                text="whose spread",
            ),
            SD,
            LEVEL,
        ),
    ),
)

"""Every design by its name: what columns it needs, what can be chosen, and who estimates it.

A form, a command line and a reader of files are all made from this list, so that a design is
described once.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from scoring.columns import check_known
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.controlled_its import MODELS, controlled_interrupted_time_series
from scoring.estimation.did import GROUP_BY_PERIOD, TWO_WAY, difference_in_differences
from scoring.estimation.group_time import COMPARISONS
from scoring.estimation.its import interrupted_time_series
from scoring.estimation.results import Estimate, Value
from scoring.estimation.seasons import SEASONS
from scoring.estimation.series_effects import HEADLINES, RATIOS
from scoring.estimation.series_estimators import ESTIMATORS
from scoring.estimation.staggered import staggered_adoption
from scoring.estimation.synthetic_control import synthetic_control

# What a column holds, and how a reader checks it: a name, a day or number in order, a number, a
# count of 0 or more, yes or no (1 or 0).
LABEL, PERIOD, NUMBER, COUNT, BINARY = "label", "period", "number", "count", "binary"

Columns: TypeAlias = Mapping[str, Sequence[object]]
Run: TypeAlias = Callable[..., Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A column that a design takes: the parameter it becomes, what it holds, whether it must be.

    A role of `many` takes any number of columns, by name.
    """

    name: str
    kind: str
    text: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice that a design leaves open: a number, a truth, a word of `choices`, or a period."""

    name: str
    kind: str
    text: str
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """One way to estimate an effect from raw outcomes.

    `design` is the code by which a contrast names the design, `asks` what it answers in one line,
    `needs` what data it takes.
    """

    id: str
    title: str
    design: str
    asks: str
    needs: str
    run: Run
    roles: tuple[Role, ...]
    options: tuple[Option, ...]

    def role(self, name: str) -> Role:
        """The role of that name; raises UnknownMethod."""
        check_known("role", name, [role.name for role in self.roles])
        return next(role for role in self.roles if role.name == name)

    def default(self, option: str) -> Value | None:
        """What is taken where the option is not given."""
        found = inspect.signature(self.run).parameters[option].default
        return None if found is inspect.Parameter.empty else found


def estimate(design: str, columns: Columns, options: Mapping[str, object]) -> Estimate:
    """Estimate an effect by the design of that name from columns by role and the options chosen.

    Roles of many columns hold a mapping of names to columns. Raises UnknownMethod for names that
    are not there, TooLittleData for a column or option that must be there, and what the design
    raises.
    """
    check_known("design", design, DESIGNS)
    asked = DESIGNS[design]
    for name in columns:
        asked.role(name)
    for name in options:
        check_known("option", name, [option.name for option in asked.options])
    parts: tuple[Role | Option, ...] = (*asked.roles, *asked.options)
    for needed in parts:
        if needed.required and needed.name not in {*columns, *options}:
            raise TooLittleData("is missing", field=needed.name, accepted=needed.text)
    lengths = {
        name: len(values) for name, values in columns.items() if not isinstance(values, Mapping)
    }
    if len(set(lengths.values())) > 1:
        raise InvalidInput(f"have lengths {lengths}", field="columns", accepted="one length")
    return asked.run(**columns, **options)


UNIT = Role(name="units", kind=LABEL, text="the place, practice or person each row is about")
PERIODS = Role(name="periods", kind=PERIOD, text="the month, quarter, year or other period")
OUTCOME = Role(name="outcome", kind=NUMBER, text="what was measured")
TREATED = Role(
    name="treated", kind=NUMBER, text="1 where the programme ran in that period, 0 where it did not"
)
COVARIATES = Role(
    name="covariates",
    kind=NUMBER,
    text="what else is known of each row and should be allowed for",
    required=False,
    many=True,
)

LEVEL = Option(name="level", kind=NUMBER, text="level of confidence, between 0 and 1")
LOG = Option(name="log", kind=BINARY, text="analyse the logarithm, so that effects are ratios")
SD = Option(
    name="sd", kind=NUMBER, text="standard deviation among people, to express the effect in it"
)
START = Option(name="start", kind=PERIOD, text="the first period with the programme", required=True)
PEOPLE = Option(
    name="people", kind=BINARY, text="rows are people, so that their spread can standardise"
)
ANTICIPATION = Option(
    name="anticipation", kind=NUMBER, text="periods before the start in which it could already act"
)
SEED = Option(name="seed", kind=NUMBER, text="seed of the random draws")
SERIES = (
    Option(name="estimator", kind=LABEL, choices=tuple(ESTIMATORS), text="how errors are modelled"),
    Option(name="covariance", kind=LABEL, text="which standard errors"),
    Option(name="lag", kind=NUMBER, text="lag of the Newey-West errors"),
    Option(name="seasons", kind=LABEL, choices=SEASONS, text="how seasons are allowed for"),
    Option(name="cycle", kind=NUMBER, text="periods in a year"),
    Option(name="pairs", kind=NUMBER, text="pairs of waves for seasons as harmonics"),
    Option(name="headline", kind=LABEL, choices=HEADLINES, text="which change is the effect"),
    Option(name="horizon", kind=NUMBER, text="periods after the start at which it is read"),
    Option(
        name="ratio",
        kind=LABEL,
        choices=RATIOS,
        text="what a ratio to the expected course is: of means, or of rates (counts of events)",
    ),
    LOG,
    SD,
    LEVEL,
)

DESIGNS: Final[Mapping[str, Design]] = MappingProxyType(
    {
        design.id: design
        for design in (
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
                    Option(name="covariance", kind=LABEL, text="which standard errors"),
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
    }
)

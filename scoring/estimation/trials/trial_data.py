"""Rows of a trial, one a person: who was assigned to what, and who can be analysed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from scoring.columns import Column, check_known, check_same_length, refuse_rows
from scoring.errors import InvalidInput, TooLittleData
from scoring.estimation.linear import indicators
from scoring.estimation.results import Value
from scoring.estimation.shapes import Flags, Indices, Label, Labels

# A column in which None or nan stands for what was not measured; of words, None alone.
Measured: TypeAlias = Sequence[float | None] | Column
Characteristic: TypeAlias = Measured | Sequence[str | None]

NO_CHARACTERISTICS: Final[Mapping[str, Characteristic]] = MappingProxyType({})

# What is done about a baseline that is not known: the person is left out, or takes the mean of
# everybody assigned and, for words, a word of their own. Baselines are as they were before anybody
# was assigned, so that either way compares like with like.
# Source: White and Thompson 2005, Stat. Med. 24:993.
COMPLETE_CASES: Final = "complete_cases"
FILLED: Final = "filled"
MISSING_BASELINE: Final = (COMPLETE_CASES, FILLED)
NOT_KNOWN: Final = "not known"

# One person in an arm does not tell how people differ.
FEWEST_PEOPLE: Final = 2

# What an outcome varies by in its last digits is rounding, not variation.
ROUNDING: Final = 1e-12

# Terms of the model beside the characteristics.
TREATED: Final = "treated"
INTERCEPT: Final = "(Intercept)"
BLOCK: Final = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialData:
    """Everybody assigned (m,), and the figures of those analysed (n,).

    `assigned` (m,) says who was assigned to the programme, `rows` (n,) which places are analysed;
    `y`, `treated`, `baseline` and `blocks` (dummies) are of these. `cluster_of` (m,) numbers the
    cluster of everybody, in the order of `names`; without clusters everybody is one, and they have
    no names. `filled` of the people analysed have a baseline that was not known.
    """

    assigned: Flags
    rows: Indices
    y: Column
    treated: Flags
    baseline: Mapping[str, Column]
    blocks: Mapping[str, Column]
    cluster_of: Indices
    names: tuple[Label, ...]
    filled: int
    told: Mapping[str, Value | None]

    @property
    def clustered(self) -> bool:
        """Whether clusters were given."""
        return bool(self.names)

    @property
    def binary(self) -> bool:
        """Whether the outcome is 0 or 1 for everybody."""
        return bool(np.isin(self.y, (0.0, 1.0)).all())

    @property
    def clusters(self) -> Indices:
        """The clusters of those analysed (n,), numbered from 0 without gaps."""
        return np.unique(self.cluster_of[self.rows], return_inverse=True)[1]

    @property
    def cluster_names(self) -> tuple[Label, ...]:
        """What the numbers of `clusters` stand for."""
        return tuple(self.names[place] for place in np.unique(self.cluster_of[self.rows]))


def read_trial(
    *,
    outcome: Measured,
    arm: Labels,
    intervention: Label,
    covariates: Mapping[str, Characteristic],
    blocks: Labels | None = None,
    clusters: Labels | None = None,
    missing_baseline: str = COMPLETE_CASES,
) -> TrialData:
    """Columns (m,), one row a person assigned, as the figures of a trial.

    `outcome` is None where it is not known: that person was assigned and is not analysed. `arm`
    has two values, `intervention` being that of the programme. `covariates` were measured before;
    words among them become a column for each word but the first. Assignment was made within
    `blocks`; `clusters` say who goes together. `missing_baseline` is one of `MISSING_BASELINE`.
    Raises InvalidInput, with field and row, for arms that are not two, infinite figures, rows
    without arm, block or cluster, a characteristic named as a term of the model, an outcome that
    does not vary; TooLittleData for one arm alone or fewer than two people with an outcome in one.
    """
    check_known("missing_baseline", missing_baseline, MISSING_BASELINE)
    _refuse_names(covariates)
    y, assigned = measured("outcome", outcome), arms(arm, intervention)
    before = {name: _characteristic(name, values) for name, values in covariates.items()}
    within = None if blocks is None else labelled("blocks", blocks)
    together = None if clusters is None else labelled("clusters", clusters)
    _check_lengths(y, {"arm": assigned, **before, "blocks": within, "clusters": together})
    known = np.isfinite(y)
    gaps = _gaps(before, len(y))
    if missing_baseline == FILLED:
        before = {name: _filled(values) for name, values in before.items()}
    else:
        known &= ~gaps
    rows = np.flatnonzero(known)
    _refuse_too_few(y[rows], assigned[rows])
    names, cluster_of = _numbered(together, len(y))
    return TrialData(
        assigned=assigned,
        rows=rows,
        y=y[rows],
        treated=assigned[rows],
        baseline=_columns(before, rows),
        blocks={} if within is None else indicators([within[i] for i in rows], prefix=BLOCK),
        cluster_of=cluster_of,
        names=names,
        filled=int(gaps[rows].sum()),
        told={"intervention": str(intervention), "missing_baseline": missing_baseline},
    )


def measured(field: str, values: Measured) -> Column:
    """A column in which nan stands for what was not measured; refuses infinite figures."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise InvalidInput("is not one column of numbers", field=field, accepted="a flat list")
    refuse_rows(
        np.isinf(numbers),
        field=field,
        values=numbers,
        accepted="a finite number, or nothing where it is not known",
    )
    return numbers


def arms(arm: Labels, intervention: Label) -> Flags:
    """Which rows are of the programme's arm; refuses other than two values, with the row.

    Values are compared as they are written, as files hold 1 where a caller says "1".
    """
    values, wanted = [_written(value) for value in labelled("arm", arm)], _written(intervention)
    found = list(dict.fromkeys(values))
    if len(found) > 2:
        raise InvalidInput(
            f"is {found[2]}, a third value",
            field="arm",
            row=values.index(found[2]) + 1,
            accepted="two values; of several arms, two at a time",
        )
    if wanted not in found:
        raise InvalidInput(
            f"is {wanted}, and nobody's arm is",
            field="intervention",
            accepted=" or ".join(found),
        )
    if len(found) < 2:
        raise TooLittleData(
            f"is {found[0]} for everybody: there is nobody to compare with",
            field="arm",
            accepted="rows of both arms; with figures of the same people from before as well, what "
            "changed can at least be described",
        )
    return np.array([value == wanted for value in values])


def _written(label: Label) -> str:
    if isinstance(label, int | float) and float(label).is_integer():
        return str(int(label))
    return str(label)


def labelled(field: str, values: Labels) -> list[Label]:
    """Labels row by row; refuses rows without one."""
    listed: list[Label] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    for row, label in enumerate(listed, start=1):
        if not _is_known(label):
            raise InvalidInput("is not known", field=field, row=row, accepted="a word or a number")
    return listed


def _is_known(label: object) -> bool:
    return label is not None and label == label


def _refuse_names(covariates: Mapping[str, Characteristic]) -> None:
    for name in covariates:
        if name == INTERCEPT or name.partition(":")[0] == TREATED or name.startswith(BLOCK):
            raise InvalidInput(
                "is the name of a term of the model", field=name, accepted="another name"
            )


def _characteristic(field: str, values: Characteristic) -> Column | list[str | None]:
    listed: list[object] = values.tolist() if isinstance(values, np.ndarray) else list(values)
    words = [value for value in listed if isinstance(value, str)]
    if not words:
        return measured(field, np.array(listed, dtype=np.float64))
    for row, value in enumerate(listed, start=1):
        if not (value is None or isinstance(value, str)):
            raise InvalidInput(
                f"is {value!r} among words", field=field, row=row, accepted="words, or numbers"
            )
    return [value if isinstance(value, str) else None for value in listed]


def _check_lengths(
    y: Column, given: Mapping[str, Sequence[object] | Column | Flags | None]
) -> None:
    lengths = {name: np.zeros(len(some)) for name, some in given.items() if some is not None}
    check_same_length(outcome=y, **lengths)


def _gaps(before: Mapping[str, Column | list[str | None]], n: int) -> Flags:
    gaps = np.zeros(n, dtype=bool)
    for values in before.values():
        if isinstance(values, list):
            gaps |= np.array([value is None for value in values])
        else:
            gaps |= np.isnan(values)
    return gaps


def _filled(values: Column | list[str | None]) -> Column | list[str | None]:
    if isinstance(values, list):
        return [NOT_KNOWN if value is None else value for value in values]
    known = np.isfinite(values)
    return np.where(known, values, values[known].mean()) if known.any() else values


def _columns(before: Mapping[str, Column | list[str | None]], rows: Indices) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for name, values in before.items():
        if isinstance(values, list):
            columns |= indicators([values[place] for place in rows], prefix=name)
        else:
            columns[name] = values[rows]
    return columns


def _numbered(labels: list[Label] | None, n: int) -> tuple[tuple[Label, ...], Indices]:
    if labels is None:
        return (), np.arange(n)
    at = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return tuple(at), np.array([at[label] for label in labels], np.intp)


def _refuse_too_few(y: Column, treated: Flags) -> None:
    for name, count in (("programme", int(treated.sum())), ("comparison", int((~treated).sum()))):
        if count < FEWEST_PEOPLE:
            raise TooLittleData(
                f"is known, with all characteristics, for {count} of the {name} arm",
                field="outcome",
                accepted=f"at least {FEWEST_PEOPLE} people in each arm",
            )
    if np.ptp(y) <= ROUNDING * np.abs(y).max():
        raise InvalidInput(
            "is the same for everybody analysed",
            field="outcome",
            accepted="an outcome that varies; no design finds an effect in one that does not",
        )

"""Columns of estimates and variances -> effects, or a refusal that names the row."""

import numpy as np
import numpy.typing as npt

from scoring.columns import Column, Numbers, check_known, check_same_length, column, refuse_rows
from scoring.effects.measures import SCALES, Effect
from scoring.errors import InvalidInput, TooLittleData

Rows = npt.NDArray[np.bool_]


def given(
    yi: Numbers,
    *,
    vi: Numbers | None = None,
    sei: Numbers | None = None,
    n1i: Numbers | None = None,
    n2i: Numbers | None = None,
    measure: str = "GEN",
) -> tuple[Effect, ...]:
    """Effects that are computed already: `yi` as they are, with `vi`, or `sei` whose square it is.

    `measure` names their scale (ratios already as natural logs), `n1i` and `n2i` the group sizes
    where they are known; one entry a study (k,). Raises InvalidInput with field and row for what
    is not finite or a variance not above 0.
    """
    estimates = column("yi", yi)
    if (vi is None) == (sei is None):
        raise InvalidInput("needs its variance once", field="yi", accepted="either vi or sei")
    if vi is not None:
        variances = column("vi", vi, above=0.0)
    else:
        errors = column("sei", sei if sei is not None else (), above=0.0)
        variances = errors**2
        squared = np.isfinite(variances) & (variances > 0)
        refuse_rows(~squared, field="sei", values=errors, accepted="an error whose square is one")
    size1 = None if n1i is None else column("n1i", n1i, above=0.0)
    size2 = None if n2i is None else column("n2i", n2i, above=0.0)
    columns = {"yi": estimates, "vi": variances, "n1i": size1, "n2i": size2}
    check_same_length(**{field: c for field, c in columns.items() if c is not None})
    return assembled(measure, estimates, variances, source="given", n1i=size1, n2i=size2)


def assembled(
    measure: str,
    yi: Column,
    vi: Column,
    *,
    source: str,
    n1i: Column | None = None,
    n2i: Column | None = None,
    kept: Rows | None = None,
) -> tuple[Effect, ...]:
    """One effect for every row (k,) that is `kept`, all of them unless told otherwise.

    Raises InvalidInput with the row where an estimate is not finite or a variance not above 0.
    """
    check_known("measure", measure, SCALES)
    wanted = np.ones(len(yi), dtype=bool) if kept is None else kept
    for field, values, fits, accepted in (
        ("yi", yi, np.isfinite(yi), f"data with a finite effect as {measure}"),
        ("vi", vi, np.isfinite(vi) & (vi > 0), f"data with a variance above 0 as {measure}"),
    ):
        refuse_rows(wanted & ~fits, field=field, values=values, accepted=accepted)
    sizes = [[None] * len(yi) if n is None else n.tolist() for n in (n1i, n2i)]
    return tuple(
        Effect(measure=measure, yi=y, vi=v, scale=SCALES[measure], source=source, n1i=n1, n2i=n2)
        for y, v, n1, n2, want in zip(yi.tolist(), vi.tolist(), *sizes, wanted, strict=True)
        if want
    )


def refuse_too_few(too_few: Rows, *, field: str, values: Column, accepted: str) -> None:
    """Raise TooLittleData at the first row where `too_few` holds; `values` (k,) are quoted."""
    try:
        refuse_rows(too_few, field=field, values=values, accepted=accepted)
    except InvalidInput as refusal:
        raise TooLittleData(
            f"{refusal.message}, too few", field=field, row=refusal.row, accepted=accepted
        ) from None


def check_vtype(measure: str, vtype: str, vtypes: tuple[str, ...]) -> None:
    """Raise UnknownMethod, naming those that the measure has, unless `vtype` is among `vtypes`."""
    check_known(f"vtype of {measure}", vtype, vtypes)


def weighted_mean(values: Column, weights: Column) -> float:
    """Sum of weight times value by the sum of weights; nan where there is nothing to average."""
    return float(np.sum(weights * values) / np.sum(weights))

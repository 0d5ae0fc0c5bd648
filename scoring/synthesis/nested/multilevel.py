"""Several effects a unit: random effects for units and for effects in them, robust inference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import special

from scoring.columns import Column, Numbers, check_known, column, number, refuse_rows
from scoring.errors import TooLittleData
from scoring.synthesis.independent.batch import LARGEST_RATIO, Flags, Names, Ragged, Table
from scoring.synthesis.moderated.coefficients import joint, tested
from scoring.synthesis.moderated.designs import Scaled, design
from scoring.synthesis.nested.ascent import local_maxima
from scoring.synthesis.nested.components import LEVELS, Nested, Point
from scoring.synthesis.nested.dependence import (
    check_distinct_effects,
    check_units,
    covariance_blocks,
    rows_by_unit,
)
from scoring.synthesis.nested.nested_results import (
    BOUNDARY,
    COMMON,
    ENOUGH_UNITS,
    INTERIOR,
    TOO_FEW_UNITS,
    Maximum,
    ModelInference,
    Multilevel,
    RobustInference,
    Variances,
)
from scoring.synthesis.nested.robust import (
    FEWEST_DF,
    KINDS,
    LEAST_SHARE,
    HotellingTest,
    Robust,
    RobustCoefficient,
    robust,
)
from scoring.synthesis.nested.whitening import Whitened

METHODS: Final = ("REML", "ML")

# Tests by the model's own standard errors: Wald on the normal, or on t with k - p df.
TESTS: Final = ("z", "t")

# Two levels whose scores are correlated more closely than 1 less this are one and the same.
ONE_LEVEL: Final = 1e-9

INTERCEPT: Final = "intercept"


def multilevel(
    yi: Numbers,
    v: Numbers | Table,
    unit: Names,
    *,
    x: Table | None = None,
    terms: Sequence[str] | None = None,
    effect: Names | None = None,
    rho: float | None = None,
    levels: Sequence[str] = LEVELS,
    method: str = "REML",
    test: str = "z",
    kind: str = "CR2",
    level: float = 0.95,
) -> Multilevel:
    """Pool or regress k effects `yi` (k,) of which several share a unit, named in `unit` (k,).

        y = X b + u of the unit + w of the effect + e      e ~ N(0, V)
        u ~ N(0, sigma2 of unit), w ~ N(0, sigma2 of effect); `levels` says which are there
        S = V + sigma2 ...       b = (X'S^-1X)^-1 X'S^-1 y       vcov = (X'S^-1X)^-1
    `v` holds sampling variances (k,), independent or with the constant correlation `rho` within
    units, or a whole covariance matrix (k, k). `x` (k, p), an intercept among its columns if
    wanted, is the intercept alone unless given; `terms` name its columns. `effect`, where given,
    names the effects of a unit, none of which may be there twice.
    Standard errors and tests come by the model (`test`) and robust to its being wrong (`kind` of
    correction, clusters being units, t on Satterthwaite's df). Where units are too few for these
    the result says so in `trust` and `reason`.
        I2 = sum sigma2 / (sum sigma2 + (k - p) / tr P), each level with its own sigma2 above;
        P at sigma2 = 0; prediction: estimate +- crit sqrt(se^2 + sum sigma2)
    The likelihood is climbed from all over its domain: every maximum that is found is told, the
    highest taken. Levels that the data cannot tell apart (one effect a unit) become one, the unit.
    Raises TooLittleData for fewer than two units or no more units than columns; InvalidInput with
    field and row for what is not finite, a variance not above 0, a V that is not positive definite
    or joins units, rows without a unit, effects that are there twice, constant or collinear columns
    (by name); UnknownMethod for other names; NotConverged where no maximum is found precisely.
    Source: Konstantopoulos 2011, Res. Synth. Methods 2:61; Cheung 2014, Psychol. Methods 19:211
    (three levels, I2); Pustejovsky and Tipton 2022, Prev. Sci. 23:425 (correlated effects);
    metafor 3.8 `rma.mv`; clubSandwich 0.5.8.
    """
    choice = _Choice(
        levels=tuple(levels), method=method, test=test, kind=kind, level=level, rho=rho
    )
    effects = column("yi", yi)
    if not len(effects):
        raise TooLittleData("there is nothing to pool", field="yi", accepted="some effects")
    units = Ragged.of("unit", unit, rows=len(effects))
    named = (INTERCEPT,) if x is None else tuple(terms or ())
    matrix = np.ones((len(effects), 1)) if x is None else np.asarray(x, dtype=np.float64)
    check_units(units, columns=max(1, len(named)))
    check_distinct_effects(units, effect)
    matrix = design(matrix, named, rows=len(effects))
    blocks = covariance_blocks(v, units, rho=rho)
    scaled = _scaled(effects, blocks, units, matrix)
    return _answered(choice, named, units, scaled, [b / scaled.unit / scaled.unit for b in blocks])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """How to pool; raises UnknownMethod for other names, InvalidInput for a level off (0, 1)."""

    levels: tuple[str, ...]
    method: str
    test: str
    kind: str
    level: float
    rho: float | None

    def __post_init__(self) -> None:
        for name in self.levels:
            check_known("levels", name, LEVELS)
        check_known("method", self.method, METHODS)
        check_known("test", self.test, TESTS)
        check_known("kind", self.kind, KINDS)
        number("level", self.level, above=0.0, below=1.0)

    @property
    def restricted(self) -> bool:
        """Whether the likelihood is that of residuals."""
        return self.method == "REML"

    @property
    def asked(self) -> Flags:
        """Which of LEVELS may vary (2,)."""
        return np.array([name in self.levels for name in LEVELS])


@dataclass(frozen=True, slots=True)
class _Fit:
    """Generalised least squares at given variances: what each effect adds to each coefficient.

    `white.back` gives coefficients in the units of `yi`; `residuals` (k,) are in working units;
    `b` (p,) = rows @ yi.
    """

    white: Whitened
    residuals: Column
    b: Column
    rows: Table

    @classmethod
    def of(cls, scaled: Scaled, blocks: Sequence[Table], units: Ragged, sigma2: Column) -> "_Fit":
        own = Whitened.of(scaled.z, [_total(block, sigma2) for block in blocks], units)
        residuals = scaled.y - scaled.z @ (own.rows @ scaled.y)
        rows = scaled.back @ own.rows
        b = scaled.unit * rows @ scaled.y
        if scaled.intercept is not None:
            b[scaled.intercept] += scaled.origin
        white = replace(own, back=scaled.unit * scaled.back @ own.back)
        return cls(white, residuals, b, rows)


def _answered(
    choice: _Choice,
    terms: tuple[str, ...],
    units: Ragged,
    scaled: Scaled,
    blocks: Sequence[Table],
) -> Multilevel:
    nested = Nested.of(scaled.y, scaled.z, blocks, units, restricted=choice.restricted)
    present = _told_apart(nested, choice.asked)
    maxima = local_maxima(nested, present)
    fit = _Fit.of(scaled, blocks, units, maxima[0].sigma2)
    others = [j for j in range(len(terms)) if j != scaled.intercept]
    return Multilevel(
        k=len(scaled.y),
        p=len(terms),
        terms=terms,
        units=units.labels,
        sizes=tuple(units.k.tolist()),
        unit_of=tuple(units.owner().tolist()),
        method=choice.method,
        test=choice.test,
        level=choice.level,
        rho=choice.rho,
        variances=_variances(nested, maxima, present, unit=scaled.unit),
        model=_by_model(fit, terms, others, choice),
        robust=_robustly(fit, terms, others, choice),
        weights=_nested(100 * fit.rows),
        notes=_notes(fit, present, choice),
    )


def _told_apart(nested: Nested, asked: Flags) -> Flags:
    """The levels that may vary (2,), without the effect's where it cannot be told from the unit's.

    They are compared at variances that leave no row to dominate.
    """
    traces = nested.at(np.array([0.0, float(nested.d.max())])).traces
    one = traces[0, 1] ** 2 >= (1 - ONE_LEVEL) * traces[0, 0] * traces[1, 1]
    return np.array([True, False]) if one and asked.all() else asked


def _variances(
    nested: Nested, maxima: Sequence[Point], present: Flags, *, unit: float
) -> Variances:
    best = maxima[0].sigma2
    # I2 and Q rest on the weights V^-1, and P on residuals, whatever likelihood was maximised.
    fixed = replace(nested, restricted=True).at(np.zeros(2))
    df = len(nested.y) - nested.x.shape[1]
    typical = df / fixed.trace
    share = 100 * best / (best.sum() + typical)
    i2 = float(share.sum()) if present.any() else 100 * max(0.0, 1 - df / fixed.q if fixed.q else 0)
    told = tuple(_maximum(nested, point, present, unit=unit) for point in maxima)
    return Variances(
        levels=tuple(name for name, there in zip(LEVELS, present, strict=True) if there),
        sigma2=told[0].sigma2,
        status=_status(best, present),
        log_likelihood=told[0].log_likelihood,
        maxima=told,
        i2=i2,
        i2_levels=tuple(share[present].tolist()),
        q=fixed.q,
        q_df=df,
        q_p=float(special.chdtrc(df, fixed.q)),
    )


def _maximum(nested: Nested, point: Point, present: Flags, *, unit: float) -> Maximum:
    n = len(nested.y) - (nested.x.shape[1] if nested.restricted else 0)
    return Maximum(
        sigma2=tuple((point.sigma2[present] * unit**2).tolist()),
        log_likelihood=point.height - n * (math.log(2 * math.pi) / 2 + math.log(unit)),
    )


def _status(sigma2: Column, present: Flags) -> str:
    if not present.any():
        return COMMON
    return INTERIOR if (sigma2[present] > 0).all() else BOUNDARY


def _by_model(
    fit: _Fit, terms: tuple[str, ...], others: Sequence[int], choice: _Choice
) -> ModelInference:
    root = fit.white.back
    df = None if choice.test == "z" else fit.rows.shape[1] - len(terms)
    return ModelInference(
        df=df,
        coefficients=tuple(
            tested(term, float(b), float(np.linalg.norm(row)), df=df, level=choice.level)
            for term, b, row in zip(terms, fit.b, root, strict=True)
        ),
        vcov=_nested(root @ root.T),
        moderators=joint(fit.b[others], root[others], df_residual=df) if others else None,
    )


def _robustly(
    fit: _Fit, terms: tuple[str, ...], others: Sequence[int], choice: _Choice
) -> RobustInference:
    sandwich = robust(fit.white, fit.residuals, kind=choice.kind)
    coefficients = sandwich.table(fit.b, terms, level=choice.level)
    reason = _why_too_few(coefficients)
    return RobustInference(
        sandwich=sandwich,
        coefficients=coefficients,
        moderators=_joint_robust(sandwich, fit.b, others),
        trust=ENOUGH_UNITS if reason is None else TOO_FEW_UNITS,
        reason=reason,
    )


def _joint_robust(sandwich: Robust, b: Column, others: Sequence[int]) -> HotellingTest | None:
    if not others:
        return None
    try:
        return sandwich.joint(b, np.eye(len(b))[others])
    except TooLittleData:
        return None


def _why_too_few(coefficients: Sequence[RobustCoefficient]) -> str | None:
    """Why units are too few for some of these tests, in a sentence; None where they are enough.

    Source: Tipton 2015, Psychol. Methods 20:375 (below 4 degrees of freedom tests are too liberal).
    """
    said = [
        f"{c.term} has {c.df:.2g} Satterthwaite degrees of freedom, fewer than {FEWEST_DF:g}"
        for c in coefficients
        if c.df < FEWEST_DF
    ]
    said += [
        f"{c.term} rests on units that the columns fit exactly, so that its robust variance is "
        f"expected to find {c.share:.0%} of what is there"
        for c in coefficients
        if c.share < LEAST_SHARE
    ]
    return f"The error rate of tests is not kept: {'; '.join(said)}." if said else None


def _notes(fit: _Fit, present: Flags, choice: _Choice) -> tuple[str, ...]:
    notes = []
    if (present != choice.asked).any():
        notes.append(
            "The levels cannot be told apart: what effects of one unit differ by is counted as "
            "a difference of units."
        )
    below = int((fit.rows < 0).sum())
    if len(fit.rows) == 1 and below:
        notes.append(
            f"{below} of {fit.rows.shape[1]} weights are below 0: effects far less precise than "
            "others of their unit, with which they are correlated."
        )
    return tuple(notes)


def _scaled(effects: Column, blocks: Sequence[Table], units: Ragged, x: Table) -> Scaled:
    """The model in working units; raises InvalidInput for effects beyond double precision."""
    variances = np.empty_like(effects)
    for rows, block in zip(rows_by_unit(units), blocks, strict=True):
        variances[rows] = block if block.ndim == 1 else np.diagonal(block)
    largest = LARGEST_RATIO * math.sqrt(float(np.median(variances)))
    refuse_rows(
        np.abs(effects) > largest,
        field="yi",
        values=effects,
        accepted=f"effects within {LARGEST_RATIO:g} standard errors of 0",
    )
    return Scaled.of(effects, variances, x)


def _total(block: Table, sigma2: Column) -> Table:
    """The covariance of one unit's effects: sampling errors, and both random effects."""
    if block.ndim == 1 and (len(block) == 1 or sigma2[0] == 0):
        result: Table = block + sigma2.sum()
        return result
    full = np.diag(block) if block.ndim == 1 else block
    whole: Table = full + sigma2[0] + sigma2[1] * np.eye(len(full))
    return whole


def _nested(matrix: Table) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())

"""Averages of group-time effects as an estimate: its checks, words, facts and pictures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring.estimation.deviations import Standardiser, in_deviations
from scoring.estimation.linear import coefficient
from scoring.estimation.panels import did_checks as checks
from scoring.estimation.panels.cohort_averages import Averages, as_any_cohort
from scoring.estimation.panels.did_report import BLIND
from scoring.estimation.panels.group_time import NEVER, GroupTime
from scoring.estimation.panels.panel import Panel, named
from scoring.estimation.panels.panel_pictures import event_picture, group_means
from scoring.estimation.panels.panel_regression import net_of_both
from scoring.estimation.panels.panel_report import (
    baseline_facts,
    effect_in_words,
    even_periods,
    natural_effect,
    no_error_left,
)
from scoring.estimation.permutation import Permutation, placebo_starts
from scoring.estimation.results import COMPARISON, Check, Coefficient, Estimate, Picture, Value
from scoring.estimation.shapes import Flags
from scoring.estimation.words import checks_in_words, plain, verdict_in_words

# Bands of the event study: for all times at once, or for each alone.
SIMULTANEOUS: Final = "simultaneous"
POINTWISE: Final = "pointwise"
BANDS: Final = (SIMULTANEOUS, POINTWISE)

ASSUMED: Final = (
    "This takes for granted that, without the programme, all would have changed alike from the "
    "last period before each start."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Averaged effects with all that their report needs."""

    panel: Panel
    cells: GroupTime
    found: Averages
    unit: Standardiser
    level: float
    people: bool
    comparison: str
    average: str
    covariance: str
    anticipation: int
    bands: str
    draws: int
    seed: int

    @property
    def compared(self) -> Flags:
        """Units that serve as comparison in some cell after a start (units,)."""
        cells = self.cells
        of_others = cells.cohort[:, None] != np.arange(len(cells.sizes))
        loaded = np.abs(cells.loads).sum(axis=2) > 0
        flags: Flags = (loaded & of_others)[cells.time >= 0].any(axis=0)[cells.member]
        return flags

    @property
    def treated(self) -> Flags:
        """Units with an effect of their own (units,)."""
        after = np.unique(self.cells.cohort[self.cells.time >= 0])
        flags: Flags = np.isin(self.cells.member, after)
        return flags


def report(case: Case) -> Estimate:
    """The estimate: the average asked for, all others in its table."""
    panel, rows = case.panel, _table(case)
    effect = next((row for row in rows if row.term == f"{case.average} average"), None)
    if effect is None:
        # An average over two treated units or more is left out for one reason: its error is 0.
        raise no_error_left()
    natural = natural_effect(
        panel,
        effect.estimate,
        effect.se,
        source=case.covariance,
        n1i=int(case.treated.sum()),
        n2i=int(case.compared.sum()),
    )
    standardised = in_deviations(natural, case.unit)
    found = _checks(case, effect)
    return Estimate(
        design="difference_in_differences",
        estimator="group_time",
        covariance=case.covariance,
        claim=COMPARISON,
        level=case.level,
        n=panel.y.size,
        natural=natural,
        df=effect.df,
        p_value=effect.p_value,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        standardised=standardised,
        not_standardised=case.unit.reason if standardised is None else None,
        coefficients=rows,
        checks=found,
        text=_text(case, effect, found),
        specification=_specification(case),
        facts=_facts(case, found),
        pictures=_pictures(case, rows),
    )


def _table(case: Case) -> tuple[Coefficient, ...]:
    found = case.found
    errors = np.sqrt(np.diag(found.covariance)).tolist()
    dfs = [None] * len(found.terms) if found.df is None else found.df.tolist()
    return tuple(
        coefficient(term, estimate, se, df=df, level=case.level)
        for term, estimate, se, df in zip(
            found.terms, found.estimates.tolist(), errors, dfs, strict=True
        )
    )


def _checks(case: Case, effect: Coefficient) -> tuple[Check, ...]:
    leads = case.found.places(below=-1 - case.anticipation)
    counts = int(case.treated.sum()), int(case.compared.sum())
    p = _placebo(case) if min(counts) < checks.FEWEST_CLUSTERS else None
    found: Iterable[Check | None] = (
        checks.enough_clusters(counts, p),
        checks.placebo_check(p) if p is not None else None,
        checks.enough_df(effect),
        _before(case),
        checks.no_leads(case.found.joint(leads) if leads else None),
        _left_out(case),
        _alone(case),
        _naive(case.panel),
        even_periods(case.panel),
    )
    return tuple(check for check in found if check is not None)


def _before(case: Case) -> Check:
    """Treated units against never treated ones before the first start of all."""
    how = checks.Inference.of(
        "CR2", None, level=case.level, permutations=case.draws, seed=case.seed
    )
    units = np.arange(len(case.panel.units))
    return checks.parallel_before(case.panel, units, how, sd=case.unit.sd)


def _placebo(case: Case) -> Permutation:
    """Units treated from before they are seen keep to themselves: they are nobody's placebo."""
    used = case.treated | case.compared
    adds = as_any_cohort(case.panel, case.cells, case.found, f"{case.average} average")
    return placebo_starts(
        adds[used], case.cells.member[used], permutations=case.draws, seed=case.seed
    )


def _left_out(case: Case) -> Check | None:
    used = case.treated | case.compared
    if used.all():
        return None
    names = named(unit for unit, kept in zip(case.panel.units, used, strict=True) if not kept)
    return Check(
        name="left_out",
        title="Units that tell nothing",
        passed=None,
        observed=float((~used).sum()),
        threshold=0.0,
        text=f"{names}: treated from the first period on, or with no comparison units left.",
        source="Callaway and Sant'Anna 2021, assumption 1",
    )


def _alone(case: Case) -> Check | None:
    if not case.found.alone:
        return None
    return Check(
        name="cohorts_of_one",
        title="Cohorts of one unit",
        passed=None,
        observed=float(case.found.alone),
        threshold=0.0,
        text=f"{case.found.alone} cohorts have one unit. They are judged by how far their effects "
        "are from the average, which errs on the safe side; figures that rest on one unit alone "
        "are left out.",
        source="collapsed strata, Cochran 1977, section 5A.12",
    )


def _naive(panel: Panel) -> Check | None:
    if len(panel.first_starts) == 1:
        return None
    net = net_of_both(panel.treated)
    estimate = float((net * panel.y).sum() / (net**2).sum())
    share = checks.negative_weights(panel)
    return Check(
        name="two_way_effects",
        title="What two-way effects would have said",
        passed=None,
        observed=estimate,
        threshold=None,
        text=f"A regression with unit and period effects gives {plain(estimate)}, with "
        f"{100 * share:.3g} % of its weights negative. It is not used: it takes units already "
        "treated as comparisons.",
        source="Goodman-Bacon 2021, J. Econometrics 225:254; de Chaisemartin and D'Haultfoeuille",
    )


def _text(case: Case, effect: Coefficient, found: tuple[Check, ...]) -> str:
    size = effect_in_words(
        case.panel,
        effect.estimate,
        effect.ci_low,
        effect.ci_high,
        level=case.level,
        p_value=effect.p_value,
    )
    judge = "never had it" if case.comparison == NEVER else "had not started yet, or never did"
    starts = len(case.panel.first_starts)
    opening = (
        f"In {int(case.treated.sum())} units that started at {starts} different times, the outcome "
        f"was on average {size}, judged by units that {judge}."
    )
    leads = next(check for check in found if check.name == "leads")
    return " ".join(
        (
            opening,
            verdict_in_words(effect.ci_low, effect.ci_high),
            ASSUMED,
            leads.text,
            checks_in_words(found),
            BLIND,
        )
    )


def _specification(case: Case) -> dict[str, Value | None]:
    return {
        "estimator": "group_time",
        "comparison": case.comparison,
        "average": case.average,
        "covariance": case.covariance,
        "anticipation": case.anticipation,
        "bands": case.bands,
        "draws": case.draws,
        "seed": case.seed,
        "log": case.panel.log,
        "level": case.level,
        "standardiser": case.unit.sd,
        "standardiser_source": case.unit.source,
        "units": len(case.panel.units),
        "periods": len(case.panel.periods),
        "cells": len(case.cells.att),
        "starts": named((case.panel.periods[p] for p in case.panel.first_starts), most=50),
    }


def _facts(case: Case, found: tuple[Check, ...]) -> dict[str, Value | None]:
    panel = case.panel
    treated, others = int(case.treated.sum()), int(case.compared.sum())
    facts: dict[str, Value | None] = {
        "units_intervention": treated,
        "units_comparison": others,
        "parallel_trends": checks.shown_parallel(panel, found),
        "adjusted_for_baseline": True,
    }
    if case.people:
        facts |= {"analysed_intervention": treated, "analysed_comparison": others}
    return facts | baseline_facts(panel, panel.before, unit=case.unit)


def _pictures(case: Case, rows: tuple[Coefficient, ...]) -> tuple[Picture, ...]:
    panel, found = case.panel, case.found
    shown = [place for place, time in enumerate(found.time) if time is not None]
    times = [time for time in found.time if time is not None]
    told = [rows[place] for place in shown]
    if case.bands == SIMULTANEOUS and told:
        band = found.simultaneous(shown, level=case.level, draws=case.draws, seed=case.seed)
        told = [
            replace(row, ci_low=row.estimate - band * row.se, ci_high=row.estimate + band * row.se)
            for row in told
        ]
    events = event_picture(panel, times, told, reference=-1 - case.anticipation, bands=case.bands)
    if panel.ever.all():
        return (events,)
    return (group_means(panel, ~panel.ever, before=None), events)

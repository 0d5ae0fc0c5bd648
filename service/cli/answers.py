"""Answers of the analyst's commands: documents for machines, a table and a sentence for people."""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypeAlias

from scoring.anytime import Monitoring
from scoring.effects import LOG_RATIOS
from scoring.synthesis import Synthesis

Answer: TypeAlias = dict[str, object]

# ln of the largest double: a ratio beyond it prints as infinite.
LARGEST_LOG = math.log(sys.float_info.max)

# The columns of the printed tables and their headings.
POOL_COLUMNS = {
    "k": "k",
    "estimate": "estimate",
    "se": "se",
    "ci_low": "low",
    "ci_high": "high",
    "p_value": "p",
    "tau2": "tau2",
    "i2": "I2 %",
    "q": "Q",
    "q_p": "p(Q)",
    "pi_low": "next low",
    "pi_high": "next high",
}
ANYTIME_COLUMNS = {
    "k": "k",
    "ln_e_plus": "ln E+",
    "ln_e_minus": "ln E-",
    "lower": "low",
    "upper": "high",
    "ln_e_plural": "ln E here",
    "lower_plural": "low here",
    "upper_plural": "high here",
    "finding": "finding",
}

# What each finding claims, and no more.
WHAT_A_FINDING_MEANS = {
    "works": "Works: the average effect is above zero, in other places too.",
    "harmful": "Harmful: the average effect is below zero, in other places too.",
    "no detectable effect": "No detectable effect: any average effect is too small to matter.",
    "promising": "Promising: it worked where it was tried, which is too few places to say more.",
    "concerning": "Concerning: it did harm where it was tried, too few places to say more.",
    "no effect where tried": "No effect where tried: too few places to say more.",
    "insufficient": "Insufficient: the evidence does not yet say anything either way.",
}


def pool_answer(pooled: Synthesis, *, measure: str, left_out: int) -> Answer:
    """The synthesis as a document, infinities as null, with a sentence for people."""
    document = {"measure": measure, "left_out": left_out, **asdict(pooled)}
    return {**_finite(document), "summary": _pool_sentence(pooled, measure)}


def anytime_answer(state: Monitoring, *, measure: str, left_out: int) -> Answer:
    """The state of the evidence as a document, infinite bounds as null, with a sentence."""
    shown = state.conventional
    return _finite(
        {
            "config": state.config.id,
            "measure": measure,
            "k": state.k,
            "left_out": left_out,
            "ln_e_plus": state.ln_e_plus,
            "ln_e_minus": state.ln_e_minus,
            "lower": state.lower,
            "upper": state.upper,
            "p_plus": state.p_plus,
            "p_minus": state.p_minus,
            "ln_e_plural": state.plural.ln_e_plus,
            "ln_e_plural_minus": state.plural.ln_e_minus,
            "lower_plural": state.plural.lower,
            "upper_plural": state.plural.upper,
            "finding": state.finding,
            "small": state.small,
            "significant_once": state.significant_once,
            "sesoi": state.sesoi,
            "sesoi_is_default": state.sesoi_is_default,
            "estimate": shown.estimate if shown else None,
            "ci_low": shown.ci_low if shown else None,
            "ci_high": shown.ci_high if shown else None,
            "summary": _finding_sentence(state),
        }
    )


def in_words(answers: Sequence[Answer]) -> str:
    """An aligned table of the answers and a sentence for each."""
    columns = ANYTIME_COLUMNS if "finding" in answers[0] else POOL_COLUMNS
    by = ["by"] if "by" in answers[0] else []
    rows = [by + list(columns.values())]
    rows += [[_cell(answer[key]) for key in (*by, *columns)] for answer in answers]
    sentences = [_labelled(answer) for answer in answers]
    return "\n".join([*_aligned(rows), "", *sentences])


def _finite(document: Mapping[str, object]) -> Answer:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in document.items()
    }


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _labelled(answer: Answer) -> str:
    left_out = f" Rows left out: {answer['left_out']}." if answer["left_out"] else ""
    label = f"{_cell(answer['by'])}: " if "by" in answer else ""
    return f"{label}{answer['summary']}{left_out}"


def _pool_sentence(pooled: Synthesis, measure: str) -> str:
    low, middle, high = (
        f"{_natural(bound, ratio=measure in LOG_RATIOS):.3g}"
        for bound in (pooled.ci_low, pooled.estimate, pooled.ci_high)
    )
    studies = "1 study" if pooled.k == 1 else f"{pooled.k} studies"
    ratio = " as a ratio" if measure in LOG_RATIOS else ""
    return (
        f"{studies}: pooled {measure}{ratio} {middle}, {100 * pooled.level:g} % interval "
        f"{low} to {high} ({pooled.method}, test {pooled.test})."
    )


def _natural(value: float, *, ratio: bool) -> float:
    """A log ratio as a ratio, infinite where the exponential leaves double precision."""
    if not ratio:
        return value
    return math.exp(value) if value < LARGEST_LOG else math.inf


def _finding_sentence(state: Monitoring) -> str:
    small = " It is smaller than the smallest worthwhile effect." if state.small else ""
    enough = state.config.ln_threshold
    waiting = state.significant_once and state.ln_e_plus < enough
    once = (
        f" Significant in a one-off analysis; not yet under continuous monitoring (evidence "
        f"{math.exp(state.ln_e_plus):.3g} of {math.exp(enough):.3g})."
        if waiting
        else ""
    )
    default = (
        f" No smallest worthwhile effect was given: {state.sesoi:.3g} SD was taken."
        if state.sesoi_is_default
        else ""
    )
    return f"{WHAT_A_FINDING_MEANS[state.finding]}{small}{once}{default}"

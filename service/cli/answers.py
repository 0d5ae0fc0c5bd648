"""Answers of `candour anytime`: a document for machines, a table and a sentence for people."""

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from scoring.anytime import Monitoring
from scoring.errors import ScoringError
from service.cli.plain import plain
from service.cli.words import aligned, cell

Answer: TypeAlias = dict[str, Any]

# The columns of the printed table and their headings.
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


def anytime_answer(state: Monitoring, *, measure: str, left_out: int) -> Answer:
    """The state of the evidence as a document, infinite bounds as null, with a sentence."""
    shown = state.conventional
    document: Answer = plain(
        {
            "config": state.config.id,
            "measure": measure,
            "status": "ok",
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
    return document


def refusal_answer(refusal: Exception, *, measure: str, left_out: int) -> Answer:
    """What stands in the place of the answer of a group that cannot be monitored."""
    status = refusal.code if isinstance(refusal, ScoringError) else "invalid_input"
    return {"measure": measure, "left_out": left_out, "status": status, "refusal": str(refusal)}


def in_words(answers: Sequence[Answer]) -> str:
    """An aligned table of the answers and a sentence for each."""
    by = ["by"] if "by" in answers[0] else []
    rows = [by + list(ANYTIME_COLUMNS.values())]
    done = [answer for answer in answers if "refusal" not in answer]
    rows += [[cell(answer[key]) for key in (*by, *ANYTIME_COLUMNS)] for answer in done]
    sentences = [_labelled(answer) for answer in answers]
    return "\n".join([*aligned(rows), "", *sentences])


def _labelled(answer: Answer) -> str:
    left_out = f" Rows left out: {answer['left_out']}." if answer["left_out"] else ""
    label = f"{cell(answer['by'])}: " if "by" in answer else ""
    if "refusal" in answer:
        return f"{label}not monitored: {answer['refusal']}{left_out}"
    return f"{label}{answer['summary']}{left_out}"


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

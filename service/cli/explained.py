"""The paragraph that an analyst would write under a pooled effect."""

from collections.abc import Iterator

import numpy as np

from scoring.synthesis import Synthesis
from service.cli.diagnostics import Diagnostics
from service.cli.pooled import Pooled
from service.cli.sentences import sentence
from service.cli.words import TESTS, compares, figure, listed, model, p_value, studies

# Shares of the variance that Higgins et al. 2003 (BMJ 327:557) call low, moderate and high.
HETEROGENEITY = ((25.0, "little"), (50.0, "somewhat"), (75.0, "much"), (100.1, "very much"))
# Below this, asymmetry is taken to be there (Egger et al. 1997 test at 0.1: the test is weak).
EGGER_LEVEL = 0.1


def explained(one: Pooled) -> str:
    """What was done, what came of it, how far studies agree, what it hangs on; plain English."""
    if one.result is None:
        return f"This could not be pooled: {str(one.refusal).removesuffix('.')}."
    if not isinstance(one.result, Synthesis):
        return " ".join([sentence(one.result, one.measure), *one.notes])
    parts = [*_result(one.result, one), *_heterogeneity(one.result, one)]
    if one.diagnostics is not None:
        parts += [*_hanging(one.result, one.diagnostics, one), *_missing(one.diagnostics, one)]
    return " ".join([*parts, *one.notes])


def _result(pooled: Synthesis, one: Pooled) -> Iterator[str]:
    middle, low, high = (
        figure(end, one.measure) for end in (pooled.estimate, pooled.ci_low, pooled.ci_high)
    )
    yield (
        f"{studies(pooled.k).capitalize()} were pooled by {model(pooled.method)}, with intervals "
        f"from {TESTS[pooled.test]}."
        if pooled.k > 1
        else "There is one study, so its own result is the pooled one."
    )
    interval = f"its {100 * pooled.level:g} % interval"
    if not compares(one.measure):
        yield f"The pooled {one.measure} is {middle}; {interval} is {low} to {high}."
        return
    apart = pooled.ci_low > 0 or pooled.ci_high < 0
    side = "leaves no effect out" if apart else "includes no effect"
    yield (
        f"The pooled {one.measure} is {middle}; {interval}, {low} to {high}, {side} "
        f"({p_value(pooled.p_value)})."
    )


def _heterogeneity(pooled: Synthesis, one: Pooled) -> Iterator[str]:
    if pooled.k < 2:
        return
    yield _differing(pooled)
    if pooled.pi_low is not None and pooled.pi_high is not None:
        ends = f"{figure(pooled.pi_low, one.measure)} to {figure(pooled.pi_high, one.measure)}"
        effect = "effect" if compares(one.measure) else one.measure
        yield f"In a further place like these the {effect} is expected to lie from {ends}."


def _differing(pooled: Synthesis) -> str:
    """How far studies differ, by tau2 and by Q, which need not say the same."""
    much = next(word for limit, word in HETEROGENEITY if pooled.i2 < limit)
    figures = (
        f"(I2 {pooled.i2:.0f} %, tau2 {pooled.tau2:.3g}, Q {pooled.q:.3g} on {pooled.q_df} df, "
        f"{p_value(pooled.q_p)})"
    )
    beyond = pooled.q_p < 1 - pooled.level
    if beyond and much == "little":
        return (
            f"By Q studies differ beyond chance, but their tau2 is estimated to be small {figures}:"
            " the two do not agree, so how far studies differ is open."
        )
    if not beyond and much != "little":
        return (
            f"Studies are estimated to differ {much} beyond chance, though chance alone could do "
            f"it {figures}."
        )
    return f"Studies differ {much} beyond chance {figures}."


def _hanging(pooled: Synthesis, found: Diagnostics, one: Pooled) -> Iterator[str]:
    """Whether the answer hangs on single studies."""
    if found.leave_one_out is not None:
        low, high = (
            float(end)
            for end in (found.leave_one_out.estimate.min(), found.leave_one_out.estimate.max())
        )
        ends = f"{figure(low, one.measure)} to {figure(high, one.measure)}"
        yield f"Without any one study the estimate would lie from {ends}."
        turning = compares(one.measure) and [one.names[place] for place in _turning(pooled, found)]
        if turning:
            yield f"Whether no effect is left out hangs on {listed(turning)}."
    if found.influence is not None and found.influence.influential.any():
        marked = [one.names[place] for place in np.flatnonzero(found.influence.influential)]
        yield f"Influential by the usual marks: {listed(marked)}."


def _turning(pooled: Synthesis, found: Diagnostics) -> list[int]:
    without = found.leave_one_out
    if without is None:
        return []
    apart = pooled.ci_low > 0 or pooled.ci_high < 0
    apart_without = (without.ci_low > 0) | (without.ci_high < 0)
    return np.flatnonzero(apart_without != apart).tolist()


def _missing(found: Diagnostics, one: Pooled) -> Iterator[str]:
    """Whether studies seem to be missing, where there are enough to ask."""
    if found.egger is None or not found.egger.enough_studies:
        yield "There are too few studies (fewer than 10) to tell whether some are missing."
        return
    p = found.egger.slope.p_value
    seen = "a sign" if p < EGGER_LEVEL else "no clear sign"
    yield f"Egger's test gives {seen} that small studies differ from large ones ({p_value(p)})."
    if found.trim_and_fill is not None and found.trim_and_fill.k0:
        adjusted = found.trim_and_fill.pooled
        yield (
            f"Trim and fill would add {studies(found.trim_and_fill.k0)} and move the estimate to "
            f"{figure(adjusted.estimate, one.measure)}."
        )
    if found.selection is not None:
        yield (
            "A model in which results that are not significant are published less readily puts "
            f"the effect at {figure(found.selection.mu.estimate, one.measure)} "
            f"(likelihood ratio against no selection {p_value(found.selection.selection.p_value)})."
        )

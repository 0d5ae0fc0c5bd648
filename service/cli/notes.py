"""What a reader is told of studies besides the figures, a sentence each."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scoring.effects import LOG_RATIOS, SCALES, Effect
from scoring.synthesis import Synthesis, likelihoods
from service.cli.effects_in import GIVEN, EffectRows, columns_of
from service.cli.prepared import Preparing
from service.cli.reported_in import REPORTED
from service.cli.words import left_out, listed, studies

# Where the standard error of a reported estimate can come from, in words.
SOURCES = {
    "interval": "its interval",
    "se": "its standard error",
    "statistic": "its test statistic",
    "p_value": "its p-value",
}

# What these are printed as, which is another scale than that of the analysis.
PRINTED = {
    **dict.fromkeys(LOG_RATIOS, "ratios"),
    "PLO": "proportions",
    "ZCOR": "correlations r",
}
# Measures of which effects could be taken to be on another scale than they are.
SEVERAL_SCALES = (*PRINTED, "PAS", "PFT")


def of_scale(data: EffectRows, measure: str) -> Iterator[str]:
    """On which scale effects were read, where they could have been on another."""
    columns = columns_of(data.rows, measure)
    if measure not in SEVERAL_SCALES or not data.effects:
        return
    scale = SCALES[measure]
    if columns in GIVEN:
        logs = " (natural logs)" if measure in LOG_RATIOS else ""
        yield f"yi was read on the scale of the analysis: {scale}{logs}."
    if columns in REPORTED:
        printed = PRINTED.get(measure, scale)
        sei = f"; sei, where it was used, on that of the analysis ({scale})"
        yield f"estimate and its interval were read as {printed}{sei}."


def of_effects(effects: Sequence[Effect], rows: Sequence[int], how: Preparing) -> Iterator[str]:
    """How standard errors were recovered, and what was done to effects before they were pooled."""
    yield from _reported(effects, rows)
    yield from _clusters(effects)
    yield from _converted(effects, how)
    yield from _turned(effects)


def of_blank_cells(blank: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Rows that were left out as a column that a flag names has nothing in them."""
    for flag, rows in blank.items():
        if rows:
            yield left_out(flag, rows)


def of_names(names: Sequence[str]) -> Iterator[str]:
    """Studies that are called alike."""
    alike = [name for name, times in Counter(names).items() if times > 1]
    if alike:
        yield (
            f"More than one row is called {listed(alike)}: rows of the same people do not count "
            "as independent (--unit)."
        )


def of_pooled(pooled: Synthesis, yi: Sequence[float], vi: Sequence[float]) -> Iterator[str]:
    """What may surprise in a pooled effect."""
    yield from _agreement(pooled)
    yield from _maxima(pooled, yi, vi)


def _maxima(pooled: Synthesis, yi: Sequence[float], vi: Sequence[float]) -> Iterator[str]:
    """Where the likelihood has several maxima, and how much less likely the lower ones are."""
    if len(pooled.tau2_maxima) < 2:
        return
    heights = likelihoods(yi, vi, pooled.tau2_maxima, method=pooled.method)
    pairs = sorted(zip(heights, pooled.tau2_maxima, strict=True), reverse=True)
    top, taken = pairs[0]
    others = " and ".join(
        f"at {tau2:.3g} (the data are {_times(top - height)} as likely at {taken:.3g})"
        for height, tau2 in pairs[1:]
    )
    yield (
        f"The likelihood of tau2 has {len(pairs)} maxima: the highest, at {taken:.3g}, was taken, "
        f"and the rest lie {others}. The nearer such a figure is to 1, the less the studies tell "
        "which of them holds, and estimate and interval hang on it."
    )


def _times(gain: float) -> str:
    return f"{math.exp(min(gain, 700.0)):.3g} times"


def _agreement(pooled: Synthesis) -> Iterator[str]:
    """What the test of Knapp and Hartung makes of studies that agree exactly."""
    if pooled.k < 2 or pooled.q > 0:
        return
    if pooled.test == "adhoc":
        yield (
            "All studies agree exactly: Knapp and Hartung's interval would be a point, and its "
            "truncation, never narrower than Wald's, is what gives the interval."
        )
    if pooled.test == "knha":
        yield (
            "All studies agree exactly, so Knapp and Hartung's interval is a point; --test adhoc "
            "truncates it so that it is never narrower than Wald's."
        )


def _reported(effects: Sequence[Effect], rows: Sequence[int]) -> Iterator[str]:
    sources = Counter(effect.source for effect in effects if effect.source in SOURCES)
    if not sources:
        return
    told = ", ".join(f"{SOURCES[source]} ({n})" for source, n in sources.items())
    n = sum(sources.values())
    whose = "that of 1 study" if n == 1 else f"those of {n} studies"
    lopsided = _lopsided(effects, rows)
    yield f"Standard errors were recovered from what was reported, {whose}: {told}{lopsided}."
    pairs = zip(rows, effects, strict=True)
    against = [
        f"row {row} ({', '.join(effect.rounding.contradictions)})"
        for row, effect in pairs
        if effect.rounding is not None and effect.rounding.contradictions
    ]
    if against:
        yield f"Reported figures contradict each other by more than rounding: {listed(against)}."


def _lopsided(effects: Sequence[Effect], rows: Sequence[int]) -> str:
    told = [
        (abs(effect.asymmetry), row)
        for row, effect in zip(rows, effects, strict=True)
        if effect.asymmetry is not None
    ]
    if not told:
        return ""
    share, row = max(told)
    return (
        f"; the estimate farthest from the middle of its interval, in row {row}, is off by "
        f"{share:.1%} of half the width"
    )


def _clusters(effects: Sequence[Effect]) -> Iterator[str]:
    wider = [effect.design_effect for effect in effects if effect.design_effect is not None]
    if wider:
        ends = " to ".join(f"{end:.3g}" for end in sorted({min(wider), max(wider)}))
        yield (
            f"Clusters were corrected for in {len(wider)} of {studies(len(effects))}, by design "
            f"effects of {ends}."
        )


def _converted(effects: Sequence[Effect], how: Preparing) -> Iterator[str]:
    before = sorted({effect.converted_from for effect in effects if effect.converted_from})
    if before:
        known = ", ".join(f"{flag} {figure}" for flag, figure in how.figures.items())
        taken = f", with {known} taken as known" if known else ""
        yield f"Effects were converted from {' and '.join(before)} to {how.to}{taken}."


def _turned(effects: Sequence[Effect]) -> Iterator[str]:
    signs = [effect.direction_good for effect in effects if effect.direction_good is not None]
    turned = signs.count(-1)
    if turned:
        yield (
            f"Above no effect is good: {turned} of {studies(len(signs))} had lower outcomes as the "
            "better ones, and their effects were turned."
        )
    elif signs:
        yield "Above no effect is good, as was told; no effect was turned."

"""What a reader is told of studies besides the figures, a sentence each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scoring.effects import Effect
from scoring.synthesis import Synthesis
from service.cli.prepared import Preparing
from service.cli.words import listed, studies

# Where the standard error of a reported estimate can come from, in words.
SOURCES = {
    "interval": "its interval",
    "se": "its standard error",
    "statistic": "its test statistic",
    "p_value": "its p-value",
}


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
            was = "was" if len(rows) == 1 else "were"
            yield f"{_rows(rows)} {was} left out, blank in the column that {flag} names."


def of_names(names: Sequence[str]) -> Iterator[str]:
    """Studies that are called alike."""
    alike = [name for name, times in Counter(names).items() if times > 1]
    if alike:
        yield (
            f"More than one row is called {listed(alike)}: rows of the same people do not count "
            "as independent (--unit)."
        )


def of_agreement(pooled: Synthesis) -> Iterator[str]:
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


def _rows(rows: Sequence[int]) -> str:
    return f"Row {rows[0]}" if len(rows) == 1 else f"Rows {listed([str(row) for row in rows])}"

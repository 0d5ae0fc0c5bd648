"""Two proportions: how much more often an event came about in one group than in another."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from scoring.columns import check_known, number
from scoring.effects import SCALES, Effect
from scoring.estimation.linear import coefficient
from scoring.estimation.results import (
    COMPARISON,
    RANDOMISED,
    Check,
    Coefficient,
    Estimate,
    Line,
    Picture,
    Value,
)
from scoring.estimation.trials.trial_report import ARMS
from scoring.estimation.trials.two_counts import FEWEST_EXPECTED, TwoCounts, two_counts, wilson
from scoring.estimation.words import checks_in_words, p_in_words, plain, verdict_in_words

# How the groups came about, and what may be claimed of their difference.
RCT, COHORT, CROSS_SECTION = "rct", "cohort", "cross_section"
CLAIMS: Final[Mapping[str, str]] = MappingProxyType(
    {RCT: RANDOMISED, COHORT: COMPARISON, CROSS_SECTION: COMPARISON}
)

BLIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        RCT: "It rests on chance alone having assigned people, which no figure here can show.",
        COHORT: "Nothing is allowed for: whatever else differed between the groups from the start "
        "is in the difference.",
        CROSS_SECTION: "Nothing is allowed for, and all was asked at one time: whatever else "
        "differs between the groups is in the difference, and it may have come first.",
    }
)


def two_proportions(
    *, x1: float, n1: float, x2: float, n2: float, design: str = COHORT, level: float = 0.95
) -> Estimate:
    """The difference of two proportions, `x1` of `n1` with the programme and `x2` of `n2` without.

        RD = x1/n1 - x2/n2, with Newcombe's hybrid score interval
    `design` is rct, cohort or cross_section: how people came into the groups. The p-value is the
    score test's (Pearson's chi-square), or Fisher's where a count below 5 is expected. The variance
    is Wald's, p1 (1-p1)/n1 + p2 (1-p2)/n2, or that of the table with 1/2 in every cell where one is
    0. The log odds ratio goes to the pool; ratios stand beside. A table without a single event, or
    with nothing else, is allowed: it has an interval, and fails a check.
    Raises InvalidInput for what are no counts, UnknownMethod for another design.
    Source: Newcombe 1998, Stat. Med. 17:873, method 10; Wilson 1927; Cochran 1954.
    """
    check_known("design", design, CLAIMS)
    number("level", level, above=0.0, below=1.0)
    counts = two_counts(x1=x1, n1=n1, x2=x2, n2=n2)
    low, high = counts.newcombe(level)
    p, test = _p_value(counts)
    made = (_events(counts), *(() if design == RCT else (_nothing_allowed_for(),)))
    return Estimate(
        design=design,
        estimator="difference_of_proportions",
        covariance="newcombe",
        claim=CLAIMS[design],
        level=level,
        n=counts.n1 + counts.n2,
        natural=_natural(counts),
        df=None,
        p_value=p,
        ci_low=low,
        ci_high=high,
        standardised=counts.effect("OR"),
        not_standardised=None,
        coefficients=_rows(counts, level),
        checks=made,
        text=_text(counts, (low, high), p, made, design=design, level=level),
        specification={
            "design": design,
            "test": test,
            "level": level,
            **asdict(counts),
            **_figures(counts, level),
        },
        facts=_facts(counts),
        pictures=(_picture(counts, level),),
    )


def _facts(counts: TwoCounts) -> dict[str, Value | None]:
    return {
        "units_intervention": counts.n1,
        "units_comparison": counts.n2,
        "analysed_intervention": counts.n1,
        "analysed_comparison": counts.n2,
        "adjusted_for_baseline": False,
    }


def _natural(counts: TwoCounts) -> Effect:
    table = counts.effect("RD")
    vi = counts.se_wald**2 if counts.se_wald > 0 and _no_zero(counts) else table.vi
    return Effect(
        measure="RD",
        yi=counts.difference,
        vi=vi,
        scale=SCALES["RD"],
        source="two_by_two",
        n1i=counts.n1,
        n2i=counts.n2,
    )


def _no_zero(counts: TwoCounts) -> bool:
    return 0 < counts.x1 < counts.n1 and 0 < counts.x2 < counts.n2


def _p_value(counts: TwoCounts) -> tuple[float, str]:
    score = counts.chi_square()
    if score is None or counts.expected < FEWEST_EXPECTED:
        return counts.fisher(), "fisher"
    return score[1], "score"


def _rows(counts: TwoCounts, level: float) -> tuple[Coefficient, ...]:
    """The difference by Wald, if it has an error, and both ratios of the table, 1/2 added if 0."""
    told = [("risk difference (Wald)", counts.difference, counts.se_wald)]
    for term, measure in (("log odds ratio", "OR"), ("log risk ratio", "RR")):
        effect = counts.effect(measure)
        told.append((term, effect.yi, math.sqrt(effect.vi)))
    return tuple(coefficient(term, yi, se, df=None, level=level) for term, yi, se in told if se > 0)


def _figures(counts: TwoCounts, level: float) -> dict[str, Value | None]:
    pairs = {
        "wilson_1": wilson(counts.x1, counts.n1, level=level),
        "wilson_2": wilson(counts.x2, counts.n2, level=level),
        "ci_wald": counts.wald(level),
        "chisq": counts.chi_square() or (None, None),
        "chisq_yates": counts.chi_square(yates=True) or (None, None),
    }
    figures: dict[str, Value | None] = {
        "p1": counts.p1,
        "p2": counts.p2,
        "se_wald": counts.se_wald,
        "fisher_p": counts.fisher(),
    }
    for name, (first, second) in pairs.items():
        ends = ("", "_p") if name.startswith("chisq") else ("_low", "_high")
        figures |= {f"{name}{ends[0]}": first, f"{name}{ends[1]}": second}
    return figures


def _events(counts: TwoCounts) -> Check:
    passed = counts.expected >= FEWEST_EXPECTED
    told = f"The smallest count expected is {plain(counts.expected)}"
    if not passed:
        told += "; ratios and their variances are rough, the interval and Fisher's test are not"
    return Check(
        name="events",
        title="Number of people with events and without",
        passed=passed,
        observed=counts.expected,
        threshold=FEWEST_EXPECTED,
        text=f"{told}.",
        source="Cochran 1954, Biometrics 10:417",
    )


def _nothing_allowed_for() -> Check:
    return Check(
        name="adjusted",
        title="Allowance for what else differs between the groups",
        passed=False,
        observed=None,
        threshold=None,
        text="Only the counts are compared. With rows of people, their characteristics can be "
        "allowed for.",
        source="Hernan and Robins 2020, Causal Inference: What If, chapter 7",
    )


def _text(
    counts: TwoCounts,
    interval: tuple[float, float],
    p: float,
    made: tuple[Check, ...],
    *,
    design: str,
    level: float,
) -> str:
    low, high = (100 * bound for bound in interval)
    apart = 100 * counts.difference
    way = "more" if apart >= 0 else "fewer"
    size = (
        f"{plain(abs(apart))} {way} in a hundred ({100 * level:g} % interval of the difference "
        f"{plain(low)} to {plain(high)}, {p_in_words(p)})"
    )
    with_it = f"{counts.x1} of {counts.n1} people with the programme ({plain(100 * counts.p1)} %)"
    without = f"{counts.x2} of {counts.n2} without ({plain(100 * counts.p2)} %)"
    sentences = (
        f"The event came about in {with_it} and in {without}, {size}.",
        verdict_in_words(*interval),
        checks_in_words(made),
        BLIND[design],
    )
    return " ".join(sentences)


def _picture(counts: TwoCounts, level: float) -> Picture:
    own = (
        wilson(counts.x2, counts.n2, level=level),
        wilson(counts.x1, counts.n1, level=level),
    )
    return Picture(
        kind="groups",
        title="Share of people with the event",
        x_label="",
        y_label="share of people",
        lines=(
            Line(
                role="observed",
                label="share",
                x=(0.0, 1.0),
                y=(counts.p2, counts.p1),
                low=tuple(low for low, _ in own),
                high=tuple(high for _, high in own),
            ),
        ),
        ticks=((0.0, ARMS[0]), (1.0, ARMS[1])),
    )

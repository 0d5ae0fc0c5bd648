"""Effects from one measure to another, where the two say the same thing in different units."""

from dataclasses import replace

from scoring.columns import check_known, number
from scoring.effects.measures import SCALES, Effect, rescaled
from scoring.effects.steps import STEPS, Known, Step
from scoring.errors import IncompatibleEffects


def convert(
    effect: Effect,
    to: str,
    *,
    baseline_risk: float | None = None,
    standardiser: float | None = None,
    ri: float | None = None,
) -> Effect:
    """The effect as another measure; its variance by the delta method, vi times slope squared.

        SMD <-> OR               ln OR = SMD pi / sqrt 3
        COX <-> OR               ln OR = 1.65 COX
        SMD <-> COX              alike: two estimates of one difference in standard deviations
        SMD <-> COR              r = d / sqrt(d^2 + a), a = (n1i + n2i)^2 / (n1i n2i), else 4
        COR <-> ZCOR             z = atanh r
        OR, RR, RD, HR           through the two risks; `baseline_risk` is that of group 2
        SMD <-> MD               MD = SMD `standardiser`, the deviation of the outcome
        SMCC <-> SMCR            SMCR = SMCC sqrt(2 (1 - `ri`)), `ri` the correlation of the times
        PR <-> PLO               logit
        PETO -> OR               Peto's estimate is one of the log odds ratio
    and chains of these, the shortest first. The effect comes back as it is when it is `to` already;
    otherwise `converted_from` names the measure it was. `baseline_risk` and `standardiser` are
    taken as known: their own uncertainty is not in the variance. Small-sample corrections are
    neither added nor taken away.
    Raises IncompatibleEffects for measures that no chain joins (ratios of means, rates, roots, what
    one group shows against what two do), an effect standardised already, or a figure that is
    missing; InvalidInput for figures out of range; UnknownMethod for what is no measure.
    Source: Borenstein et al. 2009, chapter 7 (equations 7.1 to 7.9) and 6.2 to 6.5; Sanchez-Meca et
    al. 2003 for COX; Cochrane Handbook 6.4, sections 10.6, 15.4.4 and 15.5.3; Morris and DeShon
    2002, Psychol. Methods 7:105, for SMCC.
    """
    check_known("to", to, SCALES)
    if effect.scale != SCALES[effect.measure]:
        raise IncompatibleEffects(
            f"{effect.measure} is in {effect.scale} already",
            field="measure",
            accepted=f"an effect as it was measured, in {SCALES[effect.measure]}",
        )
    if to == effect.measure:
        return effect
    known = Known(effect=effect, baseline_risk=baseline_risk, standardiser=standardiser, ri=ri)
    yi, slope = effect.yi, 1.0
    for step in _chain(effect.measure, to):
        yi, gradient = step(yi, known)
        slope *= gradient
    converted = replace(rescaled(effect, number("yi", yi), slope), measure=to, scale=SCALES[to])
    return replace(converted, converted_from=effect.converted_from or effect.measure)


def _chain(start: str, to: str) -> tuple[Step, ...]:
    """The shortest chain of steps between two measures, found breadth first."""
    chains: dict[str, tuple[Step, ...]] = {start: ()}
    frontier = [start]
    while to not in chains and frontier:
        found = [(a, b) for a, b in STEPS if a in frontier and b not in chains]
        for a, b in found:
            chains.setdefault(b, (*chains[a], STEPS[a, b]))
        frontier = [b for _, b in found]
    if to in chains:
        return chains[to]
    reached = ", ".join(measure for measure in chains if measure != start)
    raise IncompatibleEffects(
        f"{start} ({SCALES[start]}) and {to} ({SCALES[to]}) do not say the same thing",
        field="to",
        accepted=f"one of {reached}" if reached else f"{start} itself",
    )

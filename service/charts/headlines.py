"""What each chart of an analysis says, in a sentence, and how it was worked out, in another."""

import math
from collections.abc import Sequence

from service.charts.analysis import Analysis
from service.charts.leave_one_out import Refit, side, turns
from service.charts.letters import unbroken
from service.charts.numbers import figures, p_value
from service.charts.values import Effects, Estimate

# Egger's test has little power, so 0.10 is its usual threshold (Egger et al. 1997, BMJ 315:629).
EGGER_LEVEL = 0.10
# Below ten studies a test of asymmetry says next to nothing (Cochrane Handbook, 13.3.5.4).
LEAST_TESTED = 10


def forest_headline(analysis: Analysis) -> str:
    """On which side of no effect the studies together lie, and where."""
    effects, together, count = analysis.effects, analysis.together, len(analysis.studies)
    who = "One study" if count == 1 else f"Together, {count} studies"
    verb = "s" if count == 1 else ""
    words, name = _words(effects, together), effects.inline
    if together.place is None:
        return f"{who} give{verb} no estimate of the {name}"
    if not effects.compared:
        return f"{who} put{verb} the {name} at {words}"
    where = side(together)
    if not where:
        open_ = f"leave{verb} it open on which side of {effects.null} the {name} lies"
        return f"{who} {open_}: {words}"
    placed = f"put{verb} the {name} {'above' if where > 0 else 'below'} {effects.null}, at {words}"
    favours = f": {effects.favours[where > 0]}" if effects.favours else ""
    return f"{who} {placed}{favours}"


def forest_subtitle(analysis: Analysis) -> str:
    """The measure, the method and how far the studies disagree."""
    told = [f"{analysis.effects.axis}, {analysis.effects.percent} intervals", analysis.method]
    if len(analysis.studies) > 1:
        told.append(_disagreement(analysis))
    return ". ".join(told) + "."


def funnel_headline(analysis: Analysis) -> str:
    """Whether small studies differ from large ones, as far as that was tested."""
    p, count, filled = analysis.egger_p, len(analysis.studies), len(analysis.filled)
    added = f"; trim and fill adds {_studies(filled)}" if filled else ""
    if p is None or not math.isfinite(p):
        few = count < LEAST_TESTED
        said = "too few to tell" if few else "not tested for asymmetry"
        return f"Do small studies differ from large ones? {_studies(count)}, {said}{added}"
    test = f"Egger’s test, {unbroken(f'p {p_value(p)}')}"
    if p < EGGER_LEVEL:
        return f"Small studies differ from large ones ({test}){added}"
    return f"No sign that small studies differ from large ones ({test}){added}"


def funnel_subtitle(analysis: Analysis) -> str:
    """The axes, and what the filled-in studies would change."""
    effects = analysis.effects
    shades = f"; shades show significance against {effects.null}" if effects.compared else ""
    told = f"{effects.axis} against standard error{shades}"
    if analysis.adjusted is None:
        return f"{told}. {analysis.method}: {_words(effects, analysis.together)}."
    adjusted = f"with the filled-in studies {_words(effects, analysis.adjusted)}"
    return f"{told}. {analysis.method}: {_words(effects, analysis.together)}; {adjusted}."


def radial_headline(drawn: int, outside: int) -> str:
    """How many studies disagree with all together by more than chance would make them."""
    if drawn < 2:
        return "There are no two studies of known precision to disagree"
    if not outside:
        return f"None of {drawn} studies stands outside the band of two units round the common line"
    stand = "stands" if outside == 1 else "stand"
    return f"{outside} of {drawn} studies {stand} outside the band; by chance about 1 in 20 would"


def radial_subtitle(analysis: Analysis) -> str:
    name, tau2 = analysis.effects.inline, figures(analysis.tau2)
    return f"Radial (Galbraith) plot of the {name}, τ² = {tau2}. {analysis.method}."


def without_headline(analysis: Analysis, refits: Sequence[Refit]) -> str:
    """Whether the finding hangs on one study."""
    if len(refits) < 2:
        return "No study can be left out: there is no other"
    if not analysis.effects.compared:
        return f"Without any one study, {_range(analysis, refits)}"
    turning = [refit.name for refit in refits if turns(refit, analysis.together)]
    if len(turning) == 1:
        return f"The finding hangs on one study: {turning[0]}"
    if turning:
        return f"The finding hangs on single studies: leaving out any of {len(turning)} turns it"
    return f"No single study decides the finding: without any one, {_range(analysis, refits)}"


def cumulative_headline(analysis: Analysis, refits: Sequence[Refit]) -> str:
    """Since when the finding has been what it is."""
    if not refits:
        return "Nothing was added up"
    if not analysis.effects.compared:
        return f"After each study, {_range(analysis, refits)}"
    turning = [index for index, one in enumerate(refits) if turns(one, analysis.together)]
    since = turning[-1] + 1 if turning else 0
    if since >= len(refits):
        return "The studies added up do not come to the finding of all together"
    if not since:
        return "The finding has been the same from the first study on"
    name = refits[since].name
    return f"The finding has been the same since study {since + 1} of {len(refits)}: {name}"


def refits_subtitle(analysis: Analysis) -> str:
    effects = analysis.effects
    finding = f"; the finding is whether the interval leaves out {effects.null}, and on which side"
    told = finding if effects.compared else ""
    return f"{effects.axis}, {effects.percent} intervals{told}. {analysis.method}."


def _disagreement(analysis: Analysis) -> str:
    told = [unbroken(f"τ² = {figures(analysis.tau2)}")]
    if analysis.i2 is not None and math.isfinite(analysis.i2):
        told.append(unbroken(f"I² = {analysis.i2:.0f}%"))
    if analysis.q is not None and math.isfinite(analysis.q):
        p = "" if analysis.q_p is None else f" (p {p_value(analysis.q_p)})"
        told.append(unbroken(f"Q = {figures(analysis.q)} on {len(analysis.studies) - 1} df{p}"))
    return ", ".join(told)


def _range(analysis: Analysis, refits: Sequence[Refit]) -> str:
    places = [one.estimate.place for one in refits if one.estimate.place is not None]
    if not places:
        return "there is no estimate"
    effects: Effects = analysis.effects
    ends = (effects.number(min(places)), effects.number(max(places)))
    if ends[0] == ends[1]:
        return f"the {effects.inline} is {ends[0]}"
    return f"the {effects.inline} is between {ends[0]} and {ends[1]}"


def _words(effects: Effects, estimate: Estimate) -> str:
    """The estimate with its interval, each in one piece."""
    return f"{effects.number(estimate.value)} {unbroken(f'({effects.interval(estimate)})')}"


def _studies(count: int) -> str:
    return "1 study" if count == 1 else f"{count} studies"

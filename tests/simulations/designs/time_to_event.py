"""Trials with times to an event, told as reports tell them, and the ratio found from that."""

import math
from functools import partial

import numpy as np
from scipy import special

from scoring.estimation.comparisons.time_to_event import time_to_event
from tests.simulations.designs.setting import Design, Setting, asking

EFFECT = math.log(0.7)
# Time by which half have the event without the programme; everybody is followed for between these.
MEDIAN, FOLLOWED = 1.0, (1.5, 3.0)
# Time at which shares without the event are told, and steps by which a Cox regression of one column
# reaches its maximum to the last digit that is told.
TOLD_AT, STEPS = 1.0, 8
Z = special.ndtri(0.975)


def draw(rng, *, each, shape):
    """What a report says of a trial with Weibull times; a `shape` of 1 makes hazards constant."""
    treated = np.repeat([True, False], each)
    hazard = math.log(2) / MEDIAN**shape * np.exp(EFFECT * treated)
    times = (rng.standard_exponential(2 * each) / hazard) ** (1 / shape)
    followed = rng.uniform(*FOLLOWED, 2 * each)
    return report(np.minimum(times, followed), times <= followed, treated)


def report(times, events, treated):
    """The figures of a report, as it would print them."""
    order = np.argsort(times)
    times, events, treated = times[order], events[order], treated[order]
    at_risk = [np.cumsum(arm[::-1])[::-1] for arm in (treated, ~treated)]
    own, ours, others = treated[events], *(count[events] for count in at_risk)
    score, information = _derivatives(0.0, own, ours, others)
    b = 0.0
    for _ in range(STEPS):
        step, precision = _derivatives(b, own, ours, others)
        b += step / precision
    se = 1 / math.sqrt(_derivatives(b, own, ours, others)[1])
    curves = [
        _curve(times, events & arm, count)
        for arm, count in zip((treated, ~treated), at_risk, strict=True)
    ]
    return {
        "hr": f"{math.exp(b):.2f}",
        "ci_low": f"{math.exp(b - Z * se):.2f}",
        "ci_high": f"{math.exp(b + Z * se):.2f}",
        "sei": f"{se:.3f}",
        "o_minus_e": score,
        "v": information,
        "p_value": f"{2 * special.ndtr(-abs(score) / math.sqrt(information)):.2g}",
        "direction": "fewer" if score < 0 else "more",
        "x1i": int(own.sum()),
        "x2i": int((~own).sum()),
        "n1i": int(treated.sum()),
        "n2i": int((~treated).sum()),
        **{f"median{arm}i": median for arm, (median, _) in enumerate(curves, start=1)},
        **{f"survival{arm}i": told for arm, (_, told) in enumerate(curves, start=1)},
    }


def _derivatives(b, own, ours, others):
    """Score and information of the partial likelihood at b."""
    chance = ours * math.exp(b) / (ours * math.exp(b) + others)
    return float((own - chance).sum()), float((chance * (1 - chance)).sum())


def _curve(times, events, at_risk):
    """When half have the event, and the share without it at the time told (Kaplan and Meier)."""
    curve = np.cumprod(np.where(events, 1 - 1 / np.maximum(at_risk, 1), 1.0))
    return float(times[np.argmax(curve <= 0.5)]), float(curve[times <= TOLD_AT][-1])


def by(*routes):
    """The ratio by each of those routes."""
    return {route: asking(time_to_event, route=route) for route in routes}


DIRECT = by("interval", "se", "log_rank", "hr_p", "hr_events", "p_events")


def setting(each, shape):
    """So many people by arm; where hazards are constant, medians tell their ratio too."""
    return Setting(
        name=f"{each} + {each} people, hazards {'constant' if shape == 1 else 'rising'}",
        draw=partial(draw, each=each, shape=shape),
        truth=EFFECT,
        promised={**DIRECT, **by("survival", *(["medians"] if shape == 1 else []))},
        beside=by() if shape == 1 else by("medians"),
    )


DESIGN = Design(
    id="time_to_event",
    title="Time to an event, from reports",
    note="log hazard ratio from printed figures of Weibull times; nobody leaves before the time at "
    "which shares are told; medians assume constant hazards",
    settings=(setting(60, 1.5), setting(60, 1.0), setting(250, 1.5)),
)

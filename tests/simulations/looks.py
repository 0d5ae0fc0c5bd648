"""Sections 2.1 and 2.2 of the reference: a look after every study, for 20 and for 200 studies."""

from collections.abc import Callable, Mapping

import numpy as np

from scoring.anytime import ANYTIME_1
from tests.simulations import rules
from tests.simulations.figures import median, share
from tests.simulations.report import Row, Table
from tests.simulations.run import Run
from tests.simulations.worlds import Streams, random_effects

Rule = Callable[[Streams], np.ndarray]

TAUS = (0.0, 0.1, 0.2, 0.3)
DELTAS = (0.2, 0.3)
COMMON, HK, TRUNCATED = "common effect, z", "REML-HK", "REML-HK truncated"
PROCESS, WORKS = "symmetry E+ >= 20", "*works*: E+ >= 20, truncated HK > 0"
WHOLE, STRICT = "symmetry, stake 1", "symmetry E+ >= 40"
RULES: Mapping[str, Rule] = {
    COMMON: rules.common_effect,
    HK: rules.knapp_hartung,
    TRUNCATED: rules.truncated,
    WHOLE: lambda streams: rules.symmetry(streams, stake=1.0),
    STRICT: lambda streams: rules.symmetry(streams, evidence=40),
    PROCESS: rules.symmetry,
    WORKS: rules.works,
}
# Rules that promise at most this share of false *works* over any number of looks.
PROMISED = {WHOLE: ANYTIME_1.alpha, STRICT: 1 / 40, PROCESS: ANYTIME_1.alpha, WORKS: 0.05}

# Table 2.1, delta = 0: P(ever) for each tau.
FALSE = {
    COMMON: (".108", ".350", ".559", ".654"),
    HK: (".128", ".164", ".161", ".152"),
    TRUNCATED: (".037", ".097", ".114", ".116"),
    WHOLE: (".026", ".029", ".035", ".036"),
    STRICT: (".010", ".012", ".016", ".015"),
    PROCESS: (".024", ".028", ".034", ".035"),
    WORKS: (".013", ".024", ".030", ".031"),
}
# Table 2.1, tau = 0.1: median k, then the share by 5, 10 and 20 studies, for delta .2 and .3.
POWER = {
    COMMON: (("2", ".94", "1.00", "1.00"), ("2", "1.00", "1.00", "1.00")),
    HK: (("4", ".70", ".96", "1.00"), ("3", ".91", "1.00", "1.00")),
    TRUNCATED: (("5", ".61", ".95", "1.00"), ("4", ".87", "1.00", "1.00")),
    WHOLE: (("7", ".24", ".83", ".99"), ("5", ".53", ".98", "1.00")),
    STRICT: (("9", ".00", ".70", ".99"), ("7", ".00", ".95", "1.00")),
    PROCESS: (("7", ".15", ".83", ".99"), ("6", ".41", ".98", "1.00")),
    WORKS: (("7", ".14", ".81", ".99"), ("6", ".41", ".98", "1.00")),
}
# Table 2.2: P(ever by 20, 50, 100 and 200 studies), for each tau.
LONG = {
    COMMON: (
        (".11", ".15", ".17", ".20"),
        (".36", ".45", ".51", ".56"),
        (".55", ".65", ".71", ".76"),
        (".65", ".75", ".80", ".84"),
    ),
    HK: (
        (".14", ".16", ".20", ".22"),
        (".16", ".20", ".24", ".27"),
        (".17", ".21", ".24", ".25"),
        (".16", ".19", ".22", ".25"),
    ),
    PROCESS: (
        (".026", ".035", ".039", ".041"),
        (".029", ".037", ".039", ".039"),
        (".034", ".038", ".038", ".038"),
        (".036", ".039", ".039", ".039"),
    ),
}
HORIZONS = (20, 50, 100, 200)
BY = (5, 10, 20)
# Streams behind each figure of the reference (sections 2 and 2.2).
NULL_STREAMS, GATED_STREAMS, POWER_STREAMS = 20_000, 8_000, 10_000
LONG_STREAMS, LONG_HK_STREAMS = 4_000, 800


def tables(run: Run) -> list[Table]:
    """False *works* over twenty looks, power, and false *works* over two hundred looks."""
    return [
        _twenty(run),
        *(_power(run, position) for position in range(len(DELTAS))),
        *(_two_hundred(run, position) for position in range(len(TAUS))),
    ]


def _first_looks(run: Run, name: str, n: int, **truth: float) -> dict[str, np.ndarray]:
    return run.gathered(
        name,
        n,
        draw=lambda rng, size: random_effects(rng, size, 20, **truth),
        rules=RULES,
        fewer={},
    )


def _twenty(run: Run) -> Table:
    found = [
        _first_looks(run, f"20 looks, tau {tau}", run.streams, delta=0.0, tau=tau) for tau in TAUS
    ]
    rows = []
    for rule, references in FALSE.items():
        of = GATED_STREAMS if rule == WORKS else NULL_STREAMS
        figures = [
            share(np.isfinite(looks[rule]), reference, of=of, limit=PROMISED.get(rule, np.inf))
            for looks, reference in zip(found, references, strict=True)
        ]
        rows.append(Row(name=rule, figures=figures))
    return Table(
        title="2.1 False *works* in twenty looks",
        note="P(ever), delta = 0; in parentheses the reference",
        columns=[f"tau {tau}" for tau in TAUS],
        rows=rows,
    )


def _power(run: Run, position: int) -> Table:
    delta = DELTAS[position]
    found = _first_looks(run, f"power, delta {delta}", run.some(0.5), delta=delta, tau=0.1)
    rows = []
    for rule, told in POWER.items():
        middle, *by = told[position]
        shares = [
            share(found[rule] <= k, reference, of=POWER_STREAMS)
            for k, reference in zip(BY, by, strict=True)
        ]
        rows.append(Row(name=rule, figures=[median(found[rule], middle), *shares]))
    return Table(
        title=f"2.1 Power, delta {delta}, tau 0.1",
        note="median number of studies to *works*, and P(*works* by so many studies)",
        columns=["median", *(f"by {k}" for k in BY)],
        rows=rows,
    )


def _two_hundred(run: Run, position: int) -> Table:
    tau = TAUS[position]
    found = run.gathered(
        f"200 looks, tau {tau}",
        run.streams,
        draw=lambda rng, size: random_effects(rng, size, HORIZONS[-1], delta=0.0, tau=tau),
        rules={rule: RULES[rule] for rule in (COMMON, HK, PROCESS, WORKS)},
        fewer={HK: run.some(0.1)},
    )
    rows = []
    for rule, looks in found.items():
        told = LONG[rule][position] if rule in LONG else ("",) * len(HORIZONS)
        of = LONG_HK_STREAMS if rule == HK else LONG_STREAMS
        figures = [
            share(looks <= horizon, reference, of=of, limit=PROMISED.get(rule, np.inf))
            for horizon, reference in zip(HORIZONS, told, strict=True)
        ]
        rows.append(Row(name=rule, figures=figures))
    return Table(
        title=f"2.2 False *works* in two hundred looks, tau {tau}",
        note="P(ever by so many studies), delta = 0",
        columns=[f"by {horizon}" for horizon in HORIZONS],
        rows=rows,
    )

"""Section 2.4 of the reference: other truths, among them those that no look-proof rule survives."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scoring.anytime import ANYTIME_1
from tests.simulations import rules
from tests.simulations.figures import share
from tests.simulations.report import Row, Table
from tests.simulations.run import Run
from tests.simulations.worlds import Streams, measured, random_effects, standard_errors

STUDIES = 20
# Tiny and huge studies by their standard errors; the reference gives no figures, these fit its own.
TINY, HUGE = (0.2, 0.3), (0.05, 0.1)
# Autocorrelation of dependent effects, the deviation of a bias that all studies share, and the
# share of results without a one-sided z of 1 that is never reported (the rows' own words).
AUTOCORRELATION, SHARED_BIAS, UNREPORTED = 0.5, 0.05, 0.5


def _with(rng, n: int, deviations, *, between=(0.05, 0.30)) -> Streams:
    """Streams whose studies' effects are these deviations from 0."""
    return measured(rng, deviations, standard_errors(rng, (n, STUDIES), between=between))


def heavy_tails(rng, n: int, tau: float) -> Streams:
    """t with three degrees of freedom, in units of tau."""
    return _with(rng, n, tau * rng.standard_t(3, (n, STUDIES)))


def two_points(rng, n: int, tau: float) -> Streams:
    """Every study is tau above or below, with even odds."""
    return _with(rng, n, tau * rng.choice([-1.0, 1.0], (n, STUDIES)))


def misreported(rng, n: int, factor: float) -> Streams:
    """Standard errors are reported wrong by this factor."""
    streams = random_effects(rng, n, STUDIES, delta=0.0, tau=0.1)
    return replace(streams, se=factor * streams.se)


def alike_in_size(rng, n: int, tau: float, between: tuple[float, float]) -> Streams:
    """Studies with standard errors within a narrow range."""
    return _with(rng, n, tau * rng.standard_normal((n, STUDIES)), between=between)


def skewed(rng, n: int, tau: float) -> Streams:
    """Exponential effects about 0: few big wins, or for tau < 0 few disasters."""
    return _with(rng, n, tau * (rng.standard_exponential((n, STUDIES)) - 1))


def dependent(rng, n: int, tau: float) -> Streams:
    """Each study's effect leans on the one before."""
    fresh = rng.standard_normal((n, STUDIES))
    effects = fresh.copy()
    for i in range(1, STUDIES):
        renewed = math.sqrt(1 - AUTOCORRELATION**2) * fresh[:, i]
        effects[:, i] = AUTOCORRELATION * effects[:, i - 1] + renewed
    return _with(rng, n, tau * effects)


def unreported(rng, n: int, tau: float) -> Streams:
    """Twenty results that were reported, of a programme that hides half of the poor ones."""
    # So many more that a stream without twenty reported ones is beyond all chance.
    registered = random_effects(rng, n, 4 * STUDIES, delta=0.0, tau=tau)
    good = registered.y >= registered.se
    reported = good | (rng.random(good.shape) >= UNREPORTED)
    chosen = np.argsort(~reported, axis=1, kind="stable")[:, :STUDIES]
    y, se, theta = (
        np.take_along_axis(column, chosen, axis=1)
        for column in (registered.y, registered.se, registered.theta)
    )
    return Streams(y=y, se=se, theta=theta)


def biased_alike(rng, n: int, tau: float) -> Streams:
    """Every study of a programme has the same bias."""
    streams = random_effects(rng, n, STUDIES, delta=0.0, tau=tau)
    return replace(streams, y=streams.y + SHARED_BIAS * rng.standard_normal((n, 1)))


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A world, whether the guarantee covers it, and the reference's two figures."""

    name: str
    world: Callable[[np.random.Generator, int], Streams]
    covered: bool
    process: str
    hk: str


def truths() -> list[Truth]:
    """The rows of section 2.4 that speak of effects in standard deviations."""
    symmetric = [
        ("t(3) effects, tau .1", lambda r, n: heavy_tails(r, n, 0.1), ".029", ".15"),
        ("t(3) effects, tau .3", lambda r, n: heavy_tails(r, n, 0.3), ".035", ".14"),
        ("two-point effects +-.1", lambda r, n: two_points(r, n, 0.1), ".029", ".18"),
        ("two-point effects +-.3", lambda r, n: two_points(r, n, 0.3), ".038", ".20"),
        ("reported se 30 % too small", lambda r, n: misreported(r, n, 0.7), ".032", ".15"),
        ("reported se twice too large", lambda r, n: misreported(r, n, 2.0), ".014", ".20"),
        ("tau 2.0", lambda r, n: random_effects(r, n, STUDIES, delta=0.0, tau=2.0), ".038", ".13"),
        ("all studies tiny, tau .1", lambda r, n: alike_in_size(r, n, 0.1, TINY), ".021", ".14"),
        ("all studies huge, tau .3", lambda r, n: alike_in_size(r, n, 0.3, HUGE), ".037", ".13"),
        (
            "true mean -.1, tau .1",
            lambda r, n: random_effects(r, n, STUDIES, delta=-0.1, tau=0.1),
            ".0001",
            ".012",
        ),
    ]
    others = [
        ("right-skewed effects, tau .1", lambda r, n: skewed(r, n, 0.1), ".017", ".11"),
        ("right-skewed effects, tau .3", lambda r, n: skewed(r, n, 0.3), ".009", ".06"),
        ("left-skewed effects, tau .1", lambda r, n: skewed(r, n, -0.1), ".046", ".22"),
        ("left-skewed effects, tau .3", lambda r, n: skewed(r, n, -0.3), ".111", ".30"),
        ("dependent effects, tau .1", lambda r, n: dependent(r, n, 0.1), ".079", ".25"),
        ("dependent effects, tau .3", lambda r, n: dependent(r, n, 0.3), ".141", ".32"),
        ("half of z < 1 unreported, tau .1", lambda r, n: unreported(r, n, 0.1), ".141", ".39"),
        ("shared bias of SD .05, tau .1", lambda r, n: biased_alike(r, n, 0.1), ".098", ".25"),
    ]
    return [
        Truth(name=name, world=world, covered=covered, process=process, hk=hk)
        for covered, rows in ((True, symmetric), (False, others))
        for name, world, process, hk in rows
    ]


PROCESS, HK = "symmetry E+ >= 20", "REML-HK"
# The reference's streams for this table, and for the outliers of section 2.1.
REFERENCE_STREAMS = 20_000
OUTLIER_STREAMS = 10_000
# One gross outlier, third of twenty studies, where the truth is a good effect (section 2.1).
OUTLIER, OUTLIER_SE, OUTLIER_AT, GOOD = -0.5, 0.05, 2, 0.25


def tables(run: Run) -> list[Table]:
    """False *works* under other truths, and what one gross outlier does to each stake."""
    return [_robustness(run), _outlier(run)]


def _robustness(run: Run) -> Table:
    rows = []
    for truth in truths():
        found = run.gathered(
            f"other truths: {truth.name}",
            run.streams,
            draw=truth.world,
            rules={PROCESS: rules.symmetry, HK: rules.knapp_hartung},
            fewer={HK: run.some(0.2)},
        )
        limit = ANYTIME_1.alpha if truth.covered else math.inf
        figures = [
            share(np.isfinite(found[PROCESS]), truth.process, of=REFERENCE_STREAMS, limit=limit),
            share(np.isfinite(found[HK]), truth.hk, of=REFERENCE_STREAMS),
        ]
        rows.append(Row(name=truth.name, figures=figures))
    return Table(
        title="2.4 Other truths, twenty looks",
        note="P(ever), mean 0; from the skewed effects on, the guarantee does not hold",
        columns=(PROCESS, HK),
        rows=rows,
    )


def _with_outlier(rng, n: int) -> Streams:
    streams = random_effects(rng, n, STUDIES, delta=GOOD, tau=0.1)
    streams.y[:, OUTLIER_AT], streams.se[:, OUTLIER_AT] = OUTLIER, OUTLIER_SE
    return streams


def _outlier(run: Run) -> Table:
    told = {"stake .95": ".964", "stake 1": ".001"}
    found = run.gathered(
        "one gross outlier",
        run.some(0.5),
        draw=_with_outlier,
        rules={
            "stake .95": rules.symmetry,
            "stake 1": lambda streams: rules.symmetry(streams, stake=1.0),
        },
        fewer={},
    )
    figures = [
        share(np.isfinite(found[stake]), reference, of=OUTLIER_STREAMS)
        for stake, reference in told.items()
    ]
    return Table(
        title="2.1 One gross outlier among twenty studies",
        note="P(ever *works*), delta .25, tau .1",
        columns=list(told),
        rows=[Row(name=PROCESS, figures=figures)],
    )

"""How often the 95 % interval of every design of estimation holds the truth."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from tests.simulations.coverage_runs import Answers, answered, tasks, together, workers
from tests.simulations.designs import DESIGNS
from tests.simulations.designs.setting import Design, Setting
from tests.simulations.figures import ERRORS, Figure, share
from tests.simulations.report import Row, Table
from tests.simulations.run import Run

# What a 95 % interval is held to.
LEAST, MOST = 0.93, 0.97
# Studies of a setting as a share of the streams of a run, and the fewest that show anything.
STUDIES, FEWEST = 0.1, 4
# Half the width of a normal 95 % interval, in standard errors.
Z = float(special.ndtri(0.975))

TITLE = "Coverage of 95 % intervals: "
COLUMNS = ("coverage", "bias/SD", "SE/SD", "width", "refused")
READ = (
    "bias and root mean squared standard error in standard deviations of the estimates; mean width "
    "over that of a normal interval that knows this deviation; share of studies refused"
)


@dataclass(frozen=True, kw_only=True)
class Coverage(Figure):
    """A share of intervals that held the truth, and whether they had promised to."""

    promised: bool

    @property
    def as_it_stands(self) -> bool:
        """Whether it is between both limits."""
        return LEAST <= self.value <= MOST

    @property
    def holds(self) -> bool:
        """Whether it is between both limits, up to the error that simulation has there."""
        low, high = (
            ERRORS * math.sqrt(limit * (1 - limit) / self.streams) for limit in (LEAST, MOST)
        )
        return LEAST - low <= self.value <= MOST + high

    def __str__(self) -> str:
        """The share, and how it is judged where there was a promise."""
        verdict = "" if not self.promised else "PASS" if self.holds else "FAIL"
        return f"{super().__str__()} {verdict:4}"


def studies(run: Run, setting: Setting) -> int:
    """How many are drawn of a setting."""
    return max(FEWEST, round(run.streams * STUDIES * setting.share))


def tables(run: Run, designs: Iterable[str] = DESIGNS, *, processes: int = 1) -> Iterator[Table]:
    """A table for each of those designs, as soon as its simulations are done."""
    asked = [DESIGNS[name] for name in designs]
    chunks = {
        (design.id, setting.name): tasks(
            design.id, setting, seed=run.seed, studies=studies(run, setting)
        )
        for design in asked
        for setting in design.settings
    }
    with workers(processes) as shared:
        found = iter(shared(answered, [task for one in chunks.values() for task in one]))
        for design in asked:
            rows = []
            for setting in design.settings:
                run.tell(f"coverage of {design.id}: {setting.name}")
                parts = [next(found) for _ in chunks[design.id, setting.name]]
                rows += _rows(setting, together(parts))
            yield _table(run, design, rows)


def verdict(tables: Iterable[Table]) -> tuple[list[str], bool]:
    """Which intervals do not hold what they promised, and whether all do."""
    judged = [
        (name, figure)
        for table in tables
        for name, figure in table.named()
        if isinstance(figure, Coverage) and figure.promised
    ]
    broken = [f"  {name}: {figure}" for name, figure in judged if not figure.holds]
    between, of = f"{100 * LEAST:g} to {100 * MOST:g} times in 100", f"{len(judged)} intervals"
    as_it_stands = sum(figure.as_it_stands for _, figure in judged)
    word, kept = "FAIL" if broken else "PASS", len(judged) - len(broken)
    lines = [
        f"{as_it_stands} of {of} held the truth {between} as the figures stand.",
        *(["Outside:", *broken] if broken else []),
        f"{word}: {kept} of {of} hold it {between}, up to {ERRORS:g} Monte Carlo errors.",
    ]
    return lines, not broken


def _table(run: Run, design: Design, rows: list[Row]) -> Table:
    drawn = sorted({studies(run, setting) for setting in design.settings}, reverse=True)
    return Table(
        title=TITLE + design.title,
        note=f"{design.note}\n{' or '.join(map(str, drawn))} studies a setting; {READ}",
        columns=COLUMNS,
        rows=rows,
    )


def _rows(setting: Setting, found: Answers) -> list[Row]:
    return [
        Row(
            name=f"{setting.name}: {rule}",
            figures=_figures(answers, setting.truth, promised=rule in setting.promised),
        )
        for rule, answers in found.items()
    ]


def _figures(answers: np.ndarray, truth: float, *, promised: bool) -> list[Figure | None]:
    """The figures of one rule; one that never answers has held nothing."""
    refused = np.isnan(answers[:, 0])
    estimate, se, low, high = answers[~refused].T
    n = len(estimate)
    held = share((low <= truth) & (truth <= high) if n else np.zeros(len(answers), bool))
    judged = Coverage(value=held.value, error=held.error, streams=held.streams, promised=promised)
    sd = float(estimate.std(ddof=1)) if n > 1 else 0.0
    if sd == 0:
        return [judged, None, None, None, share(refused)]
    return [
        judged,
        Figure(value=float(estimate.mean() - truth) / sd, error=1 / math.sqrt(n), digits=3),
        _ratio(math.sqrt((se**2).mean()) / sd, n),
        _ratio(float((high - low).mean()) / (2 * Z * sd), n),
        share(refused),
    ]


def _ratio(value: float, n: int) -> Figure:
    """What is set against a standard deviation, with the error of that, as if normal."""
    return Figure(value=value, error=value / math.sqrt(2 * n), digits=3)

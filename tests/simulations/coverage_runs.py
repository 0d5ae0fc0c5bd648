"""Studies drawn from worlds of a known truth and estimated, in chunks that any process can do."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple
from unittest import mock

import numpy as np

from scoring.errors import NotConverged, TooLittleData
from scoring.estimation.results import Estimate
from tests.simulations.designs import DESIGNS
from tests.simulations.designs.setting import Answer, Data, Rule, Setting

# Studies that one process draws at a time; seeds go by chunk, so that nothing depends on how many
# processes there are.
CHUNK = 50
# One chunk in so many tries what stands beside, whose figures need not be as exact.
BESIDE = 4
REFUSED = Answer(np.nan, np.nan, np.nan, np.nan)

# What each rule said of every study (n, 4): estimate, standard error, and both ends.
Answers = Mapping[str, np.ndarray]


class Task(NamedTuple):
    """One chunk of one setting: plain figures, as they have to go to another process."""

    design: str
    setting: str
    seed: int
    part: int
    studies: int

    @property
    def world(self) -> Setting:
        """The setting of that name."""
        settings = DESIGNS[self.design].settings
        return next(one for one in settings if one.name == self.setting)


def tasks(design: str, setting: Setting, *, seed: int, studies: int) -> list[Task]:
    """The chunks that add up to so many studies of a setting."""
    return [
        Task(design, setting.name, seed, part, min(CHUNK, studies - begin))
        for part, begin in enumerate(range(0, studies, CHUNK))
    ]


def answered(task: Task) -> Answers:
    """Draw the studies of a task and ask every rule about each of them."""
    rng = np.random.default_rng([task.seed, task.part, *f"{task.design}: {task.setting}".encode()])
    world = task.world
    rules = world.promised if task.part % BESIDE else world.rules
    found: dict[str, list[Answer]] = {name: [] for name in rules}
    for study in range(task.studies):
        try:
            answers = _answers(rules, world.draw(rng))
        except Exception as error:
            error.add_note(f"in study {study} of {task}")
            raise
        for name, answer in answers.items():
            found[name].append(answer)
    return {name: np.array(answers) for name, answers in found.items()}


def _answers(rules: Mapping[str, Rule], data: Data) -> dict[str, Answer]:
    """What the rules say, estimates being made once for all that read them."""
    told = {ask: _told(ask, data) for ask in {rule.ask: None for rule in rules.values()}}
    return {
        name: REFUSED if told[rule.ask] is None else rule.read(told[rule.ask])
        for name, rule in rules.items()
    }


def _told(ask: Callable[[Data], Estimate], data: Data) -> Estimate | None:
    """The estimate, unless there is too little in the data for it; other refusals are mistakes."""
    try:
        return ask(data)
    except (TooLittleData, NotConverged):
        return None


def together(parts: Sequence[Answers]) -> Answers:
    """The chunks of one setting as one."""
    return {
        name: np.concatenate([part[name] for part in parts if name in part]) for name in parts[0]
    }


@contextmanager
def workers(count: int) -> Iterator[Callable[..., Iterator[Answers]]]:
    """A map over tasks, in order, that `count` processes share; with one it is this process."""
    if count == 1:
        yield map
        return
    # Processes are enough for the processors: threads of linear algebra would only wait in line.
    with mock.patch.dict(os.environ, OMP_NUM_THREADS="1"):
        pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)

"""Pooling thousands of subjects, beside metafor's loop, PyMARE's columns and statsmodels' loop."""

import csv
import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from scoring.synthesis import synthesise, synthesise_many
from tests.benchmarks.ratio import Ratio, interleaved

SUBJECTS, STUDIES, SEED = 10_000, 8, 20261125
# metafor takes milliseconds a subject: it does this many, and its time is scaled up.
SUBJECTS_OF_METAFOR = {"pool": 400, "report": 60}
LOOP = Path(__file__).with_name("metafor_loop.R")


def measured(*, rounds: int) -> Iterator[Ratio | str]:
    """Every ratio of the issue, or a line that says what is missing on this machine."""
    rng = np.random.default_rng(SEED)
    vi = rng.uniform(0.01, 0.1, SUBJECTS * STUDIES)
    yi = rng.normal(0.2, np.sqrt(vi + 0.02))
    subject = np.repeat(np.arange(SUBJECTS), STUDIES)

    def pool() -> None:
        done = synthesise_many(yi, vi, subject, test="knha")
        assert (done.status == "ok").all()

    def report() -> None:
        synthesise_many(yi, vi, subject, test="knha", leave_one_out=True, intervals=True)

    for kind, ours, promise in (("pool", pool, ">= 800"), ("report", report, ">= 500")):
        yield _beside_metafor(kind, ours, (subject, yi, vi), rounds=rounds, promise=promise)
    yield _beside_pymare(pool, yi, vi, rounds=rounds)
    yield _beside_statsmodels(yi, vi, subject, rounds=rounds)
    yield _single(yi[:STUDIES], vi[:STUDIES], rounds=rounds)


def _beside_metafor(
    kind: str,
    ours: Callable[[], None],
    columns: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    rounds: int,
    promise: str,
) -> Ratio | str:
    rscript = shutil.which("Rscript")
    if (
        rscript is None
        or subprocess.run(
            [rscript, "-e", "library(metafor)"], capture_output=True, check=False
        ).returncode
    ):
        return f"metafor's loop ({kind}): NOT MEASURED, no R with metafor on this machine"
    some = SUBJECTS_OF_METAFOR[kind]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        with file.open("w", newline="") as out:
            rows = zip(*(column[: some * STUDIES].tolist() for column in columns), strict=True)
            csv.writer(out).writerows([("subject", "yi", "vi"), *rows])

        def theirs() -> float:
            command = [rscript, str(LOOP), str(file), kind]
            done = subprocess.run(command, capture_output=True, check=True, text=True)
            return float(done.stdout) * SUBJECTS / some

        return interleaved(
            f"metafor's loop / synthesise_many, {kind} of {SUBJECTS}",
            subject=theirs,
            baseline=lambda: _milliseconds(ours),
            rounds=rounds,
            unit="ms",
            promise=promise,
        )


def _beside_pymare(
    ours: Callable[[], None], yi: np.ndarray, vi: np.ndarray, *, rounds: int
) -> Ratio | str:
    if importlib.util.find_spec("pymare") is None:
        return "PyMARE's columns: NOT MEASURED, the bench extra is not installed"
    estimators = importlib.import_module("pymare.estimators")
    y, v = (np.ascontiguousarray(part.reshape(SUBJECTS, STUDIES).T) for part in (yi, vi))

    def theirs() -> None:
        fitted = estimators.VarianceBasedLikelihoodEstimator(method="REML")
        fitted.fit(y=y, v=v, X=np.ones((STUDIES, 1)))
        fitted.summary().get_fe_stats()

    return interleaved(
        f"PyMARE's REML columns / synthesise_many, {SUBJECTS}",
        subject=lambda: _milliseconds(theirs),
        baseline=lambda: _milliseconds(ours),
        rounds=rounds,
        unit="ms",
        promise=">= 1",
    )


def _beside_statsmodels(
    yi: np.ndarray, vi: np.ndarray, subject: np.ndarray, *, rounds: int
) -> Ratio:
    combine = importlib.import_module("statsmodels.stats.meta_analysis").combine_effects
    pairs = [(yi[i : i + STUDIES], vi[i : i + STUDIES]) for i in range(0, 500 * STUDIES, STUDIES)]

    def theirs() -> float:
        return _milliseconds(lambda: [combine(y, v, method_re="dl") for y, v in pairs]) * (
            SUBJECTS / len(pairs)
        )

    return interleaved(
        f"statsmodels' DL loop / synthesise_many DL, {SUBJECTS}",
        subject=theirs,
        baseline=lambda: _milliseconds(lambda: synthesise_many(yi, vi, subject, method="DL")),
        rounds=rounds,
        unit="ms",
        promise="no figure",
    )


def _single(yi: np.ndarray, vi: np.ndarray, *, rounds: int) -> Ratio:
    def once(method: str) -> float:
        return _milliseconds(lambda: [synthesise(yi, vi, method=method) for _ in range(100)]) / 100

    return interleaved(
        f"one subject of k = {STUDIES}, REML / common effect",
        subject=lambda: once("REML"),
        baseline=lambda: once("EE"),
        rounds=rounds,
        unit="ms",
        promise="REML under 1 ms",
    )


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000

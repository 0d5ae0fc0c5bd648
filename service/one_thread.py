"""Linear algebra in one thread: on small matrices and shared processors several only wait."""

import os
from collections.abc import Mapping

# What OpenMP, OpenBLAS and MKL read, once, when they are loaded.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def environment_of_one_thread() -> Mapping[str, str]:
    """Our environment for a process that computes.

    Several threads were seen to wait for each other ten times as long as one takes.
    """
    return {**os.environ, **dict.fromkeys(THREADS, "1")}


def compute_in_one_thread() -> None:
    """The same for this process, before it loads a library of numbers; what is set stays."""
    for name in THREADS:
        os.environ.setdefault(name, "1")

"""What arrays and columns are called throughout: their element types and what they hold."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Matrix: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]

# What units, arms and clusters are called, one entry a row.
Label: TypeAlias = str | int | float | date
Labels: TypeAlias = Sequence[str] | Sequence[float] | Sequence[date] | npt.NDArray[np.generic]

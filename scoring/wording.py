"""Values as a reader has them."""

import math

from scoring.evidence import Value


def words(value: Value | None) -> str:
    """A value as a reader has it: yes and no, four figures, words without underscores."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case str():
            return value.replace("_", " ")
        case _ if math.isinf(value):
            return "without bound"
        case _:
            return f"{value:.4g}"

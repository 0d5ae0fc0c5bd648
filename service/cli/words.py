"""Numbers and measures as an analyst reads them; ratios as themselves."""

from collections.abc import Sequence

from scoring.effects import LOG_RATIOS, ONE_GROUP, to_natural_scale

# Tests of the pooled effect, by what their intervals come from.
TESTS = {
    "z": "the normal distribution",
    "t": "Student's t",
    "knha": "Knapp and Hartung's test",
    "adhoc": "Knapp and Hartung's test, never narrower than Wald's",
}

# An interval that is as likely as not to miss is none; and 0.05 is the complement of what is meant.
LEAST_LEVEL = 0.5
LEVELS = "95, or 0.95; above 50 and below 100 per cent"

# Measures whose natural scale is another than that of the analysis.
NATURAL = {
    **dict.fromkeys(LOG_RATIOS, "as a ratio"),
    "PLO": "as a proportion",
    "PAS": "as a proportion",
    "ZCOR": "as a correlation",
}


def figure(value: float, measure: str) -> str:
    """A value of the analysis scale on the natural one, to three figures."""
    return f"{to_natural_scale(measure, value):.3g}"


def estimate(middle: float, low: float, high: float, *, measure: str, level: float) -> str:
    """An estimate with its interval, the scale named where it is not that of the analysis."""
    scale = f" {NATURAL[measure]}" if measure in NATURAL else ""
    ends = " to ".join(figure(end, measure) for end in (low, high))
    return f"{measure}{scale} {figure(middle, measure)}, {100 * level:g} % interval {ends}"


def compares(measure: str) -> bool:
    """Whether a measure compares anybody: for a proportion of one group there is no "no effect"."""
    return measure not in ONE_GROUP


def studies(k: int) -> str:
    """How many studies, in words that agree."""
    return "1 study" if k == 1 else f"{k} studies"


def model(method: str) -> str:
    """What was taken to be the same in all studies, by the method."""
    return "a common effect" if method == "EE" else f"random effects ({method})"


def listed(names: Sequence[str], *, most: int = 5) -> str:
    """The first names, and how many more."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def left_out(flag: str, rows: Sequence[int]) -> str:
    """Rows that belong nowhere, as a column that a flag names has nothing in them."""
    numbers = listed([str(row) for row in rows])
    which = f"Row {numbers} was" if len(rows) == 1 else f"Rows {numbers} were"
    return f"{which} left out, blank in the column that {flag} names."


def p_value(p: float) -> str:
    """A p-value with its sign, never 0."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def share(level: float) -> float | None:
    """A level of confidence told as 95 or as 0.95, as a share; None where it cannot be one."""
    told = level / 100 if level > 1 else level
    return told if LEAST_LEVEL < told < 1 else None


def cell(value: object) -> str:
    """One cell of a printed table."""
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell and set to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(one.rjust(width) for one, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]

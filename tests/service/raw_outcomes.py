"""Files of raw outcomes, one for each design: small, made up, and the same each time."""

import csv
import io
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

REFERENCE = Path(__file__).parents[1] / "reference" / "estimation"
MONTHS = tuple(f"{2016 + n // 12}-{n % 12 + 1:02}" for n in range(60))


@dataclass(frozen=True)
class Example:
    """A file for a design, with the columns and options that it needs."""

    design: str
    columns: dict
    options: dict = field(default_factory=dict)
    roles: dict = field(default_factory=dict)

    @property
    def raw(self):
        return csv_of(self.columns)


def csv_of(columns):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def reference(name):
    return json.loads((REFERENCE / f"{name}.json").read_text())["data"]


def its():
    columns = {"month": MONTHS, "admissions": reference("its-sim-monthly60")["y"]}
    roles = {"periods": "month", "outcome": "admissions"}
    return Example("its", columns, {"start": "2019-01", "ratio": "IRR"}, roles)


def controlled_its():
    told = reference("cits-sim48")
    months = [MONTHS[time - 1] for time in told["time"]]
    start = months[told["level"].index(1)]
    columns = {"periods": months, "falls": told["y"], "group": told["group"]}
    return Example("controlled_its", columns, {"start": start}, {"outcome": "falls"})


def panel(*, places=14, years=8, start):
    """Places over years, `start` telling from which year on a place has the programme, or None."""
    chance = Random(20261125)
    columns = {"area": [], "year": [], "score": [], "runs": []}
    for place in range(places):
        began = start(place)
        for year in range(years):
            runs = began is not None and year >= began
            noise = chance.gauss(0, 0.6) - 2.5 * runs
            columns["area"].append(f"Area {place + 1}")
            columns["year"].append(2012 + year)
            columns["score"].append(round(20 + 0.3 * place + 0.5 * year + noise, 2))
            columns["runs"].append(int(runs))
    return columns


ROLES = {"units": "area", "periods": "year", "outcome": "score", "treated": "runs"}


def did():
    return Example("did", panel(start=lambda p: 5 if p < 6 else None), {}, ROLES)


def staggered():
    return Example("staggered", panel(start=lambda p: 3 + p % 4 if p < 9 else None), {}, ROLES)


def synthetic_control():
    columns = panel(places=16, years=14, start=lambda p: 9 if p == 4 else None)
    return Example("synthetic_control", columns, {}, ROLES)


EXAMPLES = {
    one.design: one for one in (its(), controlled_its(), did(), staggered(), synthetic_control())
}


def numbers_of(raw):
    """Every number of a file that is long enough to be known again."""
    rows = list(csv.reader(io.StringIO(raw.decode())))
    cells = {cell for row in rows[1:] for cell in row}
    return {cell for cell in cells if "." in cell and len(cell) >= 4 and math.isfinite(float(cell))}

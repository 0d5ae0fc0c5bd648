"""Files of raw outcomes, one for each design: small, made up, and the same each time."""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

REFERENCE = Path(__file__).parents[1] / "reference" / "estimation"
# As long as no other figure is likely to be the same.
LONG = re.compile(r"(?=.{4})-?\d+\.\d*[1-9]|\d{4,}")
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


def people(*, lost=()):
    """People of two groups: what was known of them, and what became of them."""
    chance = Random(20261126)
    columns = {
        "person": [],
        "group": [],
        "age": [],
        "sex": [],
        "before": [],
        "after": [],
        "place": [],
    }
    for number in range(160):
        treated, age = number % 2, chance.randint(40, 90)
        before = round(50 + 0.2 * age + chance.gauss(0, 8), 2)
        after = round(before - 4 * treated + chance.gauss(0, 6), 2)
        columns["person"].append(f"P{number:03}")
        columns["group"].append(treated)
        columns["age"].append(age)
        columns["sex"].append(chance.choice(("female", "male")))
        columns["before"].append(before)
        columns["after"].append("" if number in lost else after)
        columns["place"].append(f"Home {number % 16 + 1}")
    return columns


ADJUSTED = {"covariates": ["before", "age", "sex"]}


def rct():
    roles = {"outcome": "after", "arm": "group", **ADJUSTED}
    return Example("rct", people(lost=(3, 10, 77)), {}, roles)


def cluster_rct():
    roles = {"outcome": "after", "arm": "group", "clusters": "place", **ADJUSTED}
    return Example("cluster_rct", people(lost=(5,)), {}, roles)


def proportions():
    columns = people()
    columns["readmitted"] = ["yes" if after > 62 else "no" for after in columns["after"]]
    columns["readmitted"][9] = ""
    roles = {"outcome": "readmitted", "arm": "group", "covariates": ["age"]}
    return Example("proportions", columns, {"design": "rct"}, roles)


def two_proportions():
    columns = {"x1": [41], "n1": [392], "x2": [66], "n2": [389]}
    return Example("two_proportions", columns, {"design": "rct"})


def rates():
    told = reference("rate-sim-a")
    columns = {name: told[name] for name in ("area", "events", "persontime", "treat")}
    return Example("rates", columns, {}, {"exposure": "persontime", "treated": "treat"})


def discontinuity():
    told = reference("rd-sim-a")
    roles = {"running": "score", "outcome": "y"}
    return Example(
        "discontinuity", {"score": told["running"], "y": told["y"]}, {"cutoff": 0}, roles
    )


def matching():
    roles = {"treated": "group", "outcome": "after", **ADJUSTED}
    return Example("matching", people(), {}, roles)


def time_to_event():
    return Example("time_to_event", {"hr": [0.71], "ci_low": [0.55], "ci_high": [0.92]})


def prepost():
    return Example("prepost", people(lost=(4,)))


MADE = (
    its, controlled_its, did, staggered, synthetic_control, rct, cluster_rct, proportions,
    two_proportions, rates, discontinuity, matching, time_to_event, prepost,
)  # fmt: skip
EXAMPLES = {one.design: one for one in (make() for make in MADE)}
# Their file is a row of summaries, which the specification repeats: there are no people in it.
SUMMARIES = ("two_proportions", "time_to_event")


def numbers_of(raw):
    """Every number of a file that is long enough to be known again."""
    rows = list(csv.reader(io.StringIO(raw.decode())))
    cells = {cell for row in rows[1:] for cell in row}
    return {cell for cell in cells if LONG.fullmatch(cell)}

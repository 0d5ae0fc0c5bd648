"""From a file to an estimate that can be recorded: every design, every flaw, and nothing kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from domain.contrast import Contrast
from scoring.errors import NotConverged, TooLittleData
from scoring.estimation.catalogue import DESIGNS, NUMBER, Design, Option, Role
from service.estimating import Asked, EstimateRefused, designs_catalogue, engine, perform
from service.estimating.engine import fitting_designs
from service.estimating.layout import may_be_blank
from service.estimating.receipts import Receipts
from service.estimating.refusals import MOST_TOLD
from service.estimating.verifying import estimates_in, verified
from service.sheets import Limits
from service.wire import from_wire, to_wire
from tests.service.raw_outcomes import EXAMPLES, MONTHS, SUMMARIES, csv_of, numbers_of
from tests.service.test_sheets import workbook

LIMITS = Limits(megabytes=4, rows=20_000)
PROGRAMME, OTHER = UUID(int=1), UUID(int=2)
RECEIPTS = Receipts(b"k" * 32)
TOLD = {
    "study": "Evaluation",
    "unit": {"site": "Northmoor", "cohort": "2019"},
    "outcome": {"domain": "x", "measure": "y", "direction_good": -1, "kind": "rate"},
}


@pytest.fixture(scope="module")
def found():
    """The document of every example."""
    return {
        name: perform(one.raw, Asked(name, listed(one.roles), one.options), LIMITS)
        for name, one in EXAMPLES.items()
    }


def listed(roles):
    return {role: (name,) if isinstance(name, str) else tuple(name) for role, name in roles.items()}


def asked(name, **changes):
    one = EXAMPLES[name]
    options = one.options | changes.pop("options", {})
    return Asked(name, listed(one.roles | changes), options)


def refusal(raw, what):
    with pytest.raises(EstimateRefused) as caught:
        perform(raw, what, LIMITS)
    return caught.value


def flaws(raw, what):
    return [(flaw.field, flaw.column, flaw.row, flaw.problem) for flaw in refusal(raw, what).flaws]


def changed(name, column, row, cell):
    """The file of an example with one cell written otherwise; rows count from 1."""
    columns = {title: list(cells) for title, cells in EXAMPLES[name].columns.items()}
    columns[column][row - 1] = cell
    return csv_of(columns)


def test_every_design_of_the_catalogue_has_an_example():
    assert set(EXAMPLES) == set(DESIGNS)


@pytest.mark.parametrize("name", DESIGNS)
def test_an_estimate_can_be_recorded_as_it_stands(found, name):
    document = json.loads(json.dumps(found[name], allow_nan=False))
    result = RECEIPTS.signed(PROGRAMME, document["contrast"]["result"])
    contrast = from_wire(Contrast, TOLD | document["contrast"] | {"result": to_wire(result)})
    assert RECEIPTS.genuine(PROGRAMME, contrast.result)
    assert contrast.result.design == name
    assert contrast.design.type.value == found[name]["contrast"]["result"]["facts"]["design.type"]
    assert result.data.rows == len(next(iter(EXAMPLES[name].columns.values())))
    assert set(found[name]["asked"]).isdisjoint(result.facts)


@pytest.mark.parametrize("name", sorted(set(DESIGNS) - set(SUMMARIES)))
def test_no_figure_of_a_row_is_in_the_result(found, name):
    rows = numbers_of(EXAMPLES[name].raw)
    told = {str(number) for number in numbers_in(found[name]["contrast"])}
    assert len(rows) > 20
    assert rows & told == set()


def numbers_in(document):
    match document:
        case Mapping():
            for part in document.values():
                yield from numbers_in(part)
        case Sequence() if not isinstance(document, str):
            for part in document:
                yield from numbers_in(part)
        case int() | float():
            yield document


@pytest.mark.parametrize("name", DESIGNS)
def test_a_workbook_gives_what_its_csv_gives(found, name):
    columns = EXAMPLES[name].columns
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    again = perform(workbook(rows), asked(name), LIMITS)
    assert again["effect"] == found[name]["effect"]
    assert again["contrast"]["design"] == found[name]["contrast"]["design"]


def test_receipts_are_for_one_programme_and_for_these_figures(found):
    result = RECEIPTS.signed(PROGRAMME, found["its"]["contrast"]["result"])
    assert RECEIPTS.genuine(PROGRAMME, result)
    assert not RECEIPTS.genuine(OTHER, result)
    assert not Receipts(b"z" * 32).genuine(PROGRAMME, result)
    for changes in (
        {"estimate": result.estimate + 1e-9},
        {"facts": {**result.facts, "design.parallel_trends": True}},
        {"text": result.text + " "},
        {"checks": result.checks[1:]},
        {"data": replace(result.data, sha256="0" * 64)},
        {"receipt": "0" * 64},
    ):
        assert not RECEIPTS.genuine(PROGRAMME, replace(result, **changes)), changes


def test_a_receipt_survives_programs_that_drop_a_nought_after_the_point(found):
    result = to_wire(RECEIPTS.signed(PROGRAMME, found["did"]["contrast"]["result"]))

    def as_in_javascript(value):
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, dict):
            return {name: as_in_javascript(part) for name, part in value.items()}
        return (
            [as_in_javascript(part) for part in value] if isinstance(value, list | tuple) else value
        )

    again = from_wire(type(RECEIPTS.signed(PROGRAMME, result)), as_in_javascript(result))
    assert RECEIPTS.genuine(PROGRAMME, again)


@pytest.mark.parametrize("name", DESIGNS)
def test_who_holds_the_file_finds_every_figure_again(found, name):
    recorded = RECEIPTS.signed(PROGRAMME, found[name]["contrast"]["result"])
    again = verified(EXAMPLES[name].raw, recorded, LIMITS)
    assert again.agrees
    assert again.same_file
    assert again.versions == {}
    assert len(again.figures) > 20


def test_another_file_and_another_figure_are_told(found):
    recorded = RECEIPTS.signed(PROGRAMME, found["its"]["contrast"]["result"])
    other = verified(changed("its", "admissions", 3, "245.3"), recorded, LIMITS)
    assert not other.same_file
    assert {figure.name for figure in other.figures if not figure.agrees} >= {"estimate", "se"}
    check = replace(recorded.checks[0], passed=not recorded.checks[0].passed)
    bent = replace(recorded, checks=(check, *recorded.checks[1:]), versions={"numpy": "1"})
    again = verified(EXAMPLES["its"].raw, bent, LIMITS)
    assert [f.name for f in again.figures if not f.agrees] == [f"checks.{check.name}.passed"]
    assert again.versions["numpy"][0] == "1"


def test_an_estimate_is_found_wherever_a_document_holds_it(found):
    result = found["its"]["contrast"]["result"]
    for document in (result, {"facts": {"contrast": {"result": result}}}, [{"result": result}]):
        assert list(estimates_in(document)) == [result]
    assert list(estimates_in({"kind": "reported"})) == []


@pytest.mark.parametrize(
    ("row", "column", "cell", "field", "problem"),
    [
        (3, "admissions", "", "outcome", "is blank"),
        (3, "admissions", "n/a", "outcome", "is blank"),
        (4, "admissions", "lots", "outcome", "is text, or no finite number"),
        (4, "admissions", "inf", "outcome", "is text, or no finite number"),
        (4, "admissions", "12%", "outcome", "has a sign beside the number"),
        (4, "admissions", "<5", "outcome", "is a bound, or a mark for a figure that is withheld"),
        (4, "admissions", "[c]", "outcome", "is a bound, or a mark for a figure that is withheld"),
        (4, "admissions", "1e300", "outcome", "is larger than can be measured"),
        (4, "admissions", "1e-300", "outcome", "is smaller than can be measured"),
        (5, "month", "", "periods", "is blank"),
        (5, "month", "2016", "periods", "is not a month such as 2019-04, as most others are"),
        (5, "month", "May-16", "periods", "has a year of two digits"),
        (6, "month", "2016-01", "periods", "has the same month as row 1"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_row_and_column(row, column, cell, field, problem):
    assert flaws(changed("its", column, row, cell), asked("its")) == [(field, column, row, problem)]


def test_every_flaw_is_told_and_the_rest_counted():
    columns = {"month": MONTHS * 3, "admissions": ["x"] * 180}
    refused = refusal(csv_of(columns), asked("its"))
    assert len(refused.flaws) == MOST_TOLD
    assert refused.more == 180 - MOST_TOLD
    assert "and 130 more" in str(refused)


def test_rows_are_counted_as_a_spreadsheet_shows_them_below_the_header():
    lines = EXAMPLES["its"].raw.decode().splitlines()
    with_blank = [*lines[:3], ",", lines[3].rpartition(",")[0] + ",x", *lines[4:]]
    assert flaws("\n".join(with_blank).encode(), asked("its"))[0][2] == 4


@pytest.mark.parametrize("group", ["yes", "1", "TRUE", "Y"])
def test_yes_and_no_are_one_and_nought(group):
    said = {"yes": "no", "1": "0", "TRUE": "FALSE", "Y": "n"}[group]
    example = EXAMPLES["controlled_its"]
    columns = example.columns | {"group": [group if g else said for g in example.columns["group"]]}
    assert perform(csv_of(columns), asked("controlled_its"), LIMITS)["effect"]["estimate"] < 0


def test_a_truth_that_is_neither_is_named():
    told = flaws(changed("controlled_its", "group", 2, 2), asked("controlled_its"))
    assert told == [("group", "group", 2, "is 2")]


@pytest.mark.parametrize(
    ("what", "field", "words"),
    [
        (Asked("magic", {}, {}), "design", "is not a design here"),
        (asked("its", outcome="falls"), "columns.outcome", "is not in the file"),
        (asked("its", units="month"), "columns.units", "is no role"),
        (asked("its", outcome="month"), "columns.outcome", "is used for periods as well"),
        (asked("its", outcome=("admissions", "month")), "columns.outcome", "has 2 columns"),
        (Asked("its", {"periods": ("month",)}, {}), "columns.outcome", "has no column"),
        (asked("its", options={"start": None}), "options.start", "is missing"),
        (asked("its", options={"start": "spring"}), "options.start", "is not accepted"),
        (asked("its", options={"lag": "long"}), "options.lag", "is not accepted"),
        (asked("its", options={"log": "perhaps"}), "options.log", "is not accepted"),
        (asked("its", options={"ratio": "OR"}), "options.ratio", "is not accepted"),
        (asked("its", options={"colour": 1}), "options.colour", "is no option"),
        (asked("its", options={"level": 2}), "options.level", "is not accepted"),
        (asked("its", options={"lag": 1.5}), "options.lag", "is not accepted"),
        (asked("its", options={"start": "2030-01"}), "options.start", "no period is at or past it"),
    ],
)
def test_what_is_asked_of_a_file_is_checked_by_name(what, field, words):
    first, *_ = refusal(EXAMPLES["its"].raw, what).flaws
    assert first.field == field
    assert words in first.problem
    assert first.accepted


def test_holes_in_a_panel_are_told_by_the_first_row_of_the_unit():
    columns = {name: cells[:-1] for name, cells in EXAMPLES["did"].columns.items()}
    (flaw,) = refusal(csv_of(columns), asked("did")).flaws
    assert (flaw.field, flaw.row) == ("units", 13 * 8 + 1)
    assert "none for 1 of 8 periods, 2019 the first" in flaw.problem
    assert "Area" not in str(flaw)


def test_a_refusal_of_the_engine_has_its_place_and_the_designs_that_would_fit():
    short = {name: cells[30:46] for name, cells in EXAMPLES["its"].columns.items()}
    refused = refusal(csv_of(short), asked("its"))
    assert refused.flaws[0].field == "periods"
    assert refused.flaws[0].column == "month"
    assert refused.fits == ()
    several = Asked("synthetic_control", listed(EXAMPLES["did"].roles), {})
    assert refusal(csv_of(EXAMPLES["did"].columns), several).fits == ("did",)
    never = EXAMPLES["did"].columns | {"runs": [0] * 112}
    assert refusal(csv_of(never), asked("did")).flaws[0].column == "runs"


def test_no_design_is_recommended_instead_of_itself():
    words = "a controlled interrupted time series, or an interrupted time series"
    assert fitting_designs(words, instead_of="its") == ("controlled_its",)
    assert fitting_designs(words, instead_of="did") == ("its", "controlled_its")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (ZeroDivisionError("12.5 / 0"), "cannot be estimated by this design (ZeroDivisionError)"),
        (ValueError("row 3 is 99.71"), "cannot be estimated by this design (ValueError)"),
        (NotConverged("ended early", field="outcome", row=2), "ended early"),
        (TooLittleData("too few", field="weather"), "too few"),
    ],
)
def test_what_arithmetic_stumbles_over_is_refused_without_its_figures(monkeypatch, failure, words):
    def estimate(*_):
        raise failure

    monkeypatch.setattr(engine, "estimate", estimate)
    refused = refusal(EXAMPLES["its"].raw, asked("its"))
    assert refused.flaws[0].problem == words
    assert "99.71" not in str(refused)


def test_the_catalogue_is_plain_json_with_every_default():
    designs = json.loads(json.dumps(designs_catalogue(), allow_nan=False))
    assert [design["id"] for design in designs] == list(DESIGNS)
    options = {option["name"]: option for option in designs[0]["options"]}
    assert options["level"]["default"] == 0.95
    assert options["start"]["required"]


def a_trial(
    *, outcome: Sequence[float | None], arm: Sequence[str], dose: Mapping[str, Sequence[float]]
) -> None:
    """A design in which people can be lost: their outcome is then not known."""


def test_only_a_design_that_reckons_with_lost_people_takes_blanks():
    roles = tuple(Role(name=name, kind=NUMBER, text="x") for name in ("outcome", "arm", "dose"))
    trial = Design(
        id="trial", title="t", design="rct", asks="a", needs="n", run=a_trial, roles=roles,
        options=(Option(name="level", kind=NUMBER, text="l"),),
    )  # fmt: skip
    assert [may_be_blank(trial, role) for role in trial.roles] == [True, False, False]
    assert not any(may_be_blank(DESIGNS["its"], role) for role in DESIGNS["its"].roles)


def test_a_series_of_dates_has_a_name_for_every_period(found):
    (picture,) = found["its"]["pictures"]
    assert [one["label"] for one in picture["names"]] == list(MONTHS)
    assert found["did"]["pictures"][0]["names"] == []


def test_a_ratio_of_means_says_how_it_could_be_weighed():
    document = perform(EXAMPLES["its"].raw, asked("its", options={"ratio": "ROM"}), LIMITS)
    assert not document["pooled"]["weighed"]
    assert "ratio=IRR" in document["pooled"]["why"]

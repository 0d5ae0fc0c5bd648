"""`candour estimate` as an analyst and an auditor use it: a file in, an answer or a reason out."""

import io
import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest

from scoring.estimation.catalogue import DESIGNS
from service.cli.main import main
from service.estimating.receipts import Receipts
from service.wire import to_wire
from tests.service.raw_outcomes import EXAMPLES, csv_of
from tests.service.served import LAUNCHED, MEASURED, serve
from tests.service.test_cli_main import HEAVY
from tests.service.test_sheets import workbook

SERIES = ("--design", "its", "--column", "outcome=admissions", "--column", "periods=month",
          "--option", "start=2019-01")  # fmt: skip


@pytest.fixture
def file(tmp_path):
    def written(raw, name="outcomes.csv"):
        path = tmp_path / name
        path.write_bytes(raw)
        return str(path)

    return written


@pytest.fixture
def told(capsys):
    """Runs the command; its exit code, and what it printed."""

    def run(*arguments):
        code = main(["estimate", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def answer(told):
    def run(*arguments):
        code, out, err = told(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out, parse_constant=pytest.fail)

    return run


def arguments_of(example):
    named = {r: n if isinstance(n, str) else ",".join(n) for r, n in example.roles.items()}
    columns = [f"--column={role}={name}" for role, name in named.items()]
    return [*columns, *(f"--option={name}={value}" for name, value in example.options.items())]


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_is_estimated_from_a_file(name, file, answer):
    example = EXAMPLES[name]
    found = answer(file(example.raw), f"--design={name}", *arguments_of(example))
    assert found["design"] == name
    assert found["effect"]["se"] > 0
    assert found["contrast"]["result"]["facts"]["design.type"]


def test_the_words_hold_the_effect_its_table_and_its_checks(file, told):
    code, out, err = told(file(EXAMPLES["its"].raw), *SERIES, "--explain")
    assert (code, err) == (0, "")
    assert "Interrupted time series: MD -29.23, 95 % interval -62.79 to 4.333, p = 0.087" in out
    for words in ("average effect", "pass Number of periods", "FAIL Seasons left over", "note "):
        assert words in out
    assert "judged by the course of the 36 periods before it" in out
    assert "Not weighed with other places: ROM" in out
    assert "The data cannot tell: design.confounding_factor." in out


def test_a_level_of_confidence_is_told_as_everywhere(file, answer):
    found = answer(file(EXAMPLES["its"].raw), *SERIES, "--level", "90")
    assert found["effect"]["ci_level"] == 0.9


def test_columns_of_many_are_told_again_or_with_commas(file, answer):
    example = EXAMPLES["did"]
    columns = example.columns | {
        "age": [n % 7 + (n // 8) for n in range(112)],
        "imd": [n * n % 11 for n in range(112)],
    }
    path = file(csv_of(columns))
    once = answer(path, "--design=did", *arguments_of(example), "--column=covariates=age,imd")
    again = answer(
        path,
        "--design=did",
        *arguments_of(example),
        "--column=covariates=age",
        "--column=covariates=imd",
    )
    assert once == again
    assert once["contrast"]["result"]["data"]["columns"]["covariates"] == ["age", "imd"]


def test_a_workbook_and_standard_input_are_read(file, told, monkeypatch):
    columns = EXAMPLES["its"].columns
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    one = told(file(workbook(rows), "outcomes.xlsx"), *SERIES)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EXAMPLES["its"].raw)))
    assert told("-", *SERIES) == one


def test_it_is_drawn_as_one_svg(file, told, tmp_path):
    path = tmp_path / "did.svg"
    code, *_ = told(
        file(EXAMPLES["did"].raw),
        "--design=did",
        *arguments_of(EXAMPLES["did"]),
        "--plot",
        str(path),
    )
    assert code == 0
    drawn = path.read_text(encoding="utf-8")
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert "Means of both groups" in drawn
    assert "Effect by periods since the start" in drawn


def test_the_catalogue_is_listed_for_people_and_for_machines(told, answer):
    code, out, _ = told("--list")
    assert code == 0
    assert all(f"{design.id}: {design.title}" in out for design in DESIGNS.values())
    assert "start        period" in out
    assert [design["id"] for design in answer("--list")["designs"]] == list(DESIGNS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--design", "magic"), "design: is not a design here (accepted: one of its"),
        (("--design", "its"), "columns.periods: has no column"),
        ((*SERIES, "--option", "lag=x"), "options.lag: is not accepted (accepted: a whole"),
        ((*SERIES[:-1], "start=2030-01"), "options.start: no period is at or past it"),
        (("--verify", "nothing.json"), "there is no nothing.json (accepted: a file of JSON"),
    ],
)
def test_a_refusal_is_told_in_a_line(arguments, words, file, told):
    code, out, err = told(file(EXAMPLES["its"].raw), *arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.startswith("candour estimate: ")


def test_a_file_that_is_not_there_is_refused(told):
    code, _, err = told("nowhere.csv", *SERIES)
    assert code == 2
    assert "No such file" in err
    assert told(*SERIES)[0] == 2


def test_personal_data_are_refused_here_too(file, told):
    code, out, err = told(file(b"surname,month,admissions\nObi,2019-01,3\n"), *SERIES)
    assert (code, out) == (2, "")
    assert "looks like people’s names" in err
    assert "Obi" not in err


def test_hospitals_called_like_people_pass_once_it_is_said(file, told, answer):
    named = EXAMPLES["its"].columns | {"hospital": ["James Paget", "George Eliot"] * 30}
    path = file(csv_of(named))
    code, _, err = told(path, *SERIES)
    assert code == 2
    assert "not personal" in err
    found = answer(path, *SERIES, "--not-personal", "hospital")
    specification = found["contrast"]["result"]["specification"]
    assert specification["columns_not_personal"] == '["hospital"]'
    nhs = file(csv_of(EXAMPLES["its"].columns | {"ref": ["943.476.5919"] * 60}), "nhs.csv")
    assert told(nhs, *SERIES, "--not-personal", "ref")[0] == 2


def test_units_are_named_to_the_analyst_and_in_nothing_that_is_recorded(file, told):
    example = EXAMPLES["synthetic_control"]
    code, out, _ = told(
        file(example.raw), "--design=synthetic_control", *arguments_of(example), "--explain"
    )
    assert code == 0
    assert "unit 05 of 16 is Area 5" in out
    assert "In unit 05 of 16 the outcome" in out


def test_several_flaws_stand_below_each_other_with_the_designs_that_would_fit(file, told):
    rows = EXAMPLES["its"].raw.decode().splitlines()
    _, _, err = told(file("\n".join([*rows[:9], "x,y", "z,"]).encode()), *SERIES)
    assert err.count("\n") == 4
    _, _, err = told(file("\n".join(rows[:20]).encode()), *SERIES[:-1], "start=2017-03")
    assert "designs that would fit" not in err
    several = EXAMPLES["did"]
    columns = [part for r, n in several.roles.items() for part in ("--column", f"{r}={n}")]
    _, _, err = told(file(several.raw), "--design", "synthetic_control", *columns)
    assert "designs that would fit: did" in err


def recorded(file, answer, **changes):
    """An event's file with the estimate of the series in it, perhaps bent."""
    found = answer(file(EXAMPLES["its"].raw), *SERIES)
    from_service = Receipts(b"k" * 32).signed(UUID(int=1), found["contrast"]["result"] | changes)
    event = {"facts": {"contrast": {"result": to_wire(from_service)}}}
    return file(json.dumps(event).encode(), "event.json")


def test_an_auditor_with_the_file_finds_every_figure_again(file, answer, told, monkeypatch):
    event, path = recorded(file, answer), file(EXAMPLES["its"].raw)
    code, out, _ = told(path, "--verify", event)
    assert code == 0
    last = out.splitlines()[-1]
    assert last.startswith("Verified: of the same file, all ")
    assert last.endswith(" figures are found again.")
    assert answer(path, "--verify", event)["agrees"]
    with Path(event).open(encoding="utf-8") as text:
        monkeypatch.setattr(sys, "stdin", text)
        assert told(path, "--verify", "-")[0] == 0


def test_an_auditor_is_told_what_is_not_found_again(file, answer, told):
    code, out, _ = told(
        file(EXAMPLES["its"].raw), "--verify", recorded(file, answer, estimate=-30.0, se=16.0)
    )
    assert code == 1
    assert out.splitlines()[-1].startswith("NOT verified: of the same file, 2 of ")
    assert out.endswith(" figures differ.\n")
    assert [line.split()[0] for line in out.splitlines() if "DIFFERS" in line] == ["estimate", "se"]
    event = recorded(file, answer)
    other = file(EXAMPLES["its"].raw.replace(b"239.1", b"239.2"), "other.csv")
    code, out, _ = told(other, "--verify", event)
    assert code == 1
    assert out.splitlines()[1].startswith("It is ANOTHER file: the estimate was made of ")
    assert out.splitlines()[-1].startswith("NOT verified: of another file, ")


def test_another_file_is_not_verified_though_every_figure_is_found_again(file, answer, told):
    event = recorded(file, answer)
    longer = file(EXAMPLES["its"].raw + b"\n", "longer.csv")
    code, out, _ = told(longer, "--verify", event)
    assert code == 1
    assert "NOT verified: of another file, all " in out
    code, out, _ = told(longer, "--verify", event, "--json")
    assert (code, json.loads(out)["agrees"]) == (1, False)


def test_another_file_that_cannot_be_estimated_is_said_to_be_another(file, answer, told):
    event = recorded(file, answer)
    broken = file(EXAMPLES["its"].raw.replace(b"239.1", b"239,x"), "broken.csv")
    code, out, err = told(broken, "--verify", event)
    assert (code, out) == (2, "")
    assert "is another than the estimate was made of (accepted: the one with the SHA-256 " in err


def test_other_versions_of_the_libraries_are_named(file, answer, told):
    old = dict.fromkeys(("python", "numpy", "scipy", "statsmodels", "candour"), "0.1")
    code, out, _ = told(file(EXAMPLES["its"].raw), "--verify", recorded(file, answer, versions=old))
    assert code == 0
    assert "statsmodels was 0.1, and is " in out
    bent = recorded(file, answer, versions=old, estimate=-30.0)
    code, out, _ = told(file(EXAMPLES["its"].raw), "--verify", bent)
    assert code == 1
    words = "NOT verified: of the same file, by other versions of the libraries, 1 of "
    assert out.splitlines()[-1].startswith(words)
    assert out.endswith(" figures differs.\n")


def test_what_the_command_printed_is_verified_as_well(file, answer, told):
    found = answer(file(EXAMPLES["its"].raw), *SERIES)
    kept = file(json.dumps(found).encode(), "printed.json")
    assert told(file(EXAMPLES["its"].raw), "--verify", kept)[0] == 0


@pytest.mark.parametrize(
    ("event", "words"),
    [(b"{", "no JSON"), (b"{}", "0 estimates in it"), (b'{"kind": "estimated"}', "result.measure")],
)
def test_an_event_that_holds_no_estimate_is_refused(event, words, file, told):
    code, _, err = told(file(EXAMPLES["its"].raw), "--verify", file(event, "event.json"))
    assert code == 2
    assert words in err


def test_an_event_is_found_in_the_database_of_the_settings(file, told, tmp_path, monkeypatch):
    served = serve(tmp_path)
    programme = served.programme(served.approach())
    events = f"/v1/programmes/{programme}/events"
    served.tell(events, LAUNCHED)
    reported = served.tell(events, MEASURED)["event_ids"][0]
    form = {
        "file": (io.BytesIO(EXAMPLES["its"].raw), "outcomes.csv"),
        "design": "its",
        "columns": json.dumps(EXAMPLES["its"].roles),
        "options": json.dumps(EXAMPLES["its"].options),
    }
    path = f"/v1/programmes/{programme}/estimates"
    found = served.call("POST", path, data=form, content_type="multipart/form-data").get_json()
    contrast = MEASURED["contrast"] | {
        "design": MEASURED["contrast"]["design"] | found["contrast"]["design"],
        "result": found["contrast"]["result"],
    }
    event = served.tell(events, MEASURED | {"contrast": contrast})["event_ids"][0]
    served.close()
    monkeypatch.setenv("CANDOUR_DATABASE", served.settings.database)
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path))
    raw = file(EXAMPLES["its"].raw)
    assert told(raw, "--verify", event)[0] == 0
    assert "is reported, no estimate" in told(raw, "--verify", reported)[2]
    assert "no measured outcome stands" in told(raw, "--verify", programme)[2]


def test_an_estimate_on_a_laptop_loads_no_server_and_no_database():
    code = (
        "import sys; from service.cli.main import main\n"
        "main(['estimate', '--list'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"

"""From a spreadsheet to a grade, and back: who holds the file can perform it again."""

import io
import json

import pytest

from scoring.appraisal import normal_error
from service.cli.main import main
from service.replay import differences, replayed
from tests.service.raw_outcomes import EXAMPLES, numbers_of
from tests.service.served import LAUNCHED, MEASURED, serve
from tests.service.test_sheets import workbook

RCT = EXAMPLES["rct"]
ROWS = [list(RCT.columns), *map(list, zip(*RCT.columns.values(), strict=True))]


@pytest.fixture(params=["sqlite", "postgres"])
def served(request, tmp_path):
    sqlite = request.param == "sqlite"
    database = None if sqlite else request.getfixturevalue("fresh_postgres")
    application = serve(tmp_path, database=database)
    yield application
    application.close()


def test_from_a_spreadsheet_to_a_grade_and_back(served, tmp_path, capsys, monkeypatch):
    spreadsheet = tmp_path / "trial.xlsx"
    spreadsheet.write_bytes(workbook(ROWS))
    programme = served.programme(served.approach())
    served.tell(f"/v1/programmes/{programme}/events", LAUNCHED)
    found = a_lead_looks_at_what_the_outcomes_say(served, programme, spreadsheet)
    event = the_lead_records_it_with_what_the_data_cannot_tell(served, programme, found)
    a_funder_reads_the_grade(served, programme, found, event)
    nobody_finds_a_row_of_the_file(served, programme)
    an_auditor_performs_it_again(served, programme, event, spreadsheet, capsys, monkeypatch)
    another_file_is_found_out(event, served, programme, tmp_path, capsys)


def a_lead_looks_at_what_the_outcomes_say(served, programme, spreadsheet):
    before = served.lane.store.recorder.max_notification_id()
    form = {
        "file": (io.BytesIO(spreadsheet.read_bytes()), spreadsheet.name),
        "design": "rct",
        "columns": json.dumps(RCT.roles),
    }
    answer = served.call(
        "POST",
        f"/v1/programmes/{programme}/estimates",
        data=form,
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200, answer.text
    assert served.lane.store.recorder.max_notification_id() == before
    return answer.get_json()


def the_lead_records_it_with_what_the_data_cannot_tell(served, programme, found):
    assert "design.randomisation_compromised" in found["asked"]
    told = {"randomisation_compromised": False, "confounding_factor": False}
    contrast = {
        **{name: MEASURED["contrast"][name] for name in ("study", "unit", "outcome")},
        **found["contrast"],
        "design": {**told, "comparator": "usual_care", **found["contrast"]["design"]},
    }
    path = f"/v1/programmes/{programme}/events"
    return served.tell(path, MEASURED | {"contrast": contrast})["event_ids"][0]


def a_funder_reads_the_grade(served, programme, found, event):
    (grade,) = served.get(f"/v1/programmes/{programme}/grades", by="funder").get_json()["items"]
    (unit,) = grade["units"]
    assert unit["event_ids"] == [event]
    # No more certain than the test of the estimate itself was.
    told = found["standardised"]
    error = normal_error(
        told["estimate"], told["se"], df=found["effect"]["df"], p_value=found["effect"]["p_value"]
    )
    assert error > told["se"]
    assert unit["se"] == pytest.approx(error, rel=1e-9)
    assert grade["finding"] == "promising"


def nobody_finds_a_row_of_the_file(served, programme):
    rows = numbers_of(RCT.raw)
    assert len(rows) > 100
    with served.lane.store.recorder.database.reading() as cursor:
        states = cursor.execute("SELECT state FROM stored_events").fetchall()
    stored = b"\n".join(bytes(state) for (state,) in states).decode()
    story = served.get(f"/v1/programmes/{programme}/events", by="funder").text
    for told in (stored, story):
        assert not [row for row in rows if f":{row}," in told or f":{row}}}" in told]


def an_auditor_performs_it_again(served, programme, event, spreadsheet, capsys, monkeypatch):
    """From the event as the API tells it, and from the database by its id alone."""
    entries = served.get(f"/v1/programmes/{programme}/events", by="auditor").get_json()["items"]
    told = spreadsheet.with_name("event.json")
    told.write_text(json.dumps(next(one for one in entries if one["event_id"] == event)))
    monkeypatch.setenv("CANDOUR_DATABASE", served.settings.database)
    monkeypatch.setenv("CANDOUR_DATA", served.settings.data)
    for named in (str(told), event):
        assert main(["estimate", str(spreadsheet), "--verify", named]) == 0
        assert "figures are found again" in capsys.readouterr().out
    with replayed(served.lane, progress=lambda *_: None) as afresh:
        assert list(differences(served.lane.readstore, afresh)) == []


def another_file_is_found_out(event, served, programme, tmp_path, capsys):
    other = tmp_path / "other.xlsx"
    other.write_bytes(workbook([*ROWS[:-1], [*ROWS[-1][:-2], 12.5, ROWS[-1][-1]]]))
    assert main(["estimate", str(other), "--verify", event]) == 1
    assert "It is ANOTHER file" in capsys.readouterr().out

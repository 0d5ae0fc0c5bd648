"""`candour replay` performs every grade again and reports whatever is served otherwise."""

import json

import pytest

from service.cli.main import main

REWRITTEN = "UPDATE grades SET document = json_set(document, '$.finding', 'works')"
CLOSED = "UPDATE programmes SET document = json_set(document, '$.status', 'closed')"


@pytest.fixture
def folder(served, monkeypatch):
    """The stores of an application with a measured programme, as the command finds them."""
    served.measured_programme()
    monkeypatch.setenv("CANDOUR_DATABASE", served.settings.database)
    monkeypatch.setenv("CANDOUR_DATA", served.settings.data)
    return served


def altered(served, statement):
    """Somebody writes into the read models."""
    with served.lane.readstore._database.writing(lock="test") as cursor:
        cursor.execute(statement)


def test_what_is_served_is_what_the_record_says(folder, capsys):
    assert main(["replay"]) == 0
    assert capsys.readouterr().out.endswith("nothing differs.\n")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (REWRITTEN, "finding is served as 'works'"),
        (CLOSED, "status is served as 'closed'"),
        ("DELETE FROM programme_events WHERE type = 'launched'", "row is served as '(not there)'"),
        ("UPDATE grades SET to_position = 4", "to_position is served as 4"),
    ],
)
def test_each_alteration_is_told_one_by_one(folder, capsys, statement, found):
    altered(folder, statement)
    assert main(["replay"]) == 1
    assert found in capsys.readouterr().out


def test_the_grades_of_a_moment_are_performed_again(folder, capsys):
    assert main(["replay", "--as-of", "2015-12-31", "--known-at", "2026-12-01", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["differences"] == []
    assert {grade["subject"]["kind"] for grade in report["grades"]} == {"programme", "approach"}
    assert {grade["as_of"] for grade in report["grades"]} == {"2015-12-31"}
    assert main(["replay", "--as-of", "2015-08-31", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["grades"] == []


def test_a_history_that_was_rewritten_is_found_at_the_moment_asked_for(folder, capsys):
    altered(folder, REWRITTEN)
    assert main(["replay", "--known-at", "2026-12-01T00:00:00Z", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["differences"]
    assert any(one["where"].startswith("programme ") for one in told)


def test_read_models_that_are_behind_are_refused_and_caught_up_by_the_worker(folder, capsys):
    folder.lane.follower.stop()
    altered(folder, "UPDATE tracking SET position = 2")
    assert main(["replay"]) == 2
    assert "candour follow --once" in capsys.readouterr().err

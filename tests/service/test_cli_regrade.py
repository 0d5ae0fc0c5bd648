"""`candour regrade` fills in what is wanting, says of what, and is never needed silently."""

import pytest

from service.cli.main import main
from service.filling import not_filled

NEW = "wwc@4.1"


@pytest.fixture
def gap(served, monkeypatch):
    """An application whose read models met a standard only after everything had been told."""
    served.measured_programme()
    served.lane.follower.stop()
    with served.lane.readstore._database.writing(lock="test") as cursor:
        cursor.execute(f"DELETE FROM grades WHERE standard = '{NEW}'")
        cursor.execute(f"UPDATE standards SET since_position = 4 WHERE standard = '{NEW}'")
    monkeypatch.setenv("CANDOUR_DATABASE", served.settings.database)
    monkeypatch.setenv("CANDOUR_DATA", served.settings.data)
    return served


def test_a_gap_is_told_at_the_start_of_every_process_and_to_whoever_asks(gap, capsys):
    assert main(["regrade", "--check"]) == 0
    assert f"{NEW} (after position 4)" in capsys.readouterr().out
    assert main(["follow", "--once"]) == 0
    assert NEW in capsys.readouterr().err
    (told,) = [
        one["graded"] for one in gap.get("/v1/standards").get_json()["items"] if one["id"] == NEW
    ]
    assert (told["whole"], told["position"]) == (False, 4)
    assert told["since"]


@pytest.mark.parametrize("which", [["--standard", NEW], ["--all"]])
def test_a_gap_is_filled_in_and_nothing_differs_from_a_replay(gap, capsys, which):
    assert main(["regrade", *which]) == 0
    told = f"{NEW}: filled in 1 programme of 1 approach"
    assert told in capsys.readouterr().out
    assert not_filled(gap.lane.readstore) == {}
    assert main(["regrade", "--standard", NEW]) == 0
    assert "nothing to fill in" in capsys.readouterr().out
    assert main(["regrade", "--check"]) == 0
    assert "from the first event on" in capsys.readouterr().out
    assert main(["replay"]) == 0


def test_a_replay_tells_a_gap_as_a_difference(gap, capsys):
    assert main(["replay"]) == 1
    said = capsys.readouterr()
    assert f"standards {NEW}: since_position is served as 4, replays as 0" in said.out
    assert NEW in said.err


def test_a_standard_that_is_not_shipped_is_refused(gap, capsys):
    assert main(["regrade", "--standard", "guess@1"]) == 2
    assert "guess@1" in capsys.readouterr().err


def test_which_standard_has_to_be_said(capsys):
    with pytest.raises(SystemExit):
        main(["regrade"])
    assert "--standard" in capsys.readouterr().err

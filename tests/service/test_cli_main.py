"""The command line: one line for a person, an exit code for a machine, nothing imported in vain."""

import os
import subprocess
import sys

import pytest

from service.cli.main import COMMANDS, main
from service.one_thread import THREADS

HEAVY = ("flask", "psycopg", "cryptography", "gunicorn", "eventsourcing")


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch):
    monkeypatch.setenv("CANDOUR_DATABASE", f"sqlite:{tmp_path / 'stores'}")
    monkeypatch.setenv("CANDOUR_DATA", str(tmp_path))


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert f"candour {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["serve", "--nonsense"], ["replay", "--as-of", "x"]]
)
def test_what_is_not_understood_is_refused_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "demo", "follow", "replay"])
def test_a_store_without_tables_is_refused_with_the_command_to_run(command, capsys):
    assert main([command]) == 2
    refusal = capsys.readouterr().err
    assert refusal.count("\n") == 1
    assert "candour migrate" in refusal


def test_a_setting_that_cannot_be_used_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("CANDOUR_LANE", "everything")
    assert main(["migrate"]) == 2
    assert capsys.readouterr().err == (
        "candour migrate: CANDOUR_LANE is 'everything': expected one of record, peer, both\n"
    )


def test_a_database_that_is_not_there_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setenv("CANDOUR_DATABASE", "postgresql://nobody@127.0.0.1:1/nothing")
    assert main(["migrate"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_migrating_twice_changes_nothing_and_makes_the_lane_key_once(tmp_path, capsys):
    assert main(["migrate"]) == 0
    key = (tmp_path / "lane.key").read_bytes()
    capsys.readouterr()
    assert main(["migrate"]) == 0
    assert set(capsys.readouterr().out.split("\n")) == {
        "access: up to date", "record: up to date", "read: up to date", "peer: up to date", "",
    }  # fmt: skip
    assert (tmp_path / "lane.key").read_bytes() == key
    assert main(["migrate", "--check"]) == 0


def test_a_pool_on_a_laptop_loads_no_server_and_no_database():
    code = (
        "import sys; from service.cli.main import main\n"
        "try: main(['pool', '--help'])\n"
        f"except SystemExit: print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_command_computes_in_one_thread():
    code = (
        "import os, sys; sys.argv = ['candour', 'estimate', '--list']\n"
        "from service.cli.main import main\n"
        "main(); print('threads', len(os.listdir('/proc/self/task')))"
    )
    unset = {name: told for name, told in os.environ.items() if name not in THREADS}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=unset
    )
    assert done.stdout.splitlines()[-1] == "threads 1"

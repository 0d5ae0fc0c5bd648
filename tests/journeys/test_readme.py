"""The README's tour, run as it is printed, against a server started as the README says."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.load import free_port, wait_until_up

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    """What the tour prints, paragraph by paragraph."""
    if shutil.which("curl") is None:
        pytest.skip("the tour is by curl, and there is none on this machine")
    folder = tmp_path_factory.mktemp("tour")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    environment = clean_environment() | {"PORT": str(free_port())}
    for command in ("migrate", "demo"):
        candour(command, folder, environment)
    server = subprocess.Popen(
        [folder / ".venv/bin/candour", "serve"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_up(int(environment["PORT"]), server)
        yield walk(folder, environment)
    finally:
        server.terminate()
        server.wait(timeout=30)


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("CANDOUR_")}


def candour(command, folder, environment):
    subprocess.run(
        [folder / ".venv/bin/candour", command],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )


def blocks():
    """The shell blocks of the tour, in order."""
    section = README.split("## A five-minute tour by curl")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)


def walk(folder, environment):
    """Runs the blocks in one shell, as a reader would; stops at the first that fails."""
    mark = "--- next block ---"
    script = f"\necho '{mark}'\n".join(blocks())
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return [part.strip() for part in done.stdout.split(mark)]


def test_a_programme_is_launched(tour):
    receipt = json.loads(tour[1])
    assert receipt["version"] == 1


def test_a_refused_move_names_the_open_ones(tour):
    problem = json.loads(tour[2])
    assert problem["status"] == 409
    assert "stalled" in problem["open_moves"]


def test_an_outcome_is_recorded(tour):
    assert json.loads(tour[3])["version"] == 2


def test_the_funder_reads_a_grade_in_plain_words(tour):
    house, published, difference, question, note, name = tour[4].splitlines()
    assert "risk ratio" in house
    assert "wwc@4.1" in published
    assert "wwc@4.1" in difference and "sms-wwg@2016" in difference
    assert question.endswith("?")
    assert note
    assert name


def test_the_auditor_finds_no_difference(tour):
    entry = json.loads(tour[5].splitlines()[0])["items"][0]
    assert entry["position"] == 1
    assert tour[5].count("nothing differs") == 2


def test_a_funder_cannot_tell_that_there_are_lessons(tour):
    shared, lessons, nothing = tour[6].splitlines()
    assert json.loads(shared)["receipt_code"]
    assert lessons == nothing
    assert json.loads(lessons)["status"] == 404


def test_an_analyst_needs_no_server(tour):
    assert "REML" in tour[7]
    assert "promising" in tour[7].lower()
    assert "Interrupted time series: MD -" in tour[8]
    assert "lower than it would have been" in tour[8]

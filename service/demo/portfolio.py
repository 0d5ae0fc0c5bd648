"""The demonstration portfolio as it is written down: JSON files beside this module."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

Entry = Mapping[str, Any]

# What a file says of an event beside the event itself: key, rows in the source, note, who posts.
ABOUT = "about"


def members() -> list[Entry]:
    """Who acts in the demonstration: id, function, organisation, a display name."""
    return _read(_data() / "members.json")


def outcomes() -> list[Entry]:
    """The catalogue of outcome domains: code, label, which way is good."""
    return _read(_data() / "outcomes.json")


def approaches() -> list[Entry]:
    """What is tried: a key, and the approach as the API takes it."""
    return _read(_data() / "approaches.json")


def programmes() -> Iterator[Entry]:
    """One entry a file, in the order of their names: how it is registered, and its events."""
    found = (_data() / "programmes").iterdir()
    for file in sorted(found, key=lambda one: one.name):
        if file.name.endswith(".json"):
            yield _read(file)


def lessons() -> list[Entry]:
    """Candid lessons, all invented: a key, who tells it, and the lesson as the API takes it."""
    return _read(_data() / "lessons.json")


def event_body(event: Entry) -> dict[str, Any]:
    """The event as the API takes it, without what the file says about it."""
    return {name: value for name, value in event.items() if name != ABOUT}


def _data() -> Traversable:
    return files("service.demo") / "data"


def _read(file: Traversable) -> Any:  # noqa: ANN401  the shape is the caller's to name
    return json.loads(file.read_text(encoding="utf-8"))

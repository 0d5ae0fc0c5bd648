"""Units by their place in the file: what is recorded of an estimate names none of them.

A unit can be a council or a person, and a label that looks like neither can still be somebody's. So
the engine is given positions, and nothing that it tells (weights, influence, paragraphs) can carry
a label into an event that cannot be taken back. Whoever sent the file is shown on the screen, and
there alone, which unit is which: they hold the file, and names of places make a chart readable.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service.estimating.cells import Value

# Roles whose labels name places or people, and what one of them is called instead.
CALLED: Mapping[str, str] = {"units": "unit", "clusters": "number", "blocks": "number"}


def in_positions(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Columns by role with positions for labels, and the label of each position of the units."""
    told = dict(values)
    labels: dict[str, str] = {}
    for role in CALLED.keys() & values.keys():
        names = _positions(CALLED[role], values[role])
        told[role] = [None if label is None else names[label] for label in values[role]]
        labels |= {} if role == "blocks" else {name: str(label) for label, name in names.items()}
    return told, labels


def mentioned(labels: Mapping[str, str], document: object) -> list[dict[str, str]]:
    """Those of the positions that a document speaks of, with the labels they have in the file."""
    words = "\n".join(_words(document))
    return [{"position": name, "label": labels[name]} for name in sorted(labels) if name in words]


def _positions(called: str, column: Sequence[Value]) -> dict[Value, str]:
    """In the order of the file, with noughts before small numbers so that they sort so too."""
    different = [label for label in dict.fromkeys(column) if label is not None]
    width = len(str(len(different)))
    return {
        label: f"{called} {place:0{width}} of {len(different)}"
        for place, label in enumerate(different, start=1)
    }


def _words(document: object) -> list[str]:
    match document:
        case str():
            return [document]
        case Mapping():
            return [word for pair in document.items() for one in pair for word in _words(one)]
        case list() | tuple():
            return [word for one in document for word in _words(one)]
    return []

"""The reference pages of the standards, written from the data that grades: `docs/standards`.

`python -m service.grading.reference FOLDER` writes them.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from service.grading.catalogue import standards_catalogue

Document = Mapping[str, Any]

INTRODUCTION = """\
# Standards

Written from the data that grades; change the data, not these pages. A rule has one of three
answers: met, unmet, unknown. Unknown is never counted as met. A rule known only at second hand is
marked, here and in every grade that uses it. Standards measure different things: they are shown
side by side, never averaged.
"""


def reference_pages() -> Mapping[str, str]:
    """File name -> Markdown, one page a standard and one that lists them."""
    standards = standards_catalogue()
    pages = {_file(standard): _page(standard) for standard in standards}
    return pages | {"README.md": _index(standards)}


def _file(standard: Document) -> str:
    return f"{str(standard['id']).replace('@', '-')}.md"


def _index(standards: Sequence[Document]) -> str:
    rows = [(f"[{s['id']}]({_file(s)})", s["title"], s["unit"], s["source"]) for s in standards]
    return f"{INTRODUCTION}\n{_table(('standard', 'title', 'grades', 'source'), rows)}"


def _page(standard: Document) -> str:
    parts = [
        f"# {standard['title']} (`{standard['id']}`)\n",
        f"Grades one {standard['unit']}. Source: {standard['source']}.\n",
        "## Rules\n",
        _rules(standard["rules"]),
        "## Levels, from worst to best\n",
        _levels(standard),
        *_starts(standard),
        *_boundaries(standard["rules"]),
    ]
    return "\n".join(parts)


def _rules(rules: Iterable[Document]) -> str:
    rows = [
        (
            f"`{rule['id']}`",
            rule["part"],
            rule["title"],
            f"`{rule['fact']}` {rule['check']}",
            _steps(rule),
            rule["source"],
            "yes" if rule["verified"] else "at second hand",
        )
        for rule in rules
    ]
    return _table(("rule", "part", "asks", "met when", "moves", "source", "verified"), rows)


def _steps(rule: Document) -> str:
    if "levels" not in rule:
        return ""
    unknown = f", {rule['when_unknown']:+d} if unknown" if rule["when_unknown"] else ""
    return f"{rule['levels']:+d}{unknown}"


def _levels(standard: Document) -> str:
    entry = ", ".join(f"`{rule}`" for rule in standard["entry"])
    rows = [
        (level["title"], "; or ".join(map(_path, level["paths"]))) for level in standard["levels"]
    ]
    return f"Ungraded, or not pooled, without: {entry}.\n\n{_table(('level', 'reached by'), rows)}"


def _path(path: Sequence[str]) -> str:
    return " and ".join(f"`{rule}`" for rule in path) or "nothing more"


def _starts(standard: Document) -> list[str]:
    if "starts" not in standard:
        return []
    rows = [(tier, start, standard["caps"][tier]) for tier, start in standard["starts"].items()]
    return ["## Where confidence starts\n", _table(("design tier", "start", "at most"), rows)]


def _boundaries(rules: Iterable[Document]) -> list[str]:
    table = next((rule["table"] for rule in rules if "table" in rule), None)
    if table is None:
        return []
    rows = [
        (overall, *("never" if entry is None else f"{entry:.1f}" for entry in entries))
        for overall, entries in enumerate(zip_longest(*table.values()))
    ]
    return [
        "## Attrition boundary\n",
        "Highest difference between the groups (percentage points) at each overall attrition.\n",
        _table(("overall, per cent", *table), rows),
    ]


def _table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def write(folder: Path) -> None:
    """Write every page below the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in reference_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))

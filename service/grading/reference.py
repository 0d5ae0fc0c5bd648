"""The reference pages of the standards, written from the data that grades: `docs/standards`.

`python -m service.grading.reference FOLDER` writes them.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    rows = [
        (
            f"[{s['id']}]({_file(s)})",
            s["title"],
            s["unit"],
            s["reading"]["question"],
            f"{sum(rule['verified'] for rule in s['rules'])} of {len(s['rules'])}",
            s["source"],
        )
        for s in standards
    ]
    header = ("standard", "title", "grades", "answers", "rules verified", "source")
    return f"{INTRODUCTION}\n{_table(header, rows)}"


def _page(standard: Document) -> str:
    parts = [
        f"# {standard['title']} (`{standard['id']}`)\n",
        f"Grades one {standard['unit']}. Source: {standard['source']}.\n",
        _reading(standard["reading"]),
        "## Levels, from worst to best\n",
        _levels(standard),
        *_starting(standard),
        *_counted(standard),
        "## Rules\n",
        _rules(standard["rules"]),
        *_trees(standard),
        *_questions(standard["questions"]),
        *_starts(standard),
        *_boundaries(standard["rules"]),
    ]
    return "\n".join(parts)


def _reading(reading: Document) -> str:
    return (
        f"**{reading['question']}** {reading['why']} That, and how each level is read below, is our"
        " reading, so that it can be laid beside other standards; it is never averaged.\n"
    )


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
    asks = {rule["id"]: rule["asks"] for rule in standard["rules"]}
    entry = "; ".join(str(asks[rule]) for rule in standard["entry"])
    rows = [
        (
            level["title"],
            standard["reading"]["levels"].get(level["name"], ""),
            _asked(level),
            "; or ".join(map(_path, level["paths"])) or "by the worst of its domains",
        )
        for level in standard["levels"]
    ]
    header = ("level", "read as", "asks", "reached by")
    ungraded = f"Ungraded, or not pooled, without: {entry}.\n\n" if entry else ""
    return f"{ungraded}{_table(header, rows)}"


def _asked(level: Document) -> str:
    """What a level or a count asks in plain English, on one line."""
    asks = level["asks"]
    ways = "; or ".join(" and ".join(way) for way in asks["ways"])
    always = "; ".join(asks["always"])
    if always and ways:
        return f"{always}; and one of: {ways}"
    return always or ways or "nothing more"


def _starting(standard: Document) -> list[str]:
    if not standard.get("starting"):
        return []
    asks = {rule["id"]: rule["asks"] for rule in standard["rules"]}
    rows = [(one["level"], asks[one["rule"]]) for one in standard["starting"]]
    return ["## Where it starts\n", _table(("level", "where"), rows)]


def _counted(standard: Document) -> list[str]:
    counted = [*standard.get("tallies", ()), *standard.get("pools", ())]
    if not counted:
        return []
    rows = [
        (
            f"`{one['fact']}`",
            one["title"],
            f"each {one['distinct']} once: {one['of']}"
            if "distinct" in one
            else "pooled, each sample once",
            _asked(one),
        )
        for one in counted
    ]
    taken = [f"`{one['standard']}` as `{one['fact']}`" for one in standard["ratings"]]
    over = f"Takes over the level of each result by {', '.join(taken)}.\n" if taken else ""
    header = ("fact", "what", "how", "which results")
    return ["## What it counts\n", over, _table(header, rows)]


def _trees(standard: Document) -> list[str]:
    if "domains" not in standard:
        return []
    hand = "" if standard["overall_verified"] else " (at second hand)"
    source = f"Source: {standard['overall_source']}{hand}."
    parts = ["## Domains\n", f"The level is that of the worst domain. {source}\n"]
    if standard["several"]:
        several = standard["several"]
        parts.append(
            f"Where {several['number']} or more domains are judged {several['judgement']} at worst,"
            f" a person says whether that makes it {several['becomes']}"
            f" (`{several['question']}`).\n"
        )
    for domain in standard["domains"]:
        parts += [f"### {domain['title']} (`{domain['id']}`)\n", f"Source: {domain['source']}.\n"]
        parts.append("".join(_branches(domain["tree"], depth=0)))
    told = [
        (f"`{one['question']}`", one["answer"], one["rule"]["asks"], one["rule"]["source"])
        for one in standard["recorded"]
    ]
    if told:
        parts += [
            "## Answers that recorded facts give, unless a person answers\n",
            _table(("question", "answer", "where", "source"), told),
        ]
    return parts


def _branches(node: Document, *, depth: int) -> Iterator[str]:
    """A tree as a nested list: each answer, and the judgement or the next question."""
    indent = "    " * depth
    for branch in node["branches"]:
        then = branch["then"]
        leaf = isinstance(then, str)
        answers, open_ = (
            " or ".join(branch["answers"]),
            "" if branch["verified"] else " (our reading)",
        )
        end = f"**{then}**" if leaf else ""
        yield f"{indent}* `{node['question']}` {answers}{open_}: {end}".rstrip() + "\n"
        if not leaf:
            yield from _branches(then, depth=depth + 1)


def _questions(questions: Sequence[Document]) -> list[str]:
    if not questions:
        return []
    rows = [
        (f"`{one['id']}`", one["text"], ", ".join(one["answers"]), one["source"])
        for one in questions
    ]
    header = ("question", "asks", "answers", "source")
    return ["## What only a person can answer\n", _table(header, rows)]


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

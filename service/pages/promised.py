"""What a grade says of harm, and of what was planned against what was told, in plain words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from service.pages.words import day

Document = Mapping[str, Any]

# The states of a line of the plan, as told: what wants an answer first.
STATES = {
    "switched": "Switched",
    "unreported": "Not told",
    "interim": "Told early",
    "unplanned": "Not planned in advance",
    "as planned": "As planned",
}
CHANGED = {"measure": "another measure", "primary": "another rank", "horizon_months": "later"}


def harm_lines(grade: Document) -> list[dict[str, Any]]:
    """Every harm told of, the worst first, with how often by one event."""
    told = Counter(
        (one["ruled_out"], one["severity"] != "serious", one["event_id"], one["severity"])
        for one in grade.get("harms", [])
    )
    return [
        {"event_id": event_id, "text": _harm(severity, times, ruled_out=ruled_out)}
        for (ruled_out, _, event_id, severity), times in sorted(told.items())
    ]


def _harm(severity: str, times: int, *, ruled_out: bool) -> str:
    what = f"a {severity} harm" if times == 1 else f"{times} {severity} harms"
    blame = "shown not to be" if ruled_out else "not ruled out as"
    return f"{what}, {blame} the programme’s"


def looked_words(grade: Document) -> str | None:
    """How many results say whether anybody looked for harm; None where no result does."""
    counted = grade.get("harm_looked_for")
    if not counted or not counted["said"]:
        return None
    said, results = counted["said"], counted["results"]
    if said == results:
        return "Every result says that harm was looked for."
    says, does = "says" if said == 1 else "say", "does" if results - said == 1 else "do"
    return (
        f"{said} of {results} results {says} that harm was looked for; {results - said} {does} not."
    )


def plan_lines(grade: Document) -> list[Document]:
    """Each outcome as it was planned, as it was told, and what that makes it."""
    told = [_line(one) for one in grade.get("plan", []) if one["state"] in STATES]
    return sorted(told, key=lambda one: list(STATES.values()).index(one["state"]))


def _line(line: Document) -> Document:
    return {
        "state": STATES[line["state"]],
        "why": _why(line),
        "planned": _said(line["planned"]) or "Nothing in advance",
        "told": _said(line["told"]) or "Nothing yet",
        "event_id": line["event_id"],
    }


def _why(line: Document) -> str:
    if line["state"] == "unreported":
        return f"due {day(line['due_on'])}" if line["due_on"] else "no day was planned for it"
    changed: Sequence[str] = line["differs"]
    if line["state"] == "switched":
        return " and ".join(CHANGED[name] for name in changed) or "the plan changed afterwards"
    return "it answers for no later horizon" if line["state"] == "interim" else ""


def _said(said: Document | None) -> str:
    if said is None:
        return ""
    rank = {True: ", primary", False: ", secondary", None: ""}[said["primary"]]
    months = said["horizon_months"]
    at = "" if months is None else f" at {months:g} month{'' if months == 1 else 's'}"
    return f"{said['measure']}{at}{rank}"

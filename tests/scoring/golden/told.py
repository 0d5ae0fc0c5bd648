"""Reads the golden cases and grades each as `candour grade` does."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scoring.standards.candour import NAME as HOUSE
from service.demo.portfolio import programmes
from service.grading import preview

Document = dict[str, Any]

HERE = Path(__file__).parent
WHOLE = HERE / "whole.json"
# What a change of a shared contrast says where the fact is to be left out.
NOT_TOLD = "not told"
DIGITS = 9
# What of a reason is pinned beside its rule, and of a grade beside its reasons.
OF_A_REASON = ("answer", "observed", "threshold", "margin", "verified", "text")
OF_A_GRADE = ("status", "grade", "title", "bounds", "missing", "judgements")


def cases() -> list[Document]:
    """Every case of every file, named after the file."""
    return [
        {**case, "case": f"{file.stem}/{case['case']}"}
        for file in sorted((HERE / "cases").glob("*.json"))
        for case in json.loads(file.read_text(encoding="utf-8"))
    ]


def grade(case: Mapping[str, Any]) -> Document:
    """The document of the grade that a case's standard gives to its facts."""
    bases = json.loads((HERE / "bases.json").read_text(encoding="utf-8"))
    body = {"contrasts": [_contrast(told, bases) for told in case["contrasts"]]}
    body |= {name: case[name] for name in ("plan", "judgements") if name in case}
    (document,) = preview(body, standards=[case["standard"]])
    return document


def _contrast(told: Document, bases: Mapping[str, Document]) -> Document:
    """A shared contrast, or one of the demonstration, with what is told otherwise."""
    base = bases[told["like"]] if "like" in told else _demonstrated(told)
    return _changed(base, told.get("with", {}))


def _demonstrated(told: Document) -> Document:
    """The contrast of the demonstration with this key; why some facts are missing is left out."""
    contrast = _demonstration()[told["demonstration"], told["key"]]
    return {name: value for name, value in contrast.items() if name != "missing"}


@cache
def _demonstration() -> Mapping[tuple[str, str], Document]:
    return {
        (programme["key"], event["about"]["key"]): event["contrast"]
        for programme in programmes()
        for event in programme["events"]
        if "contrast" in event
    }


def _changed(base: Any, change: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return change
    told = {name: _changed(base.get(name), value) for name, value in change.items()}
    return {name: value for name, value in {**base, **told}.items() if value != NOT_TOLD}


def kept_whole() -> Iterator[Document]:
    """Of each published standard and status the first case, of which all that is said is pinned."""
    seen = set()
    for case in cases():
        kind = case["standard"], case["expected"].get("status")
        if case["standard"] != HOUSE and kind not in seen:
            seen.add(kind)
            yield case


def _rounded(value: Any) -> Any:
    """A figure without the digits in which machines may differ."""
    return round(value, DIGITS) if isinstance(value, float) else value


def said(document: Document) -> Document:
    """All that a grade says, as it is pinned: the reasons by rule, what would lift it, counts."""
    return {
        **{name: document[name] for name in OF_A_GRADE},
        "reasons": {
            reason["rule"]: [_rounded(reason[name]) for name in OF_A_REASON]
            for reason in document["reasons"]
        },
        "lift": [[lift["to"], *lift["changes"], lift["text"]] for lift in document["lift"]],
        "counted": [[one["fact"], one["state"], one["text"]] for one in document["counted"]],
    }

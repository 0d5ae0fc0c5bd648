"""Estimates, their designs and their verification as words and tables, for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from service.cli.words import aligned, cell, p_value
from service.estimating.verifying import Agreement, Verification

Document: TypeAlias = Mapping[str, Any]

PASSED = {True: "pass", False: "FAIL", None: "note"}
COLUMNS = {
    "term": "term", "estimate": "estimate", "se": "se", "df": "df", "ci_low": "low",
    "ci_high": "high", "p_value": "p",
}  # fmt: skip


def estimate_in_words(found: Document, *, explain: bool) -> str:
    """The effect, its table, its checks, and what the data leave open."""
    parts = [_effect(found), _table(found["table"]), _checks(found["checks"])]
    if explain:
        parts.append(found["text"])
    if found["units"]:
        named = [f"  {unit['position']} is {unit['label']}" for unit in found["units"]]
        parts.append("\n".join(["Units (their names are not recorded)", *named]))
    if not found["pooled"]["weighed"]:
        parts.append(f"Not weighed with other places: {found['pooled']['why']}.")
    if found["asked"]:
        parts.append(f"The data cannot tell: {', '.join(found['asked'])}.")
    return "\n\n".join(part for part in parts if part)


def _effect(found: Document) -> str:
    effect, result = found["effect"], found["contrast"]["result"]
    ends = " to ".join("no limit" if end is None else f"{end:.4g}" for end in _ends(effect))
    interval = f"{100 * effect['ci_level']:g} % interval {ends}"
    size = f"{effect['measure']} {effect['estimate']:.4g}"
    lines = [
        f"{found['title']}: {size}, {interval}, {p_value(effect['p_value'])}",
        f"  by {result['estimator']}, errors {result['covariance']}; claim: {found['claim']}",
    ]
    handed_on = found["standardised"]
    if handed_on is not None:
        scale = "standard deviations" if handed_on["measure"] == "SMD" else "as a logarithm"
        lines.append(
            f"  for the pool {handed_on['measure']} {handed_on['estimate']:.4g}"
            f" (se {handed_on['se']:.4g}, {scale})"
        )
    return "\n".join(lines)


def _ends(effect: Document) -> tuple[float | None, float | None]:
    return effect["ci_low"], effect["ci_high"]


def _table(rows: Sequence[Document]) -> str:
    if not rows:
        return ""
    head = list(COLUMNS.values())
    return "\n".join(aligned([head, *([cell(row[name]) for name in COLUMNS] for row in rows)]))


def _checks(checks: Sequence[Document]) -> str:
    lines = [f"  {PASSED[check['passed']]:<5}{check['title']}. {check['text']}" for check in checks]
    return "\n".join(["Checks", *lines]) if lines else ""


def catalogue_in_words(designs: Sequence[Document]) -> str:
    """Every design with its columns and options."""
    return "\n\n".join("\n".join(_design(design)) for design in designs)


def _design(design: Document) -> Iterator[str]:
    yield f"{design['id']}: {design['title']}"
    yield f"  {design['asks']}"
    yield f"  Needs {design['needs']}."
    yield "  columns"
    for role in design["columns"]:
        more = ", any number" if role["many"] else ""
        needed = "" if role["required"] else " (not needed)"
        yield f"    {role['name']:<12} {role['kind']}{more}: {role['text']}{needed}"
    yield "  options"
    for option in design["options"]:
        choices = f": {', '.join(option['choices'])}" if option["choices"] else ""
        default = "" if option["default"] is None else f" (default {option['default']})"
        needed = " (needed)" if option["required"] else default
        yield f"    {option['name']:<12} {option['kind']}{choices}; {option['text']}{needed}"


def verified_in_words(found: Verification) -> str:
    """Figure by figure: recorded, found again, and whether they agree; the verdict comes last."""
    lines = [f"The file has the SHA-256 {found.sha256}."]
    if not found.same_file:
        lines.append(f"It is ANOTHER file: the estimate was made of {found.recorded_sha256}.")
    lines += aligned([["figure", "recorded", "found", ""], *map(_agreement, found.figures)])
    for name, (then, here) in found.versions.items():
        lines.append(f"{name} was {then or 'not there'}, and is {here or 'not there'} here.")
    return "\n".join([*lines, _verdict(found)])


def _verdict(found: Verification) -> str:
    all_of, differing = len(found.figures), sum(not one.agrees for one in found.figures)
    if differing:
        told = f"{differing} of {all_of} figures {'differs' if differing == 1 else 'differ'}"
    else:
        told = f"all {all_of} figures are found again"
    if found.agrees:
        return f"Verified: of the same file, {told}."
    file = "of the same file" if found.same_file else "of another file"
    versions = ", by other versions of the libraries" if differing and found.versions else ""
    return f"NOT verified: {file}{versions}, {told}."


def _agreement(figure: Agreement) -> list[str]:
    same = "agrees" if figure.agrees else "DIFFERS"
    return [figure.name, _shown(figure.recorded), _shown(figure.found), same]


def _shown(value: object) -> str:
    text = f"{value:.10g}" if isinstance(value, float) else cell(value)
    return text if len(text) <= 40 else f"{text[:39]}…"

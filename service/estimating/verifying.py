"""An estimate performed again by somebody who holds the file: figure by figure, does it agree?"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.estimated import Estimated, Scalar
from service.estimating.documents import versions
from service.estimating.engine import perform
from service.estimating.layout import SAID_OF_COLUMNS, Asked
from service.estimating.receipts import UNSIGNED
from service.estimating.refusals import EstimateRefused, Flaw
from service.sheets import Limits
from service.wire import from_wire, to_wire

# Other machines and versions of the libraries differ in the last digits of an iteration; a figure
# that is nothing but such digits is judged by the size of the effect's own error.
RELATIVE, OF_THE_ERROR = 1e-6, 1e-9
# What is compared one by one.
FIGURES = (
    "measure", "estimate", "ci_low", "ci_high", "ci_level", "se", "df", "p_value", "standardiser",
    "standardised", "not_standardised", "design", "estimator", "covariance", "claim", "options",
    "specification", "facts", "data",
)  # fmt: skip
# Shares of one, and their like, do not grow with the units of the outcome.
WITHOUT_UNITS = ("p_value", "checks.")
OF_A_CHECK = ("passed", "observed", "threshold")
# Words may change from version to version of the program, and not within one.
WORDS_OF_A_CHECK = ("title", "text", "source")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure as it is recorded and as it was found again."""

    name: str
    recorded: Scalar
    found: Scalar
    agrees: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What performing an estimate again came to."""

    same_file: bool
    sha256: str
    recorded_sha256: str
    figures: tuple[Agreement, ...]
    versions: Mapping[str, tuple[str | None, str | None]]

    @property
    def agrees(self) -> bool:
        """Whether it is the same file and every figure is found again."""
        return self.same_file and all(figure.agrees for figure in self.figures)


def verified(
    raw: bytes, recorded: Estimated, limits: Limits, *, contrast: Mapping[str, Any] | None = None
) -> Verification:
    """Performs the estimate as it was specified; raises EstimateRefused where it cannot be.

    `contrast` is what the result was recorded in, where that is at hand: what it tells of design,
    sample and baseline has to be what the data show.
    """
    digest = hashlib.sha256(raw).hexdigest()
    try:
        again = perform(raw, _asked(recorded), limits)["contrast"]["result"]
    except EstimateRefused as refusal:
        if digest == recorded.data.sha256:
            raise
        accepted = f"the one with the SHA-256 {recorded.data.sha256}"
        another = Flaw("file", "is another than the estimate was made of", accepted)
        raise EstimateRefused([another, *refusal.flaws]) from None
    found = from_wire(Estimated, {**again, "receipt": UNSIGNED})
    differing = _differing(recorded.versions, versions())
    around = () if contrast is None else _around(contrast, found)
    return Verification(
        same_file=digest == recorded.data.sha256,
        sha256=digest,
        recorded_sha256=recorded.data.sha256,
        figures=(*_compared(recorded, found, words=not differing), *around),
        versions=differing,
    )


def _asked(recorded: Estimated) -> Asked:
    said = {
        name: tuple(json.loads(str(recorded.specification.get(f"columns_{name}", "[]"))))
        for name in SAID_OF_COLUMNS
    }
    return Asked(recorded.design, dict(recorded.data.columns), dict(recorded.options), **said)


def estimates_in(document: object) -> Iterator[Mapping[str, Any]]:
    """Every result of this kind in a document: a stored event, an entry, a contrast, a list."""
    for holder in _holders(document):
        yield holder["result"]


def contrast_in(document: object) -> Mapping[str, Any] | None:
    """What is told around the first result of this kind; None where it stands alone."""
    holder = next(_holders(document), None)
    return holder if holder is not None and len(holder) > 1 else None


def _holders(document: object) -> Iterator[Mapping[str, Any]]:
    match document:
        case Mapping() if document.get("kind") == "estimated":
            yield {"result": document}
        case Mapping() if _kind_of(document.get("result")) == "estimated":
            yield document
        case Mapping():
            for part in document.values():
                yield from _holders(part)
        case list():
            for part in document:
                yield from _holders(part)


def _kind_of(part: object) -> object:
    return part.get("kind") if isinstance(part, Mapping) else None


def _around(contrast: Mapping[str, Any], found: Estimated) -> Iterator[Agreement]:
    """The facts of the data, as the contrast tells them."""
    for path, shown in found.facts.items():
        told: Any = contrast
        for name in path.split("."):
            told = _part(told, name)
        yield Agreement(f"contrast.{path}", told, shown, _same(told, shown, least=found.se))


def _part(told: object, name: str) -> object:
    match told:
        case Mapping():
            return told.get(name)
        case list() | tuple() if name.isdecimal() and int(name) < len(told):
            return told[int(name)]
    return None


def _compared(recorded: Estimated, found: Estimated, *, words: bool) -> Iterator[Agreement]:
    ours, theirs = _flat(found, words=words), _flat(recorded, words=words)
    for name in dict.fromkeys([*theirs, *ours]):
        one, other = theirs.get(name), ours.get(name)
        least = 1.0 if name.startswith(WITHOUT_UNITS) else min(found.se, 1.0)
        yield Agreement(name, one, other, _same(one, other, least=least))


def _flat(result: Estimated, *, words: bool) -> dict[str, Scalar]:
    told = to_wire(result)
    figures: dict[str, Scalar] = {}
    for name in FIGURES:
        value = told[name]
        if isinstance(value, dict):
            figures |= {f"{name}.{part}": _plain(one) for part, one in value.items()}
        else:
            figures[name] = value
    for check in told["checks"]:
        for part in (*OF_A_CHECK, *(WORDS_OF_A_CHECK if words else ())):
            figures[f"checks.{check['name']}.{part}"] = check[part]
    figures.pop("data.sha256")  # whether it is the same file is told by itself
    return figures | ({"text": told["text"]} if words else {})


def _plain(value: object) -> Scalar:
    """Columns of a role, or a mapping, as one line."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value  # type: ignore[return-value]  # all others are plain


def _same(one: Scalar, other: Scalar, *, least: float) -> bool:
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (one, other)]
    if all(numbers):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=OF_THE_ERROR * least)  # type: ignore[arg-type]  # both are numbers
    return one == other


def _differing(
    recorded: Mapping[str, str], here: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    names = dict.fromkeys([*recorded, *here])
    pairs = {name: (recorded.get(name), here.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

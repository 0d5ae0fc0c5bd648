"""An estimate performed again by somebody who holds the file: figure by figure, does it agree?"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.estimated import Estimated, Scalar
from service.estimating.documents import versions
from service.estimating.engine import perform
from service.estimating.layout import Asked
from service.estimating.receipts import UNSIGNED
from service.estimating.refusals import EstimateRefused, Flaw
from service.sheets import Limits
from service.wire import from_wire, to_wire

# Other machines and versions of the libraries differ in the last digits of an iteration.
RELATIVE, ABSOLUTE = 1e-6, 1e-9
# What is compared one by one; the words of a paragraph may change with the program.
FIGURES = (
    "measure", "estimate", "ci_low", "ci_high", "ci_level", "se", "df", "p_value", "standardiser",
    "standardised", "design", "estimator", "covariance", "claim", "specification", "facts",
)  # fmt: skip


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


def verified(raw: bytes, recorded: Estimated, limits: Limits) -> Verification:
    """Performs the estimate as it was specified; raises EstimateRefused where it cannot be."""
    digest = hashlib.sha256(raw).hexdigest()
    asked = Asked(recorded.design, dict(recorded.data.columns), dict(recorded.options))
    try:
        again = perform(raw, asked, limits)["contrast"]["result"]
    except EstimateRefused as refusal:
        if digest == recorded.data.sha256:
            raise
        accepted = f"the one with the SHA-256 {recorded.data.sha256}"
        another = Flaw("file", "is another than the estimate was made of", accepted)
        raise EstimateRefused([another, *refusal.flaws]) from None
    found = from_wire(Estimated, {**again, "receipt": UNSIGNED})
    return Verification(
        same_file=digest == recorded.data.sha256,
        sha256=digest,
        recorded_sha256=recorded.data.sha256,
        figures=tuple(_compared(recorded, found)),
        versions=_differing(recorded.versions, versions()),
    )


def estimates_in(document: object) -> Iterator[Mapping[str, Any]]:
    """Every result of this kind in a document: a stored event, an entry, a contrast, a list."""
    match document:
        case Mapping() if document.get("kind") == "estimated":
            yield document
        case Mapping():
            for part in document.values():
                yield from estimates_in(part)
        case list():
            for part in document:
                yield from estimates_in(part)


def _compared(recorded: Estimated, found: Estimated) -> Iterator[Agreement]:
    ours, theirs = _flat(found), _flat(recorded)
    for name in dict.fromkeys([*theirs, *ours]):
        one, other = theirs.get(name), ours.get(name)
        yield Agreement(name, one, other, _same(one, other))


def _flat(result: Estimated) -> dict[str, Scalar]:
    told = to_wire(result)
    figures: dict[str, Scalar] = {}
    for name in FIGURES:
        value = told[name]
        if isinstance(value, dict):
            figures |= {f"{name}.{part}": one for part, one in value.items()}
        else:
            figures[name] = value
    for check in told["checks"]:
        for part in ("passed", "observed", "threshold"):
            figures[f"checks.{check['name']}.{part}"] = check[part]
    return figures


def _same(one: Scalar, other: Scalar) -> bool:
    numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (one, other)]
    if all(numbers):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)  # type: ignore[arg-type]  # both are numbers
    return one == other


def _differing(
    recorded: Mapping[str, str], here: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    names = dict.fromkeys([*recorded, *here])
    pairs = {name: (recorded.get(name), here.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

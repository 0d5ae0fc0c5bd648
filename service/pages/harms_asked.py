"""Unwanted effects as a form asks them: whether anybody looked, and how many of each kind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.contrast import Contrast, Missing, Severity
from service.pages.fact_answers import Change
from service.pages.fact_fields import FACTS, WHY, Told
from service.pages.fact_wording import CHOICES, REASONS
from service.pages.forms import Form
from service.wire import to_wire

HARMS = "harms"
NONE_FOUND, FOUND = "none", "found"
LOOKED: Mapping[str, str] = MappingProxyType(
    {NONE_FOUND: "Yes, and none was found", FOUND: "Yes, and some was found"}
)
ATTRIBUTED: Mapping[bool | None, str] = MappingProxyType(
    {
        True: "caused by the programme",
        None: "not known what caused it",
        False: "shown not to be caused by the programme",
    }
)
# A report lists a handful; what is beyond was typed into the wrong box.
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Unwanted effects that are alike: how bad, and whether the programme caused them."""

    severity: Severity
    attributed: bool | None

    @property
    def name(self) -> str:
        return f"{HARMS}-{self.severity}-{str(self.attributed).lower()}"

    @property
    def label(self) -> str:
        return f"{CHOICES[Severity][self.severity]}, {ATTRIBUTED[self.attributed]}"

    @property
    def entry(self) -> dict[str, Any]:
        """One effect of this kind, as JSON has it."""
        return {"severity": self.severity.value, "attributed": self.attributed}


KINDS = tuple(
    Kind(severity=severity, attributed=attributed)
    for severity in (Severity.SERIOUS, Severity.MINOR)
    for attributed in ATTRIBUTED
)


def told_harms(contrast: Contrast) -> Told:
    """What a contrast says of harm, as JSON has it."""
    why = contrast.missing.get(HARMS)
    value = None if contrast.harms is None else to_wire(contrast.harms)
    return Told(value, None if why is None else why.value)


def typed_harms(contrast: Contrast) -> dict[str, str]:
    """The values of a form that shows what is told."""
    known = told_harms(contrast)
    if known.value is None:
        return {HARMS: f"{WHY}{known.why}"} if known.why else {}
    counts = _counted(known.value)
    numbers = {kind.name: str(number) for kind, number in counts.items()}
    return {HARMS: FOUND if known.value else NONE_FOUND, **numbers}


def read_harms(form: Form, contrast: Contrast) -> Told:
    """What the form says of harm; the same effects in another order are what they were."""
    known, given = told_harms(contrast), form.value(HARMS)
    numbers = {kind: _number(form, kind) for kind in KINDS}
    if given == FOUND:
        found = _found(form, numbers)
        return known if _counted(known.value or ()) == _counted(found) else Told(found)
    if any(numbers.values()):
        form.errors.add(HARMS, "Say that some was found, or leave the numbers blank")
    if given == NONE_FOUND:
        return Told([])
    why = given.removeprefix(WHY)
    if given.startswith(WHY) and why in list(REASONS):
        return Told(why=why)
    form.errors.add(HARMS, "Say whether anybody looked for unwanted effects")
    return known


def change_of_harms(contrast: Contrast, told: Told) -> Iterator[Change]:
    """What the form says otherwise than the contrast."""
    before = told_harms(contrast)
    if before != told:
        yield Change(
            label=FACTS[HARMS].label,
            before=spoken_harms(before),
            after=spoken_harms(told),
            adds=before.value is None,
        )


def spoken_harms(told: Told) -> str:
    """What is said of harm, in words."""
    if told.value is None:
        return f"Not known: {REASONS[Missing(told.why)].lower()}" if told.why else "Not told"
    if not told.value:
        return LOOKED[NONE_FOUND]
    counts = _counted(told.value)
    return "; ".join(f"{number} {kind.label.lower()}" for kind, number in counts.items())


def _number(form: Form, kind: Kind) -> int:
    number = form.count(kind.name, f"“{kind.label}”: the number") or 0
    if number > MOST:
        form.errors.add(kind.name, f"“{kind.label}”: the number must be {MOST} or less")
        return 0
    return number


def _found(form: Form, numbers: Mapping[Kind, int]) -> list[dict[str, Any]]:
    found = [kind.entry for kind, number in numbers.items() for _ in range(number)]
    if not found:
        form.errors.add(KINDS[0].name, "Enter how many unwanted effects of a kind were found")
    return found


def _counted(told: Sequence[Mapping[str, Any]]) -> dict[Kind, int]:
    """How many of each kind, in the order of the form."""
    counts = Counter(
        Kind(severity=Severity(one["severity"]), attributed=one["attributed"]) for one in told
    )
    return {kind: counts[kind] for kind in KINDS if counts[kind]}

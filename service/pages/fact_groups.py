"""One group of facts of an outcome as a form: what it asks, what it was told, what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.contrast import Contrast
from domain.errors import NotFound
from service.pages.fact_answers import (
    LEFT_OPEN,
    Change,
    answers,
    changes,
    reason,
    typed,
    with_facts,
)
from service.pages.fact_fields import (
    GROUPS,
    Field,
    Told,
    entry_fields,
    fields_of,
    shown_by_data,
    told_of,
)
from service.pages.forms import Form
from service.pages.harms_asked import (
    HARMS,
    change_of_harms,
    read_harms,
    spoken_harms,
    told_harms,
    typed_harms,
)

BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a form makes of a contrast: the changes in words, and the contrast as JSON."""

    changes: tuple[Change, ...]
    contrast: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The facts of one group; of the baseline those of the measure at `place`."""

    name: str
    contrast: Contrast
    place: int = 0

    @property
    def title(self) -> str:
        return GROUPS[self.name]

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked, but for what the data showed."""
        if self.name == HARMS:
            return ()
        asked = entry_fields(self.place) if self.name == BASELINE else self._plain
        return tuple(one for one in asked if not shown_by_data(self.contrast, one.path))

    @property
    def _plain(self) -> tuple[Field, ...]:
        return fields_of(self.name, self.contrast)

    @property
    def told(self) -> tuple[tuple[str, Told, str], ...]:
        """Each fact of the group: what it is called, what is said of it, and the same in words."""
        if self.name == HARMS:
            harms = told_harms(self.contrast)
            return (("Unwanted effects", harms, spoken_harms(harms)),)
        if self.name == BASELINE:
            return self._told_baseline()
        return tuple(_told(self.contrast, field) for field in self._plain)

    def _told_baseline(self) -> tuple[tuple[str, Told, str], ...]:
        if not self.contrast.baseline:
            nothing = told_of(self.contrast, BASELINE)
            why = Told(why=nothing.why)
            spoken = entry_fields(0)[0].spoken(why)
            return (("What was measured before", why, spoken),)
        return tuple(
            (f"{place + 1}. {label}", told, words)
            for place in range(len(self.contrast.baseline))
            for label, told, words in (_told(self.contrast, one) for one in entry_fields(place))
            if told != Told()
        )

    def typed(self) -> dict[str, str]:
        """The values of a form that shows what is told."""
        if self.name == HARMS:
            return typed_harms(self.contrast)
        return typed(self.fields, self.contrast)

    def read(self, form: Form) -> Read:
        """What the form says; its mistakes are told in it."""
        if self.name == HARMS:
            told = read_harms(form, self.contrast)
            found = change_of_harms(self.contrast, told)
            return Read(changes=tuple(found), contrast=self._with({HARMS: told}))
        if self.name == BASELINE and (nothing := self._no_measure(form)):
            return nothing
        said = answers(form, self.fields, self.contrast)
        return self._read_of(self.fields, said)

    def _read_of(self, fields: Sequence[Field], said: dict[str, Told]) -> Read:
        found = tuple(changes(fields, self.contrast, said))
        new = {at: one for at, one in said.items() if one != told_of(self.contrast, at)}
        return Read(changes=found, contrast=self._with(new))

    def _no_measure(self, form: Form) -> Read | None:
        """The reason why there is no measure at all, where none is named and none was told."""
        name = f"{BASELINE}-{self.place}-measure"
        if form.value(name):
            return None
        why = reason(form, LEFT_OPEN)
        if why is None or self.contrast.baseline:
            form.errors.add(name, "Enter what was measured before the programme")
            return None
        field = Field(path=BASELINE, words=entry_fields(0)[0].words, takes=str)
        before, after = Told(why=told_of(self.contrast, BASELINE).why), Told(why=why)
        change = Change(
            label=field.words.label,
            before=field.spoken(before),
            after=field.spoken(after),
            adds=True,
        )
        whole = self._with({})
        reasons = {**whole["missing"], BASELINE: why}
        return Read(
            changes=(change,) if before != after else (), contrast={**whole, "missing": reasons}
        )

    def _with(self, told: dict[str, Told]) -> dict[str, Any]:
        return with_facts(self.contrast, told)


def group_named(name: str, contrast: Contrast, *, place: str = "") -> Group:
    """A group that is asked of this contrast; of a baseline that has the next free place too."""
    at = int(place) if place.isdecimal() and len(place) < len("1000") else len(contrast.baseline)
    if name not in GROUPS or at > len(contrast.baseline):
        raise NotFound("no such group of facts")
    group = Group(name=name, contrast=contrast, place=at if name == BASELINE else 0)
    if not group.told:
        raise NotFound("this design has no such facts")
    return group


def groups_of(contrast: Contrast) -> list[Group]:
    """Every group that is asked of this contrast, in the order of the forms."""
    every = (Group(name=name, contrast=contrast) for name in GROUPS)
    return [group for group in every if group.told]


def _told(contrast: Contrast, field: Field) -> tuple[str, Told, str]:
    known = told_of(contrast, field.path)
    return field.words.label, known, field.spoken(known)

"""What comes out: derived facts, the answer of each rule, and the grade with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Answer: TypeAlias = Literal["met", "unmet", "unknown"]
GradeStatus: TypeAlias = Literal["determined", "judgement_required", "ungraded"]
Value: TypeAlias = float | bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One derived fact, named elsewhere; None is unknown.

    `up_to` is what it could still be where a part is unknown: the most of a number (inf: without
    bound), the best of a word.
    """

    value: Value | None
    event_ids: tuple[str, ...] = ()
    up_to: Value | None = None

    @classmethod
    def between(cls, least: float, most: float, event_ids: tuple[str, ...] = ()) -> "Fact":
        """A number known to lie between these, both among them."""
        return cls(value=least, event_ids=event_ids, up_to=most if most > least else None)


Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The answer of one rule: what was seen, against what, by which events and which source.

    `margin` is how far the observation is on the right side of the threshold.
    """

    rule: str
    title: str
    answer: Answer
    observed: Value | None
    threshold: Value | None
    margin: float | None
    event_ids: tuple[str, ...]
    source: str
    verified: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The smallest set of changes that would reach a higher grade: the rules to be met.

    `studies` are those of a body that could bring it about without a new one: the event id of each
    contrast, and the rules that it would have to meet.
    """

    to: str
    changes: tuple[str, ...]
    text: str
    studies: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The worst and the best grade that the unknown facts allow."""

    worst: str
    best: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How one sample stands towards a tally: counted, possibly (for want of facts), or not.

    `wanting` are the rules that its nearest path still asks for, `text` the same in words.
    """

    fact: str
    title: str
    event_id: str
    study: str
    state: Literal["counted", "possible", "not counted"]
    wanting: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What a standard says of one subject, and why. `level` is None where it is ungraded.

    `judgements` are the questions only a person can answer that could still change the level;
    `counted` says, for a standard that counts samples, how each of them stands.
    """

    standard: str
    status: GradeStatus
    level: str | None
    title: str
    reasons: tuple[Reason, ...]
    bounds: Bounds | None
    lift: tuple[Lift, ...]
    missing: tuple[str, ...]
    judgements: tuple[str, ...] = ()
    counted: tuple[Counted, ...] = ()

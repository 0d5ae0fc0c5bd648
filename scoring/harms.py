"""Harm: who told of it, whether it was ruled out as the programme's, and whether anybody looked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scoring.evidence import Contrast, Fact, Facts, Harm
from scoring.measurements import is_removed

SERIOUS = "serious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A harm and the event that told of it; `ruled_out` that it was shown not to be its doing."""

    event_id: str
    severity: str
    ruled_out: bool

    @property
    def vetoes(self) -> bool:
        """Whether nothing can demonstrably work while this stands."""
        return self.severity == SERIOUS and not self.ruled_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Harms:
    """Every harm told of, and how many results say whether anybody looked for any."""

    told: tuple[Told, ...]
    looked: int
    results: int

    @property
    def looked_for(self) -> bool | None:
        """Whether harm was looked for by every result; None where some do not say."""
        return True if self.results and self.looked == self.results else None

    def facts(self) -> Facts:
        """What the rules on harm ask for."""
        ids = tuple(dict.fromkeys(one.event_id for one in self.told if one.vetoes))
        return {
            "harm_looked_for": Fact(value=self.looked_for),
            "serious_harm": Fact(value=bool(ids), event_ids=ids),
        }


def harms_of(contrasts: Iterable[Contrast]) -> Harms:
    """Harm told of by any result, pooled or not, in the order of its events.

    What a programme took back or revised stays told; what an independent panel removed, blind to
    its direction, does not. A harm that nobody ruled out as the programme's counts as its.
    """
    standing = [contrast for contrast in contrasts if not is_removed(contrast)]
    told = {one for contrast in standing for one in _told(contrast)}
    return Harms(
        told=tuple(sorted(told, key=lambda one: (one.event_id, one.severity, one.ruled_out))),
        looked=sum(contrast.harms is not None for contrast in standing),
        results=len(standing),
    )


def _told(contrast: Contrast) -> Iterator[Told]:
    for value in (*contrast.earlier, contrast):
        for harm in value.harms or ():
            yield _one(contrast.event_id, harm)


def _one(event_id: str, harm: Harm) -> Told:
    return Told(event_id=event_id, severity=harm.severity, ruled_out=harm.attributed is False)

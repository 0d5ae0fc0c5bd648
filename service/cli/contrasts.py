"""`--contrast "A - B"`: two levels of one moderator -> the weights of their difference."""

from collections.abc import Iterator, Sequence

from scoring.synthesis import (
    Coefficient,
    Design,
    Moderator,
    Multilevel,
    Regression,
    RobustCoefficient,
)
from service.cli.labels import told_apart
from service.cli.tables_in import TableRefused

FORM = "two levels of a moderator in words, as 'A - B'"


def contrasted(
    fitted: Regression | Multilevel, design: Design, wanted: Sequence[str]
) -> tuple[Coefficient | RobustCoefficient, ...]:
    """Each contrast by the fit, robust where there are several effects a unit."""
    named = [(text.strip(), _weights(design, text)) for text in wanted]
    if isinstance(fitted, Regression):
        return tuple(fitted.combination(weights, name=name) for name, weights in named)
    return tuple(fitted.contrast_robust(weights, name=name) for name, weights in named)


def _weights(design: Design, text: str) -> list[float]:
    """One weight a term: 1 for the first level's and -1 for the second's, none for a reference."""
    found = list(_readings(design, text))
    if len(found) != 1:
        known = [f"of {m.name} {told_apart(_levels(m))}" for m in design.moderators if m.levels]
        why = "could be several" if found else "names no two levels of one moderator"
        accepted = f"{FORM}: {'; '.join(known) or 'there is none here'}"
        raise TableRefused(f"--contrast {text!r}: {why} (accepted: {accepted})")
    moderator, first, second = found[0]
    plus, minus = (f"{moderator.name}: {level}" for level in (first, second))
    return [float(term == plus) - float(term == minus) for term in design.terms]


def _readings(design: Design, text: str) -> Iterator[tuple[Moderator, str, str]]:
    """Every way in which the text names two levels; their own names may have hyphens."""
    dashes = [place for place, mark in enumerate(text) if mark == "-"]
    for moderator in design.moderators:
        levels = _levels(moderator)
        for place in dashes:
            first, second = text[:place].strip(), text[place + 1 :].strip()
            if first != second and first in levels and second in levels:
                yield moderator, first, second


def _levels(moderator: Moderator) -> list[str]:
    return [str(level) for level in moderator.levels or ()]

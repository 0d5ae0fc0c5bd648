"""A standard of single contrasts on a subject: its best-rated one, and what could be better."""

from collections.abc import Sequence
from dataclasses import replace

from scoring.bodies import in_words
from scoring.evidence import Bounds, Contrast, Grade, Lift
from scoring.examined import towards
from scoring.standards import AnyStandard, Standard

Graded = tuple[Contrast, Grade]


def best_of(standard: AnyStandard, graded: Sequence[Graded]) -> Grade:
    """The grade of the best-rated contrast, with the best that any of them could be.

    Where the latest speaks, its own grade alone. What would lift it are the fewest changes to any
    contrast that reach a higher level.
    """
    contrast, grade = best_rated(standard, graded)
    if grade.bounds is None or len(graded) == 1 or _latest_speaks(standard):
        return grade
    nearer = _nearer(standard, grade, [one for one in graded if one[0] is not contrast])
    return grade if nearer is None else replace(grade, lift=(nearer,))


def best_rated(standard: AnyStandard, graded: Sequence[Graded]) -> Graded:
    """The best-rated contrast and its grade, with the best bound that any of them has.

    Where the latest speaks, the latest of those that can be rated at all.
    """
    if _latest_speaks(standard):
        rated = [one for one in graded if one[1].bounds is not None] or graded
        return max(rated, key=lambda one: (one[0].recorded_at, one[0].event_id))
    names = [level.name for level in standard.levels]
    contrast, grade = max(graded, key=lambda one: (rank(standard, one[1]), one[0].event_id))
    if grade.bounds is None:
        return contrast, grade
    bests = [other.bounds.best for _, other in graded if other.bounds is not None]
    bounds = Bounds(worst=grade.bounds.worst, best=max(bests, key=names.index))
    return contrast, replace(grade, bounds=bounds)


def _latest_speaks(standard: AnyStandard) -> bool:
    return isinstance(standard, Standard) and standard.speaks == "latest"


def rank(standard: AnyStandard, grade: Grade) -> int:
    """The place of what a grade surely reaches, from the worst (0); -1 without a level."""
    names = [level.name for level in standard.levels]
    return -1 if grade.bounds is None else names.index(grade.bounds.worst)


def _nearer(standard: AnyStandard, best: Grade, graded: Sequence[Graded]) -> Lift | None:
    """A lift by another contrast that asks for fewer changes than those of the best-rated one."""
    if type(standard) is not Standard:
        # Elsewhere a change is an answer of a person, not a rule that facts could meet.
        return None
    above = standard.levels[rank(standard, best) + 1 :]
    own = [lift for lift in best.lift if not _by_design(standard, best, lift)]
    fewest = min((len(lift.changes) for lift in own), default=None)
    found = [
        (len(rules), place, contrast.event_id, level.name, contrast, rules)
        for place, level in enumerate(reversed(above))
        for contrast, grade in graded
        if (rules := towards(standard, grade, [level.name])) is not None
    ]
    *_, name, contrast, rules = min(found, default=(0, 0, "", "", None, ()))
    if contrast is None or (fewest is not None and fewest <= len(rules)):
        return None
    titles = {level.name: level.title for level in standard.levels}
    return Lift(
        to=name,
        changes=tuple(rule.id for rule in rules),
        text=f"{titles[name]}: of {contrast.study} ({contrast.site}): {in_words(rules)}",
        studies=((contrast.event_id, tuple(rule.id for rule in rules)),),
    )


def _by_design(standard: Standard, grade: Grade, lift: Lift) -> bool:
    """Whether a lift asks for what no further fact about the same study can change."""
    known = {reason.rule for reason in grade.reasons if reason.answer == "unmet"}
    return any(standard.by_id[rule].fixed and rule in known for rule in lift.changes)

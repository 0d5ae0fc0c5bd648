"""What would lift the house grade: each change that is told was tried on the facts, and lifts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeAlias

from scoring.anytime import Entry, Finding, Monitoring, Study, ln_e_minus, ln_e_plus
from scoring.body import SEVERITY
from scoring.bounding import FEWEST_ELSEWHERE, FROM_WORST
from scoring.confidence import Case, Confidence, Means, confidence_level, wanting
from scoring.evidence import Contrast, Judgement, Lift, Subject
from scoring.measurements import Measurement, Weighed
from scoring.standards.candour import CLUSTERS
from scoring.standards.candour_confidence import CONFIDENCE
from scoring.standards.candour_design import DESIGN, TIERS
from scoring.standards.rules import Rule, Step
from scoring.units import ledger_of, monitored, units_of

# More units than this are never asked for: nobody can plan so far.
MOST_UNITS: Final = 20

# Results as clear as the bets can tell, for good, for nothing and for harm: each adds what a unit
# can add at the very most.
CLEAR: Final = (Study(1.0, 0.01), Study(0.0, 0.001), Study(-1.0, 0.01))


@dataclass(frozen=True, slots=True)
class _Change:
    """Rules to be met, the change in words, the case with it made, and which results must change.

    `studies` is empty where no known result can bring it about.
    """

    rules: tuple[str, ...]
    words: str
    made: Callable[[Case], Case]
    studies: tuple[tuple[str, tuple[str, ...]], ...] = ()


Changes: TypeAlias = Sequence[_Change]


def confidence_lifts(case: Case, found: Confidence, *, means: Means) -> tuple[Lift, ...]:
    """Single changes that raise confidence, else pairs of them; those that ask least come first.

    A change is a domain put right or a better tier for the results that carry the grade. It is made
    on the facts and the whole is judged anew: what does not raise the level is not told. Where a
    domain is about the numbers themselves, its rules are supposed to be met by new results.
    """
    changes = [*_domains(found), *_tiers(case, found)]
    for size in (1, 2):
        lifts = [
            lift
            for chosen in combinations(changes, size)
            if (lift := _tried(chosen, case, found, means)) is not None
        ]
        if lifts:
            return tuple(sorted(lifts, key=lambda lift: (len(lift.changes), lift.changes)))
    return ()


def more_units(monitoring: Monitoring, entries: Sequence[Entry]) -> tuple[Lift, ...]:
    """How many units are needed at the very least before anything can hold elsewhere.

    Tried on the ledger with results as clear as they can be, in each direction.
    """
    if monitoring.finding in ("works", "harmful", "no detectable effect"):
        return ()
    first = max(1, FEWEST_ELSEWHERE - monitoring.counting)
    for more in range(first, MOST_UNITS + 1):
        if any(_holds(entries, study, more, monitoring) for study in CLEAR):
            units = "unit" if more == 1 else "units"
            text = (
                f"a finding that holds elsewhere: at least {more} more independent {units} (sites "
                f"or cohorts); {FEWEST_ELSEWHERE} are the fewest that can"
            )
            return (Lift(to="holds elsewhere", changes=("candour.works_elsewhere",), text=text),)
    return ()


def gate_lifts(weighed: Iterable[Weighed]) -> tuple[Lift, ...]:
    """What would have to be known for anything to be pooled: the fewest answers first."""
    rules = {**DESIGN.by_id, CLUSTERS.id: CLUSTERS}
    asked = [(one.contrast.event_id, ids) for one in weighed if (ids := _unanswered(one))]
    return tuple(
        Lift(
            to="graded",
            changes=wanted,
            text="graded: " + "; and ".join(rules[name].lift for name in wanted),
            studies=tuple(sorted(study for study in asked if study[1] == wanted)),
        )
        for wanted in sorted({ids for _, ids in asked}, key=lambda ids: (len(ids), ids))
    )


def cluster_lifts(
    weighed: Sequence[Weighed], subject: Subject, *, found: tuple[Finding, str], means: Means
) -> tuple[Lift, ...]:
    """What it would change had every analysis of which nobody says allowed for clusters."""
    silent = [one for one in weighed if one.is_silent_on_clusters and one.design.level is not None]
    if not silent:
        return ()
    measured = tuple(
        measurement
        for one in weighed
        if (measurement := one.counted(one.design.level, one.contrast.promise, _best(one)))
    )
    case, units = Case(measured=measured, subject=subject), units_of(measured)
    finding = monitored(*ledger_of(units)).finding
    level = confidence_level(case, means, units=units)
    better = FROM_WORST.index(finding) > FROM_WORST.index(found[0])
    if not better and CONFIDENCE.index(level) <= CONFIDENCE.index(found[1]):
        return ()
    reached = f"{finding}, {level}"
    return (
        Lift(
            to=reached,
            changes=(CLUSTERS.id,),
            text=f"{reached}, had the analyses allowed for it: {CLUSTERS.lift}",
            studies=tuple((one.contrast.event_id, (CLUSTERS.id,)) for one in silent),
        ),
    )


def _best(one: Weighed) -> Study | None:
    return one.reported if one.is_silent_on_clusters else one.told


def _unanswered(one: Weighed) -> tuple[str, ...]:
    """The rules without an answer, where no other keeps it out of the pool."""
    entry = [r for r in one.design.reasons if r.rule in DESIGN.entry and r.answer != "met"]
    if any(reason.answer == "unmet" for reason in entry):
        return ()
    asked = tuple(reason.rule for reason in entry)
    if one.told is not None:
        return asked
    return (*asked, CLUSTERS.id) if one.is_silent_on_clusters else ()


def _tried(chosen: Changes, case: Case, found: Confidence, means: Means) -> Lift | None:
    for change in chosen:
        case = change.made(case)
    level = confidence_level(case, means)
    if CONFIDENCE.index(level) <= CONFIDENCE.index(found.level):
        return None
    words = "; and ".join(change.words for change in chosen)
    return Lift(
        to=level,
        changes=tuple(rule for change in chosen for rule in change.rules),
        text=f"confidence {level}: {words}",
        studies=tuple(study for change in chosen for study in change.studies),
    )


def _domains(found: Confidence) -> Iterator[_Change]:
    for steps in wanting(found).values():
        # Of several thresholds on one fact, the first asks the most.
        asked = {step.rule.fact: step.rule.lift for step in reversed(steps)}
        yield _Change(
            tuple(step.rule.id for step in steps),
            "; and ".join(asked.values()),
            _putting_right(steps),
        )


def _putting_right(steps: Sequence[Step]) -> Callable[[Case], Case]:
    def made(case: Case) -> Case:
        for step in steps:
            case = _right(case, step.rule)
        return case

    return made


def _right(case: Case, rule: Rule) -> Case:
    subject = case.subject
    match rule.fact:
        case "planned_in_advance":
            return _each(case, lambda c: replace(c, promise=replace(c.promise, in_advance=True)))
        case "switched":
            return _each(case, lambda c: replace(c, promise=replace(c.promise, switched=False)))
        case "this_version":
            return _each(case, lambda c: replace(c, version=subject.version or c.version))
        case "unreported":
            return replace(case, subject=replace(subject, unreported=frozenset()))
        case question if question in SEVERITY:
            told = tuple(_answered(one, question) for one in subject.judgements)
            return replace(case, subject=replace(subject, judgements=told))
        case _:
            return replace(case, supposed=case.supposed | {rule.id})


def _each(case: Case, changed: Callable[[Contrast], Contrast]) -> Case:
    measured = tuple(replace(m, contrast=changed(m.contrast)) for m in case.measured)
    return replace(case, measured=measured)


def _answered(judgement: Judgement, question: str) -> Judgement:
    if judgement.question != question:
        return judgement
    best, *_ = SEVERITY[question]
    return replace(judgement, answer=best)


def _tiers(case: Case, found: Confidence) -> Iterator[_Change]:
    """What would bring the results that carry the grade to a better tier: each its own lift."""
    if found.tier == TIERS[-1]:
        return
    carrying = [unit for unit in units_of(case.measured) if unit.tier == found.tier]
    ids = {c.event_id for unit in carrying for c in unit.designated}
    arrived = sorted(case.measured, key=lambda m: m.arrival)
    resting = [m for m in arrived if m.contrast.event_id in ids and m.tier == found.tier]
    options = dict.fromkeys(lift for m in resting for lift in m.design.lift)
    for lift in options:
        yield _lifted([m for m in resting if lift in m.design.lift], (lift,))
    firsts = dict.fromkeys(m.design.lift[0] for m in resting if m.design.lift)
    if len(firsts) > 1:
        yield _lifted([m for m in resting if m.design.lift], tuple(firsts))


def _lifted(resting: Sequence[Measurement], lifts: tuple[Lift, ...]) -> _Change:
    own = {
        m.contrast.event_id: next(lift for lift in lifts if lift in m.design.lift) for m in resting
    }

    def made(case: Case) -> Case:
        measured = tuple(
            replace(m, tier=own[m.contrast.event_id].to) if m.contrast.event_id in own else m
            for m in case.measured
        )
        return replace(case, measured=measured)

    rules = tuple(dict.fromkeys(rule for lift in lifts for rule in lift.changes))
    asked = "; and ".join(DESIGN.by_id[rule].lift for rule in rules)
    words = f"for the results that carry the grade, {asked}"
    studies = tuple((event_id, lift.changes) for event_id, lift in own.items())
    return _Change(rules, words, made, studies)


def _holds(entries: Sequence[Entry], study: Study, more: int, monitoring: Monitoring) -> bool:
    ledger, mark = [*entries, *[Entry(study)] * more], monitoring.sesoi
    enough = monitoring.config.ln_threshold
    if study.yi > 0:
        return ln_e_plus(ledger) >= enough
    if study.yi < 0:
        return ln_e_minus(ledger) >= monitoring.config.ln_harm_threshold
    return min(ln_e_plus(ledger, m=-mark), ln_e_minus(ledger, m=mark)) >= enough

"""The interpreter of standards: a rule has one of three answers, and the answers give the level."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scoring.evidence import Answer, Bounds, Fact, Facts, Grade, Lift, Reason, Value
from scoring.standards.rules import (
    Boundary,
    Check,
    Compare,
    Either,
    FirstKnown,
    Is,
    Level,
    OneOf,
    Rule,
    Standard,
    level_reached,
)
from scoring.wording import words

# Thresholds are printed figures; a value computed to equal one must not miss it by rounding.
TOLERANCE = 1e-8

UNKNOWN = Fact(value=None)


def examine(rule: Rule, facts: Facts) -> Reason:
    """The answer of one rule on these facts, with what was seen against what."""
    check, name = _deciding(rule, facts)
    fact = facts.get(name, UNKNOWN)
    threshold = _threshold(check, facts)
    answer, margin = _answer(check, fact, facts)
    return Reason(
        rule=rule.id,
        title=rule.title,
        answer=answer,
        observed=fact.value,
        threshold=threshold,
        margin=margin,
        event_ids=fact.event_ids,
        source=rule.source,
        verified=rule.verified,
        text=_undecided(rule, check, fact, facts) or _text(rule, check, fact, threshold, answer),
    )


def apply_rules(standard: Standard, facts: Facts) -> Grade:
    """Grade one subject: unknown is never met; every rule is tried and gives its reason.

    Below its entry rules a subject is ungraded: `missing` names what is not known, or not so.
    `bounds` are the level as it is and the level were every unknown rule met. While a judgement
    could still raise the level, a judgement is required.
    """
    reasons = tuple(examine(rule, facts) for rule in standard.rules)
    met = frozenset(reason.rule for reason in reasons if reason.answer == "met")
    unknown = frozenset(reason.rule for reason in reasons if reason.answer == "unknown")
    shut = [
        reason for reason in reasons if reason.rule in standard.entry and reason.rule not in met
    ]
    if shut:
        return ungraded(standard.name, reasons, [reason.title for reason in shut])
    level, best = level_reached(standard, met), level_reached(standard, met | unknown)
    asked = _judgements_asked(standard, level, met, unknown)
    told = standard.provisional or not asked
    return Grade(
        standard=standard.name,
        status="judgement_required" if asked else "determined",
        level=level.name if told else None,
        title=level.title if told else "Judgement required",
        reasons=reasons,
        bounds=Bounds(worst=level.name, best=best.name),
        lift=_lifts(standard, level, reasons, facts),
        missing=tuple(reason.title for reason in reasons if reason.answer == "unknown"),
        judgements=asked,
    )


def ungraded(
    standard: str, reasons: tuple[Reason, ...], missing: Iterable[str], *, title: str = "Ungraded"
) -> Grade:
    """No level: `missing` says for want of what."""
    return Grade(
        standard=standard,
        status="ungraded",
        level=None,
        title=title,
        reasons=reasons,
        bounds=None,
        lift=(),
        missing=tuple(missing),
    )


def _judgements_asked(
    standard: Standard, level: Level, met: frozenset[str], unknown: frozenset[str]
) -> tuple[str, ...]:
    """The facts that only a person can answer, where the answers could raise the level."""
    open_questions = [r for r in standard.rules if r.judgement and r.id in unknown]
    if level_reached(standard, met | {rule.id for rule in open_questions}) is level:
        return ()
    return tuple(dict.fromkeys(rule.fact for rule in open_questions))


def _lifts(
    standard: Standard, level: Level, reasons: Sequence[Reason], facts: Facts
) -> tuple[Lift, ...]:
    """The fewest changes that reach a higher level; facts before a study of another design."""
    met = frozenset(reason.rule for reason in reasons if reason.answer == "met")
    known = frozenset(reason.rule for reason in reasons if reason.answer != "unknown")
    rules = {rule.id: _to_tell(rule, facts) for rule in standard.rules}
    above = standard.levels[standard.levels.index(level) + 1 :]
    wanted = {(higher, frozenset(path) - met) for higher in above for path in higher.paths}
    open_to_change = {
        (to, ids) for to, ids in wanted if not any(rules[i].fixed and i in known for i in ids)
    }
    candidates = open_to_change or wanted
    fewest = min((len(ids) for _, ids in candidates), default=0)
    smallest = [(to, ids) for to, ids in candidates if len(ids) == fewest]
    smallest.sort(key=lambda lift: (-standard.levels.index(lift[0]), sorted(lift[1])))
    # What brings a level brings those below it as well.
    highest: dict[frozenset[str], Level] = {}
    for to, ids in smallest:
        highest.setdefault(ids, to)
    return tuple(
        lift_to(to, [rules[r.id] for r in standard.rules if r.id in ids])
        for ids, to in highest.items()
    )


def lift_to(level: Level, changes: Iterable[Rule]) -> Lift:
    """The lift to a level by meeting these rules, in words."""
    rules = tuple(changes)
    return Lift(
        to=level.name,
        changes=tuple(rule.id for rule in rules),
        text=f"{level.title}: " + "; and ".join(rule.lift for rule in rules),
    )


def _deciding(rule: Rule, facts: Facts) -> tuple[Check, str]:
    """The check and the fact that the answer rests on, where a rule has several."""
    match rule.check:
        case Either(alternatives=alternatives):
            return _best(alternatives, facts)
        case FirstKnown(alternatives=alternatives):
            known = (one for one in alternatives if facts.get(one[0], UNKNOWN).value is not None)
            name, check = next(known, alternatives[0])
            return check, name
        case check:
            return check, rule.fact


def _best(
    alternatives: Sequence[tuple[str, Compare | Is | OneOf]], facts: Facts
) -> tuple[Check, str]:
    """Of several the one that serves best: met before unknown before unmet."""
    ranked = {"met": 0, "unknown": 1, "unmet": 2}
    tried = [
        (ranked[_answer(check, facts.get(name, UNKNOWN), facts)[0]], place)
        for place, (name, check) in enumerate(alternatives)
    ]
    name, check = alternatives[min(tried)[1]]
    return check, name


def _threshold(check: Check, facts: Facts) -> Value | None:
    match check:
        case Compare(threshold=str() as name):
            return facts.get(name, UNKNOWN).value
        case Compare(threshold=number):
            return number
        case Is(value=value):
            return value
        case OneOf(values=values):
            return ", ".join(values)
        case Boundary():
            return _printed(check, facts, _column(check, facts) or check.default)
        case Either() | FirstKnown():
            raise TypeError("alternatives are settled before their threshold is asked for")


def _column(check: Boundary, facts: Facts) -> str | None:
    told = facts.get(check.column, UNKNOWN).value
    return None if told is None else str(told)


def _printed(check: Boundary, facts: Facts, column: str) -> float | None:
    """The table's entry; -1, below every amount, where the table says never."""
    row = facts.get(check.at, UNKNOWN).value
    if not isinstance(row, float | int) or row < 0:
        return None
    entries = check.table[column]
    # Half a unit goes up, as print has it, and not to the even neighbour.
    index = int(row + 0.5 + TOLERANCE) if check.rounding == "nearest" else int(row + TOLERANCE)
    entry = entries[index] if index < len(entries) else None
    return -1.0 if entry is None else entry


def _answer(check: Check, fact: Fact, facts: Facts) -> tuple[Answer, float | None]:
    threshold = _threshold(check, facts)
    if fact.value is None or threshold is None:
        return "unknown", None
    match check:
        case Is(value=wanted):
            return ("met" if fact.value is wanted else "unmet"), None
        case OneOf(values=values):
            return _worded(values, fact), None
        case Compare(operator=operator):
            return _compared(operator, fact, float(threshold))
        case Boundary():
            return _within(check, fact, facts)
        case Either() | FirstKnown():
            raise TypeError("alternatives are answered one by one")


def _worded(values: Sequence[str], fact: Fact) -> Answer:
    if fact.value in values:
        return "met"
    return "unknown" if fact.up_to is not None and fact.up_to in values else "unmet"


def _compared(operator: str, fact: Fact, threshold: float) -> tuple[Answer, float]:
    """A value of which only a range is known passes if all of the range does."""
    least = float(fact.value or 0)
    most = least if fact.up_to is None else float(fact.up_to)
    falling = operator in ("<=", "<")
    margin = threshold - least if falling else least - threshold
    cautious, hopeful = (most, least) if falling else (least, most)
    if _passes(operator, cautious, threshold):
        return "met", threshold - cautious if falling else margin
    return ("unknown" if _passes(operator, hopeful, threshold) else "unmet"), margin


def _passes(operator: str, value: float, threshold: float) -> bool:
    match operator:
        case "<=":
            return value <= threshold + TOLERANCE
        case "<":
            return value < threshold
        case ">=":
            return value >= threshold - TOLERANCE
        case _:
            return value > threshold


def _within(check: Boundary, fact: Fact, facts: Facts) -> tuple[Answer, float | None]:
    """Against the column that was told; else known only where all the columns agree."""
    told = _column(check, facts)
    answers: dict[str, tuple[Answer, float | None]] = {}
    for column in [told] if told is not None else check.table:
        entry = _printed(check, facts, column)
        answers[column] = ("unknown", None) if entry is None else _compared("<=", fact, entry)
    shown = answers[told or check.default]
    agreed = len({answer for answer, _ in answers.values()}) == 1
    return shown if agreed else ("unknown", shown[1])


def _to_tell(rule: Rule, facts: Facts) -> Rule:
    """The rule; where only the column of its table is wanting, with that as what would meet it."""
    if not _wants_column(rule.check, facts.get(rule.fact, UNKNOWN), facts):
        return rule
    return replace(rule, lift=f"say which {_column_words(rule.check)} the protocol fixed")


def _undecided(rule: Rule, check: Check, fact: Fact, facts: Facts) -> str:
    """The words where all is known but which column of a table counts; else nothing."""
    if not _wants_column(check, fact, facts):
        return ""
    return (
        f"{rule.title}: {words(fact.value)}, within the limit of one {_column_words(check)} and "
        "not of another; which of them the protocol fixed is not known, so not counted as met."
    )


def _wants_column(check: Check, fact: Fact, facts: Facts) -> bool:
    if not isinstance(check, Boundary) or _column(check, facts) is not None:
        return False
    entries = [_printed(check, facts, column) for column in check.table]
    answers = {_compared("<=", fact, entry)[0] for entry in entries if entry is not None}
    return fact.value is not None and answers == {"met", "unmet"}


def _column_words(check: Check) -> str:
    return words(check.column) if isinstance(check, Boundary) else ""


def _text(rule: Rule, check: Check, fact: Fact, threshold: Value | None, answer: Answer) -> str:
    if answer == "unknown" and fact.value is None:
        return f"{rule.title}: not known, so not counted as met."
    seen = words(fact.value)
    if answer == "unknown":
        return f"{rule.title}: {seen}, but not all of it is known, so not counted as met."
    match check:
        case Compare(operator=operator):
            if operator in ("<=", "<") and answer == "met" and fact.up_to is not None:
                seen = f"at most {words(fact.up_to)}"
            return f"{rule.title}: {seen}, asked {operator} {words(threshold)}; {answer}."
        case Boundary() if threshold == -1.0:
            return f"{rule.title}: {seen}, too much was lost for any difference; {answer}."
        case Is():
            return f"{rule.title}: {'yes' if answer == 'met' else 'no'}."
        case Boundary():
            return f"{rule.title}: {seen}, at most {words(threshold)}; {answer}."
        case _:
            return f"{rule.title}: {seen}; {answer}."

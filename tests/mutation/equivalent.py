"""Mutants that change nothing anybody could see, each with its reason."""

# (module, line as written, before, after): why no test can tell them apart.
Where = tuple[str, str, str, str]

RANKED = 'ranked = {"met": 0, "unknown": 1, "unmet": 2}'
ONE_LEFT = "where a single level is left the first is the last"
SAME_ORDER = "only the order of the three ranks counts"
NEVER_READ = "the default is unpacked and, without a contrast, not read"
NO_MORE_THAN_ALL = "a scale has no higher place, and the least of two is kept"
DEFAULT = '*_, name, contrast, rules = min(found, default=(0, 0, "", "", None, ()))'
STATES = "states = {(len(standard.scale) - 1, 0)}"

EQUIVALENT: dict[Where, str] = {
    ("scoring/standards/interpreter.py", RANKED, "2", "3"): SAME_ORDER,
    ("scoring/standards/interpreter.py", RANKED, "0", "-1"): SAME_ORDER,
    (
        "scoring/standards/trees/interpreter.py",
        "level=None if asked else reached[0].name,",
        "0",
        "-1",
    ): ONE_LEFT,
    (
        "scoring/standards/trees/interpreter.py",
        'title="Judgement required" if asked else reached[0].title,',
        "0",
        "-1",
    ): ONE_LEFT,
    (
        "scoring/standards/trees/interpreter.py",
        "lift=() if asked else _lifts(case, reached[0].name),",
        "0",
        "-1",
    ): ONE_LEFT,
    (
        "scoring/standards/trees/reasons.py",
        'text = f"{title}: {words(reached[0].name)}, {why}."',
        "0",
        "-1",
    ): "the text is replaced where more than one level is left",
    (
        "scoring/standards/trees/reasons.py",
        "answer=_graded(standard, reached[0].name if known else None),",
        "0",
        "-1",
    ): ONE_LEFT,
    (
        "scoring/standards/trees/reasons.py",
        "observed=reached[0].name if known else None,",
        "0",
        "-1",
    ): ONE_LEFT,
    ("scoring/standards/trees/overall.py", STATES, "1", "0"): NO_MORE_THAN_ALL,
    (
        "scoring/standards/trees/overall.py",
        STATES,
        "len(standard.scale) - 1",
        "len(standard.scale) + 1",
    ): NO_MORE_THAN_ALL,
    (
        "scoring/standards/trees/interpreter.py",
        "if several is None or said is None:",
        "several is None or said is None",
        "several is None and said is None",
    ): "where nothing was said, nothing is answered either way",
    ("scoring/best_contrast.py", DEFAULT, "0", "1"): NEVER_READ,
    ("scoring/best_contrast.py", DEFAULT, "0", "-1"): NEVER_READ,
    (
        "scoring/best_contrast.py",
        "fewest = min((len(lift.changes) for lift in own), default=None)",
        "min((len(lift.changes) for lift in own), default=None)",
        "max((len(lift.changes) for lift in own), default=None)",
    ): "the lifts of one contrast all ask for as many changes, the fewest",
    (
        "scoring/standards/trees/tree.py",
        "fewest = min(map(len, found), default=0)",
        "0",
        "1",
    ): "where nothing was found nothing is kept",
    (
        "scoring/changes.py",
        "if any(number > len(groups) for _, number in short):",
        "any((number > len(groups) for _, number in short))",
        "all((number > len(groups) for _, number in short))",
    ): "a short cut: what follows finds none as well",
    (
        "scoring/changes.py",
        'coarsest = next((t for t in tallies if t.distinct == "study"), tallies[0])',
        "0",
        "-1",
    ): "where none counts studies all count samples",
    (
        "scoring/changes.py",
        "state = tuple(max(0, a - b) for a, b in zip(left, gains, strict=True))",
        "0",
        "-1",
    ): "the same gain without what is more than needed is among the options, and no dearer",
    (
        "scoring/published.py",
        "if len(possible or ()) > 1:",
        "len(possible or ()) > 1",
        "len(possible or ()) >= 1",
    ): "the best of one world is its own",
    (
        "scoring/published.py",
        "bests = [one.bounds.best for one in possible if one.bounds is not None]",
        " for one in possible if one.bounds is not None",
        " for one in possible",
    ): "what is open where all worlds are taken together is open in each of them",
}

"""Mutants that change nothing anybody could see, each with its reason."""

# (module, line as written, before, after): why no test can tell them apart.
Where = tuple[str, str, str, str]

RANKED = 'ranked = {"met": 0, "unknown": 1, "unmet": 2}'
ONE_LEFT = "where a single level is left the first is the last"
SAME_ORDER = "only the order of the three ranks counts"

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
}

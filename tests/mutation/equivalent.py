"""Mutants that change nothing anybody could see, each with its reason."""

# (module, before, after): why no test can tell them apart.
EQUIVALENT: dict[tuple[str, str, str], str] = {}

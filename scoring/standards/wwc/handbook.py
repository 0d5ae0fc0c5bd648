"""Where the rules of the WWC handbook come from, and how one is written down."""

from typing import Final

from scoring.standards.rules import Check, OneOf, Rule

HANDBOOK: Final = "WWC Standards Handbook 4.1 (IES, October 2020)"
TABLE: Final = f"{HANDBOOK}, table II.1, as transcribed in baselinr"
BASELINE: Final = f"{HANDBOOK}, baseline equivalence"
PATH: Final = f"{HANDBOOK}, study rating"
CONFOUND: Final = "WWC standards brief on confounding factors (IES)"
SECOND_HAND: Final = f"{HANDBOOK}, known at second hand"

# F of the first stage for one instrument: at second hand.
STRONG_F: Final = 16.0


def handbook_rule(
    name: str, title: str, fact: str, check: Check, lift: str, *, source: str = SECOND_HAND
) -> Rule:
    """A rule of the handbook; without a source of its own it is known at second hand."""
    return Rule(
        id=f"wwc.{name}",
        title=title,
        fact=fact,
        check=check,
        source=source,
        verified="second hand" not in source,
        lift=lift,
        # No further fact about a study changes its design or whom it compares with.
        fixed=isinstance(check, OneOf) or fact == "compared_with_others",
    )

"""Confidence in one study as the Centre for Homelessness Impact and Campbell appraise it."""

from collections.abc import Mapping
from itertools import product
from typing import Final

from scoring.attrition import BOUNDARIES
from scoring.standards.rules import (
    Boundary,
    Check,
    Compare,
    Either,
    Is,
    Level,
    OneOf,
    Question,
    Rule,
    Standard,
)

TABLE: Final = "Campbell evidence and gap maps, critical appraisal of primary studies (CHI)"
SECOND_HAND: Final = f"{TABLE}; in part our reading, at second hand"

# How far outside the boundary of attrition is still close to it (percentage points): the table
# names no figure. A parameter of ours.
CLOSE_PP: Final = 2.0
# Share of baseline tests that may show a difference.
BALANCED: Final = 0.05
NEARLY_BALANCED: Final = 0.10

STRONG: Final = (
    "rct",
    "cluster_rct",
    "regression_discontinuity",
    "interrupted_time_series",
    "controlled_its",
    "instrumental_variable",
)
# The table says "difference in differences with matching"; weights and fixed effects are read so.
DIFFERENCES: Final = ("difference_in_differences", "synthetic_control", "panel_fixed_effects")
# Designs that look back on series in which nobody is followed, so that nobody can be lost.
LOOKING_BACK: Final = ("interrupted_time_series", "controlled_its")
# What needs no balance of groups: chance gives it. The table excuses nothing else.
NO_BALANCE_ASKED: Final = ("rct", "cluster_rct")

CLARITY: Final = ("clear", "brief", "named_only")


def _close(table: Mapping[str, tuple[float | None, ...]]) -> Mapping[str, tuple[float | None, ...]]:
    return {
        name: tuple(None if entry is None else entry + CLOSE_PP for entry in column)
        for name, column in table.items()
    }


def _bounds(table: Mapping[str, tuple[float | None, ...]]) -> Boundary:
    return Boundary(
        at="attrition_overall_pct",
        column="attrition_assumption",
        # An assumption that nobody fixed in the protocol is taken as the stricter one.
        default="cautious",
        rounding="nearest",
        table=table,
    )


def _rule(
    name: str, title: str, fact: str, check: Check, lift: str, *, source: str = TABLE
) -> Rule:
    return Rule(
        id=f"chi_campbell.{name}",
        title=title,
        fact=fact,
        check=check,
        source=source,
        verified="second hand" not in source,
        lift=lift,
        fixed=isinstance(check, OneOf) and fact == "design",
        judgement=fact == "chi_outcome",
    )


RULES: Final = (
    _rule(
        "compared",
        "People without the programme are compared, or a long series before it",
        "comparison_made",
        Is(True),
        "a study that compares with people who did not get the programme",
        source=SECOND_HAND,
    ),
    _rule(
        "strong_design",
        "Random assignment, a cut-off, an instrument or a long series",
        "design",
        OneOf(STRONG),
        "a study with random assignment, a cut-off, an instrument or a long series",
    ),
    _rule(
        "differences",
        "Changes compared with changes elsewhere",
        "design",
        OneOf(DIFFERENCES),
        "a study that compares changes with changes elsewhere",
        source=SECOND_HAND,
    ),
    _rule(
        "matched_groups",
        "The comparison group is matched and shown to be similar",
        "comparison_similar",
        Is(True),
        "show that the comparison group is matched and similar",
        source=SECOND_HAND,
    ),
    _rule(
        "matched",
        "Matched comparison",
        "design",
        OneOf(("matched_comparison",)),
        "a study with a matched comparison",
    ),
    _rule(
        "by_propensity",
        "People are matched on all that made them likely to get the programme",
        "controls_adequate",
        Is(True),
        "match on all that made people likely to get the programme",
        source=SECOND_HAND,
    ),
    _rule(
        "nobody_followed",
        "Nobody is followed who could be lost",
        "design",
        OneOf(LOOKING_BACK),
        "a study that looks back on a long series",
        source=SECOND_HAND,
    ),
    _rule(
        "attrition_inside",
        "Difference in attrition between the groups (percentage points)",
        "attrition_differential_pp",
        _bounds(BOUNDARIES),
        "attrition within the WWC's boundary at its overall rate",
    ),
    _rule(
        "attrition_close",
        "Difference in attrition, inside or close to the boundary (percentage points)",
        "attrition_differential_pp",
        _bounds(_close(BOUNDARIES)),
        f"attrition no more than {CLOSE_PP:g} points outside the WWC's boundary",
        source=SECOND_HAND,
    ),
    _rule(
        "outcome_clear",
        "The outcome measure is fully described, or validated",
        "chi_outcome",
        Either((("chi_outcome", OneOf(("clear",))), ("outcome_validated", Is(True)))),
        "describe the outcome measure fully, best with a reference to its validation",
    ),
    _rule(
        "outcome_brief",
        "The outcome measure is at least briefly described",
        "chi_outcome",
        Either((("chi_outcome", OneOf(("clear", "brief"))), ("outcome_validated", Is(True)))),
        "describe the outcome measure",
    ),
    _rule(
        "balanced",
        "Share of baseline measures that differ, unless people were randomised",
        "share_imbalanced",
        Either(
            (("design", OneOf(NO_BALANCE_ASKED)), ("share_imbalanced", Compare("<=", BALANCED)))
        ),
        f"at most {BALANCED:.0%} of the baseline measures unlike between the groups",
    ),
    _rule(
        "nearly_balanced",
        "Share of baseline measures that differ, unless people were randomised (nearly)",
        "share_imbalanced",
        Either(
            (
                ("design", OneOf(NO_BALANCE_ASKED)),
                ("share_imbalanced", Compare("<", NEARLY_BALANCED)),
            )
        ),
        f"fewer than {NEARLY_BALANCED:.0%} of the baseline measures unlike between the groups",
    ),
)


def _ids(*names: str) -> tuple[str, ...]:
    return tuple(f"chi_campbell.{name}" for name in names)


# The items that are critical: the rating is that of the lowest of them.
DESIGN_HIGH: Final = (_ids("strong_design"),)
DESIGN_MEDIUM: Final = (
    *DESIGN_HIGH,
    _ids("differences", "matched_groups"),
    _ids("matched", "by_propensity"),
)
ATTRITION_HIGH: Final = (_ids("attrition_inside"), _ids("nobody_followed"))
ATTRITION_MEDIUM: Final = (_ids("attrition_close"), _ids("nobody_followed"))


def _paths(
    designs: tuple[tuple[str, ...], ...], attritions: tuple[tuple[str, ...], ...], *others: str
) -> tuple[tuple[str, ...], ...]:
    """Every way to meet all the critical items."""
    return tuple(
        (*design, *attrition, *others)
        for design, attrition in product(designs, attritions)
        if _possible(design, attrition)
    )


def _possible(design: tuple[str, ...], attrition: tuple[str, ...]) -> bool:
    """Whether one study can meet both: only a long series has nobody to follow."""
    return attrition != _ids("nobody_followed") or design == _ids("strong_design")


CHI_CAMPBELL_1: Final = Standard(
    id="chi-campbell",
    version="1",
    title="Confidence in a study's findings, CHI and Campbell",
    unit="contrast",
    source=TABLE,
    rules=RULES,
    entry=_ids("compared"),
    levels=(
        Level(name="low", title="Low confidence in the study's findings", paths=((),)),
        Level(
            name="medium",
            title="Medium confidence in the study's findings",
            paths=_paths(
                DESIGN_MEDIUM, ATTRITION_MEDIUM, *_ids("outcome_brief", "nearly_balanced")
            ),
        ),
        Level(
            name="high",
            title="High confidence in the study's findings",
            paths=_paths(DESIGN_HIGH, ATTRITION_HIGH, *_ids("outcome_clear", "balanced")),
        ),
    ),
    questions=(
        Question(
            id="chi_outcome",
            text="How fully does the report describe the outcome measure?",
            answers=CLARITY,
            source=TABLE,
        ),
    ),
)

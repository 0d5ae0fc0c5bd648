"""What standards of a body of evidence share: what they ask of samples, and of counts of them."""

from dataclasses import dataclass
from typing import Final

from scoring.standards.rules import Check, Compare, Either, Is, OneOf, Rating, Rule, Tally

# Two-sided significance, as every scheme that says "significant" without a figure has it
# (WWC Handbook 2.0, appendix C).
ALPHA: Final = 0.05

# Design and execution as the WWC rates it. Schemes with a scale of their own rate much alike:
# "high" a randomised trial of low attrition, "moderate" what is equivalent at baseline.
WWC: Final = Rating(fact="wwc_rating", standard="wwc@4.1")
HIGH: Final = ("MEETS_WITHOUT",)
MODERATE: Final = ("MEETS_WITH", "MEETS_WITHOUT")

RANDOMISED: Final = ("rct", "cluster_rct")

# Reliabilities from which the WWC calls a measure reliable (Handbook 4.1, at second hand).
RELIABLE: Final = (
    ("outcome_internal_consistency", Compare(">=", 0.50)),
    ("outcome_test_retest", Compare(">=", 0.40)),
    ("outcome_inter_rater", Compare(">=", 0.50)),
)

# Designs with a comparison group.
COMPARISON_DESIGNS: Final = (
    *RANDOMISED,
    "regression_discontinuity",
    "instrumental_variable",
    "difference_in_differences",
    "controlled_its",
    "synthetic_control",
    "matched_comparison",
    "panel_fixed_effects",
    "cohort",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Rules of one standard: their common prefix, and who says so."""

    prefix: str
    source: str
    second_hand: str

    def ids(self, *names: str) -> tuple[str, ...]:
        return tuple(f"{self.prefix}.{name}" for name in names)

    def rule(
        self,
        name: str,
        title: str,
        asked: tuple[str, Check],
        lift: str,
        *,
        verified: bool = True,
        fixed: bool = False,
        judgement: bool = False,
    ) -> Rule:
        """A rule that asks a check of a fact; `asked` is the fact's name and the check."""
        fact, check = asked
        return Rule(
            id=f"{self.prefix}.{name}",
            title=title,
            fact=fact,
            check=check,
            source=self.source if verified else self.second_hand,
            verified=verified,
            lift=lift,
            fixed=fixed,
            judgement=judgement,
        )

    def favourable(self, *, verified: bool = True, p: str = "p_value") -> tuple[Rule, Rule]:
        """A significant effect in favour: `better` and `significant`, by the p of this name.

        `p_family` is the Benjamini-Hochberg adjusted p, for a scheme that says it corrects for all
        that was tested: the WWC, and ESSA as the WWC implements it. Of the others none is known to.
        """
        return (
            self.rule(
                "better",
                "Effect (+ is good)",
                ("effect", Compare(">", 0.0)),
                "an effect in favour",
                verified=verified,
                fixed=True,
            ),
            self.rule(
                "significant",
                "Chance of such a difference without an effect (p)",
                (p, Compare("<", ALPHA)),
                f"a result with p below {ALPHA:g}",
                verified=verified,
                fixed=True,
            ),
        )

    def worse(self, *, verified: bool = True) -> Rule:
        """An effect against: with `significant`, an unfavourable one."""
        return self.rule(
            "worse",
            "Effect (- is bad)",
            ("effect", Compare("<", 0.0)),
            "an effect against",
            verified=verified,
            fixed=True,
        )

    def nothing_better(self, *, verified: bool = True) -> Rule:
        """No significant effect in favour: none at all, or one that could be chance."""
        return self.rule(
            "nothing_better",
            "No significant effect in favour",
            (
                "p_value",
                Either((("p_value", Compare(">=", ALPHA)), ("effect", Compare("<=", 0.0)))),
            ),
            "a result without a significant effect in favour",
            verified=verified,
            fixed=True,
        )

    def compared(self, *, verified: bool = True) -> Rule:
        """Measured against people without the programme."""
        return self.rule(
            "compared",
            "People without the programme are compared",
            ("compared_with_others", Is(True)),
            "a comparison group",
            verified=verified,
            fixed=True,
        )

    def randomised(self) -> Rule:
        """A trial of people or of clusters."""
        return self.rule(
            "randomised",
            "Randomised",
            ("design", OneOf(RANDOMISED)),
            "a randomised trial",
            fixed=True,
        )

    def usual_care(self) -> Rule:
        """Done where such care is usually given."""
        return self.rule(
            "usual_care",
            "Done in a usual care or practice setting",
            ("usual_care_setting", Is(True)),
            "done in a usual care or practice setting",
            fixed=True,
        )

    def independent(self) -> Rule:
        """Evaluated by somebody else than who made or delivers it."""
        return self.rule(
            "independent",
            "Evaluated independently",
            ("evaluator", OneOf(("independent",))),
            "an independent evaluation",
            fixed=True,
        )

    def rated(self, name: str, levels: tuple[str, ...], words: str, *, verified: bool) -> Rule:
        """Design and execution rated at one of these levels."""
        return self.rule(
            name,
            f"Design and execution rated {words} (by the WWC's standards)",
            (WWC.fact, OneOf(levels)),
            f"design and execution rated {words}",
            verified=verified,
        )

    def sustained(self, months: int, *, verified: bool = True) -> Rule:
        """Measured so many months after the programme ended."""
        return self.rule(
            f"sustained_{months}",
            "Months from the end of the programme to the measurement",
            ("months_since_end", Compare(">=", months)),
            f"measured {months} months or more after the programme ended",
            verified=verified,
        )

    def harmed(self, *, verified: bool = True) -> Rule:
        """Harm that nobody could rule out as the programme's."""
        return self.rule(
            "harmed",
            "Harm was found",
            ("harm_found", Is(True)),
            "harm found",
            verified=verified,
            fixed=True,
        )

    def told(self, name: str, title: str, fact: str, lift: str, *, verified: bool = True) -> Rule:
        """Something about the programme that is there."""
        return self.rule(name, title, (fact, Is(True)), lift, verified=verified)

    def reliable(self, name: str, *, verified: bool = True) -> Rule:
        """A measure that is validated, or gives the same answer again, as the WWC has it."""
        return self.rule(
            name,
            "The measure is valid or reliable",
            ("outcome_validated", Either((("outcome_validated", Is(True)), *RELIABLE))),
            "show that the measure is valid, or that it gives the same answer when repeated",
            verified=verified,
        )

    def at_least(self, number: int, tally: Tally, *, verified: bool = True) -> Rule:
        """So many of what a tally counts."""
        return self.rule(
            f"{tally.fact}_{number}",
            f"{_noun(tally, 2)} with {tally.title}",
            (tally.fact, Compare(">=", number)),
            f"{number} {_noun(tally, number).lower()} with {tally.title}",
            verified=verified,
        )

    def at_most(self, number: int, tally: Tally, *, verified: bool = True) -> Rule:
        """No more than so many of what a tally counts: of bad news."""
        most = "none" if number == 0 else f"at most {number}"
        return self.rule(
            f"{tally.fact}_at_most_{number}",
            f"{_noun(tally, 2)} with {tally.title}",
            (tally.fact, Compare("<=", number)),
            f"tell of every study whether there is {tally.title}, and find {most}",
            verified=verified,
        )

    def settled(self, tally: Tally, *, most: int = 0, verified: bool = True) -> Rule:
        """It is known whether there is more than so much bad news: what nobody knows is not told.

        Without it the lowest levels, which say that something does not work or does harm, would be
        given to what nobody has measured.
        """
        return self.rule(
            f"{tally.fact}_settled",
            f"It is known whether there is {_article(tally)} with {tally.title}",
            (
                tally.fact,
                Either(((tally.fact, Compare("<=", most)), (tally.fact, Compare(">=", most + 1)))),
            ),
            f"tell of every study whether there is {tally.title}",
            verified=verified,
        )


def _noun(tally: Tally, number: int) -> str:
    if tally.distinct == "study":
        return "Study" if number == 1 else "Studies"
    return "Sample" if number == 1 else "Samples"


def _article(tally: Tally) -> str:
    return "a study" if tally.distinct == "study" else "a sample"

"""EEF Toolkit padlocks since 2021: by the number of studies, less what makes them insecure.

Every figure here is a parameter of ours: the EEF's own cut-offs were not seen. The form of the
rule (padlocks by number of studies, one lost for each threat, none below a floor) is the EEF's.
"""

from itertools import combinations
from typing import Final

from scoring.standards.counting import COMPARISON_DESIGNS, RANDOMISED
from scoring.standards.rules import (
    Check,
    Compare,
    Level,
    OneOf,
    Pool,
    Question,
    Rule,
    Standard,
    Tally,
)

GUIDE: Final = "EEF Toolkit evidence strength (2021), at second hand; the figures are parameters"

# Studies for 1 to 5 padlocks: the floor of ten at second hand, the others ours.
STUDIES: Final = (10, 25, 40, 55, 70)
# Share of the weight (per cent) that must be randomised, independent and recent: ours.
ENOUGH: Final = 30.0
# The living review keeps studies after 1990; "recent" as ours: this century's second decade on.
RECENT: Final = 2010


def _asks(name: str, title: str, fact: str, check: Check, lift: str, **more: bool) -> Rule:
    return Rule(
        id=f"eef_toolkit.{name}",
        title=title,
        fact=fact,
        check=check,
        source=GUIDE,
        verified=False,
        lift=lift,
        **more,
    )


CONTRAST_RULES: Final = (
    _asks(
        "included",
        "A design with a comparison group",
        "design",
        OneOf(COMPARISON_DESIGNS),
        "a study with a comparison group",
    ),
    _asks("randomised", "Randomised", "design", OneOf(RANDOMISED), "a randomised trial"),
    _asks(
        "independent",
        "Evaluated independently",
        "evaluator",
        OneOf(("independent",)),
        "an independent evaluation",
    ),
    _asks(
        "recent",
        "Year of publication",
        "published_year",
        Compare(">=", RECENT),
        f"a study published in {RECENT} or later",
    ),
)


def _share(name: str, title: str) -> tuple[Pool, Rule]:
    pool = Pool(
        fact=name,
        title=title,
        paths=(("eef_toolkit.included",),),
        share_of=((f"eef_toolkit.{name}",),),
    )
    lift = f"more {name} studies: at least {ENOUGH:g} per cent of the weight"
    rule = _asks(
        f"enough_{name}", f"{title} (per cent)", f"{name}_share_pct", Compare(">=", ENOUGH), lift
    )
    return pool, rule


SHARES: Final = (
    _share("randomised", "Weight of randomised studies"),
    _share("independent", "Weight of independent evaluations"),
    _share("recent", "Weight of recent studies"),
)

COUNTS: Final = tuple(
    _asks(
        f"studies_{number}",
        f"Studies with a comparison group: at least {number}",
        "included_studies",
        Compare(">=", number),
        f"at least {number} studies with a comparison group",
    )
    for number in STUDIES
)

EXPLAINED: Final = _asks(
    "variation_explained",
    "The variation between studies is explained",
    "eef_toolkit_unexplained_variation",
    OneOf(("no",)),
    "a judgement that the variation between the studies is explained",
    judgement=True,
)

THREATS: Final = (*(rule.id for _, rule in SHARES), EXPLAINED.id)


def _paths(padlocks: int) -> tuple[tuple[str, ...], ...]:
    """Enough studies for some padlocks more, of which as many may be lost."""
    return tuple(
        (COUNTS[padlocks - 1 + lost].id, *kept)
        for lost in range(min(len(THREATS), len(STUDIES) - padlocks) + 1)
        for kept in combinations(THREATS, len(THREATS) - lost)
    )


EEF_TOOLKIT_2021: Final = Standard(
    id="eef-toolkit",
    version="2021",
    title="EEF Toolkit: security of a body of evidence",
    unit="body",
    source=GUIDE,
    contrast_rules=CONTRAST_RULES,
    tallies=(
        Tally(
            fact="included_studies",
            title="Studies with a comparison group",
            paths=(("eef_toolkit.included",),),
            distinct="study",
        ),
    ),
    pools=tuple(pool for pool, _ in SHARES),
    rules=(*COUNTS, *(rule for _, rule in SHARES), EXPLAINED),
    questions=(
        Question(
            id="eef_toolkit_unexplained_variation",
            text="Do the studies differ in ways that nothing known about them explains?",
            answers=("no", "yes"),
            source=GUIDE,
        ),
    ),
    levels=(
        Level(name="0", title="0 padlocks: too few studies to say", paths=((),)),
        *(
            Level(name=str(number), title=f"{number} of 5 padlocks", paths=_paths(number))
            for number in range(1, len(STUDIES) + 1)
        ),
    ),
)

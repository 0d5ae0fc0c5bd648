"""How many padlocks a trial's threats to validity cost it, by the EEF's arithmetic."""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from types import MappingProxyType
from typing import Final

from scoring.evidence import Fact, Facts

# The seven threats to internal validity of the EEF's security rating, at second hand.
THREATS: Final = (
    "eef_confounding",
    "eef_concurrent_interventions",
    "eef_experimental_effects",
    "eef_fidelity",
    "eef_missing_data",
    "eef_measurement",
    "eef_selective_reporting",
)

# How each is rated; of a moderate one also which way it probably moves the result.
RATINGS: Final = (
    "low",
    "moderate_upwards",
    "moderate_downwards",
    "moderate_unknown",
    "high",
)

# What reviewers may say where the rule is silent.
PADLOCKS_LOST: Final = "eef_padlocks_lost"
SETTLED: Final = ("1", "2")

# "Up to 2 Moderate" and "up to 4 Moderate" of the rule.
FEW_MODERATE: Final = 2
SOME_MODERATE: Final = 4


def threat_facts(judged: Facts) -> Facts:
    """`eef_drop`: padlocks lost, 0 to 2; `up_to` where a rating is missing or the rule is silent.

    Where all seven are rated and the rule is silent, the reviewers' answer to `eef_padlocks_lost`
    settles it. Source: Oxford Education Deanery, "Calculating the final rating".
    """
    facts = [judged[name] for name in (*THREATS, PADLOCKS_LOST) if name in judged]
    rated = [str(judged[name].value) for name in THREATS if name in judged]
    known = [rating for rating in rated if rating in RATINGS]
    least, most = RANGES[tuple(sorted(known))]
    settled = judged.get(PADLOCKS_LOST)
    silent = len(known) == len(THREATS) and least < most
    if silent and settled is not None and settled.value in SETTLED:
        least = most = int(str(settled.value))
    ids = tuple(dict.fromkeys(i for fact in facts for i in fact.event_ids))
    return {"eef_drop": Fact.between(least, most, ids)}


def padlocks_lost(ratings: Sequence[str]) -> tuple[int, int]:
    """The fewest and the most padlocks these ratings cost; they differ where the rule is silent.

        0  up to 2 moderate, directions unknown or opposing
        1  up to 4 moderate, directions unknown; up to 2 moderate, same direction; 1 high alone
        2  1 high with 2 moderate; 2 high
    Silent: 1 high with 1 moderate, 3 or 4 moderate with a direction, 5 or more moderate. One
    moderate with a direction counts as the same direction, and so does one beside an unknown one.
    """
    high = ratings.count("high")
    ways = [rating.removeprefix("moderate_") for rating in ratings if rating.startswith("moderate")]
    match high, len(ways):
        case 0, few if few <= FEW_MODERATE:
            same = len(set(ways) - {"unknown"}) == 1
            return int(same), int(same)
        case 0, some if some <= SOME_MODERATE and set(ways) == {"unknown"}:
            return 1, 1
        case 1, 0:
            return 1, 1
        case (0, _) | (1, 1):
            return 1, 2
        case _:
            return 2, 2


def _ranges() -> Mapping[tuple[str, ...], tuple[int, int]]:
    """For all ratings told of some threats, over every way the others could turn out."""
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for told in combinations_with_replacement(sorted(RATINGS), len(THREATS)):
        found[told] = padlocks_lost(told)
    for number in reversed(range(len(THREATS))):
        for told in combinations_with_replacement(sorted(RATINGS), number):
            ends = [found[tuple(sorted((*told, rating)))] for rating in RATINGS]
            found[told] = min(least for least, _ in ends), max(most for _, most in ends)
    return MappingProxyType(found)


# Worked out once: every contrast asks, and most of them of no rating at all.
RANGES: Final = _ranges()

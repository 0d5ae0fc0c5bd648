"""What stood in the way, and who could move it (design section 2)."""

from enum import StrEnum


class Barrier(StrEnum):
    """Level 1: the obstacle."""

    SHORT_FUNDING_CYCLES = "short_funding_cycles"
    MISALIGNED_GEOGRAPHIES = "misaligned_geographies"
    PROFESSIONAL_CULTURES = "professional_cultures"
    DATA_SHARING = "data_sharing"
    LITTLE_SHARING_OF_LEARNING = "little_sharing_of_learning"
    WORKFORCE = "workforce"
    ESTATES = "estates"
    TECHNOLOGY = "technology"
    OTHER = "other"


class Mover(StrEnum):
    """Level 2: who, or which rule, could move it."""

    LOCAL = "local"
    REGIONAL = "regional"
    NATIONAL_POLICY = "national_policy"
    REGULATION = "regulation"
    LEGISLATION = "legislation"
    FUNDING_RULE = "funding_rule"
    DATA_SHARING_RULE = "data_sharing_rule"


class Phase(StrEnum):
    """Where the programme was when the lesson was learnt."""

    PLANNING = "planning"
    LAUNCH = "launch"
    DELIVERY = "delivery"
    STALLED = "stalled"
    AFTER_CLOSING = "after_closing"

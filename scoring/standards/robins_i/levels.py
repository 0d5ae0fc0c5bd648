"""What ROBINS-I judges a domain to be."""

from typing import Final

CRITICAL: Final = "critical"
SERIOUS: Final = "serious"
MODERATE: Final = "moderate"
LOW_EXCEPT: Final = "low_except_confounding"
LOW: Final = "low"

# Judgements of a domain of version 2 from worst to best.
SCALE: Final = (CRITICAL, SERIOUS, MODERATE, LOW_EXCEPT, LOW)

"""Evidence that may be looked at as often as one likes: e-processes, findings, portfolios."""

from scoring.anytime.config import ANYTIME_1, AnytimeConfig, default_sesoi
from scoring.anytime.ledger import Entry, Status, Study, live
from scoring.anytime.monitoring import Finding, Monitoring, monitor
from scoring.anytime.plural import Plural, plural
from scoring.anytime.portfolio import adjusted, e_bh, e_bh_lasting, outcomes_that_work
from scoring.anytime.symmetry import bounds, counting, ln_e_minus, ln_e_plus

__all__ = [
    "ANYTIME_1",
    "AnytimeConfig",
    "Entry",
    "Finding",
    "Monitoring",
    "Plural",
    "Status",
    "Study",
    "adjusted",
    "bounds",
    "counting",
    "default_sesoi",
    "e_bh",
    "e_bh_lasting",
    "live",
    "ln_e_minus",
    "ln_e_plus",
    "monitor",
    "outcomes_that_work",
    "plural",
]

"""Which "works" of a portfolio hold together: the false-discovery rate of the list, by e-BH."""

import math
from collections.abc import Sequence

from scoring.anytime import ANYTIME_1, e_bh

# Of the anytime method, section 3.9.
RATE = ANYTIME_1.fdr
# No list, however long, takes in less evidence than this: m / (q r) is 1 / q where r is m. Less a
# hair, so that what meets it exactly is left to e-BH.
LEAST_LN_E = -math.log(RATE) - 1e-9


def least_evidence(listed: int, ln_e: Sequence[float]) -> float | None:
    """The evidence from which on "works" holds in a list of so many programmes; None: none does.

    `ln_e` holds the evidence of each that has at least `LEAST_LN_E`; the rest cannot be taken in.
    """
    everybody = [*ln_e, *([-math.inf] * (listed - len(ln_e)))]
    return min((everybody[place] for place in e_bh(everybody, q=RATE)), default=None)

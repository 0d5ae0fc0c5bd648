"""Several outcomes of a programme, and many programmes: e-values read together."""

import math
from collections.abc import Sequence
from typing import Final

from scoring.anytime.config import ANYTIME_1, AnytimeConfig
from scoring.columns import number
from scoring.errors import InvalidInput

# Log-evidence is good to 1e-11 (section 4 of the method); a threshold met exactly must not be
# missed for the rounding of its logarithm.
ROUNDING: Final = 1e-12


def outcomes_that_work(
    ln_e: Sequence[float],
    *,
    weights: Sequence[float] | None = None,
    config: AnytimeConfig = ANYTIME_1,
) -> tuple[int, ...]:
    """Which of J registered primary outcomes carry a headline: E_j >= 1/(alpha w_j), w_j = 1/J.

    `ln_e` (J,) is the log-evidence of each outcome, `weights` (J,) are fixed in advance and sum
    to 1. Returns positions from 0. The chance that any of them is ever there wrongly is at most
    alpha, however the outcomes hang together. Raises InvalidInput for NaN or wrong weights.
    Section 3.8 of the method (union bound; the sum of outcomes is no e-process).
    """
    _check_evidence(ln_e)
    if not ln_e:
        return ()
    shares = [1 / len(ln_e)] * len(ln_e) if weights is None else list(weights)
    fits = len(shares) == len(ln_e) and all(share > 0 for share in shares)
    if not fits or abs(math.fsum(shares) - 1) > ROUNDING * (1 + len(shares)):
        raise InvalidInput(
            "do not share 1 among the outcomes",
            field="weights",
            accepted=f"{len(ln_e)} weights above 0 that sum to 1",
        )
    return tuple(
        j
        for j, (evidence, share) in enumerate(zip(ln_e, shares, strict=True))
        if evidence >= config.ln_threshold - math.log(share) - ROUNDING
    )


def e_bh(ln_e: Sequence[float], *, q: float = ANYTIME_1.fdr) -> tuple[int, ...]:
    """The portfolio list whose false-discovery rate is at most `q`, under any dependence.

    With E sorted downwards, the first r, r the largest with E_(r) >= m / (q r); `ln_e` (m,) is
    current log-evidence (not its running maximum), -inf for none. Returns positions from 0 in
    rising order. Raises InvalidInput for NaN and for q outside (0, 1).
    Source: Wang and Ramdas 2022, arXiv:2009.02824; section 3.9 of the method.
    """
    _check_evidence(ln_e)
    number("q", q, above=0.0, below=1.0)
    ranked = sorted(range(len(ln_e)), key=lambda i: -ln_e[i])
    passed = [
        r
        for r, i in enumerate(ranked, start=1)
        if ln_e[i] >= math.log(len(ln_e) / (q * r)) - ROUNDING
    ]
    return tuple(sorted(ranked[: max(passed, default=0)]))


def e_bh_lasting(ln_e_max: Sequence[float], *, q: float = ANYTIME_1.fdr) -> tuple[int, ...]:
    """The portfolio list that never drops a member, from each programme's largest evidence so far.

    `ln_e_max` (m,) are running maxima of log-evidence, which `adjusted` turns into evidence again:
    as they only rise, so does the list while m stays. Positions and refusals as of `e_bh`.
    Source: section 3.9 of the method.
    """
    return e_bh([adjusted(evidence) for evidence in ln_e_max], q=q)


def adjusted(ln_e_max: float) -> float:
    """ln(sqrt(max E) / 2): evidence from a running maximum, for a list that never drops members.

    The adjuster integrates to 1 against x^-2, which makes the maximum an e-value again.
    NaN stays NaN, which `e_bh` refuses with its row.
    Source: section 3.9 of the method; Choe and Ramdas 2024, arXiv:2402.09698.
    """
    return ln_e_max / 2 - math.log(2)


def _check_evidence(ln_e: Sequence[float]) -> None:
    for row, value in enumerate(ln_e, start=1):
        if math.isnan(value):
            raise InvalidInput("is NaN", field="ln_e", row=row, accepted="a logarithm of E")

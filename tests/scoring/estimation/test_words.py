"""Sentences that every design shares: what failed, and whether no effect fits."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import scoring.estimation
from scoring.estimation.panels.synthetic_control import synthetic_control
from scoring.estimation.results import Check
from scoring.estimation.series.series_checks import no_missing_periods
from scoring.estimation.words import DOES_NOT, FITS, checks_in_words, decided_in_words

ROOM = Path(scoring.estimation.__file__).parent

# A title that says how it came out is wrong half of the time.
OUTCOME = re.compile(r"^(No|Nobody|Nothing|There|Every|Everybody)\b|\b(is|are|was|were|enough)\b")


def titles():
    for path in ROOM.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Check":
                for word in call.keywords:
                    if word.arg == "title" and isinstance(word.value, ast.Constant):
                        passed = next(k.value for k in call.keywords if k.arg == "passed")
                        informs = isinstance(passed, ast.Constant) and passed.value is None
                        yield word.value.value, informs


def test_no_title_of_a_check_says_how_it_came_out():
    found = [title for title, informs in titles() if not informs]
    assert len(found) > 40
    assert [title for title in found if OUTCOME.search(title)] == []


def test_what_failed_is_named_and_never_told_as_if_it_had_passed():
    assert checks_in_words([no_missing_periods(3)]) == "1 of the checks failed: missing periods."
    assert checks_in_words([no_missing_periods(0)]) == "No check failed."
    assert checks_in_words([]) == "No check failed."
    assert isinstance(no_missing_periods(3), Check)


@pytest.mark.parametrize(
    ("p", "low", "high", "said"),
    [
        (0.11, 1.0, 2.0, FITS),
        (0.05, 1.0, 2.0, DOES_NOT),
        (0.01, -1.0, 2.0, DOES_NOT),
        (0.5, -1.0, 2.0, FITS),
    ],
)
def test_one_inference_decides_whether_no_effect_fits(p, low, high, said):
    told = decided_in_words(p, low, high, level=0.95)
    assert told.startswith(said)
    against = (p <= 0.05) != (low > 0)
    assert ("another way" in told) == against


@pytest.mark.parametrize("seed", [0, 2])
def test_a_synthetic_control_is_judged_by_its_placebos_alone(seed):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(24, 9)).cumsum(0) * 0.2 + rng.normal(0, 0.1, (24, 9))
    y[16:, 0] += 3
    rows = [(f"a{j}", t, y[t, j], float(j == 0 and t >= 16)) for j in range(9) for t in range(24)]
    units, periods, outcome, treated = zip(*rows, strict=True)
    found = synthetic_control(units=units, periods=periods, outcome=outcome, treated=treated)
    assert found.p_value > 0.1
    assert found.ci_low > 0
    assert FITS in found.text
    assert DOES_NOT not in found.text

"""Golden cases: what a named source says of some facts is what is graded."""

import json

import pytest

from scoring.standards import STANDARDS
from scoring.standards.candour import NAME as HOUSE
from tests.scoring.golden.told import WHOLE, cases, grade, kept_whole, said

CASES = {case["case"]: case for case in cases()}
# Vectors are printed with four decimals or more.
PRINTED = 5e-5


def test_there_are_cases_enough_for_every_standard_each_with_its_source():
    assert len(CASES) >= 60
    assert len(CASES) == len(cases())
    assert [name for name, case in CASES.items() if not (case["source"] and case["says"])] == []
    of_a_review = {name for name in STANDARDS if name.startswith("emmie")}
    graded = {case["standard"] for case in CASES.values()}
    # Of these the sources we read give no worked example, vector or verdict.
    without = {"wwc@5.0", "eef-toolkit@2021", "robins-i@2-draft-2025"}
    assert {*STANDARDS, HOUSE} - graded == of_a_review | without


@pytest.mark.parametrize("name", CASES)
def test_facts_are_graded_as_their_source_says(name):
    case = CASES[name]
    expected = case["expected"]
    document = grade(case)
    found = {
        "status": document["status"],
        "level": document["finding" if case["standard"] == HOUSE else "grade"],
        **{end: (document["bounds"] or {}).get(end) for end in ("worst", "best")},
        "missing": document["missing"],
        "judgements": document.get("judgements"),
    }
    wanted = {one: value for one, value in expected.items() if one != "reason"}
    assert {one: found[one] for one in wanted} == wanted
    if "reason" in expected:
        check_reason(document, expected["reason"])


def check_reason(document, expected):
    reason = next(one for one in document["reasons"] if one["rule"] == expected["rule"])
    for part, value in expected.items():
        close = isinstance(value, float)
        assert reason[part] == (pytest.approx(value, abs=PRINTED) if close else value)


@pytest.mark.parametrize("case", list(kept_whole()), ids=lambda case: case["case"])
def test_all_that_is_said_of_a_case_is_as_pinned(case):
    pinned = json.loads(WHOLE.read_text(encoding="utf-8"))
    assert said(grade(case)) == pinned[case["case"]]

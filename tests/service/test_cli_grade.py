"""`candour grade FILE`: facts in a file, grades out, with no server and no database."""

import argparse
import json
import re
import tempfile

import pytest

from service.cli.facts_in import read_facts
from service.cli.grade import add_grade
from service.grading import STANDARD_NAMES

HEADER = (
    "study,unit.site,unit.cohort,outcome.domain,outcome.measure,outcome.direction_good,"
    "outcome.kind,design.type,design.comparator,design.confounding_factor,design.comparison_similar,"
    "design.controls_adequate,result.kind,result.measure,result.estimate,result.ci_low,"
    "result.ci_high,context.setting,baseline.0.measure,baseline.0.standardised_difference\n"
)
FACTS = (
    "2018,Rushcliffe,2014,admissions,admissions,-1,count,"
    "matched_comparison,usual_care,false,true,true,"
)
RESIDENTIAL = f"{FACTS}reported,RR,0.60,0.42,0.86,residential,age,0.03\n"
NURSING = f"{FACTS}reported,RR,1.15,0.85,1.56,nursing,,\n"


@pytest.fixture
def candour(tmp_path, capsys):
    def run(text, *options):
        file = tmp_path / "facts"
        file.write_text(text, encoding="utf-8")
        parser = argparse.ArgumentParser()
        add_grade(parser.add_subparsers())
        args = parser.parse_args(["grade", str(file), *options])
        code = args.func(args)
        return code, *capsys.readouterr()

    return run


def test_a_csv_of_facts_is_graded_with_its_reasons(candour):
    code, out, err = candour(HEADER + RESIDENTIAL + NURSING)
    assert (code, err) == (0, "")
    assert out.startswith("admissions: insufficient, very low\n")
    assert "It differs by setting (p = 0.007)" in out
    assert "What would lift it" in out


def test_machines_get_json_in_full(candour):
    _, out, _ = candour(HEADER + RESIDENTIAL, "--json")
    document = json.loads(out)["grades"][0]
    assert document["finding"] == "promising"
    assert document["estimate"]["natural"]["estimate"] == pytest.approx(0.6, abs=1e-9)
    assert document["units"][0]["study"] == "2018"


@pytest.mark.parametrize(
    ("standard", "level"), [("wwc@4.1", "DOES_NOT_MEET"), ("sms-wwg@2016", "2")]
)
def test_other_standards_give_their_level_for_each_contrast(candour, standard, level):
    _, out, _ = candour(HEADER + RESIDENTIAL + NURSING, "--standard", standard)
    assert out.startswith(f"admissions: {level}\n")
    assert "Each contrast" in out


def test_all_standards_are_printed_in_one_go(candour):
    code, out, err = candour(HEADER + RESIDENTIAL, "--standard", "all")
    assert (code, err) == (0, "")
    assert re.findall(r"^  (\S+@\S+) ", out, re.MULTILINE) == list(STANDARD_NAMES)
    assert "Does not meet WWC standards (between DOES_NOT_MEET and " in out
    assert "never averaged" in out
    document = json.loads(candour(HEADER + RESIDENTIAL, "--standard", "all", "--json")[1])
    assert [one["standard"] for one in document["grades"]] == list(STANDARD_NAMES)


def test_several_standards_are_printed_in_the_order_asked(candour):
    _, out, _ = candour(HEADER + RESIDENTIAL, "--standard", "nesta@2013,wwc@4.1", "--json")
    assert [one["standard"] for one in json.loads(out)["grades"]] == ["nesta@2013", "wwc@4.1"]


def test_json_takes_a_plan_and_judgements_too(candour):
    wire = json.loads(candour(HEADER + RESIDENTIAL, "--json")[1])
    assert wire
    body = {
        "contrasts": [contrast()],
        "plan": {
            "design": "rct",
            "comparison": "usual care",
            "units": ["Ashford"],
            "outcomes": [{"domain": "falls", "measure": "any fall", "primary": True}],
        },
        "judgements": [
            {
                "standard": "candour@1",
                "question": "risk_of_bias",
                "answer": "some_concerns",
                "reason": "unblinded",
                "outcome_domain": "falls",
            }
        ],
    }
    _, out, _ = candour(json.dumps(body), "--json")
    reasons = {r["rule"]: r["answer"] for r in json.loads(out)["grades"][0]["reasons"]}
    assert reasons["candour.planned_in_advance"] == "met"
    assert reasons["candour.low_risk_of_bias"] == "unmet"


def contrast(**facts):
    known = {
        "study": "Trial",
        "unit": {"site": "Ashford", "cohort": "2020"},
        "outcome": {
            "domain": "falls",
            "measure": "any fall",
            "direction_good": -1,
            "kind": "binary",
        },
        "design": {"type": "rct", "confounding_factor": False},
        "result": {"kind": "two_by_two", "measure": "OR", "ai": 10, "bi": 90, "ci": 25, "di": 75},
    }
    return known | facts


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (HEADER + RESIDENTIAL.replace("0.60", "x"), (), "row 1, result.estimate: is 'x'"),
        (HEADER + RESIDENTIAL + NURSING.replace("nursing", "a,b"), (), "row 2: has 21 cells"),
        (HEADER.replace("study", "stufy") + NURSING, (), "column stufy: not a fact"),
        (HEADER.replace("study", "unit") + NURSING, (), "column unit: holds several facts"),
        (HEADER, (), "no rows"),
        ("{", (), "not valid JSON"),
        ("{}", (), "contrasts: is empty or no list"),
        ('{"contrasts": [{}]}', (), "row 1, study: is missing"),
        ('{"facts": []}', (), "facts: is not a field here"),
        (json.dumps([contrast(result={"kind": "x"})]), (), "row 1, result.kind: is 'x'"),
        (json.dumps([contrast()]), ("--standard", "x"), "standard: is 'x'"),
        (json.dumps([contrast()]), ("--outcome", "x"), "--outcome"),
    ],
)
def test_bad_input_is_one_line_that_names_where_and_what_is_accepted(candour, text, options, told):
    code, out, err = candour(text, *options)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def rows(*columns):
    """A file of one row with some more columns."""
    named = ",".join(name for name, _ in columns)
    told = ",".join(cell for _, cell in columns)
    return f"{HEADER.strip()},{named}\n{RESIDENTIAL.strip()},{told}\n"


def test_every_group_of_facts_has_its_columns(candour):
    text = rows(
        ("design.assignment_mechanism", "staff_selected"),
        ("sample.sites", "3"),
        ("analysis.icc", "0.05"),
        ("reporting.published_year", "2019"),
        ("money.pv_benefits", "-20.5"),
        ("harms.1.severity", "minor"),
        ("harms.0.severity", "serious"),
        ("harms.0.attributed", "false"),
        ("missing.design.assignment_unit", "not_reported"),
        ("months_since_end", "0"),
    )
    (told,) = read(text)["contrasts"]
    assert told["harms"] == [{"severity": "serious", "attributed": False}, {"severity": "minor"}]
    assert told["money"] == {"pv_benefits": -20.5}
    assert told["missing"] == {"design.assignment_unit": "not_reported"}
    code, _, err = candour(text)
    assert (code, err) == (0, "")


def test_that_harm_was_looked_for_and_not_found_can_be_told_in_a_cell(candour):
    assert read(rows(("harms", "none")))["contrasts"][0]["harms"] == []
    assert candour(rows(("harms", "none")))[0] == 0
    assert candour(rows(("harms", "some")))[0] == 2
    for both in ((("harms", "none"), ("harms.0.severity", "minor")),
                 (("harms.0.severity", "minor"), ("harms", "none"))):  # fmt: skip
        code, _, err = candour(rows(*both))
        assert code == 2
        assert "none of them" in err


def read(text):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return read_facts(file.name)


def test_contradictory_facts_and_reasons_of_a_row_are_refused_by_both_names(candour):
    code, _, err = candour(
        rows(("analysis.cluster_adjusted", "true"), ("design.assignment_unit", "individual"))
    )
    assert code == 2
    assert "row 1, analysis.cluster_adjusted" in err
    assert "design.assignment_unit is individual" in err
    code, _, err = candour(
        rows(
            ("missing.study", "not_reported"),
        )
    )
    assert code == 2
    assert "missing.study" in err


def test_a_judgement_that_no_standard_asks_for_is_refused(candour):
    judgement = {
        "standard": "candour@1", "question": "is_it_nice", "answer": "yes", "reason": "so it seems",
        "outcome_domain": "falls",
    }  # fmt: skip
    code, _, err = candour(json.dumps({"contrasts": [contrast()], "judgements": [judgement]}))
    assert code == 2
    assert "judgements[0].question: is is_it_nice" in err
    assert "risk_of_bias" in err


def test_a_file_that_is_not_there_is_told(candour, tmp_path, capsys):
    parser = argparse.ArgumentParser()
    add_grade(parser.add_subparsers())
    args = parser.parse_args(["grade", str(tmp_path / "none")])
    assert args.func(args) == 2
    assert "No such file" in capsys.readouterr().err

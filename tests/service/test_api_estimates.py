"""Raw outcomes through the API: an estimate to look at, recorded only as it was signed."""

import io
import json
from pathlib import Path
from uuid import uuid4

import pytest
from werkzeug import formparser

from service.estimating.apart import EngineFailed
from service.uploads import LARGEST_UPLOAD
from tests.service.raw_outcomes import EXAMPLES, csv_of
from tests.service.served import LAUNCHED, MEASURED, serve
from tests.service.test_sheets import workbook

ITS = EXAMPLES["its"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    application = serve(tmp_path_factory.mktemp("estimates"))
    yield application
    application.close()


@pytest.fixture(scope="module")
def programme(served):
    made = served.programme(served.approach())
    served.tell(f"/v1/programmes/{made}/events", LAUNCHED)
    return made


@pytest.fixture
def fresh(served):
    """A programme of its own, in which nothing is recorded yet."""
    made = served.programme(served.approach(name=f"Approach {uuid4()}"))
    served.tell(f"/v1/programmes/{made}/events", LAUNCHED)
    return made


def send(served, programme, example=ITS, *, by="delivery", raw=None, **changes):
    """One estimate asked for; a change of None leaves a part out."""
    parts = {
        "file": (io.BytesIO(example.raw if raw is None else raw), "outcomes.csv"),
        "design": example.design,
        "columns": json.dumps(example.roles),
        "options": json.dumps(example.options),
    } | changes
    told = {name: part for name, part in parts.items() if part is not None}
    path = f"/v1/programmes/{programme}/estimates"
    return served.call("POST", path, by=by, data=told, content_type="multipart/form-data")


def event_of(found, **changes):
    """An outcome measured that holds what an estimate told."""
    contrast = MEASURED["contrast"] | {
        "design": {"confounding_factor": False} | found["contrast"]["design"],
        "sample": found["contrast"]["sample"],
        "baseline": found["contrast"]["baseline"],
        "result": found["contrast"]["result"],
    }
    return MEASURED | {"contrast": contrast | changes}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_design_is_estimated_signed_and_recorded(served, programme, name):
    events = f"/v1/programmes/{programme}/events"
    before = len(served.get(events).get_json()["items"])
    found = send(served, programme, EXAMPLES[name])
    assert found.status_code == 200, found.text
    found = found.get_json()
    assert len(served.get(events).get_json()["items"]) == before
    assert found["programme_id"] == programme
    assert found["receipt"] == found["contrast"]["result"]["receipt"]
    served.tell(events, event_of(found))
    recorded = served.get(events, by="auditor").get_json()["items"][-1]["facts"]["contrast"]
    assert recorded["result"] == found["contrast"]["result"]


def test_the_answer_is_described_as_it_is(served, programme):
    found = send(served, programme).get_json()
    spec = served.get("/openapi.json", by=None).get_json()
    described = spec["components"]["schemas"]["Estimate"]["properties"]
    assert set(found) == set(described)
    operation = spec["paths"]["/v1/programmes/{programme_id}/estimates"]["post"]
    (kind, content), *others = operation["requestBody"]["content"].items()
    assert (kind, others) == ("multipart/form-data", [])
    request = spec["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    assert set(request["properties"]) == {
        "file", "design", "columns", "options", "categories", "not_personal",
    }  # fmt: skip
    assert request["properties"]["file"] == {
        "type": "string", "format": "binary",
        "description": "CSV or XLSX, up to 4 MB and 20,000 rows",
    }  # fmt: skip


def test_a_workbook_is_taken_as_well(served, programme):
    rows = [list(ITS.columns), *map(list, zip(*ITS.columns.values(), strict=True))]
    found = send(served, programme, raw=workbook(rows)).get_json()
    assert found["effect"] == send(served, programme).get_json()["effect"]


def test_the_catalogue_is_readable_by_every_function(served):
    for by in ("delivery", "funder", "peer"):
        items = served.get("/v1/designs", by=by).get_json()["items"]
        assert [one["id"] for one in items] == list(EXAMPLES)


@pytest.mark.parametrize("by", ["neighbour", "funder", "auditor", "policy", "steward", "peer"])
def test_only_the_programmes_own_lead_may_send_outcomes(served, programme, by):
    assert send(served, programme, by=by).status_code == 403
    assert send(served, programme, by=None).status_code == 401


def test_a_programme_that_is_not_there_is_not_found(served):
    assert send(served, "00000000-0000-0000-0000-00000000000f").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"file": None}, "file", "is missing"),
        ({"design": None}, "design", "is missing"),
        ({"design": "magic"}, "design", "is not a design here"),
        ({"columns": "["}, "columns", "is no JSON object"),
        ({"columns": "[]"}, "columns", "is no JSON object"),
        ({"columns": '{"outcome": 3}'}, "columns", "names a column that is no text"),
        ({"columns": '{"outcome": ["a", 3]}'}, "columns", "is not text"),
        ({"options": '{"start": []}'}, "options", "is none of these"),
        ({"options": '{"start": 1e999}'}, "options", "is none of these"),
        ({"options": "{}"}, "options.start", "is missing"),
        ({"more": "x"}, "more", "is not a known field"),
        ({"raw": b"%PDF-"}, "file", "this is a PDF"),
        ({"raw": b"month,admissions\n2019-01,=1+1\n"}, "file", "holds a formula"),
    ],
)
def test_what_is_wrong_is_a_problem_that_names_its_field(served, programme, changes, field, words):
    answer = send(served, programme, **changes)
    assert answer.status_code == 422
    problem = answer.get_json()
    assert problem["type"] == "/problems/invalid"
    assert problem["errors"][0]["field"] == field
    assert words in problem["errors"][0]["problem"]
    assert problem["errors"][0]["accepted"]


def test_cells_are_told_by_row_and_column_and_the_rest_is_counted(served, programme):
    raw = csv_of({"month": ITS.columns["month"], "admissions": ["many"] * 60})
    problem = send(served, programme, raw=raw).get_json()
    assert len(problem["errors"]) == 50
    assert problem["more_errors"] == 10
    assert problem["errors"][6] == {
        "field": "outcome", "problem": "is text, or no finite number", "accepted": "a number",
        "row": 7, "column": "admissions",
    }  # fmt: skip
    assert problem["detail"].endswith("; and 57 more")


def test_the_designs_that_would_fit_are_named(served, programme):
    problem = send(served, programme, EXAMPLES["did"], design="synthetic_control").get_json()
    assert problem["fitting_designs"] == ["did"]
    short = {name: cells[30:46] for name, cells in ITS.columns.items()}
    assert "fitting_designs" not in send(served, programme, raw=csv_of(short)).get_json()


def test_a_column_that_a_person_says_is_about_nobody_passes_and_is_recorded(served, programme):
    raw = csv_of(ITS.columns | {"hospital": ["James Paget", "George Eliot"] * 30})
    refused = send(served, programme, raw=raw)
    assert "not personal" in refused.get_json()["errors"][0]["accepted"]
    found = send(served, programme, raw=raw, not_personal='["hospital"]').get_json()
    said = found["contrast"]["result"]["specification"]["columns_not_personal"]
    assert said == '["hospital"]'
    assert send(served, programme, not_personal='["x"]').get_json()["errors"][0]["field"] == (
        "not_personal"
    )
    for wrong in ("{}", "[3]", "["):
        assert send(served, programme, not_personal=wrong).status_code == 422


def test_no_label_of_a_unit_is_in_what_can_be_recorded(served, programme):
    example = EXAMPLES["synthetic_control"]
    found = send(served, programme, example).get_json()
    areas = set(example.columns["area"])
    recorded = json.dumps(found["contrast"])
    assert not [area for area in areas if f'{area}"' in recorded or f"{area} " in recorded]
    assert {one["label"] for one in found["units"]} == areas
    assert "weight unit 01 of 16" in found["contrast"]["result"]["specification"]


def test_personal_data_are_a_problem_of_their_own(served, programme):
    raw = csv_of(ITS.columns | {"ref": ["943 476 5919"] * 60})
    answer = send(served, programme, raw=raw)
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/personal-data")
    assert answer.get_json()["errors"][0]["column"] == "ref"
    assert "943" not in answer.text


@pytest.mark.parametrize(
    "bent",
    [
        {"estimate": 0.0},
        {"se": 1.0},
        {"text": "It works."},
        {"versions": {}},
        {"receipt": "0" * 64},
        {"facts": {}},
        {"standardised": None},
    ],
)
def test_a_result_that_is_not_as_it_was_signed_is_refused_by_its_receipt(served, fresh, bent):
    found = send(served, fresh).get_json()
    told = event_of(found, result=found["contrast"]["result"] | bent)
    answer = served.post(f"/v1/programmes/{fresh}/events", told)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] in (
        "contrast.result.receipt",
        "contrast.result.ci_low",
    )


def test_a_result_signed_for_another_programme_is_refused(served, programme):
    found = send(served, programme).get_json()
    other = served.programme(served.approach(name="Another approach"))
    served.tell(f"/v1/programmes/{other}/events", LAUNCHED)
    answer = served.post(f"/v1/programmes/{other}/events", event_of(found))
    assert answer.get_json()["errors"][0]["field"] == "contrast.result.receipt"


def test_facts_that_the_data_showed_are_told_as_they_were(served, fresh):
    found = send(served, fresh).get_json()
    told = event_of(found, design=found["contrast"]["design"] | {"comparator": "usual_care"})
    answer = served.post(f"/v1/programmes/{fresh}/events", told)
    assert answer.get_json()["errors"][0]["field"] == "contrast.design.comparator"


def test_one_measurement_is_recorded_once_until_it_is_withdrawn(served, fresh):
    events = f"/v1/programmes/{fresh}/events"
    found = send(served, fresh).get_json()
    first = served.tell(events, event_of(found))["event_ids"][0]
    again = send(served, fresh, options=json.dumps(ITS.options | {"level": 0.9})).get_json()
    outcome = MEASURED["contrast"]["outcome"] | {"domain": "another domain"}
    for told in (
        event_of(found),
        event_of(again),
        event_of(found, study="Another study", outcome=outcome),
        event_of(found, unit={"site": "Elsewhere", "cohort": "2011"}),
    ):
        answer = served.post(events, told)
        assert (answer.status_code, answer.get_json()["type"]) == (
            409,
            "/problems/already-recorded",
        )
        assert answer.get_json()["event_id"] == first
    withdrawal = {
        "type": "outcome_withdrawn", "happened_on": "2023-01-01", "event_id": first,
        "decided_by": "programme", "reason": "told of the wrong place",
        "blind_to_direction": True,
    }  # fmt: skip
    served.tell(events, withdrawal)
    served.tell(events, event_of(found))


def test_no_correction_brings_in_what_was_not_estimated(served, fresh):
    events = f"/v1/programmes/{fresh}/events"
    found = send(served, fresh).get_json()
    measured = served.tell(events, event_of(found))["event_ids"][0]
    forged = event_of(
        found, result=found["contrast"]["result"] | {"estimate": -50.0, "ci_low": -90.0}
    )
    correction = {
        "type": "outcome_corrected", "happened_on": "2016-01-01", "event_id": measured,
        "contrast": forged["contrast"], "reason": "a better figure",
    }  # fmt: skip
    for by, decided_by in (("delivery", "programme"), ("auditor", "independent_panel")):
        answer = served.post(events, correction | {"decided_by": decided_by}, by=by)
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["field"] == "contrast.result.receipt"


def test_a_receipt_is_recognised_by_another_process_with_the_same_key(served, programme, tmp_path):
    found = send(served, programme).get_json()
    key = Path(served.settings.data) / "estimates.key"
    twin = serve(tmp_path, estimate_key_file=str(key))
    stranger = serve(tmp_path / "stranger")
    try:
        assert twin.lane.receipts._key == served.lane.receipts._key
        assert stranger.lane.receipts._key != served.lane.receipts._key
    finally:
        twin.close()
        stranger.close()
    assert found["receipt"]


def a_body(size):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    return head + b"1" * size + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (a_body(LARGEST_UPLOAD), "multipart/form-data; boundary=x", 413),
        (b"{}", "application/json", 415),
        (b"", "text/plain", 415),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 422),
        (b"nonsense", "multipart/form-data", 422),
        (b"--x\r\n" * 200, "multipart/form-data; boundary=x", 422),
    ],
)
def test_a_body_of_another_kind_or_size_is_refused(served, programme, body, kind, status):
    path = f"/v1/programmes/{programme}/estimates"
    answer = served.call("POST", path, data=body, content_type=kind)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_a_body_is_not_read_for_those_who_may_not_send_it(served, programme):
    path = f"/v1/programmes/{programme}/estimates"
    body = a_body(2 * LARGEST_UPLOAD)
    kind = "multipart/form-data; boundary=x"
    assert served.call("POST", path, by="funder", data=body, content_type=kind).status_code == 403


def test_what_takes_too_long_says_so_and_what_has_to_wait_says_when(served, programme, monkeypatch):
    waiting = served.lane.estimator
    monkeypatch.setattr(waiting, "_wait_seconds", 0.01)
    with waiting._turn:
        answer = send(served, programme)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    monkeypatch.setattr(waiting, "_most_seconds", 0.001)
    answer = send(served, programme)
    assert (answer.status_code, answer.get_json()["type"]) == (
        422,
        "/problems/too-much-to-estimate",
    )


def test_figures_that_cannot_be_recorded_are_refused_before_anybody_looks(
    served, programme, monkeypatch
):
    found = send(served, programme).get_json()
    estimate = found["contrast"]["result"]["estimate"]
    found["contrast"]["result"] |= {"ci_low": estimate, "ci_high": estimate}
    del found["contrast"]["result"]["receipt"]
    monkeypatch.setattr(served.lane.estimator, "_answer", lambda *_: {"found": found})
    problem = send(served, programme).get_json()
    assert problem["status"] == 422
    assert "tells what cannot be recorded: contrast.result.ci_low" in problem["detail"]


def test_a_bug_of_the_engine_is_logged_without_a_word_of_the_file(
    served, programme, monkeypatch, caplog
):
    failed = {"failed": {"error": "KeyError", "places": ["engine.py:1 in perform"]}}
    monkeypatch.setattr(served.lane.estimator, "_answer", lambda *_: failed)
    answer = send(served, programme)
    assert answer.status_code == 500
    assert EngineFailed.__name__ in caplog.text
    assert ITS.columns["month"][0] not in caplog.text


def test_nothing_of_a_file_touches_a_disk(served, programme, monkeypatch):
    """Past half a megabyte the framework would write an upload to a temporary file."""

    def write(*_, **__):
        raise AssertionError("a file was opened")

    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(formparser, name, write, raising=False)
    path = f"/v1/programmes/{programme}/estimates"
    kind = "multipart/form-data; boundary=x"
    answer = served.call("POST", path, data=a_body(2 * 2**20), content_type=kind)
    assert answer.get_json()["errors"][0]["field"] == "design"

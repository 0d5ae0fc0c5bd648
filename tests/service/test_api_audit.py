"""The audit: rows as they are stored, with a hash that anybody can redo."""

import hashlib
import json

from tests.service.test_api_programmes import problem


def redone(entry):
    """The leaf hash from the answer alone, as an auditor without our code would write it."""
    names = ("position", "originator_id", "originator_version", "topic", "state")
    parts = [str(entry[name]).encode() for name in names]
    leaf = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hashlib.sha256(b"\x00" + leaf).hexdigest()


def test_an_auditor_can_redo_every_leaf_hash(served):
    served.measured_programme()
    entries = served.get("/v1/audit/entries", by="auditor").get_json()["items"]
    assert [entry["position"] for entry in entries] == [1, 2, 3, 4]
    assert [entry["topic"].rpartition(".")[2] for entry in entries] == [
        "registered", "registered", "launched", "outcome_measured",
    ]  # fmt: skip
    assert all(redone(entry) == entry["leaf_hash"] for entry in entries)
    assert json.loads(entries[3]["state"])["facts"]["contrast"]["study"]


def test_the_log_is_walked_to_its_end(served):
    served.measured_programme()
    path, positions = "/v1/audit/entries?limit=3", []
    while path:
        page = served.get(path, by="steward").get_json()
        positions += [entry["position"] for entry in page["items"]]
        path = page["next"]
    assert positions == [1, 2, 3, 4]


def test_only_auditors_and_stewards_read_the_log(served):
    for function in ("delivery", "peer", "funder", "policy"):
        problem(served.get("/v1/audit/entries", by=function), 403, "not-allowed")

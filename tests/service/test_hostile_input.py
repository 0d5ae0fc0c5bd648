"""Whatever is sent is answered: no 5xx, every refusal a problem, nothing half-saved."""

import base64
import io
import json
from random import Random

import pytest

from tests.service.raw_outcomes import EXAMPLES
from tests.service.served import LESSON, MEASURED, serve
from tests.service.test_sheets import workbook

READS = (
    "/v1/programmes", "/v1/programmes/{}", "/v1/programmes/{}/events", "/v1/programmes/{}/grades",
    "/v1/approaches", "/v1/grades", "/v1/audit/entries", "/v1/lessons", "/v1/standards", "/v1/me",
    "/v1/designs",
)  # fmt: skip
NAMES = (
    "approach", "sector", "area", "status", "finding", "min_confidence", "q", "as_of", "known_at",
    "cursor", "limit", "standard", "outcome", "format", "after", "barrier", "phase",
)  # fmt: skip


def cursor(value):
    """What a cursor would be if somebody made one up."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


VALUES = (
    "", "%00", "%ff", "'", '"', "!%25_", "9" * 400, "-1", "1e5", "null", "a" * 5000, "0001-01-01",
    "9999-12-31", "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59", "../..", "🦔",
    cursor(["\x00", "x"]), cursor([1, 2]), cursor("q"), "candour@1",
)  # fmt: skip
HEADERS = {
    "If-Match": ["", 'W/"x"', '""', '"a:1"', '"{}:-1"', '"{}:' + "9" * 30 + '"', "garbage", '"'],
    "If-None-Match": ["*", "garbage", '"\x7f"'],
    "Prefer": ["wait=-1", "wait=x", "wait=1e9", "respond-async, wait=0"],
    "Accept": ["*/*", "x", "text/csv;q=x", ";", "text/html"],
    "Idempotency-Key": ["'\"", "\\", "/"],
    "Content-Type": [
        "application/json; charset=utf-16",
        "application/json;",
        "multipart/form-data",
    ],
    "Cookie": ["candour=x", "candour=", "=;;"],
}
MILESTONE = {"type": "milestone_reached", "milestone": "m", "happened_on": "2016-01-01"}
JUNK = (
    None, True, 1, -1, 1.5, "x", "", [], {}, [[]], {"a": 1}, 2**70, "\x00", "a" * 30_000,
    ["x"] * 5, "2015-01-01", 1e300,
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def target(request, tmp_path):
    sqlite = request.param == "sqlite"
    served = serve(tmp_path, database=None if sqlite else request.getfixturevalue("fresh_postgres"))
    programme, _ = served.measured_programme()
    yield served, programme
    served.close()


def check(answer, *sent):
    """An answer of ours: not a failure, and a problem when it refuses."""
    assert answer.status_code < 500, (sent, answer.text)
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json", sent


def test_no_query_makes_a_read_fail(target):
    served, programme = target
    for path in READS:
        by = "peer" if path.endswith("lessons") else "auditor"
        for name in NAMES:
            for value in VALUES:
                address = f"{path.format(programme)}?{name}={value}"
                check(served.get(address, by=by), address)


def test_no_header_makes_a_request_fail(target):
    served, programme = target
    events = f"/v1/programmes/{programme}/events"
    for name, values in HEADERS.items():
        for value in values:
            headers = {name: value.format(programme)}
            check(served.get(f"/v1/programmes/{programme}", headers=headers), headers)
            headers = {"Content-Type": "application/json", "Prefer": "wait=0"} | headers
            body = json.dumps(MILESTONE)
            check(served.call("POST", events, data=body, headers=headers), headers)


def test_no_body_makes_a_write_fail_or_half_saves(target):
    served, programme = target
    chance = Random(20261124)
    events = f"/v1/programmes/{programme}/events"
    preview = {"contrasts": [MEASURED["contrast"]]}
    taken = 0
    before = served.lane.store.recorder.max_notification_id()
    for _ in range(150):
        for path, body, by in (
            (events, MEASURED, "delivery"),
            ("/v1/lessons", LESSON, "peer"),
            ("/v1/grades/preview", preview, "funder"),
        ):
            sent = mutated(body, chance)
            answer = served.post(path, sent, by=by, headers={"Prefer": "respond-async"})
            check(answer, path, sent)
            taken += path == events and answer.status_code == 201
    last = served.lane.store.recorder.max_notification_id()
    assert served.lane.follower.wait_for(last, 30)
    entries = served.get(events, by="auditor").get_json()["items"]
    assert len(entries) == before - 1 + taken  # one of the rows before is the approach


CELLS = (
    "", "0", "-1", "1e308", "1e-308", "-0", "9" * 25, "nan", "inf", "x", "=1+1", "yes", "2019-01",
    "01/02/2019", "2019-13", "\x00", "🦔", "a" * 5000, "943 476 5919",
    "Jane Smith", "2019/20", "NA",
)  # fmt: skip


def test_no_file_makes_an_estimate_fail_or_saves_anything(target):
    served, programme = target
    chance = Random(20261127)
    path = f"/v1/programmes/{programme}/estimates"
    before = served.lane.store.recorder.max_notification_id()
    for _ in range(12):
        for example in EXAMPLES.values():
            rows = [list(example.columns), *map(list, zip(*example.columns.values(), strict=True))]
            sheet = [[torn(cell, chance) for cell in row] for row in rows if chance.random() > 0.03]
            raw = written(sheet, chance)
            sent = {
                "file": (io.BytesIO(raw), "outcomes"),
                "design": example.design if chance.random() < 0.95 else chance.choice(NAMES),
                "columns": json.dumps(mutated(dict(example.roles), chance)),
                "options": json.dumps(mutated(dict(example.options), chance)),
            }
            answer = served.call("POST", path, data=sent, content_type="multipart/form-data")
            check(answer, example.design, sent["columns"], sent["options"], raw[:2000])
            assert "943 476 5919" not in answer.text
    assert served.lane.store.recorder.max_notification_id() == before


def torn(cell, chance):
    return chance.choice(CELLS) if chance.random() < 0.004 else cell


def written(rows, chance):
    """A CSV, a workbook where it takes the cells, and now and then with a byte of it changed."""
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows).encode()
    whole = text if chance.random() < 0.7 or b"\x00" in text else workbook(rows)
    if whole and chance.random() < 0.15:
        place = chance.randrange(len(whole))
        whole = whole[:place] + bytes([chance.randrange(256)]) + whole[place + 1 :]
    return whole


def mutated(value, chance):
    """The same JSON with some of it gone, replaced or added to."""
    if chance.random() < 0.12:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        kept = {k: mutated(v, chance) for k, v in value.items() if chance.random() > 0.04}
        extra = {chance.choice(("kind", "type", "measure", "new")): chance.choice(JUNK)}
        return kept | (extra if chance.random() < 0.1 else {})
    if isinstance(value, list):
        return [mutated(one, chance) for one in value]
    return value

"""The peer lane: words sealed, authors masked, keys outside the database, erasure that holds."""

import shutil
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from domain.values import Actor, Function
from service.app import close, create_app
from service.keyfiles import UnusableKeyFile
from service.peer.lane import open_peer_lane
from service.peer.shelf import Wanted
from tests.service.served import COUNCIL, LESSON, NEIGHBOUR, NOON, serve
from tests.service.test_api_programmes import problem

WORDS = ("Nobody told the night staff", "called out every night")
PEER = Actor("member peer", Function.PEER, COUNCIL)


@pytest.fixture
def lane(served):
    opened = open_peer_lane(served.settings, now=lambda: NOON)
    yield opened
    opened.close()


def files_of(served):
    """Every byte under the data folder, logs and write-ahead logs included, but for the keys."""
    folder = served.settings.folder
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def share(served, **changes):
    return served.tell("/v1/lessons", LESSON | changes, by="peer")


def test_a_shared_lesson_is_found_by_what_it_says_and_what_it_is_about(served):
    approach = served.approach()
    lesson = share(served, approach_id=approach, region="north")["id"]
    share(served, title="The lift was too small", barrier="estates", phase="delivery")
    for query in ("barrier=workforce", "phase=launch", "q=NIGHT STAFF", f"approach={approach}"):
        found = served.get(f"/v1/lessons?{query}", by="neighbouring peer").get_json()["items"]
        assert [one["id"] for one in found] == [lesson], query
    card = served.get(f"/v1/lessons/{lesson}", by="steward").get_json()
    assert (card["text"], card["region"]) == (LESSON["text"], "north")


def test_what_cannot_be_promised_is_said_with_the_lessons(served):
    limits = " ".join(served.get("/v1/lessons", by="peer").get_json()["limits"]).lower()
    for word in ("safeguarding", "fraud", "court", "legal privilege"):
        assert word in limits


def test_a_list_of_lessons_is_walked_by_links(served):
    for number in range(5):
        share(served, title=f"Lesson {number}")
    path, found = "/v1/lessons?limit=2", []
    while path:
        page = served.get(path, by="peer").get_json()
        found += [one["title"] for one in page["items"]]
        path = page["next"]
    assert sorted(found) == [f"Lesson {number}" for number in range(5)]
    problem(served.get("/v1/lessons?cursor=-1", by="peer"), 422, "invalid")


def test_no_word_of_a_lesson_is_in_any_file(served):
    lesson = share(served)["id"]
    served.tell(
        f"/v1/lessons/{lesson}/replies", {"text": "Ours slept in the car."}, by="neighbouring peer"
    )
    for path, content in files_of(served).items():
        for word in (
            *WORDS,
            "slept in the car",
            lesson if "peer" not in path.name else "workforce",
        ):
            assert word.encode() not in content, path


def test_nobody_is_named_in_the_peer_store_and_no_receipt_is_kept(served):
    code = share(served)["receipt_code"]
    for path, content in files_of(served).items():
        assert code.encode() not in content
        assert code.replace("-", "").encode() not in content
        if "peer" in path.name:
            for name in (COUNCIL, NEIGHBOUR, "member peer"):
                assert name.encode() not in content, path


def test_one_place_has_one_handle_and_two_places_have_two(served):
    ours = [share(served)["id"] for _ in range(2)]
    theirs = served.tell("/v1/lessons", LESSON, by="neighbouring peer")["id"]
    cards = {one["id"]: one for one in served.get("/v1/lessons", by="peer").get_json()["items"]}
    assert cards[ours[0]]["programme_handle"] == cards[ours[1]]["programme_handle"]
    assert cards[ours[0]]["programme_handle"] != cards[theirs]["programme_handle"]


def test_the_author_takes_a_lesson_back_with_the_receipt_code(served):
    told = share(served)
    path = f"/v1/lessons/{told['id']}"
    problem(
        served.post(f"{path}/withdrawal", {"receipt_code": "WRONG"}, by="peer"), 403, "not-allowed"
    )
    spoken = told["receipt_code"].lower().replace("-", " ")
    assert served.post(f"{path}/withdrawal", {"receipt_code": spoken}, by="peer").status_code == 201
    assert served.get("/v1/lessons", by="neighbouring peer").get_json()["items"] == []
    card = served.get(path, by="peer").get_json()
    assert (card["status"], card["title"], card["text"]) == ("withdrawn", "", "")


def test_another_place_endorses_once_and_the_author_never(served):
    path = f"/v1/lessons/{share(served)['id']}"
    problem(served.post(f"{path}/endorsements", {}, by="peer"), 409, "move-refused")
    served.tell(f"{path}/endorsements", {}, by="neighbouring peer")
    problem(served.post(f"{path}/endorsements", {}, by="neighbouring peer"), 409, "move-refused")
    assert served.get(path, by="peer").get_json()["endorsements"] == 1


def test_a_steward_refuses_what_cannot_be_protected_and_says_why(served):
    path = f"/v1/lessons/{share(served)['id']}"
    problem(served.post(f"{path}/refusal", {"reason": "r"}, by="peer"), 403, "not-allowed")
    served.tell(f"{path}/refusal", {"reason": "It names a patient."}, by="steward")
    card = served.get(path, by="peer").get_json()
    assert (card["status"], card["text"], card["reason"]) == ("refused", "", "It names a patient.")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"barrier": "gossip"}, "barrier"), ({"title": " "}, "title"), ({"author": "me"}, "author"),
     ({"happened_on": "2030-01-01"}, "happened_on"), ({"receipt_hash": "0" * 64}, "receipt_hash")],
)  # fmt: skip
def test_bad_input_names_the_field(served, change, field):
    errors = problem(served.post("/v1/lessons", LESSON | change, by="peer"), 422, "invalid")[
        "errors"
    ]
    assert [error["field"] for error in errors] == [field]


def test_words_whose_key_was_destroyed_read_as_erased_and_nothing_else_breaks(served, lane):
    lesson = share(served, barrier="estates")["id"]
    other = served.tell("/v1/lessons", LESSON, by="neighbouring peer")["id"]
    assert served.get(f"/v1/lessons/{lesson}", by="peer").get_json()["text"] == LESSON["text"]
    lane.erase(COUNCIL)
    found = served.get(f"/v1/lessons/{lesson}", by="peer").get_json()
    assert (found["title"], found["text"], found["barrier"]) == ("[erased]", "[erased]", "estates")
    assert lane.get(PEER, UUID(lesson)).text == "[erased]"
    assert served.get(f"/v1/lessons/{other}", by="peer").get_json()["text"] == LESSON["text"]
    again = share(served)["id"]
    assert served.get(f"/v1/lessons/{again}", by="peer").get_json()["text"] == LESSON["text"]


def test_a_sealed_row_moved_to_another_place_does_not_open(served, lane):
    for _ in range(2):
        share(served)
    store = lane._store
    one, other = store.recorder.select_rows(0, 2)
    with pytest.raises(InvalidTag):
        store.mapper.to_domain_event(one._replace(state=other.state))


def test_another_key_file_opens_nothing(served, tmp_path):
    share(served)
    shutil.copytree(served.settings.folder, tmp_path / "copy")
    settings = served.settings.__class__(
        database=f"sqlite:{tmp_path / 'copy' / 'stores'}", data=str(tmp_path / "elsewhere")
    )
    (tmp_path / "elsewhere").mkdir()
    stranger = open_peer_lane(settings, now=lambda: NOON)
    with pytest.raises(InvalidTag):
        stranger.find(PEER, Wanted())
    stranger.close()


def test_a_key_file_that_others_can_read_is_refused(served):
    path = served.settings.lane_key_path
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(UnusableKeyFile, match="chmod 600"):
        open_peer_lane(served.settings, now=lambda: NOON)


@pytest.mark.parametrize(
    ("lane", "missing"), [("record", "/v1/lessons"), ("peer", "/v1/programmes")]
)
def test_a_process_serves_the_lanes_it_is_told_to(tmp_path, lane, missing):
    served = serve(tmp_path, lane=lane)
    for by in ("peer", "steward"):
        there, nowhere = served.get(missing, by=by), served.get("/v1/no-such-thing", by=by)
        assert (there.status_code, there.data) == (404, nowhere.data)
    assert served.get("/v1/me", by="peer").status_code == 200
    assert served.get("/readyz", by=None).status_code == 200
    served.close()


def test_two_processes_read_each_others_lessons(served):
    other = create_app(served.settings, now=lambda: NOON)
    lesson = share(served)["id"]
    headers = {"Authorization": f"Bearer {served.tokens['peer']}"}
    card = other.test_client().get(f"/v1/lessons/{lesson}", headers=headers).get_json()
    assert card["text"] == LESSON["text"]
    close(other)


def test_the_lane_works_on_postgresql(tmp_path, fresh_postgres):
    served = serve(tmp_path, database=fresh_postgres)
    told = share(served)
    path = f"/v1/lessons/{told['id']}"
    served.tell(f"{path}/endorsements", {}, by="neighbouring peer")
    assert served.get(path, by="steward").get_json()["endorsements"] == 1
    opened = open_peer_lane(served.settings, now=lambda: NOON)
    opened.erase(COUNCIL)
    opened.close()
    assert served.get(path, by="peer").get_json()["text"] == "[erased]"
    served.close()

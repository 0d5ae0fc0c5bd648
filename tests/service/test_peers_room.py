"""The peers' room: what peers do in it, and that nobody else can tell it from nothing."""

from dataclasses import replace

import pytest

from service.app import close, create_app
from tests.service.pages_world import TODAY, World, reader_pages, small_world

SHARED = {
    "title": "Ask the night staff",
    "text": "They knew.",
    "barrier": "workforce",
    "who_could_move_it": "local",
    "phase": "delivery",
}
OUTSIDERS = ("delivery", "funder", "auditor", "policy", None)
ADDRESSES = ("/peers", "/peers/", "/peers//", "/peers/share", "/peers/1/endorse")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = small_world(tmp_path_factory.mktemp("pages"))
    yield made
    made.close()


def test_the_peers_read_share_and_endorse(world):
    client = world.visitor("peer")
    assert "Money that must be spent by March" in client.get("/peers").text
    assert "Money that must" not in client.get("/peers?barrier=workforce").text
    receipt = world.send(client, "/peers/share", SHARED)
    assert receipt.status_code == 201
    assert "shown this once" in receipt.text
    assert receipt.headers["Cache-Control"] == "no-store"
    assert "Ask the night staff" in client.get("/peers?q=night").text
    path = f"/peers/{world.lesson}/endorse"
    world.send(client, path, {}, form_of="/peers")
    assert "0 other" not in client.get("/peers").text


def test_the_exceptions_stand_before_the_first_question(world):
    page = world.visitor("peer").get("/peers/share").text
    first = page.index("<form", page.index("<main"))
    for exception in ("safeguarding", "fraud", "court", "legal privilege", "Who can read it"):
        assert page.index(exception) < first


def test_a_lesson_without_words_is_not_shared(world):
    answer = world.send(world.visitor("peer"), "/peers/share", {**SHARED, "text": " "})
    assert answer.status_code == 422
    assert 'href="#text"' in answer.text
    assert 'value="Ask the night staff"' in answer.text


def test_a_steward_reads_the_room_and_does_not_share(world):
    client = world.visitor("steward")
    assert "Money that must" in client.get("/peers").text
    assert client.get("/peers/share").status_code == 403


@pytest.mark.parametrize("function", OUTSIDERS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/peers", "/peers/", "/peers//", "/peers/share", "/peers/1/endorse"]
)
def test_to_outsiders_the_room_is_an_address_that_does_not_exist(world, function, method, path):
    client = world.visitor(function)
    client.get("/")  # the first page of a session sets its cookie, whichever page it is
    room = client.open(path, method=method)
    nowhere = client.open(path.replace("peers", "nowhere"), method=method)
    assert room.status_code == nowhere.status_code == 404
    assert room.data == nowhere.data
    assert list(room.headers) == list(nowhere.headers)


def test_no_page_of_an_outsider_mentions_a_lesson(world):
    for function in ("delivery", "funder", "auditor", "policy"):
        client = world.visitor(function)
        for path in reader_pages(world):
            page = client.get(path).text
            assert "/peers" not in page
            assert "Money that must be spent" not in page


@pytest.mark.parametrize(
    ("lane", "offered", "absent"),
    [("record", "/portfolio", "/peers"), ("peer", "/peers", "/portfolio")],
)
def test_a_process_offers_only_the_pages_of_the_lane_it_serves(world, lane, offered, absent):
    app = create_app(replace(world.settings, lane=lane), now=lambda: TODAY)
    try:
        served = World(app, world.settings, tokens=world.tokens)
        client = served.visitor("peer")
        links = client.get("/").text
        assert f'href="{offered}"' in links
        assert f'href="{absent}"' not in links
        assert client.get(offered).status_code == 200
        assert client.get(absent).status_code == 404
    finally:
        close(app)

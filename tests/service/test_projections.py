"""The follower: whole batches, one at a time, never past an event that it cannot fold."""

import logging
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from eventsourcing.persistence import OperationalError

from domain.commands import Close, ReachMilestone, Stall
from domain.errors import InvalidValue
from migrations import migrate
from service.projections import PROJECTION, Follower, ProjectionStopped
from service.readstore import Filters, ReadStore
from service.store import open_database
from tests.store.builders import (
    LEAD,
    MIDNIGHT,
    TODAY,
    milestones,
    registered_programme,
    stored,
)
from tests.store.projecting import everything_in, projection_of


@pytest.fixture
def projection(store, readstore):
    return projection_of(store, readstore)


def test_an_empty_log_leaves_nothing_to_fold(projection):
    assert projection.catch_up() == 0
    assert projection.lag() == 0


def test_a_programme_is_listed_with_its_story(record, projection, readstore):
    approach, programme = registered_programme(record)
    milestones(record, programme, 2)
    assert projection.lag() > 0
    position = projection.catch_up()
    assert readstore.get_programme(programme)["status"] == "active"
    assert readstore.get_approach(approach)["name"] == "Enhanced health in care homes"
    timeline = readstore.programme_events(programme)
    assert [entry["type"] for entry in timeline] == [
        "registered", "launched", "milestone_reached", "milestone_reached",
    ]  # fmt: skip
    assert timeline[-1]["position"] == position
    assert readstore.events_of_approach(approach) == timeline
    assert readstore.programmes_of_approach(approach) == [str(programme)]
    assert readstore.get_programme(uuid4()) is None


def test_programmes_are_filtered_by_what_their_card_says(record, projection, readstore):
    approach, north = registered_programme(record, name="Homes of the North", area="north")
    other, south = registered_programme(
        record, name="100% of the South_", area="south", sectors=("health", "welfare")
    )
    record.act(LEAD, south, Stall("no nurses"), happened_on=TODAY)
    projection.catch_up()

    def found(**filters):
        page = readstore.list_programmes(Filters(**filters))
        return {document["id"] for document in page.documents}

    both, only_north, only_south = {str(north), str(south)}, {str(north)}, {str(south)}
    assert found() == both
    assert found(approach=str(approach)) == only_north
    assert found(area="south") == only_south
    assert found(status="stalled") == only_south
    assert found(sector="welfare") == only_south
    assert found(organisation="north") == both
    assert found(q="hOMES OF") == only_north
    assert found(q="100%") == only_south
    assert found(q="%") == only_south
    assert found(q="south_") == only_south
    assert found(q="' OR 1 = 1 --") == set()
    assert found(approach=str(other), area="north") == set()


def test_programmes_are_filtered_by_their_standing_headline_grade(record, projection, readstore):
    _, none = registered_programme(record, name="None")
    _, some = registered_programme(record, name="Some")
    milestones(record, some, 3)
    projection.catch_up()
    graded = readstore.list_programmes(Filters(finding="works", min_confidence="moderate"))
    assert [document["id"] for document in graded.documents] == [str(some)]
    weak = readstore.list_programmes(Filters(finding="insufficient", min_confidence="low"))
    assert [document["id"] for document in weak.documents] == [str(none)]
    with pytest.raises(InvalidValue, match="min_confidence"):
        readstore.list_programmes(Filters(min_confidence="certain"))


def test_pages_follow_each_other_without_a_gap(record, projection, readstore):
    ids = {str(registered_programme(record, name=f"Name {index % 3}")[1]) for index in range(7)}
    projection.catch_up()
    seen, cursor = [], None
    while True:
        page = readstore.list_programmes(cursor=cursor, limit=3)
        seen += [document["id"] for document in page.documents]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == ids


@pytest.mark.parametrize("cursor", ["", "é", "AAAA", "bnVsbA==", "!!!"])
def test_a_cursor_that_is_not_ours_is_refused(readstore, cursor):
    with pytest.raises(InvalidValue, match="cursor"):
        readstore.list_programmes(cursor=cursor)


def test_the_portfolio_is_known_as_it_was_at_any_position(record, projection, readstore):
    _, programme = registered_programme(record)
    milestones(record, programme, 3)
    projection.catch_up()
    story = readstore.programme_events(programme)

    def number(**moment):
        [row] = readstore.portfolio(**moment).documents
        assert [row["grade"]] == readstore.grades_of("programme", programme, **moment)
        return row["grade"]["number"]

    assert number() == 3
    assert [number(at_position=entry["position"]) for entry in story] == [0, 0, 1, 2, 3]
    assert readstore.portfolio(at_position=story[0]["position"] - 1).documents == []
    assert readstore.grades_of("programme", programme, standard="wwc@4.1") == []


def test_a_grade_that_did_not_change_is_not_written_again(record, projection, readstore):
    _, programme = registered_programme(record)
    record.act(LEAD, programme, Stall("no nurses"), happened_on=TODAY)
    projection.catch_up()
    record.act(LEAD, programme, Close("done"), happened_on=TODAY)
    projection.catch_up()
    assert len(readstore.run("SELECT * FROM grades")) == 1


def test_the_position_of_an_instant_is_the_last_recorded_by_then(record, projection, readstore):
    _, programme = registered_programme(record)
    milestones(record, programme, 2)
    projection.catch_up()
    *_, before, last = readstore.programme_events(programme)
    assert readstore.position_at(MIDNIGHT - timedelta(seconds=1)) == 0
    assert readstore.position_at(MIDNIGHT + timedelta(days=1)) == last["position"]
    recorded_at = MIDNIGHT.fromisoformat(last["recorded_at"])
    assert readstore.position_at(recorded_at) == last["position"]
    assert readstore.position_at(recorded_at - timedelta(microseconds=1)) == before["position"]


def test_the_read_models_are_the_same_whatever_the_batches_were(
    record, store, projection, readstore, tmp_path
):
    for _ in range(3):
        _, programme = registered_programme(record)
        milestones(record, programme, 4)
    projection.catch_up()
    migrate(f"sqlite:{tmp_path / 'rebuilt'}", "read")
    rebuilt = ReadStore(open_database(f"sqlite:{tmp_path / 'rebuilt'}", "read"))
    projection_of(store, rebuilt, batch=1).catch_up()
    assert everything_in(rebuilt) == everything_in(readstore)
    rebuilt.close()


def test_a_poison_event_stops_the_projection_loudly_and_keeps_what_came_before(
    record, store, projection, readstore, caplog
):
    _, programme = registered_programme(record)
    reached = store.recorder.max_notification_id()
    [poison] = store.recorder.insert_events([stored(uuid4(), 0)])
    milestones(record, programme, 1)
    with caplog.at_level(logging.CRITICAL), pytest.raises(ProjectionStopped) as stopped:
        projection.catch_up()
    assert stopped.value.position == poison
    assert f"position {poison}" in caplog.text
    assert readstore.position(PROJECTION) == reached
    assert readstore.get_programme(programme)["status"] == "active"
    with pytest.raises(ProjectionStopped):
        projection.catch_up()


def test_a_failing_grade_stops_the_projection_and_keeps_nothing_of_the_batch(
    record, store, readstore
):
    def fail(view, touched):
        raise ArithmeticError("no such standard")

    registered_programme(record)
    with pytest.raises(ProjectionStopped, match="no such standard"):
        projection_of(store, readstore, regrade=fail).catch_up()
    assert readstore.position(PROJECTION) == 0
    assert readstore.list_programmes().documents == []


def test_many_followers_of_one_log_fold_every_event_once(record, store, readstore):
    _, programme = registered_programme(record)
    milestones(record, programme, 60)
    followers = [
        threading.Thread(target=projection_of(store, readstore, batch=7).catch_up) for _ in range(6)
    ]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.join()
    assert readstore.get_programme(programme)["stream_version"] == 61
    assert len(readstore.programme_events(programme)) == 62


def test_a_name_with_a_nul_does_not_stop_the_log(record, projection, readstore):
    _, programme = registered_programme(record, name="Homes\x00of the north")
    projection.catch_up()
    assert readstore.get_programme(programme)["name"] == "Homes\x00of the north"


def test_a_follower_reads_what_was_written_and_stops_cleanly(record, projection, readstore):
    follower = Follower(projection, poll=0.02)
    follower.start()
    _, programme = registered_programme(record)
    receipt = record.act(LEAD, programme, ReachMilestone("opened"), happened_on=TODAY)
    assert follower.wait_for(receipt.position, timeout=10)
    assert follower.lag() == 0
    assert readstore.get_programme(programme)["stream_version"] == receipt.version
    assert not follower.wait_for(receipt.position + 1, timeout=0.05)
    follower.stop()
    record.act(LEAD, programme, ReachMilestone("after"), happened_on=TODAY)
    assert follower.lag() == 1


def test_a_follower_stopped_by_poison_says_so_and_keeps_no_writer_waiting(store, projection):
    [poison] = store.recorder.insert_events([stored(uuid4(), 0)])
    follower = Follower(projection)
    follower.start()
    assert not follower.wait_for(poison, timeout=10)
    with pytest.raises(ProjectionStopped):
        follower.lag()
    follower.stop()


def test_a_follower_outlives_a_store_that_cannot_be_reached(record, projection, monkeypatch):
    failures = [OperationalError("gone"), OperationalError("still gone")]
    catch_up = projection.catch_up

    def unreliable():
        if failures:
            raise failures.pop()
        return catch_up()

    monkeypatch.setattr(projection, "catch_up", unreliable)
    _, programme = registered_programme(record)
    follower = Follower(projection, poll=0.01)
    follower.start()
    receipt = record.act(LEAD, programme, ReachMilestone("opened"), happened_on=TODAY)
    assert follower.wait_for(receipt.position, timeout=10)
    follower.stop()

"""The one composition root: settings in, a wired application out."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from uuid import UUID, uuid4

from flask import Flask, Response, request

from domain.record import Record
from service.api.approaches import approaches
from service.api.audit import audit
from service.api.differences import differences
from service.api.estimates import designs, estimates
from service.api.grades import grades, standards
from service.api.openapi import Api, describe
from service.api.programmes import programmes
from service.api.system import identity, open_blueprint
from service.api.worksheets import worksheets
from service.auth import API, guard_requests_of
from service.context import EXTENSION, Context, RecordLane, provide
from service.estimating.apart import Estimator
from service.estimating.receipts import Receipts
from service.grading import STANDARD_NAMES, check_judgement
from service.keyfiles import read_or_make_key
from service.pages import blueprints
from service.peer.api import lessons_blueprint
from service.peer.lane import open_peer_lane
from service.peer.pages import blueprint as peers_room
from service.problems import answer_errors_of
from service.projections import Follower, Projection
from service.readstore import open_read_store
from service.regrading import regrade_with
from service.settings import Settings
from service.store import open_record_store, open_tokens
from service.uploads import LARGEST_BODY, RequestInMemory

Clock = Callable[[], datetime]
NewId = Callable[[], UUID]
CLOSERS = "candour-closers"


def utc_now() -> datetime:
    """The clock of the machine, in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, now: Clock = utc_now, new_id: NewId = uuid4) -> Flask:
    """An application over migrated stores; it starts no thread before its first request."""
    app = Flask("service")
    app.request_class = RequestInMemory
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.secret_key = settings.secret_key or read_or_make_key(settings.folder / "session.key")
    # A path with doubled slashes is an unknown path: a redirect would tell that the other is known.
    app.url_map.merge_slashes = False
    answer_errors_of(app, new_id=new_id)
    guard_requests_of(app)
    app.after_request(_keep_private)
    record = settings.serves_record
    lane = open_record_lane(settings, now=now, new_id=new_id) if record else None
    if lane is not None and settings.follow == "inline":
        _follow_from_the_first_request(app, lane.follower)
    tokens = open_tokens(settings, now=now)
    provide(app, Context(settings=settings, tokens=tokens, now=now, new_id=new_id, lane=lane))
    api = describe(app)
    _mount(app, api, settings, now=now)
    return app


def open_record_lane(settings: Settings, *, now: Clock, new_id: NewId) -> RecordLane:
    """The record, its read models and what keeps them up to date; nothing runs yet."""
    store, readstore = open_record_store(settings), open_read_store(settings)
    projection = Projection(
        store.recorder,
        store.mapper,
        readstore,
        regrade=regrade_with(store),
        standards=STANDARD_NAMES,
    )
    receipts = Receipts(read_or_make_key(settings.estimate_key_path))
    return RecordLane(
        record=Record(
            factory=store.factory,
            clock=now,
            new_id=new_id,
            computed=receipts.genuine,
            asked=check_judgement,
        ),
        store=store,
        readstore=readstore,
        projection=projection,
        follower=Follower(projection),
        receipts=receipts,
        estimator=Estimator(),
    )


def close(app: Flask) -> None:
    """Stops the follower and closes every connection of an application."""
    parts: Context = app.extensions[EXTENSION]
    if parts.lane is not None:
        parts.lane.close()
    parts.tokens.close()
    for stop in app.extensions[CLOSERS]:
        stop()


def _mount(app: Flask, api: Api, settings: Settings, *, now: Clock) -> None:
    app.extensions[CLOSERS] = []
    frame, *pages = blueprints()
    app.register_blueprint(frame)
    app.register_blueprint(open_blueprint(api))
    api.register_blueprint(identity)
    if settings.serves_record:
        for blueprint in (
            programmes, estimates, designs, approaches, grades, standards, differences,
            worksheets, audit,
        ):  # fmt: skip
            api.register_blueprint(blueprint)
    for page in pages:
        app.register_blueprint(page)
    if settings.serves_peer:
        lane = open_peer_lane(settings, now=now)
        app.extensions[CLOSERS].append(lane.close)
        api.register_blueprint(lessons_blueprint(lane))
        app.register_blueprint(peers_room(lane))


def _follow_from_the_first_request(app: Flask, follower: Follower) -> None:
    """Threads do not survive a fork, so none is started while the application is being built."""
    once = Lock()

    def start() -> None:
        if once.acquire(blocking=False):
            follower.start()

    app.before_request(start)


def _keep_private(response: Response) -> Response:
    """Answers to programs are kept by nobody but their caller, and read as what they say."""
    if request.path == API or request.path.startswith(API + "/"):
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Authorization, Accept"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

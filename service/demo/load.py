"""Posts the demonstration portfolio through the public API, as any of its users would."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from service.demo import portfolio
from service.demo.portfolio import ABOUT, Entry, event_body

# Says after each item how many are done, of how many, and which this was.
Progress = Callable[[int, int, str], None]

# Approaches come from the catalogue's keeper.
CATALOGUE_KEEPER = "demo-steward"

# A string that begins with this names another item of the portfolio, by its key.
REFERENCE = "@"


class PortfolioRefused(Exception):
    """The API did not take an item: says which, and what the API said."""

    def __init__(self, item: str, status: int, said: str) -> None:
        super().__init__(f"{item}: the API answered {status}: {said}")
        self.item = item
        self.status = status


@dataclass(frozen=True, slots=True)
class Loaded:
    """The ids that the API gave, by the keys of the files; of events by programme, then event."""

    approaches: dict[str, str] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)
    events: dict[str, dict[str, str]] = field(default_factory=dict)
    lessons: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One request: what it is called, who makes it, where to, and what it says."""

    name: str
    member: str
    address: str
    body: Mapping[str, Any]


def load(
    client: FlaskClient, *, tokens: Mapping[str, str], progress: Progress | None = None
) -> Loaded:
    """Posts everything; a second run finds every item there already and adds nothing.

    `tokens` holds a bearer token by member id. Raises PortfolioRefused at the first refusal.
    """
    loaded, total = Loaded(), _total()
    for done, (item, keep) in enumerate(_items(loaded), 1):
        keep(_post(client, tokens, item))
        if progress is not None:
            progress(done, total, item.name)
    return loaded


def _total() -> int:
    events = sum(1 + len(programme["events"]) for programme in portfolio.programmes())
    return len(portfolio.approaches()) + events + len(portfolio.lessons())


Keep = Callable[[Mapping[str, Any]], None]


def _items(loaded: Loaded) -> Iterator[tuple[Item, Keep]]:
    """Each item and what to do with its answer; later items are made from earlier answers."""
    for approach in portfolio.approaches():
        yield _approach(approach), _id_into(loaded.approaches, approach["key"])
    for programme in portfolio.programmes():
        key = programme["key"]
        yield _programme(programme, loaded), _id_into(loaded.programmes, key)
        ids = loaded.events.setdefault(key, {})
        for event in programme["events"]:
            item = _event(programme, event, programme_id=loaded.programmes[key], ids=ids)
            yield item, _event_id_into(ids, event[ABOUT]["key"])
    for lesson in portfolio.lessons():
        yield _lesson(lesson, loaded), _whole_into(loaded.lessons, lesson["key"])


def _approach(approach: Entry) -> Item:
    name = f"approaches/{approach['key']}"
    return Item(name, CATALOGUE_KEEPER, "/v1/approaches", approach["register"])


def _programme(programme: Entry, loaded: Loaded) -> Item:
    body = dict(programme["register"])
    body["approach_id"] = loaded.approaches[body.pop("approach")]
    return Item(f"programmes/{programme['key']}", programme["member"], "/v1/programmes", body)


def _event(programme: Entry, event: Entry, *, programme_id: str, ids: Mapping[str, str]) -> Item:
    name = f"programmes/{programme['key']}/{event[ABOUT]['key']}"
    member = event[ABOUT].get("by", programme["member"])
    body = _resolved(event_body(event), ids)
    return Item(name, member, f"/v1/programmes/{programme_id}/events", body)


def _lesson(lesson: Entry, loaded: Loaded) -> Item:
    body = _resolved(lesson["lesson"], loaded.programmes)
    return Item(f"lessons/{lesson['key']}", lesson["member"], "/v1/lessons", body)


def _resolved(value: Any, ids: Mapping[str, str]) -> Any:  # noqa: ANN401  JSON of any depth
    """The same JSON with every reference replaced by the id it names."""
    match value:
        case dict():
            return {name: _resolved(inner, ids) for name, inner in value.items()}
        case list():
            return [_resolved(inner, ids) for inner in value]
        case str() if value.startswith(REFERENCE):
            return ids[value.removeprefix(REFERENCE)]
        case _:
            return value


def _post(client: FlaskClient, tokens: Mapping[str, str], item: Item) -> Mapping[str, Any]:
    response = client.post(
        item.address,
        json=item.body,
        headers={
            "Authorization": f"Bearer {tokens[item.member]}",
            "Idempotency-Key": f"demo/{item.name}",
            "Prefer": "respond-async",
        },
    )
    if response.status_code not in (200, 201):
        raise PortfolioRefused(item.name, response.status_code, response.get_data(as_text=True))
    answer: Mapping[str, Any] = response.get_json()
    return answer


def _id_into(ids: dict[str, str], key: str) -> Keep:
    return lambda answer: ids.__setitem__(key, answer["id"])


def _event_id_into(ids: dict[str, str], key: str) -> Keep:
    return lambda answer: ids.__setitem__(key, answer["event_ids"][0])


def _whole_into(answers: dict[str, Mapping[str, Any]], key: str) -> Keep:
    return lambda answer: answers.__setitem__(key, answer)

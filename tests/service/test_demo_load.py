"""Loading the demonstration: everything through the API's own path, once, and refusals told."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from flask import Flask, jsonify, request

from service.demo import portfolio
from service.demo.load import PortfolioRefused, load
from service.demo.portfolio import ABOUT


class Stand:
    """An API that takes everything once, by idempotency key, and remembers who asked."""

    def __init__(self, *, refuse: str | None = None) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.repeated = 0
        self.bodies: dict[str, Any] = {}
        self.app = Flask("stand")
        self.app.add_url_rule("/v1/<path:rest>", view_func=self.take, methods=["POST"])
        self.refuse = refuse

    def take(self, rest: str) -> Any:
        key = request.headers["Idempotency-Key"]
        if key == self.refuse:
            return jsonify({"detail": "not like this"}), 422
        self.repeated += key in self.kept
        self.bodies[key] = (rest, request.headers["Authorization"], request.get_json())
        made = str(uuid5(NAMESPACE_URL, key))
        return self.kept.setdefault(key, {"id": made, "version": 0, "event_ids": [made]}), 201


TOKENS = {member["id"]: f"token-{member['id']}" for member in portfolio.members()}


def test_loading_twice_posts_the_same_keys_and_tells_how_far_it_is() -> None:
    stand, told = Stand(), []
    client = stand.app.test_client()
    loaded = load(client, tokens=TOKENS, progress=lambda *step: told.append(step))
    count = len(stand.kept)
    assert told[-1][:2] == (count, count)
    assert load(client, tokens=TOKENS) == loaded
    assert (len(stand.kept), stand.repeated) == (count, count)


def test_each_item_is_posted_by_its_own_function_with_ids_in_place_of_names() -> None:
    stand = Stand()
    loaded = load(stand.app.test_client(), tokens=TOKENS)
    merrow = "port-merrow-settling-in-visits"
    rest, token, body = stand.bodies[f"demo/programmes/{merrow}/cohort-1-corrected"]
    assert rest == f"programmes/{loaded.programmes[merrow]}/events"
    assert token == "Bearer token-demo-auditor"
    assert body["event_id"] == loaded.events[merrow]["cohort-1"]
    assert ABOUT not in body
    _, token, body = stand.bodies[f"demo/programmes/{merrow}"]
    assert token == "Bearer token-port-merrow-delivery"
    assert body["approach_id"] == loaded.approaches["settling-in-visits"]


def test_a_refusal_names_the_item_and_what_the_api_said() -> None:
    item = "programmes/rushcliffe-care-homes/a3-residential-emergency"
    stand = Stand(refuse=f"demo/{item}")
    with pytest.raises(PortfolioRefused, match=r"a3-residential-emergency.*422.*not like this"):
        load(stand.app.test_client(), tokens=TOKENS)

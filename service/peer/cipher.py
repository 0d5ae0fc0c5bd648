"""Seals the events of the peer lane: words by their organisation's key, the rest by the lane's."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from domain.events import EventType
from service.peer.keys import KeyRing, derived, seal, unseal

# What stands where words were, once their key is destroyed.
ERASED = "[erased]"


class LessonCipher:
    """Two envelopes: destroying an organisation's key empties the inner one and keeps the outer.

    So a replay still reads every event, in its place and in its order, and finds `[erased]` where
    the words were.
    """

    def __init__(self, keys: KeyRing, *, lane_key: bytes, events: Mapping[str, EventType]) -> None:
        self._keys = keys
        self._outer = derived(lane_key, "candour peer: states")
        self._words = {topic: event.facts_type.words for topic, event in events.items()}

    def seal(self, plain: bytes, *, associated: bytes, organisation: str) -> bytes:
        """The stored bytes of a state; `associated` binds them to stream, version and topic."""
        state: dict[str, Any] = json.loads(plain)
        names = self._words[_topic(associated)]
        words = {name: state["facts"].pop(name) for name in sorted(names)}
        key_id, key = self._keys.living_key(organisation)
        sealed = seal(key, json.dumps(words).encode(), bound_to=associated)
        parts = {"state": state, "key": key_id, "words": base64.b64encode(sealed).decode("ascii")}
        return seal(self._outer, json.dumps(parts).encode(), bound_to=associated)

    def unseal(self, sealed: bytes, *, associated: bytes) -> bytes:
        """The state as it was, or with `[erased]` for words whose key was destroyed."""
        parts: dict[str, Any] = json.loads(unseal(self._outer, sealed, bound_to=associated))
        state: dict[str, Any] = parts["state"]
        state["facts"] |= self._opened(parts, associated)
        return json.dumps(state).encode()

    def _opened(self, parts: Mapping[str, Any], associated: bytes) -> dict[str, Any]:
        key = self._keys.key(parts["key"])
        if key is None:
            return dict.fromkeys(self._words[_topic(associated)], ERASED)
        words: dict[str, Any] = json.loads(
            unseal(key, base64.b64decode(parts["words"]), bound_to=associated)
        )
        return words


def _topic(associated: bytes) -> str:
    """The topic is the last of the three parts that bind a state to its place."""
    return associated.decode().rpartition("|")[2]

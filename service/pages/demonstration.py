"""The demonstration's sign-ins, where a demonstration has been loaded: one button a member."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from domain.values import Actor
from service.context import context

# What `candour demo` writes, readable by its owner only: a token by member id.
FILE = "demo-tokens.json"
LABEL = "demonstration"


@dataclass(frozen=True, slots=True)
class DemonstrationMember:
    """A member that anybody may sign in as, because the demonstration is for looking round."""

    actor: Actor
    token: str


def members() -> Mapping[str, DemonstrationMember]:
    """The members by id; none unless a demonstration was loaded and its tokens are still valid."""
    path = context().settings.folder / FILE
    if not path.exists():
        return {}
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for member_id, token in kept.items():
        known = context().tokens.find(token)
        if known is not None and known.label == LABEL:
            found[member_id] = DemonstrationMember(known.actor, token)
    return found

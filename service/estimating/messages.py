"""What passes between the service and the process that estimates: lengths, JSON, raw bytes."""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol

from service.estimating.layout import SAID_OF_COLUMNS, Asked
from service.estimating.refusals import EstimateRefused, Flaw, Reason
from service.sheets import Limits

LENGTHS = struct.Struct(">II")


class Stream(Protocol):
    """What messages are written to and read from."""

    def read(self, size: int, /) -> bytes: ...

    def write(self, message: bytes, /) -> int: ...

    def flush(self) -> None: ...


def write(stream: Stream, head: Mapping[str, Any], raw: bytes = b"") -> None:
    """One message: its two lengths, a JSON object, and bytes as they are."""
    said = json.dumps(head, allow_nan=False).encode()
    stream.write(LENGTHS.pack(len(said), len(raw)) + said + raw)
    stream.flush()


def read(stream: Stream) -> tuple[dict[str, Any], bytes] | None:
    """The next message; None when the other side is gone, or went in the middle of one."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, tail = LENGTHS.unpack(lengths)
    told = stream.read(head + tail)
    return (json.loads(told[:head]), told[head:]) if len(told) == head + tail else None


def asking(asked: Asked, limits: Limits) -> dict[str, Any]:
    """What is asked for, as JSON."""
    return {"asked": asdict(asked), "limits": asdict(limits)}


def asked_of(head: Mapping[str, Any]) -> tuple[Asked, Limits]:
    """The same on the other side."""
    told = head["asked"]
    columns = {role: tuple(names) for role, names in told["columns"].items()}
    said = {name: tuple(told[name]) for name in SAID_OF_COLUMNS}
    return Asked(told["design"], columns, told["options"], **said), Limits(**head["limits"])


def refusing(refusal: EstimateRefused) -> dict[str, Any]:
    """A refusal as JSON."""
    return {
        "flaws": [asdict(flaw) for flaw in refusal.flaws],
        "more": refusal.more,
        "reason": refusal.reason.value,
        "fits": list(refusal.fits),
    }


def refusal_of(told: Mapping[str, Any]) -> EstimateRefused:
    """The same on the other side."""
    flaws = [Flaw(**flaw) for flaw in told["flaws"]]
    return EstimateRefused(
        flaws, reason=Reason(told["reason"]), fits=told["fits"], more=told["more"]
    )

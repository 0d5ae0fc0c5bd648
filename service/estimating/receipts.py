"""Receipts: the service's proof that its own engine computed a result for one programme."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.estimated import Estimated
from service.wire import from_wire, to_wire

# What the key is used for, so that no other use of it could make a receipt.
PURPOSE = b"candour estimate 1\n"
UNSIGNED = "0" * 64
# Whole floats up to here are spelt as whole numbers: programs that handle JSON on the way may drop
# the nought after the point (RFC 8785, section 3.2.2.3).
LARGEST_WHOLE = 2**53


class Receipts:
    """Signs results and knows its own signatures again; HMAC-SHA-256 (RFC 2104)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def signed(self, programme_id: UUID, result: Mapping[str, Any]) -> Estimated:
        """The result as the domain has it, with its receipt; it checks itself on the way."""
        unsigned = from_wire(Estimated, {**result, "receipt": UNSIGNED}, path="contrast.result")
        return replace(unsigned, receipt=self._receipt(programme_id, unsigned))

    def genuine(self, programme_id: UUID, result: Estimated) -> bool:
        """Whether this result is, to the last digit, one that was signed for that programme."""
        return hmac.compare_digest(self._receipt(programme_id, result), result.receipt)

    def _receipt(self, programme_id: UUID, result: Estimated) -> str:
        said = {"programme": str(programme_id), "result": {**to_wire(result), "receipt": None}}
        canonical = json.dumps(
            _spelt(said), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        message = PURPOSE + canonical.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def _spelt(value: Any) -> Any:  # noqa: ANN401  JSON may be anything
    """JSON in which equal numbers have equal spellings."""
    match value:
        case float() if value.is_integer() and abs(value) < LARGEST_WHOLE:
            return int(value)
        case Mapping():
            return {name: _spelt(part) for name, part in value.items()}
        case list() | tuple():
            return [_spelt(part) for part in value]
    return value

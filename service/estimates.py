"""An estimate for one programme: made apart, signed here, and ready to be recorded."""

from typing import Any
from uuid import UUID

from domain.errors import InvalidValue
from domain.estimated import Estimated
from service.context import context
from service.estimating import Asked, EstimateRefused, Flaw
from service.wire import to_wire

Document = dict[str, Any]


def estimate_for(programme_id: UUID, raw: bytes, asked: Asked) -> Document:
    """The estimate of a file as a document whose result carries the service's receipt.

    Raises EstimateRefused with all that is wrong.
    """
    lane = context().record_lane
    found = lane.estimator.perform(raw, asked)
    try:
        result = lane.receipts.signed(programme_id, found["contrast"]["result"])
    except InvalidValue as refusal:  # degenerate figures, such as an interval of no width
        problem = f"tells what cannot be recorded: {refusal.message}"
        raise EstimateRefused([Flaw("file", problem, refusal.accepted)]) from None
    return {
        **found,
        "contrast": {**found["contrast"], "result": to_wire(result)},
        "programme_id": str(programme_id),
        "receipt": result.receipt,
    }


def is_ours(programme_id: UUID, result: Estimated) -> bool:
    """Whether this service made the estimate, for that programme, and nobody has touched it."""
    return context().record_lane.receipts.genuine(programme_id, result)

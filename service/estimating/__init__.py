"""Raw outcomes in, an estimate with its checks out: the one way from a file to the engine."""

from service.estimating.documents import designs_catalogue
from service.estimating.engine import perform
from service.estimating.layout import Asked
from service.estimating.refusals import EstimateRefused, Flaw, Reason

__all__ = ["Asked", "EstimateRefused", "Flaw", "Reason", "designs_catalogue", "perform"]

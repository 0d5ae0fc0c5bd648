"""Read models: documents folded from the record, their filters, and the history of grades."""

from service.readstore.filters import Filters, Page
from service.readstore.grades import Grade, GradeChange
from service.readstore.queries import Queries, Told
from service.readstore.store import ReadStore, ReadTransaction, open_read_store

__all__ = [
    "Filters",
    "Grade",
    "GradeChange",
    "Page",
    "Queries",
    "ReadStore",
    "ReadTransaction",
    "Told",
    "open_read_store",
]

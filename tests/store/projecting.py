"""A projection with a grading of the simplest kind, and a look at all that it wrote."""

from service.projections import Projection
from service.readstore import Grade, GradeChange

TABLES = {
    "programmes": "id",
    "programme_sectors": "sector, programme_id",
    "programme_events": "position",
    "approaches": "id",
    "members": "id",
    "grades": "subject_kind, subject_id, standard, outcome, version, from_position",
    "tracking": "projection",
}


def count_milestones(view, touched):
    """Stands in for the grading: a grade that changes with every milestone and nothing else."""
    for touch in touched:
        entries = view.programme_events(touch.programme_id, up_to=touch.position)
        number = sum(entry["type"] == "milestone_reached" for entry in entries)
        document = {
            "subject": {"kind": "programme", "id": touch.programme_id, "outcome": "milestones"},
            "standard": "candour@1",
            "finding": "works" if number >= 2 else "insufficient",
            "confidence": "high" if number >= 3 else "low",
            "demonstrably_works": number >= 3,
            "number": number,
        }
        yield GradeChange(
            subject_kind="programme",
            subject_id=touch.programme_id,
            position=touch.position,
            grades=(Grade(document=document, is_headline=True),),
        )


def projection_of(store, readstore, *, batch=500, regrade=count_milestones):
    return Projection(store.recorder, store.mapper, readstore, regrade=regrade, batch=batch)


def everything_in(readstore):
    """Every row of every table, in one order."""
    return {
        table: readstore.run(f"SELECT * FROM {table} ORDER BY {order}")
        for table, order in TABLES.items()
    }

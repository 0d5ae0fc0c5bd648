"""What a standard still asks of an evaluator: facts by result and group, and judgements."""

from typing import Any

from domain.access import PERMITTED, Action
from scoring import STANDARDS
from scoring.evidence import Contrast, Subject
from scoring.published import Appraised, appraised
from scoring.standards import apply
from scoring.standards.candour import NAME as HOUSE
from scoring.standards.candour import TITLE
from scoring.standards.candour_design import DESIGN
from service.grading.documents import bounds_document, subject_document
from service.grading.fact_words import GROUPS
from service.grading.worksheet_facts import facts_asked
from service.grading.worksheet_questions import (
    bounds_of,
    questions_of_a_result,
    questions_of_the_whole,
)

Document = dict[str, Any]
# Who may answer; whoever owns the programme does not judge it.
JUDGES = tuple(sorted(function.value for function in PERMITTED[Action.DECIDE_INDEPENDENTLY]))


def worksheet_document(subject: Subject, name: str) -> Document:
    """What the standard asks and does not know, with what each answer could change."""
    known = appraised(subject)
    return {
        "subject": subject_document(subject),
        "standard": name,
        "title": TITLE if name == HOUSE else STANDARDS[name].title,
        "unit": "body" if name == HOUSE else STANDARDS[name].unit,
        "bounds": bounds_document(bounds_of(subject, name)),
        "judges": list(JUDGES),
        "results": [_result(contrast, known, name) for contrast in known.standing],
        "questions": questions_of_the_whole(subject, name),
    }


def _result(contrast: Contrast, known: Appraised, name: str) -> Document:
    standard = STANDARDS.get(name)
    of_results = DESIGN if standard is None else standard
    alone = of_results is DESIGN or of_results.unit == "contrast"
    found = apply(of_results, known.facts[contrast.event_id]) if alone else None
    asked = facts_asked(standard, contrast, known)
    return {
        "event_id": contrast.event_id,
        "study": contrast.study,
        "site": contrast.site,
        "cohort": contrast.cohort,
        "measure": contrast.measure,
        "bounds": bounds_document(found.bounds if found else None),
        "groups": [
            {"group": group, "title": title, "facts": of_group}
            for group, title in GROUPS.items()
            if (of_group := [one for one in asked if one["group"] == group])
        ],
        "questions": questions_of_a_result(contrast, known, name),
    }

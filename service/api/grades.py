"""Grades over the portfolio, a grade before anything is recorded, and the standards themselves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, request

from domain.access import Action
from domain.errors import NotFound
from service.api.programmes import moment_of
from service.api.tables import CSV, csv_answer
from service.api.web import Blueprint, answer, page_of
from service.auth import guarded
from service.context import context
from service.filling import graded_since
from service.grading import (
    preview,
    preview_differences,
    standards_catalogue,
    standards_diff,
    standards_named,
)
from service.kinds import NOT_ACCEPTABLE
from service.portfolios import portfolio_at
from service.problems import Refused
from service.schemas.documents import (
    DifferencesPage,
    GradePage,
    PortfolioPage,
    StandardPage,
    StandardSchema,
    StandardsDiffSchema,
)
from service.schemas.queries import (
    DiffQuery,
    NothingQuery,
    PortfolioQuery,
    PreviewDifferencesQuery,
    PreviewQuery,
)
from service.schemas.requests import PreviewGradeSchema

grades = Blueprint(
    "grades", __name__, url_prefix="/v1/grades", description="Computed, never edited."
)
standards = Blueprint(
    "standards",
    __name__,
    url_prefix="/v1/standards",
    description="The rules, their sources, and whether they were verified.",
)
JSON = "application/json"
# Rows of a download read at once.
AT_ONCE = 500
COLUMNS = (
    "programme_id", "programme", "organisation", "area", "approach_id", "programme_status",
    "standard", "outcome", "version", "status", "finding", "confidence", "grade",
    "demonstrably_works", "fdr_controlled", "measure", "estimate", "ci_low", "ci_high", "k",
    "explanation",
)  # fmt: skip


@grades.route("")
@guarded(Action.READ_RECORD)
@grades.arguments(PortfolioQuery, location="query")
@grades.response(200, PortfolioPage)
def list_portfolio(query: dict[str, Any]) -> Response:
    """List headline grades with their programmes, now or as known at any moment.

    `fdr_controlled` says of each "works" whether it holds in the list together with the others:
    of those that do at most 5 % are expected to be wrong (e-BH). It is worked out over all that
    approach, sector, area and q list, whatever page a programme stands on and whatever finding,
    confidence or status is looked for. `false_discovery` is null where it is not worked out: by
    another standard, and as of a past day for more than 500 programmes.
    JSON comes a page at a time; CSV (by Accept or `format=csv`) is the whole table at once.
    """
    if _kind(query.get("format")) == CSV:
        return csv_answer(COLUMNS, map(_row, _everything(query)), name="grades")
    found = portfolio_at(context().record_lane, query, moment_of(query))
    control = found.control and found.control.document()
    return page_of(found.documents, cursor=found.next_cursor, false_discovery=control)


@grades.route("/preview", methods=["POST"])
@guarded(Action.READ_RECORD)
@grades.arguments(PreviewQuery, location="query")
@grades.arguments(PreviewGradeSchema)
@grades.response(200, GradePage)
def preview_grade(query: dict[str, Any], facts: object) -> Response:
    """Grade facts that are recorded nowhere, and stay so: a wish, a draft, somebody else's study.

    By one standard, by several with commas between, or by all of them in one call. A plan given
    here counts as made in advance, which the answer supposes.
    """
    names = standards_named(query["standard"])
    found = preview(facts, standards=names, outcome=query.get("outcome"))
    return page_of(found, cursor=None)


@grades.route("/preview/differences", methods=["POST"])
@guarded(Action.READ_RECORD)
@grades.arguments(PreviewDifferencesQuery, location="query")
@grades.arguments(PreviewGradeSchema)
@grades.response(200, DifferencesPage)
def preview_grade_differences(query: dict[str, Any], facts: object) -> Response:
    """Say where standards differ on facts that are recorded nowhere, and which rules make it so."""
    names = standards_named(query["standards"])
    found = preview_differences(facts, standards=names, outcome=query.get("outcome"))
    return page_of(found, cursor=None)


@standards.route("")
@guarded(Action.READ_RECORD)
@standards.arguments(NothingQuery, location="query")
@standards.response(200, StandardPage)
def list_standards(_: dict[str, Any]) -> Response:
    """List every standard with its rules and their sources, and since when it grades."""
    return page_of(_with_their_history(standards_catalogue()), cursor=None)


@standards.route("/<standard_id>")
@guarded(Action.READ_RECORD)
@standards.arguments(NothingQuery, location="query")
@standards.response(200, StandardSchema)
def read_standard(_: dict[str, Any], standard_id: str) -> Response:
    """Read one standard."""
    for standard in standards_catalogue():
        if standard["id"] == standard_id:
            return answer(*_with_their_history([standard]))
    raise NotFound(f"there is no standard {standard_id}", kind="standard")


@standards.route("/diff")
@guarded(Action.READ_RECORD)
@standards.arguments(DiffQuery, location="query")
@standards.response(200, StandardsDiffSchema)
def compare_standards(query: dict[str, str]) -> Response:
    """Compare any two standards, such as two versions of one: rules and levels that changed."""
    return answer(standards_diff(query["from"], query["to"]))


def _with_their_history(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A standard that is new is graded by from then on, until its history has been filled in."""
    since = graded_since(context().record_lane.readstore, [one["id"] for one in found])
    return [{**one, "graded": since[one["id"]]} for one in found]


def _everything(query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    page = portfolio_at(context().record_lane, query | {"limit": AT_ONCE}, moment_of(query))
    yield from page.documents
    while page.next_cursor is not None:
        further = query | {"limit": AT_ONCE, "cursor": page.next_cursor}
        page = portfolio_at(context().record_lane, further, moment_of(query))
        yield from page.documents


def _kind(wanted: str | None) -> str:
    """The format asked for by name, or else by Accept."""
    if wanted is not None:
        return {"json": JSON, "csv": CSV}[wanted]
    kind = request.accept_mimetypes.best_match([JSON, CSV])
    if kind is None and request.accept_mimetypes:
        raise Refused(NOT_ACCEPTABLE, f"This table is offered as {JSON} and {CSV}.")
    return kind or JSON


def _row(pair: Mapping[str, Any]) -> dict[str, Any]:
    programme, grade = pair["programme"], pair["grade"]
    estimate = grade.get("estimate") or {}
    return {
        **{name: grade.get(name) for name in COLUMNS},
        **{name: estimate.get(name) for name in ("measure", "estimate", "ci_low", "ci_high", "k")},
        "fdr_controlled": pair["fdr_controlled"],
        "programme_id": programme["id"],
        "programme": programme["name"],
        "organisation": programme["organisation"],
        "area": programme["area"],
        "approach_id": programme["approach_id"],
        "programme_status": programme["status"],
        "outcome": grade["subject"].get("outcome"),
        "version": grade["subject"].get("version"),
    }

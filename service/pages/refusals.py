"""Refusals told as pages: the one map of problems stays where it is, people get plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Flask, Response, render_template, request

from service.problems import PROBLEM_JSON

# Addresses for programs: their refusals stay problems.
MACHINES = ("/v1", "/openapi.json", "/healthz", "/readyz", "/metrics")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A heading and what to do next."""

    heading: str
    lines: tuple[str, ...]


REFUSALS: Mapping[int, Refusal] = MappingProxyType(
    {
        400: Refusal(
            "This form is out of date",
            ("Nothing was saved.", "Go back, load the page again, and send the form once more."),
        ),
        401: Refusal("Sign in first", ("You need to sign in to see this page.",)),
        403: Refusal(
            "You cannot do this here",
            (
                "You are signed in, but for another function. Nothing was saved.",
                "Each sign-in serves one function, so that support and assessment never mix.",
            ),
        ),
        404: Refusal(
            "Page not found",
            (
                "If you typed the address, check it is correct.",
                "If you followed a link, the thing it named is not here.",
            ),
        ),
        405: Refusal("This page does not take that", ("Nothing was saved.",)),
        413: Refusal(
            "That is too large",
            ("Nothing was saved.", "A form takes up to 1 MB, a file of outcomes up to 4 MB."),
        ),
        500: Refusal(
            "Something went wrong on our side",
            (
                "Nothing was half-saved.",
                "Try again in a few minutes. If it goes on, tell your steward.",
            ),
        ),
        503: Refusal("The service cannot answer now", ("Try again in a few minutes.",)),
    }
)
OTHER = Refusal("That cannot be done", ("Nothing was saved.",))


def tell_refusals_of(app: Flask) -> None:
    app.after_request(tell_as_page)


def tell_as_page(response: Response) -> Response:
    """A problem becomes a page that depends on its status alone, never on what was asked for."""
    if response.mimetype != PROBLEM_JSON or _is_for_machines(request.path):
        return response
    refusal = REFUSALS.get(response.status_code, OTHER)
    response.set_data(render_template("error.html", heading=refusal.heading, lines=refusal.lines))
    response.content_type = "text/html; charset=utf-8"
    return response


def _is_for_machines(path: str) -> bool:
    return any(path == root or path.startswith(root + "/") for root in MACHINES)

"""Who is calling, in which one function, and what that function permits."""

import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface

from domain.access import Action, check_may, may
from domain.errors import NotFound
from domain.values import Actor
from service.context import context
from service.kinds import BAD_REQUEST, SIGN_IN_NEEDED
from service.lanes import is_peer_path
from service.problems import Refused

API = "/v1"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="candour"'}
FUNCTION_HEADER = "Candour-Function"
SIGN_IN = "sign_in"
CSRF = "csrf_token"
# A form's token has as many random bytes as OWASP asks of a session id, twice over.
CSRF_BYTES = 32

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class SignInCookie(SecureCookieSessionInterface):
    """The session cookie: signed, out of reach of scripts, Secure where there is https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Marks the cookie Secure exactly when it is handed out over https."""
        return request.is_secure


def guard_requests_of(app: Flask) -> None:
    """Asks every request who it comes from before any route is considered."""
    app.session_interface = SignInCookie()
    app.config.update(
        SESSION_COOKIE_NAME="candour",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.before_request(_identify)
    app.after_request(_name_the_function)


def guarded(action: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Declares the one action that a route performs; the caller's function must permit it.

    What only the owning organisation may do, the view or the record checks: they know the owner.
    """

    def declare(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def checked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            require(action)
            return view(*args, **kwargs)

        checked.guard = action  # type: ignore[attr-defined]  # read by the test of all routes
        return checked

    return declare


def current_actor() -> Actor | None:
    """Who is calling, if they have signed in: by bearer token under /v1, by cookie elsewhere."""
    if "actor" not in g:
        g.actor = _by_bearer(request) if _is_api(request.path) else _by_cookie()
    actor: Actor | None = g.actor
    return actor


def signed_in() -> Actor:
    """Who is calling; refused when nobody has signed in."""
    actor = current_actor()
    if actor is None:
        detail = "Send a valid token: Authorization: Bearer TOKEN"
        raise Refused(SIGN_IN_NEEDED, detail, headers=CHALLENGE)
    return actor


def require(action: str) -> Actor:
    """Who is calling; refused unless their function permits the action."""
    actor = signed_in()
    check_may(actor, Action(action), owner=actor.organisation)
    return actor


def sign_in(token: str) -> Actor | None:
    """Starts a page session for the holder of a token; None when the token is not valid."""
    found = context().tokens.find(token.strip())
    session.clear()  # what was known before signing in does not survive it
    if found is None:
        return None
    session[SIGN_IN] = found.id
    g.actor = found.actor
    return found.actor


def sign_out() -> None:
    """Ends the page session."""
    session.clear()
    g.actor = None


def csrf_token() -> str:
    """The secret that a form of this session must bring back."""
    if CSRF not in session:
        session[CSRF] = secrets.token_urlsafe(CSRF_BYTES)
    known: str = session[CSRF]
    return known


def check_csrf() -> None:
    """Refuses a form that did not come from a page of this session."""
    brought, known = request.form.get(CSRF, ""), session.get(CSRF, "")
    if not known or not hmac.compare_digest(brought.encode(), known.encode()):
        raise Refused(BAD_REQUEST, "This form is out of date: load the page again and resend it.")


def _identify() -> None:
    if _is_api(request.path):
        signed_in()
    actor = current_actor() if is_peer_path(request.path) else None
    if actor is not None and not may(actor, Action.READ_LESSONS):
        raise NotFound("no such address")


def _is_api(path: str) -> bool:
    return path == API or path.startswith(API + "/")


def _by_bearer(asked: Request) -> Actor | None:
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    found = context().tokens.find(token.strip())
    return found.actor if found else None


def _by_cookie() -> Actor | None:
    known = session.get(SIGN_IN)
    found = context().tokens.get(known) if known else None
    return found.actor if found else None


def _name_the_function(response: Response) -> Response:
    actor = g.get("actor")
    if actor is not None:
        response.headers[FUNCTION_HEADER] = actor.function.value
    return response

"""Who is calling: tokens under /v1, cookies on pages, one function each, no way around either."""

from datetime import timedelta

import pytest

from domain.values import Function
from service.auth import CSRF
from service.store import open_tokens
from tests.service.served import NOON, serve
from tests.service.test_api_programmes import problem

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
PATHS = ("/v1", "/v1/", "/v1/me", "/v1/programmes", "/v1/lessons", "/v1/no-such-thing")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_everything_under_v1_asks_for_one(served, path, method):
    answer = served.call(method, path, by=None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="candour"'
    assert "Candour-Function" not in answer.headers


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer candour_x",
        "Basic YTpi",
        "Token candour_x",
        "Bearer é",
        "Bearer a b",
    ],
)
def test_what_is_no_valid_token_is_as_good_as_none(served, credentials):
    answer = served.call("GET", "/v1/me", by=None, headers={"Authorization": credentials})
    problem(answer, 401, "sign-in-needed")


def test_an_expired_or_revoked_token_is_as_good_as_none(tmp_path):
    now = [NOON]
    served = serve(tmp_path, now=lambda: now[0])
    tokens = open_tokens(served.settings, now=lambda: now[0])
    revoked = tokens.find(served.tokens["funder"])
    assert served.get("/v1/me", by="funder").status_code == 200
    assert tokens.revoke(revoked.id)
    assert served.get("/v1/me", by="funder").status_code == 401
    now[0] += timedelta(days=2)
    assert served.get("/v1/me", by="auditor").status_code == 401
    tokens.close()
    served.close()


@pytest.mark.parametrize("function", [function.value for function in Function])
def test_every_answer_names_the_function_it_serves(served, function):
    answer = served.get("/v1/me", by=function)
    assert answer.headers["Candour-Function"] == function
    assert answer.get_json()["function"] == function
    assert served.get("/v1/no-such-thing", by=function).headers["Candour-Function"] == function


def test_a_cookie_opens_no_route_of_the_api(served):
    client = signed_in(served, "auditor")
    assert client.get("/v1/me").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(served):
    for scheme, secure in (("http", False), ("https", True)):
        answer = served.app.test_client().get("/sign-in", base_url=f"{scheme}://localhost")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


def test_the_cookie_holds_no_token(served):
    client = signed_in(served, "funder")
    assert served.tokens["funder"] not in client.get_cookie("candour").value


def test_a_form_from_elsewhere_is_refused(served):
    client = served.app.test_client()
    token = served.tokens["funder"]
    assert client.post("/sign-in", data={"token": token}).status_code == 400
    client.get("/sign-in")
    assert client.post("/sign-in", data={"token": token, CSRF: "guessed"}).status_code == 400
    assert client.get("/portfolio").status_code == 303


def test_a_session_ends_when_its_token_does(served):
    client = signed_in(served, "funder")
    assert client.get("/portfolio").status_code == 200
    tokens = open_tokens(served.settings, now=lambda: NOON)
    tokens.revoke(tokens.find(served.tokens["funder"]).id)
    tokens.close()
    assert client.get("/portfolio").status_code == 303


def test_a_session_cookie_that_was_tampered_with_signs_nobody_in(served):
    client = signed_in(served, "funder")
    value = client.get_cookie("candour").value
    client.set_cookie("candour", value[:-2] + ("aa" if value[-2:] != "aa" else "bb"))
    assert client.get("/portfolio").status_code == 303


def signed_in(served, function):
    """A browser with a session of that function."""
    client = served.app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as session:
        known = session[CSRF]
    answer = client.post("/sign-in", data={"token": served.tokens[function], CSRF: known})
    assert answer.status_code == 303, answer.text
    return client

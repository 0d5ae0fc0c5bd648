"""Sign-ins: shown once, valid until they expire or are revoked, and worthless as stored."""

from datetime import timedelta

import pytest

from domain.values import Actor, Function
from service.store import Tokens, open_database
from tests.store.builders import MIDNIGHT


class Clock:
    def __init__(self):
        self.now = MIDNIGHT

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(address):
    opened = open_database(address, "access")
    yield opened
    opened.close()


@pytest.fixture
def tokens(database, clock):
    return Tokens(database, now=clock)


def issue(tokens, *, member="mary", function=Function.FUNDER):
    return tokens.issue(
        member,
        function=function,
        organisation="north",
        expires_at=MIDNIGHT + timedelta(hours=1),
        label="laptop",
    )


def test_a_token_finds_its_holder(tokens):
    found = tokens.find(issue(tokens))
    assert found.actor == Actor("mary", Function.FUNDER, "north")
    assert found.label == "laptop"
    assert tokens.get(found.id) == found


@pytest.mark.parametrize("token", ["", "candour_", "candour_é", "\ud800", "x" * 100_000])
def test_an_unknown_token_finds_nobody(tokens, token):
    issue(tokens)
    assert tokens.find(token) is None
    assert tokens.get(token[:50].replace("\ud800", "")) is None


def test_a_token_is_not_kept_in_plain_text(tokens, database):
    token = issue(tokens)
    with database.reading() as cursor:
        kept = str(cursor.execute("SELECT * FROM tokens").fetchall())
    assert token not in kept
    assert token.removeprefix("candour_") not in kept


def test_two_tokens_of_one_member_differ_and_both_are_listed(tokens):
    first, second = issue(tokens), issue(tokens, function=Function.AUDITOR)
    assert first != second
    listed = {found.actor.function for found in tokens.of_member("mary")}
    assert listed == {Function.FUNDER, Function.AUDITOR}


def test_an_expired_token_finds_nobody(tokens, clock):
    token = issue(tokens)
    found = tokens.find(token)
    clock.now = found.expires_at
    assert tokens.find(token) is None
    assert tokens.get(found.id) is None


def test_a_revoked_token_finds_nobody_and_is_revoked_once(tokens):
    token = issue(tokens)
    found = tokens.find(token)
    assert tokens.revoke(found.id)
    assert tokens.find(token) is None
    assert not tokens.revoke(found.id)
    assert tokens.of_member("mary") == ()

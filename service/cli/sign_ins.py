"""The demonstration sign-ins: issued once, kept in a file only their owner can read."""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

from domain.values import Function
from service.app import utc_now
from service.demo import portfolio
from service.demo.portfolio import Entry
from service.keyfiles import UnusableKeyFile, write_private
from service.settings import Settings
from service.store import Tokens, open_tokens

FILE = "demo-tokens.json"
LABEL = "demonstration"
# Long enough for a pilot to look around, short enough that a forgotten demonstration closes itself.
VALID_FOR = timedelta(days=90)


def demo_tokens(settings: Settings) -> Mapping[str, str]:
    """A valid token by member id: those of the file, and new ones where they have run out."""
    with closing(open_tokens(settings, now=utc_now)) as tokens:
        known = read_tokens(settings)
        valid = {member["id"]: known.get(member["id"]) or "" for member in portfolio.members()}
        missing = [member for member in portfolio.members() if not tokens.find(valid[member["id"]])]
        if missing:
            valid |= {member["id"]: _issue(tokens, member) for member in missing}
            _replace(settings, valid)
    return valid


def read_tokens(settings: Settings) -> Mapping[str, str]:
    """The tokens in the file; none when there is no file."""
    path = settings.folder / FILE
    if not path.exists():
        return {}
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableKeyFile(f"{path} holds no sign-ins: {error}") from error
    return found


def print_sign_ins(settings: Settings) -> None:
    """Prints one sign-in a function."""
    known = read_tokens(settings)
    if not known:
        print("There are no demonstration sign-ins yet: run candour demo")
    shown: set[str] = set()
    for member in portfolio.members():
        if member["id"] in known and member["function"] not in shown:
            shown.add(member["function"])
            print(f"  {member['function']:<9} {known[member['id']]}  ({member['organisation']})")


def _issue(tokens: Tokens, member: Entry) -> str:
    return tokens.issue(
        member["id"],
        function=Function(member["function"]),
        organisation=member["organisation"],
        expires_at=utc_now() + VALID_FOR,
        label=LABEL,
    )


def _replace(settings: Settings, tokens: Mapping[str, str]) -> None:
    path = settings.folder / FILE
    path.unlink(missing_ok=True)
    write_private(path, json.dumps(tokens, indent=1) + "\n")

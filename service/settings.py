"""The settings of one process, read once from the environment; nothing else reads it."""

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path

from migrations import place_of

LANES = ("record", "peer", "both")
FOLLOWERS = ("inline", "worker")
HIGHEST_PORT = 65535


class UnusableSetting(Exception):
    """A setting that cannot be used: names the variable and what is accepted."""

    def __init__(self, variable: str, value: str, *, accepted: str) -> None:
        super().__init__(f"{variable} is {value!r}: expected {accepted}")


def setting(variable: str, default: str, *, meaning: str, secret: bool = False) -> str:
    """Declares one setting: its variable, its safe default, and what the manual says of it.

    What may hold a secret is left out when settings are printed.
    """
    metadata = {"variable": variable, "default": default, "meaning": meaning}
    declared: str = field(default=default, metadata=metadata, repr=not secret)
    return declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of Candour; the text of each is what the manual prints."""

    database: str = setting(
        "CANDOUR_DATABASE",
        "sqlite:var",
        secret=True,
        meaning="Where the record, its read models and the sign-ins are kept: `sqlite:` and a"
        " folder (one file a store, one process), or a `postgresql://` address (one schema a"
        " store, any number of processes).",
    )
    peer_database: str = setting(
        "CANDOUR_PEER_DATABASE",
        "",
        secret=True,
        meaning="Where the peer lane is kept, in the same two forms. Empty: beside the record, in"
        " a file or schema of its own.",
    )
    data: str = setting(
        "CANDOUR_DATA",
        "var",
        meaning="Folder for what Candour makes for itself: keys and demonstration sign-ins, in"
        " files only their owner can read.",
    )
    lane: str = setting(
        "CANDOUR_LANE",
        "both",
        meaning="Which lanes this process serves: `record`, `peer` or `both`. Hosting the peer"
        " lane apart, with a body outside funding and assurance, is the stronger choice.",
    )
    secret_key: str = setting(
        "CANDOUR_SECRET_KEY",
        "",
        secret=True,
        meaning="Signs page sessions and forms; the same on every process, 32 characters or more."
        " Empty: made once and kept in the data folder.",
    )
    lane_key_file: str = setting(
        "CANDOUR_LANE_KEY_FILE",
        "",
        meaning="File with the key that wraps the peer lane's keys (32 bytes, base64). Keep it"
        " outside the database and its backups. Empty: `lane.key` in the data folder, made once.",
    )
    estimate_key_file: str = setting(
        "CANDOUR_ESTIMATE_KEY_FILE",
        "",
        meaning="File with the key that signs estimates until they are recorded (32 bytes, base64);"
        " the same on every host. Empty: `estimates.key` in the data folder, made once.",
    )
    follow: str = setting(
        "CANDOUR_FOLLOW",
        "inline",
        meaning="Who keeps the read models up to date: `inline` (a thread of this process) or"
        " `worker` (`candour follow` runs elsewhere).",
    )
    port: str = setting("PORT", "8000", meaning="The port that `candour serve` listens on.")

    def __post_init__(self) -> None:
        _check_one_of("CANDOUR_LANE", self.lane, LANES)
        _check_one_of("CANDOUR_FOLLOW", self.follow, FOLLOWERS)
        for variable, address in (
            ("CANDOUR_DATABASE", self.database),
            ("CANDOUR_PEER_DATABASE", self.peer_address),
        ):
            _check_address(variable, address)
        if not (self.port.isdecimal() and int(self.port) <= HIGHEST_PORT):
            raise UnusableSetting("PORT", self.port, accepted=f"a number up to {HIGHEST_PORT}")
        if self.secret_key and len(self.secret_key) < 32:
            raise UnusableSetting("CANDOUR_SECRET_KEY", "***", accepted="32 characters or more")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Reads the variables that are set; the others keep their defaults."""
        given = os.environ if environment is None else environment
        variables = {one.name: one.metadata["variable"] for one in fields(cls)}
        return cls(**{name: given[var] for name, var in variables.items() if var in given})

    @property
    def peer_address(self) -> str:
        """Where the peer lane is kept, once the default is applied."""
        return self.peer_database or self.database

    @property
    def embedded(self) -> bool:
        """Whether the record lives in SQLite files of this machine, for one process."""
        return self.database.startswith("sqlite:")

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def lane_key_path(self) -> Path:
        """The file of the key that wraps the peer lane's keys."""
        return Path(self.lane_key_file) if self.lane_key_file else self.folder / "lane.key"

    @property
    def estimate_key_path(self) -> Path:
        """The file of the key that signs estimates."""
        named = self.estimate_key_file
        return Path(named) if named else self.folder / "estimates.key"

    @property
    def serves_record(self) -> bool:
        """Whether this process serves the assured record."""
        return self.lane in ("record", "both")

    @property
    def serves_peer(self) -> bool:
        """Whether this process serves the peer lane."""
        return self.lane in ("peer", "both")


def manual() -> str:
    """The table of docs/settings.md."""
    return "\n".join(
        ["| variable | default | meaning |", "|---|---|---|", *map(_row, fields(Settings))]
    )


def _row(one: "Field[str]") -> str:
    default = f"`{one.metadata['default']}`" if one.metadata["default"] else "(empty)"
    return f"| `{one.metadata['variable']}` | {default} | {one.metadata['meaning']} |"


def _check_one_of(variable: str, value: str, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        raise UnusableSetting(variable, value, accepted="one of " + ", ".join(accepted))


def _check_address(variable: str, address: str) -> None:
    try:
        place_of(address, "record")
    except ValueError:
        # A misspelt address may hold a password: its value is not repeated.
        raise UnusableSetting(
            variable, "***", accepted="sqlite:FOLDER or a postgresql:// address"
        ) from None

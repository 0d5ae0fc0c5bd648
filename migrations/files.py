"""The numbered SQL files of a store, each with the checksum of its bytes."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from migrations.places import Place, SqlitePlace

FOLDER = Path(__file__).parent
NUMBERED = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step forwards."""

    number: int
    name: str
    checksum: str
    sql: str


def migrations_of(place: Place, folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations of a store in their order; numbers run from 1 without a gap."""
    database = "sqlite" if isinstance(place, SqlitePlace) else "postgres"
    found = tuple(_read(path) for path in sorted((folder / database / place.store).glob("*.sql")))
    numbers = [migration.number for migration in found]
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"the migrations of {database}/{place.store} are numbered {numbers}")
    return found


def _read(path: Path) -> Migration:
    numbered = NUMBERED.fullmatch(path.name)
    if numbered is None:
        raise ValueError(f"{path.name} is not named like 0001_what_it_does.sql")
    content = path.read_bytes()
    checksum = hashlib.sha256(content).hexdigest()
    return Migration(int(numbered[1]), path.stem, checksum, content.decode("utf-8"))

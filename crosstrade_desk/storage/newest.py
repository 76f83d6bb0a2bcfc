"""How far the journal has come, kept in a small file beside it, so that a tail that was cut off is noticed.

Its last line names the newest link of the chain that is surely on the disk, and is written over as the chain grows.
When the journal no longer holds what that line names, the line stays for ever and a new one is begun below it.
It finds out nothing about somebody who rewrites or removes this file too.
"""

import os
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import holds
from crosstrade_desk.storage.files import private, why
from crosstrade_desk.storage.rows import MOST

ENDING: Final = "-newest"
_LINE: Final = re.compile(rb"(\d{16}) (\d{10}) ([0-9a-f]{64})\n")
_FILE: Final = re.compile(rb"(?:\d{16} \d{10} [0-9a-f]{64}\n)*[^\n]*")  # a line cut short in a power cut says nothing
_LENGTH: Final = 93
_MOST_LINKS: Final = 10**16 - 1
_DIGEST: Final = 32
_LONGEST: Final = 10_000 * _LENGTH


@dataclass(frozen=True, slots=True)
class Mark:
    """One line: the number of a link, how many rows the journal had by then, and the link's hash."""

    link: int
    rows: int
    digest: bytes

    def stands_in(self, connection: sqlite3.Connection) -> bool:
        """Whether the journal still holds this very link."""
        return holds(connection, self.link, self.digest)


def beside(journal: Path) -> Path:
    """Where the file of this journal is."""
    return journal.with_name(journal.name + ENDING)


def read_marks(journal: Path) -> tuple[Mark, ...] | Invalid | None:
    """The lines of the file, oldest first; None if there is no file. Blocks."""
    path = beside(journal)
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Invalid(f"{path.name} cannot be read. {why(error)}")
    return _marks(text) if _FILE.fullmatch(text) else Invalid(f"{path.name} was changed by another hand.")


def _marks(text: bytes) -> tuple[Mark, ...]:
    found = _LINE.findall(text)
    return tuple(Mark(int(link), int(rows), bytes.fromhex(digest.decode())) for link, rows, digest in found)


def newest(connection: sqlite3.Connection) -> Mark | None:
    """The newest link as it could be noted. Raises sqlite3.Error."""
    found = connection.execute(
        """SELECT id, (SELECT coalesce(max(id), 0) FROM intents WHERE id BETWEEN 1 AND ?), hash FROM links
           WHERE id BETWEEN 1 AND ? ORDER BY id DESC LIMIT 1""",
        (MOST, _MOST_LINKS),
    ).fetchone()
    return Mark(*found) if found and isinstance(found[2], bytes) and len(found[2]) == _DIGEST else None


def _made(path: str, flags: int) -> int:
    return private(path, flags | os.O_CREAT)


def note(journal: Path, mark: Mark, connection: sqlite3.Connection) -> None:
    """Writes the mark down, unless the file is further already. Raises OSError and sqlite3.Error. Blocks."""
    with open(beside(journal), "r+b", opener=_made, buffering=0) as file:
        marks = _marks(file.read(_LONGEST))
        last = marks[-1] if marks else None
        stands = last is not None and last.stands_in(connection)
        if last and stands and last.link >= mark.link:
            return
        file.seek((len(marks) - stands) * _LENGTH)
        file.write(f"{mark.link:016} {mark.rows:010} {mark.digest.hex()}\n".encode())
        if not stands:
            os.fsync(file.fileno())  # a line that is written over keeps its place on the disk; a new one may get lost

"""Reads the journal from beside: writes nothing into it, and works while the window writes."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final, Self

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import PARTS
from crosstrade_desk.storage.files import is_odd, why
from crosstrade_desk.storage.journal_file import connect, explain, foreign
from crosstrade_desk.storage.rows import MOST, SELECT, Row, lenient, row_of

# Stand in for the tables that a journal of a former schema does not have yet, by the schema they came with.
_NOT_YET: Final = {
    2: ("CREATE TEMP TABLE rules (id INTEGER PRIMARY KEY, rule TEXT)",),
    3: (
        "CREATE TEMP TABLE confirmed (id INTEGER PRIMARY KEY, session, at_us, settings)",
        "CREATE TEMP TABLE seals (id INTEGER PRIMARY KEY, link, rows, hash, at_us, mac)",
    ),
    4: (
        """CREATE TEMP TABLE cuts (id INTEGER PRIMARY KEY, row, link, hash, run, word, goal, archive, digest, kept,
           at_us, mac)""",
    ),
}
_TABLES: Final = frozenset({*PARTS, "links", "pending", "seals", "cuts"})
_VIEW: Final = Invalid(
    "The journal cannot be read: another hand put a view in place of a table, which may count for ever."
)
_ASLEEP: Final = "ro&immutable=1"  # of a disk that cannot be written: SQLite makes no files of its own beside it


class Reading:
    """One state of the journal, whatever is written meanwhile. `is_empty`: a file without tables.

    `fault`: why reading stopped before the end, or "".
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Raises sqlite3.Error."""
        (schema,) = connection.execute("PRAGMA user_version").fetchone()
        self.is_empty, self.has_chain = schema == 0, schema > 1
        for statement in chain.from_iterable(tables for since, tables in _NOT_YET.items() if schema < since):
            connection.execute(statement)
        self.connection = connection
        self.fault = ""

    def rows(self, since_us: int | None = None) -> Iterator[Row]:
        """The rows from that time on (UTC microseconds), oldest first, one in memory at a time. Blocks."""
        wanted = "" if since_us is None else "AND i.at_us >= ?"
        values = (MOST,) if since_us is None else (MOST, since_us)
        statement = f"{SELECT} WHERE i.id BETWEEN 1 AND ? {wanted} ORDER BY i.id"
        try:
            if not self.is_empty:
                yield from map(row_of, self.connection.execute(statement, values))
        except sqlite3.Error as error:
            self.fault = explain(error).message

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def open_to_read(path: Path, text: Callable[[bytes], str] = lenient) -> Reading | Invalid | None:
    """The journal for reading; None if there is none. `text` is how its texts are read. Blocks shortly."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Invalid(f"The journal cannot be read. {why(error)}")
    if is_odd(path):
        return Invalid(f"The journal cannot be read: {path.name} is no ordinary file.")
    opened = _try(path, "ro", text)
    if isinstance(opened, sqlite3.Error) and _rests(path):
        opened = _try(path, _ASLEEP, text)
    return explain(opened) if isinstance(opened, sqlite3.Error) else opened


def _try(path: Path, mode: str, text: Callable[[bytes], str]) -> Reading | Invalid | sqlite3.Error:
    try:
        return _open(path, mode, text)
    except sqlite3.Error as error:
        return error


def _rests(path: Path) -> bool:
    """Whether nobody can be writing the file, and all of it is in the file itself."""
    wal = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size)


def _open(path: Path, mode: str, text: Callable[[bytes], str]) -> Reading | Invalid:
    connection = connect(path, mode)
    connection.text_factory = text
    try:
        connection.execute("BEGIN")
        opened = foreign(connection) or _computed(connection) or Reading(connection)
    except sqlite3.Error:
        connection.close()
        raise
    if isinstance(opened, Invalid):
        connection.close()
    return opened


def _computed(connection: sqlite3.Connection) -> Invalid | None:
    """Why not even a row may be asked for: what stands for a table may be a question without an end."""
    views = {name.lower() for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")}
    return None if views.isdisjoint(_TABLES) else _VIEW

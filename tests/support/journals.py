"""What the journal's tests share: rows to write, opening, and a hand that goes past the program."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from crosstrade_desk.storage.chain import PARTS, link, teach
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.rows import Ending, Intent

INTENT = Intent(
    1_764_000_000_000_000, "LIVE", "PLACE", "Sim101,Sim102", "MES 12-26", "Buy 1", "key=••••;\ncommand=PLACE;"
)
ENDING = Ending("accepted", "The server said yes.", 200, '{"success": true}', 43_000)
BLOCKED = Ending(
    "blocked", "Not sent: the order before it has no answer yet. Wait for it; exits leave.", None, "", 0, "in flight"
)


def opened(path: Path) -> Journal:
    journal = open_journal(path)
    assert isinstance(journal, Journal), journal
    return journal


@contextlib.contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can do all that a program of SQLite's can, and add to the chain."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        teach(connection)
        yield connection


@contextlib.contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for which nothing is written down and nothing is forbidden. Afterwards all is as it was."""
    with raw(path) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in guards:
            connection.execute(statement)


def loosen(connection: sqlite3.Connection) -> None:
    """Takes everything off the tables that keeps another hand from changing them, for good."""
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_schema SET sql = replace(replace(sql, ' STRICT', ''), ' NOT NULL', '')")
    connection.execute("PRAGMA writable_schema = RESET")


def cut(connection: sqlite3.Connection, links: int) -> None:
    """Takes everything away that was written after so many links, and leaves nothing that does not fit."""
    for part in reversed(PARTS):
        gone = "SELECT row FROM links WHERE id > ? AND part = ?"
        connection.execute(f"DELETE FROM {part} WHERE id IN ({gone})", (links, part))
    connection.execute("DELETE FROM links WHERE id > ?", (links,))
    connection.execute("DELETE FROM pending")
    connection.execute("INSERT INTO pending SELECT id, session FROM intents WHERE id NOT IN (SELECT id FROM endings)")


def forge(connection: sqlite3.Connection) -> None:
    """Makes the chain anew over what stands there now, as somebody could who knows how it is made."""
    former = None
    for number, part, row in connection.execute("SELECT id, part, row FROM links ORDER BY id").fetchall():
        (record,) = connection.execute(f"SELECT * FROM {part} WHERE id = ?", (row,)).fetchall()
        former = link(former, part, *record)
        connection.execute("UPDATE links SET hash = ? WHERE id = ?", (former, number))

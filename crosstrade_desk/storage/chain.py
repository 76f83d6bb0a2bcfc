"""The chain over everything the journal holds: each link is a hash over the link before it and over what was written.

The format, for whoever checks it without this program. Link n of the table `links` names a table and the row that was
added to it. Its `hash` is SHA-256 over the hash of link n - 1 (nothing for the first), followed by a JSON array: the
table's name and the row's values in the order of its columns, as `json.dumps(..., separators=(",", ":"))` writes it. No
two different rows give the same text.

A trigger adds the link in the statement that adds the row, so that neither is ever there without the other, whichever
process writes.
"""

import hashlib
import json
import sqlite3
from typing import Any, Final

# The tables and their columns in their order. `origin` is one row: how many rows and runs were there before the chain.
PARTS: Final = {
    "origin": ("id", "rows", "runs"),
    "sessions": ("id", "pid"),
    "intents": ("id", "session", "at_us", "place", "command", "accounts", "instrument", "sentence", "wire"),
    "endings": ("id", "outcome", "sentence", "status", "answer", "elapsed_us"),
    "rules": ("id", "rule"),
    "confirmed": ("id", "session", "at_us", "settings"),
}
# Subqueries that each give one value: INSERT ... SELECT from the table it adds to goes by way of a temporary one, which
# costs an order 50 µs.
_LINKED: Final = """CREATE TRIGGER linked_{part} AFTER INSERT ON {part} BEGIN INSERT INTO links VALUES
    (NULL, '{part}', new.id, journal_link((SELECT hash FROM links ORDER BY id DESC LIMIT 1), '{part}', {values}));
    END"""
# A new encoder for the array and a new hash from OpenSSL, for each row, cost an order 40 µs after a pause.
_quoted = json.JSONEncoder().encode
_EMPTY: Final = hashlib.sha256()


def link(former: bytes | None, *what: object) -> bytes:
    """The hash of the link behind the one with the hash `former` (None: there is none) over a table's name and values.

    Values that are no text, number or null, which no row of ours holds, are no JSON and still unlike any other value.
    """
    digest = _EMPTY.copy()
    digest.update(former or b"")
    digest.update(f"[{','.join([_json(value) for value in what])}]".encode())
    return digest.digest()


def _json(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else "null" if value is None else str(value)


def linked(part: str) -> str:
    """The trigger that adds the link of what is added to this table."""
    return _LINKED.format(part=part, values=", ".join(f"new.{column}" for column in PARTS[part]))


def teach(connection: sqlite3.Connection) -> None:
    """Makes the hash known to a connection. Without it, nothing can be added to the journal."""
    connection.create_function("journal_link", -1, link)
    connection.execute("PRAGMA trusted_schema = ON")  # else some builds of SQLite call no function from a trigger


def exactly(raw: bytes) -> str:
    """Text of the file so that no two different texts become the same, whatever their bytes."""
    return raw.decode("utf-8", "surrogateescape")


def holds(connection: sqlite3.Connection, number: int, digest: bytes) -> bool:
    """Whether the journal still has this very link."""
    found: list[Any] = connection.execute("SELECT hash FROM links WHERE id = ?", (number,)).fetchall()
    return found == [(digest,)]

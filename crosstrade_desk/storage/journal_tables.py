"""The journal's tables, one step a schema. A step never changes once it was released, and costs the same at any length.

No step adds a column: newer versions of SQLite (3.49 does) then read every row of a STRICT table.
"""

import sqlite3
from typing import Final

from crosstrade_desk.storage.chain import linked

APPLICATION: Final = 0x43_54_44_4A  # "CTDJ": tells our file from another program's

# Without it SQLite keeps a text in a column of numbers. A file that was begun without it stays as it is.
_STRICT: Final = " STRICT" if sqlite3.sqlite_version_info >= (3, 37) else ""


def _for_ever(*tables: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER no_{verb}_{table} BEFORE {verb} ON {table} BEGIN SELECT raise(ABORT, 'rows stay'); END"
        for verb in ("UPDATE", "DELETE")
        for table in tables
    )


# Intents and endings are only ever added. `pending` names the intents without an ending, kept by triggers, so that
# opening costs the same however long the journal is.
_ROWS: Final = (
    f"CREATE TABLE sessions (id INTEGER PRIMARY KEY, pid INTEGER NOT NULL){_STRICT}",
    f"""CREATE TABLE intents (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, at_us INTEGER NOT NULL,
       place TEXT NOT NULL, command TEXT NOT NULL, accounts TEXT NOT NULL, instrument TEXT NOT NULL,
       sentence TEXT NOT NULL, wire TEXT NOT NULL){_STRICT}""",
    f"""CREATE TABLE endings (id INTEGER PRIMARY KEY REFERENCES intents (id), outcome TEXT NOT NULL,
       sentence TEXT NOT NULL, status INTEGER, answer TEXT NOT NULL, elapsed_us INTEGER NOT NULL){_STRICT}""",
    f"CREATE TABLE pending (id INTEGER PRIMARY KEY, session INTEGER NOT NULL){_STRICT}",
    """CREATE TRIGGER begun AFTER INSERT ON intents
       BEGIN INSERT INTO pending VALUES (new.id, new.session); END""",
    "CREATE TRIGGER ended AFTER INSERT ON endings BEGIN DELETE FROM pending WHERE id = new.id; END",
    *_for_ever("intents", "endings"),
    f"PRAGMA application_id = {APPLICATION}",
)
_CHAIN: Final = (
    f"""CREATE TABLE links (id INTEGER PRIMARY KEY, part TEXT NOT NULL, row INTEGER NOT NULL,
       hash BLOB NOT NULL){_STRICT}""",
    f"CREATE TABLE origin (id INTEGER PRIMARY KEY, rows INTEGER NOT NULL, runs INTEGER NOT NULL){_STRICT}",
    f"CREATE TABLE rules (id INTEGER PRIMARY KEY REFERENCES endings (id), rule TEXT NOT NULL){_STRICT}",
    *(linked(part) for part in ("origin", "sessions", "intents", "endings", "rules")),
    *_for_ever("links", "origin", "rules", "sessions"),
    """INSERT INTO origin VALUES (1, (SELECT coalesce(max(id), 0) FROM intents WHERE id BETWEEN 1 AND 2147483646),
       (SELECT coalesce(max(id), 0) FROM sessions))""",
)
# What the trader confirmed of the settings is in the chain; a seal is over the chain, so it cannot be.
_WITNESS: Final = (
    f"""CREATE TABLE confirmed (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, at_us INTEGER NOT NULL,
       settings TEXT NOT NULL){_STRICT}""",
    f"""CREATE TABLE seals (id INTEGER PRIMARY KEY, link INTEGER NOT NULL, rows INTEGER NOT NULL, hash BLOB NOT NULL,
       at_us INTEGER NOT NULL, mac BLOB NOT NULL){_STRICT}""",
    linked("confirmed"),
    *_for_ever("confirmed", "seals"),
)
# What was moved into an archive may be removed, and nothing else: the newest cut says up to where. A cut gives way only
# to a later one of the same archive.
_UP_TO: Final = {
    "intents": ("id", "row"),
    "endings": ("id", "row"),
    "rules": ("id", "row"),
    "sessions": ("id", "run"),
    "confirmed": ("id", "word"),
    "links": ("id", "link"),
    "seals": ("link", "link"),
}
_REMOVABLE: Final = """CREATE TRIGGER no_DELETE_{table} BEFORE DELETE ON {table}
    WHEN old.{number} > coalesce((SELECT {bound} FROM cuts ORDER BY id DESC LIMIT 1), 0)
    BEGIN SELECT raise(ABORT, 'rows stay'); END"""
_CUTS: Final = (
    f"""CREATE TABLE cuts (id INTEGER PRIMARY KEY, row INTEGER NOT NULL, link INTEGER NOT NULL, hash BLOB NOT NULL,
       run INTEGER NOT NULL, word INTEGER NOT NULL, goal INTEGER NOT NULL, archive TEXT NOT NULL, digest BLOB NOT NULL,
       kept TEXT NOT NULL, at_us INTEGER NOT NULL, mac BLOB NOT NULL){_STRICT}""",
    """CREATE TRIGGER no_UPDATE_cuts BEFORE UPDATE ON cuts BEGIN SELECT raise(ABORT, 'rows stay'); END""",
    """CREATE TRIGGER no_DELETE_cuts BEFORE DELETE ON cuts
       WHEN NOT EXISTS (SELECT 1 FROM cuts later WHERE later.id > old.id AND later.archive = old.archive)
       BEGIN SELECT raise(ABORT, 'rows stay'); END""",
    *(f"DROP TRIGGER no_DELETE_{table}" for table in _UP_TO),
    *(_REMOVABLE.format(table=table, number=number, bound=bound) for table, (number, bound) in _UP_TO.items()),
)
STEPS: Final = (_ROWS, _CHAIN, _WITNESS, _CUTS)
SCHEMA: Final = len(STEPS)


def bring_up(connection: sqlite3.Connection) -> None:
    """Takes the file from its schema, 0 if it is empty, to ours. Call it inside a transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA}")

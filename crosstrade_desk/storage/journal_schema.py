"""Whether the journal's tables, triggers and indexes are the ones this program makes, no other and none less.

A trigger that was swapped would keep new rows out of the chain, or change them after they were written.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from crosstrade_desk.protocol.problems import printable
from crosstrade_desk.storage.chain import teach
from crosstrade_desk.storage.journal_tables import STEPS

# `sqlite_stat1` and its like are what a clean-up tool leaves; they hold no rows of ours and do nothing.
_PARTS: Final = """SELECT type, name, sql FROM main.sqlite_master
    WHERE NOT (type = 'table' AND name GLOB 'sqlite_stat[0-9]')"""
Parts = dict[tuple[str, str], str]


def strange_part(connection: sqlite3.Connection) -> str:
    """A sentence that names the first part that is not as this program made it, or "". Some milliseconds at most.

    Raises sqlite3.Error. The file must be ours and of no newer version (`journal_file.foreign`).
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return next(_differences(_made_by(version), _parts(connection)), "")


def _differences(known: Parts, found: Parts) -> Iterator[str]:
    for kind, name in known:
        if (kind, name) not in found:
            yield f"The journal's {kind} {name} is missing: another hand removed it."
        elif found[kind, name] != known[kind, name]:
            yield f"The journal's {kind} {name} was changed by another hand."
    for kind, name in found:
        if (kind, name) not in known:
            what = f"{printable(kind)[:20]} {printable(name)[:60]}"
            yield f"The journal has the {what}, which this program did not make."


def _made_by(version: int) -> Parts:
    """The parts of a journal of this version."""
    model = sqlite3.connect(":memory:", isolation_level=None)
    try:
        teach(model)
        for step in STEPS[: max(version, 0)]:
            for statement in step:
                model.execute(statement)
        return _parts(model)
    finally:
        model.close()


def _parts(connection: sqlite3.Connection) -> Parts:
    return {(str(kind), str(name)): _plain(str(sql)) for kind, name, sql in connection.execute(_PARTS)}


def _plain(sql: str) -> str:
    """Without what SQLite's version decides: a table that was begun without STRICT stays so."""
    return " ".join(sql.split()).removesuffix(" STRICT")

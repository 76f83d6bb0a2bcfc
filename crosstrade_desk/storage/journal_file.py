"""The journal's file: opening it, and what an SQLite fault means in plain words."""

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import teach
from crosstrade_desk.storage.files import is_odd, private, set_aside, why
from crosstrade_desk.storage.journal_schema import strange_part
from crosstrade_desk.storage.journal_tables import APPLICATION, SCHEMA, bring_up
from crosstrade_desk.storage.newest import ENDING, read_marks
from crosstrade_desk.storage.sessions import Sessions

BUSY_S: Final = 0.5
_OPENING_S: Final = 3.0
_PAUSE_S: Final = 0.01
UNKNOWN: Final = "unknown"
DIED: Final = "The program ended before the answer came. Look in NinjaTrader before you send again."
_BESIDE: Final = ("-wal", "-shm")  # SQLite's own files
_MOST_SESSIONS: Final = 2**40
_OLDER_RUN: Final = "An older version of the program is running and writes this journal. End it, then start again."
_ANEW: Final = "Keep {0} and the files beside it as they are, elsewhere, and start again: a new one is begun."
_LESS: Final = "The journal is not as the last run left it: crosstrade-desk journal --verify names the first row."

_ENDLESS: Final = """FROM pending WHERE session IS ? AND EXISTS (SELECT 1 FROM intents WHERE intents.id = pending.id)
    AND NOT EXISTS (SELECT 1 FROM endings WHERE endings.id = pending.id)"""

_MEANING: Final = {
    sqlite3.SQLITE_FULL: "The disk is full.",
    sqlite3.SQLITE_BUSY: "Another program holds the journal.",
    sqlite3.SQLITE_LOCKED: "Another program holds the journal.",
    sqlite3.SQLITE_READONLY: "The journal may be read only, not written.",
    sqlite3.SQLITE_PERM: "The journal may be read only, not written.",
    sqlite3.SQLITE_CANTOPEN: "The journal file cannot be opened.",
    sqlite3.SQLITE_IOERR: "The disk did not take it.",
    sqlite3.SQLITE_CORRUPT: "The journal file is damaged.",
    sqlite3.SQLITE_NOTADB: "The journal file is damaged.",
    sqlite3.SQLITE_CONSTRAINT: "The row is not there, or has its ending already.",
}
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_HELD: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


@dataclass(frozen=True, slots=True)
class Opened:
    """An open journal file. `orphans` counts the rows of dead sessions that were given their ending just now."""

    connection: sqlite3.Connection
    sessions: Sessions
    session: int
    orphans: int
    notice: str = ""


def explain(error: sqlite3.Error) -> Invalid:
    """The fault in plain words, without the path or the text of the statement."""
    meaning = _MEANING.get(_code(error), f"The journal failed ({getattr(error, 'sqlite_errorname', 'no code')}).")
    return Invalid(meaning)


def _code(error: sqlite3.Error) -> int:
    # The low byte is the kind of fault, the rest its finer print. Faults of the Python module have no code.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection that commits each statement on its own. `mode` is SQLite's: ro or rw. Any one thread may use it."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        # Checkpoints wait for the disk, so no commit and no order may ever run into one by itself.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        teach(connection)
    except sqlite3.Error:  # a damaged file shows at the first statement
        connection.close()
        raise
    return connection


def open_file(path: Path) -> Opened | Invalid:
    """Opens or creates the file, setting a damaged one aside, and ends the rows of dead sessions.

    Blocks: some milliseconds, and 3 s if another program holds the file all the while.
    """
    opened = _patiently_opened(path)
    if not isinstance(opened, sqlite3.Error):
        return opened
    if _code(opened) not in _DAMAGED:
        return explain(opened)
    aside = set_aside(path, (*_BESIDE, ENDING))
    if isinstance(aside, Invalid):
        return aside
    fresh = _patiently_opened(path)
    if isinstance(fresh, sqlite3.Error):
        return explain(fresh)
    notice = f"The journal was damaged. It was set aside as {aside.name}, and a new one was begun."
    return fresh if isinstance(fresh, Invalid) else Opened(fresh.connection, fresh.sessions, fresh.session, 0, notice)


def _patiently_opened(path: Path) -> Opened | Invalid | sqlite3.Error:
    # SQLite itself does not wait for a file that another program turns to its write-ahead log just now.
    until = time.monotonic() + _OPENING_S
    while isinstance(opened := _try_open(path), sqlite3.Error) and _code(opened) in _HELD:
        if time.monotonic() > until:
            break
        time.sleep(_PAUSE_S)  # at the start, before a loop runs
    return opened


def _try_open(path: Path) -> Opened | Invalid | sqlite3.Error:
    for end in ("", *_BESIDE, ENDING, "-sessions"):
        if is_odd(path.with_name(path.name + end)):
            return Invalid(f"The journal cannot be opened: {path.name}{end} is no ordinary file.")
    try:
        _made_private(path)
        sessions = Sessions(path.with_name(path.name + "-sessions"))
    except OSError as error:
        return Invalid(f"The journal cannot be opened. {why(error)}")
    opened = _read_in(path, sessions)
    if not isinstance(opened, Opened):
        sessions.close()
    return opened


def _made_private(path: Path) -> None:
    # SQLite gives the files beside it the same mode. A file that is there is not opened: closing it again would let go
    # of the locks SQLite holds on it in this process.
    if not path.exists():
        os.close(private(str(path), os.O_RDWR | os.O_CREAT))
    path.chmod(0o600)


def _read_in(path: Path, sessions: Sessions) -> Opened | Invalid | sqlite3.Error:
    try:
        connection = connect(path)
    except sqlite3.Error as error:
        return error
    try:
        opened = foreign(connection) or _joined(path, connection, sessions)
    except sqlite3.Error as error:
        connection.close()
        return error
    except OSError as error:
        connection.close()
        return Invalid(f"The journal cannot be opened. {why(error)}")
    if isinstance(opened, Invalid):
        connection.close()
    return opened


def foreign(connection: sqlite3.Connection) -> Invalid | None:
    """Why the file is none that this version can read. Raises sqlite3.Error, for a damaged file too."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and application != APPLICATION:
        return Invalid("The journal file belongs to another program. It was left alone.")
    if version > SCHEMA:
        return Invalid("The journal is of a newer version of the program. It was left alone.")
    return None


def _altered(path: Path, connection: sqlite3.Connection) -> Invalid | None:
    """Why the file is none to write into. Raises sqlite3.Error."""
    found = strange_part(connection)
    return Invalid(f"{found} Nothing is written into it. {_ANEW.format(path.name)}") if found else None


def _joined(path: Path, connection: sqlite3.Connection, sessions: Sessions) -> Opened | Invalid:
    """One transaction: the tables that are not there yet, this session, and an ending for every row of a dead one."""
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    if _older_run_lives(connection, sessions):
        return Invalid(_OLDER_RUN)
    if altered := _altered(path, connection):
        return altered
    bring_up(connection)
    notice = _lost(path, connection)
    orphans = _end_orphans(connection, sessions)
    # A number may be held still by a run whose journal was set aside.
    while not sessions.hold(session := _next_session(connection)):
        continue
    connection.execute("COMMIT")
    return Opened(connection, sessions, session, orphans, notice)


def _older_run_lives(connection: sqlite3.Connection, sessions: Sessions) -> bool:
    """Whether a run that knows only an older schema has the journal open: its rows would not be in the chain."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version in (0, SCHEMA):
        return False
    runs = connection.execute("SELECT id FROM sessions").fetchall()
    return any(_can_be(run) and sessions.lives(run) for (run,) in runs)


def _lost(path: Path, connection: sqlite3.Connection) -> str:
    """A sentence if the journal no longer holds what was noted beside it."""
    marks = read_marks(path)
    if isinstance(marks, Invalid):
        return marks.message
    return _LESS if marks and not marks[-1].stands_in(connection) else ""


def _next_session(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("INSERT INTO sessions (pid) VALUES (?) RETURNING id", (os.getpid(),)).fetchone()
    return int(number)


def _end_orphans(connection: sqlite3.Connection, sessions: Sessions) -> int:
    waiting = connection.execute("SELECT DISTINCT session FROM pending").fetchall()
    dead = [session for (session,) in waiting if not _can_be(session) or not sessions.lives(session)]
    ended = 0
    for session in dead:
        ended += connection.execute(
            f"INSERT INTO endings SELECT id, ?, ?, NULL, '', 0 {_ENDLESS}", (UNKNOWN, DIED, session)
        ).rowcount
    return ended


def _can_be(session: object) -> bool:
    """Whether a run can have had this number: the file may have been written by another hand."""
    return isinstance(session, int) and 0 < session < _MOST_SESSIONS

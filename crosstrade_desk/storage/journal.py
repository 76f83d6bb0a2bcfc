"""The journal: what was about to be sent, written before it is sent, and what became of it.

Two threads beside the caller's. The writer owns the connection that writes; a commit is safe against a kill when it
returns. The keeper syncs to the disk after each commit, on a connection of its own: a sync has been seen to take half a
second, and the next order must not wait behind it.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.handover import deliver, deliver_bug
from crosstrade_desk.storage.journal_file import Opened, connect, explain, open_file
from crosstrade_desk.storage.journal_keeper import Keeper

T = TypeVar("T")
_ROW = """SELECT i.id, i.at_us, i.place, i.command, i.accounts, i.instrument, i.sentence, i.wire,
          e.outcome, e.sentence, e.status, e.answer, e.elapsed_us
          FROM intents i LEFT JOIN endings e ON e.id = i.id"""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be sent. `at_us`: UTC microseconds since 1970. `accounts`: commas between, "" is all. `wire`:
    masked."""

    at_us: int
    place: str
    command: str
    accounts: str
    instrument: str
    sentence: str
    wire: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of it. `status`: of HTTP, None without an answer. `elapsed_us`: microseconds
    it was on its way."""

    outcome: str
    sentence: str
    status: int | None
    answer: str
    elapsed_us: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal. Ids count up from 1 without gaps. No ending: it is on its way."""

    id: int
    intent: Intent
    ending: Ending | None


def open_journal(path: Path) -> "Journal | Invalid":
    """Opens the journal, or says why it cannot be. Blocks for some milliseconds whatever its length."""
    opened = open_file(path)
    if isinstance(opened, Invalid):
        return opened
    try:
        return Journal(path, opened)
    except sqlite3.Error as error:
        opened.connection.close()
        opened.sessions.close()
        return explain(error)


class Journal:
    """One open journal. `notice`: a sentence the trader should see once, or "". Reads stay on the opening thread."""

    def __init__(self, path: Path, opened: Opened) -> None:
        self.notice = opened.notice
        self._opened = opened
        self._reader = connect(path, "ro")
        self._keeper = Keeper(path)
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._closed = False
        self._writing = True
        self._writer = threading.Thread(target=self._write, name="journal writer", daemon=True)
        self._writer.start()

    def orphans(self) -> int:
        """How many rows of a run that died were given the outcome unknown when this journal was opened."""
        return self._opened.orphans

    async def begin(self, intent: Intent) -> int | Invalid:
        """Writes the intent and gives its id. When this returns, the row survives the death of the program.

        A row whose caller was cancelled while it waited stays without an ending.
        """
        return await self._ask(lambda connection: _insert_intent(connection, self._opened.session, intent))

    async def finish(self, row_id: int, ending: Ending) -> Invalid | None:
        """Writes the ending of a row, once."""
        return await self._ask(lambda connection: _insert_ending(connection, row_id, ending))

    def count(self) -> int:
        """How many rows there are. Costs the same for any number."""
        (last,) = self._reader.execute("SELECT coalesce(max(id), 0) FROM intents").fetchone()
        return int(last)

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        """Up to `count` rows, newest first, after leaving out the newest `newest_first_offset`.

        Costs the same anywhere. Raises sqlite3.Error if the disk fails while the program runs.
        """
        top = self.count() - newest_first_offset
        found = self._reader.execute(f"{_ROW} WHERE i.id BETWEEN ? AND ? ORDER BY i.id DESC", (top - count + 1, top))
        return [_row(values) for values in found]

    def row(self, row_id: int) -> Row | None:
        """The row, or None if there is no such row."""
        values = self._reader.execute(f"{_ROW} WHERE i.id = ?", (row_id,)).fetchone()
        return None if values is None else _row(values)

    async def close(self) -> None:
        """Writes what is waiting, makes it durable and lets go of the file. Later calls give an `Invalid`."""
        if self._closed:
            return
        self._closed = True
        self._reader.close()
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._jobs.put(lambda: self._let_go(gone))
        await gone
        self._writer.join()

    async def _ask(self, work: Callable[[sqlite3.Connection], T]) -> T | Invalid:
        if self._closed:
            return Invalid("The journal is closed.")
        future: asyncio.Future[T | Invalid] = asyncio.get_running_loop().create_future()
        self._jobs.put(lambda: self._do(work, future))
        return await future

    def _write(self) -> None:
        while self._writing:
            self._jobs.get()()

    def _let_go(self, gone: "asyncio.Future[None]") -> None:
        self._writing = False
        try:
            self._keeper.close()
            self._opened.connection.close()
            self._opened.sessions.close()
        finally:
            deliver(gone, None)

    def _do(self, work: Callable[[sqlite3.Connection], T], future: "asyncio.Future[T | Invalid]") -> None:
        try:
            deliver(future, work(self._opened.connection))
        except sqlite3.Error as error:
            deliver(future, explain(error))
        except Exception as error:  # noqa: BLE001 - a bug is raised where it was asked for, and the writer lives on
            deliver_bug(future, error)
        self._keeper.wake()


def _insert_intent(connection: sqlite3.Connection, session: int, intent: Intent) -> int:
    cursor = connection.execute(
        "INSERT INTO intents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", (session, *_storable(astuple(intent)))
    )
    return cast("int", cursor.lastrowid)


def _insert_ending(connection: sqlite3.Connection, row: int, ending: Ending) -> None:
    connection.execute("INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?)", (row, *_storable(astuple(ending))))


def _storable(values: tuple[object, ...]) -> tuple[object, ...]:
    # An answer may hold half of a surrogate pair ("\\ud800" in JSON), which is no UTF-8 and cannot be stored.
    return tuple(v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for v in values)


def _row(values: tuple[Any, ...]) -> Row:
    intent, ending = values[1:8], values[8:]
    return Row(values[0], Intent(*intent), None if ending[0] is None else Ending(*ending))

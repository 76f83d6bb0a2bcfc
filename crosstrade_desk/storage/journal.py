"""The journal: what was about to be sent, written before it is sent, and what became of it.

Two threads beside the caller's. The writer owns the connection that writes; a commit is safe against a kill when it
returns. The keeper syncs to the disk after each commit, on a connection of its own: a sync has been seen to take half a
second, and the next order must not wait behind it.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, TypeVar, cast

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.handover import deliver
from crosstrade_desk.storage.journal_file import Opened, connect, explain, open_file
from crosstrade_desk.storage.journal_keeper import Keeper

T = TypeVar("T")
_ROW = """SELECT i.id, i.at_us, i.place, i.command, i.accounts, i.instrument, i.sentence, i.wire,
          e.id, e.outcome, e.sentence, e.status, e.answer, e.elapsed_us
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


_INTENT_KINDS: Final = (int, str, str, str, str, str, str)
_ENDING_KINDS: Final = (str, str, int | None, str, int)
_MOST: Final = 2**31 - 2  # a table in the window has no more rows
_LATEST_US: Final = 32_503_680_000_000_000  # the year 3000: what every system's clock can show
_UNREADABLE: Final = "This row of the journal cannot be read."


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
    """One open journal. Reads stay on the opening thread, and never raise for what is in the file.

    `notice`: a sentence the trader should see once, or "". `fault`: the first reason why reading failed, or "".
    """

    def __init__(self, path: Path, opened: Opened) -> None:
        self.notice = opened.notice
        self.fault = ""
        self._opened = opened
        self._reader = connect(path, "ro")
        self._reader.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
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

        Whatever keeps the row from being written is an `Invalid`.
        A row whose caller was cancelled while it waited stays without an ending.
        """
        return await self._ask(lambda connection: _insert_intent(connection, self._opened.session, intent))

    async def finish(self, row_id: int, ending: Ending) -> Invalid | None:
        """Writes the ending of a row, once. Whatever keeps it from being written is an `Invalid`."""
        return await self._ask(lambda connection: _insert_ending(connection, row_id, ending))

    def count(self) -> int:
        """The number of the newest row; 0 if there is none, or none can be read. Costs the same for any number."""
        found = self._read("SELECT max(id) FROM intents WHERE id BETWEEN 1 AND ?", (_MOST,))
        return int(found[0][0] or 0) if found else 0

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        """Up to `count` rows, newest first, after leaving out the newest `newest_first_offset`.

        Costs the same anywhere. A row that cannot be read says so in its place.
        """
        top = self.count() - max(newest_first_offset, 0)
        if top < 1 or count < 1:
            return []
        low = max(top - count + 1, 1)
        found = self._read(f"{_ROW} WHERE i.id BETWEEN ? AND ? ORDER BY i.id DESC", (low, top))
        if found is None:
            return [self.row(number) or _blank(number) for number in range(top, low - 1, -1)]
        return [_row(values) for values in found]

    def row(self, row_id: int) -> Row | None:
        """The row, or None if there is no such row, or the disk does not give it."""
        found = self._read(f"{_ROW} WHERE i.id = ?", (row_id,)) if 1 <= row_id <= _MOST else None
        return _row(found[0]) if found else None

    def _read(self, statement: str, values: tuple[int, ...]) -> list[Any] | None:
        """What the statement gives; None after a fault, the first of which is kept in `fault`."""
        try:
            return self._reader.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self.fault = self.fault or explain(error).message
            return None

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

    async def _ask(self, work: Callable[[sqlite3.Connection], T | Invalid]) -> T | Invalid:
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

    def _do(self, work: Callable[[sqlite3.Connection], T | Invalid], future: "asyncio.Future[T | Invalid]") -> None:
        try:
            deliver(future, work(self._opened.connection))
        except sqlite3.Error as error:
            deliver(future, explain(error))
        except Exception as error:  # a bug: the order must hear of it, and the writer lives on
            logging.getLogger(__name__).exception("a fault of the journal's writer")
            deliver(future, Invalid(f"The journal failed ({type(error).__name__})."))
        self._keeper.wake()


def _insert_intent(connection: sqlite3.Connection, session: int, intent: Intent) -> int | Invalid:
    # SQLite's own choice would count on from any number another hand put into the file, and the window shows no such.
    cursor = connection.execute(
        """INSERT INTO intents SELECT (SELECT coalesce(max(id), 0) + 1 FROM intents WHERE id BETWEEN 1 AND ?),
           ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM intents WHERE id = ?)""",
        (_MOST, session, *_storable(astuple(intent)), _MOST),
    )
    if not cursor.rowcount:
        return Invalid("The journal is full: no number is left for a row.")
    return cast("int", cursor.lastrowid)


def _insert_ending(connection: sqlite3.Connection, row: int, ending: Ending) -> None:
    connection.execute("INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?)", (row, *_storable(astuple(ending))))


def _storable(values: tuple[object, ...]) -> tuple[object, ...]:
    # An answer may hold half of a surrogate pair ("\\ud800" in JSON), which is no UTF-8 and cannot be stored.
    return tuple(v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for v in values)


def _row(values: tuple[Any, ...]) -> Row:
    number, intent, ended, ending = values[0], values[1:8], values[8], values[9:]
    if not _fits(intent, _INTENT_KINDS):
        return _blank(number)
    at_us, *texts = intent
    read = Intent(min(max(at_us, 0), _LATEST_US), *texts)
    return Row(number, read, None if ended is None else _ending(ending))


def _ending(values: tuple[Any, ...]) -> Ending:
    return Ending(*values) if _fits(values, _ENDING_KINDS) else Ending("unknown", _UNREADABLE, None, "", 0)


def _fits(values: tuple[Any, ...], kinds: tuple[Any, ...]) -> bool:
    return all(isinstance(value, kind) for value, kind in zip(values, kinds, strict=True))


def _blank(number: int) -> Row:
    """Stands for a row that cannot be read."""
    return Row(
        number,
        Intent(at_us=0, place="?", command="?", accounts="", instrument="", sentence=_UNREADABLE, wire=""),
        Ending("unknown", _UNREADABLE, None, "", 0),
    )

"""The journal: what was about to be sent, written before it is sent, and what became of it.

Two threads beside the caller's. The writer owns the connection that writes; a commit is safe against a kill when it
returns. The keeper syncs to the disk after each commit, on a connection of its own: a sync has been seen to take half a
second, and the next order must not wait behind it.
"""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, TypeVar, cast

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.cuts import NO_CUT, Cut, Point, newest_cut
from crosstrade_desk.storage.cutting import Archived, announce, remove
from crosstrade_desk.storage.files import why
from crosstrade_desk.storage.findings import Broken
from crosstrade_desk.storage.handover import deliver
from crosstrade_desk.storage.journal_file import BUSY_S, Opened, connect, explain, open_file
from crosstrade_desk.storage.journal_keeper import Keeper
from crosstrade_desk.storage.rows import MOST, SELECT, Ending, Intent, Row, blank, lenient, row_of
from crosstrade_desk.storage.seals import HAS_SEALS, Kept, Seal, add_seal, missed

T = TypeVar("T")
# dataclasses.astuple copies each value, which costs an order 20 µs after a pause.
_VALUES: Final = {kind: attrgetter(*(field.name for field in fields(kind))) for kind in (Intent, Ending)}
_FULL: Final = Invalid("The journal is full: no number is left for a row.")


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
        self._reader.text_factory = lenient
        self._keeper = Keeper(path)
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._closed = False
        self._writing = self._patient = True
        self._writer = threading.Thread(target=self._write, name="journal writer", daemon=True)
        self._writer.start()

    def orphans(self) -> int:
        """How many rows of a run that died were given the outcome unknown when this journal was opened."""
        return self._opened.orphans

    async def begin(self, intent: Intent) -> int | Invalid:
        """Writes the intent and gives its id. When this returns, the row survives the death of the program.

        Whatever keeps the row from being written is an `Invalid`; a journal held by another program is one within 1 s.
        A row whose caller was cancelled while it waited stays without an ending.
        """
        return await self._ask(lambda connection: _insert_intent(connection, self._opened.session, intent))

    async def finish(self, row_id: int, ending: Ending) -> Invalid | None:
        """Writes the ending of a row, once. Whatever keeps it from being written is an `Invalid`."""
        return await self._ask(lambda connection: _end(connection, row_id, ending))

    async def note(self, intent: Intent, ending: Ending) -> int | Invalid:
        """Writes both in one step, for an attempt that ended before anything left: one that a guard blocked."""
        return await self._ask(lambda connection: _note(connection, self._opened.session, intent, ending))

    async def confirm(self, at_us: int, settings: str) -> Invalid | None:
        """Writes down what the trader confirmed of the settings. Whatever keeps it from being written is an `Invalid`.

        `at_us`: UTC microseconds since 1970.
        """
        return await self._ask(lambda connection: _confirm(connection, self._opened.session, at_us, settings))

    def confirmed(self) -> str | Invalid | None:
        """What was confirmed last; None if nothing ever was."""
        found = self._read("SELECT settings FROM confirmed ORDER BY id DESC LIMIT 1", ())
        if found is None:
            return Invalid(self.fault)
        return str(found[0][0]) if found else None

    async def seal(self, kept: Kept, at_us: int) -> Seal | Invalid | None:
        """Seals what was written until now; None if nothing new was. `at_us`: UTC microseconds since 1970."""
        return await self._ask(lambda connection: add_seal(connection, kept, at_us))

    async def announce(self, kept: Kept, archived: Archived, at_us: int) -> Cut | Invalid:
        """Notes an archive that the disk has. `at_us`: UTC microseconds since 1970."""
        return await self._ask(lambda connection: _announce(connection, kept, archived, at_us))

    async def remove(self, kept: Kept, point: Point, at_us: int) -> Cut | Invalid:
        """Removes what is before the point and in the announced archive, and moves the cut there, in one step."""
        return await self._ask(lambda connection: _remove(connection, kept, point, at_us))

    def cut(self) -> Cut:
        """The newest cut; `NO_CUT` if there is none, or none can be read."""
        try:
            return newest_cut(self._reader)
        except sqlite3.Error as error:
            self.fault = self.fault or explain(error).message
            return NO_CUT

    @property
    def session(self) -> int:
        """The number of this run."""
        return self._opened.session

    def sync(self) -> None:
        """Blocks until the disk has what was committed, or did not take it. For a thread beside the loop's."""
        try:
            self._keeper.sync_now()
        except OSError as error:
            logging.getLogger(__name__).warning("journal not synced: %s", why(error))

    def missed(self, kept: Kept) -> Broken | Invalid | None:
        """What is wrong from the newest seal in the keyring on; None if nothing is."""
        try:
            return missed(self._reader, kept)
        except sqlite3.Error as error:
            return explain(error)

    def has_seals(self) -> bool:
        """Whether it was ever sealed; a journal that cannot be read may have been."""
        found = self._read(HAS_SEALS, ())
        return found is None or bool(found[0][0])

    def count(self) -> int:
        """The number of the newest row; 0 if there is none, or none can be read. Costs the same for any number."""
        found = self._read("SELECT max(id) FROM intents WHERE id BETWEEN 1 AND ?", (MOST,))
        return int(found[0][0] or 0) if found else 0

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        """Up to `count` rows, newest first, after leaving out the newest `newest_first_offset`.

        Costs the same anywhere. A row that cannot be read says so in its place.
        """
        top = self.count() - max(newest_first_offset, 0)
        if top < 1 or count < 1:
            return []
        low = max(top - count + 1, 1)
        found = self._read(f"{SELECT} WHERE i.id BETWEEN ? AND ? ORDER BY i.id DESC", (low, top))
        if found is None:
            return [self.row(number) or blank(number) for number in range(top, low - 1, -1)]
        return [row_of(values) for values in found]

    def row(self, row_id: int) -> Row | None:
        """The row, or None if there is no such row, or the disk does not give it."""
        found = self._read(f"{SELECT} WHERE i.id = ?", (row_id,)) if 1 <= row_id <= MOST else None
        return row_of(found[0]) if found else None

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
        asked = time.monotonic()
        self._jobs.put(lambda: self._do(work, future, asked))
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

    def _do(
        self, work: Callable[[sqlite3.Connection], T | Invalid], future: "asyncio.Future[T | Invalid]", asked: float
    ) -> None:
        try:
            self._be_patient(time.monotonic() - asked < BUSY_S)
            deliver(future, work(self._opened.connection))
        except sqlite3.Error as error:
            deliver(future, explain(error))
        except Exception as error:  # a bug: the order must hear of it, and the writer lives on
            logging.getLogger(__name__).exception("a fault of the journal's writer")
            deliver(future, Invalid(f"The journal failed ({type(error).__name__})."))
        self._keeper.wake()

    def _be_patient(self, patient: bool) -> None:
        """Whether to wait for another program's lock. Those that queued behind one that waited have waited enough."""
        if patient != self._patient:
            self._opened.connection.execute(f"PRAGMA busy_timeout = {round(BUSY_S * 1000) if patient else 0}")
            self._patient = patient


def _insert_intent(connection: sqlite3.Connection, session: int, intent: Intent) -> int | Invalid:
    # SQLite's own choice would count on from any number another hand put into the file, and the window shows no such.
    try:
        cursor = connection.execute(
            """INSERT INTO intents VALUES ((SELECT min(coalesce(max(id), 0) + 1, ?) FROM intents
               WHERE id BETWEEN 1 AND ?), ?, ?, ?, ?, ?, ?, ?, ?)""",
            (MOST, MOST, session, *_storable(_VALUES[Intent](intent))),
        )
    except sqlite3.IntegrityError:
        if connection.execute("SELECT 1 FROM intents WHERE id = ?", (MOST,)).fetchone():
            return _FULL
        raise
    return cast("int", cursor.lastrowid)


def _insert_ending(connection: sqlite3.Connection, row: int, ending: Ending) -> None:
    *values, rule = _storable(_VALUES[Ending](ending))
    connection.execute("INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?)", (row, *values))
    if rule:
        connection.execute("INSERT INTO rules VALUES (?, ?)", (row, rule))


def _end(connection: sqlite3.Connection, row: int, ending: Ending) -> None:
    with _one_piece(connection) if ending.rule else nullcontext():  # one statement is one piece by itself, and faster
        _insert_ending(connection, row, ending)


def _confirm(connection: sqlite3.Connection, session: int, at_us: int, settings: str) -> None:
    connection.execute("INSERT INTO confirmed VALUES (NULL, ?, ?, ?)", (session, at_us, settings))


@contextmanager
def _one_piece(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _note(connection: sqlite3.Connection, session: int, intent: Intent, ending: Ending) -> int | Invalid:
    with _one_piece(connection):
        row = _insert_intent(connection, session, intent)
        if not isinstance(row, Invalid):
            _insert_ending(connection, row, ending)
        return row


def _announce(connection: sqlite3.Connection, kept: Kept, archived: Archived, at_us: int) -> Cut | Invalid:
    with _one_piece(connection):
        return announce(connection, kept, archived, at_us)


def _remove(connection: sqlite3.Connection, kept: Kept, point: Point, at_us: int) -> Cut | Invalid:
    with _one_piece(connection):
        return remove(connection, kept, point, at_us)


def _storable(values: tuple[object, ...]) -> tuple[object, ...]:
    # An answer may hold half of a surrogate pair ("\\ud800" in JSON), which is no UTF-8 and cannot be stored.
    return tuple([v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for v in values])

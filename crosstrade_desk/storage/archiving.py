"""Writes what is old in the journal into an archive: a journal by itself, whose chain goes on where the last one ended.

It is written under a name of its own beside the journal, each link is held against the one before it in the file that
was written, and the disk has it before the journal learns of it. Nothing is removed here.
"""

import errno
import hashlib
import os
import sqlite3
import threading
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.chain import PARTS, exactly
from crosstrade_desk.storage.cuts import Cut, Point, newest_cut
from crosstrade_desk.storage.cutting import Archived, Until, next_point
from crosstrade_desk.storage.files import is_odd, private, why
from crosstrade_desk.storage.findings import Broken, in_chain, in_numbers, in_open_rows, in_stays, stray
from crosstrade_desk.storage.journal_file import connect, explain
from crosstrade_desk.storage.journal_tables import bring_up

_ENDING: Final = "-cut"
_COPY: Final = """INSERT INTO main.{part} SELECT * FROM live.{part}
    WHERE id IN (SELECT row FROM live.links WHERE id > ? AND id <= ? AND part = '{part}')"""
_COPY_LINKS: Final = "INSERT INTO main.links SELECT * FROM live.links WHERE id > ? AND id <= ?"
_COPY_SEALS: Final = "INSERT INTO main.seals SELECT * FROM live.seals WHERE link > ? AND link <= ?"


def written_at(journal: Path) -> Path:
    """Where an archive is while it is being written."""
    return journal.with_name(journal.name + _ENDING)


class Archiving:
    """One archive that is being written. `rows`: how far it has come. Each step blocks for some milliseconds."""

    def __init__(self, journal: Path, until: Until) -> None:
        self._journal, self._until = journal, until
        self._path = written_at(journal)
        self._source: sqlite3.Connection | None = None
        self._target: sqlite3.Connection | None = None
        self._triggers: list[str] = []
        self._here = self._start = Point()
        self._turn = threading.Lock()  # a thread may still be in a step when it is given up

    @property
    def rows(self) -> int:
        """Up to which row it has come."""
        return self._here.row

    def step(self) -> bool | Archived | Invalid | None:
        """Writes the next piece. True: there is more; None: there was nothing that could be moved.

        After an `Invalid`, nothing is left of the file.
        """
        with self._turn:
            try:
                return self._step()
            except sqlite3.Error as error:
                found = explain(error)
            except OSError as error:
                found = Invalid(why(error))
            self._throw_away()
        return Invalid(f"No archive could be written. {found.message}")

    def give_up(self) -> None:
        """Takes away what was written. Any thread may call it; it waits for the step that is being taken."""
        with self._turn:
            self._throw_away()

    def _throw_away(self) -> None:
        self._close()
        with suppress(OSError):  # the disk that took nothing may not take this either
            self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        for connection in (self._source, self._target):
            if connection:
                connection.close()
        self._source = self._target = None

    def _step(self) -> bool | Archived | Invalid | None:
        if self._source is None or self._target is None:
            self._begin()
            return True
        point = next_point(self._source, self._here, self._until)
        if point is None:
            return self._finish(self._source, self._target)
        self._copy(self._target, point)
        if wrong := in_chain(self._target, self._here, point.link):
            return self._spoilt(wrong)
        self._here = point
        return True

    def _begin(self) -> None:
        self._path.unlink(missing_ok=True)  # of a run that died before it was complete
        os.close(private(str(self._path), os.O_RDWR | os.O_CREAT | os.O_EXCL))
        self._source = connect(self._journal, "ro")
        self._target = target = connect(self._path)
        target.text_factory = exactly
        target.execute("PRAGMA journal_mode = OFF").fetchone()  # a file that is not complete is thrown away
        target.execute("PRAGMA synchronous = OFF")
        target.execute("ATTACH ? AS live", (f"{self._journal.absolute().as_uri()}?mode=ro",))
        target.execute("BEGIN")
        bring_up(target)
        found = target.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'").fetchall()
        self._triggers = [sql for _, sql in found]
        for name, _ in found:
            target.execute(f"DROP TRIGGER main.{name}")
        target.execute("DELETE FROM main.origin")
        target.execute("DELETE FROM main.links")
        target.execute("INSERT INTO main.cuts SELECT * FROM live.cuts")
        target.execute("COMMIT")
        self._here = self._start = newest_cut(target).point

    def _copy(self, target: sqlite3.Connection, point: Point) -> None:
        span = (self._here.link, point.link)
        target.execute("BEGIN")
        for part in PARTS:
            target.execute(_COPY.format(part=part), span)
        target.execute(_COPY_LINKS, span)
        target.execute(_COPY_SEALS, span)
        target.execute("COMMIT")

    def _finish(self, source: sqlite3.Connection, target: sqlite3.Connection) -> Archived | Invalid | None:
        if self._here.row == self._start.row:
            self._throw_away()
            return None
        found = stray(target) or in_stays(target, newest_cut(target), all_of_it=False)
        if found := found or in_numbers(target, self._here.row) or in_open_rows(target):
            return self._spoilt(found)
        (at_us,) = target.execute("SELECT at_us FROM main.intents WHERE id = ?", (self._here.row,)).fetchone()
        taken = {name for (name,) in source.execute("SELECT archive FROM cuts")}
        for statement in self._triggers:
            target.execute(statement)
        self._close()
        return Archived(self._here.link, _free_name(self._journal, at_us, taken), _synced(self._path))

    def _spoilt(self, found: Broken) -> Invalid:
        self._throw_away()
        return Invalid(f"No archive was written: {found.sentence} crosstrade-desk journal --verify tells more.")


def _free_name(journal: Path, at_us: int, taken: set[str]) -> str:
    month = f"{journal.stem}-{datetime.fromtimestamp(at_us / 1_000_000, UTC):%Y-%m}"
    names = (f"{month}{f'-{n}' if n > 1 else ''}{journal.suffix}" for n in count(1))
    return next(it for it in names if it not in taken and not os.path.lexists(journal.with_name(it)))


def _synced(path: Path) -> bytes:
    """The SHA-256 of a file that the disk has then."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").digest()


def digest_of(path: Path) -> bytes:
    """The SHA-256 of a file. Blocks: some 2 s a GB. Raises OSError, of what is no file too: a pipe would never end."""
    if is_odd(path):
        raise OSError(errno.EINVAL, "It is no ordinary file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def put_in_place(journal: Path, cut: Cut) -> Invalid | None:
    """Gives the archive its name, if it has not got it yet. An `Invalid`: it is not there as the cut says. Blocks."""
    path, fresh = journal.with_name(cut.archive), written_at(journal)
    try:
        if not os.path.lexists(path) and digest_of(fresh) == cut.archive_digest:
            fresh.rename(path)
            _sync_folder(path.parent)
        if digest_of(path) == cut.archive_digest:
            return None
    except OSError as error:
        return Invalid(f"The archive {cut.archive} cannot be read. {why(error)} Nothing more is removed.")
    return Invalid(f"The archive {cut.archive} is not the one that was written. Nothing more is removed.")


def _sync_folder(folder: Path) -> None:
    """Makes a new name durable, where the system has that."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

"""Makes the journal's commits durable against a power cut, and notes how far they have come, off everybody's way.

It syncs the write-ahead file by itself, as SQLite would at each commit with synchronous FULL. A checkpoint would do
too, but the first commit after one begins that file anew and waits for the disk: twice the time, and long outliers.
So checkpoints are made seldom, to keep the file short.
"""

import logging
import os
import sqlite3
import threading
from pathlib import Path
from typing import Final

from crosstrade_desk.storage.files import why
from crosstrade_desk.storage.journal_file import connect, explain
from crosstrade_desk.storage.newest import newest, note

_PAUSE_S: Final = 0.01  # after a commit: until then an order leaves, which threads that are awake would hold up
_COMMITS_PER_CHECKPOINT: Final = 500
_SYNCS_PER_NOTE: Final = 50


class Keeper:
    """Syncs a moment after `wake`, in its own thread. A fault of the disk goes to the log file; the commits stand."""

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error if the file cannot be opened."""
        self._path = path
        self._connection = connect(path)
        self._wal = path.with_name(path.name + "-wal")
        self._due = threading.Event()
        self._ending = threading.Event()
        self._commits = 0
        self._unnoted = 0
        self._thread = threading.Thread(target=self._keep, name="journal keeper", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was committed. Returns at once."""
        self._commits += 1
        self._due.set()

    def sync_now(self) -> None:
        """Blocks until the disk has what was committed. Any thread may call it. Raises OSError."""
        # Any handle will do, and SQLite keeps its locks on other files. Windows flushes only what may be written.
        with self._wal.open("r+b") as file:
            os.fsync(file.fileno())

    def close(self) -> None:
        """Syncs what is left and ends the thread. Blocks until the disk has it."""
        self._ending.set()
        self._due.set()
        self._thread.join()
        self._connection.close()

    def _keep(self) -> None:
        while True:
            self._due.wait()
            self._ending.wait(_PAUSE_S)
            self._ending.wait(_PAUSE_S)
            self._due.clear()
            ending = self._ending.is_set()  # asked after the clearing: else an end that comes between the two is lost
            try:
                self._sync()
            except OSError as error:
                logging.getLogger(__name__).warning("journal not synced: %s", why(error))
            except sqlite3.Error as error:
                logging.getLogger(__name__).warning("journal not synced: %s", explain(error).message)
            if ending:
                return

    def _sync(self) -> None:
        mark = newest(self._connection)  # before the sync: what is noted must be on the disk, also after a power cut
        self.sync_now()
        self._unnoted += 1
        if mark and (self._unnoted >= _SYNCS_PER_NOTE or not self._due.is_set()):  # not in the midst of a burst
            note(self._path, mark, self._connection)
            self._unnoted = 0
        if self._commits >= _COMMITS_PER_CHECKPOINT:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._commits = 0

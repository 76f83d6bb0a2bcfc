"""Which runs of the program live. Each holds one byte of a file locked, and the system lets go of it when the run dies.

A process number would not do: after a restart of the machine it may be another program's.
"""

import os
import sys
from pathlib import Path

from crosstrade_desk.storage.files import private

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, byte: int) -> None:
        os.lseek(file, byte, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int, byte: int) -> None:
        os.lseek(file, byte, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int, byte: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)

    def _unlock(file: int, byte: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)


class Sessions:
    """One process's view of the lock file. Earlier sessions of the same process count as dead. Blocks shortly."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be opened."""
        self._file = private(str(path), os.O_RDWR | os.O_CREAT)

    def hold(self, session: int) -> bool:
        """Marks the session as living until `close` or the end of the process; false if another process holds it.

        Raises OSError on a file system without locks.
        """
        try:
            _lock(self._file, session)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def lives(self, session: int) -> bool:
        """Whether another process holds the session."""
        if not self.hold(session):
            return True
        _unlock(self._file, session)
        return False

    def close(self) -> None:
        """Lets go of the session."""
        os.close(self._file)

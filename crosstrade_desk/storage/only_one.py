"""One running program a data folder: a lock that the system lets go of when the program dies, however it dies.

A link named as the folder is refused when it is looked at. Who puts one there just after that is not found out: Windows
opens no file within an open folder, and nowhere is a socket bound in one, so the way by name stays. The folder above
belongs to the user alone, and a program of his could remove lock and socket all the same.
"""

from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.storage.files import why
from crosstrade_desk.storage.sessions import Sessions

_BYTE: Final = 0


def running_folder(data: Path) -> Path:
    """Where the running program keeps its lock, and the socket by which it is called."""
    return data / "running"


def hold_alone(data: Path) -> Sessions | Invalid | None:
    """Marks this process as the one that runs on `data`, until the lock is closed; None if another one is.

    An `Invalid` says why it cannot be found out. Blocks shortly. Call it once in a process: its second lock would be
    granted, and letting go of one lets go of both.
    """
    folder = running_folder(data)
    lock: Sessions | None = None
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink():
            return Invalid(f"Whether it runs already cannot be found out: {folder.name} is a link, not a folder.")
        folder.chmod(0o700)  # whatever the umask is, or was done to it since
        lock = Sessions(folder / "lock")
        if lock.hold(_BYTE):
            return lock
    except OSError as error:
        if lock:
            lock.close()
        return Invalid(f"Whether it runs already cannot be found out. {why(error)}")
    lock.close()
    return None

"""The file habits all of storage shares: private, whole or not at all, and nothing of the user's ever thrown away."""

import os
import stat
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from crosstrade_desk.protocol.problems import Invalid

LARGEST: Final = 1_000_000  # bytes of a file of the user's that is read whole: 50 MB of TOML take 5 s
_MOST_DOTS: Final = 1000  # in a line


def why(error: OSError) -> str:
    """The system's own words for a file fault, without the path."""
    return f"{error.strerror or type(error).__name__}."


def private(path: str, flags: int) -> int:
    """An `opener` for `open`: a file it creates can be read by its owner only (0600)."""
    return os.open(path, flags, 0o600)


def is_odd(path: Path) -> bool:
    """Whether something other than a file or nothing is there: opening a pipe would wait for its other end for ever."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def unfit(path: Path) -> str:
    """Why a file that is read whole is not even opened, or "". Raises OSError, FileNotFoundError if there is none."""
    if is_odd(path):
        return "It is no ordinary file."
    if path.stat().st_size > LARGEST:
        return "It is larger than 1 MB."
    with path.open("rb") as file:  # a key of thousands of parts takes the reader minutes
        return "A line has too many dots." if any(line.count(b".") > _MOST_DOTS for line in file) else ""


def write_whole(path: Path, content: bytes) -> Invalid | None:
    """Puts `content` in place of the file, or leaves the file as it was. Blocks until the disk has it (fsync)."""
    target = Path(os.path.realpath(path))  # a link to a file elsewhere stays a link
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)  # of a run that died with our number
        _fill(fresh, content)
        fresh.replace(target)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return Invalid(f"{path.name} could not be saved. {why(error)}")
    return None


def _fill(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def set_aside(path: Path, companions: tuple[str, ...] = ()) -> Path | Invalid:
    """Renames a damaged file to the first free `<name>.damaged-<n>`; the same for each `<name><companion>` there is.

    Gives the new path. Nothing is overwritten. Blocks.
    """
    free = next(name for n in count(1) if not os.path.lexists(name := path.with_name(f"{path.name}.damaged-{n}")))
    try:
        for end in companions:
            companion = path.with_name(path.name + end)
            if companion.exists():
                companion.rename(free.with_name(free.name + end))
        path.rename(free)
    except OSError as error:
        return Invalid(f"{path.name} could not be set aside. {why(error)}")
    return free

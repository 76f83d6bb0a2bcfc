"""How a system plays a WAV file without a sound library of ours. Everything here blocks: it runs in a thread.

Tried on Linux, with a stand-in for the player. Windows and macOS are written by their call tables and not run yet.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

if sys.platform == "win32":
    import winsound

LIMIT_S: Final = 3.0  # the longest sound takes half a second
PROGRAMS: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
    "darwin": (("afplay",),),
}


class Player(Protocol):
    """Plays one file at a time."""

    def play(self, sound: Path) -> bool:
        """Plays it to its end, or for `LIMIT_S`. Gives whether it could."""

    def stop(self) -> None:
        """Ends what is playing, and plays nothing more. Does not block."""


class Programs:
    """Plays by the first of the system's programs that can."""

    def __init__(self, found: Sequence[tuple[str, ...]]) -> None:
        """`found`: each with its whole path."""
        self._found = [*found]
        self._lock = Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def play(self, sound: Path) -> bool:
        for line in tuple(self._found):
            if self._run([*line, str(sound)]):
                self._found.sort(key=lambda one: one != line)  # the one that can is asked first from now on
                return True
        return False

    def _run(self, line: list[str]) -> bool:
        with self._lock:
            if self._stopped:
                return True
            try:
                # S603: the whole path of a player that PATH named, and a file of our own.
                self._running = child = subprocess.Popen(  # noqa: S603
                    line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            except OSError:
                return False
        try:
            return child.wait(LIMIT_S) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            child.kill()
            child.wait()
            self._running = None

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            running = self._running
        if running:
            with suppress(OSError):  # it ended meanwhile
                running.kill()


class Winsound:
    """Plays through Windows itself."""

    def play(self, sound: Path) -> bool:
        if sys.platform == "win32":
            try:
                winsound.PlaySound(str(sound), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
            except RuntimeError:
                return False
        return sys.platform == "win32"

    def stop(self) -> None:
        """The longest sound takes half a second: it may end by itself."""


def find(system: str = sys.platform) -> Player | None:
    """The player of this system; None if there is none."""
    if system == "win32":
        return Winsound()
    found = [(path, *rest) for name, *rest in PROGRAMS.get(system, ()) if (path := shutil.which(name))]
    return Programs(found) if found else None


def missing(system: str = sys.platform) -> str:
    """What is said where there is none."""
    names = [name for name, *_ in PROGRAMS.get(system, ())]
    return f"No player was found ({', '.join(names) or 'none is known here'}): sounds are silent."

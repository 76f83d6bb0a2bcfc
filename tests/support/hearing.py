"""Another program with the focus, and what it hears."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.screen import Screen, until

_PROGRAM = Path(__file__).with_name("hearing_program.py")


class Hearing:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.heard: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.heard.append(line.strip())

    @property
    def keys(self) -> list[str]:
        """The keys that reached it."""
        return [word for word in self.heard if word != "ready"]


@contextmanager
def hearing(screen: Screen) -> Iterator[Hearing]:
    """The other program, in front and with the focus."""
    with subprocess.Popen(
        [sys.executable, str(_PROGRAM)],
        env={**os.environ, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            made = Hearing(process)
            screen.window("^Another program$")
            until(lambda: "ready" in made.heard, "the other program to have the focus")
            yield made
        finally:
            process.kill()

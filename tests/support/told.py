"""Another process that tells what happens in it as JSON lines, and waiting for what it tells."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LIMIT_S = 60.0

Told = dict[str, Any]


class Telling:
    """A running program. `told` grows with each line it writes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.told: list[Told] = []
        self.process = process
        self._grown = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._grown:
                self.told.append(json.loads(line))
                self._grown.notify_all()
        with self._grown:
            self._ended = True
            self._grown.notify_all()

    def say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def of(self, what: str, since: int = 0) -> list[Told]:
        """All that was told of one kind, after the first `since` lines."""
        return [told for told in self.told[since:] if told["what"] == what]

    def until(self, seen: Callable[[], Any], what: str) -> Any:
        """Waits for a condition over what was told, and gives what it gives."""
        with self._grown:
            came = self._grown.wait_for(lambda: seen() or self._ended, LIMIT_S)
            found = seen()
        last = self.told[-5:]
        assert came, f"waited {LIMIT_S} s for {what}; it told last {last}"
        assert found, f"the program ended before {what}; it told last {last}"
        return found

    def first(self, what: str, since: int = 0) -> Told:
        """Waits for the first line of this kind after the first `since` lines."""
        found: list[Told] = self.until(lambda: self.of(what, since), what)
        return found[0]


@contextmanager
def telling(program: str, *words: str, env: Mapping[str, str] | None = None, errors: Path) -> Iterator[Telling]:
    """A program of this folder; what it complains of goes to the file `errors`."""
    path = f"{HERE.parent}{os.pathsep}{HERE.parents[1]}"
    with (
        errors.open("a") as complaints,
        subprocess.Popen(
            [sys.executable, "-W", "error", str(HERE / program), *words],
            env={**os.environ, "PYTHONPATH": path, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        ) as process,
    ):
        try:
            yield Telling(process)
        finally:
            process.kill()

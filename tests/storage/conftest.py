"""What the storage tests share: the loop they run on, and a child process that uses a store."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_ANSWER_LIMIT_S = 60  # for each call; one that hangs must fail its test


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class Child:
    """One process with one store. keyring chooses its back end once in a process, so each case needs its own."""

    def __init__(self, kind: str, env: dict[str, str], limit_s: float, loop: str, first: tuple[str, ...]) -> None:
        command = [sys.executable, "-W", "error", str(HERE / "keyring_child.py"), kind, str(limit_s), loop, *first]
        path = ":".join(filter(None, (str(HERE.parent), str(HERE.parents[1]), env.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            command,
            env=env | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ask(self, do: str, entry: str = "KEY", ending: str = "") -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, "entry": entry, "ending": ending}) + "\n")
        self.process.stdin.flush()
        limit = threading.Timer(_ANSWER_LIMIT_S, self.process.kill)
        limit.start()
        line = self.process.stdout.readline()
        limit.cancel()
        assert line, self.process.communicate()[1]
        answer: dict[str, Any] = json.loads(line)
        return answer

    def state(self, do: str, entry: str = "KEY", ending: str = "") -> str:
        return str(self.ask(do, entry, ending)["state"])

    def end(self, within_s: float = 20) -> str:
        """Lets the process end by itself and gives what it wrote to stderr, "" if all is well."""
        _, errors = self.process.communicate(timeout=within_s)
        assert self.process.returncode == 0, errors
        return errors

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    """Makes children; those still there at the end of the test are killed."""
    with ExitStack() as stack:

        def make(
            kind: str, env: dict[str, str], *first: str, limit_s: float = 20, loop: str = "asyncio", **extra: str
        ) -> Child:
            markers = {name: word for name, word in os.environ.items() if name.startswith("DESK_TEST_")}
            return stack.enter_context(closing(Child(kind, env | markers | extra, limit_s, loop, first)))

        yield make

"""The practice exchange as a child process of the window: it starts with it, and ends with it however that ends."""

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any, Final

from crosstrade_desk.protocol.endpoint import parse_endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret, parse_key

_STOP_LIMIT_S: Final = 5.0
# Windows only, 0 elsewhere: no console window, and no share in the parent's Ctrl+C.
_FLAGS: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


class Child:
    """A running practice exchange. `url` and `key` are what a sender needs, `api` is for reading back."""

    def __init__(self, process: subprocess.Popen[bytes], drain: threading.Thread, first: Mapping[str, str]) -> None:
        self._process = process
        self._drain = drain
        self.url = first["url"]
        self.api = first["api"]
        self.key = Secret(first["key"])

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, limit_s: float = _STOP_LIMIT_S) -> None:
        """Ends the process, gently for `limit_s` and then by force. Blocks; harmless when repeated."""
        _stop(self._process, self._drain, limit_s)


def start_child(executable_args: Sequence[str], limit_s: float = 15) -> Child | Invalid:
    """Starts `<executable_args> practice` as a child and waits until it is ready. Blocks for `limit_s` at most."""
    try:
        process = subprocess.Popen(  # noqa: S603 (our own program)
            [*executable_args, "practice", "--json", "--with-parent"],
            stdin=subprocess.PIPE,  # held open as long as we live: its end is the child's end
            stdout=subprocess.PIPE,
            creationflags=_FLAGS,
            start_new_session=True,  # Ctrl+C in the terminal is for the window, which ends its child itself
        )
    except OSError as error:
        return Invalid(f"The practice exchange cannot be started: {error.strerror or error}.")
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    drain = threading.Thread(target=_drain, args=(process.stdout, lines), daemon=True, name="practice output")
    drain.start()
    first = _first(lines, limit_s)
    if not isinstance(first, Invalid):
        return Child(process, drain, first)
    _stop(process, drain, 0)
    return first


def _first(lines: "queue.SimpleQueue[bytes]", limit_s: float) -> Mapping[str, str] | Invalid:
    try:
        line = lines.get(timeout=limit_s)
    except queue.Empty:
        return Invalid(f"The practice exchange was not ready within {limit_s:g} s.")
    if not line:
        return Invalid("The practice exchange ended before it was ready.")
    return _checked(line)


def _checked(line: bytes) -> Mapping[str, str] | Invalid:
    try:
        found: Any = json.loads(line)
    except ValueError:
        found = None
    named = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in ("url", "key", "api"))
    if not named or any(isinstance(x, Invalid) for x in (parse_endpoint(found["url"]), parse_key(found["key"]))):
        return Invalid("The practice exchange did not say where it is.")
    return {str(name): str(value) for name, value in found.items()}


def _drain(output: IO[bytes], lines: "queue.SimpleQueue[bytes]") -> None:
    """Hands over the first line and drops the others: a child whose output nobody reads would block."""
    lines.put(output.readline())
    for _ in output:
        continue


def _stop(process: subprocess.Popen[bytes], drain: threading.Thread, limit_s: float) -> None:
    if process.stdin is not None:
        with suppress(OSError):  # a child already gone breaks the pipe
            process.stdin.close()
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    drain.join(_STOP_LIMIT_S)
    if process.stdout is not None and not drain.is_alive():
        process.stdout.close()

"""The practice exchange as a child process of the window: it starts with it, and ends with it however that ends."""

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Final, cast

from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret, parse_key

_STOP_LIMIT_S: Final = 5.0
_LONGEST: Final = 16_384
# Windows only, 0 elsewhere: no console window, and no share in the parent's Ctrl+C.
_FLAGS: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the child says of itself in its first line."""

    endpoint: Endpoint
    key: Secret
    api: str


class Child:
    """A running practice exchange. `endpoint` and `key` are what a sender needs, `api` is for reading back."""

    def __init__(self, process: subprocess.Popen[bytes], tender: threading.Thread, place: "_Place") -> None:
        self._process = process
        self._tender = tender
        self.endpoint = place.endpoint
        self.key = place.key
        self.api = place.api

    @property
    def url(self) -> str:
        return self.endpoint.url

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, limit_s: float = _STOP_LIMIT_S) -> None:
        """Ends the process, gently for `limit_s` and then by force. Blocks; harmless when repeated.

        A child that died by itself needs no stopping: its pipes are closed when its output ends.
        """
        _stop(self._process, self._tender, limit_s)


def start_child(executable_args: Sequence[str], limit_s: float = 15) -> Child | Invalid:
    """Starts `<executable_args> practice` as a child and waits until it is ready. Blocks for `limit_s` at most.

    With Python, `executable_args` must hold `-P`: without it `-m` takes a module of the working folder first. That
    folder stays ours: another would change what a relative PYTHONPATH means.
    """
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
    tender = threading.Thread(target=_tend, args=(process, lines), daemon=True, name="practice output")
    tender.start()
    place = _first(lines, limit_s)
    if not isinstance(place, Invalid):
        return Child(process, tender, place)
    _stop(process, tender, 0)
    return place


def _first(lines: "queue.SimpleQueue[bytes]", limit_s: float) -> _Place | Invalid:
    try:
        line = lines.get(timeout=limit_s)
    except queue.Empty:
        return Invalid(f"The practice exchange was not ready within {limit_s:g} s.")
    if not line:
        return Invalid("The practice exchange ended before it was ready.")
    return _place(line) or Invalid("The practice exchange did not say where it is.")


def _place(line: bytes) -> _Place | None:
    """The place in the first line; None unless it is on this machine, and just what our own program would write."""
    if not line.endswith(b"\n"):
        return None  # more than `_LONGEST`, or cut off
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ("url", "key", "api")):
        return None
    endpoint, key = parse_endpoint(found["url"]), parse_key(found["key"])
    if isinstance(endpoint, Invalid) or endpoint.scheme != "http" or endpoint.url != found["url"]:
        return None  # plain http is let through for the loopback interface only
    if isinstance(key, Invalid) or key.reveal() != found["key"]:
        return None
    return _Place(endpoint, key, found["api"])


def _tend(process: subprocess.Popen[bytes], lines: "queue.SimpleQueue[bytes]") -> None:
    """Hands over the first line and drops what follows: a child whose output nobody reads would block.

    Lets go of the child when its output ends. Holds no more of it than `_LONGEST` at a time.
    """
    with cast("IO[bytes]", process.stdout) as output:
        lines.put(output.readline(_LONGEST))
        while output.read(_LONGEST):
            continue
    _close_input(process)
    process.wait()


def _close_input(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):  # a child already gone breaks the pipe
        cast("IO[bytes]", process.stdin).close()


def _stop(process: subprocess.Popen[bytes], tender: threading.Thread, limit_s: float) -> None:
    _close_input(process)
    try:
        process.wait(limit_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    tender.join(_STOP_LIMIT_S)

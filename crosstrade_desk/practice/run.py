"""The practice exchange as a program of its own: says where it is, logs each message, ends when told to."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TextIO

from crosstrade_desk.practice.faults import parse_wish
from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.practice.session import ACCOUNTS
from crosstrade_desk.practice.windows import parse_window
from crosstrade_desk.protocol.problems import Invalid, listed
from crosstrade_desk.protocol.secret import Secret, parse_key

_STDIN: Final = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of the exchange on the command line.

    `port` 0 takes any free one; without `key` it makes a new one; with `as_json` the first line is `{"url", "key",
    "api"}` instead of words; `until_stdin_closes` ends it with its parent. `window` (`9:30-16:00`, New York) and
    `fault` (such as `hang up` or `delay 12`) are texts as typed.
    """

    port: int = 0
    key: str | None = None
    as_json: bool = False
    until_stdin_closes: bool = False
    refusal_status: int = 200
    window: str = ""
    fault: str = ""


def run_practice(wanted: Wanted, out: TextIO, err: TextIO) -> int:
    """Runs the exchange until Ctrl+C, SIGTERM or, if asked, the end of standard input. Blocks; gives the exit code."""
    key = None if wanted.key is None else parse_key(wanted.key)
    window, wish = parse_window(wanted.window), parse_wish(wanted.fault)
    if isinstance(key, Invalid) or isinstance(window, Invalid) or isinstance(wish, Invalid):
        faults = (found for found in (key, window, wish) if isinstance(found, Invalid))
        err.write("".join(f"{fault.message}\n" for fault in faults))
        return 2
    lines = _Lines(out)
    server = PracticeServer(lines.log, wanted.refusal_status, window, wish)
    try:
        return asyncio.run(_run(server, wanted, key, lines, _Lines(err)))
    except KeyboardInterrupt:
        return 0  # Ctrl+C before the handlers were there


class _Lines:
    """Writes whole lines at once. A reader that has gone ends the exchange, and never an order in progress."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.on_lost: Callable[[], None] = lambda: None

    def write(self, text: str) -> None:
        encoding = self._out.encoding or "utf-8"
        try:
            self._out.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
            self._out.flush()
        except (OSError, ValueError):  # a broken pipe, or a closed file
            self.on_lost()

    def log(self, text: str) -> None:
        self.write(f"{datetime.now().astimezone():%H:%M:%S}  {text}")


async def _run(server: PracticeServer, wanted: Wanted, key: Secret | None, out: "_Lines", err: "_Lines") -> int:
    ended = asyncio.Event()
    out.on_lost = ended.set
    with _ends_on_signals(_waker(ended)):
        failed = await server.start(wanted.port, key)
        if failed is not None:
            err.write(failed.message)
            return 1
        if wanted.until_stdin_closes:
            threading.Thread(target=_await_stdin_end, args=(_waker(ended),), daemon=True).start()
        out.write(_as_json(server) if wanted.as_json else _as_words(server))
        await ended.wait()
        await server.stop()
    return 0


def _as_json(server: PracticeServer) -> str:
    return json.dumps({"url": server.url, "key": server.key.reveal(), "api": server.api})


def _as_words(server: PracticeServer) -> str:
    return (
        f"Practice exchange with the accounts {listed(ACCOUNTS)}. Nothing leaves this computer.\n"
        f"  Address  {server.url}\n"
        f"  Key      {server.key.reveal()}\n"
        "Give the ticket, or any other client, this address and this key, and trade. Ctrl+C ends the exchange."
    )


def _waker(ended: asyncio.Event) -> Callable[[], None]:
    loop = asyncio.get_running_loop()

    def wake() -> None:
        with suppress(RuntimeError):  # the loop is closed: it has ended already
            loop.call_soon_threadsafe(ended.set)

    return wake


def _await_stdin_end(wake: Callable[[], None]) -> None:
    # os.read, not sys.stdin: a thread that waits inside sys.stdin holds its lock and breaks the end of the interpreter.
    with suppress(OSError):  # no standard input at all: nobody is there to wait for
        while os.read(_STDIN, 4096):
            continue
    wake()


@contextmanager
def _ends_on_signals(wake: Callable[[], None]) -> Iterator[None]:
    # signal.signal, not add_signal_handler: the latter does not exist on Windows.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: wake()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

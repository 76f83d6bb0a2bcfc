"""The practice exchange as a program of its own: says where it is, logs each message, ends when told to."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final, TextIO

from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.practice.session import ACCOUNTS
from crosstrade_desk.protocol.problems import Invalid, listed
from crosstrade_desk.protocol.secret import Secret, parse_key

_STDIN: Final = 0


def run_practice(port: int, key: str | None, as_json: bool, until_stdin_closes: bool, out: TextIO, err: TextIO) -> int:
    """Runs the exchange until Ctrl+C, SIGTERM or, if asked, the end of standard input. Blocks; gives the exit code.

    Args:
        port: 0 takes any free one.
        key: None makes a new one.
        as_json: The first line is `{"url", "key", "api"}` instead of words.
    """
    secret = None if key is None else parse_key(key)
    if isinstance(secret, Invalid):
        err.write(f"{secret.message}\n")
        return 2
    try:
        return asyncio.run(_run(port, secret, as_json, until_stdin_closes, _Lines(out), _Lines(err)))
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


async def _run(port: int, key: Secret | None, as_json: bool, until_stdin_closes: bool, out: _Lines, err: _Lines) -> int:
    ended = asyncio.Event()
    out.on_lost = ended.set
    server = PracticeServer(out.log)
    with _ends_on_signals(_waker(ended)):
        failed = await server.start(port, key)
        if failed is not None:
            err.write(failed.message)
            return 1
        if until_stdin_closes:
            threading.Thread(target=_await_stdin_end, args=(_waker(ended),), daemon=True).start()
        out.write(_as_json(server) if as_json else _as_words(server))
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

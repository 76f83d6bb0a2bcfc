"""The way to the running program on Windows: a named pipe that only this user may open, through Qt.

Not run on Windows by its makers. The tests run it on Linux, where Qt makes a socket of it: all but the pipe and its
rights.
"""

import asyncio
import hashlib
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from crosstrade_desk.calling.talk import (
    LINE_LIMIT,
    NO_TEXTS,
    TIME_LIMIT_S,
    Answer,
    NoAnswer,
    Start,
    Verbs,
    call_by,
    call_line,
    converse,
    read_answer,
)

_LOG: Final = logging.getLogger("crosstrade_desk.calling")
_Error = QLocalSocket.LocalSocketError
_GONE: Final = (_Error.ServerNotFoundError, _Error.ConnectionRefusedError)


def name_of(folder: Path) -> str:
    """The pipe's name: pipes of all users and folders share one space, so it is made from the whole path."""
    return f"crosstrade-desk-{hashlib.sha256(os.path.normcase(folder.resolve()).encode()).hexdigest()[:32]}"


class Door(QObject):
    """Where calls arrive, from `serve` on."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._name = name_of(folder)
        self._server: QLocalServer | None = None

    async def serve(self, verbs: Verbs, start: Start) -> None:
        """See `talk.Door`."""
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self._name):
            _LOG.warning("a second start will not find this window: %s", server.errorString())
            return

        def on_call() -> None:
            while (line := server.nextPendingConnection()) is not None:
                if start(_serve_one(line, verbs), "call") is None:
                    line.abort()

        server.newConnection.connect(on_call)
        self._server = server

    def close(self) -> None:
        """Takes no more calls."""
        if self._server:
            self._server.close()


async def _serve_one(line: QLocalSocket, verbs: Verbs) -> None:
    whole = asyncio.Event()
    line.readChannelFinished.connect(whole.set)
    line.disconnected.connect(whole.set)
    received = bytearray()

    def read() -> None:
        received.extend(bytes(line.read(LINE_LIMIT + 1 - len(received)).data()))
        if b"\n" in received or len(received) > LINE_LIMIT:
            whole.set()

    line.readyRead.connect(read)
    read()
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            await whole.wait()
        text, end, _more = bytes(received).partition(b"\n")
        await converse(text + end, verbs, line.write)
        line.disconnectFromServer()  # once it is written
    except TimeoutError:
        line.abort()
    finally:
        QTimer.singleShot(round(TIME_LIMIT_S * 1000), line, line.deleteLater)


def ask(
    folder: Path, verb: str, until: float, texts: Mapping[str, str] = NO_TEXTS, outcome_s: float = 0.0
) -> Answer | NoAnswer:
    """See `calling.unix.ask`."""
    line = QLocalSocket()
    line.connectToServer(name_of(folder))
    if not line.waitForConnected(_left_ms(until)):
        return NoAnswer.ABSENT if line.error() in _GONE else NoAnswer.SILENT
    line.write(call_line(call_by(verb, until, texts)))
    received = bytearray()
    found = _answer(line, received, until)
    if found is NoAnswer.UNTOLD:
        later = _answer(line, received, time.monotonic() + outcome_s)
        found = later if isinstance(later, Answer) else found
    line.abort()
    return found


def _answer(line: QLocalSocket, received: bytearray, until: float) -> Answer | NoAnswer:
    """The next answer; what came behind it stays in `received`."""
    while b"\n" not in received and len(received) <= LINE_LIMIT:
        if not line.bytesAvailable() and not line.waitForReadyRead(_left_ms(until)):
            break
        received += line.readAll().data()
    text, end, rest = bytes(received).partition(b"\n")
    received[:] = rest
    if text:
        return read_answer(text + end)
    return NoAnswer.SILENT if line.state() is QLocalSocket.LocalSocketState.ConnectedState else NoAnswer.ENDED


def _left_ms(until: float) -> int:
    return max(1, round((until - time.monotonic()) * 1000))

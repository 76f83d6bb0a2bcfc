"""Where the running program is called on Linux and macOS."""

import asyncio
import logging
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from crosstrade_desk.calling.talk import LINE_LIMIT, TIME_LIMIT_S, Start, Verbs, converse
from crosstrade_desk.calling.unix import SOCKET, reachable

MOST: Final = 8  # connections at a time: whoever floods the door must not use up the program's files
_AGAIN_S: Final = 0.2
_LOG: Final = logging.getLogger("crosstrade_desk.calling")


class Door:
    """Where calls arrive, from `serve` on. It holds a few connections at a time; more wait in the system's queue."""

    def __init__(self, folder: Path) -> None:
        """`folder` must exist and be this user's alone. Only the holder of its lock may open a door in it."""
        self._path = folder / SOCKET
        self._listening: socket.socket | None = None
        self._taking: object = None

    async def serve(self, verbs: Verbs, start: Start) -> None:
        """See `talk.Door`."""
        try:
            self._listening = listening = _listening(self._path)
        except OSError as error:
            _LOG.warning("a second start will not find this window: %s", error)
            return
        self._taking = start(_take(listening, verbs, start), "take calls one by one")

    def close(self) -> None:
        """Takes no more calls, and leaves no socket behind."""
        if isinstance(self._taking, asyncio.Task):
            self._taking.cancel()
        if self._listening:
            asyncio.get_running_loop().remove_reader(self._listening.fileno())
            self._listening.close()
            self._listening = None
            with suppress(FileNotFoundError):
                self._path.unlink()


async def _take(listening: socket.socket, verbs: Verbs, start: Start) -> None:
    places = asyncio.Semaphore(MOST)
    while True:
        await places.acquire()
        line = await _accepted(listening)
        if start(_serve_one(line, verbs, places), "call") is None:
            line.close()
            places.release()


async def _accepted(listening: socket.socket) -> socket.socket:
    while True:
        try:
            line, _ = await asyncio.get_running_loop().sock_accept(listening)
        except OSError as fault:
            _LOG.warning("a call could not be taken: %s", fault.strerror)
            await asyncio.sleep(_AGAIN_S)  # the process has no file left for it, and nothing tells when it has
        else:
            return line


def _listening(path: Path) -> socket.socket:
    _clear(path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with reachable(path) as address:
            made.bind(address)
        path.chmod(0o600)
        made.listen()
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


async def _serve_one(line: socket.socket, verbs: Verbs, places: asyncio.Semaphore) -> None:
    writer: asyncio.StreamWriter | None = None
    try:
        reader, writer = await asyncio.open_unix_connection(sock=line, limit=LINE_LIMIT)
        async with asyncio.timeout(TIME_LIMIT_S):
            text = await _whole_line(reader)
        await converse(text, verbs, writer.write)  # without a limit: what was begun is not broken off
        async with asyncio.timeout(TIME_LIMIT_S):
            await writer.drain()
    except (TimeoutError, OSError) as fault:
        _LOG.info("a call came to nothing: %s", type(fault).__name__)
    finally:
        (writer or line).close()
        places.release()


async def _whole_line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as cut_off:
        return cut_off.partial
    except asyncio.LimitOverrunError:
        return bytes(LINE_LIMIT + 1)


def _clear(path: Path) -> None:
    """Removes the socket of a run that was killed. Raises OSError if something else is there."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} is no socket.")
        path.unlink()

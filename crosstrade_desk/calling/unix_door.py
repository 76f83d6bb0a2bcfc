"""Where the running program is called on Linux and macOS."""

import asyncio
import logging
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from crosstrade_desk.calling.talk import LINE_LIMIT, TIME_LIMIT_S, Start, Verbs, answer_line, answered
from crosstrade_desk.calling.unix import SOCKET, reachable
from crosstrade_desk.protocol.problems import Invalid

_LOG: Final = logging.getLogger("crosstrade_desk.calling")
_WAITING: Final = 16


class Door:
    """Where calls arrive. From the start they queue in the system for some seconds; `serve` answers them."""

    def __init__(self, folder: Path) -> None:
        """Opens it in `folder`, which must exist. Raises OSError. Only the holder of the folder's lock may."""
        self._path = folder / SOCKET
        _clear(self._path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with reachable(self._path) as address:
                self._socket.bind(address)
            self._path.chmod(0o600)
            self._socket.listen(_WAITING)
            self._socket.setblocking(False)
        except OSError:
            self._socket.close()
            raise
        self._server: asyncio.Server | None = None

    async def serve(self, verbs: Verbs, start: Start) -> None:
        """See `talk.Door`."""

        def on_call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if start(_serve_one(reader, writer, verbs), "call") is None:
                writer.close()

        self._server = await asyncio.start_unix_server(on_call, sock=self._socket, limit=LINE_LIMIT)

    def close(self) -> None:
        """Takes no more calls, and leaves no socket behind."""
        with suppress(FileNotFoundError):
            self._path.unlink()
        if self._server:
            self._server.close()
        self._socket.close()


async def _serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, verbs: Verbs) -> None:
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            line = await _whole_line(reader)
        answer = await answered(line, verbs)  # without a limit: what was begun is not broken off
        writer.write(answer_line(answer))
        async with asyncio.timeout(TIME_LIMIT_S):
            await writer.drain()
    except (TimeoutError, OSError) as fault:
        _LOG.info("a call came to nothing: %s", type(fault).__name__)
    finally:
        writer.close()


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


def open_door(folder: Path) -> Door | Invalid:
    """Opens the way in, or says why it cannot be."""
    try:
        return Door(folder)
    except OSError as error:
        return Invalid(f"A second start will not find this window. {error.strerror or error}")

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

_LOG: Final = logging.getLogger("crosstrade_desk.calling")


class Door:
    """Where calls arrive, from `serve` on."""

    def __init__(self, folder: Path) -> None:
        """`folder` must exist and be this user's alone. Only the holder of its lock may open a door in it."""
        self._path = folder / SOCKET
        self._server: asyncio.Server | None = None

    async def serve(self, verbs: Verbs, start: Start) -> None:
        """See `talk.Door`."""

        def on_call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if start(_serve_one(reader, writer, verbs), "call") is None:
                writer.close()

        try:
            listening = _listening(self._path)
        except OSError as error:
            _LOG.warning("a second start will not find this window: %s", error)
            return
        self._server = await asyncio.start_unix_server(on_call, sock=listening, limit=LINE_LIMIT, start_serving=False)
        await self._server.start_serving()  # apart, so that one cancelled here can be closed

    def close(self) -> None:
        """Takes no more calls, and leaves no socket behind."""
        if self._server:
            self._server.close()
            with suppress(FileNotFoundError):
                self._path.unlink()


def _listening(path: Path) -> socket.socket:
    _clear(path)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with reachable(path) as address:
            made.bind(address)
        path.chmod(0o600)
    except OSError:
        made.close()
        raise
    return made


async def _serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, verbs: Verbs) -> None:
    try:
        async with asyncio.timeout(TIME_LIMIT_S):
            line = await _whole_line(reader)
        await converse(line, verbs, writer.write)  # without a limit: what was begun is not broken off
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

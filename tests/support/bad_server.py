"""A real server on the loopback interface that behaves badly on purpose, in a thread and loop of its own.

It is given one behaviour a connection, in order; the last one serves all further connections.
"""

import asyncio
import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Got:
    """One request as its very bytes."""

    head: bytes
    body: bytes

    @property
    def line(self) -> bytes:
        return self.head.split(b"\r\n", 1)[0]

    @property
    def headers(self) -> dict[bytes, bytes]:
        pairs = (line.split(b": ", 1) for line in self.head.split(b"\r\n")[1:] if line)
        return {name.lower(): value for name, value in pairs}


class Connection:
    """One accepted connection."""

    def __init__(self, server: "BadServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self._reader, self._writer = server, reader, writer

    async def request(self) -> Got:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        got = Got(head, await self._reader.readexactly(int(length[1])) if length else b"")
        self.server.requests.append(got)
        return got

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()
        await asyncio.sleep(0)  # draining alone may never let the loop learn that the other side is gone

    async def close(self) -> None:
        self._writer.close()

    async def reset(self) -> None:
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Behaviour = Callable[[Connection], Awaitable[None]]


class BadServer:
    """Runs within `with`. `requests` holds each request in order of arrival, `connections` counts the accepted ones."""

    def __init__(
        self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None, at: tuple[str, int] = ("127.0.0.1", 0)
    ) -> None:
        self._behaviours, self._tls, self._at = behaviours, tls, at
        self.requests: list[Got] = []
        self.connections = 0
        self.idle = threading.Event()  # set by behaviours that are done with their connection
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    @property
    def posts(self) -> list[Got]:
        return [got for got in self.requests if got.line.startswith(b"POST ")]

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)
        assert not self._thread.is_alive()

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop.set_exception_handler(lambda _loop, _context: None)  # broken handshakes are the point
        server = await asyncio.start_server(self._accept, *self._at, ssl=self._tls, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        behaviour = self._behaviours[min(self.connections, len(self._behaviours)) - 1]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                await behaviour(Connection(self, reader, writer))
                self.idle.set()
            finally:
                self._tasks.discard(task)
                writer.close()


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """The origin of a port that refuses: bound, but nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def page(status: int | str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answers(status: int, body: bytes, *headers: str) -> Behaviour:
    """Answers every request of the connection, and HEAD with 200."""

    async def serve(connection: Connection) -> None:
        while True:
            got = await connection.request()
            is_head = got.line.startswith(b"HEAD ")
            await connection.write(page(200, b"") if is_head else page(status, body, *headers))

    return serve


def says(data: bytes) -> Behaviour:
    """Reads one request, writes these very bytes and hangs up."""

    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.write(data)

    return serve


def answers_once_then(then: Callable[[Connection], Awaitable[None]]) -> Behaviour:
    """Answers one request well, then does something else to the idle connection."""

    async def serve(connection: Connection) -> None:
        got = await connection.request()
        await connection.write(page(200, b"" if got.line.startswith(b"HEAD ") else b'{"success": true}'))
        await asyncio.sleep(0.05)  # else the end arrives with the answer and the connection was never idle
        await then(connection)

    return serve


def drips(head: bytes, gap_s: float = 0.05) -> Behaviour:
    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.write(head)
        while True:
            await asyncio.sleep(gap_s)
            await connection.write(b"x")

    return serve


async def silence(connection: Connection) -> None:
    """Accepts and never reads."""
    await asyncio.sleep(60)


async def read_then_silence(connection: Connection) -> None:
    while True:
        await connection.request()


async def reset_first(connection: Connection) -> None:
    await connection.reset()


async def reset_after(connection: Connection) -> None:
    await connection.request()
    await connection.reset()


async def hang_up_first(connection: Connection) -> None:
    await connection.close()


async def hang_up_after(connection: Connection) -> None:
    await connection.request()

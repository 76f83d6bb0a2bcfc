"""One connection, for one request at a time. What an answer says is read by h11."""

import asyncio
import select
import socket
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Final, Protocol, cast

import h11
import httpx

EARLY: Final = "early"  # of an answer: its head came before the request had left whole, and the rest never leaves
_LONGEST_HEAD: Final = 100 * 1024  # bytes of an answer before its body
_MOST_WAITING: Final = 512 * 1024  # bytes of an answer that nobody took yet
# Of an answer, which would hold the loop up otherwise: a chunk costs 10 µs, an interim answer with its headers 1 ms.
_MOST_PARTS: Final = 500
_BYTES_A_PART: Final = 256  # of its body, for each of which it may have one part more
_INTERIM: Final = 50  # parts that an interim answer counts for
_LONGEST_REST_S: Final = 60.0  # after which a way may be gone without a word; `warm` looks more often than that


class NothingLeftError(OSError):
    """The connection was gone: the system took not one byte of the request."""


def head_of(method: str, target: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> h11.Request:
    """The head of a request. Raises httpx.LocalProtocolError."""
    try:
        return h11.Request(method=method, target=target, headers=list(headers))
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError("") from error


class Keeper(Protocol):
    """Whose connection it is."""

    def head_of(self, method: str, target: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> h11.Request:
        """What the function of this name gives; the same again costs nothing."""

    def keep(self, line: "Line") -> None:
        """Takes a connection back whose answer is over."""

    def note(self, line: "Line") -> None:
        """A connection stands."""

    def forget(self, line: "Line") -> None:
        """A connection is gone."""


class Line(asyncio.Protocol):
    """One connection. Bytes that come while nothing was asked end it: they would be read as the next order's answer."""

    _plain: asyncio.Transport
    _transport: asyncio.Transport  # the plain one, or TLS over it

    def __init__(self, lane: Keeper) -> None:
        self._lane = lane
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._is_open = False  # an answer is awaited or comes in
        self._is_whole = False  # it has come to its end
        self._is_early = False  # its head came before the request had left whole
        self._was_paused = False
        self._room = _MOST_PARTS * _BYTES_A_PART
        self.rests_since = _clocks()
        self._failure: Exception | None = None
        self._came: deque[h11.Response | bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = self._plain = cast("asyncio.Transport", transport)
        self._lane.note(self)

    def secured(self, transport: asyncio.Transport | None) -> None:
        """TLS stands on the connection."""
        if transport is None:
            raise NothingLeftError
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._is_open or self._is_whole:
            self.abort()
            return
        self._http.receive_data(data)
        self._take()
        if self._is_early or self._room < 0:
            self.abort()  # what has not left must not follow: nobody knows what this answers
            return
        if sum(len(part) for part in self._came if isinstance(part, bytes)) > _MOST_WAITING:
            self._was_paused = True
            self._transport.pause_reading()

    def eof_received(self) -> None:
        self._end(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error)
        self._lane.forget(self)
        if not self.gone.done():
            self.gone.set_result(None)

    def _end(self, error: Exception | None) -> None:
        if self._is_open and not self._is_whole and self._failure is None:
            if error:
                self._fail(httpx.ReadError(""))
            else:
                self._http.receive_data(b"")
                self._take()

    def _take(self) -> None:
        """Takes apart what came."""
        try:
            while not self._is_whole and (event := self._http.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if isinstance(event, h11.Response):
                    self._is_early = self._has_unsent
                    self._came.append(event)
                elif isinstance(event, h11.Data):
                    self._came.append(bytes(event.data))
                    self._room += len(event.data)
                self._is_whole = isinstance(event, h11.EndOfMessage | h11.ConnectionClosed)
                self._room -= _BYTES_A_PART * (_INTERIM if isinstance(event, h11.InformationalResponse) else 1)
                if self._room < 0:
                    self._fail(httpx.RemoteProtocolError(""))
                    break
        except h11.RemoteProtocolError:
            self._fail(httpx.RemoteProtocolError(""))
        self._wake()

    def _fail(self, failure: Exception) -> None:
        self._failure = failure
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    # What the lane and its requests call.

    @property
    def _is_ending(self) -> bool:
        return self._transport.is_closing() or self._plain.is_closing()  # TLS hears of it a step later

    @property
    def is_quiet(self) -> bool:
        """Whether it stands, and holds nothing that nobody asked for, not even in the system's hands.

        One that rested long, or over the computer's sleep, may be dead on the way: an exit would wait for its answer.
        """
        rested_s = max(now - since for now, since in zip(_clocks(), self.rests_since, strict=True))
        if self._is_ending or rested_s > _LONGEST_REST_S:
            return False
        return not _is_readable(self._transport.get_extra_info("socket"))

    def abort(self) -> None:
        """Ends it at once."""
        if not self._is_whole:
            self._fail(httpx.ReadError(""))
        self._transport.abort()

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """Writes the request and waits for the head of its answer."""
        try:
            await self._write(request)
            head = await self.next()
        except BaseException:
            self.abort()
            raise
        if not isinstance(head, h11.Response):
            raise httpx.RemoteProtocolError("")
        told = {EARLY: self._is_early}
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=_Body(self), extensions=told)

    async def _write(self, request: httpx.Request) -> None:
        asked = self._lane.head_of(request.method, request.url.raw_path, tuple(request.headers.raw))
        try:
            head = self._http.send(asked) or b""
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError("") from error
        self._is_open = True
        if self._is_ending:
            raise NothingLeftError
        # Head and text leave in one piece. Asking for the text is the promise that it may have left: see `NothingLeft`.
        async for part in cast("AsyncIterator[bytes]", request.stream):
            self._put(head + part, is_first=bool(head))
            self._http.send(h11.Data(data=part))
            head = b""
        if head:
            self._put(head, is_first=True)
        self._http.send(h11.EndOfMessage())

    def _put(self, data: bytes, *, is_first: bool) -> None:
        self._transport.write(data)
        if is_first and self._is_ending:
            raise NothingLeftError  # nothing waited before it, so the system refused it whole

    async def next(self) -> h11.Response | bytes | None:
        """What comes next of the answer; None at its end."""
        while not self._came:
            if self._failure:
                raise self._failure
            if self._is_whole:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        part = self._came.popleft()
        if self._was_paused and not self._came:
            self._transport.resume_reading()
        return part

    def over(self) -> None:
        """Nobody wants more of this answer: the connection is kept if it can carry another one."""
        if not self._is_open:
            return
        if self._can_go_on:
            self._http.start_next_cycle()
            self.rests_since = _clocks()
            self._lane.keep(self)
        else:
            self.abort()
        self._is_open = self._is_whole = False
        self._room = _MOST_PARTS * _BYTES_A_PART

    @property
    def _can_go_on(self) -> bool:
        surplus, _ended = self._http.trailing_data
        is_clean = self._is_whole and not surplus and not self._was_paused and not self._is_ending
        return is_clean and not self._is_early and self._http.our_state is self._http.their_state is h11.DONE

    @property
    def _has_unsent(self) -> bool:
        """Whether bytes of the request were not handed to the system yet, which took no more."""
        return bool(self._plain.get_write_buffer_size() or self._transport.get_write_buffer_size())


class _Body(httpx.AsyncByteStream):
    """The body of an answer, as it comes. No generator: qasync never ends one that is left half-way."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        part = await self._line.next()
        if part is None:
            raise StopAsyncIteration
        return cast("bytes", part)

    async def aclose(self) -> None:
        self._line.over()


def _clocks() -> tuple[float, float]:
    """In seconds, the wall's and the monotonic clock: one of them goes on while the computer sleeps, see `away`."""
    return time.time(), time.monotonic()


def _is_readable(sock: socket.socket) -> bool:
    """Whether the system holds bytes of the other side, or its end. Windows has no `poll`."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([sock], [], [], 0)[0])

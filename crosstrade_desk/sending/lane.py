"""Carries httpx's requests over connections of its own, each used again only after an answer that ended where it said.

httpcore's pool took half a millisecond from the call to the first byte: locks, events and a search for the library that
drives the loop. Here bytes are written in the step that asks for it.
"""

import asyncio
import errno
import re
import ssl
from functools import lru_cache
from typing import Final

import httpx

from crosstrade_desk.sending.line import Line, NothingLeftError, head_of

_HEADS: Final = 16
_MOST_IDLE: Final = 64
_KNOWN_S: Final = 1.0  # for an address that was reached before; a packet that got lost is sent again after as long
_SECOND_ADDRESS_S: Final = 0.25  # after which another address of the host is tried beside the first


class Lane(httpx.AsyncBaseTransport):
    """Connections to one host. Opens as many as are asked for at once, and repeats nothing.

    One that `remembers` goes where it was last, and looks the host's name up only if it comes nowhere there. Look-ups
    wait for threads that hundreds of entries may hold, and all of them where no name server answers.
    """

    def __init__(self, trust: ssl.SSLContext, *, remembers: bool = False) -> None:
        self._trust, self._remembers = trust, remembers
        self._address = ""
        self.head_of = lru_cache(_HEADS)(head_of)  # made anew, it cost an order 50 µs; goes with the lane: it is secret
        self._idle: list[Line] = []
        self._lines: set[Line] = set()
        self._is_closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Gives the head of the answer; its body comes by the stream, which has to be closed."""
        line = self._standing() or await self._open(request)
        return await line.exchange(request)

    def _standing(self) -> Line | None:
        """The connection that was used last and still stands; those that do not are closed."""
        while self._idle:
            line = self._idle.pop()
            if line.is_quiet:
                return line
            line.abort()
        return None

    async def _open(self, request: httpx.Request) -> Line:
        limit_s: float | None = request.extensions["timeout"]["connect"]
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        host = request.url.raw_host.decode().strip("[]")
        async with asyncio.timeout(limit_s):
            plain, line = await self._reached(port) or await self._looked_up(host, port)
        if plain.is_closing():  # nobody would hear of a handshake that begins on it
            raise NothingLeftError
        if request.url.scheme == "https":
            await self._secure(plain, line, host, limit_s)
        if self._remembers and not _is_address(host):
            self._address = _peer(plain)
        return line

    async def _reached(self, port: int) -> tuple[asyncio.Transport, Line] | None:
        """A connection to where this lane was last; None if it knows of none, or does not come there."""
        if address := self._address:  # kept meanwhile: exits at once do not wait for a look-up of one another
            try:
                async with asyncio.timeout(_KNOWN_S):
                    return await asyncio.get_running_loop().create_connection(lambda: Line(self), address, port)
            except OSError:
                self._forget(address)
        return None

    def _forget(self, address: str) -> None:
        """Nothing is there any more, or another host is: the next one looks the name up."""
        if self._address == address:
            self._address = ""

    async def _looked_up(self, host: str, port: int) -> tuple[asyncio.Transport, Line]:
        second_s = None if _is_address(host) else _SECOND_ADDRESS_S
        try:
            return await asyncio.get_running_loop().create_connection(
                lambda: Line(self), host, port, happy_eyeballs_delay=second_s
            )
        except OSError as error:
            raise _telling(error) from None

    async def _secure(self, plain: asyncio.Transport, line: Line, host: str, limit_s: float | None) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit_s):
                line.secured(await loop.start_tls(plain, line, self._trust, server_hostname=host))
        except BaseException:
            self._forget(_peer(plain))
            plain.abort()
            line.connection_lost(None)  # asyncio tells nobody of one that ends within its handshake
            raise

    def keep(self, line: Line) -> None:
        """Takes a connection back whose answer is over."""
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(line)
        else:
            line.abort()

    def note(self, line: Line) -> None:
        """A connection stands."""
        self._lines.add(line)
        if self._is_closed:
            line.abort()

    def forget(self, line: Line) -> None:
        """A connection is gone."""
        self._lines.discard(line)
        if line in self._idle:
            self._idle.remove(line)

    async def aclose(self) -> None:
        """Closes every connection, those that are being opened too. What is under way fails."""
        self._is_closed = True
        lines = list(self._lines)
        for line in lines:
            line.abort()
        if lines:
            await asyncio.wait([line.gone for line in lines])


def _peer(plain: asyncio.Transport) -> str:
    """The address it goes to; "" if it broke before anybody could ask."""
    name = plain.get_extra_info("peername")
    return str(name[0]) if name else ""


def _is_address(host: str) -> bool:
    """It is the only one then: asyncio's race between several would leave its socket open where it is cancelled."""
    return ":" in host or host.replace(".", "").isdigit()


def _telling(error: OSError) -> OSError:
    """The error, or if it only lists what became of several addresses: the first of those."""
    numbers = {int(number) for number in re.findall(r"\[Errno (\d+)\]", str(error))} if error.errno is None else set()
    told = errno.ECONNREFUSED if errno.ECONNREFUSED in numbers else min(numbers, default=0)
    return OSError(told, "") if told else error

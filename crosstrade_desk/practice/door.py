"""The way in to the practice exchange: who asks nothing makes room, so that no program can fill every place."""

import asyncio
from itertools import chain
from typing import Final, cast

from aiohttp import web

_PATIENCE_S: Final = 10.0
MOST: Final = 64  # connections at once; a ticket has three


class Door:
    """Makes the protocol of each new connection of `server`."""

    def __init__(self, server: web.Server, patience_s: float = _PATIENCE_S) -> None:
        self._server = server
        self._patience_s = patience_s
        # In the order in which they came: those that never asked anything, and those between two requests.
        self._silent: dict[asyncio.BaseProtocol, asyncio.TimerHandle] = {}
        self._resting: dict[asyncio.BaseProtocol, None] = {}

    def __call__(self) -> asyncio.BaseProtocol:
        """The protocol of one more connection, which has some seconds for its first request."""
        if not self._makes_room():
            return _TurnedAway()
        protocol = self._server()
        self._silent[protocol] = asyncio.get_running_loop().call_later(self._patience_s, self._show_out, protocol)
        return protocol

    def hear(self, request: web.Request) -> None:
        """Notes that a connection asks for something."""
        self._forget(request.protocol)

    def rest(self, request: web.Request) -> None:
        """Notes that a connection has had its answer."""
        self._resting[request.protocol] = None

    def _makes_room(self) -> bool:
        """Whether there is a place: if none is free, who has rested longest is shown out, the silent ones first."""
        here = self._server.connections
        for gone in (self._silent.keys() | self._resting.keys()) - set(here):
            self._forget(gone)
        idle = next(chain(self._silent, self._resting), None) if len(here) >= MOST else None
        if idle:
            self._show_out(idle)
        return idle is not None or len(here) < MOST

    def _show_out(self, protocol: asyncio.BaseProtocol) -> None:
        self._forget(protocol)
        cast("web.RequestHandler", protocol).force_close()

    def _forget(self, protocol: asyncio.BaseProtocol) -> None:
        if timer := self._silent.pop(protocol, None):
            timer.cancel()
        self._resting.pop(protocol, None)


class _TurnedAway(asyncio.Protocol):
    """A connection too many: closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).abort()

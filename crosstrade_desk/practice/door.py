"""The way in to the practice exchange: who asks nothing is shown out, so that no program can fill every place."""

import asyncio
from typing import Final, cast

from aiohttp import web

_PATIENCE_S: Final = 10.0
_MOST: Final = 64  # connections at once; a ticket has three


class Door:
    """Makes the protocol of each new connection of `server`."""

    def __init__(self, server: web.Server, patience_s: float = _PATIENCE_S) -> None:
        self._server = server
        self._patience_s = patience_s
        self._silent: set[asyncio.BaseProtocol] = set()

    def __call__(self) -> asyncio.BaseProtocol:
        """The protocol of one more connection, which has some seconds for its first request."""
        if len(self._server.connections) >= _MOST:
            return _TurnedAway()
        protocol = self._server()
        self._silent.add(protocol)
        asyncio.get_running_loop().call_later(self._patience_s, self._look, protocol)
        return protocol

    def hear(self, request: web.Request) -> None:
        """Notes that a connection has asked for something."""
        self._silent.discard(request.protocol)

    def _look(self, protocol: asyncio.BaseProtocol) -> None:
        if protocol in self._silent:
            self._silent.discard(protocol)
            cast("web.RequestHandler", protocol).force_close()


class _TurnedAway(asyncio.Protocol):
    """A connection too many: closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).abort()

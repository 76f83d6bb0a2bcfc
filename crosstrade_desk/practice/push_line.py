"""The one push connection of the practice exchange: a second one ends the first, as at CrossTrade."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from crosstrade_desk.practice.api import Api
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.stream import Goodbye, Stream

ELSEWHERE: Final = "Session active elsewhere"  # Source: field report of docs api/websocket-api
LONGEST: Final = 64 * 1024  # bytes of a message
_BEAT_S: Final = 20.0  # between two pings; whoever answers none within half of that is gone
_SEND_S: Final = 5.0  # whoever reads nothing for so long is gone
_CLOSE_S: Final = 1.0
_BREATH_S: Final = 0.05


class PushLine:
    """Serves one connection at a time. `advance` brings the exchange up to now before anything is told."""

    def __init__(self, exchange: Exchange, api: Api, advance: Callable[[], None], log: Callable[[str], None]) -> None:
        self._exchange, self._api = exchange, api
        self._advance, self._log = advance, log
        self._line: web.WebSocketResponse | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serves a connection whose key was looked at, until it ends or another one takes its place."""
        line = web.WebSocketResponse(
            timeout=_CLOSE_S, heartbeat=_BEAT_S, max_msg_size=LONGEST, compress=False, autoclose=True
        )
        await line.prepare(request)
        former, self._line = self._line, line
        if former:
            self._log("a second push connection came: the first was ended")
            await former.close(code=WSCloseCode.POLICY_VIOLATION, message=ELSEWHERE.encode())
        stream = Stream(self._exchange, self._api, time.monotonic())
        try:
            while not line.closed:
                await self._turn(line, stream)
        except (TimeoutError, ConnectionError):
            if request.transport:
                request.transport.abort()
        finally:
            if self._line is line:
                self._line = None
        return line

    async def _turn(self, line: web.WebSocketResponse, stream: Stream) -> None:
        """Pushes what is due, then takes one message if one comes before something is due again."""
        self._advance()
        for frame in stream.due(time.monotonic()):
            await _send(line, frame)
        wait_s = max(_BREATH_S, stream.next_at - time.monotonic())
        try:
            message = await line.receive(min(wait_s, _BEAT_S))
        except TimeoutError:
            return
        if message.type is WSMsgType.TEXT:
            self._advance()
            answer = stream.hear(message.data, time.monotonic())
            if isinstance(answer, Goodbye):
                await line.close(code=answer.code, message=answer.reason.encode())
            else:
                await _send(line, answer)
        elif message.type is WSMsgType.BINARY:
            await line.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"Text only")

    async def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._line:
            await self._line.close(code=WSCloseCode.GOING_AWAY, message=b"The exchange ends")


async def _send(line: web.WebSocketResponse, frame: str) -> None:
    async with asyncio.timeout(_SEND_S):
        await line.send_str(frame)

"""Asks the API, over connections that somebody else keeps warm. The only module here that knows httpx.

The secret joins the request at the last moment, and the request goes to the host it was given for and to no other.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, TypeVar, cast

import httpx

from crosstrade_desk import __version__
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.protocol.untrusted import Untrusted
from crosstrade_desk.readback.answers import MUCH, Failed, Trouble, answered
from crosstrade_desk.readback.retry_after import asked_pause, seconds
from crosstrade_desk.readback.routes import Ask, may_be_sent
from crosstrade_desk.readback.values import Value

LIMIT_S: Final = 20.0  # slow answers of 16 s were seen: field report, see Decisions
LONGEST: Final = 8 * 1024 * 1024  # bytes; 5,000 orders are 3 million
_LONGEST_SENTENCE: Final = 300

T = TypeVar("T", bound=Value)
InThread = Callable[..., Awaitable[Any]]
_log = logging.getLogger("crosstrade_desk.readback")


class Client:
    """Reads from the host of one webhook address. Belongs to one event loop; blocks nothing, and never raises.

    `transport` carries the requests; whoever gives it closes it. `in_thread` runs a function in a thread.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        secret: Secret,
        transport: httpx.AsyncBaseTransport,
        in_thread: InThread,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._endpoint, self._secret = endpoint, secret
        self._transport, self._in_thread, self._limit_s = transport, in_thread, limit_s

    async def read(self, ask: Ask[T]) -> T | Failed:
        """Asks once, for `limit_s` seconds at most. A cancellation passes."""
        request = self._request(ask)
        target = request.url.raw_path.decode()  # which httpx may have made another one of, such as with `..` in it
        if target != ask.target or not may_be_sent(request.method, target.partition("?")[0]):
            return Failed(Trouble.REFUSED)
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._exchange(request, ask)
        except TimeoutError:
            return Failed(Trouble.SLOW)
        except (httpx.RequestError, OSError):
            return Failed(Trouble.UNREACHABLE)
        except Exception as error:  # noqa: BLE001 - what cannot be read must stop nothing else
            _log.error("unforeseen %s while reading", type(error).__name__)  # by its class: its text may quote the key
            return Failed(Trouble.UNREACHABLE)

    def _request(self, ask: Ask[Any]) -> httpx.Request:
        url = self._origin.copy_with(raw_path=ask.target.encode())
        # The deadline bounds the rest; connecting has a limit of its own, as a handshake cut from outside leaks.
        limits = {"connect": self._limit_s / 4}
        bearer = (b"Authorization", b"Bearer " + self._secret.reveal().encode())
        return httpx.Request(ask.route.method, url, headers=[*self._headers, bearer], extensions={"timeout": limits})

    @cached_property
    def _origin(self) -> httpx.URL:
        return httpx.URL(self._endpoint.origin)

    @cached_property
    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"Host", self._origin.netloc),
            (b"User-Agent", f"CrossTradeDesk/{__version__}".encode()),
            (b"Accept", b"application/json"),
            (b"Content-Type", b"application/json"),
            (b"Accept-Encoding", b"identity"),
        ]

    async def _exchange(self, request: httpx.Request, ask: Ask[T]) -> T | Failed:
        response = await self._transport.handle_async_request(request)
        try:
            body = await _body(response)
        finally:
            await response.aclose()
        if body is None:
            return Failed(Trouble.UNREADABLE, "The answer is too long.", response.status_code)
        work = (answered, response.status_code, body, ask.route.parse, self._secret)
        found: T | Failed = await self._in_thread(*work) if len(body) > MUCH else answered(*work[1:])
        return self._told(found, response, body) if isinstance(found, Failed) else found

    def _told(self, failed: Failed, response: httpx.Response, body: bytes) -> Failed:
        """The failure with the server's words fit to be shown, and the pause it asks for."""
        retry, told = response.headers.get("Retry-After"), response.headers.get("Date")
        wait_s = asked_pause(retry, told, datetime.now(UTC)) or _asked_in(body)
        said = self._untrusted.line(failed.said, _LONGEST_SENTENCE)
        return Failed(failed.trouble, said, failed.status, wait_s if failed.trouble is Trouble.BUSY else None)

    @cached_property
    def _untrusted(self) -> Untrusted:
        return Untrusted(self._secret.reveal(), *self._endpoint.parts)


async def _body(response: httpx.Response) -> bytes | None:
    """The whole body; None if it is longer than any answer of CrossTrade's."""
    received = bytearray()
    async for chunk in cast("AsyncIterator[bytes]", response.stream):
        received += chunk
        if len(received) > LONGEST:
            break
    return bytes(received) if len(received) <= LONGEST else None


def _asked_in(body: bytes) -> int | None:
    """The pause that an answer's JSON asks for, as `retryAfter` or `details.retryAfter`. Source: docs api/tradovate."""
    try:
        found = json.loads(body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    details = found.get("details")
    named = (found, details if isinstance(details, dict) else {})
    return next(filter(None, (seconds(one.get("retryAfter")) for one in named)), None)

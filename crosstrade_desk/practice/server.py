"""The practice exchange on a port of the loopback interface. Sockets, clock and randomness live here, rules do not."""

import asyncio
import errno
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from aiohttp import web

from crosstrade_desk.practice import webhook
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.markets import price
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import Secret

_HOST: Final = "127.0.0.1"
_LONGEST_BODY: Final = 64 * 1024
_READ_LIMIT_S: Final = 10.0
_KEEP_ALIVE_S: Final = 120.0  # a ticket keeps its connection warm over pauses longer than a minute
_CLOSE_LIMIT_S: Final = 1.0
_BEAT_S: Final = 1.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _silent(_line: str) -> None:
    """Keeps no log."""


class PracticeServer:
    """One practice exchange behind real HTTP. Runs on the loop that starts it, and may be started once.

    Args:
        log: Is given one line for each message and for each fill between messages; it never holds the key.
        refusal_status: The status of what NinjaTrader refuses; CrossTrade's own is not documented.
    """

    def __init__(self, log: Callable[[str], None] = _silent, refusal_status: int = 200) -> None:
        self._log = log
        self._refusal_status = refusal_status
        self._beat: asyncio.TimerHandle | None = None
        self._path = f"/v1/send/{secrets.token_urlsafe(6)}/{secrets.token_urlsafe(16)}"
        app = web.Application(client_max_size=_LONGEST_BODY, middlewares=[self._guard])
        app.router.add_get("/", _alive)
        app.router.add_post(self._path, self._message)
        self._runner = web.AppRunner(
            app,
            handle_signals=False,
            access_log=None,  # it would hold the path, which is a credential
            keepalive_timeout=_KEEP_ALIVE_S,
            lingering_time=_CLOSE_LIMIT_S,
            shutdown_timeout=_CLOSE_LIMIT_S,
        )

    async def start(self, port: int = 0, key: Secret | None = None, seed: int | None = None) -> Invalid | None:
        """Opens the port and gives None, or says why it could not. Port 0: any free one."""
        self._key = key or Secret(secrets.token_urlsafe(24))
        self._began, self._clock = datetime.now(UTC), time.monotonic()
        self._exchange = Exchange(partial(price, secrets.randbits(64) if seed is None else seed), self._began)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, _HOST, port).start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            return Invalid(f"Port {port} cannot be opened: {_reason(error)}.")
        self._port = int(self._runner.addresses[0][1])
        return None

    @property
    def origin(self) -> str:
        return f"http://{_HOST}:{self._port}"

    @property
    def url(self) -> str:
        """The webhook address; its path is a credential."""
        return f"{self.origin}{self._path}"

    @property
    def api(self) -> str:
        """The base address for reading back."""
        return f"{self.origin}/v1/api"

    @property
    def key(self) -> Secret:
        return self._key

    async def stop(self) -> None:
        """Closes the port and every connection. Harmless when repeated."""
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
        await self._runner.cleanup()

    def _now(self) -> datetime:
        # A monotonic clock: a corrected or slept-over system clock would make the exchange walk hours at once.
        return self._began + timedelta(seconds=time.monotonic() - self._clock)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if why := self._foreign(request):
                raise web.HTTPForbidden(reason=why)
            return await handler(request)
        except web.HTTPException as error:
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return self._refused(error.status, error.reason, allowed)

    def _foreign(self, request: web.Request) -> str:
        # A page in a browser may reach this port, by its own requests or by a name that points here (DNS rebinding).
        if "Origin" in request.headers:
            return "Requests of web pages are not answered"
        known = {f"{name}:{self._port}" for name in (_HOST, "localhost", "[::1]")}
        return "" if request.headers.get("Host", "").lower() in known else "The Host header does not name this server"

    async def _message(self, request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(_READ_LIMIT_S):
                body = await request.read()
        except TimeoutError:
            late = self._refused(408, "The message did not arrive in time", {})
            late.force_close()
            return late
        kind = request.headers.get("Content-Type")
        found = webhook.answer(self._exchange, self._key, kind, body, self._now(), refusal_status=self._refusal_status)
        self._log("; ".join(found.log))
        self._keep_beating()
        return web.json_response(found.json_body, status=found.status)

    def _refused(self, status: int, why: str, headers: dict[str, str]) -> web.Response:
        self._log(f"refused with {status}: {why}")
        return web.json_response({"success": False, "error": why}, status=status, headers=headers)

    def _keep_beating(self) -> None:
        # Only while orders work: an idle exchange does not wake the machine.
        if self._beat is None and self._exchange.orders:
            self._beat = asyncio.get_running_loop().call_later(_BEAT_S, self._on_beat)

    def _on_beat(self) -> None:
        self._beat = None
        for event in self._exchange.advance(self._now()):
            self._log(event.text)
        self._keep_beating()


async def _alive(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="CrossTrade Desk practice exchange\n")


_REASONS: Final = {errno.EADDRINUSE: "another program uses it", errno.EACCES: "the system does not allow it"}


def _reason(error: OSError | OverflowError) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return _REASONS.get(number or 0) or str(error)

"""The practice exchange on a port of the loopback interface. Sockets, clock and randomness live here, rules do not."""

import asyncio
import errno
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, cast

from aiohttp import web

from crosstrade_desk.practice.api import Api, Asked, Told
from crosstrade_desk.practice.door import Door
from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.faults import Fault, ReadFault, Wish
from crosstrade_desk.practice.markets import price
from crosstrade_desk.practice.panel import Panel
from crosstrade_desk.practice.push_line import PushLine
from crosstrade_desk.practice.quiet import quiet_logger
from crosstrade_desk.practice.webhook import Answer, Held, Relay
from crosstrade_desk.practice.windows import Window
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
        refusal_status: The status of what is blocked or refused for its sense; CrossTrade's own is not documented.
        window: The trading window of the control panel.
        wish: The fault that each message meets which does not ask for one itself, or that reading meets.
    """

    def __init__(
        self,
        log: Callable[[str], None] = _silent,
        refusal_status: int = 200,
        window: Window | None = None,
        wish: Wish | ReadFault | None = None,
    ) -> None:
        self._log = log
        self._refusal_status = refusal_status
        self._window = window or Window()
        self._wish = wish if isinstance(wish, Wish) else None
        self._read_fault = wish if isinstance(wish, ReadFault) else ReadFault.NONE
        self._beat: asyncio.TimerHandle | None = None
        self._listener: asyncio.Server | None = None
        self._path = f"/v1/send/{secrets.token_urlsafe(6)}/{secrets.token_urlsafe(16)}"
        app = web.Application(client_max_size=_LONGEST_BODY, middlewares=[self._guard])
        app.router.add_get("/", _alive)
        app.router.add_post(self._path, self._message)
        app.router.add_get("/v1/api/{path:.*}", self._read, allow_head=False)
        app.router.add_get("/ws/stream", self._push, allow_head=False)
        self._runner = web.AppRunner(
            app,
            handle_signals=False,
            access_log=None,  # it would hold the path, which is a credential
            logger=quiet_logger(log),
            keepalive_timeout=_KEEP_ALIVE_S,
            lingering_time=_CLOSE_LIMIT_S,
            shutdown_timeout=_CLOSE_LIMIT_S,
        )

    async def start(self, port: int = 0, key: Secret | None = None, seed: int | None = None) -> Invalid | None:
        """Opens the port and gives None, or says why it could not. Port 0: any free one."""
        self._key = key or Secret(secrets.token_urlsafe(24))
        self._began, self._clock = datetime.now(UTC), time.monotonic()
        exchange = Exchange(partial(price, secrets.randbits(64) if seed is None else seed), self._began)
        self._relay = Relay(exchange, self._key, Panel(self._window), refusal_status=self._refusal_status)
        self._api = Api(exchange, self._key, self._read_fault)
        self._pushing = PushLine(exchange, self._api, self._advance, self._log)
        await self._runner.setup()
        self._door = Door(cast("web.Server", self._runner.server))
        try:
            self._listener = await asyncio.get_running_loop().create_server(self._door, _HOST, port)
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            return Invalid(f"Port {port} cannot be opened: {_reason(error)}.")
        self._port = int(self._listener.sockets[0].getsockname()[1])
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
        if self._listener is not None:
            self._listener.close()
            await self._pushing.close()
        await self._runner.cleanup()
        if self._beat is not None:  # last: a message in progress may have set it
            self._beat.cancel()
            self._beat = None

    def _now(self) -> datetime:
        # A monotonic clock: a corrected or slept-over system clock would make the exchange walk hours at once.
        return self._began + timedelta(seconds=time.monotonic() - self._clock)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._door.hear(request)
        try:
            if why := self._foreign(request):
                raise web.HTTPForbidden(reason=why)
            return await handler(request)
        except web.HTTPException as error:
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return self._refused(error.status, error.reason, allowed)
        finally:
            self._door.rest(request)

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
        except ConnectionError:
            self._log("A message was cut off: its sender is gone")
            return web.Response()  # nobody is there to read it
        found = self._relay.receive(request.headers.get("Content-Type"), body)
        if isinstance(found, Answer):
            return self._answer(found)
        if found.wait_s:
            await asyncio.sleep(found.wait_s)
        if isinstance(found.wish, ReadFault):
            self._api.fault = found.wish
        wish = found.wish if isinstance(found.wish, Wish) else self._wish
        return await _ACTS[wish.fault](self, request, found, wish) if wish else self._answer(self._carried(found))

    async def _read(self, request: web.Request) -> web.StreamResponse:
        self._advance()
        path = request.rel_url.raw_path.removeprefix("/v1/api")
        asked = Asked(path, request.query, request.headers.get("Authorization", ""))
        return _told(self._api.answer(asked, time.monotonic()))

    async def _push(self, request: web.Request) -> web.StreamResponse:
        refused = self._api.denied(request.headers.get("Authorization", "")) or self._api.failing
        return _told(refused) if refused else await self._pushing.serve(request)

    def _carried(self, held: Held) -> Answer:
        answer = self._relay.carry_out(held, self._now())
        self._keep_beating()
        return answer

    def _answer(self, found: Answer) -> web.Response:
        self._log("; ".join(found.log))
        return web.json_response(found.json_body, status=found.status)

    # --- faults on request ---

    async def _refuse(self, _request: web.Request, held: Held, wish: Wish) -> web.StreamResponse:
        status, error = _REFUSALS.get(wish.fault, (self._refusal_status, "Refused, as asked"))
        return self._answer(self._relay.refuse(held.command, status, error))

    async def _drop(self, request: web.Request, held: Held, _wish: Wish) -> web.StreamResponse:
        return self._cut(request, self._relay.lose(held.command))

    async def _hang_up(self, request: web.Request, held: Held, _wish: Wish) -> web.StreamResponse:
        return self._cut(request, (*self._carried(held).log, "hung up, as asked"))

    def _cut(self, request: web.Request, log: tuple[str, ...]) -> web.StreamResponse:
        self._log("; ".join(log))
        if request.transport:
            request.transport.abort()
        return web.Response()  # nobody is there to read it

    async def _delay(self, _request: web.Request, held: Held, wish: Wish) -> web.StreamResponse:
        answer = self._carried(held)
        await asyncio.sleep(wish.seconds)
        return self._answer(replace(answer, log=(*answer.log, f"answered {wish.seconds} s late, as asked")))

    async def _break(self, _request: web.Request, held: Held, wish: Wish) -> web.StreamResponse:
        answer = self._carried(held)
        self._log("; ".join((*answer.log, f"answered with {wish.fault.value}, as asked")))
        status, text, kind = _BROKEN[wish.fault]
        return web.Response(status=status, text=text, content_type=kind)

    def _refused(self, status: int, why: str, headers: dict[str, str]) -> web.Response:
        self._log(f"refused with {status}: {why}")
        return web.json_response({"success": False, "error": why}, status=status, headers=headers)

    def _keep_beating(self) -> None:
        # Only while orders work: an idle exchange does not wake the machine.
        if self._beat is None and self._relay.exchange.orders:
            self._beat = asyncio.get_running_loop().call_later(_BEAT_S, self._on_beat)

    def _on_beat(self) -> None:
        self._beat = None
        self._advance()

    def _advance(self) -> None:
        for event in self._relay.exchange.advance(self._now()):
            self._log(event.text)
        self._keep_beating()


Act = Callable[[PracticeServer, web.Request, Held, Wish], Awaitable[web.StreamResponse]]
_ACTS: Final[dict[Fault, Act]] = {
    Fault.REFUSE: PracticeServer._refuse,
    Fault.OFFLINE: PracticeServer._refuse,
    Fault.BUSY: PracticeServer._refuse,
    Fault.DROP: PracticeServer._drop,
    Fault.HANG_UP: PracticeServer._hang_up,
    Fault.DELAY: PracticeServer._delay,
    Fault.BROKEN: PracticeServer._break,
    Fault.RUBBISH: PracticeServer._break,
}
_REFUSALS: Final = {
    Fault.OFFLINE: (408, "The NinjaTrader add-on is not connected"),
    Fault.BUSY: (429, "Rate limit exceeded"),
}
_BROKEN: Final = {
    Fault.BROKEN: (500, "Internal Server Error", "text/plain"),
    Fault.RUBBISH: (200, "<html><body>Welcome to the hotel's network</body></html>", "text/html"),
}


def _told(found: Told) -> web.Response:
    return web.Response(status=found.status, text=found.text, content_type=found.kind, headers=found.headers)


async def _alive(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="CrossTrade Desk practice exchange\n")


_REASONS: Final = {errno.EADDRINUSE: "another program uses it", errno.EACCES: "the system does not allow it"}


def _reason(error: OSError | OverflowError) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return _REASONS.get(number or 0) or str(error)

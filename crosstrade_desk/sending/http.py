"""The sender over HTTP, and the only module that joins the secret to the bytes.

It uses a transport of its own (`lane.py`) behind httpx's interface, not httpx's client: that adds 0.3 ms, cookies,
redirects and log lines with the address.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from typing import Final, cast

import httpx

from crosstrade_desk import __version__
from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.reply import LONGEST_ANSWER
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.sending.failures import report, why_not, why_unknown
from crosstrade_desk.sending.lane import Lane
from crosstrade_desk.sending.line import EARLY, NothingLeftError
from crosstrade_desk.sending.outcome import Link, LinkDown, LinkUp, NotSent, Outcome, Unknown
from crosstrade_desk.sending.verdict import LOOK, TOO_EARLY, Reader

_CLOSED: Final = "The connections are closed."


class HttpSender:
    """Carries messages to one webhook address. Belongs to the event loop that uses it first.

    `context` may be None for plain http only: an https address without it fails each handshake. `connect_limit_s`
    bounds reaching the server and, once more, agreeing on encryption; `answer_limit_s` all that follows the order text,
    with the delay that the message asks for on top.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: Secret,
        context: ssl.SSLContext | None,
        *,
        answer_limit_s: float = 10,
        connect_limit_s: float = 5,
    ) -> None:
        self._endpoint, self._key = endpoint, key
        self._answer_limit_s, self._connect_limit_s = answer_limit_s, connect_limit_s
        # Both steps of connecting and a little, so that the lane's own limits come first.
        self._leave_limit_s = 2 * connect_limit_s + 0.5
        self._reader = Reader(endpoint, key)
        self._closed = False
        trust = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody
        # Two lanes, so that entries which hang unanswered are never in an exit's way.
        self._entries, self._exits = Lane(trust), Lane(trust, remembers=True)
        self._spare = 0

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        """Carries `message` once; at most one copy of it ever leaves. Never raises, never blocks the loop.

        A cancelled send swallows the cancellation and returns at once: its journal row must be completed, and only this
        call knows whether the order text had begun to leave.
        """
        if self._closed:
            return NotSent(f"{_CLOSED} Nothing was sent.")
        parcel = _Parcel(self._answer_limit_s + message.command.delay_s, on_left)
        task = asyncio.current_task()
        cancels = task.cancelling() if task else 0
        try:
            async with asyncio.timeout(self._leave_limit_s) as parcel.deadline:
                parcel.text = message.wire(self._key)
                await self._exchange(self._exits if message.command.passes else self._entries, parcel)
        except asyncio.CancelledError as error:
            while task and task.cancelling() > cancels:  # else time limits later in this task would misread it
                task.uncancel()
            return self._failed(parcel, error)
        except Exception as error:  # noqa: BLE001 - the row needs the truth whatever it was; the unforeseen is logged
            return self._failed(parcel, error)
        return self._judged(parcel)

    async def _exchange(self, lane: httpx.AsyncBaseTransport, parcel: "_Parcel") -> None:
        response = await lane.handle_async_request(self._post(parcel))
        parcel.status, parcel.is_early = response.status_code, bool(response.extensions[EARLY])
        try:
            async for chunk in _chunks(response):
                parcel.received += chunk
                if parcel.too_long:
                    break
            parcel.complete = True
        finally:
            await response.aclose()

    def _post(self, parcel: "_Parcel") -> httpx.Request:
        length = (b"Content-Length", b"%d" % len(parcel.text))
        headers = [*self._headers, (b"Content-Type", b"text/plain"), length]
        return httpx.Request("POST", self._url, headers=headers, stream=parcel, extensions=self._limits)

    @cached_property
    def _url(self) -> httpx.URL:
        return httpx.URL(self._endpoint.url)

    @cached_property
    def _headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"Host", self._url.netloc),
            (b"User-Agent", f"CrossTradeDesk/{__version__}".encode()),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
        ]

    @cached_property
    def _limits(self) -> dict[str, object]:
        return {"timeout": {"connect": self._connect_limit_s}}  # the deadline bounds the rest

    def lend(self, at_once: int) -> httpx.AsyncBaseTransport:
        """The entries' lane, for reading over connections that stand; the exits' is not lent.

        Whoever borrows it asks `at_once` things at once at most: so many more connections are kept warm for entries.
        """
        self._spare = at_once
        return self._entries

    async def warm(self) -> Link:
        """Opens both lanes by `HEAD /`, or proves that they stand. Gives the slower time; as patient as connecting.

        Never raises but for a cancellation, which passes: no journal row waits for this.
        """
        if self._closed:
            return LinkDown(_CLOSED)
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(self._leave_limit_s):
                # No TaskGroup: one lane's failure would cancel the other's handshake, and that leaves its socket open.
                lanes = [self._exits, *[self._entries] * (1 + self._spare)]
                knocks = await asyncio.gather(*map(self._knock, lanes), return_exceptions=True)
        except TimeoutError as error:
            return LinkDown(self._why_not(error))
        failed = next((knock for knock in knocks if knock is not None), None)
        return LinkDown(self._why_not(failed)) if failed else LinkUp((time.perf_counter() - begun) * 1000)

    async def _knock(self, lane: httpx.AsyncBaseTransport) -> None:
        root = self._url.copy_with(raw_path=b"/")
        request = httpx.Request("HEAD", root, headers=self._headers, extensions=self._limits)
        response = await lane.handle_async_request(request)
        try:
            async for _ in _chunks(response):
                pass
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Closes the connections. A send under way ends as `Unknown`, a later one as `NotSent`. Never raises."""
        self._closed = True
        for lane in (self._entries, self._exits):
            await lane.aclose()

    # What became of it.

    def _failed(self, parcel: "_Parcel", error: BaseException) -> Outcome:
        if parcel.complete or parcel.too_long:  # only putting the connection away was cut short
            return self._judged(parcel)
        report(error)
        if not parcel.begun or isinstance(error, NothingLeftError):
            return NotSent(f"{self._why_not(error)} Nothing was sent.")
        return Unknown(
            f"{LOOK} {TOO_EARLY if parcel.is_early else why_unknown(error, parcel.answer_limit_s)}",
            self._reader.answer(parcel.status, bytes(parcel.received)) if parcel.status else None,
        )

    def _judged(self, parcel: "_Parcel") -> Outcome:
        try:
            judge = self._reader.early if parcel.is_early else self._reader.verdict
            return judge(parcel.status, bytes(parcel.received))
        except Exception as error:  # noqa: BLE001 - an answer is untrusted text, and the order behind it is real
            report(error)
            return Unknown(f"{LOOK} The answer could not be read.")

    def _why_not(self, error: BaseException) -> str:
        return why_not(error, self._endpoint.host, self._connect_limit_s)


class _Parcel(httpx.AsyncByteStream):
    """One order text on its way, and what came back. `begun` turns true before any byte of the text can leave."""

    def __init__(self, answer_limit_s: float, on_left: Callable[[], None]) -> None:
        self.text = b""
        self.begun = self.complete = self.is_early = False
        self.status = 0
        self.received = bytearray()
        self.deadline: asyncio.Timeout
        self.answer_limit_s, self._on_left = answer_limit_s, on_left

    @property
    def too_long(self) -> bool:
        return len(self.received) > LONGEST_ANSWER

    def __aiter__(self) -> AsyncIterator[bytes]:
        if self.begun:
            raise _TwiceError
        return self

    async def __anext__(self) -> bytes:
        if self.begun:
            self.deadline.reschedule(asyncio.get_running_loop().time() + self.answer_limit_s)
            self._on_left()
            raise StopAsyncIteration
        self.begun = True
        return self.text


class _TwiceError(Exception):
    """The library asked for the order text a second time. It does not get it."""


def _chunks(response: httpx.Response) -> httpx.AsyncByteStream:
    return cast("httpx.AsyncByteStream", response.stream)

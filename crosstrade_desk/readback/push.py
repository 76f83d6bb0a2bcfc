"""Quotes and profits without asking: keeps the push connection, and gives way where another program wants it.

CrossTrade allows a user one such connection; a second one ends the first. Whoever was thrown off does not come back by
itself, or two programs would throw each other off for ever. Source: field reports of docs api/websocket-api.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import random
from typing import Any, Final, Protocol

from crosstrade_desk.protocol.endpoint import Endpoint
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback import frames
from crosstrade_desk.readback.answers import MUCH, Failed
from crosstrade_desk.readback.frames import Frame
from crosstrade_desk.readback.patience import End, Ended, Patience
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.reader import News, Taker
from crosstrade_desk.readback.values import Profit, Profits, Value

PROFITS_MS: Final = 2000
CHANGE_S: Final = 3.0  # between two changes of what is subscribed: there are 20 a minute. Source: API overview
_TELL_S: Final = 0.2  # between two values of one kind at least, however many frames come: the window paints each
_REREAD_S: Final = 3.0

_log = logging.getLogger("crosstrade_desk.readback")
InThread = Callable[..., Awaitable[Any]]


class Wire(Protocol):
    """A connection that stands, see `line.py`."""

    async def say(self, message: str) -> None: ...
    async def hear(self) -> bytes | Ended: ...
    async def close(self) -> None: ...


Open = Callable[[Endpoint, Secret, ssl.SSLContext | None], Awaitable[Wire | Ended]]


def _library() -> Open:
    """Brings websockets along: 12 ms, in a thread and only where push is on."""
    from crosstrade_desk.readback.line import opened  # noqa: PLC0415 - not before it is needed

    return opened


class Push:
    """A `Feed` from the host of one webhook address."""

    def __init__(
        self,
        endpoint: Endpoint,
        secret: Secret,
        context: ssl.SSLContext | None,
        in_thread: InThread,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint, self._secret, self._context = endpoint, secret, context
        self._in_thread, self._clock = in_thread, clock
        self._patience = Patience()
        self._view = View()
        self._looked, self._asked_for = asyncio.Event(), asyncio.Event()

    def look(self, view: View) -> None:
        """Subscribes to the instrument that the trader looks at from now on."""
        self._view = view
        self._looked.set()

    def retry(self) -> None:
        """Connects again after it gave up: the trader asks for it."""
        self._patience.forget()
        self._asked_for.set()

    async def run(self, taker: Taker) -> None:
        """Connects, and again after a pause, until it is cancelled or has to give way."""
        opened: Open = await self._in_thread(_library)
        while True:
            begun = self._clock()
            taker.spent()
            ended = await self._tried(opened, taker)
            trouble, pause_s = self._patience.after(ended, self._clock() - begun)
            failed = Failed(trouble, ended.said, ended.status)
            taker.pushed(News(Call.PUSH, Subject(), self._clock(), failed, pushed=True))
            await self._pause(pause_s)

    async def _pause(self, pause_s: float | None) -> None:
        """Waits for the trader to ask, at most so many seconds and a little."""
        self._asked_for.clear()
        try:
            async with asyncio.timeout(None if pause_s is None else pause_s * (1 + random() / 4)):  # noqa: S311 - no secret
                await self._asked_for.wait()
        except TimeoutError:
            return

    async def _tried(self, opened: Open, taker: Taker) -> Ended:
        try:
            return await self._one(opened, taker)
        except Exception as error:  # noqa: BLE001 - it must stop neither reading nor sending
            _log.error("unforeseen %s while values are pushed", type(error).__name__)  # its text may quote the key
            return Ended(End.LOST)

    async def _one(self, opened: Open, taker: Taker) -> Ended:
        """One connection, until its end."""
        line = await opened(self._endpoint, self._secret, self._context)
        if isinstance(line, Ended):
            return line
        taker.reread()  # what happened while there was none
        hearing = _Hearing(taker, self._read, self._is_wanted, self._subject, self._clock)
        try:
            async with asyncio.TaskGroup() as tasks:
                saying = tasks.create_task(self._say(line))
                ended = await hearing.until_the_end(line)
                saying.cancel()
            return ended
        finally:
            hearing.stop()
            await line.close()

    async def _read(self, raw: bytes) -> Frame | None:
        """What a frame tells; a long one is read in a thread."""
        found: Frame | None
        if len(raw) > MUCH:
            found = await self._in_thread(frames.frame, raw, self._secret)
        else:
            found = frames.frame(raw, self._secret)
        return found

    # --- what is wanted ---

    @property
    def _wanted(self) -> str:
        return self._view.instrument if self._view.quote else ""

    def _subject(self) -> Subject:
        return Subject(instrument=self._view.instrument)

    def _is_wanted(self, instrument: str) -> bool:
        today = datetime.now(UTC).date()
        return bool(self._wanted) and canonical(instrument, today) == canonical(self._wanted, today)

    async def _say(self, line: Wire) -> None:
        """Subscribes to what the trader looks at, one change at a time."""
        await line.say(frames.stream_profits(PROFITS_MS))
        held: list[str] = []
        while True:
            self._looked.clear()
            message = _change(held, self._wanted)
            if message:
                await line.say(message)
                await asyncio.sleep(CHANGE_S)
            else:
                await self._looked.wait()


def _change(held: list[str], wanted: str) -> str:
    """The next message that makes what is held be what is wanted, noted in `held`; "" if it is. The new one first."""
    if wanted and wanted not in held:
        held.append(wanted)
        return frames.subscribe(wanted)
    old = next((one for one in held if one != wanted), "")
    if old:
        held.remove(old)
    return frames.unsubscribe(old) if old else ""


class _Hearing:
    """What one connection brings. Of each kind the newest is told, five times a second at most."""

    def __init__(
        self,
        taker: Taker,
        read: Callable[[bytes], Awaitable[Frame | None]],
        is_wanted: Callable[[str], bool],
        subject: Callable[[], Subject],
        clock: Callable[[], float],
    ) -> None:
        self._taker, self._read, self._clock = taker, read, clock
        self._is_wanted, self._subject = is_wanted, subject
        self._loop = asyncio.get_running_loop()
        self._fresh: dict[Call, News] = {}
        self._telling: asyncio.TimerHandle | None = None
        self._seq: int | None = None
        self._least_way_s: float | None = None
        self._reread = self._clock()

    async def until_the_end(self, line: Wire) -> Ended:
        while True:
            raw = await line.hear()
            if isinstance(raw, Ended):
                return raw
            frame = await self._read(raw)
            if frame:
                self._take(frame)
            await asyncio.sleep(0)  # a flood of frames must not keep the window from its turn

    def stop(self) -> None:
        """Tells nothing from now on."""
        if self._telling:
            self._telling.cancel()

    def _take(self, frame: Frame) -> None:
        sent = self._sent(frame)
        for quote in frame.quotes:
            if self._is_wanted(quote.instrument or ""):
                self._keep(Call.QUOTE, self._subject(), sent, quote)
        if frame.profits:
            self._keep(Call.SNAPSHOT, Subject(), sent, self._with_pending(frame.profits))
        if self._lost(frame) or frame.changed:
            self._ask_again()

    def _sent(self, frame: Frame) -> float:
        """When a frame was sent, on our clock: now, less what it needed longer than the fastest one did.

        So frames that piled up on the way do not pass for fresh, whatever the two clocks say.
        """
        now = self._clock()
        if frame.made is None:
            return now
        way_s = now - frame.made.timestamp()
        self._least_way_s = way_s if self._least_way_s is None else min(self._least_way_s, way_s)
        return now - (way_s - self._least_way_s)

    def _lost(self, frame: Frame) -> bool:
        """Whether a number is missing between this frame and the one before it."""
        former, self._seq = self._seq, self._seq if frame.seq is None else frame.seq
        return former is not None and frame.seq is not None and frame.seq > former + 1

    def _ask_again(self) -> None:
        if self._clock() - self._reread >= _REREAD_S:
            self._reread = self._clock()
            self._taker.reread()

    def _keep(self, call: Call, subject: Subject, sent: float, found: Value) -> None:
        self._fresh[call] = News(call, subject, sent, found, pushed=True)
        if self._telling is None:
            self._telling = self._loop.call_later(_TELL_S, self._tell)

    def _with_pending(self, told: tuple[Profit, ...]) -> Profits:
        """Frames may bring an account each: the newest of every one."""
        pending = self._fresh.get(Call.SNAPSHOT)
        former = pending.found.items if pending and isinstance(pending.found, Profits) else ()
        return Profits(tuple({one.account: one for one in (*former, *told)}.values()))

    def _tell(self) -> None:
        self._telling = None
        fresh, self._fresh = self._fresh, {}
        for news in fresh.values():
            if news.subject in (Subject(), self._subject()):  # else the trader looks at another instrument since
                self._taker.pushed(news)

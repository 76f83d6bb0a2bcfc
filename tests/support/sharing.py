"""CrossTrade's budget as several programs on one key meet it: 3 a second, a burst of 20, counted by the server."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Subject, View
from crosstrade_desk.readback.poller import Poller
from crosstrade_desk.readback.reader import Feed, News
from crosstrade_desk.readback.routes import STATUS, Ask
from crosstrade_desk.readback.values import Status

LATENCY_S = 0.25


@dataclass
class Server:
    """Grants or refuses requests. `refused` holds who was refused, and when."""

    tokens: float = 20.0
    at: float = 0.0
    refused: list[tuple[str, float]] = field(default_factory=list)

    def grants(self, who: str, now: float) -> bool:
        self.tokens, self.at = min(20.0, self.tokens + 3 * (now - self.at)), now
        if self.tokens < 1:
            self.refused.append((who, now))
            return False
        self.tokens -= 1
        return True


@dataclass
class Source:
    """What the poller reads from: answers after a quarter of a second, with what `value` makes of the question."""

    server: Server
    value: Callable[[Ask[Any]], Any]
    asked: list[tuple[float, str]] = field(default_factory=list)

    async def read(self, ask: Ask[Any]) -> Any:
        now = asyncio.get_running_loop().time()
        self.asked.append((now, ask.route.path))
        granted = self.server.grants("desk", now)
        await asyncio.sleep(LATENCY_S)
        return self.value(ask) if granted else Failed(Trouble.BUSY, status=429, wait_s=math.ceil(1 / 3))


def answers(ask: Any) -> Any:
    """An empty but good answer to anything; an order never ends, which is the dearest case."""
    return Status("Working") if ask.route is STATUS else ask.route.parse({"success": True, **_LISTS})


_LISTS: dict[str, list[object]] = {"accounts": [], "positions": [], "orders": [], "executions": []}
MANY = tuple(f"Sim{number}" for number in range(101, 106))
WATCHING = View(accounts=("Sim101",), instrument="MES 12-26", watermarks=True)


class Session:
    """A desk that reads for some virtual time, while a trader sends and another program asks on the same key."""

    def __init__(
        self,
        share: float = 1.0,
        value: Callable[[Ask[Any]], Any] = answers,
        view: View = WATCHING,
        feed: Feed | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.server = Server()
        self.source = Source(self.server, value)
        self.news: list[News] = []
        self.poller = Poller(self.source, self.news.append, share, loop.time, feed)
        self._view = view
        self.poller.look(view)
        self._loop = loop
        self._reading = loop.create_task(self.poller.run())

    @property
    def now(self) -> float:
        return self._loop.time()

    async def sends(self, at: list[float]) -> None:
        """The trader sends an order at each of these seconds."""
        for number, moment in enumerate(at):
            await asyncio.sleep(moment - self.now)
            names = self._view.accounts
            self.poller.acted(*(Subject(name, "MES 12-26", f"desk-{number}") for name in names))

    async def end(self) -> None:
        self._reading.cancel()
        await asyncio.wait([self._reading])

    def between(self, low: float, high: float) -> int:
        """How many requests left in some seconds."""
        return sum(low <= at < high for at, _ in self.source.asked)

    def times(self, path: str) -> list[float]:
        return [at for at, asked in self.source.asked if asked == path]


async def program(server: Server, every_s: float, until: float, burst: int = 1) -> int:
    """Another program on the same key: `burst` requests every so many seconds. Gives how many it made."""
    loop, made = asyncio.get_running_loop(), 0
    while loop.time() < until:
        for _ in range(burst):
            server.grants("other", loop.time())
            made += 1
        await asyncio.sleep(every_s)
    return made

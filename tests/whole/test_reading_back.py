"""From the press to the fill that was read back: the real desk, sender, client and practice exchange, over TLS."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from crosstrade_desk.desk.attempts import Go
from crosstrade_desk.desk.carrier import Clock
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.observer import Observer
from crosstrade_desk.desk.reading import Flat
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.practice.server import PracticeServer
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.endpoint import Endpoint, parse_endpoint
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.own_ids import with_own_id
from crosstrade_desk.protocol.own_text import own_id
from crosstrade_desk.readback.client import Client
from crosstrade_desk.readback.plan import View
from crosstrade_desk.readback.poller import AT_ONCE, Poller
from crosstrade_desk.readback.reader import News
from crosstrade_desk.sending.http import HttpSender
from sending.orders import KEY
from support import certs
from support.desks import ENTRY, SCOPE, Book
from support.tls_practice import TlsLoop

VIEW = View(("Sim101",), "MES 12-26")


class House:
    """The desk on a practice exchange, wired as the composition root does it."""

    def __init__(self, server: PracticeServer, loop: asyncio.AbstractEventLoop) -> None:
        found = parse_endpoint(server.url.replace("http://", "https://"))
        assert isinstance(found, Endpoint)
        self.bugs: list[BaseException] = []
        self.told: list[News | Followed] = []
        self.tasks = TaskOwner(loop, self.bugs.append)
        self.ahead_s = 0.0
        self.desk = Desk(Book(), self.tasks, Clock(monotonic=lambda: time.monotonic() + self.ahead_s))
        self.observer = Observer(self.tasks, self.told.append)
        self.desk.listen(self.observer.hear)
        sender = HttpSender(found, server.key, certs.client())
        client = Client(found, server.key, sender.lend(AT_ONCE), self.tasks.in_thread)
        self.desk.connect(Place(Mode.PRACTICE, found.shown), sender)
        self.ahead_s = 1.0  # a change of place holds entries up for a moment
        self.observer.look(VIEW)
        self.observer.begin(lambda tell: Poller(client, tell))

    def send(self, token: str, **texts: str) -> None:
        spec = SPECS[token]
        numbered = with_own_id(spec, texts, own_id(1, len(self.told)))
        found = self.desk.compose(spec, numbered)
        assert isinstance(found, Message), found
        assert isinstance(self.desk.send(found), Go)

    @property
    def stages(self) -> list[Stage]:
        return [one.stage for one in self.told if isinstance(one, Followed)]

    def flat(self, since: float = 0.0) -> Flat:
        now = asyncio.get_running_loop().time()
        return self.observer.known.flat("Sim101", "MES 12-26", now, datetime.now(UTC).date(), since)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.02)


async def in_house(test: Callable[[House], Any]) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TlsLoop)
    loop.context = certs.good()
    server = PracticeServer()
    assert await server.start(key=KEY, seed=3) is None
    loop.context = None
    house = House(server, loop)
    try:
        await test(house)
        await house.until(lambda: not house.desk.busy)
    finally:
        house.observer.end()
        await house.desk.close(2)
        await server.stop()
    assert house.bugs == []


def go(test: Callable[[House], Any]) -> None:
    with asyncio.Runner(loop_factory=TlsLoop) as runner:
        runner.run(in_house(test))


def test_an_order_is_followed_to_its_fill_and_an_exit_until_it_is_read_to_be_flat() -> None:
    async def round_trip(house: House) -> None:
        assert house.flat() is Flat.UNKNOWN
        await house.until(lambda: house.flat() is Flat.YES)
        house.send("PLACE", **ENTRY)
        await house.until(lambda: Stage.FILLED in house.stages)
        assert house.stages[:2] == [Stage.SENT, Stage.ANSWERED]
        await house.until(lambda: house.flat() is Flat.NO)
        pressed = asyncio.get_running_loop().time()
        house.send("FLATTEN", **SCOPE)
        assert house.flat(since=pressed) is Flat.UNKNOWN
        await house.until(lambda: house.flat(since=pressed) is Flat.YES)

    go(round_trip)


def test_a_limit_is_seen_working_and_then_cancelled() -> None:
    async def waiting(house: House) -> None:
        house.send("PLACE", **(ENTRY | {"order_type": "LIMIT", "limit_price": "100"}))
        await house.until(lambda: Stage.WORKING in house.stages)
        house.send("CANCELORDERS", **SCOPE)
        await house.until(lambda: Stage.CANCELLED in house.stages)

    go(waiting)

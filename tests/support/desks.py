"""A desk with hand-made neighbours: a sender that answers when told, and a journal in a list."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from crosstrade_desk.desk.desk import Clock, Desk
from crosstrade_desk.desk.events import Event, Mode, Place, RowEnded
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.sending.outcome import Accepted, Answer, Link, LinkUp, Outcome
from crosstrade_desk.storage.rows import Ending, Intent, Row

YES = Accepted("The server accepted it.", Answer(200, '{"success": true}'))
HERE = Place(Mode.PRACTICE, "http://127.0.0.1/v1/send/••••/••••")
ENTRY = {
    "account": "Sim101",
    "instrument": "MES 12-26",
    "action": "BUY",
    "qty": "1",
    "order_type": "MARKET",
    "tif": "DAY",
}
SCOPE = {"account": "Sim101", "instrument": "MES 12-26"}


class Wire:
    """Takes messages and answers when `answer` is called, or at once with `always`."""

    def __init__(self, always: Outcome | None = None) -> None:
        self.always = always
        self.carried: list[Message] = []
        self.waiting: list[asyncio.Future[Outcome]] = []
        self.closed = False

    async def send(self, message: Message, on_left: Callable[[], None]) -> Outcome:
        self.carried.append(message)
        on_left()
        if self.always:
            return self.always
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append(answer)
        return await answer

    async def warm(self) -> Link:
        return LinkUp(1.0)

    async def close(self) -> None:
        self.closed = True


@dataclass
class Book:
    """Keeps rows in lists. `fault` makes it refuse them."""

    fault: Invalid | None = None
    intents: list[Intent] = field(default_factory=list)
    endings: dict[int, Ending] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    async def begin(self, intent: Intent) -> int | Invalid:
        if self.fault:
            return self.fault
        self.intents.append(intent)
        return len(self.intents)

    async def finish(self, row_id: int, ending: Ending) -> Invalid | None:
        if self.fault:
            return self.fault
        self.endings[row_id] = ending
        return None

    async def note(self, intent: Intent, ending: Ending) -> int | Invalid:
        row = await self.begin(intent)
        if isinstance(row, int):
            await self.finish(row, ending)
        return row

    def count(self) -> int:
        return len(self.intents)

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        rows = [Row(i, intent, self.endings.get(i)) for i, intent in enumerate(self.intents, 1)]
        return rows[::-1][newest_first_offset : newest_first_offset + count]


class Time:
    """Clocks that stand still until they are moved: the monotonic one, and the one on the wall."""

    def __init__(self) -> None:
        self.now = 100.0
        self.wall_us = 1_790_000_000_000_000

    @property
    def clock(self) -> Clock:
        return Clock(utc_us=lambda: self.wall_us, monotonic=lambda: self.now)


class Bench:
    """A desk on the table, with everything it told."""

    def __init__(self, wire: Wire | None = None, book: Book | None = None) -> None:
        self.wire, self.book, self.time = wire or Wire(), book or Book(), Time()
        self.bugs: list[BaseException] = []
        self.tasks = TaskOwner(asyncio.get_running_loop(), self.bugs.append)
        self.desk = Desk(self.book, self.tasks, self.time.clock)
        self.told: list[Event] = []
        self.desk.listen(self.told.append)

    def connect(self) -> None:
        self.desk.connect(HERE, self.wire)
        self.time.now += 1

    def message(self, token: str, **changed: str) -> Message:
        texts = minimal(SPECS[token]) | {"PLACE": ENTRY, "FLATTEN": SCOPE, "CLOSEPOSITION": SCOPE}.get(token, {})
        found = self.desk.compose(SPECS[token], {**texts, **changed})
        assert isinstance(found, Message), found
        return found

    def of(self, kind: type) -> list[Event]:
        return [event for event in self.told if isinstance(event, kind)]

    async def until(self, count: int, kind: type = RowEnded) -> None:
        async with asyncio.timeout(5):
            while len(self.of(kind)) < count:
                await asyncio.sleep(0)

    async def until_carried(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.wire.carried) < count:
                await asyncio.sleep(0)

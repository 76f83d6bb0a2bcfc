"""Joins what is sent with what is read back: what is known, and what became of each order. Listens to the desk."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from crosstrade_desk.desk.carrier import Clock
from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.desk.flat_watch import Exited, FlatWatch
from crosstrade_desk.desk.follow import FollowUp
from crosstrade_desk.desk.orphans import Orphans
from crosstrade_desk.desk.reading import Age, Changed, Known, canonical
from crosstrade_desk.desk.stages import Followed
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.desk.traded import never_came
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.reader import Listener, News, Reader
from crosstrade_desk.readback.values import Order, Orders, Position, Positions
from crosstrade_desk.sending.outcome import TAKEN
from crosstrade_desk.storage.rows import Row

_TICK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What was shown is not true any more without a new read: the place is another one, or an exit was answered."""


Told = News | Followed | Exited | Lapsed
MakeReader = Callable[[Listener], Reader]


class Observer:
    """Reads one place at a time.

    `tell` gets each answer once it is taken in, each order that stands otherwise, each exit that is flat or is not, and
    that what was read has lapsed.

    Lives on the loop's thread; nothing blocks. Give `hear` to the desk as a listener.
    """

    def __init__(self, tasks: TaskOwner, tell: Callable[[Told], None], clock: Clock | None = None) -> None:
        self._tasks, self._tell, self._clock = tasks, tell, clock or Clock()
        self._reader: Reader | None = None
        self._running: list[asyncio.Task[Any]] = []
        self._view = self._looked = View()
        self._also: tuple[str, ...] = ()
        self.known = Known(self._usual_s)
        self.follow, self.exits, self.orphans = FollowUp(), FlatWatch(), Orphans()

    def begin(self, make: MakeReader) -> None:
        """Reads another place from now on; what was known of the former one is forgotten."""
        self.end()
        reader = make(lambda news: self._on_news(reader, news))
        self._reader, self._looked = reader, self._view
        reader.look(self._view)
        started = (self._tasks.start(reader.run(), "read"), self._tasks.start(self._watch(), "follow orders"))
        self._running = [task for task in started if task]

    def end(self) -> None:
        """Reads nothing from now on, and knows nothing."""
        for task in self._running:
            task.cancel()
        self._reader, self._running = None, []
        self.known, self.follow = Known(self._usual_s), FollowUp()
        self.exits, self.orphans = FlatWatch(), Orphans()
        self._looked = self._view
        self._tell(Lapsed())

    def today(self) -> date:
        """The day in UTC."""
        return self._clock.today()

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts whose orders are read: those that the trader looks at, then those with something open."""
        return self._looked.accounts

    @property
    def is_resting(self) -> bool:
        """Whether less is read, as nobody looks."""
        return self._looked.resting

    def order(self, order_id: str) -> Order | None:
        """The order that a message calls by this id, as it was read last; None if it was not, or too long ago."""
        names = {order_id, self.follow.native_of(order_id)} - {""}
        shown = (self.known.orders(account, self._clock.monotonic()).value for account in self.accounts)
        every = (one for orders in shown if orders for one in orders.items)
        return next((one for one in every if names & {one.id, one.name}), None)

    @property
    def is_reading(self) -> bool:
        """Whether there is a place that is read."""
        return self._reader is not None

    def market(self, instrument: str) -> Decimal | None:
        """The price at which an instrument trades, by a fresh quote; None if there is none."""
        quote = self.known.quote(canonical(instrument, self._clock.today()), self._clock.monotonic())
        if quote.value is None or quote.age is not Age.FRESH:
            return None
        return quote.value.last or quote.value.bid or quote.value.ask

    def look(self, view: View) -> None:
        """The trader looks at something else, or away."""
        self._view = view
        self._look()

    def read_also(self, accounts: tuple[str, ...]) -> None:
        """Reads these accounts too, until others are named."""
        if accounts != self._also:
            self._also = accounts
            self._look()

    def _look(self) -> None:
        """Reads the accounts on which an order or exit of the trader's is open too, whatever he looks at."""
        names: dict[str, str] = {}
        for name in (*self._view.accounts, *self.follow.accounts, *self.exits.accounts, *self._also):
            names.setdefault(name.casefold(), name)
        view = replace(self._view, accounts=tuple(names.values()))
        if view != self._looked:
            self._looked = view
            if self._reader:
                self._reader.look(view)

    def retry(self) -> None:
        """The trader asks for reading again, after the key was refused."""
        if self._reader:
            self._reader.retry()

    def _usual_s(self, call: Call) -> float:
        return self._reader.usual_s(call) if self._reader else 0.0

    # --- what was sent ---

    def hear(self, event: object) -> None:
        """Takes in what the desk tells of the messages that leave."""
        match event:
            case RowBegun(row, command) if row.ending is None:
                self._sent(row, command)
            case RowEnded(row, command):
                self._ended(row, command)
            case _:
                pass  # nothing of a message

    def _sent(self, row: Row, command: Command) -> None:
        if self._reader is None:
            return
        at = datetime.fromtimestamp(row.intent.at_us / 1_000_000, UTC)
        orders = self.follow.sent(row.id, command, at, self._clock.monotonic())
        self._look()
        self._reader.acted(*([order.subject for order in orders] or map(Subject, command.accounts)))
        self._tell_all(orders)
        if command.spec.opens:
            self.exits.opened(command, self._clock.today())

    def _ended(self, row: Row, command: Command) -> None:
        outcome = row.ending.outcome if row.ending else ""
        if self._reader is None:
            return
        if never_came(command, outcome):
            self.follow.dropped(row.id)
            self._look()
            return
        if outcome in TAKEN:
            self._tell_all(self.follow.answered(row.id))
        self._tell_all(self.exits.answered(row, command, self._clock.monotonic()))
        if command.spec.closes:
            self._reader.soon(Call.POSITIONS, first=True)
            self._tell(Lapsed())
        self._look()

    # --- what was read ---

    def _on_news(self, reader: Reader, news: News) -> None:
        if reader is not self._reader:
            return  # of a former place
        changed = self.known.take(news)
        if Changed.POSITIONS in changed:
            for account in self.known.moved:
                reader.soon(Call.EXECUTIONS, account)
        if Changed.FILLS in changed:
            reader.soon(Call.SNAPSHOT)
        today = self._clock.today()
        changed_orders: tuple[Followed | Exited, ...] = self.follow.take(news, today)
        match news.found:
            case Positions() as positions:
                self.orphans.positions(positions, news.asked, today)
                changed_orders += self.exits.take(positions, news.asked, today)
            case Orders() as orders:
                self.orphans.orders(news.subject.account, orders, news.asked, today)
            case _:
                pass  # says nothing of either
        if changed_orders:
            self._look()
        self._tell(news)
        self._tell_all(changed_orders)

    async def _watch(self) -> None:
        """Says of orders that nobody has seen in time that they are not confirmed, of exits that they are not flat."""
        while True:
            await asyncio.sleep(_TICK_S)
            self._tell_all(self.follow.tick(self._clock.monotonic()))
            self._tell_all(self.exits.tick(self._clock.monotonic()))
            self._look()

    def _tell_all(self, changed: tuple[Followed | Exited, ...]) -> None:
        for one in changed:
            self._tell(one)

    def is_leaving(self, position: Position) -> bool:
        """Whether the last read of a position says nothing of now, for an exit was answered that closes it."""
        asked = self.known.positions(self._clock.monotonic()).asked
        return self.exits.is_leaving(position, asked, self._clock.today())

"""Joins what is sent with what is read back: what is known, and what became of each order. Listens to the desk."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeVar

from crosstrade_desk.desk.carrier import Clock
from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.desk.flat_watch import Exited, FlatWatch
from crosstrade_desk.desk.follow import FollowUp
from crosstrade_desk.desk.orphans import Orphans
from crosstrade_desk.desk.reading import Age, Changed, Known
from crosstrade_desk.desk.restarts import Restarts
from crosstrade_desk.desk.sessions import Sessions
from crosstrade_desk.desk.stages import Followed
from crosstrade_desk.desk.tasks import TaskOwner
from crosstrade_desk.desk.traded import never_came
from crosstrade_desk.desk.trails import Doubt
from crosstrade_desk.protocol.catalogue import CANCELORDERS
from crosstrade_desk.protocol.command import Command, compose
from crosstrade_desk.protocol.instrument import canonical
from crosstrade_desk.readback.answers import Failed, Trouble
from crosstrade_desk.readback.plan import Call, Subject, View
from crosstrade_desk.readback.reader import Listener, News, Reader
from crosstrade_desk.readback.values import MarketInfo, Order, Orders, Position, Positions
from crosstrade_desk.sending.outcome import TAKEN, Refused
from crosstrade_desk.storage.rows import Row

T = TypeVar("T")
_TICK_S: Final = 1.0
_log = logging.getLogger("crosstrade_desk.reading")


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What was shown is not true any more without a new read: the place is another one, or an exit was answered."""


Told = News | Followed | Exited | Lapsed
MakeReader = Callable[[Listener], Reader]


class Observer:
    """Reads one place at a time.

    `tell` gets each answer once it is taken in, each order that stands otherwise, each exit that is flat or is not, and
    that what was read has lapsed. `warn` gets a sentence when reading stopped.

    A fault of reading stops reading and nothing else: everything here that others call is `guarded`. It begins again by
    itself a few times, see `Restarts`, and then when the trader asks for it.

    Lives on the loop's thread; nothing blocks. Give `hear` to the desk as a listener.
    """

    def __init__(
        self,
        tasks: TaskOwner,
        tell: Callable[[Told], None],
        clock: Clock | None = None,
        warn: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        self._tasks, self._tell, self._clock, self._warn = tasks, tell, clock or Clock(), warn
        self._make: MakeReader | None = None
        self._reader: Reader | None = None
        self._restarts, self._is_broken = Restarts(), False
        self._reading: asyncio.Task[Any] | None = None  # or the pause until it begins again
        self._watching: asyncio.Task[Any] | None = None
        self._view = self._looked = View()
        self._also: tuple[str, ...] = ()
        self.known = Known(self._usual_s)
        self.follow, self.exits, self.orphans = FollowUp(), FlatWatch(), Orphans()
        self._sessions = Sessions()

    def begin(self, make: MakeReader) -> None:
        """Reads another place from now on; what was known of the former one is forgotten."""
        self.end()
        self._make, self._restarts = make, Restarts()
        self._watching = self._tasks.start(self._watch(), "follow orders")
        self.guarded(partial(self._read, make))

    def _read(self, make: MakeReader) -> None:
        self._is_broken = False
        reader = make(lambda news: self.guarded(partial(self._on_news, reader, news)))
        self._reader = reader
        reader.look(self._looked)
        self._reading = self._tasks.start(self._run(reader), "read")

    async def _run(self, reader: Reader) -> None:
        try:
            await reader.run()
        except Exception as fault:  # noqa: BLE001 - whatever it is, it must keep no order and no exit from leaving
            self.broke(fault)

    def end(self) -> None:
        """Reads nothing from now on, and knows nothing."""
        for task in filter(None, (self._reading, self._watching)):
            task.cancel()
        self._make = self._reader = self._reading = self._watching = None
        self._is_broken = False
        self.known, self.follow = Known(self._usual_s), FollowUp()
        self.exits, self.orphans, self._sessions = FlatWatch(), Orphans(), Sessions()
        self._looked = self._view
        self._tell(Lapsed())

    # --- faults ---

    def guarded(self, work: Callable[[], T]) -> T | None:
        """Does a part of reading, or of showing what was read. None, and no more reading for now, if it fails."""
        try:
            return work()
        except Exception as fault:  # noqa: BLE001 - as above
            self.broke(fault)
            return None

    def broke(self, fault: BaseException) -> None:
        """Ends reading after a fault of its own, which goes to the log file. Others at its heels say no more."""
        if self._is_broken or self._make is None:
            return
        self._is_broken = True
        _log.error("a fault of reading", exc_info=fault)
        if self._reading:
            self._reading.cancel()
        pause_s = self._restarts.after(self._clock.monotonic())
        self._reading = None if pause_s is None else self._tasks.start(self._again(self._make, pause_s), "read again")
        self._say_broken(Trouble.STOPPED if pause_s is None else Trouble.STUMBLED)

    def _say_broken(self, why: Trouble) -> None:
        self.known.trouble = Failed(why)
        self._tell(News(Call.POSITIONS, Subject(), self._clock.monotonic(), self.known.trouble))
        if why is Trouble.STOPPED:
            self._warn(why.value)

    async def _again(self, make: MakeReader, pause_s: float) -> None:
        await asyncio.sleep(pause_s)
        self.guarded(partial(self._read_again, make))

    def _read_again(self, make: MakeReader) -> None:
        self._read(make)
        if self._reader and self.follow.open:
            self._reader.acted(*(order.subject for order in self.follow.open))

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

    @property
    def is_closed(self) -> bool:
        """Whether less is read, as every market in play is closed."""
        return self._looked.closed and not self._looked.resting

    def order(self, order_id: str) -> Order | None:
        """The order that a message calls by this id, as it was read last; None if it was not, or too long ago."""
        return self.guarded(partial(self._order, order_id))

    def _order(self, order_id: str) -> Order | None:
        names = {order_id, self.follow.native_of(order_id)} - {""}
        shown = (self.known.orders(account, self._clock.monotonic()).value for account in self.accounts)
        every = (one for orders in shown if orders for one in orders.items)
        return next((one for one in every if names & {one.id, one.name}), None)

    def subject(self, order_id: str) -> Command | None:
        """Account and instrument of an order that was read, as a command about them; None if it was not."""
        found = self.order(order_id) if order_id else None
        if found is None or not found.account or not found.instrument:
            return None
        scope = {"account": found.account, "instrument": canonical(found.instrument, self._clock.today())}
        made = compose(CANCELORDERS, scope)
        return made if isinstance(made, Command) else None

    @property
    def is_reading(self) -> bool:
        """Whether there is a place that is read, or was until a fault."""
        return self._make is not None

    def market(self, instrument: str) -> Decimal | None:
        """The price at which an instrument trades, by a fresh quote; None if there is none."""
        return self.guarded(partial(self._market, instrument))

    def _market(self, instrument: str) -> Decimal | None:
        quote = self.known.quote(canonical(instrument, self._clock.today()), self._clock.monotonic())
        if quote.value is None or quote.age is not Age.FRESH:
            return None
        return quote.value.last or quote.value.bid or quote.value.ask

    def look(self, view: View) -> None:
        """The trader looks at something else, or away."""
        self._view = view
        self.guarded(self._look)

    def read_also(self, accounts: tuple[str, ...]) -> None:
        """Reads these accounts too, until others are named."""
        if accounts != self._also:
            self._also = accounts
            self.guarded(self._look)

    def _look(self) -> None:
        """Reads the accounts on which an order or exit of the trader's is open too, whatever he looks at."""
        names: dict[str, str] = {}
        for name in (*self._view.accounts, *self.follow.accounts, *self.exits.accounts, *self._also):
            names.setdefault(name.casefold(), name)
        ticket, now = self._view.instrument, self._clock.monotonic()
        closed = self._sessions.are_closed(self.known, ticket, now, self._moment())
        besides = self._sessions.besides(ticket)
        view = replace(self._view, accounts=tuple(names.values()), besides=besides, closed=closed)
        if view != self._looked:
            self._looked = view
            if self._reader:
                self._reader.look(view)

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._clock.utc_us() / 1_000_000, UTC)

    def retry(self) -> None:
        """The trader asks for reading again: after the key was refused, or after a fault, then from the beginning."""
        if self._is_broken and self._make:
            self.begin(self._make)
        elif self._reader:
            self.guarded(self._reader.retry)

    def _usual_s(self, call: Call) -> float:
        return self._reader.usual_s(call) if self._reader else 0.0

    # --- what was sent ---

    def hear(self, event: object) -> None:
        """Takes in what the desk tells of the messages that leave."""
        self.guarded(partial(self._hear, event))

    def _hear(self, event: object) -> None:
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
        self._tell_all(orders)
        if command.spec.opens:
            self.exits.opened(command, self._clock.today())
        self._look()
        self._reader.acted(*([order.subject for order in orders] or map(Subject, command.accounts)))

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
        else:
            self.follow.doubted(row.id, Doubt.REFUSED if outcome == Refused.word else Doubt.UNKNOWN)
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
                self._sessions.positions(positions, today)
                changed_orders += self.exits.take(positions, news.asked, today)
            case Orders() as orders:
                self.orphans.orders(news.subject.account, orders, news.asked, today)
                self._sessions.orders(news.subject.account, orders, today)
                if self.follow.is_wanting(orders, news.subject.account, news.asked):
                    reader.soon(Call.ORDERS, news.subject.account)
            case _:
                pass  # says nothing of either
        if any(isinstance(one, Followed) and one.filled for one in changed_orders):
            reader.soon(Call.POSITIONS, first=True)  # or "filled" would stand beside "no open position" for seconds
        if changed_orders or isinstance(news.found, MarketInfo):
            self._look()
        self._tell(news)
        self._tell_all(changed_orders)

    async def _watch(self) -> None:
        """Says of orders that nobody has seen in time that they are not confirmed, of exits that they are not flat."""
        while True:
            await asyncio.sleep(_TICK_S)
            self.guarded(self._tick)

    def _tick(self) -> None:
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

"""The mechanics of the simulated NinjaTrader: orders come in, seconds pass, prices meet them, OCO groups end. Pure.

What an order brings about beyond its fills is left to who listens: ATM strategies and waiting brackets.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from crosstrade_desk.practice.book import Book
from crosstrade_desk.practice.events import Cancelled, Changed, Event, Filled, OrderRejected, PartFilled, Placed
from crosstrade_desk.practice.ledger import KEPT, Ledger
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order, State, day_end
from crosstrade_desk.practice.prices import meet, meet_working, refusal
from crosstrade_desk.practice.trades import Kind, Terms, Tif

STEP: Final = timedelta(seconds=1)
SLICE: Final = 10
"""Contracts that a resting limit order trades in one second at most. All else trades whole: orders that arrive, and
stops. So an order for up to `SLICE` never fills in parts, and a bigger limit does when the market comes to it."""

Walk = Callable[[Market, int], Decimal]


class Floor:
    """Working orders, books and time of one practice session. Each method adds to the events; `drain` takes them out.

    `after_trade` is told of each fill (order, quantity, price), `after_end` of each order that filled or was cancelled.

    Args:
        walk: Gives the price of a market at a step, a second of exchange time.
        start: The moment of step 0, with a time zone.
    """

    def __init__(self, walk: Walk, start: datetime) -> None:
        self._walk, self._start, self._step = walk, start, 0
        self.book, self.ledger = Book(), Ledger()
        self.ended: deque[Order] = deque(maxlen=KEPT)
        self.after_trade: Sequence[Callable[[Order, int, Decimal], None]] = ()
        self.after_end: Sequence[Callable[[Order], None]] = ()
        self._used_up: set[tuple[str, str]] = set()
        self._events: list[Event] = []
        self._last_number = self._last_pair = 0

    @property
    def now(self) -> datetime:
        return self._start + self._step * STEP

    def price(self, market: Market) -> Decimal:
        return self._walk(market, self._step)

    def drain(self) -> tuple[Event, ...]:
        events = tuple(self._events)
        self._events.clear()
        return events

    def advance(self, now: datetime) -> None:
        """Walks to `now`, second by second while orders work. A time gone by already changes nothing."""
        last = max(self._step, (now - self._start) // STEP)
        while self.book and self._step < last:
            self._step += 1
            self._second()
        self._step = last

    def _second(self) -> None:
        for order in self.book.due(self.now):
            over = order.day_ends is not None and self.now >= order.day_ends
            self.cancel((order,), "its day is over" if over else "it did not fill in time")
        for lane in self.book.lanes():
            price = self.price(lane.market)
            for number in lane.met_by(price):
                if number in self.book:  # not cancelled by one before it
                    self._work(self.book[number], price)

    def order(self, account: str, market: Market, terms: Terms) -> Order:
        """A new order, not entered yet."""
        self._last_number += 1
        ends = day_end(self.now) if terms.tif is Tif.DAY else None
        return Order(self._last_number, self.now, account, market, terms, day_ends=ends)

    def is_used_up(self, account: str, oco: str) -> bool:
        """Whether an OCO group is over: it cannot be joined any more."""
        return (account, oco) in self._used_up

    def enter(self, orders: Sequence[Order]) -> None:
        """Takes in orders that nothing speaks against: all are there before the first of them trades."""
        for order in orders:
            self.book.put(order)
            self._events.append(Placed(order))
        for order in orders:
            if order.number in self.book:
                self._arrive(self.book[order.number])

    def enter_pair(self, orders: Sequence[Order], at: Decimal) -> str:
        """Takes in orders as an OCO group of their own, all or none; gives why none. `at` is where the market was."""
        whys = [refusal(order.terms, order.market, at) for order in orders]
        if why := next(filter(None, whys), ""):
            for order, its in zip(orders, whys, strict=True):
                rejected = replace(order, end=State.REJECTED)
                self.ended.append(rejected)
                self._events.append(OrderRejected(rejected, its or "the other half of its pair is rejected"))
            return why
        self._last_pair += 1
        self.enter([replace(order, oco=self._last_pair) for order in orders])
        return ""

    def cancel(self, orders: Iterable[Order], why: str) -> None:
        """Ends those of the orders that still work, and then what hangs on them."""
        gone = [self._end(order.number, State.CANCELLED) for order in orders if order.number in self.book]
        self._events.extend(Cancelled(order, why) for order in gone)
        for order in gone:
            self._end_group(order)
            self._tell_end(order)

    def sweep(self, orders: Sequence[Order], why: str) -> None:
        """As `cancel`, and no bracket follows for parts that are filled already."""
        for order in orders:
            self.book.put(replace(order, bracket=None))
        self.cancel(orders, why)

    def change(self, order: Order, terms: Terms, why: str) -> None:
        """Gives a working order other terms. With other prices it may trade at once, like a new one."""
        if terms == order.terms:
            return
        changed = replace(order, terms=terms)
        self.book.put(changed)
        self._events.append(Changed(changed, why))
        if (terms.limit, terms.stop) != (order.terms.limit, order.terms.stop):
            self._arrive(changed)

    def resize(self, order: Order, quantity: int, why: str) -> None:
        self.change(order, replace(order.terms, quantity=quantity), why)

    def _arrive(self, order: Order) -> None:
        found = meet(order.terms, self.price(order.market))
        self._settle(order, found, order.left)

    def _work(self, order: Order, price: Decimal) -> None:
        rests = order.terms.kind is Kind.LIMIT
        self._settle(order, meet_working(order.terms, price), min(order.left, SLICE) if rests else order.left)

    def _settle(self, order: Order, found: Terms | Decimal, quantity: int) -> None:
        if isinstance(found, Terms):
            self.book.put(replace(order, terms=found))
        else:
            self._fill(order.after(quantity, found), quantity, found)

    def _fill(self, order: Order, quantity: int, price: Decimal) -> None:
        self.book.put(order)
        if not order.left:
            order = self._end(order.number, State.FILLED)
        position = self.ledger.trade(order, quantity, price, self.now)
        self._events.append((PartFilled if order.left else Filled)(order, quantity, price, position))
        if order.left:
            self._shrink_group(order, quantity)
        else:
            self._end_group(order)
        for tell in self.after_trade:
            tell(order, quantity, price)
        if not order.left:
            self._tell_end(order)

    def _shrink_group(self, order: Order, quantity: int) -> None:
        # The group trades its size once: what one part fills, the others give up. One with nothing left goes alone.
        for other in self.book.of_group(order.account, order.oco):
            if other.number == order.number:
                continue
            if other.left > quantity:
                self.resize(
                    other, other.terms.quantity - quantity, f"order {order.number} of its OCO group part filled"
                )
            else:
                gone = self._end(other.number, State.CANCELLED)
                self._events.append(Cancelled(gone, f"order {order.number} of its OCO group took its size"))
                self._tell_end(gone)

    def _end_group(self, order: Order) -> None:
        if isinstance(order.oco, str):
            self._used_up.add((order.account, order.oco))
        others = self.book.of_group(order.account, order.oco)
        self.cancel(others, f"order {order.number} of its OCO group ended")

    def _end(self, number: int, end: State) -> Order:
        order = replace(self.book.take(number), end=end)
        self.ended.append(order)
        return order

    def _tell_end(self, order: Order) -> None:
        for tell in self.after_end:
            tell(order)

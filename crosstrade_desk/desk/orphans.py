"""Working exit orders without a position: when they fill, they open one. Pure; seconds are monotonic ones.

Positions and orders are read one after the other. An order counts only if it was seen working between two reads that
both showed no position; else each entry and each exit would raise an alarm for some seconds.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from crosstrade_desk.desk.reading import canonical
from crosstrade_desk.readback.values import Order, Orders, Positions

_EXITS: Final = ("stop", "target", "takeprofit", "stoploss", "profit")  # how exits are called, spaces left out
Place = tuple[str, str]


def is_exit(order: Order) -> bool:
    """Whether an order works, and by its name gets out of a position. Source: NinjaTrader 8's names of ATM orders."""
    return order.works and "".join((order.name or "").split()).casefold().startswith(_EXITS)


class Orphans:
    """Is told every read of positions and orders of one place, and gives the ids of the orders that are left over."""

    def __init__(self) -> None:
        self._first: float | None = None  # when positions were asked for first, and last
        self._last = 0.0
        self._held: frozenset[Place] = frozenset()
        self._flat_since: dict[Place, float] = {}  # of those that were held before
        self._orders: dict[str, tuple[Orders, float]] = {}  # by account, and when they were asked for
        self.ids: frozenset[str] = frozenset()

    def positions(self, found: Positions, asked: float, today: date) -> None:
        """Takes in every open position. One list that is not whole says nothing of what is not in it."""
        if asked < self._last:
            return  # a slow answer
        if not found.whole:
            self._first, self.ids = None, frozenset()
            return
        held = frozenset(_place(one.account, one.instrument, today) for one in found.items if one.signed != 0)
        if self._first is None:
            self._first, self._flat_since = asked, {}
        self._flat_since |= dict.fromkeys(self._held - held, asked)
        self._held, self._last = held, asked
        self._conclude(today)

    def orders(self, account: str, found: Orders, asked: float, today: date) -> None:
        """Takes in the orders of an account."""
        self._orders[account.casefold()] = (found, asked)
        self._conclude(today)

    def _conclude(self, today: date) -> None:
        every = (
            pair for orders, asked in self._orders.values() for pair in self._left_over(orders.items, asked, today)
        )
        self.ids = frozenset(every)

    def _left_over(self, orders: Iterable[Order], asked: float, today: date) -> Iterator[str]:
        for order in filter(is_exit, orders):
            place = _place(order.account, order.instrument, today)
            if order.id and self._is_flat(place, asked, order.id):
                yield order.id

    def _is_flat(self, place: Place, asked: float, order: str) -> bool:
        """Whether there was no position before an order was seen and none after; once said, it need not be read again
        to stay so."""
        if self._first is None or place in self._held:
            return False
        before = self._flat_since.get(place, self._first) <= asked
        return before and (self._last >= asked or order in self.ids)


def _place(account: str | None, instrument: str | None, today: date) -> Place:
    return (account or "").casefold(), canonical(instrument, today)

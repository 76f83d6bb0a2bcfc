"""Working exit orders without a position: when they fill, they open one. Pure; seconds are monotonic ones.

Positions and orders are read one after the other. An order counts only if it was seen working between two reads that
both showed no position; else each entry and each exit would raise an alarm for some seconds.

An exit is one that is called so, one of a target and a stop that cancel each other, or one that was seen against a
position. An order that worked before there was a position is an entry, whichever way it points later.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from crosstrade_desk.protocol.instrument import canonical
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
        self._held: dict[Place, int] = {}  # what is held, below 0 when short; 0: it is not told which
        self._flat_since: dict[Place, float] = {}  # of those that were held before
        self._orders: dict[str, tuple[Orders, float]] = {}  # by account, and when they were asked for
        self._against: frozenset[str] = frozenset()  # working orders that were seen against a position
        self._entries: frozenset[str] = frozenset()  # working orders that were seen without one, and are no exits
        self.ids: frozenset[str] = frozenset()

    def positions(self, found: Positions, asked: float, today: date) -> None:
        """Takes in every open position. One list that is not whole says nothing of what is not in it."""
        if asked < self._last:
            return  # a slow answer
        if not found.whole:
            self._first, self.ids = None, frozenset()
            return
        held = {_place(one.account, one.instrument, today): one.signed or 0 for one in found.items if one.signed != 0}
        if self._first is None:
            self._first, self._flat_since = asked, {}
        self._flat_since |= dict.fromkeys(self._held.keys() - held.keys(), asked)
        self._held, self._last = held, asked
        self._conclude(today)

    def orders(self, account: str, found: Orders, asked: float, today: date) -> None:
        """Takes in the orders of an account."""
        self._orders[account.casefold()] = (found, asked)
        self._conclude(today)

    def _conclude(self, today: date) -> None:
        working = [
            (order, order.id, _place(order.account, order.instrument, today), asked)
            for orders, asked in self._orders.values()
            for order in orders.working
            if order.id
        ]
        exits = {name for order, name, _, _ in working if is_exit(order)} | _paired([order for order, *_ in working])
        self._against = frozenset(
            name
            for order, name, place, _ in working
            if name in self._against or (name not in self._entries and _is_against(order, self._held.get(place, 0)))
        )
        alone = {name for _, name, place, asked in working if self._is_flat(place, asked, name)}
        self.ids = frozenset(alone & (exits | self._against))
        self._entries = frozenset((self._entries & {name for _, name, _, _ in working}) | alone) - self.ids

    def _is_flat(self, place: Place, asked: float, order: str) -> bool:
        """Whether there was no position before an order was seen and none after; once said, it need not be read again
        to stay so."""
        if self._first is None or place in self._held:
            return False
        before = self._flat_since.get(place, self._first) <= asked
        return before and (self._last >= asked or order in self.ids)


def _is_against(order: Order, held: int) -> bool:
    return order.buys is not None and (held < 0 if order.buys else held > 0)


def _paired(orders: Iterable[Order]) -> frozenset[str]:
    """The ids of a target and a stop on one side that cancel each other: two entries would lie on different sides."""
    groups: dict[object, list[Order]] = {}
    for one in orders:
        if one.oco:
            groups.setdefault((one.account, one.instrument, one.oco, one.buys), []).append(one)
    pairs = (group for group in groups.values() if {bool(one.stop) for one in group} == {True, False})
    return frozenset(one.id for group in pairs for one in group if one.id)


def _place(account: str | None, instrument: str | None, today: date) -> Place:
    return (account or "").casefold(), canonical(instrument, today)

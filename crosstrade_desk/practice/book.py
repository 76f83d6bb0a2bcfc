"""The working orders, and which of them a price or a moment concerns. Pure."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.prices import awaited, direction, margin

_HIGHEST: Final = Decimal("Infinity")


class _Lane:
    """The working orders of one market, with the two prices between which none of them is met."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.orders: dict[int, Order] = {}
        self._known = False

    def put(self, order: Order) -> None:
        self.orders[order.number] = order
        self._known = False

    def take(self, number: int) -> Order:
        self._known = False
        return self.orders.pop(number)

    def met_by(self, price: Decimal) -> list[int]:
        """Numbers of the orders that a price reaches: those it went through first come first, equals by age."""
        if not self._known:
            self._look()
        if self._low < price < self._high:
            return []
        met = [(margin(order.terms, price), number) for number, order in self.orders.items()]
        return [number for past, number in sorted(met, key=lambda m: (-m[0], m[1])) if past >= 0]

    def _look(self) -> None:
        waiting = [(direction(order.terms), awaited(order.terms)) for order in self.orders.values()]
        self._high = min((price for way, price in waiting if way > 0), default=_HIGHEST)
        self._low = max((price for way, price in waiting if way < 0), default=-_HIGHEST)
        self._known = True


class Book:
    """The working orders of all accounts."""

    def __init__(self) -> None:
        self._orders: dict[int, Order] = {}
        self._lanes: dict[Market, _Lane] = {}
        self._next_end: datetime | None = None
        self._end_known = True

    def __bool__(self) -> bool:
        return bool(self._orders)

    def __contains__(self, number: int) -> bool:
        return number in self._orders

    def __getitem__(self, number: int) -> Order:
        return self._orders[number]

    @property
    def orders(self) -> tuple[Order, ...]:
        """Oldest first."""
        return tuple(self._orders.values())

    def put(self, order: Order) -> None:
        """Adds an order, or sets it in the place of its former self."""
        self._orders[order.number] = order
        self._lanes.setdefault(order.market, _Lane(order.market)).put(order)
        self._end_known = False

    def take(self, number: int) -> Order:
        order = self._orders.pop(number)
        lane = self._lanes[order.market]
        lane.take(number)
        if not lane.orders:
            del self._lanes[order.market]
        self._end_known = False
        return order

    def lanes(self) -> Iterator[_Lane]:
        """One for each market that orders work in."""
        return iter(tuple(self._lanes.values()))

    def due(self, now: datetime) -> list[Order]:
        """The orders whose time is over."""
        if not self._end_known:
            self._next_end = min((o.ends for o in self._orders.values() if o.ends is not None), default=None)
            self._end_known = True
        if self._next_end is None or now < self._next_end:
            return []
        return [order for order in self.orders if order.ends is not None and now >= order.ends]

    def at(self, account: str, market: Market | None = None) -> list[Order]:
        return [o for o in self.orders if o.account == account and market in (None, o.market)]

    def of_group(self, account: str, oco: str | int | None) -> list[Order]:
        return [] if oco is None else [o for o in self.orders if o.account == account and o.oco == oco]

    def of_strategy(self, strategy_id: str) -> list[Order]:
        return [o for o in self.orders if strategy_id and o.strategy_id == strategy_id]

    def find(self, order_id: str, strategy_id: str = "") -> Order | None:
        """By the user's id or NinjaTrader's; with a strategy's id also by the order's name in it, such as `TARGET1`."""
        among = self.of_strategy(strategy_id) if strategy_id else self.orders
        named = (o for o in among if strategy_id and o.name == order_id.upper())
        return next((o for o in among if order_id and order_id in (o.order_id, o.native)), None) or next(named, None)

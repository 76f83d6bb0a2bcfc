"""The books of an exchange: positions, fills, money. Pure."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order, day_end
from crosstrade_desk.practice.trades import Side

KEPT: Final = 1000  # fills and ended orders that are remembered, newest last
START_CASH: Final = Decimal(100_000)
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Position:
    """The one net position of an account in a market. `quantity` is below 0 when short; `realised` is money."""

    account: str
    market: Market
    quantity: int = 0
    average: Decimal = _ZERO
    realised: Decimal = _ZERO

    def after(self, signed: int, price: Decimal) -> "Position":
        """The position once `signed` contracts more (sold: below 0) are traded at `price`."""
        total = self.quantity + signed
        if self.quantity * signed >= 0:
            paid = self.average * self.quantity + price * signed
            return replace(self, quantity=total, average=paid / total)
        closed = min(abs(signed), abs(self.quantity)) * (1 if self.quantity > 0 else -1)
        gain = (price - self.average) * closed * self.market.contract.point_value
        return replace(self, quantity=total, average=self._rest(total, price), realised=self.realised + gain)

    def _rest(self, total: int, price: Decimal) -> Decimal:
        if total == 0:
            return _ZERO
        return self.average if total * self.quantity > 0 else price

    def open_profit(self, price: Decimal) -> Decimal:
        """What closing it at `price` would gain, in money."""
        return (price - self.average) * self.quantity * self.market.contract.point_value

    @property
    def text(self) -> str:
        if self.quantity == 0:
            return f"flat, {self.realised:.2f} realised"
        return f"{'long' if self.quantity > 0 else 'short'} {abs(self.quantity)} at {self.average:.10g}"


@dataclass(frozen=True, slots=True)
class Fill:
    """One trade of one order. `position` is the net quantity it left behind."""

    number: int
    time: datetime
    order: Order
    quantity: int
    price: Decimal
    position: int

    @property
    def side(self) -> Side:
        return self.order.terms.side


@dataclass(frozen=True, slots=True)
class Account:
    """The money of one account. `realised` is that of the trading day, `open` that of its positions now."""

    name: str
    cash: Decimal
    realised: Decimal
    open: Decimal

    @property
    def equity(self) -> Decimal:
        return self.cash + self.open


class Ledger:
    """Every position there was, the last fills, and what each account made today."""

    def __init__(self) -> None:
        self._positions: dict[tuple[str, Market], Position] = {}
        self._days: dict[str, tuple[datetime, Decimal]] = {}
        self._last_fill = 0
        self.fills: deque[Fill] = deque(maxlen=KEPT)

    @property
    def positions(self) -> tuple[Position, ...]:
        return tuple(self._positions.values())

    def position(self, account: str, market: Market) -> Position:
        return self._positions.get((account, market)) or Position(account, market)

    def trade(self, order: Order, quantity: int, price: Decimal, now: datetime) -> Position:
        """Books `quantity` of an order at `price`; gives the position that leaves."""
        before = self.position(order.account, order.market)
        position = before.after(order.terms.side.value * quantity, price)
        self._positions[order.account, order.market] = position
        today = self.realised_on(order.account, now) + position.realised - before.realised
        self._days[order.account] = (day_end(now), today)
        self._last_fill += 1
        self.fills.append(Fill(self._last_fill, now, order, quantity, price, position.quantity))
        return position

    def realised_on(self, account: str, now: datetime) -> Decimal:
        """What an account realised in the trading day of `now`."""
        day, realised = self._days.get(account, (None, _ZERO))
        return realised if day == day_end(now) else _ZERO

    def cash(self, account: str) -> Decimal:
        return START_CASH + sum((p.realised for p in self.positions if p.account == account), _ZERO)

"""What an exchange tells: events in the order they happened, and what became of an operation. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from crosstrade_desk.practice.ledger import Position
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.trades import Side


@dataclass(frozen=True, slots=True)
class Placed:
    """An order came in."""

    order: Order

    @property
    def text(self) -> str:
        return f"{self.order.text}: {self.order.terms.text} placed"


@dataclass(frozen=True, slots=True)
class PartFilled:
    """Some of an order traded at `price`; the rest goes on working. `position` is the one that leaves."""

    order: Order
    quantity: int
    price: Decimal
    position: Position

    @property
    def text(self) -> str:
        return f"{self.order.text}: {_traded(self)} of {self.order.terms.quantity}{_at(self)}"


@dataclass(frozen=True, slots=True)
class Filled:
    """An order traded its last `quantity` at `price`; mostly that is all of it. `position` is the one that leaves."""

    order: Order
    quantity: int
    price: Decimal
    position: Position

    @property
    def text(self) -> str:
        total = self.order.terms.quantity
        last = "" if self.quantity == total else f", the last of {total},"
        return f"{self.order.text}: {_traded(self)}{last}{_at(self)}"


def _traded(fill: PartFilled | Filled) -> str:
    return f"{'bought' if fill.order.terms.side is Side.BUY else 'sold'} {fill.quantity}"


def _at(fill: PartFilled | Filled) -> str:
    return f" at {fill.price:f}, now {fill.position.text}"


@dataclass(frozen=True, slots=True)
class Changed:
    """A working order has other terms."""

    order: Order
    why: str

    @property
    def text(self) -> str:
        return f"{self.order.text}: now {self.order.terms.text}, {self.why}"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """An order ended without trading all of its quantity."""

    order: Order
    why: str

    @property
    def text(self) -> str:
        filled = f" with {self.order.filled} filled" if self.order.filled else ""
        return f"{self.order.text}: cancelled{filled}, {self.why}"


@dataclass(frozen=True, slots=True)
class OrderRejected:
    """An order that the exchange itself had to place, such as half a bracket, was not taken."""

    order: Order
    why: str

    @property
    def text(self) -> str:
        return f"{self.order.text}: {self.order.terms.text} rejected: {self.why}"


Event = Placed | PartFilled | Filled | Changed | Cancelled | OrderRejected


@dataclass(frozen=True, slots=True)
class Done:
    """The operation was carried out. No events: there was nothing to do."""

    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The operation was refused; `text` says why, as NinjaTrader would.

    `events` are what an operation of several steps had done before, such as a close before its order was refused.
    """

    text: str
    events: tuple[Event, ...] = ()


Result = Done | Rejected

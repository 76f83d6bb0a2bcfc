"""What an exchange keeps and tells: orders, positions, events and results, as plain data. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final, assert_never

from crosstrade_desk.practice.markets import Market


class Side(Enum):
    """Direction of an order; the value is the sign of its quantity."""

    BUY = 1
    SELL = -1


class Kind(Enum):
    """How an order meets the market. The names are the wire tokens."""

    MARKET = "market"
    LIMIT = "limit"
    STOPMARKET = "stop market"
    STOPLIMIT = "stop limit"


class Tif(Enum):
    """How long an order works. The names are the wire tokens."""

    DAY = "day"
    GTC = "good till cancelled"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order asks for, wherever it is placed."""

    side: Side
    quantity: int
    kind: Kind
    tif: Tif = Tif.DAY
    limit: Decimal | None = None
    stop: Decimal | None = None

    @property
    def signed(self) -> int:
        return self.side.value * self.quantity

    @property
    def text(self) -> str:
        limit = "" if self.limit is None else f" limit {self.limit:f}"
        stop = "" if self.stop is None else f" stop {self.stop:f}"
        return f"{self.side.name} {self.quantity} {self.kind.name}{stop}{limit} {self.tif.name}"


def meet(terms: Terms, price: Decimal) -> Terms | Decimal:
    """What a price makes of arriving terms: the price they fill at, or the terms that go on working."""
    match terms.kind:
        case Kind.MARKET:
            return price
        case Kind.LIMIT:
            return price if _limit_allows(terms, price) else terms
        case Kind.STOPMARKET:
            return price if _stop_reached(terms, price) else terms
        case Kind.STOPLIMIT:
            return meet(replace(terms, kind=Kind.LIMIT), price) if _stop_reached(terms, price) else terms
        case unreachable:
            assert_never(unreachable)


def meet_working(terms: Terms, price: Decimal) -> Terms | Decimal:
    """As `meet`, for a price that comes to terms already working: a limit fills at its own price, not better."""
    found = meet(terms, price)
    if isinstance(found, Decimal) and terms.kind is Kind.LIMIT and terms.limit is not None:
        return terms.limit
    return found


def _limit_allows(terms: Terms, price: Decimal) -> bool:
    return terms.limit is not None and (price - terms.limit) * terms.side.value <= 0


def _stop_reached(terms: Terms, price: Decimal) -> bool:
    return terms.stop is not None and (price - terms.stop) * terms.side.value >= 0


@dataclass(frozen=True, slots=True)
class Order:
    """One working order. `expires` is the end of its day, None for good till cancelled."""

    number: int
    account: str
    market: Market
    terms: Terms
    expires: datetime | None = None


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

    @property
    def text(self) -> str:
        if self.quantity == 0:
            return f"flat, {self.realised:.2f} realised"
        return f"{'long' if self.quantity > 0 else 'short'} {abs(self.quantity)} at {self.average:.10g}"


@dataclass(frozen=True, slots=True)
class Placed:
    """An order came in."""

    order: Order

    @property
    def text(self) -> str:
        return f"{_named(self.order)}: {self.order.terms.text} placed"


@dataclass(frozen=True, slots=True)
class Filled:
    """An order traded, whole, at `price`. `position` is the one it left behind."""

    order: Order
    price: Decimal
    position: Position

    @property
    def text(self) -> str:
        verb = "bought" if self.order.terms.side is Side.BUY else "sold"
        return f"{_named(self.order)}: {verb} {self.order.terms.quantity} at {self.price:f}, now {self.position.text}"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """An order ended without trading."""

    order: Order
    why: str

    @property
    def text(self) -> str:
        return f"{_named(self.order)}: cancelled, {self.why}"


def _named(order: Order) -> str:
    return f"order {order.number} {order.account} {order.market.name}"


Event = Placed | Filled | Cancelled


@dataclass(frozen=True, slots=True)
class Done:
    """The operation was carried out. No events: there was nothing to do."""

    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The operation changed nothing; `text` says why, as NinjaTrader would."""

    text: str


Result = Done | Rejected

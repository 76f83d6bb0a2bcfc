"""What can be asked of an exchange: sides, kinds, prices, terms, brackets, entries, as plain data. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from crosstrade_desk.protocol.prices import RelativePrice


class Side(Enum):
    """Direction of an order; the value is the sign of its quantity."""

    BUY = 1
    SELL = -1

    @property
    def opposite(self) -> "Side":
        return Side(-self.value)


class Kind(Enum):
    """How an order meets the market. The names are the wire tokens."""

    MARKET = "market"
    LIMIT = "limit"
    STOPMARKET = "stop market"
    STOPLIMIT = "stop limit"

    @property
    def has_limit(self) -> bool:
        return self in (Kind.LIMIT, Kind.STOPLIMIT)

    @property
    def has_stop(self) -> bool:
        return self in (Kind.STOPMARKET, Kind.STOPLIMIT)


class Tif(Enum):
    """How long an order works. The names are the wire tokens."""

    DAY = "day"
    GTC = "good till cancelled"


Price = Decimal | RelativePrice


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order at the exchange says, its prices settled. `quantity` is what it is for, filled or not."""

    side: Side
    quantity: int
    kind: Kind
    tif: Tif = Tif.DAY
    limit: Decimal | None = None
    stop: Decimal | None = None

    @property
    def text(self) -> str:
        limit = "" if self.limit is None else f" limit {self.limit:f}"
        stop = "" if self.stop is None else f" stop {self.stop:f}"
        return f"{self.side.name} {self.quantity} {self.kind.name}{stop}{limit} {self.tif.name}"


@dataclass(frozen=True, slots=True)
class Bracket:
    """The exits that go out for an entry. Source: docs webhooks/advanced-options/bracket-orders.

    `stop_loss_limit` takes the place of `stop_loss`; `stop_loss_stop` is its trigger, without which it is its own.
    `append_atm` puts them under the entry's ATM strategy.
    """

    take_profit: Price | None = None
    stop_loss: Price | None = None
    stop_loss_limit: Price | None = None
    stop_loss_stop: Price | None = None
    append_atm: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What a placing command asks for, all but account and instrument. An empty text: not given.

    `strategy` names an ATM template; with it `strategy_id` names the new strategy, without it a running one to join.
    `cancel_after` is in minutes and for LIMIT only.
    """

    side: Side
    quantity: int
    kind: Kind
    tif: Tif = Tif.DAY
    limit: Price | None = None
    stop: Price | None = None
    order_id: str = ""
    oco_id: str = ""
    strategy: str = ""
    strategy_id: str = ""
    bracket: Bracket | None = None
    cancel_after: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a working order. None and 0 leave it as it is. Source: docs webhooks/commands/change-order."""

    quantity: int | None = None
    limit: Price | None = None
    stop: Price | None = None

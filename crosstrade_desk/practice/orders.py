"""One order from its entry to its end, as plain data. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.trades import Bracket, Terms

_DAY_ENDS: Final = time(22)  # UTC; 17:00 in New York in winter, and no time zone table is needed for practice


def day_end(now: datetime) -> datetime:
    """The end of the trading day that `now` lies in."""
    today = datetime.combine(now.date(), _DAY_ENDS, now.tzinfo)
    return today if now < today else today + timedelta(days=1)


class State(Enum):
    """Where an order stands; the values are NinjaTrader's words."""

    ACCEPTED = "Accepted"  # a stop that waits for its trigger
    WORKING = "Working"
    PART_FILLED = "PartFilled"
    FILLED = "Filled"
    CANCELLED = "Cancelled"
    REJECTED = "Rejected"


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `number` is the exchange's own, `order_id` the user's, both without twins among working orders.

    `oco` ties a group within one account: a text is the user's, a number is a pair's that the exchange made.
    `name` is ENTRY1, EXIT1, STOP1, TARGET1 and so on inside its ATM strategy `strategy_id`.
    `bracket` waits for the fill. `paid` is the sum of price times quantity of all fills. `end` is None while it works.
    """

    number: int
    placed: datetime
    account: str
    market: Market
    terms: Terms
    order_id: str = ""
    oco: str | int | None = None
    strategy_id: str = ""
    name: str = ""
    bracket: Bracket | None = None
    day_ends: datetime | None = None
    times_out: datetime | None = None
    filled: int = 0
    paid: Decimal = Decimal(0)
    end: State | None = None

    @property
    def native(self) -> str:
        """The id that NinjaTrader gives it, beside the one of its message."""
        return f"{self.number:032x}"

    @property
    def left(self) -> int:
        return self.terms.quantity - self.filled

    @property
    def average(self) -> Decimal:
        """Price of its fills on average, 0 without any."""
        return self.paid / self.filled if self.filled else Decimal(0)

    @property
    def state(self) -> State:
        if self.end is not None:
            return self.end
        if self.filled:
            return State.PART_FILLED
        return State.ACCEPTED if self.terms.kind.has_stop else State.WORKING

    @property
    def ends(self) -> datetime | None:
        """When it is cancelled at the latest; None: not by time."""
        return min((moment for moment in (self.day_ends, self.times_out) if moment is not None), default=None)

    def after(self, quantity: int, price: Decimal) -> "Order":
        """The order once `quantity` of it are traded at `price`."""
        return replace(self, filled=self.filled + quantity, paid=self.paid + quantity * price)

    @property
    def text(self) -> str:
        """Such as `order 3 (TARGET1 of run-42) Sim101 MES 12-26`."""
        marks = [f"{self.name} of {self.strategy_id}" if self.name else "", self.order_id]
        known = ", ".join(filter(None, marks))
        return f"order {self.number}{f' ({known})' if known else ''} {self.account} {self.market.name}"

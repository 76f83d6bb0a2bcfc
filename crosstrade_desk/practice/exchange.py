"""The simulated NinjaTrader: accounts, orders, positions. Pure: time enters as an argument; no message is read here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final

from crosstrade_desk.practice import markets
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.trades import (
    Cancelled,
    Done,
    Event,
    Filled,
    Kind,
    Order,
    Placed,
    Position,
    Rejected,
    Result,
    Side,
    Terms,
    Tif,
    meet,
    meet_working,
)
from crosstrade_desk.protocol.instrument import Instrument

ACCOUNTS: Final = ("Sim101", "Sim102", "Sim105")
_STEP: Final = timedelta(seconds=1)
_DAY_ENDS: Final = time(22)  # UTC; 17:00 in New York in winter, and no time zone table is needed for practice

Walk = Callable[[Market, int], Decimal]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which positions: None fits all. `short` is True for short ones only, False for long ones only."""

    account: str | None = None
    instrument: Instrument | None = None
    short: bool | None = None


class Exchange:
    """All accounts of one practice session.

    Args:
        walk: Gives the price of a market at a step, a second of exchange time.
        start: The moment of step 0, with a time zone.
    """

    def __init__(self, walk: Walk, start: datetime, accounts: Iterable[str] = ACCOUNTS) -> None:
        self._walk = walk
        self._start = start
        self._step = 0
        self._accounts = {name.casefold(): name for name in accounts}
        self._orders: dict[int, Order] = {}
        self._positions: dict[tuple[str, Market], Position] = {}
        self._last_number = 0

    @property
    def now(self) -> datetime:
        return self._start + self._step * _STEP

    @property
    def orders(self) -> tuple[Order, ...]:
        """The working orders, oldest first."""
        return tuple(self._orders.values())

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every position there was; flat ones hold what they realised."""
        return tuple(self._positions.values())

    def price(self, market: Market) -> Decimal:
        return self._walk(market, self._step)

    def account(self, name: str) -> str | Rejected:
        """The account's own spelling of a name given in any case."""
        return self._accounts.get(name.casefold()) or Rejected(f"Account '{name}' not found")

    def market(self, instrument: Instrument) -> Market | Rejected:
        found = markets.find(instrument, self.now.date())
        return found or Rejected(f"Instrument '{instrument.text}' not found")

    def advance(self, now: datetime) -> tuple[Event, ...]:
        """Walks the prices to `now`, second by second while orders work. A time gone by already changes nothing."""
        last = max(self._step, (now - self._start) // _STEP)
        events: list[Event] = []
        while self._orders and self._step < last:
            self._step += 1
            for order in self.orders:
                events.extend(self._work(order))
        self._step = last
        return tuple(events)

    def place(self, account: str, instrument: Instrument, terms: Terms) -> Result:
        name, market = self.account(account), self.market(instrument)
        if isinstance(name, Rejected):
            return name
        if isinstance(market, Rejected):
            return market
        for price in (terms.limit, terms.stop):
            if price is not None and not market.on_grid(price):
                return Rejected(f"Price {price:f} is not a multiple of the tick size {market.contract.tick:f}")
        return Done(tuple(self._enter(name, market, terms)))

    def close(
        self, account: str, instrument: Instrument, quantity: int | None = None, percent: Decimal | None = None
    ) -> Result:
        """Closes a position, whole or in part; `quantity` wins over `percent`. Only a whole close cancels orders."""
        name, market = self.account(account), self.market(instrument)
        if isinstance(name, Rejected):
            return name
        if isinstance(market, Rejected):
            return market
        position = self._position(name, market)
        if not position.quantity:
            return Rejected(f"No positions found for instrument '{instrument.text}'")
        wanted = _wanted(abs(position.quantity), quantity, percent)
        if wanted >= abs(position.quantity):
            return Done(tuple(self._flatten(position)))
        return Done(tuple(self._trade_out(position, wanted)))

    def flatten(self, fits: Filter) -> Result:
        """Closes every position that fits, with the orders of its instrument. None fits: still done."""
        name = None if fits.account is None else self.account(fits.account)
        market = None if fits.instrument is None else self.market(fits.instrument)
        if isinstance(name, Rejected):
            return name
        if isinstance(market, Rejected):
            return market
        found = [p for p in self.positions if _fits(p, name, market, fits.short)]
        return Done(tuple(event for position in found for event in self._flatten(position)))

    def flatten_everything(self) -> Result:
        """Closes every position and cancels every order, in every account."""
        cancelled = self._cancel(self.orders, "everything is flattened")
        flattened = self.flatten(Filter())
        return flattened if isinstance(flattened, Rejected) else Done((*cancelled, *flattened.events))

    def cancel_all_orders(self) -> Result:
        return Done(self._cancel(self.orders, "as asked"))

    def _position(self, account: str, market: Market) -> Position:
        return self._positions.get((account, market)) or Position(account, market)

    def _flatten(self, position: Position) -> Iterator[Event]:
        # Orders go first: none may trade into the position while it is being closed.
        mine = [o for o in self.orders if (o.account, o.market) == (position.account, position.market)]
        yield from self._cancel(mine, "its position is closed")
        yield from self._trade_out(position, abs(position.quantity))

    def _trade_out(self, position: Position, quantity: int) -> Iterator[Event]:
        side = Side.SELL if position.quantity > 0 else Side.BUY
        return self._enter(position.account, position.market, Terms(side, quantity, Kind.MARKET))

    def _enter(self, account: str, market: Market, terms: Terms) -> Iterator[Event]:
        self._last_number += 1
        expires = _day_end(self.now) if terms.tif is Tif.DAY else None
        order = Order(self._last_number, account, market, terms, expires)
        yield Placed(order)
        yield from self._met(order, meet(terms, self.price(market)))

    def _work(self, order: Order) -> Iterator[Event]:
        if order.expires is not None and self.now >= order.expires:
            yield from self._cancel((order,), "its day is over")
        else:
            yield from self._met(order, meet_working(order.terms, self.price(order.market)))

    def _met(self, order: Order, found: Terms | Decimal) -> Iterator[Event]:
        if isinstance(found, Terms):
            self._orders[order.number] = replace(order, terms=found)
            return
        self._orders.pop(order.number, None)
        position = self._position(order.account, order.market).after(order.terms.signed, found)
        self._positions[order.account, order.market] = position
        yield Filled(order, found, position)

    def _cancel(self, orders: Iterable[Order], why: str) -> tuple[Event, ...]:
        return tuple(Cancelled(self._orders.pop(order.number), why) for order in orders)


def _wanted(held: int, quantity: int | None, percent: Decimal | None) -> int:
    if quantity is not None:
        return quantity
    if percent is not None:
        return int((held * percent).to_integral_value(ROUND_CEILING))
    return held


def _fits(position: Position, account: str | None, market: Market | None, short: bool | None) -> bool:
    return (
        position.quantity != 0
        and account in (None, position.account)
        and market in (None, position.market)
        and short in (None, position.quantity < 0)
    )


def _day_end(now: datetime) -> datetime:
    today = datetime.combine(now.date(), _DAY_ENDS, now.tzinfo)
    return today if now < today else today + timedelta(days=1)

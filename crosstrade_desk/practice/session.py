"""A practice session as it can be read: its time and prices, its accounts and what they hold, work and traded. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from crosstrade_desk.practice import markets
from crosstrade_desk.practice.atm import Strategy
from crosstrade_desk.practice.brackets import Brackets
from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.floor import Floor, Walk
from crosstrade_desk.practice.ledger import Account, Fill, Position
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.strategies import Strategies
from crosstrade_desk.protocol.instrument import Instrument

ACCOUNTS: Final = ("Sim101", "Sim102", "Sim103", "Sim105")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command acts: an account in its own spelling, and a market. `written` is the instrument as sent."""

    account: str
    market: Market
    written: str


class Session:
    """All accounts of one practice session.

    Args:
        walk: Gives the price of a market at a step, a second of exchange time.
        start: The moment of step 0, with a time zone.
    """

    def __init__(self, walk: Walk, start: datetime, accounts: Iterable[str] = ACCOUNTS) -> None:
        self._names = {name.casefold(): name for name in accounts}
        self._floor = Floor(walk, start)
        self._strategies = Strategies(self._floor)
        self._floor.after_trade = (self._strategies.traded,)
        self._floor.after_end = (self._strategies.ended, Brackets(self._floor, self._strategies).ended)

    @property
    def now(self) -> datetime:
        return self._floor.now

    def price(self, market: Market) -> Decimal:
        """The last price."""
        return self._floor.price(market)

    def account(self, name: str) -> str | Rejected:
        """The account's own spelling of a name given in any case."""
        return self._names.get(name.casefold()) or Rejected(f"Account '{name}' not found")

    def market(self, instrument: Instrument) -> Market | Rejected:
        found = markets.find(instrument, self.now.date())
        return found or Rejected(f"Instrument '{instrument.text}' not found")

    def find(self, account: str, instrument: Instrument) -> Place | Rejected:
        """The place that a command names, or which of its names is unknown."""
        name, market = self.account(account), self.market(instrument)
        if isinstance(name, Rejected):
            return name
        return market if isinstance(market, Rejected) else Place(name, market, instrument.text)

    def position(self, at: Place) -> Position:
        """The position there; flat if there never was one."""
        return self._floor.ledger.position(at.account, at.market)

    def working(self, at: Place) -> tuple[Order, ...]:
        """The working orders there, oldest first."""
        return tuple(self._floor.book.at(at.account, at.market))

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Cash, the profit of the trading day and the open profit of each account, in money, now."""
        return tuple(self._money(name) for name in self._names.values())

    def _money(self, name: str) -> Account:
        ledger = self._floor.ledger
        held = [p for p in ledger.positions if p.account == name and p.quantity]
        opened = sum((p.open_profit(self.price(p.market)) for p in held), Decimal(0))
        return Account(name, ledger.cash(name), ledger.realised_on(name, self.now), opened)

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every position there was; flat ones hold what they realised."""
        return self._floor.ledger.positions

    @property
    def orders(self) -> tuple[Order, ...]:
        """The working orders, oldest first."""
        return self._floor.book.orders

    @property
    def ended_orders(self) -> tuple[Order, ...]:
        """The last orders that filled, were cancelled or rejected, newest last."""
        return tuple(self._floor.ended)

    @property
    def fills(self) -> tuple[Fill, ...]:
        """The last fills, newest last."""
        return tuple(self._floor.ledger.fills)

    @property
    def strategies(self) -> tuple[Strategy, ...]:
        """The running ATM strategies."""
        return self._strategies.running

"""The simulated NinjaTrader: what CrossTrade's commands ask of it. Pure: time is an argument; no message is read here.

Where to look: `session` reads, this carries out. `trades` is what can be asked, `placing` what speaks against it,
`prices` what prices do to it. `floor` and `book` let orders work and trade; `brackets`, `strategies` and `atm` send
what follows; `ledger` keeps the books; `events` tells. What CrossTrade checks beforehand is in `guards`.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final

from crosstrade_desk.practice.brackets import bracket_fault, legs
from crosstrade_desk.practice.events import Done, Event, Rejected, Result
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.placing import admit, amended
from crosstrade_desk.practice.session import Place, Session
from crosstrade_desk.practice.trades import Bracket, Change, Entry, Kind, Side, Terms
from crosstrade_desk.protocol.instrument import Instrument

_ASKED: Final = "as asked"
_Named = tuple[str | None, Market | None]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which positions: None fits all. `short` is True for short ones only, False for long ones only."""

    account: str | None = None
    instrument: Instrument | None = None
    short: bool | None = None


class Exchange(Session):
    """A session that carries out commands. A refusal changes nothing, but for the first step of commands of two."""

    def advance(self, now: datetime) -> tuple[Event, ...]:
        """Walks the prices to `now`, second by second while orders work. A time gone by already changes nothing."""
        self._floor.advance(now)
        return self._floor.drain()

    def place(self, at: Place, entry: Entry) -> Result:
        """Source: docs webhooks/commands/place-order."""
        order = admit(self._floor, self._strategies, at.account, at.market, entry)
        if isinstance(order, Rejected):
            return self._refused(order.text)
        self._floor.enter([order])
        return self._done()

    def flatten_first(self, at: Place) -> Result:
        """Closes the position, if any, and cancels the instrument's orders even without one.

        Source: docs webhooks/advanced-options/flatten-first.
        """
        self._flatten(at.account, at.market)
        return self._done()

    def flat_place(self, at: Place, entry: Entry) -> Result:
        """`flatten_first`, then `place` in any case. Source: docs webhooks/commands/flat-place-order."""
        self._flatten(at.account, at.market)
        return self.place(at, entry)

    def reverse_position(self, at: Place, entry: Entry) -> Result:
        """Closes the position, then places; does nothing when flat. Source: docs webhooks/commands/reverse-position."""
        return self.flat_place(at, entry) if self.position(at).quantity else Done()

    def reverse(self, at: Place) -> Result:
        """Mirrors the position with market orders and cancels the instrument's orders; does nothing when flat.

        Source: docs webhooks/commands/reverse; that orders are cancelled is our reading.
        """
        held = self.position(at).quantity
        if held:
            self._flatten(at.account, at.market)
            self._trade(at.account, at.market, -held)
        return self._done()

    def close(self, at: Place, quantity: int | None = None, percent: Decimal | None = None) -> Result:
        """Closes a position, whole or in part; `quantity` wins over `percent`. Only a whole close cancels orders.

        Source: docs webhooks/commands/close-position.
        """
        held = self.position(at).quantity
        if not held:
            return Rejected(f"No positions found for instrument '{at.written}'")
        wanted = _wanted(abs(held), quantity, percent)
        if wanted >= abs(held):
            self._flatten(at.account, at.market)
        else:
            self._trade(at.account, at.market, -wanted if held > 0 else wanted)
        return self._done()

    def flatten(self, fits: Filter) -> Result:
        """Closes every position that fits, with the orders of its instrument. None fits: still done.

        Source: docs webhooks/commands/flatten-positions.
        """
        named = self._narrowed(fits.account, fits.instrument)
        if isinstance(named, Rejected):
            return named
        for p in self.positions:
            if p.quantity and _within(p.account, p.market, named) and fits.short in (None, p.quantity < 0):
                self._flatten(p.account, p.market)
        return self._done()

    def flatten_everything(self) -> Result:
        """Closes every position and cancels every order, in every account."""
        self._floor.sweep(self.orders, "everything is flattened")
        return self.flatten(Filter())

    def close_strategy(self, strategy_id: str) -> Result:
        """Cancels an ATM strategy's orders and closes its part of the position, never past flat.

        Source: docs webhooks/commands/close-strategy.
        """
        if not self._strategies.close(strategy_id):
            return Rejected(f"ATM strategy '{strategy_id}' not found")
        return self._done()

    def cancel(self, order_id: str, strategy_id: str = "") -> Result:
        """Cancels the order with the user's id, or one of an ATM strategy by its name there.

        Source: docs webhooks/commands/cancel-order.
        """
        order = self._floor.book.find(order_id, strategy_id)
        if order is None:
            return _no_order(order_id)
        self._floor.cancel([order], _ASKED)
        return self._done()

    def cancel_orders(self, account: str | None = None, instrument: Instrument | None = None) -> Result:
        """Cancels the orders of an account, of an instrument, or all there are; positions stay.

        Brackets that wait for the rest of a part-filled entry are dropped: the user wants no orders.
        """
        named = self._narrowed(account, instrument)
        if isinstance(named, Rejected):
            return named
        self._floor.sweep([o for o in self.orders if _within(o.account, o.market, named)], _ASKED)
        return self._done()

    def cancel_replace(self, at: Place, entry: Entry) -> Result:
        """Cancels the order `entry.order_id` and, only if it still worked, places the entry under the same id.

        Source: docs webhooks/commands/cancel-replace; that the id is taken over is our reading.
        """
        order = self._floor.book.find(entry.order_id) or self._floor.book.find(entry.order_id, entry.strategy_id)
        if order is None:
            return _no_order(entry.order_id)
        self._floor.cancel([order], "it is replaced")
        return self.place(at, entry)

    def change(self, order_id: str, change: Change, strategy_id: str = "") -> Result:
        """Changes size or prices of a working order, found as in `cancel`.

        Source: docs webhooks/commands/change-order.
        """
        order = self._floor.book.find(order_id, strategy_id)
        if order is None:
            return _no_order(order_id)
        terms = amended(order, change, self.price(order.market))
        if isinstance(terms, Rejected):
            return terms
        self._floor.change(order, terms, _ASKED)
        return self._done()

    def cancel_and_bracket(self, at: Place, side: Side, quantity: int, bracket: Bracket) -> Result:
        """Cancels the orders there and puts a bracket around the position on `side`, or in wait at `quantity` if flat.

        `quantity` is clamped to the position. With a stop that the market has passed the bracket is refused after the
        cancel, and the position left bare, as reported of the original. A position on the other side changes nothing.
        Source: docs webhooks/commands/cancel-and-bracket.
        """
        held, last = self.position(at).quantity * side.value, self.price(at.market)
        if held < 0:
            return Rejected(
                f"The position is {'short' if side is Side.BUY else 'long'}: action is {side.opposite.name}"
            )
        if why := bracket_fault(bracket, side, quantity, at.market, last):
            return Rejected(why)
        self._floor.sweep(self.working(at), "a new bracket takes their place")
        terms = legs(bracket, side, min(quantity, held) if held else quantity, at.market, last)
        pair = [self._floor.order(at.account, at.market, its) for its in terms]
        why = self._floor.enter_pair(pair, last)
        return self._refused(why) if why else self._done()

    def _done(self) -> Done:
        return Done(self._floor.drain())

    def _refused(self, why: str) -> Rejected:
        return Rejected(why, self._floor.drain())

    def _flatten(self, account: str, market: Market) -> None:
        # Orders go first: none may trade into the position while it is being closed.
        self._floor.sweep(self._floor.book.at(account, market), "its position is closed")
        self._trade(account, market, -self._floor.ledger.position(account, market).quantity)

    def _trade(self, account: str, market: Market, signed: int) -> None:
        if signed:
            terms = Terms(Side.BUY if signed > 0 else Side.SELL, abs(signed), Kind.MARKET)
            self._floor.enter([self._floor.order(account, market, terms)])

    def _narrowed(self, account: str | None, instrument: Instrument | None) -> _Named | Rejected:
        name = None if account is None else self.account(account)
        market = None if instrument is None else self.market(instrument)
        if isinstance(name, Rejected):
            return name
        return market if isinstance(market, Rejected) else (name, market)


def _within(account: str, market: Market, named: _Named) -> bool:
    return named[0] in (None, account) and named[1] in (None, market)


def _wanted(held: int, quantity: int | None, percent: Decimal | None) -> int:
    if quantity is not None:
        return quantity
    if percent is not None:
        return int((held * percent).to_integral_value(ROUND_CEILING))
    return held


def _no_order(order_id: str) -> Rejected:
    return Rejected(f"Order linked to '{order_id}' not found or already terminal.")

"""Running ATM strategies: entries join them, their stops and targets go out and keep to what they hold. Pure.

Each leg of the template has one pair, STOPn and TARGETn, an OCO group that grows with further entries at the prices it
has. Opposite orders outside a strategy do not touch it: its pairs stay as orphans. Source: docs examples-and-use-cases.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from crosstrade_desk.practice.atm import TEMPLATES, Leg, Strategy, shared
from crosstrade_desk.practice.floor import Floor
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.trades import Entry, Kind, Terms, Tif


class Strategies:
    """The running strategies of all accounts. The floor tells `traded` and `ended`."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._running: dict[str, Strategy] = {}

    @property
    def running(self) -> tuple[Strategy, ...]:
        return tuple(self._running.values())

    def refusal(self, account: str, market: Market, entry: Entry) -> str:
        """Why an entry cannot start or join the strategy it names; empty if it can, or names none."""
        known = self._running.get(entry.strategy_id)
        if entry.strategy:
            if entry.strategy not in TEMPLATES:
                return f"ATM strategy template '{entry.strategy}' not found"
            return f"Strategy id '{entry.strategy_id}' is already in use by a running strategy" if known else ""
        if entry.strategy_id and known is None:
            return f"ATM strategy '{entry.strategy_id}' not found"
        return _cannot_join(known, account, market, entry) if known else ""

    def enlist(self, order: Order, entry: Entry) -> Order:
        """The order as one of the strategy that its entry names, or as it is if that names none."""
        strategy = self._started(order, entry) if entry.strategy else self._running.get(entry.strategy_id)
        if strategy is None:
            return order
        if order.terms.side is strategy.side:
            strategy = self._keep(replace(strategy, entries=strategy.entries + 1))
            return replace(order, strategy_id=strategy.id, name=f"ENTRY{strategy.entries}")
        strategy = self._keep(replace(strategy, exits=strategy.exits + 1))
        return replace(order, strategy_id=strategy.id, name=f"EXIT{strategy.exits}")

    def _started(self, order: Order, entry: Entry) -> Strategy:
        own = entry.strategy_id or f"{entry.strategy}#{order.number}"
        pairs = len(TEMPLATES[entry.strategy])
        return Strategy(own, entry.strategy, order.account, order.market, order.terms.side, pairs=pairs)

    def _keep(self, strategy: Strategy) -> Strategy:
        self._running[strategy.id] = strategy
        return strategy

    def adopt(self, strategy_id: str, pair: Sequence[Order]) -> list[Order]:
        """Names an appended bracket as a further pair of a strategy; none if that is over already."""
        strategy = self._running.get(strategy_id)
        if strategy is None or not strategy.held:
            return []
        pairs = self._keep(replace(strategy, pairs=strategy.pairs + 1)).pairs
        return [_named(order, strategy_id, pairs) for order in pair]

    def traded(self, order: Order, quantity: int, price: Decimal) -> None:
        strategy = self._running.get(order.strategy_id)
        if strategy is None:
            return
        if order.terms.side is strategy.side:
            self._scale_in(strategy, quantity, price)
        else:
            self._scale_out(strategy, quantity)

    def ended(self, order: Order) -> None:
        """A strategy is over when none of its orders works and it holds nothing, or its account nothing on its side."""
        position = self._floor.ledger.position(order.account, order.market).quantity
        for strategy in self.running:
            here = (strategy.account, strategy.market) == (order.account, order.market)
            holds = strategy.held and position * strategy.side.value > 0
            if here and not holds and not self._floor.book.of_strategy(strategy.id):
                del self._running[strategy.id]

    def _scale_in(self, strategy: Strategy, quantity: int, price: Decimal) -> None:
        before = shared(strategy.legs, strategy.entered)
        after = shared(strategy.legs, strategy.entered + quantity)
        self._keep(replace(strategy, held=strategy.held + quantity, entered=strategy.entered + quantity))
        for number, (leg, old, new) in enumerate(zip(strategy.legs, before, after, strict=True), 1):
            if new > old:
                self._protect(strategy, number, _exits(leg, strategy, new - old, price), price)

    def _protect(self, strategy: Strategy, number: int, exits: Sequence[Terms], price: Decimal) -> None:
        names = f"STOP{number}", f"TARGET{number}"
        working = [o for o in self._floor.book.of_strategy(strategy.id) if o.name in names]
        for order in working:
            self._floor.resize(order, order.terms.quantity + exits[0].quantity, "its strategy scaled in")
        if not working:
            orders = (self._floor.order(strategy.account, strategy.market, terms) for terms in exits)
            self._floor.enter_pair([_named(order, strategy.id, number) for order in orders], price)

    def _scale_out(self, strategy: Strategy, quantity: int) -> None:
        held = self._keep(replace(strategy, held=max(0, strategy.held - quantity))).held
        exits = [o for o in self._floor.book.of_strategy(strategy.id) if o.terms.side is not strategy.side]
        if not held:
            self._floor.cancel(exits, "its strategy holds nothing more")
            return
        for order in exits:
            if order.left > held:
                self._floor.resize(order, order.filled + held, "its strategy holds less")

    def close(self, strategy_id: str) -> bool:
        """Cancels a strategy's orders and closes its part, no further than to flat; False if it does not run."""
        strategy = self._running.pop(strategy_id, None)
        if strategy is None:
            return False
        self._floor.sweep(self._floor.book.of_strategy(strategy_id), "its strategy is closed")
        position = self._floor.ledger.position(strategy.account, strategy.market)
        size = min(strategy.held, position.quantity * strategy.side.value)
        if size > 0:
            terms = Terms(strategy.side.opposite, size, Kind.MARKET)
            self._floor.enter([self._floor.order(strategy.account, strategy.market, terms)])
        return True


def _cannot_join(known: Strategy, account: str, market: Market, entry: Entry) -> str:
    if (known.account, known.market) != (account, market):
        return f"ATM strategy '{known.id}' trades {known.market.name} in {known.account}"
    if entry.side is not known.side and entry.bracket and entry.bracket.append_atm:
        return f"append_atm goes with entries, and this would be an exit of ATM strategy '{known.id}'"
    return ""


def _exits(leg: Leg, strategy: Strategy, quantity: int, price: Decimal) -> list[Terms]:
    up, tick = strategy.side.value, strategy.market.contract.tick
    away = strategy.side.opposite
    found = []
    if leg.stop is not None:
        found.append(Terms(away, quantity, Kind.STOPMARKET, Tif.GTC, stop=price - up * leg.stop * tick))
    if leg.target is not None:
        found.append(Terms(away, quantity, Kind.LIMIT, Tif.GTC, limit=price + up * leg.target * tick))
    return found


def _named(order: Order, strategy_id: str, number: int) -> Order:
    word = "STOP" if order.terms.kind.has_stop else "TARGET"
    return replace(order, strategy_id=strategy_id, name=f"{word}{number}")

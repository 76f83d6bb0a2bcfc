"""What speaks against an entry or a change, and the order or terms that come of it if nothing does. Pure."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from crosstrade_desk.practice.brackets import bracket_fault
from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.floor import Floor
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order
from crosstrade_desk.practice.prices import absolute, refusal, settled
from crosstrade_desk.practice.strategies import Strategies
from crosstrade_desk.practice.trades import Change, Entry, Kind, Terms


def admit(floor: Floor, strategies: Strategies, account: str, market: Market, entry: Entry) -> Order | Rejected:
    """An order to enter at once, member of its strategy already. What is rejected has changed nothing."""
    last = floor.price(market)
    terms = settled(entry, market, last)
    why = (
        refusal(terms, market, last)
        or _options_fault(floor, account, market, entry)
        or strategies.refusal(account, market, entry)
    )
    if why:
        return Rejected(why)
    order = replace(
        floor.order(account, market, terms),
        order_id=entry.order_id,
        oco=entry.oco_id or None,
        bracket=entry.bracket,
        times_out=None if entry.cancel_after is None else floor.now + timedelta(minutes=entry.cancel_after),
    )
    return strategies.enlist(order, entry)


def _options_fault(floor: Floor, account: str, market: Market, entry: Entry) -> str:
    if entry.order_id and floor.book.find(entry.order_id):
        return f"Order id '{entry.order_id}' is already in use by a working order"
    if entry.oco_id and floor.is_used_up(account, entry.oco_id):
        return f"OCO id '{entry.oco_id}' is used up: its group has ended, take a new one"
    if entry.cancel_after is not None and entry.kind is not Kind.LIMIT:
        return "cancel_after goes with LIMIT orders only"
    if entry.bracket is None:
        return ""
    if entry.bracket.append_atm and not (entry.strategy or entry.strategy_id):
        return "append_atm needs an ATM strategy"
    return bracket_fault(entry.bracket, entry.side, entry.quantity, market, floor.price(market))


def amended(order: Order, change: Change, last: Decimal) -> Terms | Rejected:
    """The terms of a working order after a change, or why it cannot be changed so."""
    terms = order.terms
    if change.limit and not terms.kind.has_limit:
        return Rejected(f"A {terms.kind.name} order has no limit price")
    if change.stop and not terms.kind.has_stop:
        return Rejected(f"A {terms.kind.name} order has no stop price")
    found = replace(
        terms,
        quantity=change.quantity or terms.quantity,
        limit=absolute(change.limit, order.market, last) if change.limit else terms.limit,
        stop=absolute(change.stop, order.market, last) if change.stop else terms.stop,
    )
    if found.quantity <= order.filled:
        return Rejected(f"Quantity {found.quantity} is not above the {order.filled} that are filled")
    why = refusal(found, order.market, last)
    return Rejected(why) if why else found

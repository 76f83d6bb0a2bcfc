"""Brackets: a target and a stop for an entry, sent when it has filled. Pure.

A market entry fills as it comes in, so its bracket goes out with it. A waiting one goes out when its entry ends, for
what was filled until then; with nothing filled it is dropped. The pair is no part of the position: it stays when that
is closed by an opposite order, unless appended to an ATM strategy.

Source: docs webhooks/advanced-options/bracket-orders.
"""

from decimal import Decimal

from crosstrade_desk.practice.floor import Floor
from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.orders import Order, State
from crosstrade_desk.practice.prices import fault, settled
from crosstrade_desk.practice.strategies import Strategies
from crosstrade_desk.practice.trades import Bracket, Entry, Kind, Side, Terms, Tif


def legs(bracket: Bracket, side: Side, quantity: int, market: Market, base: Decimal) -> tuple[Terms, ...]:
    """The exits of a position on `side`, relative prices counted from `base`; the stop comes first."""
    trigger = bracket.stop_loss_limit if bracket.stop_loss_stop is None else bracket.stop_loss_stop
    asked = [
        Entry(side.opposite, quantity, Kind.STOPMARKET, Tif.GTC, stop=bracket.stop_loss),
        Entry(side.opposite, quantity, Kind.STOPLIMIT, Tif.GTC, bracket.stop_loss_limit, trigger),
        Entry(side.opposite, quantity, Kind.LIMIT, Tif.GTC, bracket.take_profit),
    ]
    given = (bracket.stop_loss, bracket.stop_loss_limit, bracket.take_profit)
    return tuple(settled(e, market, base) for e, price in zip(asked, given, strict=True) if price is not None)


def bracket_fault(bracket: Bracket, side: Side, quantity: int, market: Market, last: Decimal) -> str:
    """What is wrong with a bracket wherever the market is; empty if nothing."""
    if bracket.stop_loss is not None and bracket.stop_loss_limit is not None:
        return "Give stop_loss or stop_loss_limit, not both"
    found = legs(bracket, side, quantity, market, last)
    if not found:
        return "A bracket needs take_profit or stop_loss"
    return next(filter(None, (fault(terms, market) for terms in found)), "")


class Brackets:
    """Sends the brackets that wait. The floor tells `ended`."""

    def __init__(self, floor: Floor, strategies: Strategies) -> None:
        self._floor, self._strategies = floor, strategies

    def ended(self, order: Order) -> None:
        if order.bracket is None or not order.filled:
            return
        terms = legs(order.bracket, order.terms.side, order.filled, order.market, order.average)
        pair = [self._floor.order(order.account, order.market, its) for its in terms]
        if order.bracket.append_atm:
            pair = self._strategies.adopt(order.strategy_id, pair)
        # A stop is on the right side if it is so from the fill: a market that passed it since has triggered it.
        filled = order.end is State.FILLED
        self._floor.enter_pair(pair, order.average if filled else self._floor.price(order.market))

"""What prices do to terms: relative to absolute, is it a price at all, does the market reach it. Pure."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, assert_never

from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.trades import Entry, Kind, Price, Side, Terms
from crosstrade_desk.protocol.prices import RelativePrice, Unit

_NEVER: Final = Decimal("Infinity")


def absolute(price: Price, market: Market, last: Decimal) -> Decimal:
    """The price itself; a relative one is counted from `last` and rounded to the nearest tick, halves away from 0.

    Source: docs percentage-and-tick-prices; the dollars of one contract are our reading.
    """
    if isinstance(price, Decimal):
        return price
    tick = market.contract.tick
    ticks = (last + _distance(price, market, last)) / tick
    return ticks.to_integral_value(ROUND_HALF_UP) * tick


def _distance(price: RelativePrice, market: Market, last: Decimal) -> Decimal:
    match price.unit:
        case Unit.TICKS:
            return price.amount * market.contract.tick
        case Unit.PERCENT:
            return last * price.amount / 100
        case Unit.POINTS:
            return price.amount
        case Unit.DOLLARS:
            return price.amount / market.contract.point_value
        case unreachable:
            assert_never(unreachable)


def settled(entry: Entry, market: Market, last: Decimal) -> Terms:
    """The terms of an entry while the last price is `last`. Prices that its kind has no use for are left out."""
    limit = entry.limit if entry.kind.has_limit else None
    stop = entry.stop if entry.kind.has_stop else None
    return Terms(
        entry.side,
        entry.quantity,
        entry.kind,
        entry.tif,
        None if limit is None else absolute(limit, market, last),
        None if stop is None else absolute(stop, market, last),
    )


def fault(terms: Terms, market: Market) -> str:
    """What is wrong with terms wherever the market is; empty if nothing."""
    if terms.quantity < 1:
        return f"Quantity {terms.quantity} is not above zero"
    wanted = {"LIMIT_PRICE": (terms.kind.has_limit, terms.limit), "STOP_PRICE": (terms.kind.has_stop, terms.stop)}
    if missing := [name for name, (needed, price) in wanted.items() if needed and price is None]:
        return f"Check message format, missing required field: {', '.join(missing)}"
    given = [price for _, price in wanted.values() if price is not None]
    return next(filter(None, (_price_fault(price, market) for price in given)), "")


def _price_fault(price: Decimal, market: Market) -> str:
    if price <= 0:
        return f"Price {price:f} is not above zero"
    return (
        ""
        if market.on_grid(price)
        else (f"Price {price:f} is not a multiple of the tick size {market.contract.tick:f}")
    )


def refusal(terms: Terms, market: Market, at: Decimal) -> str:
    """Why terms are not taken with the market at `at`; empty if they are.

    A stop that the market has passed is refused, as NinjaTrader does; one at the very market is taken and trades.
    """
    if why := fault(terms, market):
        return why
    if terms.stop is None or not terms.kind.has_stop or margin(terms, at) <= 0:
        return ""
    side = "below" if terms.side is Side.BUY else "above"
    return f"A {terms.side.name.lower()} stop at {terms.stop:f} is {side} the market at {at:f}"


def direction(terms: Terms) -> int:
    """1 for terms that wait for a higher price, -1 for a lower one."""
    return -terms.side.value if terms.kind is Kind.LIMIT else terms.side.value


def awaited(terms: Terms) -> Decimal:
    """The price that working terms wait for; infinite if they lack it."""
    price = terms.limit if terms.kind is Kind.LIMIT else terms.stop
    return direction(terms) * _NEVER if price is None else price


def margin(terms: Terms, price: Decimal) -> Decimal:
    """How far `price` is past the awaited one: below 0 while it is not reached."""
    return (price - awaited(terms)) * direction(terms)


def meet(terms: Terms, price: Decimal) -> Terms | Decimal:
    """What a price makes of arriving terms: the price they fill at, or the terms that go on working."""
    match terms.kind:
        case Kind.MARKET:
            return price
        case Kind.LIMIT | Kind.STOPMARKET:
            return price if margin(terms, price) >= 0 else terms
        case Kind.STOPLIMIT:
            return meet(replace(terms, kind=Kind.LIMIT), price) if margin(terms, price) >= 0 else terms
        case unreachable:
            assert_never(unreachable)


def meet_working(terms: Terms, price: Decimal) -> Terms | Decimal:
    """As `meet`, for a price that comes to terms already working: a limit fills at its own price, not better."""
    found = meet(terms, price)
    if isinstance(found, Decimal) and terms.kind is Kind.LIMIT and terms.limit is not None:
        return terms.limit
    return found

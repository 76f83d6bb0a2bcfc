"""What is wrong with the prices of a message: off the grid, or on the wrong side of one another."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from crosstrade_desk.protocol.contracts import Contract, contracts, neighbours
from crosstrade_desk.protocol.instrument import Instrument, Notation
from crosstrade_desk.protocol.prices import Price, RelativePrice
from crosstrade_desk.protocol.problems import Kind, Problem
from crosstrade_desk.protocol.spec import CommandSpec, Given, Rule, Values

UP: Final = {"BUY": 1, "SELL": -1}


def contract_of(values: Values) -> Contract | None:
    """The futures contract that is named, if the table knows it."""
    instrument = values.get("instrument")
    if not isinstance(instrument, Instrument) or instrument.notation is Notation.STOCK:
        return None
    return contracts().get(instrument.root)


def _on_the_grid(spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    contract = contract_of(values)
    if contract is None:
        return
    for use in spec.uses:
        price = values.get(use.field.name)
        if isinstance(use.field.type, Price) and isinstance(price, Decimal) and (why := _off(price, contract)):
            yield Problem(use.field.name, why)


def _off(price: Decimal, contract: Contract) -> str:
    if near := neighbours(price, contract.tick):
        grid = f"{contract.root} moves in steps of {contract.tick:f}"
        return f"{price:f} is between two prices: {grid}. Nearest: {near[0]:f} and {near[1]:f}."
    if _decimals(price) == 3 > _decimals(contract.tick) and price < 1000:  # 110.000 for a hundred and ten thousand?
        whole, grouped = f"{price.normalize():f}", f"{price:f}".replace(".", "")
        return f"{price:f} can be read in two ways: write {whole} or {grouped}."
    return ""


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


# Which way each exit lies from the entry, for a buy.
SIDES: Final = {"take_profit": 1, "stop_loss": -1, "stop_loss_limit": -1, "stop_loss_stop": -1}


def _right_side(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    """Target above and stop below for a buy, the reverse for a sell.

    Source: docs advanced-options/percentage-and-tick-prices (sign of a distance); the side itself is common sense.
    """
    up = UP.get(str(values.get("action")), 0)
    for name, way in SIDES.items():
        if up and (fault := _wrong(values.get(name), way * up, entry_price(values, worst=way > 0))):
            yield Problem(name, fault, Kind.CONFLICT)


def _wrong(price: object, way: int, entry: Decimal | None) -> str:
    side = "above" if way > 0 else "below"
    if isinstance(price, RelativePrice) and price.amount * way <= 0:
        sign = "positive" if way > 0 else "negative"
        return f"This is on the wrong side: it must lie {side} the market, so the distance is {sign}."
    if isinstance(price, Decimal) and entry is not None and (price - entry) * way <= 0:
        return f"This is on the wrong side: it must lie {side} the entry at {entry:f}."
    return ""


def _stops_before_the_target(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    up, target = UP.get(str(values.get("action")), 0), values.get("take_profit")
    for name in ("stop_loss", "stop_loss_limit", "stop_loss_stop"):
        stop = values.get(name)
        if isinstance(target, Decimal) and isinstance(stop, Decimal) and up and (target - stop) * up <= 0:
            side = "below" if up > 0 else "above"
            yield Problem(name, f"The stop loss must lie {side} the take profit.", Kind.CONFLICT)


def _stop_entry_beyond_the_market(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    """A stop order waits for a price that the market has not reached: above it to buy, below it to sell."""
    stop, up = values.get("stop_price"), UP.get(str(values.get("action")), 0)
    if isinstance(stop, RelativePrice) and up and stop.amount * up <= 0:
        side, sign = ("above", "positive") if up > 0 else ("below", "negative")
        text = f"A stop to {values['action']} must lie {side} the market, so the distance is {sign}."
        yield Problem("stop_price", text.replace("BUY", "buy").replace("SELL", "sell"), Kind.CONFLICT)


def entry_price(values: Values, *, worst: bool) -> Decimal | None:
    """The price at which the order would be filled, as far as the message itself says it.

    A stop limit order fills between its stop and, at worst, its limit.
    """
    limited = {
        "LIMIT": "limit_price",
        "STOPMARKET": "stop_price",
        "STOPLIMIT": "limit_price" if worst else "stop_price",
    }
    price = values.get(limited.get(str(values.get("order_type")), ""))
    return price if isinstance(price, Decimal) else None


PRICE_RULES: Final[tuple[Rule, ...]] = (
    _on_the_grid,
    _right_side,
    _stops_before_the_target,
    _stop_entry_beyond_the_market,
)

"""What does not go together in one message. Each rule looks at the values that are set and yields problems.

`values` hold what can be read; `given` names every field that has a text, at fault or not. A rule holds for every
command that has its fields.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from crosstrade_desk.protocol.contracts import contracts, neighbours
from crosstrade_desk.protocol.instrument import Instrument, Notation
from crosstrade_desk.protocol.prices import Price, RelativePrice
from crosstrade_desk.protocol.problems import Kind, Problem, one_of
from crosstrade_desk.protocol.spec import CommandSpec, Values
from crosstrade_desk.protocol.texts import ClockTime

Given = frozenset[str]
Rule = Callable[[CommandSpec, Values, Given], Iterator[Problem]]


ATM_ORDER: Final = re.compile(r"(?:ENTRY|EXIT|STOP|SIMSTOP|TARGET)[1-9]\d{0,2}", re.IGNORECASE | re.ASCII)


def _conflict(field: str, message: str) -> Problem:
    return Problem(field, message, Kind.CONFLICT)


def _one_amount(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    # The server would take the quantity and say nothing of the share. Source: docs commands/close-position.
    if "quantity" in values and "percent" in values:
        yield _conflict("percent", "Give a quantity or a share, not both.")


def _says_something(spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    if spec.one_of and not any(values.get(name, name in given) for name in spec.one_of):
        titles = tuple(use.field.title.lower() for use in spec.uses if use.field.name in spec.one_of)
        yield Problem(spec.one_of[0], f"Give at least one of {one_of(titles)}.", Kind.MISSING)


def _one_stop_loss(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    # Source: docs advanced-options/bracket-orders.
    if "stop_loss" in values and "stop_loss_limit" in values:
        yield _conflict("stop_loss_limit", "Give one kind of stop loss: at market, or with a limit.")


def _appended_bracket(_spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    if values.get("append_atm") and not {"take_profit", "stop_loss", "stop_loss_limit"} & given:
        yield _conflict("append_atm", "There is neither take profit nor stop loss to put under the ATM strategy.")


def _atm_order_needs_its_strategy(spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    # Source: docs commands/cancel-order, commands/change-order; NinjaTrader 8 help.
    found = values.get("order_id")
    if isinstance(found, str) and not spec.opens and ATM_ORDER.fullmatch(found) and "strategy_id" not in given:
        yield Problem(
            "strategy_id", f"{found.upper()} is an order of an ATM strategy: name the strategy.", Kind.MISSING
        )


def _condition_needs_a_place(_spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    # Source: docs advanced-options/require-market-position.
    if "require_market_position" in values:
        for name in ("account", "instrument"):
            if name not in given:
                text = f"A condition on the position needs an {name}: CrossTrade looks at one position."
                yield _conflict(name, text)


def _closing_time_needs_a_window(_spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    # Source: docs advanced-options/trading-window.
    if "closing_only_after" in values and not {"start_time", "end_time"} <= given:
        yield _conflict("closing_only_after", "Closing only after a time needs both other times, too.")


def _window_has_a_width(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    start, end = values.get("start_time"), values.get("end_time")
    if isinstance(start, ClockTime) and isinstance(end, ClockTime) and start.time == end.time:
        yield _conflict("end_time", "Both times are the same: nothing would ever pass.")


def _tradovate_limits(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    # Source: docs webhooks/destinations, commands/close-strategy, advanced-options/limit-order-timeouts.
    if values.get("destination") != "tradovate":
        return
    for name in ("strategy", "strategy_id"):
        if name in values:
            yield _conflict(name, "Tradovate knows no ATM strategies.")
    if isinstance(values.get("limit_price"), RelativePrice):
        yield _conflict("limit_price", "Tradovate takes a limit price only as a number.")


# --- prices ---


def _on_the_grid(spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    instrument = values.get("instrument")
    if not isinstance(instrument, Instrument) or instrument.notation is Notation.STOCK:
        return
    if (contract := contracts().get(instrument.root)) is None:
        return
    for use in spec.uses:
        price = values.get(use.field.name)
        if (
            isinstance(use.field.type, Price)
            and isinstance(price, Decimal)
            and (near := neighbours(price, contract.tick))
        ):
            below, above = near
            grid = f"{contract.root} moves in steps of {contract.tick:f}"
            yield Problem(use.field.name, f"{price:f} is between two prices: {grid}. Nearest: {below:f} and {above:f}.")


_UP: Final = {"BUY": 1, "SELL": -1}
# Which way each price lies from the entry, for a buy.
_SIDES: Final = {"take_profit": 1, "stop_loss": -1, "stop_loss_limit": -1, "stop_loss_stop": -1}


def _right_side(_spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    """Target above and stop below for a buy, the reverse for a sell.

    Source: docs advanced-options/percentage-and-tick-prices (sign of a distance); the side itself is common sense.
    """
    up = _UP.get(str(values.get("action")))
    if up is None:
        return
    for name, way in _SIDES.items():
        if (price := values.get(name)) is not None and (fault := _wrong(price, way * up, entry_price(values))):
            yield _conflict(name, fault)
    target, stop = values.get("take_profit"), values.get("stop_loss", values.get("stop_loss_limit"))
    if isinstance(target, Decimal) and isinstance(stop, Decimal) and (target - stop) * up <= 0:
        yield _conflict("stop_loss" if "stop_loss" in values else "stop_loss_limit", _crossed(up))


def _wrong(price: object, way: int, entry: Decimal | None) -> str:
    side = "above" if way > 0 else "below"
    if isinstance(price, RelativePrice) and price.amount * way <= 0:
        sign = "positive" if way > 0 else "negative"
        return f"This is on the wrong side: it must lie {side} the market, so the distance is {sign}."
    if isinstance(price, Decimal) and entry is not None and (price - entry) * way <= 0:
        return f"This is on the wrong side: it must lie {side} the entry at {entry:f}."
    return ""


def _crossed(up: int) -> str:
    return f"The stop loss must lie {'below' if up > 0 else 'above'} the take profit."


def entry_price(values: Values) -> Decimal | None:
    """The price at which the order would be filled, as far as the message itself says it."""
    wanted = {"LIMIT": "limit_price", "STOPMARKET": "stop_price", "STOPLIMIT": "stop_price"}
    price = values.get(wanted.get(str(values.get("order_type")), ""))
    return price if isinstance(price, Decimal) else None


# What CrossTrade's documentation says of messages, and so what a server may hold them to.
DOCUMENTED: Final[tuple[Rule, ...]] = (
    _says_something,
    _one_stop_loss,
    _appended_bracket,
    _atm_order_needs_its_strategy,
    _condition_needs_a_place,
    _closing_time_needs_a_window,
    _tradovate_limits,
)
# What the ticket, on top of that, will not let a trader send: it would do nothing, or something else than it says.
RULES: Final[tuple[Rule, ...]] = (_one_amount, *DOCUMENTED, _window_has_a_width, _on_the_grid, _right_side)

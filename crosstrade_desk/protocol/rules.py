"""What does not go together in one message. Each rule looks at the values that are set and yields problems.

`values` hold what can be read; `given` names every field that has a text, at fault or not. A rule holds for every
command that has its fields.
"""

import re
from collections.abc import Iterator
from typing import Final

from crosstrade_desk.protocol.price_rules import PRICE_RULES
from crosstrade_desk.protocol.prices import RelativePrice
from crosstrade_desk.protocol.problems import Kind, Problem, one_of
from crosstrade_desk.protocol.spec import CommandSpec, Given, Group, Rule, Values
from crosstrade_desk.protocol.texts import ClockTime

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


def _atm_orders(spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    # Source: docs commands/cancel-order, commands/change-order; NinjaTrader 8 help.
    found, use = values.get("order_id"), spec.use("order_id")
    if not isinstance(found, str) or use is None or not ATM_ORDER.fullmatch(found):
        return
    name = found.upper()
    if use.field.group is Group.IDS:  # nobody could cancel it by that name
        yield _conflict("order_id", f"{name} is what an ATM strategy calls its orders. Choose another id.")
    elif "strategy_id" not in given:
        yield Problem("strategy_id", f"{name} is an order of an ATM strategy: name the strategy.", Kind.MISSING)


def _condition_needs_a_place(_spec: CommandSpec, values: Values, given: Given) -> Iterator[Problem]:
    # Source: docs advanced-options/require-market-position.
    if "require_market_position" in values:
        for name in ("account", "instrument"):
            if name not in given:
                text = f"A condition on the position needs an {name}: CrossTrade looks at one position."
                yield _conflict(name, text)


def _no_position_no_effect(spec: CommandSpec, values: Values, _given: Given) -> Iterator[Problem]:
    if spec.needs_position and values.get("require_market_position") == ("flat",):
        yield _conflict("require_market_position", "With a flat position it does nothing: choose long or short.")


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


# What CrossTrade's documentation says of messages, and so what a server may hold them to.
DOCUMENTED: Final[tuple[Rule, ...]] = (
    _says_something,
    _one_stop_loss,
    _appended_bracket,
    _atm_orders,
    _condition_needs_a_place,
    _closing_time_needs_a_window,
    _tradovate_limits,
)
# What the ticket, on top of that, will not let a trader send: it would do nothing, or something else than it says.
RULES: Final[tuple[Rule, ...]] = (
    _one_amount,
    *DOCUMENTED,
    _no_position_no_effect,
    _window_has_a_width,
    *PRICE_RULES,
)

"""What is worth a second look in a valid message. Nothing here keeps it from being sent."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from crosstrade_desk.protocol import instrument_words
from crosstrade_desk.protocol.command import Command
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.prices import RelativePrice
from crosstrade_desk.protocol.problems import Problem
from crosstrade_desk.protocol.texts import ClockTime

Caution = Callable[[Command, datetime], Iterator[Problem]]


def cautions(command: Command, now: datetime) -> tuple[Problem, ...]:
    """Every remark about the command, in the order of its fields; `now`, with a zone, is for contracts and windows."""
    found = [remark for look in _LOOKS for remark in look(command, now)]
    order = {name: place for place, name in enumerate(command.texts)}
    return tuple(sorted(found, key=lambda remark: order.get(remark.field, -1)))


def _instrument(command: Command, now: datetime) -> Iterator[Problem]:
    instrument = command.values.get("instrument")
    for text in instrument_words.cautions(instrument, now.date()) if isinstance(instrument, Instrument) else ():
        yield Problem("instrument", text)


def _wide(command: Command, _now: datetime) -> Iterator[Problem]:
    for name in command.spec.wide_without:
        if name not in command.values:
            yield Problem(name, f"Without {name} it reaches every {name}.")


_IDS: Final = {
    "order_id": "order ids must be unique, and each account gets the same one",
    "strategy_id": "strategy ids must be unique, and each account gets the same one",
    "oco_id": "one OCO group would then hold orders of several accounts",
}


def _shared_ids(command: Command, _now: datetime) -> Iterator[Problem]:
    # Source: docs advanced-options/multi-account-placement copies every field.
    for name, why in _IDS.items():
        if name in command.values and len(command.accounts) > 1:
            yield Problem(name, f"Shared by {len(command.accounts)} accounts: {why}. Better send one message for each.")


def _delay(command: Command, _now: datetime) -> Iterator[Problem]:
    seconds = command.values.get("delay")
    if isinstance(seconds, Decimal) and seconds >= _PATIENCE_S:
        text = f"The answer may come only after {seconds:f} s. Until then the ticket takes no other entry."
        yield Problem("delay", text)


_PATIENCE_S: Final = 5


def _shut(command: Command, now: datetime) -> Iterator[Problem]:
    """A window that is shut at this moment; one over midnight is left alone."""
    start, end = command.values.get("start_time"), command.values.get("end_time")
    if not (isinstance(start, ClockTime) or isinstance(end, ClockTime)):
        return
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few messages need it, and the start does not wait for it

    clock = now.astimezone(ZoneInfo("America/New_York")).time()
    early = isinstance(start, ClockTime) and clock < start.time
    late = isinstance(end, ClockTime) and clock >= end.time
    over_midnight = isinstance(start, ClockTime) and isinstance(end, ClockTime) and start.time > end.time
    if (early or late) and not over_midnight:
        name = "start_time" if early else "end_time"
        yield Problem(name, f"It is {clock:%H:%M} in New York: CrossTrade would block it now.")


def _held_up_exit(command: Command, _now: datetime) -> Iterator[Problem]:
    for name in ("delay", "start_time", "end_time", "require_market_position", "rate_limit"):
        if command.spec.exits and name in command.values:
            yield Problem(name, "This may hold up or block the way out.")


def _window(command: Command, _now: datetime) -> Iterator[Problem]:
    start, end, closing = (command.values.get(n) for n in ("start_time", "end_time", "closing_only_after"))
    if not isinstance(start, ClockTime) or not isinstance(end, ClockTime):
        return
    if start.time > end.time:
        yield Problem("end_time", "This window runs over midnight: it is not known how CrossTrade takes that.")
    elif isinstance(closing, ClockTime) and not start.time <= closing.time <= end.time:
        yield Problem("closing_only_after", "This time lies outside the other two.")


def _two_brackets(command: Command, _now: datetime) -> Iterator[Problem]:
    own = {"take_profit", "stop_loss", "stop_loss_limit"} & set(command.values)
    if own and command.values.keys() & {"strategy", "strategy_id"} and not command.values.get("append_atm"):
        yield Problem("strategy", "The ATM strategy places its own stops and targets beside this bracket.")


_UP: Final = {"BUY": 1, "SELL": -1}


def _apart(one: object, other: object) -> Decimal | None:
    """How far `other` lies above `one`; None where they cannot be compared."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return other - one
    if isinstance(one, RelativePrice) and isinstance(other, RelativePrice) and one.unit is other.unit:
        return other.amount - one.amount
    return None


def _uncertain_base(command: Command, _now: datetime) -> Iterator[Problem]:
    # Source: docs advanced-options/percentage-and-tick-prices says the last price, bracket-orders the actual fill.
    if command.values.get("order_type") in ("LIMIT", "STOPMARKET", "STOPLIMIT"):
        for name in ("take_profit", "stop_loss", "stop_loss_limit"):
            if isinstance(command.values.get(name), RelativePrice):
                yield Problem(name, "Counted from the last price or from the fill: give a price where it matters.")


def _unreachable_limit(command: Command, _now: datetime) -> Iterator[Problem]:
    """A stop limit whose limit lies before its stop may never be filled. An exit runs against its entry's action."""
    up = _UP.get(str(command.values.get("action")), 0)
    for stop_name, limit_name, way in (("stop_price", "limit_price", up), ("stop_loss_stop", "stop_loss_limit", -up)):
        stop, limit = command.values.get(stop_name), command.values.get(limit_name)
        if (apart := _apart(stop, limit)) is not None and apart * way < 0:
            side = "above" if way > 0 else "below"
            yield Problem(limit_name, f"Usually the limit lies {side} the stop. Like this it may not be filled at all.")


def _tradovate(command: Command, _now: datetime) -> Iterator[Problem]:
    if command.values.get("destination") == "tradovate":
        text = "Orders do not go to NinjaTrader. CrossTrade calls this way new; account names and limits differ there."
        yield Problem("destination", text)


def _extras(command: Command, _now: datetime) -> Iterator[Problem]:
    for name in command.extras:
        yield Problem(name, f"{name} is not in CrossTrade's documentation as known here. It is sent as it stands.")


_LOOKS: Final[tuple[Caution, ...]] = (
    _instrument,
    _wide,
    _shared_ids,
    _two_brackets,
    _uncertain_base,
    _unreachable_limit,
    _window,
    _shut,
    _delay,
    _held_up_exit,
    _tradovate,
    _extras,
)

"""The plain-words sentence of a command: what the trader reads is made from the same values as the wire text.

Each command has its own words for what it is about; the options add their phrases, which the vocabulary declares.
"""

from decimal import Decimal
from typing import Final, cast

from crosstrade_desk.protocol.fields import FieldType
from crosstrade_desk.protocol.instrument import Instrument
from crosstrade_desk.protocol.own_text import is_own
from crosstrade_desk.protocol.prices import Price
from crosstrade_desk.protocol.problems import counted, listed
from crosstrade_desk.protocol.spec import CommandSpec, Values
from crosstrade_desk.protocol.texts import quoted

_TIF: Final = {"DAY": "good for the day", "GTC": "good till cancelled"}
_NAMED_FIRST: Final = 3
_PRICE: Final[FieldType] = Price()


def _accounts(values: Values) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values.get("account", ()))


def _where(values: Values) -> str:
    accounts = _accounts(values)
    return listed(tuple(map(quoted, accounts))) if len(accounts) <= _NAMED_FIRST else f"{len(accounts)} accounts"


def _name(values: Values, field: str) -> str:
    return quoted(str(values[field]))


def _instrument(values: Values) -> Instrument:
    return cast("Instrument", values["instrument"])


def names_of_many(values: Values) -> str:
    """The names of many accounts, which stand last, so that the amount is read first."""
    accounts = _accounts(values)
    return f" ({', '.join(map(quoted, accounts))})" if len(accounts) > _NAMED_FIRST else ""


def phrases(spec: CommandSpec, values: Values) -> tuple[str, ...]:
    """What the options add, one phrase each. `false` adds nothing: it is the same as no option."""
    # An id of the program's own is no choice of the trader's: it stands in the wire text alone.
    said = ((use.field, values[use.field.name]) for use in spec.uses if use.field.name in values)
    return tuple(
        field.phrase.format(field.type.say(value))
        for field, value in said
        if field.phrase and value is not False and not is_own(str(value))
    )


def say_entry(values: Values) -> str:
    instrument, qty = _instrument(values), cast("int", values["qty"])
    accounts = _accounts(values)
    total = f": {counted(qty * len(accounts), instrument.unit)} in total" if len(accounts) > 1 else ""
    return f"{_verb(values)} {qty} {instrument.text} {_price(values)} on {_where(values)}{total}, {_life(values)}"


def _verb(values: Values) -> str:
    return str(values["action"]).capitalize()


def _life(values: Values) -> str:
    return _TIF[str(values["tif"])]


_PRICE_WORDS: Final = {
    "MARKET": "at market",
    "LIMIT": "at limit {limit_price}",
    "STOPMARKET": "at market once {stop_price} trades (stop)",
    "STOPLIMIT": "at limit {limit_price} once {stop_price} trades (stop limit)",
}


def _price(values: Values) -> str:
    prices = {name: _PRICE.say(values[name]) for name in ("limit_price", "stop_price") if name in values}
    return _PRICE_WORDS[str(values["order_type"])].format_map(prices)


def say_flat_entry(values: Values) -> str:
    return f"Flatten {_instrument(values).text} first, then {_lowered(say_entry(values))}"


def say_reverse_entry(values: Values) -> str:
    return f"If there is a position in {_instrument(values).text}, close it, then {_lowered(say_entry(values))}"


def say_replace(values: Values) -> str:
    return f"Cancel order {_name(values, 'order_id')} and, if that comes out, {_lowered(say_entry(values))}"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def say_close(values: Values) -> str:
    instrument = _instrument(values)
    where = f"{instrument.text} on {_where(values)}"
    if (quantity := values.get("quantity")) is not None:
        amount = counted(cast("int", quantity), instrument.unit)
        return f"Close {amount} of the position in {where}; its working orders stay, unless that is all of it"
    percent = values.get("percent")
    if isinstance(percent, Decimal) and percent != 1:
        share = f"{(percent * 100).normalize():f} %"
        return (
            f"Close {share} of the position in {where}, rounded up; its working orders stay, unless that is all of it"
        )
    return f"Close the position in {where} and cancel its working orders"


def say_reverse(values: Values) -> str:
    return f"Reverse the position in {_instrument(values).text} on {_where(values)} at market, at the same size"


def say_flatten(values: Values) -> str:
    side = f"{values['market_position']} " if "market_position" in values else ""
    instrument = f" in {_instrument(values).text}" if "instrument" in values else ""
    where = f"on {_where(values)}" if "account" in values else "in every account"
    amount = "the" if "instrument" in values and "account" in values else "every"
    return f"Flatten {amount} {side}position{instrument} {where} and cancel the orders that belong to it"


def say_flatten_everything(_values: Values) -> str:
    return "Close every position and cancel every order in every account"


def say_cancel(values: Values) -> str:
    return f"Cancel {_order(values)}"


def _order(values: Values) -> str:
    strategy = f" of strategy {_name(values, 'strategy_id')}" if "strategy_id" in values else ""
    return f"order {_name(values, 'order_id')}{strategy}"


def say_cancel_orders(values: Values) -> str:
    instrument = f" in {_instrument(values).text}" if "instrument" in values else ""
    return f"Cancel every working order{instrument} on {_where(values)}"


def say_cancel_all(_values: Values) -> str:
    return "Cancel every working order in every account"


_CHANGES: Final = {"qty": "quantity to {}", "limit_price": "limit to {}", "stop_price": "stop to {}"}


def say_change(values: Values) -> str:
    # What is changed stands first: ids are long, and a list cuts a sentence at its end.
    changed = {name: values[name] for name in _CHANGES if values.get(name)}
    parts = tuple(_CHANGES[name].format(_new(value)) for name, value in changed.items())
    return f"Change {listed(parts)} of {_order(values)}"


def _new(value: object) -> str:
    return str(value) if isinstance(value, int) else _PRICE.say(value)


def say_close_strategy(values: Values) -> str:
    return f"Close ATM strategy {_name(values, 'strategy_id')}: its position and its orders"


def say_cancel_and_bracket(values: Values) -> str:
    instrument, qty = _instrument(values), cast("int", values["qty"])
    side = {"BUY": "long", "SELL": "short"}[str(values["action"])]
    what = f"the {side} position of up to {counted(qty, instrument.unit)}"
    return f"Cancel every order in {instrument.text} on {_where(values)} and bracket {what}, or open one if it is flat"


def say_kill_switch(values: Values) -> str:
    if values["kill_switch"] == "on":
        return "Kill switch on: CrossTrade blocks every later message, exits too. Positions and orders stay as they are"
    return "Kill switch off: CrossTrade takes messages again"

"""The plain-words sentence of a command: what the trader reads is made from the same values as the wire text."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from crosstrade_desk.protocol.fields import Value
from crosstrade_desk.protocol.instrument import Instrument

Values = Mapping[str, Value]

_TIF = {"DAY": "good for the day", "GTC": "good till cancelled"}


def listed(names: tuple[str, ...]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


_NAMED_FIRST = 3


def _where(values: Values) -> str:
    accounts = _accounts(values)
    return listed(accounts) if len(accounts) <= _NAMED_FIRST else f"{len(accounts)} accounts"


def names_of_many(values: Values) -> str:
    """The names of many accounts, which stand last, so that the amount is read first."""
    accounts = _accounts(values) if "account" in values else ()
    return f" ({', '.join(accounts)})" if len(accounts) > _NAMED_FIRST else ""


def _accounts(values: Values) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values["account"])


def say_place(values: Values) -> str:
    instrument, qty = cast("Instrument", values["instrument"]), cast("int", values["qty"])
    verb = str(values["action"]).capitalize()
    accounts = _accounts(values)
    total = f": {counted(qty * len(accounts), instrument.unit)} in total" if len(accounts) > 1 else ""
    price = _PRICE_WORDS[str(values["order_type"])].format_map(_price_texts(values))
    life = _TIF[str(values["tif"])]
    return f"{verb} {qty} {instrument.text} {price} on {_where(values)}{total}, {life}{names_of_many(values)}"


_PRICE_WORDS = {
    "MARKET": "at market",
    "LIMIT": "at limit {limit_price}",
    "STOPMARKET": "at market once {stop_price} trades (stop)",
    "STOPLIMIT": "at limit {limit_price} once {stop_price} trades (stop limit)",
}


def _price_texts(values: Values) -> dict[str, str]:
    return {name: f"{value:f}" for name, value in values.items() if isinstance(value, Decimal)}


def say_close(values: Values) -> str:
    instrument = cast("Instrument", values["instrument"])
    where, names = f"{instrument.text} on {_where(values)}", names_of_many(values)
    if (quantity := values.get("quantity")) is not None:
        return f"Close {counted(cast('int', quantity), instrument.unit)} of the position in {where}{names}"
    if (percent := values.get("percent")) is not None:
        share = cast("Decimal", percent) * 100
        return f"Close {share.normalize():f} % of the position in {where}, rounded up{names}"
    return f"Close the position in {where} and cancel its working orders{names}"


def say_flatten(values: Values) -> str:
    side = f"{str(values['market_position']).lower()} " if "market_position" in values else ""
    instrument = f" in {cast('Instrument', values['instrument']).text}" if "instrument" in values else ""
    where = f"on {_where(values)}" if "account" in values else "in every account"
    amount = "the" if "instrument" in values and "account" in values else "every"
    what = f"Flatten {amount} {side}position{instrument} {where}"
    return f"{what} and cancel the orders that belong to it{names_of_many(values)}"


def say_flatten_everything(_values: Values) -> str:
    return "Close every position and cancel every order in every account"


def say_cancel_all(_values: Values) -> str:
    return "Cancel every working order in every account"

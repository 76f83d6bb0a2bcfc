"""What the ticket says about an instrument, in plain words. Pure."""

from datetime import date
from decimal import Decimal
from typing import Final

from crosstrade_desk.protocol.contracts import (
    MONTH_LETTERS,
    Contract,
    contracts,
    front_month,
    last_trading_day,
    roll_day,
)
from crosstrade_desk.protocol.instrument import MONTH_NAMES, Instrument, Notation, contract_month, written
from crosstrade_desk.protocol.problems import Invalid, one_of

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def about(instrument: Instrument, today: date) -> str:
    """Name, month, last trading day and tick of a future in one line; "" for a stock or a root that is not known."""
    contract, found = contracts().get(instrument.root), contract_month(instrument, today)
    if contract is None or found is None:
        return ""
    year, month = found
    front = "front month " if instrument.notation is Notation.CONTINUOUS else ""
    last = f", last day {_short_day(last_trading_day(contract, year, month), year)}" if _listed(contract, month) else ""
    tick = f"tick {contract.tick:f} = {_money(contract.tick_value)} {contract.currency}"
    return f"{contract.name}, {front}{_month(month)} {year}{last}, {tick}"


# Ticks from the price at which a practice exchange starts, so that the examples of a bracket lie as those of a buy.
_EXAMPLES: Final = {
    "limit_price": 1,
    "stop_price": 9,
    "take_profit": 41,
    "stop_loss": -23,
    "stop_loss_limit": -27,
    "stop_loss_stop": -23,
}


def price_example(field: str, instrument: Instrument | Invalid, *, sells: bool = False) -> str:
    """How a price of this field may look for a known future: on its grid, with its decimals, and no price of a market.

    For a sale the prices lie the other way round: a profit below, a loss above.

    "" where the tick is not known: an example of another instrument would mislead.
    """
    if isinstance(instrument, Invalid) or instrument.notation is Notation.STOCK or field not in _EXAMPLES:
        return ""
    contract = contracts().get(instrument.root)
    if contract is None:
        return ""
    ticks = -_EXAMPLES[field] if sells else _EXAMPLES[field]
    return f"{(contract.practice_price // contract.tick + ticks) * contract.tick:f}"


def cautions(instrument: Instrument, today: date) -> tuple[str, ...]:
    """What speaks against a contract month on that day; none if nothing does or the root is not known."""
    contract, found = contracts().get(instrument.root), contract_month(instrument, today)
    if contract is None and instrument.notation is not Notation.STOCK:
        return (f"{instrument.root} is no future that is known here: neither its tick nor its month is checked.",)
    if contract is None or found is None:
        return ()
    if not _listed(contract, found[1]):
        return (_never(contract, found[1]),)
    return tuple(filter(None, [_late(contract, *found, today)]))


def has_expired(instrument: Instrument, today: date) -> bool:
    """Whether the last trading day of a known contract is over."""
    contract, found = contracts().get(instrument.root), contract_month(instrument, today)
    return contract is not None and found is not None and today > last_trading_day(contract, *found)


def _never(contract: Contract, month: int) -> str:
    months = tuple(_month(MONTH_LETTERS.index(letter) + 1) for letter in contract.months)
    return f"{contract.root} has no regular {_month(month)} contract: choose {one_of(months)}."


def _late(contract: Contract, year: int, month: int, today: date) -> str:
    name = written(contract.root, year, month, Notation.MONTH_NUMBER).text
    front = written(contract.root, *front_month(contract, today), Notation.MONTH_NUMBER).text
    last = last_trading_day(contract, year, month)
    if today > last:
        return f"{name} expired on {_day(last)}. The front month is {front}."
    if today >= roll_day(contract, year, month):
        return f"{name} expires on {_day(last)}, {_distance((last - today).days)}: most people trade {front} now."
    return ""


def _listed(contract: Contract, month: int) -> bool:
    return MONTH_LETTERS[month - 1] in contract.months


def _month(month: int) -> str:
    return MONTH_NAMES[month - 1].capitalize()


def _day(day: date) -> str:
    # By hand: strftime speaks the language that Qt sets for the process.
    return f"{_WEEKDAYS[day.weekday()]} {_month(day.month)} {day.day} {day.year}"


def _short_day(day: date, year: int) -> str:
    """Without weekday, and without the year if it is the contract's own."""
    return f"{_month(day.month)} {day.day}" + ("" if day.year == year else f" {day.year}")


def _distance(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _money(amount: Decimal) -> str:
    """Whole, or with two decimals, or with as many as it has."""
    short = (f"{amount:.0f}", f"{amount:.2f}")
    return next((text for text in short if Decimal(text) == amount), f"{amount.normalize():f}")

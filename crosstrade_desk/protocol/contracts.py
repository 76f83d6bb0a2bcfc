"""What is known of each futures root: name, money, months, last days. Pure, but for reading its table once.

The table is `resources/instruments.toml`; its head says what the columns mean and how exact they are.
"""

import itertools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from crosstrade_desk.protocol.expiry import RULES
from crosstrade_desk.protocol.trading_days import DAY, month_from
from crosstrade_desk.resources import resources

MONTH_LETTERS: Final = "FGHJKMNQUVXZ"


@dataclass(frozen=True, slots=True)
class Contract:
    """One futures root, as NinjaTrader names it.

    `tick` is the smallest step of the price, `point_value` the money in `currency` for one whole point of one contract.
    `months` are the letters of the regular cycle, `front_months` those of them that become the front month. `rule` is
    one of `expiry`. From `roll_days` calendar days before the last trading day most people trade the next contract.
    `practice_price` is invented: the practice exchange starts there.
    """

    root: str
    name: str
    exchange: str
    currency: str
    tick: Decimal
    point_value: Decimal
    months: str
    front_months: str
    rule: str
    roll_days: int
    practice_price: Decimal

    @property
    def tick_value(self) -> Decimal:
        """What one tick of one contract is worth, in `currency`."""
        return self.tick * self.point_value


@cache
def contracts() -> Mapping[str, Contract]:
    """All known contracts by root. Reads the file at the first call (2 ms); a fault in it is an exception."""
    text = (resources() / "instruments.toml").read_text(encoding="utf-8")
    exchanges = tomllib.loads(text, parse_float=Decimal)
    rows = ((exchange, root, row) for exchange, table in exchanges.items() for root, row in table.items())
    return MappingProxyType({root: _contract(exchange, root, *row) for exchange, root, row in rows})


def _contract(exchange: str, root: str, *row: Any) -> Contract:
    name, currency, tick, point_value, months, rule, roll_days, price = row
    return Contract(
        root=root,
        name=name,
        exchange=exchange,
        currency=currency,
        tick=Decimal(tick),
        point_value=Decimal(point_value),
        months=months.upper(),
        front_months="".join(filter(str.isupper, months)),
        rule=rule,
        roll_days=roll_days,
        practice_price=Decimal(price),
    )


def full_year(digits: str, today: date) -> int:
    """The year that one, two or four digits mean. One digit: the nearest such year from 2020 on, the later of two."""
    if len(digits) != 1:
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    years = range(2020 + int(digits), today.year + 11, 10)
    return min(years, key=lambda year: (abs(year - today.year), -year))


def last_trading_day(contract: Contract, year: int, month: int) -> date:
    """The day after which a contract month is gone. `expiry` says how exact it is."""
    return RULES[contract.rule](year, month)


def front_month(contract: Contract, today: date) -> tuple[int, int]:
    """Year and month of the contract that most people trade on that day."""
    return next(_traded(contract, today))


def current(contract: Contract, today: date, count: int = 3) -> tuple[tuple[int, int], ...]:
    """Years and months of the contracts that most people trade now and next, the front month first."""
    return tuple(itertools.islice(_traded(contract, today), count))


_LONGEST: Final = 3  # months that a contract trades on after its own: those of SR3


def _traded(contract: Contract, today: date) -> Iterator[tuple[int, int]]:
    for ahead in itertools.count(-_LONGEST):
        year, month = month_from(today.year, today.month, ahead)
        if MONTH_LETTERS[month - 1] in contract.front_months and today < roll_day(contract, year, month):
            yield year, month


def roll_day(contract: Contract, year: int, month: int) -> date:
    """The first day on which most people trade the next contract."""
    return last_trading_day(contract, year, month) - contract.roll_days * DAY


def neighbours(price: Decimal, tick: Decimal) -> tuple[Decimal, Decimal] | None:
    """The grid prices below and above a price of zero or more, with the tick's decimals; None if it is on the grid."""
    ticks = price // tick
    return None if price % tick == 0 else (ticks * tick, (ticks + 1) * tick)

"""What can be traded in practice, and what it costs: the contract table and the price walk. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from crosstrade_desk.protocol.instrument import MONTH_LETTERS, Instrument, Notation


@dataclass(frozen=True, slots=True)
class Contract:
    """One root. `tick` and `start` are prices; `point_value` is money per whole point of one contract.

    `months` are the listed month letters; `ahead` is how many months before its own a contract stops being the front.
    """

    root: str
    tick: Decimal
    point_value: Decimal
    start: Decimal
    months: str
    ahead: int = 0


_QUARTERS: Final = "HMUZ"
_TABLE: Final = (
    ("ES", "0.25", "50", "6410.00", _QUARTERS, 0),
    ("MES", "0.25", "5", "6410.00", _QUARTERS, 0),
    ("NQ", "0.25", "20", "23110.00", _QUARTERS, 0),
    ("MNQ", "0.25", "2", "23110.00", _QUARTERS, 0),
    ("RTY", "0.1", "50", "2310.0", _QUARTERS, 0),
    ("M2K", "0.1", "5", "2310.0", _QUARTERS, 0),
    ("YM", "1", "5", "45200", _QUARTERS, 0),
    ("MYM", "1", "0.5", "45200", _QUARTERS, 0),
    ("CL", "0.01", "1000", "64.50", MONTH_LETTERS, 1),
    ("MCL", "0.01", "100", "64.50", MONTH_LETTERS, 1),
    ("NG", "0.001", "10000", "3.150", MONTH_LETTERS, 1),
    ("GC", "0.1", "100", "3420.0", "GJMQVZ", 1),
    ("MGC", "0.1", "10", "3420.0", "GJMQVZ", 1),
    ("SI", "0.005", "5000", "38.500", "HKNUZ", 1),
    ("ZN", "0.015625", "1000", "111.500000", _QUARTERS, 1),
    ("6E", "0.00005", "125000", "1.17000", _QUARTERS, 0),
)
CONTRACTS: Final = {
    root: Contract(root, Decimal(tick), Decimal(point), Decimal(start), months, ahead)
    for root, tick, point, start, months, ahead in _TABLE
}


@dataclass(frozen=True, slots=True)
class Market:
    """One contract month. `name` is the same for every way of writing it, such as `MES 12-26`."""

    contract: Contract
    name: str

    def on_grid(self, price: Decimal) -> bool:
        return price % self.contract.tick == 0


def find(instrument: Instrument, today: date) -> Market | None:
    """Gives the market that an instrument names on that day; None if practice does not list it. Expired ones trade."""
    contract = CONTRACTS.get(instrument.root)
    if contract is None or instrument.notation is Notation.STOCK:
        return None
    if instrument.month is None or instrument.year is None:
        year, month = front_month(contract, today)
    else:
        year, month = full_year(instrument.year, today), instrument.month
    return Market(contract, f"{contract.root} {month:02}-{year % 100:02}")


def full_year(digits: str, today: date) -> int:
    """The year that one, two or four digits mean. One digit: the nearest such year from 2020 on, the later of two."""
    if len(digits) != 1:
        return int(digits) if len(digits) == 4 else 2000 + int(digits)
    years = range(2020 + int(digits), today.year + 11, 10)
    return min(years, key=lambda year: (abs(year - today.year), -year))


_LAST_FRONT_DAY: Final = 10  # a contract rolls a week or two into its last month; the exact day matters little here


def front_month(contract: Contract, today: date) -> tuple[int, int]:
    """Year and month of the contract that most people trade on that day."""
    months = today.year * 12 + today.month - 1 + contract.ahead + (today.day > _LAST_FRONT_DAY)
    while MONTH_LETTERS[months % 12] not in contract.months:
        months += 1
    return months // 12, months % 12 + 1


# (seconds between two knots, ticks to either side): waves of growing length whose sum wanders as a market does.
# It needs no history, so an idle exchange catches up at once, and it is bounded, so no price ever falls to zero.
_WAVES: Final = ((1, 1), (4, 2), (16, 4), (64, 8), (256, 16), (1024, 32), (4096, 64), (16384, 96))


def price(seed: int, market: Market, step: int) -> Decimal:
    """The price of a market at a step (a second of exchange time, from 0). The same for the same three, always."""
    ticks = int(market.contract.start / market.contract.tick)
    for wave in range(len(_WAVES)):
        ticks += _height(seed, market.name, wave, step) - _height(seed, market.name, wave, 0)
    return ticks * market.contract.tick


def _height(seed: int, name: str, wave: int, step: int) -> int:
    length, _ = _WAVES[wave]
    knot, rest = divmod(step, length)
    before, after = _knot(seed, name, wave, knot), _knot(seed, name, wave, knot + 1)
    return before + (after - before) * rest // length


@lru_cache(maxsize=4096)
def _knot(seed: int, name: str, wave: int, knot: int) -> int:
    _, height = _WAVES[wave]
    digest = blake2b(f"{seed}/{name}/{wave}/{knot}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % (2 * height + 1) - height

"""What can be traded in practice, and what it costs: the markets and the price walk. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from crosstrade_desk.protocol.contracts import Contract, contracts
from crosstrade_desk.protocol.instrument import Instrument, Notation, dated


@dataclass(frozen=True, slots=True)
class Market:
    """One contract month. `name` is the same for every way of writing it, such as `MES 12-26`."""

    contract: Contract
    name: str

    def on_grid(self, price: Decimal) -> bool:
        return price % self.contract.tick == 0


def find(instrument: Instrument, today: date) -> Market | None:
    """Gives the market that an instrument names on that day; None if practice does not list it. Expired ones trade."""
    contract = contracts().get(instrument.root)
    if contract is None or instrument.notation is Notation.STOCK:
        return None
    return Market(contract, dated(instrument, today).text)


# (seconds between two knots, ticks to either side): waves of growing length whose sum wanders as a market does.
# It needs no history, so an idle exchange catches up at once, and it is bounded, so no price ever falls to zero.
_WAVES: Final = ((1, 1), (4, 2), (16, 4), (64, 8), (256, 16), (1024, 32), (4096, 64), (16384, 96))


def price(seed: int, market: Market, step: int) -> Decimal:
    """The price of a market at a step (a second of exchange time, from 0). The same for the same three, always."""
    ticks = int(market.contract.practice_price / market.contract.tick)
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

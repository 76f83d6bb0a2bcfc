"""ATM strategies as data: the templates, how a fill is shared among their pairs, a running strategy. Pure.

Source: NinjaTrader 8 help, Automated Trading Interface; docs webhooks/commands/place-order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from crosstrade_desk.practice.markets import Market
from crosstrade_desk.practice.trades import Side


@dataclass(frozen=True, slots=True)
class Leg:
    """One stop and target, in ticks from the fill; None: no such order. `share` weighs the pair among the others."""

    stop: int | None
    target: int | None
    share: int


TEMPLATES: Final[Mapping[str, Sequence[Leg]]] = {
    "AtmStrategy1": (Leg(16, 32, 1),),
    "scalp-2t": (Leg(8, 4, 1), Leg(8, 8, 1)),
    "trend-1": (Leg(40, 80, 1), Leg(40, 160, 1)),
    "runner": (Leg(20, 20, 2), Leg(20, None, 1)),
}
"""The templates of the practice accounts by name, exact as NinjaTrader wants it. Shares stand for quantities: the
quantity of the message replaces that of the template."""


def shared(legs: Sequence[Leg], quantity: int) -> list[int]:
    """How many contracts each leg gets: whole rounds by share, then one by one to the leg that has least for its share.

    No leg ever gets less for a bigger quantity.
    """
    rounds, rest = divmod(quantity, sum(leg.share for leg in legs))
    found = [rounds * leg.share for leg in legs]
    for _ in range(rest):
        poorest = min(range(len(legs)), key=lambda i: Fraction(found[i] + 1, legs[i].share))
        found[poorest] += 1
    return found


@dataclass(frozen=True, slots=True)
class Strategy:
    """One running strategy. `held` is its own part of the position, on `side`, whatever else the account does.

    `entered` counts the contracts of all its entries; the others number the names of its orders.
    """

    id: str
    template: str
    account: str
    market: Market
    side: Side
    held: int = 0
    entered: int = 0
    entries: int = 0
    exits: int = 0
    pairs: int = 0

    @property
    def legs(self) -> Sequence[Leg]:
        return TEMPLATES[self.template]

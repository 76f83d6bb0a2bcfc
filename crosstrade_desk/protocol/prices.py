"""Prices: absolute, or a distance from the last price that CrossTrade works out when the message arrives.

Source: docs advanced-options/percentage-and-tick-prices.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from crosstrade_desk.protocol.numbers import parse_decimal
from crosstrade_desk.protocol.problems import Invalid, unsafe


class Unit(Enum):
    """What a relative price is counted in; the value is its word on the wire, for more than one."""

    TICKS = "ticks"
    PERCENT = "%"
    POINTS = "points"
    DOLLARS = "dollars"


@dataclass(frozen=True, slots=True)
class RelativePrice:
    """A distance from the last price: above it if positive, below it if negative, whatever the side of the order."""

    amount: Decimal
    unit: Unit

    @property
    def text(self) -> str:
        """The wire text: `-12 ticks`, `1 tick`, `0.4%`."""
        return f"{self.amount:f}{self._word(self.amount)}"

    @property
    def words(self) -> str:
        """In words: `12 ticks below the last price`."""
        if not self.amount:
            return "the last price"
        size = abs(self.amount)
        side = "above" if self.amount > 0 else "below"
        return f"{size:f}{self._word(size)} {side} the last price"

    def _word(self, amount: Decimal) -> str:
        word = str(self.unit.value)
        if self.unit is Unit.PERCENT:
            return word
        return f" {word[:-1] if abs(amount) == 1 else word}"


_WORDS: Final = {
    "%": Unit.PERCENT,
    "percent": Unit.PERCENT,
    "tick": Unit.TICKS,
    "ticks": Unit.TICKS,
    "point": Unit.POINTS,
    "points": Unit.POINTS,
    "dollar": Unit.DOLLARS,
    "dollars": Unit.DOLLARS,
    "$": Unit.DOLLARS,
}
_RELATIVE = re.compile(r"([+-]?) ?(\$?)([\d.,]+) ?([a-z%$]*)", re.IGNORECASE | re.ASCII)
_FORMS: Final = (
    "Write a price in digits, with a point before its decimals, or a distance such as -12 ticks, 0.4%, 15 points or "
    "250 dollars."
)
_NO_CHANGE: Final = Invalid("A distance of 0 could be taken for “as it is”. Leave the field empty, or give a price.")
_LARGEST: Final = {
    Unit.PERCENT: Decimal(100),
    Unit.TICKS: Decimal(1_000_000),
    Unit.POINTS: Decimal(1_000_000),
    Unit.DOLLARS: Decimal(100_000_000),
}


@dataclass(frozen=True, slots=True)
class Price:
    """An absolute price above zero, or a relative one. Trailing zeros stay as typed.

    `keep`: 0 is allowed and leaves the order's price as it is. Source: docs webhooks/commands, commands/change-order.
    """

    keep: bool = False

    def parse(self, text: str) -> Decimal | RelativePrice | Invalid:
        if bad := unsafe(text):
            return bad
        text = " ".join(text.replace("\u2212", "-").split())  # a typographic minus is one, too
        found = _RELATIVE.fullmatch(text)
        if found and (found[2] or found[4]):
            distance = _relative(found[1], found[3], found[2] + found[4].lower())
            return _NO_CHANGE if self.keep and isinstance(distance, RelativePrice) and not distance.amount else distance
        if found and found[1]:
            return Invalid("A price has no sign. For a distance from the last price add its unit, such as -12 ticks.")
        value = parse_decimal(text)
        if isinstance(value, Invalid):
            return Invalid(_FORMS) if any(map(str.isalpha, text)) else value
        if value == 0 and not self.keep:
            return Invalid("A price is above zero.")
        return value

    def format(self, value: Decimal | RelativePrice) -> str:
        return value.text if isinstance(value, RelativePrice) else f"{value:f}"

    def say(self, value: Decimal | RelativePrice) -> str:
        return value.words if isinstance(value, RelativePrice) else f"{value:f}"


def _relative(sign: str, digits: str, word: str) -> RelativePrice | Invalid:
    unit, amount = _WORDS.get(word), parse_decimal(digits)
    if unit is None:
        return Invalid(f"“{word[:20]}” is no unit. {_FORMS}")
    if isinstance(amount, Invalid):
        return amount
    if amount >= _LARGEST[unit]:
        return Invalid(f"A distance is less than {_LARGEST[unit]:f}{'' if unit is Unit.PERCENT else ' '}{unit.value}.")
    return RelativePrice(-amount if sign == "-" else amount, unit)

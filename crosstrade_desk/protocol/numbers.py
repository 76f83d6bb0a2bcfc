"""Field types for numbers. Money and prices are `Decimal`, counts are `int`; no float touches an order."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from crosstrade_desk.protocol.problems import Invalid, counted, unsafe

_MAX_DIGITS: Final = 12
_PLAIN = re.compile(r"(?:\d{1,12}(?:[.,]\d{1,10})?|[.,]\d{1,10})", re.ASCII)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:[., '’_]\d{3})+(?:[.,]\d+)?", re.ASCII)


def parse_decimal(text: str) -> Decimal | Invalid:
    """Reads a number with `.` or `,` as the decimal sign, judged as a whole; thousands separators are refused.

    `6,412` is refused too: one trader means 6412, the other 6.412.
    """
    bare = text.strip()
    if _AMBIGUOUS.fullmatch(bare):
        return Invalid(f"{bare} can be read in two ways: write {bare.replace(',', '')} or {bare.replace(',', '.')}.")
    if _PLAIN.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    if _GROUPED.fullmatch(bare):
        return Invalid("Write it without a thousands separator, such as 1234.5.")
    return Invalid("This is no number. Write it as 1234.5.")


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number, `minimum` to `maximum`. `noun` begins its sentences."""

    minimum: int
    maximum: int
    noun: str
    unit: str = ""

    def parse(self, text: str) -> int | Invalid:
        if bad := unsafe(text):
            return bad
        bare = text.strip()
        if not re.fullmatch(r"\d+", bare, re.ASCII):
            return Invalid(self._why_no_count(bare))
        if len(bare) > _MAX_DIGITS or not self.minimum <= int(bare) <= self.maximum:
            return Invalid(f"{self.noun} is {self.minimum} to {self.maximum}.")
        return int(bare)

    def _why_no_count(self, text: str) -> str:
        if re.fullmatch(r"[+-]\s*\d+", text):
            return f"{self.noun} has no sign."
        if re.fullmatch(r"\d+([.,' ]\d+)+", text):
            return f"{self.noun} is a whole number, without point, comma or blank."
        return f"{self.noun} is a whole number such as {max(1, self.minimum)}."

    def format(self, value: int) -> str:
        return str(value)

    def say(self, value: int) -> str:
        return counted(value, self.unit) if self.unit else str(value)


@dataclass(frozen=True, slots=True)
class Quantity(Count):
    """A whole number of contracts or shares. Source: docs webhooks/commands (qty)."""

    minimum: int = 1
    maximum: int = 100_000
    noun: str = "A quantity"


@dataclass(frozen=True, slots=True)
class Fraction:
    """A share of a position, above 0 up to 1. Source: docs commands/close-position (percent)."""

    def parse(self, text: str) -> Decimal | Invalid:
        if bad := unsafe(text):
            return bad
        value = parse_decimal(text)
        if isinstance(value, Invalid) and "%" in text:
            return Invalid("Write a share as a part of 1: 0.5 for 50 %.")
        if isinstance(value, Decimal) and not 0 < value <= 1:
            return Invalid("A share is above 0 and at most 1: 0.5 closes half.")
        return value

    def format(self, value: Decimal) -> str:
        return f"{value:f}"

    def say(self, value: Decimal) -> str:
        return f"{(value * 100).normalize():f} %"


@dataclass(frozen=True, slots=True)
class Seconds:
    """A span of seconds, 0 to `maximum`, parts allowed. Source: docs advanced-options/delay-timer."""

    maximum: int

    def parse(self, text: str) -> Decimal | Invalid:
        if bad := unsafe(text):
            return bad
        value = parse_decimal(text)
        if isinstance(value, Invalid) or value > self.maximum:
            return Invalid(f"Seconds are a number from 0 to {self.maximum}, such as 2.5.")
        return value

    def format(self, value: Decimal) -> str:
        return f"{value:f}"

    def say(self, value: Decimal) -> str:
        return f"{value:f} s"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in `span_s` seconds. `seconds` is what was written, None if nothing was."""

    count: int
    seconds: int | None = None

    @property
    def span_s(self) -> int:
        return 60 if self.seconds is None else self.seconds


@dataclass(frozen=True, slots=True)
class RateText:
    """`n` for n messages a minute, or `n/seconds`. Source: docs advanced-options/rate-limiting."""

    most: int = 1000
    longest_s: int = 86_400

    def parse(self, text: str) -> Rate | Invalid:
        if bad := unsafe(text):
            return bad
        found = re.fullmatch(r"(\d{1,6})(?:\s*/\s*(\d{1,6}))?", text.strip(), re.ASCII)
        if not found:
            return Invalid("Write 2 for two messages a minute, or 2/300 for two in 300 seconds.")
        rate = Rate(int(found[1]), int(found[2]) if found[2] else None)
        if not 1 <= rate.count <= self.most or not 1 <= rate.span_s <= self.longest_s:
            return Invalid(f"At most {self.most} messages, and at most {self.longest_s} seconds; both at least 1.")
        return rate

    def format(self, value: Rate) -> str:
        return str(value.count) if value.seconds is None else f"{value.count}/{value.seconds}"

    def say(self, value: Rate) -> str:
        return f"{counted(value.count, 'message')} in {value.span_s} s"

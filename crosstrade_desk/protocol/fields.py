"""Field types: each reads what a person types, says what is wrong with it, and writes the one canonical text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, Protocol

from crosstrade_desk.protocol.instrument import Instrument, parse_instrument
from crosstrade_desk.protocol.problems import Invalid, unsafe

Value = tuple[str, ...] | Instrument | Decimal | int | str


class FieldType(Protocol):
    """How one kind of value is typed and sent. `format(parse(text))` is the canonical text; no text given is empty."""

    def parse(self, text: str) -> Value | Invalid: ...

    def format(self, value: Any) -> str: ...


_MAX_ACCOUNT: Final = 64


@dataclass(frozen=True, slots=True)
class AccountList:
    """One or more account names with commas between. Source: docs advanced-options/multi-account-placement."""

    def parse(self, text: str) -> tuple[str, ...] | Invalid:
        if bad := unsafe(text):
            return bad
        names = tuple(part.strip() for part in text.split(","))
        if "://" in text:
            return Invalid("This is a web address, not an account name. The webhook address belongs in Connection.")
        if not all(names):
            return Invalid("There is a comma without an account name beside it.")
        if any(len(name) > _MAX_ACCOUNT for name in names):
            return Invalid(f"An account name has at most {_MAX_ACCOUNT} letters.")
        return _without_twins(names)

    def format(self, value: tuple[str, ...]) -> str:
        return ",".join(value)


def _without_twins(names: tuple[str, ...]) -> tuple[str, ...] | Invalid:
    # CrossTrade compares names without regard to case, so "sim101,Sim101" would trade the account twice.
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            return Invalid(f"{name} is named twice: it would be traded twice.")
        seen.add(name.casefold())
    return names


@dataclass(frozen=True, slots=True)
class InstrumentName:
    """One instrument in any notation the server takes."""

    def parse(self, text: str) -> Instrument | Invalid:
        return parse_instrument(text)

    def format(self, value: Instrument) -> str:
        return value.text


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a `Choice`: its wire token, the word on the button, and what it does."""

    token: str
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few tokens. Read in any case, sent in capitals: older and newer server pages both take that."""

    options: tuple[Option, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(option.token for option in self.options)

    def parse(self, text: str) -> str | Invalid:
        if bad := unsafe(text):
            return bad
        token = text.strip().upper()
        if token in self.tokens:
            return token
        near = get_close_matches(token, self.tokens, n=1)
        return Invalid(f"Choose {one_of(self.tokens)}." + (f" Did you mean {near[0]}?" if near else ""))

    def format(self, value: str) -> str:
        return value


def one_of(words: Sequence[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A whole number of contracts or shares, `minimum` to `maximum`. Source: docs webhooks/commands (qty)."""

    minimum: int = 1
    maximum: int = 100_000

    def parse(self, text: str) -> int | Invalid:
        if bad := unsafe(text):
            return bad
        bare = text.strip()
        if not re.fullmatch(r"\d+", bare, re.ASCII):
            return Invalid(_why_no_quantity(bare))
        if len(bare) > 12 or not self.minimum <= int(bare) <= self.maximum:
            return Invalid(f"A quantity is {self.minimum} to {self.maximum}.")
        return int(bare)

    def format(self, value: int) -> str:
        return str(value)


def _why_no_quantity(text: str) -> str:
    if re.fullmatch(r"-\s*\d+", text):
        return "A quantity has no sign: choose BUY or SELL instead."
    if re.fullmatch(r"\d+([.,' ]\d+)+", text):
        return "A quantity is a whole number, written without point, comma or blank."
    return "A quantity is a whole number such as 1."


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
        return Invalid("Write the number without a thousands separator, such as 6412.50.")
    return Invalid("This is no number. Write it as 6412.50.")


@dataclass(frozen=True, slots=True)
class Price:
    """An absolute price above zero. Trailing zeros stay as typed. Source: docs webhooks/commands (limit_price)."""

    def parse(self, text: str) -> Decimal | Invalid:
        if bad := unsafe(text):
            return bad
        if re.fullmatch(r"[+-]\s*[\d.,]+", text.strip(), re.ASCII):
            return Invalid("A price is above zero and written without a sign.")
        value = parse_decimal(text)
        if isinstance(value, Decimal) and value == 0:
            return Invalid("A price is above zero.")
        return value

    def format(self, value: Decimal) -> str:
        return f"{value:f}"


@dataclass(frozen=True, slots=True)
class Fraction:
    """A share of a position, above 0 up to 1. Source: docs commands/close-position (percent)."""

    def parse(self, text: str) -> Decimal | Invalid:
        if bad := unsafe(text):
            return bad
        value = parse_decimal(text)
        if isinstance(value, Decimal) and not 0 < value <= 1:
            return Invalid("A share is above 0 and at most 1: 0.5 closes half.")
        return value

    def format(self, value: Decimal) -> str:
        return f"{value:f}"

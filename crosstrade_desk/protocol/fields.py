"""The field types: each reads what a person types, says what is wrong with it, and writes the one canonical text."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from crosstrade_desk.protocol.instrument import Instrument, parse_instrument
from crosstrade_desk.protocol.numbers import Rate
from crosstrade_desk.protocol.prices import RelativePrice
from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.texts import ClockTime

Value = tuple[str, ...] | Instrument | Decimal | RelativePrice | Rate | ClockTime | bool | int | str


class FieldType(Protocol):
    """How one kind of value is typed, sent and said. `format(parse(text))` is the canonical text; "" is never given."""

    def parse(self, text: str) -> Value | Invalid: ...

    def format(self, value: Any) -> str: ...

    def say(self, value: Any) -> str: ...


@dataclass(frozen=True, slots=True)
class InstrumentName:
    """One instrument in any notation the server takes."""

    def parse(self, text: str) -> Instrument | Invalid:
        return parse_instrument(text)

    def format(self, value: Instrument) -> str:
        return value.text

    def say(self, value: Instrument) -> str:
        return value.text

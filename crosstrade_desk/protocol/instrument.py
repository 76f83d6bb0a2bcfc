"""Instrument notations: `MES 12-26`, `ES SEP26`, `ESU6`, `RTYH2026`, `MES1!`, `AAPL`.

Source: docs webhooks/commands, webhooks/continuous-contracts, commands/close-position.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Literal, assert_never

from crosstrade_desk.protocol.contracts import MONTH_LETTERS, contracts, front_month, full_year
from crosstrade_desk.protocol.problems import Invalid, unsafe

MONTH_NAMES: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class Notation(Enum):
    """How a contract was written. The server takes each of them, so it is sent as it was written."""

    MONTH_NUMBER = "MES 12-26"
    MONTH_NAME = "ES SEP26"
    MONTH_LETTER = "ESU6"
    CONTINUOUS = "MES1!"
    STOCK = "AAPL"


_Dated = Literal[Notation.MONTH_NUMBER, Notation.MONTH_NAME, Notation.MONTH_LETTER]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument. `text` is the wire text; `month` is 1 to 12 and `year` the digits as written, else None."""

    root: str
    notation: Notation
    text: str
    month: int | None = None
    year: str | None = None

    @property
    def unit(self) -> str:
        return "share" if self.notation is Notation.STOCK else "contract"


_NUMBER = re.compile(r"([A-Z0-9]{1,5}) +(\d{1,2})-(\d{2})")
_NAME = re.compile(rf"([A-Z0-9]{{1,5}}) +({'|'.join(MONTH_NAMES)}) ?(\d{{2}})")
_LETTER = re.compile(rf"([A-Z0-9]{{1,4}})([{MONTH_LETTERS}])(20\d{{2}}|\d{{1,2}})")
_THIS_DECADE: Final = "6"
_CONTINUOUS = re.compile(r"([A-Z0-9]{1,5})1!")
_STOCK = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z]{1,2})?")
_EXPECTED = "Write a contract as MES 12-26, ES SEP26, ESU6 or MES1!, or a stock as AAPL."


def parse_instrument(text: str) -> Instrument | Invalid:
    """Gives the instrument of a text, in capitals and with one blank, or says how to write it.

    A root of the table of contracts is refused alone, without a month: NinjaTrader refused one (field report, Q16), or
    would take it for the stock of that name. The table is read at the first single word (2 ms).
    """
    if bad := unsafe(text):
        return bad
    if not text.isascii():
        return Invalid(_EXPECTED)
    upper = text.strip().upper()
    if found := _NUMBER.fullmatch(upper):
        return _dated_by_number(found[1], int(found[2]), found[3])
    if found := _NAME.fullmatch(upper):
        return _instrument(found[1], Notation.MONTH_NAME, MONTH_NAMES.index(found[2]) + 1, found[3])
    if found := _CONTINUOUS.fullmatch(upper):
        return Instrument(found[1], Notation.CONTINUOUS, upper)
    return _one_word(upper)


def _dated_by_number(root: str, month: int, year: str) -> Instrument | Invalid:
    if not 1 <= month <= 12:
        return Invalid(f"There is no month {month}. Write month and year as in MES 12-26.")
    return _instrument(root, Notation.MONTH_NUMBER, month, year)


def _one_word(word: str) -> Instrument | Invalid:
    if word in contracts():
        return Invalid(f"{word} needs a contract month, such as {word} 12-26, or {word}1! for the front month.")
    if word[:-1] in contracts() and word[-1] in MONTH_LETTERS:
        return Invalid(f"{word} needs a year, such as {word}{_THIS_DECADE}.")
    found = _LETTER.fullmatch(word)
    if found and any(map(str.isalpha, found[1])):
        return _instrument(found[1], Notation.MONTH_LETTER, MONTH_LETTERS.index(found[2]) + 1, found[3])
    if _STOCK.fullmatch(word):
        return Instrument(word, Notation.STOCK, word)
    return Invalid(_EXPECTED)


def _instrument(root: str, notation: _Dated, month: int, digits: str) -> Instrument:
    match notation:
        case Notation.MONTH_NUMBER:
            text = f"{root} {month:02}-{digits}"
        case Notation.MONTH_NAME:
            text = f"{root} {MONTH_NAMES[month - 1]}{digits}"
        case Notation.MONTH_LETTER:
            text = f"{root}{MONTH_LETTERS[month - 1]}{digits}"
        case _:
            assert_never(notation)
    return Instrument(root, notation, text, month, digits)


def written(
    root: str, year: int, month: int, notation: _Dated | Literal[Notation.CONTINUOUS], year_digits: Literal[1, 2, 4] = 2
) -> Instrument:
    """A contract in one notation; `year` is 2000 to 2099. `year_digits` counts for `ESU6` alone, the others have two.

    Read back, it is the same contract; but `MES1!` means the front month of the day, and one digit the nearest year.
    """
    if notation is Notation.CONTINUOUS:
        return Instrument(root, notation, f"{root}1!")
    digits = year_digits if notation is Notation.MONTH_LETTER else 2
    return _instrument(root, notation, month, str(year)[-digits:])


def contract_month(instrument: Instrument, today: date) -> tuple[int, int] | None:
    """Full year and month that an instrument means on that day; None for a stock, and for `XYZ1!` of no known root."""
    if instrument.month is not None and instrument.year is not None:
        return full_year(instrument.year, today), instrument.month
    if instrument.notation is Notation.CONTINUOUS and (contract := contracts().get(instrument.root)):
        return front_month(contract, today)
    return None


def dated(instrument: Instrument, today: date) -> Instrument:
    """A future in its form `MES 12-26`; what has no month that is known (see `contract_month`) stays as it is."""
    found = contract_month(instrument, today)
    return written(instrument.root, *found, Notation.MONTH_NUMBER) if found else instrument


def canonical(instrument: str | None, today: date) -> str:
    """An instrument in the form in which it can be compared: `MES 12-26`, however it is written."""
    found = parse_instrument(instrument or "")
    return dated(found, today).text if isinstance(found, Instrument) else (instrument or "").strip().upper()

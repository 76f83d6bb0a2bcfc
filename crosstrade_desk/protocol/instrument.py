"""Instrument notations: `MES 12-26`, `ES SEP26`, `ESU6`, `RTYH2026`, `MES1!`, `AAPL`.

Source: docs webhooks/commands, webhooks/continuous-contracts, commands/close-position.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from crosstrade_desk.protocol.problems import Invalid, unsafe

MONTH_NAMES: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTH_LETTERS: Final = "FGHJKMNQUVXZ"

# Roots that are futures beyond doubt: alone, without a month, they were refused by NinjaTrader (field report, Q16).
_ROOTS: Final = """
    ES MES NQ MNQ RTY M2K YM MYM NKD EMD CL MCL QM NG QG RB HO BZ GC MGC SI SIL HG MHG PL PA
    ZB ZN ZF ZT UB TN ZC ZS ZW ZL ZM HE LE GF 6A 6B 6C 6E 6J 6S 6N 6M M6A M6B M6E MBT MET BTC ETH
    FDAX FDXM FDXS FESX FSXE FGBL FGBM FGBS FGBX SR3 ZQ VX
"""
FUTURES_ROOTS: Final = frozenset(_ROOTS.split())


class Notation(Enum):
    """How a contract was written. The server takes each of them, so it is sent as it was written."""

    MONTH_NUMBER = "MES 12-26"
    MONTH_NAME = "ES SEP26"
    MONTH_LETTER = "ESU6"
    CONTINUOUS = "MES1!"
    STOCK = "AAPL"


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
_LETTER = re.compile(rf"([A-Z0-9]{{1,4}})([{MONTH_LETTERS}])(\d{{4}}|\d{{1,2}})")
_CONTINUOUS = re.compile(r"([A-Z0-9]{1,5})1!")
_STOCK = re.compile(r"[A-Z]{1,5}(?:[.-][A-Z]{1,2})?")
_EXPECTED = "Write a contract as MES 12-26, ES SEP26, ESU6 or MES1!, or a stock as AAPL."


def parse_instrument(text: str) -> Instrument | Invalid:
    """Gives the instrument of a text, in capitals and with one blank, or says how to write it."""
    if bad := unsafe(text):
        return bad
    if not text.isascii():
        return Invalid(_EXPECTED)
    upper = text.strip().upper()
    if found := _NUMBER.fullmatch(upper):
        return _dated_by_number(found[1], int(found[2]), found[3])
    if found := _NAME.fullmatch(upper):
        month = MONTH_NAMES.index(found[2]) + 1
        return Instrument(found[1], Notation.MONTH_NAME, f"{found[1]} {found[2]}{found[3]}", month, found[3])
    if found := _CONTINUOUS.fullmatch(upper):
        return Instrument(found[1], Notation.CONTINUOUS, upper)
    return _one_word(upper)


def _dated_by_number(root: str, month: int, year: str) -> Instrument | Invalid:
    if not 1 <= month <= 12:
        return Invalid(f"There is no month {month}. Write month and year as in MES 12-26.")
    return Instrument(root, Notation.MONTH_NUMBER, f"{root} {month:02}-{year}", month, year)


def _one_word(word: str) -> Instrument | Invalid:
    if word in FUTURES_ROOTS:
        return Invalid(f"{word} needs a contract month, such as {word} 12-26, or {word}1! for the front month.")
    if found := _LETTER.fullmatch(word):
        return Instrument(found[1], Notation.MONTH_LETTER, word, MONTH_LETTERS.index(found[2]) + 1, found[3])
    if _STOCK.fullmatch(word):
        return Instrument(word, Notation.STOCK, word)
    return Invalid(_EXPECTED)

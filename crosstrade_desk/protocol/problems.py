"""What is wrong with a text, as data: shown beside its field, printed, compared in tests."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a text is no value of its type: one sentence that says what was expected."""

    message: str


class Kind(Enum):
    """What sort of fault a problem is."""

    BAD = "the text is no value of its field"
    MISSING = "a field that is needed is absent"
    UNUSED = "a field that has no meaning here"
    TWICE = "a field that is given more than once"
    CONFLICT = "fields that do not go together"
    GRAMMAR = "text that is no message"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a message. `field` is the wire name of the field at fault, "" for the message as a whole."""

    field: str
    message: str
    kind: Kind = Kind.BAD


@dataclass(frozen=True, slots=True)
class Problems:
    """All faults of a message at once, in the order of its fields. Never empty."""

    items: tuple[Problem, ...]

    def of(self, field: str) -> str:
        """The sentences of one field, joined; "" if it has none."""
        return " ".join(p.message for p in self.items if p.field == field)


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, invisible, line breaks
# Letters of a script that paint nothing, or change the one before: fillers, the blank of Braille, joiners, variants.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d") | {
    chr(n) for n in range(0xFE00, 0xFE10)
}
_VARIABLE = re.compile(r"\{\{[^{}]*\}\}")
_ADDRESS_PATH: Final = "/v1/send/"
LONGEST: Final = 1000  # letters; no field of CrossTrade's needs so many


def unsafe(text: str, longest: int = LONGEST) -> Invalid | None:
    """Refuses what could smuggle in another field, look like something else than it is, or be a secret."""
    if len(text) > longest:
        return Invalid(f"It is {len(text)} letters long; {longest} are the most.")
    for letter in text:
        if letter in ";=":
            return Invalid(f"It may not contain “{letter}”.")
        if unicodedata.category(letter) in _HIDDEN or letter in _BLANK:
            return Invalid(f"It may not contain line breaks or invisible letters (found {_escaped(letter)}).")
        if not letter.isascii() and set(unicodedata.normalize("NFKC", letter)) & set(";="):
            return Invalid(f"It may not contain {_escaped(letter)}, which looks like “;” or “=”.")
    if _ADDRESS_PATH in text.lower():
        return Invalid("It holds a webhook address, which is a secret. It belongs in Connection.")
    return variable(text)


def strange(text: str) -> Invalid | None:
    """Refuses letters that look like others: a name must be what it looks like. Latin letters with accents pass."""
    for letter in text:
        if not (letter.isascii() or unicodedata.name(letter, "").startswith("LATIN ")) or _folds(letter):
            return Invalid(f"It may hold Latin letters, digits and signs only (found {_escaped(letter)}).")
    return None


def _folds(letter: str) -> bool:
    return not letter.isascii() and unicodedata.normalize("NFKC", letter) != letter


def variable(text: str) -> Invalid | None:
    """Refuses a TradingView variable such as `{{ticker}}`: TradingView puts the value in, and this program cannot.

    Source: TradingView help, alert variables; blog using-pine-script-variables.
    """
    if found := _VARIABLE.search(text):
        return Invalid(f"{printable(found[0])[:60]} is filled in by TradingView. Put a value of your own here.")
    return None


def printable(text: str) -> str:
    """The text with control and invisible letters and odd blanks written out, as `\\n` or `\\u202e`."""
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def one_of(words: tuple[str, ...]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def listed(words: tuple[str, ...]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, unit: str) -> str:
    """`1 contract`, `2 contracts`."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"

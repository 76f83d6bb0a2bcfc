"""What is wrong with a text, as data: shown beside its field, printed, compared in tests."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum


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


_NAMED = {";": "“;”", "=": "“=”", ",": "a comma"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, invisible, line breaks
_VARIABLE = re.compile(r"\{\{[^{}]*\}\}")


def unsafe(text: str, also: str = "") -> Invalid | None:
    """Refuses what could smuggle in another field, or look like something else than it is."""
    for letter in text:
        if letter in ";=" or letter in also:
            return Invalid(f"It may not contain {_NAMED.get(letter, repr(letter))}.")
        if unicodedata.category(letter) in _HIDDEN:
            return Invalid(f"It may not contain line breaks or invisible letters (found {printable(letter)}).")
    return variable(text)


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

"""What is wrong with a text, as data: shown beside its field, printed, compared in tests."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a text is no value of its type: one sentence that says what was expected."""

    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a message. `field` is the wire name of the field at fault, "" for the message as a whole."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Problems:
    """All faults of a message at once, in the order of its fields. Never empty."""

    items: tuple[Problem, ...]

    def of(self, field: str) -> str:
        """The sentences of one field, joined; "" if it has none."""
        return " ".join(p.message for p in self.items if p.field == field)


_NAMED = {";": "“;”", "=": "“=”", ",": "a comma"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, invisible, line breaks


def unsafe(text: str, also: str = "") -> Invalid | None:
    """Refuses what could smuggle in another field, or look like something else than it is."""
    for letter in text:
        if letter in ";=" or letter in also:
            return Invalid(f"It may not contain {_NAMED.get(letter, repr(letter))}.")
        if unicodedata.category(letter) in _HIDDEN:
            return Invalid(f"It may not contain line breaks or invisible letters (found {printable(letter)}).")
    return None


def printable(text: str) -> str:
    """The text with control and invisible letters written out, as `\\n` or `\\u202e`."""
    return "".join(_escaped(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")

"""Keys and their modifiers, as text: `Ctrl+Shift+F`. Pure; the window and the system-wide keys share it."""

import re
from dataclasses import dataclass
from typing import Final

from crosstrade_desk.protocol.problems import Invalid, printable

MODIFIERS: Final = ("Ctrl", "Alt", "Shift", "Meta")
NAMED: Final = (
    "Return",
    "Enter",
    "Esc",
    "Space",
    "Tab",
    "Backspace",
    "Ins",
    "Del",
    "Home",
    "End",
    "PgUp",
    "PgDown",
    "Left",
    "Right",
    "Up",
    "Down",
    "Pause",
    "Print",
    *(f"F{number}" for number in range(1, 25)),
)
_NAMES: Final = {name.casefold(): name for name in NAMED} | {"escape": "Esc", "delete": "Del", "insert": "Ins"}
_SHOWN: Final = {"Return": "Enter", "Enter": "Enter of the number pad"}
_PLAIN: Final = re.compile(r"[A-Z0-9!-/:-@\[-`{-~]")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Chord:
    """A key with its modifiers. `str` gives the one way it is written, which `parse_chord` reads back."""

    modifiers: frozenset[str]
    key: str

    def __str__(self) -> str:
        return "+".join([*(name for name in MODIFIERS if name in self.modifiers), self.key])

    @property
    def shown(self) -> str:
        """As a trader reads it: keyboards say Enter where programs say Return."""
        return str(Chord(self.modifiers, _SHOWN.get(self.key, self.key)))

    @property
    def commands(self) -> bool:
        """Whether Ctrl, Alt or Meta is among its modifiers: Shift alone still types."""
        return bool(self.modifiers - {"Shift"})

    @property
    def types(self) -> bool:
        """Whether a field would take it as text or as a movement of its cursor."""
        return not self.commands and not re.fullmatch(r"F\d+|Esc|Pause|Print", self.key)


def parse_chord(text: str) -> Chord | Invalid:
    """Gives the chord that a text says: modifiers in any order and case, then one key."""
    bare = text.strip()
    if len(bare) > _LONGEST:
        return Invalid("This is longer than any key's name.")
    head, plus, key = ("", "", bare) if bare in ("", "+") else _split(bare)
    wanted = {name.casefold(): name for name in MODIFIERS}
    named = [part.strip().casefold() for part in head.split("+")] if plus else []
    found = [wanted[name] for name in named if name in wanted]
    word = _NAMES.get(key.casefold(), key.upper() if len(key) == 1 else "")
    if len(found) != len(named) or len(set(found)) != len(found) or not (word in NAMED or _PLAIN.fullmatch(word)):
        return Invalid(f"{printable(bare) or 'Nothing'} is no key that can be bound. Write it like Ctrl+Shift+F or F9.")
    return Chord(frozenset(found), word)


def _split(bare: str) -> tuple[str, str, str]:
    """The modifiers, the last +, and the key, which may be + itself."""
    if bare.endswith("++"):
        return bare[:-2], "+", "+"
    head, plus, key = bare.rpartition("+")
    return head, plus, key.strip()

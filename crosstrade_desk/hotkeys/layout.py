"""Where a chord's key is on an X11 keyboard, whatever alphabet is in use. Pure."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.places import PLACES, X11_SHIFT

_SHIFT, _LOCK, _CONTROL = 1, 2, 4
_SYMS: Final = {
    "Return": 0xFF0D,
    "Enter": 0xFF8D,
    "Esc": 0xFF1B,
    "Space": 0x20,
    "Tab": 0xFF09,
    "Backspace": 0xFF08,
    "Ins": 0xFF63,
    "Del": 0xFFFF,
    "Home": 0xFF50,
    "End": 0xFF57,
    "PgUp": 0xFF55,
    "PgDown": 0xFF56,
    "Left": 0xFF51,
    "Up": 0xFF52,
    "Right": 0xFF53,
    "Down": 0xFF54,
    "Pause": 0xFF13,
    "Print": 0xFF61,
    **{f"F{number}": 0xFFBE + number - 1 for number in range(1, 25)},
}
# What may hold each modifier: Alt and Meta are on one of Mod1 to Mod5, wherever the layout puts them.
_HOLDERS: Final = {"Alt": (0xFFE9, 0xFFEA), "Meta": (0xFFEB, 0xFFEC)}
_LOCKS: Final = (0xFF7F, 0xFF14)  # NumLock, ScrollLock
_USUAL: Final = {"Ctrl": _CONTROL, "Shift": _SHIFT, "Alt": 8, "Meta": 64}

Groups = tuple[tuple[int, ...], ...]


class Layout:
    """`keysyms`: key code -> for each group its levels. `modifiers`: the key codes of each of X11's eight. `group`: the
    one in use."""

    def __init__(self, keysyms: Mapping[int, Groups], modifiers: tuple[tuple[int, ...], ...], group: int) -> None:
        self._keysyms, self._modifiers = keysyms, modifiers
        self._group = group

    def keycode(self, key: str) -> int | None:
        """The code of a key: where the group in use has it, else any other; where none has it, that of its place.

        A letter wins over the same one in another group: on German beside US, Y is where the one in use has it.
        """
        sym = _SYMS.get(key) or ord(key.lower())
        found = [(self._rank(groups, sym), code) for code, groups in self._keysyms.items() if _has(groups, sym)]
        placed = (code + X11_SHIFT for code, shown in PLACES.items() if shown == key)
        return min(found)[1] if found else next(placed, None)

    def _rank(self, groups: Groups, sym: int) -> tuple[bool, int, int]:
        """Before all others what is in the group in use, then without Shift."""
        used = self._group % len(groups)
        return min((number != used, number, syms.index(sym)) for number, syms in enumerate(groups) if sym in syms)

    def bits(self, chord: Chord) -> int:
        """The modifier bits of a chord."""
        return sum(self._bit(name) for name in chord.modifiers)

    def _bit(self, name: str) -> int:
        held = self._bits_of(_HOLDERS[name]) if name in _HOLDERS else []
        return held[0] if held else _USUAL[name]

    def _bits_of(self, syms: tuple[int, ...]) -> list[int]:
        def holds(code: int) -> bool:
            return any(_has(self._keysyms.get(code, ()), sym) for sym in syms)

        return [1 << row for row, codes in enumerate(self._modifiers) if any(map(holds, codes))]

    def lock_bits(self) -> list[int]:
        """The bits of CapsLock, NumLock and ScrollLock."""
        return sorted({_LOCK, *self._bits_of(_LOCKS)})

    def locks(self) -> Iterator[int]:
        """Every combination of them."""
        bits = self.lock_bits()
        for count in range(len(bits) + 1):
            yield from map(sum, combinations(bits, count))


def _has(groups: Groups, sym: int) -> bool:
    return any(sym in syms for syms in groups)

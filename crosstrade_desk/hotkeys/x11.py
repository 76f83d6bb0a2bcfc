"""X11: the keys are grabbed on the root window, so that they reach this program and no other."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.desk.places import PLACES, X11_SHIFT
from crosstrade_desk.hotkeys.state import Bound, Fired, State, Taken, Unsupported, Wanted
from crosstrade_desk.hotkeys.xcb import BAD_ACCESS, KEY_PRESS, KEY_RELEASE, MAPPING_NOTIFY, Display, open_display
from crosstrade_desk.protocol.problems import Invalid

_SHIFT, _LOCK, _CONTROL, _ALL = 1, 2, 4, 0xFF
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
_NO_FINGER_MS: Final = 5  # a repeat's release and press bear the same time, or nearly
_GONE: Final = "The X server is gone."
_NO_PLACE: Final = "This keyboard has no such key."


class X11Hotkeys(QObject):
    """Grabs on a connection of its own, read on the window's loop."""

    def __init__(self, display: Display, fired: Fired) -> None:
        super().__init__()
        self._display, self._fired = display, fired
        self._wanted: Wanted = {}
        self._codes: dict[int, list[tuple[int, str]]] = {}
        self._held: list[tuple[int, int]] = []
        self._released: dict[int, int] = {}
        self._locks = 0
        self._notifier: QSocketNotifier | None = QSocketNotifier(display.descriptor, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._drain)

    def bind(self, wanted: Wanted) -> dict[str, State]:
        """Holds these keys and no others from now on."""
        self._wanted = wanted
        self._let_go()
        if self._display.is_dead:
            return {action: Unsupported(_GONE) for action in wanted}
        layout = _Layout(self._display)
        self._locks = sum(layout.lock_bits())
        states = {action: self._grab(action, chord, layout) for action, chord in wanted.items()}
        self._drain()  # what came in with the answers wakes no notifier
        return states

    def _grab(self, action: str, chord: Chord, layout: "_Layout") -> State:
        keycode, modifiers = layout.keycode(chord.key), layout.bits(chord)
        if keycode is None:
            return Unsupported(_NO_PLACE)
        done: list[tuple[int, int]] = []
        for locks in layout.locks():
            if error := self._display.grab(keycode, modifiers | locks):
                for pair in done:  # a key that works only without NumLock would be worse than none
                    self._display.ungrab(*pair)
                return Taken() if error == BAD_ACCESS else Unsupported(f"The X server refused it (error {error}).")
            done.append((keycode, modifiers | locks))
        self._held += done
        self._codes.setdefault(keycode, []).append((modifiers, action))
        return Bound()

    def _let_go(self) -> None:
        for pair in self._held:
            self._display.ungrab(*pair)
        self._held, self._codes = [], {}

    def _drain(self) -> None:
        changed = False
        for kind, keycode, state, time in self._display.events():
            changed |= kind == MAPPING_NOTIFY
            if kind == KEY_RELEASE:
                self._released[keycode] = time
            elif kind == KEY_PRESS and time - self._released.get(keycode, -_NO_FINGER_MS - 1) > _NO_FINGER_MS:
                self._fire(keycode, state)
        if self._display.is_dead:
            self._stop_listening()  # a dead socket is readable for ever
        elif changed:
            self.bind(self._wanted)

    def _fire(self, keycode: int, state: int) -> None:
        pressed = state & _ALL & ~self._locks
        for action in [action for modifiers, action in self._codes.get(keycode, ()) if modifiers == pressed]:
            self._fired(action)

    def _stop_listening(self) -> None:
        if self._notifier:
            self._notifier.setEnabled(False)
            self._notifier = None

    def close(self) -> None:
        """Lets every key go."""
        self._stop_listening()
        self._display.close()


class _Layout:
    """Where the keys are now."""

    def __init__(self, display: Display) -> None:
        self._keysyms = display.keysyms()
        self._modifiers = display.modifiers()

    def keycode(self, key: str) -> int | None:
        """The code of a key in any group of the layout; where none has the letter, that of its place."""
        sym = _SYMS.get(key) or ord(key.lower())
        named = (code for code, syms in self._keysyms.items() if sym in syms)
        placed = (code + X11_SHIFT for code, shown in PLACES.items() if shown == key)
        return next(named, None) or next(placed, None)

    def bits(self, chord: Chord) -> int:
        """The modifier bits of a chord."""
        return sum(self._bit(name) for name in chord.modifiers)

    def _bit(self, name: str) -> int:
        held = self._bits_of(_HOLDERS[name]) if name in _HOLDERS else []
        return held[0] if held else _USUAL[name]

    def _bits_of(self, syms: tuple[int, ...]) -> list[int]:
        rows = enumerate(self._modifiers)
        return [1 << row for row, codes in rows if any(set(syms) & set(self._keysyms.get(code, ())) for code in codes)]

    def lock_bits(self) -> list[int]:
        """The bits of CapsLock, NumLock and ScrollLock."""
        return sorted({_LOCK, *self._bits_of(_LOCKS)})

    def locks(self) -> Iterator[int]:
        """Every combination of them."""
        bits = self.lock_bits()
        for count in range(len(bits) + 1):
            yield from map(sum, combinations(bits, count))


def x11_hotkeys(fired: Fired, display: str | None = None) -> X11Hotkeys | Invalid:
    """The keys of the X server, or why they cannot be had. Blocks for its greeting."""
    found = open_display(display)
    return found if isinstance(found, Invalid) else X11Hotkeys(found, fired)

"""macOS: Carbon's RegisterEventHotKey, which needs no permission and keeps the key from others. Not run on macOS yet.

Its numbers are places, so where a letter is has to be asked for: on a French keyboard A is where Q is on others.

Source: Carbon Event Manager reference, RegisterEventHotKey; HIToolbox Events.h (key codes).
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.hotkeys.state import Bound, Fired, State, Taken, Unsupported, Wanted

TAKEN: Final = -9878  # eventHotKeyExistsErr
# Qt swaps them on macOS: its Ctrl is the Command key, its Meta the Control key.
MODIFIERS: Final = {"Ctrl": 0x0100, "Shift": 0x0200, "Alt": 0x0800, "Meta": 0x1000}
LETTERS: Final = "ASDFHGZXCV\0BQWERYT123465=97-80]OU[IP\0LJ'K;\\,/NM."
KEYS: Final = {
    **{letter: code for code, letter in enumerate(LETTERS) if letter != "\0"},
    "Return": 0x24,
    "Tab": 0x30,
    "Space": 0x31,
    "Backspace": 0x33,
    "Esc": 0x35,
    "Enter": 0x4C,
    "Home": 0x73,
    "PgUp": 0x74,
    "Del": 0x75,
    "End": 0x77,
    "PgDown": 0x79,
    "Left": 0x7B,
    "Right": 0x7C,
    "Down": 0x7D,
    "Up": 0x7E,
    "F1": 0x7A,
    "F2": 0x78,
    "F3": 0x63,
    "F4": 0x76,
    "F5": 0x60,
    "F6": 0x61,
    "F7": 0x62,
    "F8": 0x64,
    "F9": 0x65,
    "F10": 0x6D,
    "F11": 0x67,
    "F12": 0x6F,
}
_NO_KEY: Final = "macOS cannot take this key for all programs. Choose a letter, a digit or a function key."


class Carbon(Protocol):
    """The calls it makes: those of `carbon.py`.

    `register` gives the system's error and a reference; `listen` has each press's number, until `deafen`; `letters`
    tells which key gives which letter on the Latin keyboard that was last in use, as far as known.
    """

    def register(self, number: int, modifiers: int, key: int) -> tuple[int, object]: ...

    def unregister(self, reference: object) -> None: ...

    def listen(self, pressed: Callable[[int], None]) -> int: ...

    def deafen(self) -> None: ...

    def letters(self) -> Mapping[str, int]: ...


class MacHotkeys:
    """Keys registered with the application's event target."""

    asks = False

    def __init__(self, fired: Fired, carbon: Carbon) -> None:
        self._fired, self._carbon = fired, carbon
        self._held: dict[int, tuple[str, object]] = {}
        self._fault = carbon.listen(self._on_pressed)

    def bind(self, wanted: Wanted) -> Mapping[str, State]:
        """Holds these keys and no others from now on."""
        self._let_go()
        keys = {**KEYS, **self._carbon.letters()}
        found = {action: keys.get(chord.key) for action, chord in wanted.items()}
        return {
            action: self._register(number, action, wanted[action], key)
            for number, (action, key) in enumerate(found.items(), 1)
        }

    def _register(self, number: int, action: str, chord: Chord, key: int | None) -> State:
        if self._fault:
            return Unsupported(f"macOS gives no keys for all programs (error {self._fault}).")
        if key is None:
            return Unsupported(_NO_KEY)
        modifiers = sum(MODIFIERS[name] for name in chord.modifiers)
        error, reference = self._carbon.register(number, modifiers, key)
        if error:
            return Taken() if error == TAKEN else Unsupported(f"macOS refused it (error {error}).")
        self._held[number] = (action, reference)
        return Bound()

    def _on_pressed(self, number: int) -> None:
        if number in self._held:
            self._fired(self._held[number][0])

    def _let_go(self) -> None:
        for _action, reference in self._held.values():
            self._carbon.unregister(reference)
        self._held = {}

    def close(self) -> None:
        """Lets every key go."""
        self._let_go()
        self._carbon.deafen()

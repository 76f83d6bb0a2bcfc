"""Windows: RegisterHotKey, whose presses come as messages of the thread. Not run on Windows yet.

Source: Win32 reference, RegisterHotKey, UnregisterHotKey, WM_HOTKEY, Virtual-Key Codes; Qt reference,
QAbstractNativeEventFilter.
"""

import ctypes
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final, Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.hotkeys.state import Bound, Fired, State, Taken, Unsupported, Wanted

WM_HOTKEY: Final = 0x0312
ALREADY_REGISTERED: Final = 1409
NO_REPEAT: Final = 0x4000
MODIFIERS: Final = {"Alt": 0x0001, "Ctrl": 0x0002, "Shift": 0x0004, "Meta": 0x0008}
# Letters and digits have their numbers on every layout, and so have four signs: the numbers of the others are places.
KEYS: Final = {
    "Return": 0x0D,
    "Esc": 0x1B,
    "Space": 0x20,
    "Tab": 0x09,
    "Backspace": 0x08,
    "Ins": 0x2D,
    "Del": 0x2E,
    "Home": 0x24,
    "End": 0x23,
    "PgUp": 0x21,
    "PgDown": 0x22,
    "Left": 0x25,
    "Up": 0x26,
    "Right": 0x27,
    "Down": 0x28,
    "Pause": 0x13,
    "Print": 0x2C,
    "+": 0xBB,
    ",": 0xBC,
    "-": 0xBD,
    ".": 0xBE,
    **{f"F{number}": 0x70 + number - 1 for number in range(1, 25)},
    **{letter: ord(letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"},
}
_F12: Final = "Windows keeps F12 for debuggers. Choose another one."
_NO_KEY: Final = "Windows cannot take this key for all programs. Choose a letter, a digit or a function key."
# Qt's reference says that registered keys come as the second, Qt's users see the first. Taken once, a press ends there.
_KINDS: Final = (b"windows_generic_MSG", b"windows_dispatcher_MSG")


class User32(Protocol):
    """The calls it makes: `register` and `unregister` give the system's error, 0 for none."""

    def register(self, number: int, modifiers: int, key: int) -> int: ...

    def unregister(self, number: int) -> int: ...


class RealUser32:
    """The system's own."""

    def __init__(self) -> None:
        self._library = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]

    def register(self, number: int, modifiers: int, key: int) -> int:
        done = self._library.RegisterHotKey(None, number, modifiers, key)
        return 0 if done else int(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]

    def unregister(self, number: int) -> int:
        done = self._library.UnregisterHotKey(None, number)
        return 0 if done else int(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]


class WindowsHotkeys(QAbstractNativeEventFilter):
    """Keys registered for the thread that makes this: that of the window."""

    asks = False

    def __init__(self, fired: Fired, user32: User32, read: "Callable[[int], tuple[int, int]] | None" = None) -> None:
        super().__init__()
        self._fired, self._user32, self._read = fired, user32, read or _message_at
        self._held: dict[int, str] = {}
        self._numbers = count(1)  # none twice: a press that waits must not fire what is bound to its number later
        if app := QCoreApplication.instance():
            app.installNativeEventFilter(self)

    def bind(self, wanted: Wanted) -> Mapping[str, State]:
        """Holds these keys and no others from now on."""
        self._let_go()
        return {action: self._register(next(self._numbers), action, chord) for action, chord in wanted.items()}

    def _register(self, number: int, action: str, chord: Chord) -> State:
        if chord.key not in KEYS:
            return Unsupported(_NO_KEY)
        if chord.key == "F12":
            return Unsupported(_F12)
        modifiers = sum(MODIFIERS[name] for name in chord.modifiers) | NO_REPEAT
        error = self._user32.register(number, modifiers, KEYS[chord.key])
        if error:
            return Taken() if error == ALREADY_REGISTERED else Unsupported(f"Windows refused it (error {error}).")
        self._held[number] = action
        return Bound()

    def _let_go(self) -> None:
        for number in self._held:
            self._user32.unregister(number)
        self._held = {}

    def nativeEventFilter(  # noqa: N802 (Qt's name)
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        """Takes the messages of its keys."""
        if kind not in _KINDS:
            return False, 0
        code, number = self._read(int(message))
        if code != WM_HOTKEY or number not in self._held:
            return False, 0
        self._fired(self._held[number])
        return True, 0

    def close(self) -> None:
        """Lets every key go."""
        self._let_go()
        if app := QCoreApplication.instance():
            app.removeNativeEventFilter(self)


class _Msg(ctypes.Structure):
    _fields_ = (("window", ctypes.c_void_p), ("code", ctypes.c_uint), ("number", ctypes.c_size_t))


def _message_at(address: int) -> tuple[int, int]:
    found = _Msg.from_address(address)
    return found.code, found.number

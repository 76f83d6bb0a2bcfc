"""macOS: Carbon's RegisterEventHotKey, which needs no permission and keeps the key from others. Not run on macOS yet.

Source: Carbon Event Manager reference, RegisterEventHotKey, InstallEventHandler; HIToolbox Events.h (key codes).
"""

import ctypes
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from crosstrade_desk.desk.chord import Chord
from crosstrade_desk.hotkeys.state import Bound, Fired, State, Taken, Unsupported, Wanted

TAKEN: Final = -9878  # eventHotKeyExistsErr
# Qt swaps them on macOS: its Ctrl is the Command key, its Meta the Control key.
MODIFIERS: Final = {"Ctrl": 0x0100, "Shift": 0x0200, "Alt": 0x0800, "Meta": 0x1000}
_LETTERS: Final = "ASDFHGZXCV\0BQWERYT123465=97-80]OU[IP\0LJ'K;\\,/NM."
KEYS: Final = {
    **{letter: code for code, letter in enumerate(_LETTERS) if letter != "\0"},
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
_NO_KEY: Final = "macOS has no number for this key."
_KEYBOARD, _PRESSED = 0x6B657962, 5  # 'keyb', kEventHotKeyPressed
_DIRECT, _ID_TYPE = 0x2D2D2D2D, 0x686B6964  # '----', 'hkid'
_SIGNATURE: Final = 0x43544431  # 'CTD1'


class Carbon(Protocol):
    """The calls it makes. `register` gives the system's error and a reference; `listen` has each press's number."""

    def register(self, number: int, modifiers: int, key: int) -> tuple[int, object]: ...

    def unregister(self, reference: object) -> None: ...

    def listen(self, pressed: Callable[[int], None]) -> int: ...


class MacHotkeys:
    """Keys registered with the application's event target."""

    def __init__(self, fired: Fired, carbon: Carbon) -> None:
        self._fired, self._carbon = fired, carbon
        self._held: dict[int, tuple[str, object]] = {}
        self._fault = carbon.listen(self._on_pressed)

    def bind(self, wanted: Wanted) -> Mapping[str, State]:
        """Holds these keys and no others from now on."""
        self._let_go()
        return {action: self._register(number, action, wanted[action]) for number, action in enumerate(wanted, 1)}

    def _register(self, number: int, action: str, chord: Chord) -> State:
        if self._fault:
            return Unsupported(f"macOS does not tell of keys (error {self._fault}).")
        if chord.key not in KEYS:
            return Unsupported(_NO_KEY)
        modifiers = sum(MODIFIERS[name] for name in chord.modifiers)
        error, reference = self._carbon.register(number, modifiers, KEYS[chord.key])
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


class _Id(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("number", ctypes.c_uint32))


class _Kind(ctypes.Structure):
    _fields_ = (("of", ctypes.c_uint32), ("kind", ctypes.c_uint32))


_HANDLER: Final = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class RealCarbon:
    """The system's own."""

    def __init__(self) -> None:
        library = ctypes.CDLL("/System/Library/Frameworks/Carbon.framework/Carbon")
        library.GetApplicationEventTarget.restype = ctypes.c_void_p
        library.RegisterEventHotKey.argtypes = (
            ctypes.c_uint32,
            ctypes.c_uint32,
            _Id,
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_void_p,
        )
        library.UnregisterEventHotKey.argtypes = (ctypes.c_void_p,)
        library.InstallEventHandler.argtypes = (
            ctypes.c_void_p,
            _HANDLER,
            ctypes.c_uint32,
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        library.GetEventParameter.argtypes = (
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_uint32,
            ctypes.c_void_p,
            ctypes.c_uint32,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        self._library = library
        self._target = library.GetApplicationEventTarget()
        self._handler: object = None  # kept, or Carbon would call what is gone

    def register(self, number: int, modifiers: int, key: int) -> tuple[int, object]:
        reference = ctypes.c_void_p()
        named = _Id(_SIGNATURE, number)
        error = self._library.RegisterEventHotKey(key, modifiers, named, self._target, 0, ctypes.byref(reference))
        return int(error), reference

    def unregister(self, reference: object) -> None:
        self._library.UnregisterEventHotKey(reference)

    def listen(self, pressed: Callable[[int], None]) -> int:
        def handle(_next: object, event: object, _data: object) -> int:
            found = _Id()
            size = ctypes.sizeof(found)
            self._library.GetEventParameter(event, _DIRECT, _ID_TYPE, None, size, None, ctypes.byref(found))
            if found.signature == _SIGNATURE:
                pressed(found.number)
            return 0

        self._handler = _HANDLER(handle)
        kind = _Kind(_KEYBOARD, _PRESSED)
        return int(self._library.InstallEventHandler(self._target, self._handler, 1, ctypes.byref(kind), None, None))

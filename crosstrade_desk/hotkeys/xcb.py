"""What X11's keys need of libxcb, through ctypes: Qt's own X11 back end brings that library with it.

libxcb and not Xlib: it has no error handler of the whole process, and ends no process when the server dies.
"""

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_uint, c_uint8, c_uint16, c_uint32, c_void_p
from typing import Final

from crosstrade_desk.protocol.problems import Invalid

KEY_PRESS: Final = 2
KEY_RELEASE: Final = 3
MAPPING_NOTIFY: Final = 34
BAD_ACCESS: Final = 10
_ASYNC: Final = 1
_MIN_KEYCODE, _MAX_KEYCODE = 34, 35  # offsets in the server's greeting
_PER_KEY: Final = 1  # offset of "how many per key" in two replies
_MODIFIERS: Final = 8


class _Cookie(Structure):
    _fields_ = (("sequence", c_uint),)


class _Roots(Structure):
    _fields_ = (("data", c_void_p), ("rem", c_int), ("index", c_int))


class KeyEvent(Structure):
    """A press or release of a key that is held; `time` in milliseconds of the server's clock."""

    _fields_ = (
        ("kind", c_uint8),
        ("keycode", c_uint8),
        ("sequence", c_uint16),
        ("time", c_uint32),
        ("root", c_uint32),
        ("event", c_uint32),
        ("child", c_uint32),
        ("root_x", ctypes.c_int16),
        ("root_y", ctypes.c_int16),
        ("event_x", ctypes.c_int16),
        ("event_y", ctypes.c_int16),
        ("state", c_uint16),
    )


class _Error(Structure):
    _fields_ = (("kind", c_uint8), ("code", c_uint8))


_SIGNATURES: Final = {
    "xcb_connect": (c_void_p, (c_char_p, POINTER(c_int))),
    "xcb_disconnect": (None, (c_void_p,)),
    "xcb_connection_has_error": (c_int, (c_void_p,)),
    "xcb_get_file_descriptor": (c_int, (c_void_p,)),
    "xcb_get_setup": (c_void_p, (c_void_p,)),
    "xcb_setup_roots_iterator": (_Roots, (c_void_p,)),
    "xcb_grab_key_checked": (_Cookie, (c_void_p, c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint8)),
    "xcb_ungrab_key": (_Cookie, (c_void_p, c_uint8, c_uint32, c_uint16)),
    "xcb_request_check": (POINTER(_Error), (c_void_p, _Cookie)),
    "xcb_flush": (c_int, (c_void_p,)),
    "xcb_poll_for_event": (POINTER(KeyEvent), (c_void_p,)),
    "xcb_get_keyboard_mapping": (_Cookie, (c_void_p, c_uint8, c_uint8)),
    "xcb_get_keyboard_mapping_reply": (c_void_p, (c_void_p, _Cookie, c_void_p)),
    "xcb_get_keyboard_mapping_keysyms": (POINTER(c_uint32), (c_void_p,)),
    "xcb_get_modifier_mapping": (_Cookie, (c_void_p,)),
    "xcb_get_modifier_mapping_reply": (c_void_p, (c_void_p, _Cookie, c_void_p)),
    "xcb_get_modifier_mapping_keycodes": (POINTER(c_uint8), (c_void_p,)),
}


def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    xcb, libc = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL(None)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(xcb, name)
        function.restype, function.argtypes = result, arguments
    libc.free.restype, libc.free.argtypes = None, (c_void_p,)
    return xcb, libc


def open_display(name: str | None = None) -> "Display | Invalid":
    """A connection of its own to the X server, None for the one of the environment. Blocks for the greeting."""
    try:
        xcb, libc = _libraries()
    except (OSError, AttributeError):
        return Invalid("The library of X11's keys (libxcb) is not there.")
    connection = xcb.xcb_connect(name.encode() if name else None, byref(c_int()))
    if xcb.xcb_connection_has_error(connection):
        xcb.xcb_disconnect(connection)
        return Invalid("The X server cannot be reached.")
    return Display(xcb, libc, connection)


class Display:
    """One connection. Nothing raises; a dead server shows in `is_dead`."""

    def __init__(self, xcb: ctypes.CDLL, libc: ctypes.CDLL, connection: int) -> None:
        self._xcb, self._libc, self._connection = xcb, libc, connection
        setup = xcb.xcb_get_setup(connection)
        self._first, last = (c_uint8.from_address(setup + place).value for place in (_MIN_KEYCODE, _MAX_KEYCODE))
        self._keys = last - self._first + 1
        roots = xcb.xcb_setup_roots_iterator(setup)
        self._roots: list[int] = [c_uint32.from_address(roots.data).value] if roots.rem else []
        self.descriptor: int = xcb.xcb_get_file_descriptor(connection)

    @property
    def is_dead(self) -> bool:
        """Whether the server is gone."""
        return bool(self._xcb.xcb_connection_has_error(self._connection))

    def grab(self, keycode: int, modifiers: int) -> int:
        """Holds a key with exactly these modifier bits, wherever the focus is. Gives the error, 0 for none."""
        cookies = [
            self._xcb.xcb_grab_key_checked(self._connection, 0, root, modifiers, keycode, _ASYNC, _ASYNC)
            for root in self._roots
        ]
        return max(map(self._error, cookies), default=0)

    def _error(self, cookie: _Cookie) -> int:
        found = self._xcb.xcb_request_check(self._connection, cookie)
        if not found:
            return 0
        code = int(found.contents.code)
        self._libc.free(found)
        return code

    def ungrab(self, keycode: int, modifiers: int) -> None:
        """Lets a key go."""
        for root in self._roots:
            self._xcb.xcb_ungrab_key(self._connection, keycode, root, modifiers)
        self._xcb.xcb_flush(self._connection)

    def events(self) -> Iterator[tuple[int, int, int, int]]:
        """What has arrived since: kind, key code, modifier bits, time in milliseconds."""
        while found := self._xcb.xcb_poll_for_event(self._connection):
            event = found.contents
            told = (event.kind & 0x7F, event.keycode, event.state, event.time)
            self._libc.free(found)
            yield told

    def keysyms(self) -> dict[int, tuple[int, ...]]:
        """Key code -> what it gives, over all groups and levels of the layout. Empty if the server is gone."""
        cookie = self._xcb.xcb_get_keyboard_mapping(self._connection, self._first, self._keys)
        reply = self._xcb.xcb_get_keyboard_mapping_reply(self._connection, cookie, None)
        if not reply:
            return {}
        width = c_uint8.from_address(reply + _PER_KEY).value
        syms = self._xcb.xcb_get_keyboard_mapping_keysyms(reply)
        found = {
            self._first + key: tuple(syms[key * width + column] for column in range(width)) for key in range(self._keys)
        }
        self._libc.free(reply)
        return found

    def modifiers(self) -> tuple[tuple[int, ...], ...]:
        """The key codes of each of the eight modifiers: Shift, Lock, Control, Mod1 to Mod5."""
        cookie = self._xcb.xcb_get_modifier_mapping(self._connection)
        reply = self._xcb.xcb_get_modifier_mapping_reply(self._connection, cookie, None)
        if not reply:
            return ()
        width = c_uint8.from_address(reply + _PER_KEY).value
        codes = self._xcb.xcb_get_modifier_mapping_keycodes(reply)
        found = tuple(tuple(codes[row * width + n] for n in range(width)) for row in range(_MODIFIERS))
        self._libc.free(reply)
        return found

    def close(self) -> None:
        """Ends the connection, and with it every grab."""
        self._xcb.xcb_disconnect(self._connection)

"""What X11's keys need of libxcb and its XKB, through ctypes: Qt's own X11 back end brings both libraries with it.

libxcb and not Xlib: it has no error handler of the whole process, and ends no process when the server dies.

Source: X Window System Protocol, version 11; The X Keyboard Extension: Protocol Specification. Replies by offsets.
"""

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_uint, c_uint8, c_uint16, c_uint32, c_void_p
from dataclasses import dataclass
from struct import unpack_from
from typing import Final

from crosstrade_desk.protocol.problems import Invalid

KEY_PRESS: Final = 2
KEY_RELEASE: Final = 3
MAPPING_NOTIFY: Final = 34
BAD_ACCESS: Final = 10
_ASYNC: Final = 1
_CORE_KEYBOARD: Final = 0x100
_DETECTABLE_REPEAT: Final = 1
_KEY_SYMS: Final = 2
_KEYBOARD_OR_MAP, _STATE, _GROUP, _ALL_PARTS = 1 | 2, 4, 16, 0xFF  # of XKB's events
_MODIFIERS: Final = 8
_HEAD: Final = 32  # bytes of every reply, its length in words at 4


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


_ASKED: Final = (c_void_p, (c_void_p, _Cookie, c_void_p))
_XCB: Final = {
    "xcb_connect": (c_void_p, (c_char_p, POINTER(c_int))),
    "xcb_disconnect": (None, (c_void_p,)),
    "xcb_connection_has_error": (c_int, (c_void_p,)),
    "xcb_get_file_descriptor": (c_int, (c_void_p,)),
    "xcb_get_setup": (c_void_p, (c_void_p,)),
    "xcb_setup_roots_iterator": (_Roots, (c_void_p,)),
    "xcb_get_extension_data": (c_void_p, (c_void_p, c_void_p)),
    "xcb_grab_key_checked": (_Cookie, (c_void_p, c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint8)),
    "xcb_ungrab_key": (_Cookie, (c_void_p, c_uint8, c_uint32, c_uint16)),
    "xcb_request_check": (POINTER(_Error), (c_void_p, _Cookie)),
    "xcb_flush": (c_int, (c_void_p,)),
    "xcb_poll_for_event": (POINTER(KeyEvent), (c_void_p,)),
    "xcb_get_modifier_mapping": (_Cookie, (c_void_p,)),
    "xcb_get_modifier_mapping_reply": _ASKED,
}
_XKB: Final = {
    "xcb_xkb_use_extension": (_Cookie, (c_void_p, c_uint16, c_uint16)),
    "xcb_xkb_use_extension_reply": _ASKED,
    "xcb_xkb_per_client_flags": (_Cookie, (c_void_p, c_uint16, *(c_uint32,) * 5)),
    "xcb_xkb_per_client_flags_reply": _ASKED,
    "xcb_xkb_select_events": (_Cookie, (c_void_p, *(c_uint16,) * 6, c_void_p)),
    "xcb_xkb_get_state": (_Cookie, (c_void_p, c_uint16)),
    "xcb_xkb_get_state_reply": _ASKED,
    "xcb_xkb_get_map": (_Cookie, (c_void_p, *(c_uint16,) * 3, *(c_uint8,) * 8, c_uint16, *(c_uint8,) * 6)),
    "xcb_xkb_get_map_reply": _ASKED,
}


@dataclass(frozen=True, slots=True)
class _Libraries:
    xcb: ctypes.CDLL
    xkb: ctypes.CDLL
    libc: ctypes.CDLL


def _libraries() -> _Libraries:
    found = _Libraries(ctypes.CDLL("libxcb.so.1"), ctypes.CDLL("libxcb-xkb.so.1"), ctypes.CDLL(None))
    for library, signatures in ((found.xcb, _XCB), (found.xkb, _XKB)):
        for name, (result, arguments) in signatures.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    found.libc.free.restype, found.libc.free.argtypes = None, (c_void_p,)
    return found


def open_display(name: str | None = None) -> "Display | Invalid":
    """A connection of its own to the X server, None for the one of the environment. Blocks for the greeting."""
    try:
        libraries = _libraries()
    except (OSError, AttributeError):
        return Invalid("Keys for all programs need libxcb and libxcb-xkb, which are not installed.")
    connection = libraries.xcb.xcb_connect(name.encode() if name else None, byref(c_int()))
    if libraries.xcb.xcb_connection_has_error(connection):
        libraries.xcb.xcb_disconnect(connection)
        return Invalid("The X server cannot be reached.")
    display = Display(libraries, connection)
    if display.begin():
        return display
    display.close()
    return Invalid("This X server does not tell a held key from a pressed one (no XKB).")


class Display:
    """One connection. Nothing raises; a dead server, or an end by `close`, shows in `is_dead`."""

    def __init__(self, libraries: _Libraries, connection: int) -> None:
        self._xcb, self._xkb, self._libc = libraries.xcb, libraries.xkb, libraries.libc
        self._connection = connection
        roots = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(connection))
        self._roots: list[int] = [c_uint32.from_address(roots.data).value] if roots.rem else []
        self._keyboard_changes = {MAPPING_NOTIFY}
        self.descriptor: int = self._xcb.xcb_get_file_descriptor(connection)

    def begin(self) -> bool:
        """Has held keys repeat without releases, and changes of the layout told. False where the server cannot."""
        extension = self._xcb.xcb_get_extension_data(
            self._connection, ctypes.addressof(c_uint8.in_dll(self._xkb, "xcb_xkb_id"))
        )
        present, _opcode, first_event = (c_uint8 * 3).from_address(extension + 8) if extension else (0, 0, 0)
        if not present or not self._ask_xkb("use_extension", 1, 0):
            return False
        wanted = _DETECTABLE_REPEAT
        flags = self._ask_xkb("per_client_flags", _CORE_KEYBOARD, wanted, wanted, 0, 0, 0)
        self._xkb.xcb_xkb_select_events(
            self._connection,
            _CORE_KEYBOARD,
            _KEYBOARD_OR_MAP | _STATE,
            0,
            _KEYBOARD_OR_MAP,
            _ALL_PARTS,
            _ALL_PARTS,
            (c_uint16 * 2)(_GROUP, _GROUP),
        )
        self._keyboard_changes.add(first_event)
        return bool(flags and unpack_from("=I", flags, 12)[0] & wanted)

    @property
    def is_dead(self) -> bool:
        """Whether the server is gone, or the connection closed."""
        return not self._connection or bool(self._xcb.xcb_connection_has_error(self._connection))

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
        """What has arrived since: kind, key code, modifiers, time. Any change of the keyboard is a MAPPING_NOTIFY."""
        while self._connection and (found := self._xcb.xcb_poll_for_event(self._connection)):
            event = found.contents
            kind = event.kind & 0x7F
            kind = MAPPING_NOTIFY if kind in self._keyboard_changes else kind
            told = (kind, event.keycode, event.state, event.time)
            self._libc.free(found)
            yield told

    def group(self) -> int:
        """Which of the layout's groups (alphabets) is in use now: 0 for the first."""
        reply = self._ask_xkb("get_state", _CORE_KEYBOARD)
        return reply[12] if reply else 0

    def keysyms(self) -> dict[int, tuple[tuple[int, ...], ...]]:
        """Key code -> for each group what it gives alone, with Shift, and so on. Empty if the server is gone."""
        reply = self._ask_xkb("get_map", _CORE_KEYBOARD, _KEY_SYMS, *(0,) * 16)
        if not reply:
            return {}
        first, count, place, found = reply[17], reply[20], 40, {}
        for code in range(first, first + count):
            _types, groups, width, syms = unpack_from("=IBBH", reply, place)
            all_syms = unpack_from(f"={syms}I", reply, place + 8)
            found[code] = tuple(all_syms[group * width :][:width] for group in range(groups & 0x0F))
            place += 8 + 4 * syms
        return found

    def modifiers(self) -> tuple[tuple[int, ...], ...]:
        """The key codes of each of the eight modifiers: Shift, Lock, Control, Mod1 to Mod5. Empty if it is gone."""
        reply = self._ask(self._xcb, "xcb_get_modifier_mapping")
        width = reply[1] if reply else 0
        return tuple(tuple(reply[_HEAD + row * width :][:width]) for row in range(_MODIFIERS)) if reply else ()

    def _ask_xkb(self, name: str, *arguments: int) -> bytes:
        return self._ask(self._xkb, f"xcb_xkb_{name}", *arguments)

    def _ask(self, library: ctypes.CDLL, name: str, *arguments: int) -> bytes:
        """The whole reply, empty if there is none."""
        cookie = getattr(library, name)(self._connection, *arguments)
        reply = getattr(library, f"{name}_reply")(self._connection, cookie, None)
        if not reply:
            return b""
        found = ctypes.string_at(reply, _HEAD + 4 * c_uint32.from_address(reply + 4).value)
        self._libc.free(reply)
        return found

    def close(self) -> None:
        """Ends the connection, and with it every grab. A second time it does nothing."""
        if self._connection:
            self._xcb.xcb_disconnect(self._connection)
            self._connection = 0

"""What macOS's keys need of Carbon, through ctypes. Not run on macOS yet.

Source: Carbon Event Manager reference; Text Input Source Services; Unicode Utilities reference, UCKeyTranslate.
"""

import ctypes
from collections.abc import Callable, Mapping
from typing import Any, Final

from crosstrade_desk.hotkeys.macos import LETTERS

_KEYBOARD, _PRESSED = 0x6B657962, 5  # 'keyb', kEventHotKeyPressed
_DIRECT, _ID_TYPE = 0x2D2D2D2D, 0x686B6964  # '----', 'hkid'
_SIGNATURE: Final = 0x43544431  # 'CTD1'


class _Id(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("number", ctypes.c_uint32))


class _Kind(ctypes.Structure):
    _fields_ = (("of", ctypes.c_uint32), ("kind", ctypes.c_uint32))


_HANDLER: Final = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


_POINTER, _WORD, _LONG = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_ulong
SIGNATURES: Final = {
    "GetApplicationEventTarget": (_POINTER, ()),
    "RegisterEventHotKey": (ctypes.c_int32, (_WORD, _WORD, _Id, _POINTER, _WORD, _POINTER)),
    "UnregisterEventHotKey": (ctypes.c_int32, (_POINTER,)),
    "InstallEventHandler": (ctypes.c_int32, (_POINTER, _HANDLER, _LONG, _POINTER, _POINTER, _POINTER)),
    "RemoveEventHandler": (ctypes.c_int32, (_POINTER,)),
    "GetEventParameter": (ctypes.c_int32, (_POINTER, _WORD, _WORD, _POINTER, _LONG, _POINTER, _POINTER)),
    "TISCopyCurrentASCIICapableKeyboardLayoutInputSource": (_POINTER, ()),
    "TISGetInputSourceProperty": (_POINTER, (_POINTER, _POINTER)),
    "CFDataGetBytePtr": (_POINTER, (_POINTER,)),
    "CFRelease": (None, (_POINTER,)),
    "LMGetKbdType": (ctypes.c_uint8, ()),
    "UCKeyTranslate": (
        ctypes.c_int32,
        (_POINTER, ctypes.c_uint16, ctypes.c_uint16, _WORD, _WORD, _WORD, _POINTER, _LONG, _POINTER, _POINTER),
    ),
}
_DISPLAYED, _NO_DEAD_KEYS = 3, 1  # kUCKeyActionDisplay, kUCKeyTranslateNoDeadKeysMask
_MOSTLETTERS: Final = 4


class RealCarbon:
    """The system's own, with its `library`. Called on the window's thread, as the system asks of it."""

    def __init__(self, library: Any, layout_data: ctypes.c_void_p) -> None:
        self._library, self._layout_data = library, layout_data
        self._target = library.GetApplicationEventTarget()
        self._handler: object = None  # kept, or Carbon would call what is gone
        self._installed = _POINTER()

    def register(self, number: int, modifiers: int, key: int) -> tuple[int, object]:
        reference = _POINTER()
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
        kind = ctypes.byref(_Kind(_KEYBOARD, _PRESSED))
        installed = ctypes.byref(self._installed)
        return int(self._library.InstallEventHandler(self._target, self._handler, 1, kind, None, installed))

    def deafen(self) -> None:
        if self._installed.value:
            self._library.RemoveEventHandler(self._installed)
            self._installed = _POINTER()

    def letters(self) -> Mapping[str, int]:
        source = self._library.TISCopyCurrentASCIICapableKeyboardLayoutInputSource()
        if not source:
            return {}
        data = self._library.TISGetInputSourceProperty(source, self._layout_data)
        layout = self._library.CFDataGetBytePtr(data) if data else None
        found = {self._shown(layout, code): code for code, key in enumerate(LETTERS) if key != "\0"} if layout else {}
        self._library.CFRelease(source)
        return {shown: code for shown, code in found.items() if len(shown) == 1 and shown.isascii()}

    def _shown(self, layout: int, code: int) -> str:
        dead, length, letters = _WORD(), _LONG(), (ctypes.c_uint16 * _MOSTLETTERS)()
        error = self._library.UCKeyTranslate(
            layout,
            code,
            _DISPLAYED,
            0,
            self._library.LMGetKbdType(),
            _NO_DEAD_KEYS,
            ctypes.byref(dead),
            _MOSTLETTERS,
            ctypes.byref(length),
            letters,
        )
        return "" if error else "".join(map(chr, letters[: length.value])).upper()


def real_carbon() -> RealCarbon:
    """Loads it. Raises OSError or AttributeError where the system is another one than described."""
    library = ctypes.CDLL("/System/Library/Frameworks/Carbon.framework/Carbon")
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return RealCarbon(library, _POINTER.in_dll(library, "kTISPropertyUnicodeKeyLayoutData"))

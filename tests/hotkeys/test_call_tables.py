"""Windows and macOS: which calls are made, with which numbers. A fake stands in for both systems; neither was run."""

import ctypes
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QByteArray

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.hotkeys import carbon, macos, windows
from crosstrade_desk.hotkeys.state import Bound, NoHotkeys, Taken, Unsupported


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord)
    return found


class FakeUser32:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.error = 0

    def register(self, number: int, modifiers: int, key: int) -> int:
        self.calls.append(("register", number, modifiers, key))
        return self.error

    def unregister(self, number: int) -> int:
        self.calls.append(("unregister", number))
        return 0


class FakeCarbon:
    def __init__(self, fault: int = 0) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.error, self.fault = 0, fault
        self.layout: dict[str, int] = {}
        self.pressed: Callable[[int], None] = lambda _number: None

    def register(self, number: int, modifiers: int, key: int) -> tuple[int, object]:
        self.calls.append(("register", number, modifiers, key))
        return self.error, f"reference {number}"

    def unregister(self, reference: object) -> None:
        self.calls.append(("unregister", reference))

    def listen(self, pressed: Callable[[int], None]) -> int:
        self.pressed = pressed
        return self.fault

    def deafen(self) -> None:
        self.calls.append(("deafen",))

    def letters(self) -> dict[str, int]:
        return self.layout


@pytest.mark.parametrize(
    ("text", "modifiers", "key"),
    [
        ("Ctrl+Shift+F", 0x4000 | 2 | 4, 0x46),
        ("Alt+F9", 0x4000 | 1, 0x78),
        ("Meta+1", 0x4000 | 8, 0x31),
        ("Ctrl+Return", 0x4000 | 2, 0x0D),
    ],
)
def test_windows_is_asked_with_its_numbers_and_without_repeats(text: str, modifiers: int, key: int) -> None:
    fake = FakeUser32()
    keys = windows.WindowsHotkeys(print, fake)
    assert keys.bind({"flatten": chord(text)}) == {"flatten": Bound()}
    assert fake.calls == [("register", 1, modifiers, key)]
    keys.close()
    assert fake.calls[1:] == [("unregister", 1)]


def test_windows_says_what_is_taken_and_what_it_does_not_give() -> None:
    fake = FakeUser32()
    keys = windows.WindowsHotkeys(print, fake)
    fake.error = windows.ALREADY_REGISTERED
    assert keys.bind({"flatten": chord("F9")}) == {"flatten": Taken()}
    fake.error = 5
    assert isinstance(keys.bind({"flatten": chord("F9")})["flatten"], Unsupported)
    before = len(fake.calls)
    assert isinstance(keys.bind({"flatten": chord("F12")})["flatten"], Unsupported)
    assert len(fake.calls) == before
    keys.close()
    assert ("unregister", 1) not in fake.calls, "what was refused is not let go"


KINDS = (b"windows_generic_MSG", b"windows_dispatcher_MSG", QByteArray(b"windows_dispatcher_MSG"))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_message_of_windows_fires_its_action_whichever_way_qt_brings_it_and_ends_there(
    kind: bytes | QByteArray,
) -> None:
    fired: list[str] = []
    keys = windows.WindowsHotkeys(fired.append, FakeUser32())
    keys.bind({"flatten": chord("F9"), "cancel": chord("F10")})
    message = windows._Msg(None, windows.WM_HOTKEY, 2)
    place = ctypes.addressof(message)
    assert keys.nativeEventFilter(b"xcb_generic_event_t", place) == (False, 0)
    assert keys.nativeEventFilter(kind, place) == (True, 0)
    assert fired == ["cancel"]
    message.code = 0x0100  # a plain key
    assert keys.nativeEventFilter(kind, place) == (False, 0)
    message.code, message.number = windows.WM_HOTKEY, 7
    assert keys.nativeEventFilter(kind, place) == (False, 0)
    keys.close()
    message.number = 2
    assert keys.nativeEventFilter(kind, place) == (False, 0)
    assert fired == ["cancel"]


def test_a_press_that_waited_fires_nothing_that_was_bound_after_it() -> None:
    fired: list[str] = []
    keys = windows.WindowsHotkeys(fired.append, FakeUser32())
    keys.bind({"cancel": chord("F10")})
    waiting = windows._Msg(None, windows.WM_HOTKEY, 1)
    keys.bind({"flatten": chord("F9")})
    assert keys.nativeEventFilter(KINDS[0], ctypes.addressof(waiting)) == (False, 0)
    assert fired == []
    keys.close()


@pytest.mark.parametrize("text", ["Ctrl+/", "Ctrl+;", "Ctrl+=", "Ctrl+Shift+!", "Ctrl+Enter"])
def test_windows_is_not_asked_for_a_key_whose_number_is_another_key_elsewhere(text: str) -> None:
    fake = FakeUser32()
    keys = windows.WindowsHotkeys(print, fake)
    assert isinstance(keys.bind({"flatten": chord(text)})["flatten"], Unsupported)
    assert fake.calls == []


@pytest.mark.parametrize(
    ("text", "modifiers", "key"),
    [("Ctrl+Shift+F", 0x300, 3), ("Alt+F9", 0x800, 0x65), ("Meta+M", 0x1000, 46), ("Ctrl+0", 0x100, 29)],
)
def test_macos_is_asked_with_its_numbers(text: str, modifiers: int, key: int) -> None:
    fake = FakeCarbon()
    keys = macos.MacHotkeys(print, fake)
    assert keys.bind({"flatten": chord(text)}) == {"flatten": Bound()}
    assert fake.calls == [("register", 1, modifiers, key)]
    keys.close()
    assert fake.calls[1:] == [("unregister", "reference 1"), ("deafen",)]


def test_macos_says_what_is_taken_and_fires_what_is_not() -> None:
    fired: list[str] = []
    fake = FakeCarbon()
    keys = macos.MacHotkeys(fired.append, fake)
    fake.error = macos.TAKEN
    assert keys.bind({"flatten": chord("F9")}) == {"flatten": Taken()}
    fake.pressed(1)
    assert fired == []
    fake.error = 0
    keys.bind({"flatten": chord("F9")})
    fake.pressed(1)
    fake.pressed(2)
    assert fired == ["flatten"]
    assert isinstance(keys.bind({"flatten": chord("Ctrl+Pause")})["flatten"], Unsupported)


def test_macos_is_asked_for_the_place_where_the_keyboard_has_the_letter() -> None:
    fake = FakeCarbon()
    fake.layout = {"A": 12, "Q": 0}  # a French one
    keys = macos.MacHotkeys(print, fake)
    keys.bind({"flatten": chord("Ctrl+Shift+A"), "cancel": chord("Ctrl+Shift+F")})
    assert [call[3] for call in fake.calls] == [12, 3]


class FakeLibrary:
    """Carbon's calls as C sees them: each is checked against what is declared of it."""

    def __init__(self, shown: dict[int, str], source: int | None = 77) -> None:
        self.calls: list[str] = []
        self.released: list[int] = []
        self.shown, self.source = shown, source
        self.handler: Callable[..., int] | None = None
        self.event_id = (carbon._SIGNATURE, 0)
        for name, (result, arguments) in carbon.SIGNATURES.items():
            own = getattr(self, f"on_{name}", lambda *_: 0)
            setattr(self, name, ctypes.CFUNCTYPE(result, *arguments)(own))

    def on_GetApplicationEventTarget(self) -> int:  # noqa: N802 (Carbon's name)
        return 5

    def on_RegisterEventHotKey(  # noqa: N802 (Carbon's name)
        self, key: int, modifiers: int, named: Any, target: int, options: int, reference: int
    ) -> int:
        self.calls.append(f"register {key} {modifiers:#x} {named.signature:#x} {named.number} {target} {options}")
        ctypes.c_void_p.from_address(reference).value = 100 + named.number
        return 0

    def on_UnregisterEventHotKey(self, reference: int) -> int:  # noqa: N802 (Carbon's name)
        self.calls.append(f"unregister {reference}")
        return 0

    def on_InstallEventHandler(  # noqa: N802 (Carbon's name)
        self, target: int, handler: Callable[..., int], count: int, kinds: int, _data: int, installed: int
    ) -> int:
        kind = carbon._Kind.from_address(kinds)
        self.calls.append(f"install {target} {count} {kind.of.to_bytes(4, 'big').decode()} {kind.kind}")
        self.handler = handler
        ctypes.c_void_p.from_address(installed).value = 9
        return 0

    def on_RemoveEventHandler(self, installed: int) -> int:  # noqa: N802 (Carbon's name)
        self.calls.append(f"remove {installed}")
        return 0

    def on_GetEventParameter(  # noqa: N802 (Carbon's name)
        self, event: int, name: int, kind: int, _kind: int, size: int, _size: int, found: int
    ) -> int:
        words = [word.to_bytes(4, "big").decode() for word in (name, kind)]
        self.calls.append(f"parameter {event} {words} {size}")
        place = carbon._Id.from_address(found)
        place.signature, place.number = self.event_id
        return 0

    def on_TISCopyCurrentASCIICapableKeyboardLayoutInputSource(self) -> int | None:  # noqa: N802 (Carbon's name)
        return self.source

    def on_TISGetInputSourceProperty(self, source: int, name: int) -> int:  # noqa: N802 (Carbon's name)
        assert (source, name) == (77, 55)
        return 78

    def on_CFDataGetBytePtr(self, data: int) -> int:  # noqa: N802 (Carbon's name)
        assert data == 78
        return 79

    def on_CFRelease(self, source: int) -> None:  # noqa: N802 (Carbon's name)
        self.released.append(source)

    def on_UCKeyTranslate(  # noqa: N802 (Carbon's name)
        self,
        layout: int,
        code: int,
        action: int,
        modifiers: int,
        _kind: int,
        options: int,
        _dead: int,
        most: int,
        length: int,
        letters: int,
    ) -> int:
        assert (layout, action, modifiers, options) == (79, 3, 0, 1)
        text = self.shown.get(code, "")[:most]
        ctypes.c_ulong.from_address(length).value = len(text)
        for place, letter in enumerate(text):
            ctypes.c_uint16.from_address(letters + 2 * place).value = ord(letter)
        return 0


def test_the_calls_of_carbon_are_made_as_they_are_declared() -> None:
    fired: list[str] = []
    library = FakeLibrary({})
    keys = macos.MacHotkeys(fired.append, carbon.RealCarbon(library, ctypes.c_void_p(55)))
    assert keys.bind({"flatten": chord("Ctrl+Shift+F")}) == {"flatten": Bound()}
    library.event_id = (carbon._SIGNATURE, 1)
    assert library.handler
    assert library.handler(None, 33, None) == 0
    library.event_id = (1234, 1)  # a key of another part of the process
    library.handler(None, 34, None)
    keys.close()
    keys.close()
    assert fired == ["flatten"]
    assert library.calls == [
        "install 5 1 keyb 5",
        "register 3 0x300 0x43544431 1 5 0",
        "parameter 33 ['----', 'hkid'] 8",
        "parameter 34 ['----', 'hkid'] 8",
        "unregister 101",
        "remove 9",
    ]


def test_the_letters_of_the_keyboard_are_read_and_what_is_no_letter_is_left() -> None:
    library = FakeLibrary({0: "q", 12: "a", 6: "w", 33: "^", 41: "\u00f9", 43: "ab"})
    assert carbon.RealCarbon(library, ctypes.c_void_p(55)).letters() == {"Q": 0, "A": 12, "W": 6, "^": 33}
    assert library.released == [77]


def test_a_keyboard_that_macos_does_not_tell_of_is_taken_for_the_usual_one() -> None:
    library = FakeLibrary({}, source=None)
    assert carbon.RealCarbon(library, ctypes.c_void_p(55)).letters() == {}
    assert library.released == []


def test_a_macos_that_tells_of_no_presses_claims_no_key() -> None:
    keys = macos.MacHotkeys(print, FakeCarbon(fault=-50))
    assert isinstance(keys.bind({"flatten": chord("F9")})["flatten"], Unsupported)


def test_a_letter_has_one_number_on_each_system_and_no_two_keys_share_one_on_macos() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    assert set(letters) <= set(windows.KEYS)
    assert set(letters) <= set(macos.KEYS)
    assert len(set(macos.KEYS.values())) == len(macos.KEYS)


def test_where_there_is_no_way_each_key_says_so() -> None:
    states = NoHotkeys("No desktop.").bind({"flatten": chord("F9")})
    assert states["flatten"].sentence == "No desktop. The key works in this program only."

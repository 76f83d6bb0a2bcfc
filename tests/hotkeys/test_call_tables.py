"""Windows and macOS: which calls are made, with which numbers. A fake stands in for both systems; neither was run."""

import ctypes
from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.hotkeys import macos, windows
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
        self.pressed: Callable[[int], None] = lambda _number: None

    def register(self, number: int, modifiers: int, key: int) -> tuple[int, object]:
        self.calls.append(("register", number, modifiers, key))
        return self.error, f"reference {number}"

    def unregister(self, reference: object) -> None:
        self.calls.append(("unregister", reference))

    def listen(self, pressed: Callable[[int], None]) -> int:
        self.pressed = pressed
        return self.fault


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


def test_a_message_of_windows_fires_its_action_once() -> None:
    fired: list[str] = []
    keys = windows.WindowsHotkeys(fired.append, FakeUser32())
    keys.bind({"flatten": chord("F9"), "cancel": chord("F10")})
    message = windows._Msg(None, windows.WM_HOTKEY, 2)
    place = ctypes.addressof(message)
    assert keys.nativeEventFilter(QByteArray(b"windows_dispatcher_MSG"), place) == (False, 0)
    assert keys.nativeEventFilter(QByteArray(b"windows_generic_MSG"), place) == (True, 0)
    assert fired == ["cancel"]
    message.code = 0x0100  # a plain key
    assert keys.nativeEventFilter(QByteArray(b"windows_generic_MSG"), place) == (False, 0)
    message.code, message.number = windows.WM_HOTKEY, 7
    assert keys.nativeEventFilter(QByteArray(b"windows_generic_MSG"), place) == (False, 0)
    keys.close()
    message.number = 2
    assert keys.nativeEventFilter(QByteArray(b"windows_generic_MSG"), place) == (False, 0)
    assert fired == ["cancel"]


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
    assert fake.calls[1:] == [("unregister", "reference 1")]


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

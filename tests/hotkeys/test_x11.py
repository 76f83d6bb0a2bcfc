"""Keys that work while another window has the focus, on a real X server with a real other program."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.hotkeys.state import Bound, Taken, Unsupported
from crosstrade_desk.hotkeys.x11 import X11Hotkeys, x11_hotkeys
from crosstrade_desk.protocol.problems import Invalid
from support.hearing import Hearing, hearing
from support.screen import Screen, screen

pytest.importorskip("crosstrade_desk.hotkeys.xcb", reason="X11 only")
F_PLACE = 41  # the code of the key that says F on a US keyboard


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord)
    return found


FLATTEN = {"flatten": chord("Ctrl+Shift+F")}


@pytest.fixture(scope="module")
def glass() -> Iterator[Screen]:
    with screen("800x600") as made:
        yield made


@pytest.fixture(scope="module")
def other(glass: Screen) -> Iterator[Hearing]:
    with hearing(glass) as made:
        yield made


class Keys:
    """The keys of one program, and what they fired."""

    def __init__(self, display: str) -> None:
        self.fired: list[str] = []
        made = x11_hotkeys(self.fired.append, display)
        assert isinstance(made, X11Hotkeys), made
        self.back = made
        self.bind = made.bind

    def wait(self, seen: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 20
        while not seen():
            assert time.monotonic() < end, f"waited for {what}: fired {self.fired}"
            QApplication.processEvents()
            time.sleep(0.002)

    def count(self, number: int) -> None:
        """Waits until so many were fired."""
        self.wait(lambda: len(self.fired) >= number, f"{number} presses")
        assert len(self.fired) == number


@pytest.fixture
def keys(glass: Screen, other: Hearing, qapp: QApplication) -> Iterator[Keys]:
    other.heard.clear()
    made = Keys(glass.display)
    yield made
    made.back.close()


def mark(glass: Screen, keys: Keys, other: Hearing) -> None:
    """Presses a key that nobody holds, and waits until the other program has heard it: what came before is through."""
    before = other.keys.count("M")
    glass.key("m")
    keys.wait(lambda: other.keys.count("M") > before, "the other program to hear M")


def test_the_key_fires_here_and_does_not_reach_the_window_with_the_focus(
    glass: Screen, keys: Keys, other: Hearing
) -> None:
    assert keys.bind(FLATTEN) == {"flatten": Bound()}
    glass.key("ctrl+shift+f")
    keys.count(1)
    mark(glass, keys, other)
    assert "Ctrl+Shift+F" not in other.keys
    assert keys.fired == ["flatten"]


@pytest.mark.parametrize("locks", [(), ("Num_Lock",), ("Caps_Lock",), ("Num_Lock", "Caps_Lock")], ids="+".join)
def test_it_fires_in_every_state_of_the_locks(
    glass: Screen, keys: Keys, other: Hearing, locks: tuple[str, ...]
) -> None:
    keys.bind(FLATTEN)
    for lock in locks:
        glass.key(lock)
    try:
        for number in (1, 2, 3):
            glass.key("ctrl+shift+f")
            keys.count(number)
    finally:
        for lock in locks:
            glass.key(lock)


def test_held_it_fires_once_and_again_after_its_release(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind({"flatten": chord("F9")})
    events: list[int] = []
    display = keys.back._display
    read = display.events
    display.events = lambda: (events.append(1) or found for found in read())  # type: ignore[method-assign]
    glass.do("keydown", "F9")
    keys.wait(lambda: len(events) >= 12, "the key to repeat itself")
    glass.do("keyup", "F9")
    mark(glass, keys, other)
    assert keys.fired == ["flatten"]
    glass.key("F9")
    keys.count(2)


def test_a_key_that_another_program_holds_is_told_and_nothing_of_it_stays_held(
    glass: Screen, keys: Keys, other: Hearing
) -> None:
    first = Keys(glass.display)
    try:
        assert first.bind(FLATTEN) == {"flatten": Bound()}
        assert keys.bind({**FLATTEN, "cancel": chord("F10")}) == {"flatten": Taken(), "cancel": Bound()}
        first.bind({})
        glass.key("ctrl+shift+f")
        keys.wait(lambda: "Ctrl+Shift+F" in other.keys, "the key to reach the other window")
        assert keys.bind(FLATTEN) == {"flatten": Bound()}
    finally:
        first.back.close()


def test_let_go_the_key_reaches_the_other_window(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind(FLATTEN)
    keys.bind({})
    glass.key("ctrl+shift+f")
    keys.wait(lambda: "Ctrl+Shift+F" in other.keys, "the key to reach the other window")
    assert keys.fired == []


def test_closed_the_key_reaches_the_other_window(glass: Screen, other: Hearing, qapp: QApplication) -> None:
    keys = Keys(glass.display)
    keys.bind(FLATTEN)
    keys.back.close()
    other.heard.clear()
    glass.key("ctrl+shift+f")
    keys.wait(lambda: "Ctrl+Shift+F" in other.keys, "the key to reach the other window")


def test_another_chord_on_the_same_key_is_another_key(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind({"flatten": chord("Ctrl+F9"), "cancel": chord("Ctrl+Shift+F9")})
    glass.key("ctrl+shift+F9")
    keys.count(1)
    glass.key("ctrl+F9")
    keys.count(2)
    glass.key("F9")
    mark(glass, keys, other)
    assert keys.fired == ["cancel", "flatten"]
    assert "F9" in other.keys


@pytest.mark.parametrize("layout", ["ru", "us,ru", "gr", "fr", "us -variant dvorak", "us"])
def test_it_fires_on_every_keyboard_layout_also_one_that_was_changed_meanwhile(
    glass: Screen, keys: Keys, other: Hearing, layout: str
) -> None:
    keys.bind(FLATTEN)
    place = 29 if "dvorak" in layout else F_PLACE  # there the letter is where Y is
    env = {**os.environ, "DISPLAY": glass.display}
    display, regrabbed = keys.back._display, []
    read = display.keysyms
    display.keysyms = lambda: (regrabbed.append(1), read())[1]  # type: ignore[method-assign]
    try:
        subprocess.run(["setxkbmap", *f"-layout {layout}".split()], env=env, check=True)
        keys.wait(lambda: bool(regrabbed), "the change to be told")
        glass.do("keydown", 37, "keydown", 50, "key", place, "keyup", 50, "keyup", 37)
        keys.count(1)
    finally:
        subprocess.run(["setxkbmap", "us"], env=env, check=True)


def test_a_key_that_the_keyboard_does_not_have_is_said_so(keys: Keys) -> None:
    states = keys.bind({"flatten": Chord(frozenset({"Ctrl"}), "\u00e9")})
    assert isinstance(states["flatten"], Unsupported)
    assert "no such key" in states["flatten"].sentence


def test_without_a_server_it_says_so(qapp: QApplication) -> None:
    assert isinstance(x11_hotkeys(print, ":4711"), Invalid)


def test_a_server_that_dies_ends_neither_the_program_nor_its_patience(qapp: QApplication) -> None:
    with screen("640x480") as short:
        keys = Keys(short.display)
        keys.bind(FLATTEN)
    keys.wait(lambda: keys.back._notifier is None, "the end to be noticed")
    states = keys.bind(FLATTEN)
    assert isinstance(states["flatten"], Unsupported)
    keys.back.close()

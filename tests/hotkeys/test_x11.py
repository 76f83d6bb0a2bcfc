"""Keys that work while another window has the focus, on a real X server with a real other program."""

import ctypes
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.hotkeys.state import Bound, State, Taken, Unsupported
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
        self.told: list[tuple[str, State]] = []
        made = x11_hotkeys(self.fired.append, lambda *told: self.told.append(told), display)
        assert isinstance(made, X11Hotkeys), made
        self.back = made
        self.bind = made.bind

    def wait(self, seen: Callable[[], bool], what: str) -> None:
        """Waits for a condition, and takes in what had come by then."""
        end = time.monotonic() + 20
        while not self._is(seen):
            assert time.monotonic() < end, f"waited for {what}: fired {self.fired}"
            time.sleep(0.002)  # between two looks at the condition

    def _is(self, seen: Callable[[], bool]) -> bool:
        found = seen()
        QApplication.processEvents()
        return found

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


LOCKS = ("Num_Lock", "Caps_Lock", "Scroll_Lock")


@pytest.mark.parametrize("locks", [some for count in range(4) for some in combinations(LOCKS, count)], ids="+".join)
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


def test_a_key_that_is_taken_in_one_state_of_the_locks_is_taken_and_free_in_the_others(
    glass: Screen, keys: Keys, other: Hearing
) -> None:
    first = Keys(glass.display)
    caps_lock, shift, control = 2, 1, 4
    try:
        assert first.back._display.grab(F_PLACE, caps_lock | shift | control) == 0
        assert keys.bind(FLATTEN) == {"flatten": Taken()}
        glass.key("ctrl+shift+f")
        keys.wait(lambda: "Ctrl+Shift+F" in other.keys, "the key to reach the other window")
        assert keys.fired == []
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
    assert isinstance(x11_hotkeys(print, print, ":4711"), Invalid)


def test_a_server_that_dies_is_told_and_ends_neither_the_program_nor_its_patience(qapp: QApplication) -> None:
    with screen("640x480") as short:
        keys = Keys(short.display)
        keys.bind(FLATTEN)
    keys.wait(lambda: bool(keys.told), "the end to be told")
    assert keys.told == [("flatten", Unsupported("The X server is gone."))]
    assert keys.bind(FLATTEN) == {"flatten": Unsupported("The X server is gone.")}
    keys.back.close()


def test_a_server_that_died_a_moment_ago_gives_no_key(qapp: QApplication) -> None:
    with screen("640x480") as short:
        keys = Keys(short.display)
    assert keys.bind(FLATTEN) == {"flatten": Unsupported("The X server is gone.")}
    keys.back.close()


def test_closed_twice_or_asked_afterwards_it_holds_nothing_and_harms_nothing(keys: Keys) -> None:
    keys.bind(FLATTEN)
    keys.back.close()
    assert isinstance(keys.bind(FLATTEN)["flatten"], Unsupported)
    keys.back.close()


def test_without_the_libraries_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str | None) -> ctypes.CDLL:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", none)
    found = x11_hotkeys(print, print)
    assert isinstance(found, Invalid)
    assert "libxcb" in found.message


@contextmanager
def followed(keys: Keys) -> Iterator[None]:
    """Waits until the keys have followed what is done here."""
    done = []
    follow = keys.back._follow
    keys.back._follow = lambda: (follow(), done.append(1))[0]  # type: ignore[method-assign, func-returns-value]
    try:
        yield
        keys.wait(lambda: bool(done), "the change to be told")
    finally:
        keys.back._follow = follow  # type: ignore[method-assign]


def lay(glass: Screen, keys: Keys, *words: str) -> None:
    """Gives the screen another layout."""
    with followed(keys):
        subprocess.run(["setxkbmap", *words], env={**os.environ, "DISPLAY": glass.display}, check=True)


@pytest.fixture
def us(glass: Screen) -> Iterator[None]:
    """Leaves the usual layout behind."""
    yield
    for words in (("-option", ""), ("-layout", "us", "-variant", "")):
        subprocess.run(["setxkbmap", *words], env={**os.environ, "DISPLAY": glass.display}, check=True)


@pytest.mark.usefixtures("us")
@pytest.mark.parametrize(
    ("layouts", "key", "places"),
    [
        ("us,ru", "F", (41, 41)),
        ("ru,us", "F", (41, 41)),
        ("de,us", "Y", (52, 29)),
        ("fr,us", "Q", (38, 24)),
        ("us,gr", "F", (41, 41)),
    ],
)
def test_of_two_alphabets_or_layouts_the_one_in_use_counts(
    glass: Screen, keys: Keys, other: Hearing, layouts: str, key: str, places: tuple[int, int]
) -> None:
    """Also where another key would be the letter in the other one: that key reaches the other window."""
    control, alt = 37, 64
    keys.bind({"flatten": chord(f"Ctrl+Alt+{key}")})
    lay(glass, keys, "-layout", layouts)
    for number, place in enumerate(places):
        for wrong in sorted({*places} - {place}):
            glass.do("keydown", control, "keydown", alt, "key", wrong, "keyup", alt, "keyup", control)
            mark_place(glass, keys, other)
            assert len(keys.fired) == number
        glass.do("keydown", control, "keydown", alt, "key", place, "keyup", alt, "keyup", control)
        keys.count(number + 1)
        use_group(keys, 1 - number)


def use_group(keys: Keys, group: int) -> None:
    """Switches to another alphabet, as a desktop's switch for it does, and waits until the keys have followed."""
    display = keys.back._display
    lock = display._xkb.xcb_xkb_latch_lock_state
    lock.argtypes = (ctypes.c_void_p, ctypes.c_uint16, *(ctypes.c_uint8,) * 6, ctypes.c_uint16)
    with followed(keys):
        lock(display._connection, 0x100, 0, 0, 1, group, 0, 0, 0)
        display._xcb.xcb_flush(display._connection)
    assert display.group() == group


def mark_place(glass: Screen, keys: Keys, other: Hearing) -> None:
    """As `mark`, with a key that says the same on every keyboard."""
    before = other.keys.count("F8")
    glass.key("F8")
    keys.wait(lambda: other.keys.count("F8") > before, "the other program to hear F8")


@pytest.mark.usefixtures("us")
def test_a_key_that_a_change_of_the_layout_moves_onto_one_of_another_program_is_told(
    glass: Screen, keys: Keys, other: Hearing
) -> None:
    first = Keys(glass.display)
    try:
        first.bind({"cancel": chord("Ctrl+Alt+Y")})  # Z on a German keyboard
        first.back._stop_listening()  # a program that does not follow
        keys.bind({"flatten": chord("Ctrl+Alt+Z")})
        lay(glass, keys, "-layout", "de")
        keys.wait(lambda: bool(keys.told), "the change to be told")
        assert keys.told == [("flatten", Taken())]
    finally:
        first.back.close()


@pytest.mark.usefixtures("us")
def test_a_change_that_moves_no_key_lets_none_go(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind(FLATTEN)
    display, gone = keys.back._display, []
    display.ungrab = lambda *pair: gone.append(pair)  # type: ignore[method-assign]
    lay(glass, keys, "-layout", "us,ru")
    use_group(keys, 1)
    use_group(keys, 0)
    assert gone == []
    glass.key("ctrl+shift+f")
    keys.count(1)


@contextmanager
def pressed_while_asking(glass: Screen, keys: Keys, key: str) -> Iterator[None]:
    """A press comes in with the answers of the server, and no word of it after them."""
    find = keys.back._find

    def press_and_find() -> Any:
        keys.back._find = find  # type: ignore[method-assign]
        glass.key(key)
        return find()

    keys.back._find = press_and_find  # type: ignore[method-assign]
    yield
    assert keys.back._find == find


def test_a_press_that_comes_while_keys_are_bound_fires_at_once(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind({"flatten": chord("F9")})
    with pressed_while_asking(glass, keys, "F9"):
        keys.bind({"flatten": chord("F9")})
    assert keys.fired == ["flatten"]


@pytest.mark.usefixtures("us")
def test_a_press_that_comes_while_a_change_is_followed_fires_at_once(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind({"flatten": chord("F9")})
    subprocess.run(["setxkbmap", "de"], env={**os.environ, "DISPLAY": glass.display}, check=True)
    with pressed_while_asking(glass, keys, "F9"):
        keys.back._drain()
    assert keys.fired == ["flatten"]


@pytest.mark.parametrize(
    ("before", "after", "fresh"),
    [
        (None, 10, True),
        (1000, 1660, False),
        (1000, 1040, False),
        (1000, 5000, True),  # its release was lost: it must not be dead
        (2**32 - 100, 20, False),  # the server's clock began again under a held key
        (2**32 - 100, 5000, True),
    ],
)
def test_a_press_counts_once_until_its_release_or_until_no_repeat_can_be_meant(
    keys: Keys, before: int | None, after: int, fresh: bool
) -> None:
    if before is not None:
        assert keys.back._is_fresh(75, before)
    assert keys.back._is_fresh(75, after) is fresh


def test_presses_as_quick_as_a_machine_makes_them_each_count(glass: Screen, keys: Keys, other: Hearing) -> None:
    keys.bind({"flatten": chord("F9")})
    glass.do("key", "--repeat", 5, "--delay", 0, "F9")
    keys.count(5)
    mark(glass, keys, other)
    assert len(keys.fired) == 5

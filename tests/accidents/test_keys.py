"""Accidents with keys: Enter, Space, a held key, a forgotten window, a key that something else uses too."""

from itertools import chain, combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton

from crosstrade_desk.desk.actions import ACTIONS, Kind
from crosstrade_desk.desk.events import Mode, NoPlace
from crosstrade_desk.hotkeys.state import Bound, State, Wanted
from support import source
from support.desks import HERE, YES
from support.keys import CANCEL, ENTERS, FLATTEN, SEND, STRAY, Chord, all_windows, hold, press, stops
from support.keys import YES as YES_KEY
from support.windows import Glass


def tokens(glass: Glass) -> list[str]:
    """The commands that were sent."""
    return [message.command.spec.token for message in glass.wire.carried]


@pytest.mark.parametrize("token", ["PLACE", "CLOSEPOSITION"])
def test_accident_01_enter_sends_nothing_and_each_real_press_one_message(glass: Glass, token: str) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.choose(token)
    if token == "CLOSEPOSITION":
        glass.type("quantity", "1")
    for place in stops(glass.window):
        for key in ENTERS:
            QTest.keyClick(place, key)
    assert glass.tried == 0
    press(glass.window, SEND)
    assert glass.tried == 1
    glass.time.now += 60
    glass.click("send")
    assert glass.tried == 2
    assert tokens(glass) == [token, token]


@pytest.mark.parametrize("chord", [SEND, FLATTEN], ids=["send", "flatten"])
def test_accident_02_a_key_that_is_held_down_fires_once_and_again_after_its_release(glass: Glass, chord: Chord) -> None:
    glass.wire.always = YES
    glass.fill()
    hold(glass.window, chord, repeat=False)
    for _ in range(30):
        glass.settle()
        glass.time.now += 60  # longer than every pause that the gate asks for: the key alone is on trial
        hold(glass.window, chord, repeat=True)
    assert glass.tried == 1
    QTest.keyRelease(glass.window, *chord)
    press(glass.window, chord)
    assert glass.tried == 2


def test_accident_02_two_presses_before_the_program_can_take_a_breath_are_one_order(glass: Glass) -> None:
    glass.fill()
    for _ in range(2):
        press(glass.window, SEND)
        glass.time.now += 60
    glass.settle()
    assert tokens(glass) == ["PLACE"]


def test_accident_03_enter_in_a_note_sends_nothing(glass: Glass) -> None:
    glass.fill()
    glass.open("OTHER")
    glass.type("notes", "spontaneous")
    lines = [part for part in glass.window.findChildren(QLineEdit) if part.isVisible()]
    assert glass.line("notes") in lines
    for line in lines:
        line.setFocus()
        for key in ENTERS:
            QTest.keyClick(line, key)
    assert glass.tried == 0
    assert not glass.window.ask.is_asking


def test_accident_03_no_button_of_any_window_is_pressed_by_enter(glass: Glass) -> None:
    buttons = [button for window in all_windows(glass) for button in window.findChildren(QPushButton)]
    assert len(buttons) > 40
    assert [button.text() for button in buttons if button.autoDefault() or button.isDefault()] == []


def test_accident_04_enter_in_a_forgotten_window_sends_nothing(glass: Glass) -> None:
    chords = [*((key, Qt.KeyboardModifier.NoModifier) for key in ENTERS), SEND, YES_KEY]
    glass.wire.always = YES
    glass.fill()
    press(glass.window, SEND)
    glass.settle()
    glass.time.now += 1
    press(glass.window, SEND)  # the same again: a question stands in the main window
    glass.wait(glass.window.ask.yes.isEnabled)
    for other in all_windows(glass)[1:]:
        other.activateWindow()
        glass.wait(other.isActiveWindow)
        for line in [other, *other.findChildren(QLineEdit)]:
            glass.time.now += 60  # so that nothing but the place of the key keeps an order in
            for chord in chords:
                press(line, chord)
    assert tokens(glass) == ["PLACE"]


def test_accident_04_a_key_meant_for_what_stood_there_before_answers_no_question(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    press(glass.window, SEND)
    glass.settle()
    glass.time.now += 1
    press(glass.window, SEND)
    press(glass.window, YES_KEY)  # in the same breath: nobody has read the question
    assert glass.window.ask.is_asking
    assert tokens(glass) == ["PLACE"]
    glass.wait(glass.window.ask.yes.isEnabled)
    press(glass.window, YES_KEY)
    glass.settle()
    assert tokens(glass) == ["PLACE", "PLACE"]


@pytest.mark.parametrize("token", ["FLATTENEVERYTHING", "REVERSE", "KILLSWITCH"])
def test_accident_04_what_cannot_be_taken_back_needs_a_held_button_or_a_second_press(glass: Glass, token: str) -> None:
    glass.fill()
    glass.choose(token)
    if token == "KILLSWITCH":
        glass.window.ticket.form.editor("kill_switch").set_text("on")
    assert glass.window.ticket.send_button.is_held
    glass.click("send")
    for name in ("everything", "panic"):
        glass.click(name)
    press(glass.window, SEND)
    press(glass.window, SEND)
    assert glass.tried == 0


def test_accident_05_no_stray_key_says_yes_to_a_question(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    press(glass.window, SEND)
    glass.settle()
    glass.time.now += 1
    press(glass.window, SEND)
    glass.wait(glass.window.ask.yes.isEnabled)
    ask = glass.window.ask
    assert not {ask.yes, ask.no} & set(stops(glass.window)), "no key can ever reach them"
    for place in (glass.window, glass.window.log.table, glass.window.log.details):
        place.setFocus()
        for key in STRAY:
            QTest.keyClick(place, key)
    assert ask.is_asking
    QTest.keyClick(glass.window, Qt.Key.Key_Escape)
    glass.settle()
    assert tokens(glass) == ["PLACE"]
    assert not ask.is_asking


KEYS = [Qt.Key(ord(letter)) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
KEYS += [Qt.Key(Qt.Key.Key_F1.value + number) for number in range(12)]
KEYS += [*STRAY, Qt.Key.Key_Tab, Qt.Key.Key_Delete, Qt.Key.Key_Insert, Qt.Key.Key_Pause, Qt.Key.Key_QuoteLeft]
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.MetaModifier,
)


def chords() -> list[Chord]:
    """Every key with every combination of modifiers."""
    sets = chain.from_iterable(combinations(_MODIFIERS, count) for count in range(5))
    found = []
    for some in sets:
        modifiers = Qt.KeyboardModifier.NoModifier
        for one in some:
            modifiers |= one
        found += [(key, modifiers) for key in KEYS]
    return found


def test_accident_06_of_all_keys_one_sends_the_ticket_two_get_out_and_no_key_of_another_program_does_anything(
    glass: Glass,
) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.window.log.table.setFocus()
    did = {}
    for chord in chords():
        before = len(glass.wire.carried)
        press(glass.window.log.table, chord)
        if glass.desk.busy or glass.desk.entries or chord in (FLATTEN, CANCEL):
            glass.settle()
        if len(glass.wire.carried) > before:
            did[chord] = tokens(glass)[before:]
        glass.time.now += 60
    assert did == {SEND: ["PLACE"], FLATTEN: ["FLATTEN"], CANCEL: ["CANCELORDERS"]}
    assert glass.tried == 3


def test_accident_06_no_key_that_works_in_every_window_of_the_program_opens_a_position(glass: Glass) -> None:
    glass.fill()
    shortcuts = [key for window in all_windows(glass) for key in window.findChildren(QShortcut)]
    wide = [key for key in shortcuts if key.context() == Qt.ShortcutContext.ApplicationShortcut]
    assert wide
    for key in wide:
        key.activated.emit()
    glass.settle()
    assert {message.command.spec.exits for message in glass.wire.carried} == {True}
    here = {key.key().toString() for key in shortcuts if key not in wide}
    assert here - {"Ctrl+C", "Ctrl+E"} == {action.key for action in ACTIONS if action.key and not action.everywhere}
    assert not [action for action in ACTIONS if action.kind is Kind.ENTRY and (action.everywhere or action.system_wide)]


_SYSTEM_WIDE = r"RegisterHotKey|RegisterEventHotKey|XGrabKey|GlobalShortcuts|addGlobalMonitor|SetWindowsHookEx|evdev"


def test_accident_31_what_holds_a_key_of_the_whole_system_is_one_package_that_can_let_it_go() -> None:
    found = {line.split("/")[0] for line in source.lines_with(_SYSTEM_WIDE)}
    assert found == {"hotkeys"}
    others = source.importers("crosstrade_desk.hotkeys") - {name for name in source.modules() if "hotkeys/" in name}
    assert others == {"app.py", "ui/keys/system_keys.py"}


def test_accident_31_one_switch_takes_every_key_away_here_and_in_all_other_programs(glass: Glass) -> None:
    glass.fill()
    held: list[set[str]] = []

    class Desktop:
        asks = False

        def bind(self, wanted: Wanted) -> dict[str, State]:
            held.append(set(wanted))
            return dict.fromkeys(wanted, Bound())

        def close(self) -> None:
            held.append(set())

    glass.window.system_keys.start(lambda _fired, _told: Desktop())
    for action in ACTIONS:
        glass.window.system_keys.want(action.id, True)
    assert held[-1] == {"flatten", "cancel"}, "none that enters"
    glass.window.keys.set_on(False)
    assert held[-1] == set()
    for chord in chords():
        press(glass.window, chord)
    glass.settle()
    assert glass.tried == 0


def test_accident_31_the_way_out_is_alive_after_everything_that_could_have_killed_its_key(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    windows = all_windows(glass)
    for other in windows[1:]:
        other.close()
    glass.desk.disconnect(NoPlace(Mode.LIVE, "Gone.", ""))
    glass.go(HERE, glass.wire)
    glass.window.hide()
    glass.show()
    glass.desk.halt("A fault of the program.")
    for number, other in enumerate(all_windows(glass), 1):
        other.activateWindow()
        glass.wait(other.isActiveWindow)
        press(other, FLATTEN)
        glass.settle()
        assert len(glass.wire.carried) == number, other.windowTitle()


@pytest.mark.parametrize("opened", ["the list of commands", "Copy as", "the list of instruments"])
def test_accident_31_the_way_out_is_alive_while_a_list_is_open(glass: Glass, opened: str) -> None:
    glass.fill()
    match opened:
        case "the list of commands":
            glass.window.ticket.command.showPopup()
        case "Copy as":
            QTest.mouseClick(glass.part("copy-as"), Qt.MouseButton.LeftButton)
        case _:
            glass.part("instrument").findChildren(QComboBox)[0].showPopup()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    # By way of the popup's own window, and so with a turn of Qt's events, which must happen inside the loop.
    glass.loop.call_soon(QTest.keyClick, popup.windowHandle(), *FLATTEN)
    glass.wait(lambda: bool(glass.wire.carried))
    popup.close()
    glass.settle()
    assert tokens(glass) == ["FLATTEN"]


@pytest.mark.parametrize("letter", "\u0410\u03a6\u05db\u0628")
def test_accident_31_the_way_out_is_alive_on_a_keyboard_without_latin_letters(glass: Glass, letter: str) -> None:
    glass.fill()
    QTest.simulateEvent(glass.window, True, ord(letter), FLATTEN[1], letter, False)
    glass.settle()
    assert tokens(glass) == ["FLATTEN"]

"""What the main window says while keys are off or wait to be tried, and the menu that does the same without keys."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QToolTip

from crosstrade_desk.desk.actions import ACTIONS, Kind
from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.events import Mode
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui import theme
from crosstrade_desk.ui.keys.badge import KeyBadge
from crosstrade_desk.ui.keys.keys_window import KeysWindow
from crosstrade_desk.ui.keys.standing import Standing
from support.desks import HERE, SCOPE, YES
from support.keys import CANCEL, FLATTEN, press
from support.windows import Glass

F9 = (Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
_SMALL_SCREEN = 1364  # pixels: 1366 without the frame
ALT_M = (Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)


@pytest.fixture(autouse=True)
def _answered(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()


@pytest.fixture
def started(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[[Settings], Glass]]:
    """Starts a window of its own with the settings that a former run left."""
    made: list[Glass] = []

    def start(settings: Settings) -> Glass:
        made.append(Glass(loop, settings=settings))
        made[-1].show()
        return made[-1]

    yield start
    for one in made:
        one.close()


def chord(text: str) -> Chord:
    found = parse_chord(text)
    assert isinstance(found, Chord)
    return found


def badge(glass: Glass) -> KeyBadge:
    return glass.window.band.keys


def flatten_says(glass: Glass) -> str:
    return glass.window.ticket.exits.flatten_button.words


def status(glass: Glass) -> str:
    return glass.window.status.text()


def sent(glass: Glass) -> list[str]:
    glass.settle()
    return [message.command.spec.token for message in glass.wire.carried]


def opened(glass: Glass) -> KeysWindow:
    glass.window.show_keys()
    glass.settle()
    assert glass.window.keys_window
    return glass.window.keys_window


def capture(glass: Glass, action: str) -> QPushButton:
    found = opened(glass).findChild(QPushButton, f"key-{action}")
    assert found
    return found


# --- off ---


def test_keys_that_are_off_are_a_badge_and_stand_on_flatten_until_they_are_on(glass: Glass) -> None:
    assert badge(glass).text() == "Keys …"
    glass.window.keys.set_on(False)
    assert badge(glass).text() == "KEYS OFF"
    assert badge(glass).property("keys") == "loud"
    assert "KEYS OFF" in flatten_says(glass)
    glass.window.keys.set_on(True)
    assert badge(glass).text() == "Keys …"
    assert "Ctrl+Shift+F" in flatten_says(glass)


def test_the_badge_leads_to_the_switch(glass: Glass) -> None:
    glass.window.keys.set_on(False)
    glass.window.show_cheat_sheet()
    assert glass.window.cheat_sheet
    assert "Keys are off" in glass.window.cheat_sheet.page.toPlainText()
    glass.click("keys")
    window = glass.window.keys_window
    assert window
    assert window.isVisible()
    assert "Keys are off" in window.loud.text()
    assert window.focusWidget() is window.on_box


@pytest.mark.parametrize(("pressed", "key"), [(FLATTEN, "Ctrl+Shift+F"), (CANCEL, "Ctrl+Shift+X")])
def test_the_press_of_an_exit_key_that_is_off_is_answered_loudly(
    glass: Glass, pressed: tuple[Qt.Key, Qt.KeyboardModifier], key: str
) -> None:
    glass.window.keys.set_on(False)
    press(glass.line("instrument"), pressed)
    assert f"Nothing was sent: keys are off. {key} would be" in status(glass)
    ground = glass.window.status.grab().toImage().pixelColor(4, 4).name()
    assert ground == theme.roles(cast("QApplication", QApplication.instance())).warn_ground
    assert sent(glass) == []
    glass.window.keys.set_on(True)
    assert status(glass) == ""


def test_a_key_that_is_off_is_known_on_another_alphabet_too(glass: Glass) -> None:
    glass.window.keys.set_on(False)
    russian = QKeyEvent(QEvent.Type.KeyPress, 0x0410, FLATTEN[1], 33 + 8, 0, 0)
    QApplication.sendEvent(glass.line("instrument"), russian)
    assert "Ctrl+Shift+F" in status(glass)


def test_while_keys_are_off_other_keys_reach_their_field_and_nothing_is_said(glass: Glass) -> None:
    glass.window.keys.set_on(False)
    QTest.keyClicks(glass.line("qty"), "2")
    press(glass.window, (Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier))
    assert glass.line("qty").text() == "12"
    assert "keys are off" not in status(glass)


def test_a_question_gives_way_to_what_is_said_of_a_key(glass: Glass) -> None:
    glass.window.keys.set_on(False)
    glass.window.ask.ask("Send it?", "Send it", "Don't", lambda: None)
    press(glass.window, FLATTEN)
    assert not glass.window.ask.is_asking
    assert glass.window.status.isVisible()


def test_at_the_start_it_is_said_that_keys_are_off_and_stays_when_a_place_is_reached(
    started: Callable[[Settings], Glass],
) -> None:
    again = started(Settings(keys_on=False))
    assert badge(again).text() == "KEYS OFF"
    assert "Keys are off" in status(again)


def test_at_the_start_a_key_that_was_never_tried_is_named(started: Callable[[Settings], Glass]) -> None:
    again = started(Settings(keys=("Ctrl+F9: flatten",), unrehearsed=("flatten",)))
    assert badge(again).text() == "TRY Ctrl+F9"
    assert "Ctrl+F9 was not pressed since it was bound" in status(again)
    assert "Ctrl+F9: press once to try it" in flatten_says(again)


def test_at_the_start_a_line_of_the_file_that_gives_no_key_is_told(started: Callable[[Settings], Glass]) -> None:
    again = started(Settings(keys=("F: flatten",)))
    assert "F alone types in a field" in status(again)


def test_of_several_things_that_are_wrong_at_the_start_none_hides_another(started: Callable[[Settings], Glass]) -> None:
    again = started(
        Settings(keys=("F: flatten", "Ctrl+Alt+Del: preset Out", "F9: preset In"), unrehearsed=("preset In",))
    )
    again.presets.save(Preset("In", "FLATTEN", sends=True, fields=SCOPE))
    assert badge(again).text() == "TRY F9"
    again.presets.save(Preset("Out", "FLATTEN", sends=True, fields=SCOPE))
    for _ in range(2):
        again.desk.tell(Notice(Level.PROBLEM, "Presets: two of one name.", "start"))
    again.go(replace(HERE, mode=Mode.LIVE), again.wire)
    said = status(again)
    for part in (
        "F alone types in a field",
        "“Out” has no key now. Ctrl+Alt+Del belongs to the desktop",
        "two of one name",
    ):
        assert said.count(part) == 1
    assert again.window.status.toolTip().count("two of one name") == 1


def test_no_part_of_the_band_is_cut_on_a_small_screen_wherever_orders_go(glass: Glass) -> None:
    glass.go(replace(HERE, mode=Mode.LIVE), glass.wire)
    glass.window.keys.bind("flatten", chord("Ctrl+F9"))
    assert glass.window.band.money.isVisible()
    assert glass.window.band.minimumSizeHint().width() <= _SMALL_SCREEN


# --- waiting to be tried ---


def test_a_key_that_was_bound_says_everywhere_that_it_is_to_be_tried(glass: Glass) -> None:
    glass.window.keys.bind("flatten", chord("Ctrl+F9"))
    assert badge(glass).text() == "TRY Ctrl+F9"
    assert "Ctrl+F9: press once to try it" in flatten_says(glass)
    press(glass.window, F9)
    assert status(glass)[10:].startswith("Nothing was sent. Press Ctrl+F9 again to send.")
    assert glass.window.status.property("tone") == "loud"
    assert sent(glass) == []
    assert badge(glass).text() == "Keys …"
    assert "press once" not in flatten_says(glass)
    glass.time.now += 1
    press(glass.window, F9)
    assert sent(glass) == ["FLATTEN"]


def test_a_key_too_long_for_the_badge_is_named_in_its_hint(glass: Glass) -> None:
    width = badge(glass).width()
    glass.window.keys.bind("flatten", chord("Ctrl+Alt+Shift+PgDown"))
    assert badge(glass).text() == "TRY A KEY"
    assert "Ctrl+Alt+Shift+PgDown" in badge(glass).toolTip()
    assert badge(glass).width() == width


def test_a_key_is_tried_where_it_was_bound_and_the_row_and_the_focus_lead_there(glass: Glass) -> None:
    button = capture(glass, "flatten")
    window = glass.window.keys_window
    assert window
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(button, F9)
    said = window.findChild(QLabel, "key-flatten-said")
    assert said
    assert "Press it now" in said.text()
    assert window.focusWidget() is button
    press(button, F9)
    assert "Nothing was sent. Press Ctrl+F9 again to send." in window.loud.text()
    assert "Press it now" not in said.text()
    assert sent(glass) == []
    glass.time.now += 1
    press(button, F9)
    assert sent(glass) == ["FLATTEN"]
    assert "Nothing was sent" not in window.loud.text()


def test_a_key_of_the_main_window_alone_is_tried_in_the_key_window_and_sends_nothing_there(glass: Glass) -> None:
    pressed = (Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    button = capture(glass, "send")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(button, pressed)
    for _ in range(3):
        press(button, pressed)
    assert glass.preferences.current.unrehearsed == ()
    assert sent(glass) == []
    assert glass.window.keys_window
    assert "Nothing was sent" in glass.window.keys_window.loud.text()


def test_with_another_window_in_front_it_is_said_at_the_pointer_too(glass: Glass) -> None:
    glass.window.keys.bind("flatten", chord("Ctrl+F9"))
    window = opened(glass)
    window.activateWindow()
    glass.wait(window.isActiveWindow)
    press(window, F9)
    assert "Press Ctrl+F9 again to send" in QToolTip.text()
    QToolTip.hideText()


def test_rehearse_is_a_badge_and_ends_with_the_key_window(glass: Glass) -> None:
    window = opened(glass)
    QTest.mouseClick(window.rehearse_box, Qt.MouseButton.LeftButton, pos=window.rehearse_box.rect().center() * 0.1)
    assert glass.window.keys.rehearsing
    assert badge(glass).text() == "KEYS REHEARSE"
    assert "The mouse sends as ever" in badge(glass).toolTip()
    assert "key rehearses only" in flatten_says(glass)
    glass.click("flatten")
    assert sent(glass) == ["FLATTEN"]
    glass.wire.carried.clear()
    window.close()
    assert badge(glass).text() == "Keys …"
    glass.time.now += 1
    glass.window.activateWindow()
    glass.wait(glass.window.isActiveWindow)
    press(glass.window, FLATTEN)
    assert sent(glass) == ["FLATTEN"]


def test_a_key_that_waits_to_be_tried_waits_on_when_the_key_window_closes(glass: Glass) -> None:
    window = opened(glass)
    glass.window.keys.bind("flatten", chord("Ctrl+F9"))
    window.close()
    assert badge(glass).text() == "TRY Ctrl+F9"


@pytest.mark.parametrize(
    ("standing", "signs", "beside"),
    [
        (Standing(True, False, ()), (), "F9"),
        (Standing(False, False, ()), ("KEYS OFF",), "KEYS OFF"),
        (Standing(False, True, ("F9",)), ("KEYS OFF",), "KEYS OFF"),
        (Standing(True, True, ("F9",)), ("KEYS REHEARSE",), "F9: key rehearses only"),
        (Standing(True, False, ("F9", "F8")), ("TRY F9", "TRY A KEY"), "F9: press once to try it"),
        (Standing(True, False, ("F8",)), ("TRY F8", "TRY A KEY"), "F9"),
    ],
)
def test_what_keeps_most_keys_from_working_is_said_first(
    standing: Standing, signs: tuple[str, ...], beside: str
) -> None:
    assert (standing.signs, standing.beside("F9")) == (signs, beside)
    assert bool(standing.sentence) == bool(signs)


# --- quick quantities ---


def hints(glass: Glass) -> list[str]:
    buttons = glass.part("qty").findChildren(QPushButton)
    return [button.toolTip() for button in buttons]


def test_each_quick_quantity_names_the_key_that_sets_it(glass: Glass) -> None:
    assert hints(glass)[3] == "Set the quantity to 5 (Ctrl+4). Sends nothing."
    glass.window.keys.bind("quantity 4", chord("Ctrl+Alt+4"))
    assert "(Ctrl+Alt+4)" in hints(glass)[3]
    glass.window.keys.set_on(False)
    assert hints(glass)[3] == "Set the quantity to 5. Sends nothing."


def test_the_sheet_names_the_sizes_and_follows_the_traders_own(glass: Glass) -> None:
    glass.window.show_cheat_sheet()
    sheet = glass.window.cheat_sheet
    assert sheet
    assert "Keys are off" not in sheet.page.toPlainText()
    assert "Quantity 5 (4th quick size)" in sheet.page.toPlainText()
    assert "6th quick size" not in sheet.page.toPlainText(), "there are five"
    own = Settings(quick_quantities=(7, 70, 700))
    glass.window.show_limits()
    assert glass.window.limits_window
    glass.window.limits_window.taken_over.emit(own)
    assert "Quantity 700 (3rd quick size)" in sheet.page.toPlainText()
    assert "4th quick size" not in sheet.page.toPlainText()
    assert "(Ctrl+3)" in hints(glass)[2]


# --- the menu ---


def menu(glass: Glass) -> dict[str, QAction]:
    """The entries of the menu, opened by its button, by the id of their actions."""
    glass.click("menu")
    parts = [part for part in glass.window.menu.findChildren(QMenu) if part.actions()]
    return {entry.objectName().removeprefix("do-"): entry for part in parts for entry in part.actions()}


def test_the_menu_holds_every_action_but_those_that_enter_or_take_two_presses(glass: Glass) -> None:
    found = menu(glass)
    out = {a.id for a in ACTIONS if a.kind is Kind.ENTRY or a.twice or a.hidden} | {"menu"}
    beyond = {f"quantity {number}" for number in range(6, 10)}
    assert set(found) == {action.id for action in ACTIONS} - out - beyond
    glass.window.menu.close()


def test_an_entry_of_the_menu_shows_its_key_and_says_what_it_does(glass: Glass) -> None:
    glass.window.keys.bind("flatten", chord("Ctrl+F9"))
    found = menu(glass)
    assert found["flatten"].text() == "Flatten\tCtrl+F9"
    assert "Closes the position" in found["flatten"].toolTip()
    assert found["quantity 4"].text() == "Quantity 5 (4th quick size)\tCtrl+4"
    glass.window.menu.close()


def test_the_menu_does_what_the_key_does_and_tries_no_key(glass: Glass) -> None:
    glass.window.keys.bind("flatten", chord("Ctrl+F9"))
    glass.window.keys.set_on(False)
    menu(glass)["flatten"].trigger()
    assert sent(glass) == ["FLATTEN"]
    assert glass.preferences.current.unrehearsed == ("flatten",)
    menu(glass)["cancel"].trigger()
    menu(glass)["quantity 4"].trigger()
    assert sent(glass) == ["FLATTEN", "CANCELORDERS"]
    assert glass.line("qty").text() == "5"
    glass.window.menu.close()


def test_the_menu_opens_and_is_walked_by_keys(glass: Glass) -> None:
    press(glass.window, ALT_M)
    assert glass.window.menu.isVisible()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(QApplication.activePopupWidget(), key)
    assert sent(glass) == ["CANCELORDERS"]
    assert not glass.window.menu.isVisible()


def test_the_way_out_is_alive_while_the_menu_is_open(glass: Glass) -> None:
    menu(glass)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    glass.loop.call_soon(QTest.keyClick, popup.windowHandle(), *FLATTEN)
    glass.wait(lambda: bool(glass.wire.carried))
    popup.close()
    assert sent(glass) == ["FLATTEN"]


def test_no_entry_leaves_by_the_menu_whatever_is_filled_in(glass: Glass) -> None:
    for entry in menu(glass).values():
        entry.trigger()
        glass.settle()
    assert set(sent(glass)) == {"FLATTEN", "CANCELORDERS"}

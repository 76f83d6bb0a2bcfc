"""Keys of presets in the real window: what they stand for, where they show, what becomes of them with their preset."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.keys.capture import KeyCapture
from support.desks import ENTRY, YES
from support.keys import FLATTEN, press
from support.windows import Glass

CTRL, ALT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
KEY, PRESSED = "Ctrl+Alt+J", (Qt.Key.Key_J, CTRL | ALT)
F9 = (Qt.Key.Key_F9, NONE)
SENDS = Preset("Sends", sends=True, fields={**ENTRY, "qty": "2"})


@pytest.fixture(autouse=True)
def _kept(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    assert glass.presets.save(SENDS) is None
    glass.settle()


def sent(glass: Glass) -> list[str]:
    glass.settle()
    return [message.rest for message in glass.wire.carried]


def status(glass: Glass) -> str:
    return glass.window.status.text()


def bind(glass: Glass, name: str = "Sends", key: str = KEY) -> None:
    """Binds a key to a preset and rehearses it."""
    found = parse_chord(key)
    assert isinstance(found, Chord)
    assert glass.window.keys.bind(f"preset {name}", found) == ""
    press(glass.window, PRESSED)
    assert sent(glass) == []


def rename(glass: Glass, name: str, to: str) -> None:
    pane = glass.window.presets
    pane._on_wanted("edit", name)
    assert pane._window
    pane._window.name_line.setText(to)
    QTest.mouseClick(pane._window.keep_button, Qt.MouseButton.LeftButton)
    glass.window.activateWindow()
    glass.wait(glass.window.isActiveWindow)


def tile(glass: Glass, name: str = "Sends") -> str:
    """The key as it stands on the preset."""
    model = glass.window.presets.model
    preset = model.preset(model.place(name))
    assert preset
    return model.key(preset)


def test_a_key_whose_preset_was_replaced_by_the_form_is_rehearsed_before_it_sends_that(glass: Glass) -> None:
    bind(glass)
    glass.type("qty", "7")
    glass.window.presets._on_wanted("replace", "Sends")
    glass.settle()
    assert tile(glass) == f"TRY {KEY}"
    press(glass.window, PRESSED)
    assert sent(glass) == []
    assert "Buy 7 MES" in status(glass)
    assert tile(glass) == KEY
    press(glass.window, PRESSED)
    assert ["qty=7;" in rest for rest in sent(glass)] == [True]


@pytest.mark.parametrize("change", ["group", "colour"])
def test_what_does_not_change_the_order_asks_for_no_rehearsal(glass: Glass, change: str) -> None:
    bind(glass)
    changed = {"group": Preset("Sends", group="Fast", sends=True, fields=SENDS.fields)}
    changed["colour"] = Preset("Sends", colour="blue", sends=True, fields=SENDS.fields)
    assert glass.presets.save(changed[change], "Sends") is None
    press(glass.window, PRESSED)
    assert len(sent(glass)) == 1


def test_a_preset_shows_its_key_and_its_hint_names_it(glass: Glass) -> None:
    pane = glass.window.presets
    assert tile(glass) == ""
    before = pane.list.grab().toImage()
    bind(glass)
    assert tile(glass) == KEY
    assert pane.list.grab().toImage() != before
    hint = str(pane.model.place("Sends").data(Qt.ItemDataRole.ToolTipRole))
    assert f"Its key: {KEY}." in hint
    glass.window.keys.set_on(False)
    assert tile(glass) == ""


def test_taking_a_rename_back_leaves_the_key_on_the_preset(glass: Glass) -> None:
    bind(glass)
    rename(glass, "Sends", "Otherwise")
    assert tile(glass, "Otherwise") == KEY
    glass.window.presets.undo()
    glass.settle()
    assert tile(glass) == KEY
    press(glass.window, PRESSED)
    assert len(sent(glass)) == 1


def test_a_deleted_preset_frees_its_key_and_taking_that_back_gives_it_back_to_be_tried(glass: Glass) -> None:
    bind(glass)
    glass.presets.delete(["Sends"])
    glass.settle()
    press(glass.window, PRESSED)
    assert sent(glass) == []
    assert "which is gone" in status(glass)
    glass.window.presets.undo()
    glass.settle()
    assert tile(glass) == f"TRY {KEY}"
    press(glass.window, PRESSED)
    assert sent(glass) == []
    press(glass.window, PRESSED)
    assert len(sent(glass)) == 1


def test_the_key_of_a_deleted_preset_can_be_given_to_something_else(glass: Glass) -> None:
    bind(glass)
    glass.presets.delete(["Sends"])
    found = parse_chord(KEY)
    assert isinstance(found, Chord)
    assert glass.window.keys.bind("flatten", found) == ""


# --- keys that got out before ---


def test_the_key_that_flattened_before_says_where_flatten_is_now_and_never_fires(glass: Glass) -> None:
    found = parse_chord("F9")
    assert isinstance(found, Chord)
    glass.window.keys.bind("flatten", found)
    for place in (glass.window, glass.line("qty")):
        press(place, FLATTEN)
        assert "Ctrl+Shift+F is no key of “Flatten” any more. It is on F9 now." in status(glass)
    assert glass.window.status.property("tone") == "loud"
    assert sent(glass) == []
    assert glass.window.keys.is_unrehearsed("flatten")


# --- off ---


def opened(glass: Glass, what: str) -> bool:
    window = glass.window
    parts = {"sheet": window.cheat_sheet, "guide": window.help_window, "keys": window.keys_window, "menu": window.menu}
    found = parts[what]
    return found is not None and found.isVisible()


@pytest.mark.parametrize(
    ("chord", "what"),
    [
        ((Qt.Key.Key_F1, NONE), "sheet"),
        ((Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier), "guide"),
        ((Qt.Key.Key_M, ALT), "menu"),
        ((Qt.Key.Key_K, CTRL), "keys"),
    ],
)
def test_while_keys_are_off_those_that_only_show_something_work(
    glass: Glass, chord: tuple[Qt.Key, Qt.KeyboardModifier], what: str
) -> None:
    glass.window.keys.set_on(False)
    assert not opened(glass, what)
    press(glass.window, chord)
    assert opened(glass, what)
    glass.window.menu.close()


# --- panes that are windows of their own ---


def ampersand() -> QKeyEvent:
    """Ctrl and the key of the 2 on a French keyboard, where that letter needs Shift."""
    return QKeyEvent(QEvent.Type.KeyPress, ord("&"), CTRL, 3 + 8, 0, 0)


def test_a_key_by_its_place_works_in_a_pane_that_floats_and_not_in_another_window(glass: Glass) -> None:
    glass.window.panes.float_or_dock("log")
    dock = glass.window.panes.docks["log"]
    dock.activateWindow()
    glass.wait(dock.isActiveWindow)
    QApplication.sendEvent(glass.window.log.table, ampersand())
    assert glass.line("qty").text() == "2"
    glass.type("qty", "1")
    glass.window.show_keys()
    keys = glass.window.keys_window
    assert keys
    keys.activateWindow()
    glass.wait(keys.isActiveWindow)
    QApplication.sendEvent(keys.on_box, ampersand())
    assert glass.line("qty").text() == "1"


# --- the menu of a preset ---


def listening(glass: Glass) -> Callable[[], bool]:
    capture = glass.window.keys_window and glass.window.keys_window.findChild(KeyCapture, "key-preset Sends")
    assert isinstance(capture, KeyCapture)
    return lambda: "Press the key" in capture.text()


def test_key_in_the_menu_of_a_preset_waits_for_the_key_at_once(glass: Glass) -> None:
    glass.window.presets._on_wanted("key", "Sends")
    glass.wait(listening(glass))
    capture = QApplication.focusWidget()
    assert isinstance(capture, KeyCapture)
    press(capture, PRESSED)
    glass.settle()
    assert glass.window.keys.keymap.text("preset Sends") == KEY
    assert not glass.window.keys.is_capturing


def test_no_key_is_taken_from_the_main_window_while_the_key_window_is_not_in_front(glass: Glass) -> None:
    glass.window.presets._on_wanted("key", "Sends")
    glass.wait(listening(glass))
    glass.window.activateWindow()
    glass.wait(glass.window.isActiveWindow)
    assert not glass.window.keys.is_capturing
    press(glass.window, FLATTEN)
    assert ["command=FLATTEN;" in rest for rest in sent(glass)] == [True]


def test_a_key_is_waited_for_from_the_moment_on_at_which_it_would_arrive(glass: Glass) -> None:
    capture = KeyCapture(lambda: "F9")
    capture.ask_once_focused()
    assert capture.text() == "F9"
    capture.show()
    capture.activateWindow()
    glass.wait(capture.hasFocus)
    assert "Press the key" in capture.text()
    capture.deleteLater()


# --- another place ---


def test_a_preset_is_not_compared_with_what_was_sent_elsewhere(glass: Glass) -> None:
    def hint() -> str:
        return str(glass.window.presets.model.place("Sends").data(Qt.ItemDataRole.ToolTipRole))

    press(glass.window, (Qt.Key.Key_Return, CTRL))
    glass.settle()
    assert "qty 1 → 2" in hint()
    glass.go(Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••"), glass.wire)
    assert "Differs from" not in hint()

"""Presets as somebody meets them who is in a hurry, edits files by hand, or changes things while a button is down."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.presets.files import ask_for_file
from support.desks import ENTRY, YES
from support.keys import FLATTEN, press
from support.windows import Glass

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
FILLS = Preset("Fills", fields={**ENTRY, "qty": "7"})
SENDS = Preset("Sends", sends=True, fields={**ENTRY, "qty": "2"})
OUT = Preset("Out", "FLATTEN", sends=True, fields={"account": "Sim101", "instrument": "MES 12-26"})


@pytest.fixture(autouse=True)
def _kept(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    for preset in (FILLS, SENDS, OUT):
        assert glass.presets.save(preset) is None
    glass.settle()


def middle(glass: Glass, name: str) -> QPoint:
    index = glass.window.presets.model.place(name)
    assert index.isValid()
    return glass.window.presets.list.visualRect(index).center()


def tokens(glass: Glass) -> list[str]:
    glass.settle()
    return [message.command.spec.token for message in glass.wire.carried]


def test_an_exit_that_is_pressed_meanwhile_is_not_undone_by_the_finger_that_lifts_from_a_preset(glass: Glass) -> None:
    viewport, spot = glass.window.presets.list.viewport(), middle(glass, "Sends")
    QTest.mousePress(viewport, LEFT, NONE, spot)
    press(glass.window, FLATTEN)
    QTest.mouseRelease(viewport, LEFT, NONE, spot)
    assert tokens(glass) == ["FLATTEN"]


@pytest.mark.parametrize(("name", "count"), [("Sends", 1), ("Out", 2)])
def test_of_two_quick_presses_one_entry_leaves_and_both_exits(glass: Glass, name: str, count: int) -> None:
    viewport, spot = glass.window.presets.list.viewport(), middle(glass, name)
    QTest.mouseClick(viewport, LEFT, NONE, spot)
    QTest.mouseDClick(viewport, LEFT, NONE, spot)  # Qt's word for the second press
    QTest.mouseRelease(viewport, LEFT, NONE, spot)
    assert len(tokens(glass)) == count


def test_a_form_for_every_account_comes_back_as_such(glass: Glass) -> None:
    wide = Preset("Wide", "FLATTEN", every_account=True, fields={"instrument": "MES 12-26"})
    glass.presets.save(wide)
    QTest.mouseClick(glass.window.presets.list.viewport(), LEFT, NONE, middle(glass, "Wide"))
    glass.settle()
    assert glass.window.ticket.form.everywhere


def test_extra_fields_that_cannot_be_read_are_not_left_out_of_a_preset_without_a_word(glass: Glass) -> None:
    glass.open("EXTRA")
    glass.type("extras", "no field")
    QTest.mouseClick(glass.window.presets.save_button, LEFT)
    glass.settle()
    assert glass.window.presets._window is None
    assert "Not kept" in glass.window.status.text()


def bound(glass: Glass, name: str, key: str) -> None:
    chord = parse_chord(key)
    assert isinstance(chord, Chord)
    assert glass.window.keys.bind(f"preset {name}", chord) == ""


def test_the_key_window_outlives_a_preset_that_goes(glass: Glass) -> None:
    bound(glass, "Fills", "F9")
    glass.window.show_keys()
    glass.settle()
    window = glass.window.keys_window
    assert window
    assert window.findChild(QAbstractButton, "key-preset Fills")
    glass.presets.delete(["Fills"])
    glass.settle()
    assert "preset Fills" not in window._captures
    window.hide()
    glass.presets.delete(["Sends"])
    glass.settle()


def test_the_key_window_has_no_line_for_each_of_many_presets_without_a_key(glass: Glass) -> None:
    glass.window.show_keys()
    window = glass.window.keys_window
    assert window
    assert "preset Sends" not in window._captures
    glass.window.presets._on_wanted("key", "Sends")
    glass.settle()
    assert window._captures["preset Sends"].hasFocus()


def test_a_renamed_preset_keeps_its_key(glass: Glass) -> None:
    bound(glass, "Fills", "F9")
    pane = glass.window.presets
    pane._on_wanted("edit", "Fills")
    assert pane._window
    pane._window.name_line.setText("Called otherwise")
    QTest.mouseClick(pane._window.keep_button, LEFT)
    glass.window.activateWindow()
    glass.settle()
    press(glass.window, (Qt.Key.Key_F9, NONE))
    assert glass.window.ticket.form.editor("qty").text() == "7"


def test_an_edit_of_a_preset_that_went_meanwhile_is_kept_as_a_new_one(glass: Glass) -> None:
    pane = glass.window.presets
    pane._on_wanted("edit", "Fills")
    glass.presets.delete(["Fills"])
    assert pane._window
    QTest.mouseClick(pane._window.keep_button, LEFT)
    assert [preset.name for preset in glass.presets.items] == ["Sends", "Out", "Fills"]


def test_the_dialog_of_an_export_asks_nothing_that_stops_the_window(glass: Glass) -> None:
    ask_for_file(glass.window, "Export presets", lambda _path: None, writes=True)
    dialog = glass.window.findChild(QFileDialog)
    assert dialog
    assert not dialog.isModal()
    assert dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.close()


def test_an_export_writes_over_no_file(glass: Glass, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("mine")
    glass.run(glass.window.presets.hand_out(mine, ["Sends"]))
    assert "already" in glass.window.status.text()
    assert mine.read_text() == "mine"


def test_the_wheel_changes_nothing_in_the_window_of_a_preset(glass: Glass) -> None:
    pane = glass.window.presets
    pane._on_wanted("edit", "Fills")
    assert pane._window
    glass.wait(pane._window.windowHandle().isExposed)
    boxes = pane._window.findChildren(QComboBox)
    assert len(boxes) == 2
    for box in boxes:
        box.addItems(["one", "two", "three"])
        box.setCurrentIndex(box.count() - 2)
        before = box.currentIndex()
        box.setFocus()
        for notch in (-120, 240):
            QTest.wheelEvent(
                pane._window.windowHandle(), box.mapTo(pane._window, box.rect().center()), QPoint(0, notch)
            )
        assert box.currentIndex() == before


def test_what_fills_a_part_of_the_form_cannot_be_made_to_send(glass: Glass) -> None:
    found = glass.presets.save(replace(SENDS, name="Both", part=True))
    assert found
    assert "part and sends" in found.items[0].message

"""Presets as somebody meets them who is in a hurry, edits files by hand, or changes things while a button is down."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog

from crosstrade_desk.desk.chord import Chord, parse_chord
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.file_dialog import ask_for_file
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
    ask_for_file(glass.window, "Export presets", {"toml": "Presets (*.toml)"}, lambda _path: None, writes=True)
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
            middle_of = box.mapTo(pane._window, box.rect().center()).toPointF()
            QTest.wheelEvent(pane._window.windowHandle(), middle_of, QPoint(0, notch))
            assert box.currentIndex() == before


def test_what_fills_a_part_of_the_form_cannot_be_made_to_send(glass: Glass) -> None:
    found = glass.presets.save(replace(SENDS, name="Both", part=True))
    assert found
    assert "part and sends" in found.items[0].message


# --- dragging ---


def drag(glass: Glass, name: str, to: QPoint) -> None:
    """Presses on a preset and moves the mouse in steps, without letting go."""
    viewport, start = glass.window.presets.list.viewport(), middle(glass, name)
    QTest.mousePress(viewport, LEFT, NONE, start)
    for step in range(1, 5):
        spot = start + (to - start) * step / 4
        where = viewport.mapToGlobal(spot).toPointF()
        QApplication.sendEvent(viewport, QMouseEvent(QEvent.Type.MouseMove, spot.toPointF(), where, LEFT, LEFT, NONE))
    glass.settle()


def drop(glass: Glass, at: QPoint) -> None:
    QTest.mouseRelease(glass.window.presets.list.viewport(), LEFT, NONE, at)
    glass.settle()


def shown(glass: Glass) -> list[tuple[str, str]]:
    model = glass.window.presets.model
    rows = (model.row(number) for number in range(model.rowCount()))
    return [(row.name, row.group) for row in rows if isinstance(row, Preset)]


ABOVE, BELOW = QPoint(0, -15), QPoint(0, 15)


@pytest.fixture
def grouped(glass: Glass) -> Glass:
    for name, group in (("A", "Fast"), ("X", "Slow"), ("B", "Fast")):
        glass.presets.save(Preset(name, group=group, fields=ENTRY))
    glass.settle()
    return glass


def test_dropped_above_another_a_preset_goes_before_it_and_into_its_group(grouped: Glass) -> None:
    before = grouped.presets.items
    spot = middle(grouped, "B") + ABOVE
    drag(grouped, "Fills", spot)
    drop(grouped, spot)
    fast = [name for name, group in shown(grouped) if group == "Fast"]
    assert fast == ["A", "Fills", "B"]
    assert tokens(grouped) == []
    assert grouped.window.ticket.form.editor("qty").text() == "1"
    grouped.window.presets.undo()
    assert grouped.presets.items == before


def test_dropped_below_the_last_of_a_group_it_ends_the_group_wherever_others_stand_in_the_file(grouped: Glass) -> None:
    spot = middle(grouped, "B") + BELOW
    drag(grouped, "Sends", spot)
    drop(grouped, spot)
    assert [name for name, group in shown(grouped) if group == "Fast"] == ["A", "B", "Sends"]


def test_a_preset_that_sends_is_not_sent_when_it_is_dragged_and_brought_back(glass: Glass) -> None:
    before = glass.presets.items
    drag(glass, "Sends", middle(glass, "Fills"))
    spot = middle(glass, "Sends") + ABOVE
    drag_on = QMouseEvent(
        QEvent.Type.MouseMove,
        spot.toPointF(),
        glass.window.presets.list.viewport().mapToGlobal(spot).toPointF(),
        LEFT,
        LEFT,
        NONE,
    )
    QApplication.sendEvent(glass.window.presets.list.viewport(), drag_on)
    drop(glass, spot)
    assert tokens(glass) == []
    assert glass.presets.items == before


def test_the_flatten_key_works_while_a_preset_is_dragged(glass: Glass) -> None:
    drag(glass, "Fills", middle(glass, "Out"))
    press(glass.window, FLATTEN)
    assert tokens(glass) == ["FLATTEN"]


def test_esc_ends_a_drag_and_nothing_is_moved_then(glass: Glass) -> None:
    before = glass.presets.items
    drag(glass, "Fills", middle(glass, "Out") + BELOW)
    QTest.keyClick(glass.window.presets.list, Qt.Key.Key_Escape)
    drop(glass, middle(glass, "Out") + BELOW)
    assert glass.presets.items == before

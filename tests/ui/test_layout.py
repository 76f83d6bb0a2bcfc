"""Panes are hidden, float and come back; whatever they do, what needs the trader stays in sight."""

import asyncio
import base64
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget

from crosstrade_desk.desk.actions import PANES
from crosstrade_desk.sending.outcome import Answer, Refused
from crosstrade_desk.storage.settings import Settings, check
from support.windows import Glass

NO = Refused("Account not found", Answer(200, '{"success": false}'))


def do(glass: Glass, name: str) -> None:
    glass.window.keys.press(name)
    glass.settle()


def dock(glass: Glass, name: str) -> QDockWidget:
    return glass.window.panes.docks[name]


def shown(glass: Glass) -> set[str]:
    return {name for name in PANES if dock(glass, name).isVisible()}


def reopened(glass: Glass, settings: Settings) -> Glass:
    made = Glass(glass.loop, settings=settings)
    made.show()
    return made


def test_every_pane_has_its_actions(glass: Glass) -> None:
    assert set(glass.window.panes.docks) == set(PANES)


@pytest.mark.parametrize("name", PANES)
def test_a_pane_is_hidden_and_comes_back_where_it_was(glass: Glass, name: str) -> None:
    before = dock(glass, name).x(), dock(glass, name).width()
    do(glass, f"pane {name}")
    assert shown(glass) == set(PANES) - {name}
    do(glass, f"pane {name}")
    assert shown(glass) == set(PANES)
    assert (dock(glass, name).x(), dock(glass, name).width()) == before


@pytest.mark.parametrize("hides", [(), ("pane log",), ("float log",), ("compact",), ("pane log", "pane log")])
def test_with_the_log_hidden_an_exit_that_failed_is_told_all_the_same(glass: Glass, hides: tuple[str, ...]) -> None:
    for name in hides:
        do(glass, name)
    glass.fill()
    glass.wire.always = NO
    glass.click("flatten")
    glass.wait(glass.window.log.alarms.isVisible)
    assert glass.window.log.alarms.window() is glass.window
    assert "REFUSED: FLATTEN" in glass.window.log.alarms.words.text()


@pytest.mark.parametrize("name", PANES)
def test_a_pane_becomes_a_window_with_a_title_bar_and_goes_back(glass: Glass, name: str) -> None:
    do(glass, f"float {name}")
    assert dock(glass, name).isFloating()
    assert dock(glass, name).windowTitle() == PANES[name]
    assert dock(glass, name).titleBarWidget() is None
    do(glass, f"float {name}")
    assert not dock(glass, name).isFloating()


def test_a_key_of_the_window_works_while_a_floating_pane_has_the_focus(glass: Glass) -> None:
    glass.fill()
    do(glass, "float log")
    glass.window.log.table.activateWindow()
    glass.window.log.table.setFocus()
    glass.wait(lambda: QApplication.activeWindow() is dock(glass, "log"))
    QTest.keyClick(glass.window.log.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert glass.window.ticket.form.texts()["action"] == "SELL"


def test_the_compact_form_shows_ticket_and_presets_and_goes_back_to_what_was(glass: Glass) -> None:
    do(glass, "pane reading")
    size = glass.window.size()
    do(glass, "compact")
    glass.wait(lambda: glass.window.height() < size.height())
    assert shown(glass) == {"presets"}
    assert glass.window.ticket.isVisible()
    assert glass.window.windowHandle().flags() & Qt.WindowType.WindowStaysOnTopHint
    do(glass, "compact")
    assert shown(glass) == {"presets", "log"}
    assert glass.window.size() == size
    assert not glass.window.windowHandle().flags() & Qt.WindowType.WindowStaysOnTopHint


def test_window_and_panes_come_back_as_they_were(glass: Glass) -> None:
    do(glass, "pane presets")
    do(glass, "float log")
    kept = replace(Settings(), **glass.window.panes.kept())
    assert check(kept) == ()
    other = reopened(glass, kept)
    try:
        assert shown(other) == {"log", "reading"}
        assert dock(other, "log").isFloating()
    finally:
        other.close()


def test_a_program_that_ended_in_its_compact_form_comes_back_so_and_knows_what_was_before(glass: Glass) -> None:
    size = glass.window.size()
    do(glass, "compact")
    glass.run(asyncio.sleep(0))
    glass.wait(lambda: glass.window.height() < size.height())
    other = reopened(glass, replace(Settings(), **glass.window.panes.kept()))
    try:
        assert shown(other) == {"presets"}
        assert other.window.windowHandle().flags() & Qt.WindowType.WindowStaysOnTopHint
        do(other, "compact")
        assert shown(other) == set(PANES)
        assert other.window.size() == size
    finally:
        other.close()


def test_a_damaged_state_is_not_read_at_all(glass: Glass) -> None:
    text = str(glass.window.panes.kept()["panes"])
    raw = bytearray(base64.b64decode(text[8:]))
    raw[16] = 4  # Qt ends the process over this place of a dock
    other = reopened(glass, Settings(panes=text[:8] + base64.b64encode(raw).decode()))
    try:
        assert shown(other) == set(PANES)
    finally:
        other.close()


@pytest.mark.parametrize("state", ["AAAA", "nonsense", "=", "AAAA/wAAAAD9AAAAAg"])
def test_a_state_that_cannot_be_read_gives_the_usual_panes(glass: Glass, state: str) -> None:
    other = reopened(glass, Settings(panes=state))
    try:
        assert shown(other) == set(PANES)
    finally:
        other.close()


def test_a_floating_pane_comes_back_onto_a_screen(glass: Glass) -> None:
    do(glass, "float log")
    dock(glass, "log").move(20_000, 20_000)
    other = reopened(glass, replace(Settings(), **glass.window.panes.kept()))
    try:
        found = dock(other, "log")
        assert found.screen().availableGeometry().contains(found.frameGeometry())
    finally:
        other.close()


def test_the_usual_panes_come_back(glass: Glass) -> None:
    before = {name: dock(glass, name).pos() for name in PANES}
    do(glass, "float reading")
    do(glass, "pane log")
    do(glass, "usual panes")
    assert {name: dock(glass, name).pos() for name in PANES} == before

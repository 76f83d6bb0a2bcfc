"""Panes are hidden, float and come back; whatever they do, what needs the trader stays in sight."""

import asyncio
import base64
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QPushButton, QWidget

from crosstrade_desk.desk.actions import PANES
from crosstrade_desk.desk.gate_state import FRESH_PRESS_S
from crosstrade_desk.sending.outcome import Answer, Refused, Unknown
from crosstrade_desk.storage.settings import Settings, check
from crosstrade_desk.ui.ticket.buttons import FireButton
from support.desks import YES
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
    glass.window.resize(790, 720)
    glass.settle()
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


def test_the_compact_form_gives_the_ticket_the_same_room_each_time(glass: Glass) -> None:
    heights = []
    for _ in range(2):
        do(glass, "compact")
        glass.wait(lambda: glass.window.width() < 500)
        glass.settle()
        heights.append(glass.window.ticket.height())
        do(glass, "compact")
        glass.settle()
    assert heights[0] == heights[1]


def test_back_from_the_compact_form_both_halves_of_the_ticket_stand_where_they_were(glass: Glass) -> None:
    glass.window.resize(1364, 732)
    glass.settle()
    glass.fill()
    glass.window.ticket.form.put("take_profit", "40 ticks")
    for key in ("BRACKET", "IDS"):
        glass.part(f"group-{key}").click()
    glass.settle()
    before = places(glass)
    for small in (True, False):
        do(glass, "compact")
        glass.wait(lambda small=small: (glass.window.width() < 500) is small)
        if small:
            for number in (glass.window.ticket.command.count() - 1, 0):  # the rows of another command, made in between
                glass.window.ticket.command.setCurrentIndex(number)
                glass.settle()
    glass.window.resize(1364, 732)
    glass.settle()
    glass.window.ticket.layout().invalidate()
    glass.settle()
    assert places(glass) == before


def places(glass: Glass) -> list[tuple[int, int]]:
    ticket = glass.window.ticket
    return [(part.x(), part.width()) for part in (ticket.form, ticket.send_button)]


def test_in_the_compact_form_the_title_of_send_is_clear_of_its_border(glass: Glass) -> None:
    do(glass, "compact")
    glass.fill()
    glass.wait(lambda: glass.window.width() < 500)
    send = glass.window.ticket.send_button
    assert send.title_room().top() >= 2
    assert send.title_room().bottom() < send.sentence_room().top()


# --- the room there is ---


def order_of(glass: Glass) -> list[QWidget]:
    """The parts of a new order and its ways out that the compact form must have whole."""
    fields = ("account", "instrument", "action", "qty", "order_type", "limit_price", "stop_price", "tif")
    return [glass.part(name) for name in (*fields, "send", "flatten", "everything", "panic")]


def cut(glass: Glass, part: QWidget) -> str:
    """What of a part is out of sight or has less room than it needs, "" if nothing."""
    whole = QRect(part.mapTo(glass.window, QPoint(0, 0)), part.size())
    seen = part.visibleRegion().boundingRect().translated(whole.topLeft())
    if not part.isVisible() or seen != whole:
        return f"{part.objectName()} is seen in {seen} of {whole}"
    least = part.minimumSizeHint()
    return f"{part.objectName()} needs {least}, has {part.size()}" if part.width() < least.width() else ""


def test_the_compact_form_is_narrow_low_and_has_the_whole_order(glass: Glass) -> None:
    do(glass, "compact")
    glass.wait(lambda: glass.window.width() <= 420)
    glass.settle()
    assert glass.window.height() <= 700
    assert [fault for part in order_of(glass) if (fault := cut(glass, part))] == []
    assert glass.part("flatten").height() >= 50
    assert glass.part("flatten").width() >= 360


@pytest.mark.parametrize("size", [(1360, 740), (900, 732), (412, 700)])
def test_no_button_is_narrower_than_its_words(glass: Glass, size: tuple[int, int]) -> None:
    if size[0] < 800:
        do(glass, "compact")
    glass.window.resize(*size)
    glass.settle()
    glass.run(asyncio.sleep(0.05))
    assert glass.window.width() == size[0]
    buttons = [*glass.window.ticket.findChildren(QPushButton), *glass.window.band.findChildren(QPushButton)]
    shown = [button for button in buttons if button.isVisible() and not isinstance(button, FireButton)]
    assert len(shown) > 20
    words = {b.text(): (b.width(), b.fontMetrics().horizontalAdvance(b.text())) for b in shown if "\n" not in b.text()}
    assert {text: room for text, room in words.items() if room[0] < room[1] + 4} == {}


def test_it_is_the_same_form_in_every_width_and_keeps_what_was_typed_and_where_the_cursor_is(glass: Glass) -> None:
    glass.fill()
    glass.type("qty", "3")
    before = glass.editors(), glass.window.focusWidget(), glass.part("send")
    do(glass, "compact")
    glass.wait(lambda: glass.window.width() <= 420)
    assert (glass.editors(), glass.window.focusWidget(), glass.part("send")) == before
    assert glass.window.ticket.form.texts()["qty"] == "3"
    do(glass, "compact")
    assert (glass.editors(), glass.window.focusWidget(), glass.part("send")) == before


def test_in_the_compact_form_a_sentence_about_a_field_moves_nothing(glass: Glass) -> None:
    do(glass, "compact")
    glass.wait(lambda: glass.window.width() <= 420)
    glass.fill()
    before = [part.geometry() for part in order_of(glass)]
    glass.type("qty", "1,5")
    glass.settle()
    said = glass.window.ticket.form._pane.said
    assert said.text().startswith("Quantity: A quantity is a whole number")
    assert said.property("tone") == "bad"
    assert [part.geometry() for part in order_of(glass)] == before
    glass.type("qty", "2")
    glass.line("instrument").setFocus()
    glass.settle()
    assert said.text().startswith("Instrument: Micro E-mini S&P 500")
    assert [part.geometry() for part in order_of(glass)] == before


def test_in_the_compact_form_an_alarm_stands_above_the_presets_and_leaves_them_free_again(glass: Glass) -> None:
    do(glass, "compact")
    glass.wait(lambda: glass.window.width() <= 420)
    glass.fill()
    before = [part.geometry() for part in order_of(glass)]
    glass.wire.always = NO
    glass.click("flatten")
    glass.wait(glass.window.log.alarms.isVisible)
    glass.settle()
    bar = glass.window.log.alarms
    assert glass.window.presets.isAncestorOf(bar)
    assert bar.words.shown()[0].startswith("REFUSED: FLATTEN MES 12-26 on Sim101.")
    assert [part.geometry() for part in order_of(glass)] == before
    glass.wait(bar.dismiss_button.isEnabled)
    QTest.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    glass.settle()
    assert not glass.window.log.head.isVisible()
    assert glass.window.presets.list.isVisible()


def test_in_the_compact_form_what_is_offered_after_an_unknown_leaves_the_presets_free_once_another_was_sent(
    glass: Glass,
) -> None:
    do(glass, "compact")
    glass.wait(lambda: glass.window.width() <= 420)
    glass.fill()
    glass.wire.always = Unknown("No answer.")
    glass.click("send")
    glass.wait(glass.window.log.after.isVisible)
    glass.wire.always = YES
    glass.time.now += FRESH_PRESS_S + 0.1
    glass.click("flatten")
    glass.wait(lambda: not glass.window.log.head.isVisible())
    assert glass.window.log.mark.line is not None


def test_in_the_compact_form_a_question_has_its_words_and_both_answers(glass: Glass) -> None:
    do(glass, "compact")
    glass.wait(lambda: glass.window.width() <= 420)
    height = glass.window.ticket.y()
    glass.window.ask.ask("7 contracts of MES are 7 times your usual 1. Send?", "Send it", "Don't", lambda: None)
    glass.settle()
    assert "…" not in "".join(glass.window.ask.question.shown())
    assert glass.window.ask.yes.isVisible()
    assert glass.window.ask.no.isVisible()
    assert glass.window.ticket.y() == height


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

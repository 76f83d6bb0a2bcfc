"""What building and painting cost, by counts: milliseconds would depend on the machine."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crosstrade_desk.desk.events import RowBegun, RowEnded
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.storage.rows import Row
from crosstrade_desk.ui.soon import Soon
from crosstrade_desk.ui.ticket.buttons import FireButton
from support.desks import ENTRY
from support.journals import ENDING, INTENT
from support.windows import Glass

_DRESSINGS = 4.5  # of one widget, on average; it was 7.5 while each pane was finished before it had its place
_TURNS = 7  # of the loop between the press of an entry and its sending: 6 when this was written


class _Dressings(QObject):
    """Counts how often widgets have their style worked out anew."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[int] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
            self.seen[id(watched)] += 1
        return False


class _Paints(QObject):
    """Notes each painting of what it filters."""

    def __init__(self, noted: list[str]) -> None:
        super().__init__()
        self._noted = noted

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.Paint:
            self._noted.append("paint")
        return False


def test_building_the_window_dresses_each_widget_a_few_times_only(
    qapp: QApplication, loop: asyncio.AbstractEventLoop
) -> None:
    dressings = _Dressings()
    qapp.installEventFilter(dressings)
    try:
        glass = Glass(loop)
    finally:
        qapp.removeEventFilter(dressings)
    widgets = len(glass.window.findChildren(QWidget))
    glass.show()
    glass.close()
    assert dressings.seen.total() <= _DRESSINGS * widgets, (dressings.seen.total(), widgets)


class _Animations(QObject):
    """Counts what Qt's timer of animations is told: it is one of the objects for which PySide makes all its classes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def eventFilter(self, watched: QObject, _event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        self.seen += watched.metaObject().className() == "QAnimationTimer"
        return False


def test_the_first_frame_places_its_panes_without_an_animation(
    qapp: QApplication, loop: asyncio.AbstractEventLoop
) -> None:
    glass, animations = Glass(loop, furnished=False), _Animations()
    qapp.installEventFilter(animations)
    glass.show()
    qapp.removeEventFilter(animations)
    glass.close()
    assert animations.seen == 0


def test_the_font_of_a_button_is_worked_out_once_for_the_same_words_and_anew_for_another_font(glass: Glass) -> None:
    button = glass.part("send")
    assert isinstance(button, FireButton)
    tried: list[int] = []

    def fits(font: QFont) -> bool:
        tried.append(font.pixelSize())
        return font.pixelSize() <= 12

    sizes = [button._largest(("words", 100, 0), button.font(), 15, fits) for _ in range(3)]
    assert (sizes, tried) == ([12, 12, 12], [15, 14, 13, 12])
    larger = button.font()
    larger.setPointSize(30)
    button.setFont(larger)
    button._largest(("words", 100, 0), button.font(), 15, fits)
    assert len(tried) == 8


def _paints_and_messages(glass: Glass, button: QWidget, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], int]:
    """What happened within one click in the running loop, and how many turns the loop took until it was sent."""
    within: list[str] = []
    turns: list[object] = []
    later, send, paints = glass.loop.call_later, glass.wire.send, _Paints(within)

    def counted(delay: float, *args: object, **others: object) -> object:
        if not delay and not glass.wire.carried:
            turns.append(args[0])
        return later(delay, *args, **others)  # type: ignore[arg-type]

    def click() -> None:
        monkeypatch.setattr(glass.loop, "call_later", counted)
        button.installEventFilter(paints)
        monkeypatch.setattr(glass.wire, "send", lambda *parcel: (within.append("sent"), send(*parcel))[1])
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        within.append("returned")

    glass.loop.call_soon(click)
    glass.wait(lambda: bool(glass.wire.carried))
    monkeypatch.undo()
    glass.wait(lambda: "paint" in within)  # a moment later, but it is: the trader sees what he pressed
    return within, len(turns)


def test_an_exit_is_handed_over_within_its_click_and_before_anything_is_painted(
    glass: Glass, monkeypatch: pytest.MonkeyPatch
) -> None:
    glass.fill()
    within, _turns = _paints_and_messages(glass, glass.part("flatten"), monkeypatch)
    assert within[:2] == ["sent", "returned"]


def test_an_entry_takes_few_turns_of_the_loop_and_its_click_paints_nothing(
    glass: Glass, monkeypatch: pytest.MonkeyPatch
) -> None:
    glass.fill()
    within, turns = _paints_and_messages(glass, glass.part("send"), monkeypatch)
    assert within[0] == "returned"
    assert turns <= _TURNS, turns


def _told(glass: Glass, number: int, instrument: str = "MES 12-26") -> None:
    """So many orders begin and end in one turn of the loop."""
    order = glass.desk.compose(SPECS["PLACE"], {**ENTRY, "instrument": instrument})
    assert isinstance(order, Message)
    for _ in range(number):
        glass.book.intents.append(replace(INTENT, instrument=instrument))
        row = Row(len(glass.book.intents), glass.book.intents[-1], None)
        glass.desk.tell(RowBegun(row, order.command))
        glass.book.endings[row.id] = ENDING
        glass.desk.tell(RowEnded(replace(row, ending=ENDING), order.command))


@pytest.mark.parametrize("number", [1, 50])
def test_however_many_orders_begin_and_end_within_a_frame_they_are_shown_once(
    glass: Glass, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    shown: Counter[str] = Counter()
    page, standing = glass.book.page, glass.desk.standing
    glass.fill()
    _told(glass, 1)  # FLATTEN may mean its instrument from now on: that is no mere showing
    glass.settle()
    monkeypatch.setattr(glass.desk, "standing", lambda order: (shown.update(["the ticket"]), standing(order))[1])
    monkeypatch.setattr(glass.book, "page", lambda *of: (shown.update(["a page of the log"]), page(*of))[1])
    _told(glass, number)
    assert not shown
    glass.settle()
    assert shown == {"the ticket": 1, "a page of the log": 1}
    newest = glass.window.log.model.row(0)
    assert newest
    assert (newest.id, newest.outcome) == (number + 1, ENDING.outcome)


@pytest.mark.parametrize("by_key", [False, True], ids=["by mouse", "by key"])
def test_what_was_told_is_on_the_button_before_a_press_of_it_is_judged(glass: Glass, by_key: bool) -> None:
    button = glass.part("send")
    assert isinstance(button, FireButton)
    glass.fill()
    glass.settle()
    glass.desk.halt("Stopped for good.")
    assert "Stopped" not in button.words
    if by_key:
        button.press_by_key()
    else:
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert "Stopped" in button.words
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    glass.settle()
    assert glass.sent == []


def test_what_was_told_while_the_button_was_down_is_on_it_before_its_release_is_judged(glass: Glass) -> None:
    button = glass.part("send")
    assert isinstance(button, FireButton)
    glass.fill()
    glass.settle()
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    glass.desk.halt("Stopped for good.")
    assert "Stopped" not in button.words
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert "Stopped" in button.words
    glass.settle()
    assert glass.sent == []


def test_what_is_asked_for_in_every_turn_is_shown_once_a_frame_and_not_put_off(glass: Glass) -> None:
    shown: list[float] = []
    soon = Soon(glass.window, lambda: shown.append(time.monotonic()))

    async def flood() -> None:
        async with asyncio.timeout(5):
            while len(shown) < 4:
                soon.ask()
                await asyncio.sleep(0)

    glass.run(flood())
    assert all(later - former >= 0.015 for former, later in pairwise(shown))


def test_flatten_means_at_once_the_instrument_that_was_sent_last(glass: Glass) -> None:
    glass.type("instrument", "")
    _told(glass, 1, "MNQ 12-26")
    command = glass.window.ticket.exits.command
    assert command
    assert command.texts["instrument"] == "MNQ 12-26"

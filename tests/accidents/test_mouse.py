"""Accidents with the mouse: a stuck button, the wheel over a field, a second click, the wrong one of two buttons."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.spec import Group
from support.desks import YES
from support.keys import all_windows
from support.stage import Stage
from support.windows import Glass

LEFT = Qt.MouseButton.LeftButton


def test_accident_08_a_mouse_button_that_hammers_sends_one_order(glass: Glass, exchange: Stage) -> None:
    glass.fill()
    for _ in range(60):
        glass.click("send")
        glass.time.now += 0.1
        assert not glass.window.ask.is_asking  # or it would end on the button that says yes
    assert exchange.net == {"Sim101 MES 12-26": 1}


def test_accident_08_a_button_fires_only_when_it_is_let_go_where_it_was_pressed(glass: Glass) -> None:
    glass.fill()
    for name in ("send", "flatten"):
        part = glass.part(name)
        QTest.mousePress(part, LEFT)
        glass.settle()
        QTest.mouseRelease(part, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(-9, -9))
    assert glass.tried == 0


def test_accident_08_two_hundred_and_fifty_contracts_do_not_leave(glass: Glass) -> None:
    glass.fill()
    glass.type("qty", "250")
    glass.click("send")
    assert glass.sent == []
    assert "your limit on simulation accounts is 100" in glass.window.status.text()


def turn_the_wheel(part: QWidget) -> None:
    """A notch down and two up, over the middle of a widget that has the focus, as they come through its window."""
    window = part.window()
    part.setFocus()
    for notch in (-120, 240):
        for area in (area for area in window.findChildren(QScrollArea) if area.isAncestorOf(part)):
            area.ensureWidgetVisible(part)
        middle = part.mapTo(window, part.rect().center())
        under = window.childAt(middle)
        assert under is not None
        assert under is part or part.isAncestorOf(under), (part, under)
        QTest.wheelEvent(window.windowHandle(), middle.toPointF(), QPoint(0, notch))


def values(window: QWidget) -> list[tuple[str, object]]:
    """What stands in everything of a window that can hold a value; where it is scrolled to is none."""
    found: list[tuple[str, object]] = []
    for part in window.findChildren(QWidget):
        name = f"{type(part).__name__} {part.objectName()}"
        match part:
            case QScrollBar():
                pass
            case QLineEdit():
                found.append((name, part.text()))
            case QComboBox():
                found.append((name, (part.currentIndex(), part.currentText())))
            case QAbstractButton():
                found.append((name, part.isChecked()))
            case QListWidget():
                items = [part.item(number) for number in range(part.count())]
                found.append((name, [(item.text(), item.checkState()) for item in items]))
            case QAbstractSpinBox() | QAbstractSlider():
                found.append((name, part.value()))  # type: ignore[union-attr]
    return found


def parts_of(window: QWidget) -> list[QWidget]:
    """Every visible part of a window that takes something in."""
    kinds = (QLineEdit, QComboBox, QAbstractButton, QListWidget, QAbstractSpinBox, QAbstractSlider)
    found = (part for kind in kinds for part in window.findChildren(kind))
    return [part for part in found if part.isVisible() and not isinstance(part, QScrollBar)]


@pytest.mark.parametrize("token", ["PLACE", "CHANGE", "CLOSEPOSITION", "KILLSWITCH"])
def test_accident_26_the_wheel_changes_nothing_in_the_ticket_even_where_the_focus_is(glass: Glass, token: str) -> None:
    glass.fill()
    glass.choose(token)
    for group in Group:
        if glass.window.findChild(QWidget, f"group-{group.name}") and glass.part(f"group-{group.name}").isVisible():
            glass.open(group.name)
    glass.settle()
    shown = [editor for editor in glass.editors().values() if editor.isVisible()]
    spec = next(spec for spec in COMMANDS if spec.token == token)
    assert len(shown) >= len(spec.uses)
    before = values(glass.window)
    for part in parts_of(glass.window):
        turn_the_wheel(part)
    assert values(glass.window) == before
    assert glass.tried == 0


def test_accident_26_the_wheel_changes_nothing_in_any_other_window(glass: Glass) -> None:
    for window in all_windows(glass)[1:]:
        glass.wait(window.windowHandle().isExposed)
        before = values(window)
        for part in parts_of(window):
            turn_the_wheel(part)
        assert values(window) == before, window.windowTitle()


def test_accident_27_clicked_twice_is_one_order_whether_the_answer_is_there_or_not(glass: Glass) -> None:
    glass.fill()
    send = glass.part("send")
    QTest.mouseClick(send, LEFT)
    QTest.mouseDClick(send, LEFT)
    glass.time.now += 5
    glass.click("send")  # no answer yet
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: bool(glass.book.endings))
    glass.time.now += 0.4
    glass.click("send")  # meant for the button as it was before the answer came
    assert len(glass.wire.carried) == 1
    assert not glass.window.ask.is_asking


def test_accident_27_the_form_that_stayed_as_it_was_sends_the_same_again_only_after_a_question(
    glass: Glass, exchange: Stage
) -> None:
    glass.fill()
    glass.click("send")
    glass.time.now += 9
    glass.click("send")
    assert exchange.net == {"Sim101 MES 12-26": 1}
    assert "less than 10 s ago" in glass.window.ask.question.text()


def test_accident_28_choosing_a_side_sends_nothing_and_what_lies_between_the_sides_is_none(glass: Glass) -> None:
    glass.fill()
    buy, sell = (button for button in glass.part("action").findChildren(QAbstractButton) if button.isVisible())
    between = list(range(buy.geometry().right() + 1, sell.geometry().left()))
    assert len(between) >= 3
    for x in between:
        QTest.mouseClick(
            glass.part("action"), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(x, buy.geometry().center().y())
        )
    assert buy.isChecked()
    QTest.mousePress(sell, LEFT)
    QTest.mouseRelease(sell, LEFT, Qt.KeyboardModifier.NoModifier, sell.mapFromGlobal(buy.mapToGlobal(QPoint(5, 5))))
    assert buy.isChecked()
    QTest.mouseClick(sell, LEFT)
    assert sell.isChecked()
    assert glass.tried == 0


def colour_and_word(glass: Glass, side: str) -> tuple[str, str]:
    glass.press("action", side)
    glass.settle()
    send = glass.window.ticket.send_button
    return send.grab().toImage().pixelColor(send.width() // 2, 4).name(), send.words.split("\n")[1].split()[0]


def test_accident_28_the_button_that_sends_has_the_word_and_the_colour_of_its_side(glass: Glass) -> None:
    glass.fill()
    (blue, buy), (red, sell) = colour_and_word(glass, "BUY"), colour_and_word(glass, "SELL")
    assert (buy, sell) == ("Buy", "Sell")
    assert blue != red


def test_accident_28_the_ways_out_have_a_place_of_their_own(glass: Glass) -> None:
    send, exits = glass.window.ticket.send_button, glass.window.ticket.exits
    top = exits.mapTo(glass.window, QPoint(0, 0)).y()
    bottom = send.mapTo(glass.window, QPoint(0, send.height())).y()
    assert top - bottom >= 12

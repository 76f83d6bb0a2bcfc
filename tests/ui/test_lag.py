"""A press that waited while the window stood still sends no entry; the way out is never late."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crosstrade_desk.ui.lag import LATE_S, Lag
from support.desks import YES, Time
from support.windows import Glass


@pytest.mark.usefixtures("qapp")
def test_what_is_handled_just_after_standing_still_is_late_and_what_comes_then_is_not() -> None:
    time = Time()
    lag = Lag(lambda: time.now)
    for step, late in ((0.5, False), (LATE_S - 0.1, False), (LATE_S, True), (0.4, True), (0.2, False), (60, True)):
        time.now += step
        assert lag.is_late() is late, step


def test_a_late_press_sends_no_entry_and_answers_no_question_and_an_exit_leaves(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.window.watch_lag(lambda: True)
    glass.click("send")
    assert glass.sent == []
    assert "stood still" in glass.window.status.text()
    glass.window.ask.ask("Really?", "Yes", "No", lambda: glass.desk.send(glass.window.ticket._message))  # type: ignore[arg-type]
    glass.wait(glass.window.ask.yes.isEnabled)
    QTest.mouseClick(glass.window.ask.yes, Qt.MouseButton.LeftButton)
    assert glass.window.ask.is_asking
    assert glass.sent == []
    glass.click("flatten")
    glass.wait(lambda: len(glass.sent) == 1)
    glass.window.watch_lag(lambda: False)
    glass.click("send")
    glass.wait(lambda: len(glass.sent) == 2)

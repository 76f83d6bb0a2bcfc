"""The walk through practice names the next step, notices that it was done, and stays away once it is over."""

from collections.abc import Callable
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.flat_watch import Exited, Way
from crosstrade_desk.desk.gate_state import FRESH_PRESS_S
from crosstrade_desk.desk.stages import Followed, Stage
from crosstrade_desk.sending.outcome import Answer, Refused
from crosstrade_desk.ui.walk import STEPS, Walk
from support.desks import YES
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")


@pytest.fixture
def walk(glass: Glass) -> Walk:
    glass.window.start_walk()
    glass.settle()
    assert glass.window.walk
    return glass.window.walk


def told(kind: type, **values: object) -> object:
    """An event of which only these values matter."""
    made = cast("Callable[[type], object]", object.__new__)(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def test_it_begins_where_the_trader_is_in_practice_already(walk: Walk) -> None:
    assert walk.isVisible()
    assert walk.words.text().startswith("Press BUY")
    assert walk.count.text() == f"2 of {len(STEPS)}"


def test_an_order_that_was_taken_is_a_step_and_one_that_was_refused_is_none(glass: Glass, walk: Walk) -> None:
    glass.fill()
    glass.wire.always = Refused("Account not found", Answer(200, '{"success": false}'))
    glass.click("send")
    glass.wait(lambda: len(glass.book.endings) == 1)
    assert walk.number == 1
    glass.time.now += 60
    glass.wire.always = YES
    glass.click("send")
    glass.wait(lambda: len(glass.book.endings) == 2)
    assert walk.words.text().startswith("The log has the answer")


def test_fill_flatten_and_flat_are_noticed_each_in_its_turn(glass: Glass, walk: Walk) -> None:
    walk._go(2)
    walk.hear(told(Exited, way=Way.FLAT))
    assert walk.number == 2, "not its turn"
    walk.hear(told(Followed, stage=Stage.WORKING))
    assert walk.number == 2
    walk.hear(told(Followed, stage=Stage.FILLED))
    assert "press Ctrl+Shift+F" in walk.words.text()
    glass.fill()
    glass.time.now += FRESH_PRESS_S + 0.1
    glass.wire.always = YES
    glass.window.keys.press("flatten")
    glass.wait(lambda: walk.number == 4)
    walk.hear(told(Exited, way=Way.WATCHED))
    assert walk.number == 4
    walk.hear(told(Exited, way=Way.FLAT))
    assert walk.words.text().startswith("You know the way in")
    assert walk.guide.isVisible()


def test_a_fill_that_is_told_before_the_answer_is_both_steps(glass: Glass, walk: Walk) -> None:
    glass.fill()
    walk.hear(told(Followed, stage=Stage.FILLED))
    glass.wire.always = YES
    glass.click("send")
    glass.wait(lambda: len(glass.book.endings) == 1)
    assert "press Ctrl+Shift+F" in walk.words.text()


def test_who_gets_out_before_the_fill_was_told_goes_on_too(glass: Glass, walk: Walk) -> None:
    glass.fill()
    walk._go(2)
    glass.time.now += FRESH_PRESS_S + 0.1
    glass.wire.always = YES
    glass.window.keys.press("flatten")
    glass.wait(lambda: walk.number == 4)


def test_any_step_can_be_left_out_and_the_end_is_remembered(glass: Glass, walk: Walk) -> None:
    for _ in range(len(STEPS) - walk.number):
        assert not glass.preferences.current.walked
        QTest.mouseClick(walk.next, Qt.MouseButton.LeftButton)
    assert not walk.isVisible()
    assert glass.preferences.current.walked


def test_put_away_it_is_gone_until_the_menu_begins_it_again(glass: Glass, walk: Walk) -> None:
    walk.away.click()
    assert not walk.isVisible()
    assert glass.preferences.current.walked
    glass.window.keys.do("walk")
    assert walk.isVisible()
    assert walk.number == 1


def test_on_live_it_is_out_of_sight(glass: Glass, walk: Walk) -> None:
    here = glass.desk.where
    assert isinstance(here, Place)
    glass.go(LIVE, glass.wire)
    assert not walk.isVisible()
    glass.go(here, glass.wire)
    assert walk.isVisible()


def test_it_takes_no_key_from_the_ticket_and_none_of_its_buttons_is_a_default(glass: Glass, walk: Walk) -> None:
    focus = glass.window.focusWidget()
    glass.window.keys.do("walk")
    assert glass.window.focusWidget() is focus
    assert not any(button.autoDefault() for button in walk.findChildren(QPushButton))


def test_the_compact_form_has_no_room_for_it(glass: Glass, walk: Walk) -> None:
    glass.window.keys.do("compact")
    glass.settle()
    assert not walk.isVisible()
    glass.window.keys.do("compact")
    glass.settle()
    assert walk.isVisible()

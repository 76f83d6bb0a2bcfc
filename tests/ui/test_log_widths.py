"""The columns of the log are as wide as their content, and the sentence gets the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.ui.log.columns import COLUMNS, OUTCOME
from crosstrade_desk.ui.log.widths import Need, shared
from support.windows import Glass

NEEDS = [Need(70, 80), Need(100, 0, rests=True), Need(60, 90), Need(40, 40)]
NEED = st.builds(Need, st.integers(0, 200), st.integers(0, 400))


def test_the_sentence_takes_what_the_others_leave() -> None:
    assert shared(NEEDS, 500) == [80, 290, 90, 40]


def test_in_a_narrow_room_the_others_give_back_what_is_more_than_usual_the_last_first() -> None:
    assert shared(NEEDS, 305) == [80, 100, 85, 40]
    assert shared(NEEDS, 270) == [70, 100, 60, 40]
    assert shared(NEEDS, 200) == [70, 30, 60, 40]


def test_in_a_room_too_narrow_for_all_what_can_be_read_elsewhere_is_left_out_the_last_first() -> None:
    needs = [Need(70, 80), Need(100, 60, rests=True), Need(60, 90), Need(50, 50, goes=True), Need(30, 60, goes=True)]
    assert shared(needs, 270) == [70, 60, 60, 50, 30]
    assert shared(needs, 269) == [70, 89, 60, 50, 0]
    assert shared(needs, 220) == [70, 90, 60, 0, 0]


@given(st.lists(NEED, max_size=8), st.integers(0, 300), st.integers(0, 2000))
def test_no_room_is_left_over_and_none_is_used_twice(others: list[Need], least: int, room: int) -> None:
    widths = shared([Need(least, 0, rests=True), *others], room)
    assert sum(widths) == max(room, sum(need.usual for need in others) if widths[0] == 0 else room)
    assert all(width >= need.usual for width, need in zip(widths[1:], others, strict=True))


def test_on_a_small_screen_the_sentence_is_read_and_what_is_read_elsewhere_goes(glass: Glass) -> None:
    glass.window.resize(1366, 700)
    glass.fill()
    glass.click("send")
    glass.settle()
    table = glass.window.log.table
    table.fit()
    shown = [column.title for number, column in enumerate(COLUMNS) if not table.isColumnHidden(number)]
    assert shown == ["Time", "Where", "What", "Accounts", "Outcome", "Order", "ms"]
    what = table.model().index(0, shown.index("What"))
    begins = "Buy 1 MES 12-26 at market"
    assert str(what.data()).startswith(begins)
    assert table.columnWidth(what.column()) >= table.fontMetrics().horizontalAdvance(begins)


@pytest.mark.parametrize("width", [1600, 1900])
def test_every_column_of_the_log_is_in_sight_and_the_usual_words_are_whole(glass: Glass, width: int) -> None:
    glass.window.resize(width, 700)
    glass.wire.always = Unknown("No answer within 10 s.")
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    table = glass.window.log.table
    table.fit()
    widths = [table.columnWidth(number) for number in range(len(COLUMNS))]
    assert sum(widths) == table.viewport().width()
    for number, column in enumerate(COLUMNS):
        title = table.horizontalHeader().sectionSizeFromContents(number).width()
        assert widths[number] >= title, column.title
        if not column.gives and column.usual:
            index = table.model().index(0, number)
            assert table.sizeHintForIndex(index).width() <= widths[number] + 4, column.title
    assert "No answer within 10 s." in str(table.model().index(0, OUTCOME + 3).data(Qt.ItemDataRole.ToolTipRole))

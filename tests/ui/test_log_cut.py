"""The log over a journal whose older rows were moved into an archive: what is shown of it, and what is said."""

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.modeltest import ModelTester

from crosstrade_desk.storage.cuts import Cut, Point, Stay, as_text
from crosstrade_desk.storage.rows import BLOCKED, Ending, Intent, Row
from crosstrade_desk.storage.search import Sought
from crosstrade_desk.ui.log.found import Found
from crosstrade_desk.ui.log.model import LogModel
from support.events import begun
from support.windows import Glass

INTENT = Intent(1_790_000_000_000_000, "LIVE", "PLACE", "Sim101", "MES 12-26", "Buy 1", "key=••••;\ncommand=PLACE;")
ENDING = Ending("accepted", "Taken.", 200, "", 1)
GUARDED = Ending(BLOCKED, "Not sent.", None, "", 0, "in flight")


class Pages:
    """Rows of which some are gone."""

    def __init__(self, rows: int) -> None:
        self.there = {number: Row(number, INTENT, ENDING) for number in range(1, rows + 1)}

    def cut(self, row: int, *stay: int) -> Cut:
        for number in {*range(1, row + 1)} - {*stay}:
            self.there.pop(number, None)
        stays = as_text([Stay("intents", number, "") for number in stay])
        return Cut(Point(row, row * 2), row * 2, "journal-2025-10.db", staying=stays)

    def count(self) -> int:
        return max(self.there, default=0)

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        newest = self.count() - newest_first_offset
        return [self.there[i] for i in range(newest, max(0, newest - count), -1) if i in self.there]


def shown(model: LogModel) -> list[int]:
    return [row.id for number in range(model.rowCount()) if (row := model.row(number))]


def test_what_was_moved_is_not_shown_and_what_stayed_comes_last(qtmodeltester: ModelTester) -> None:
    pages = Pages(1000)
    model = LogModel(pages)
    qtmodeltester.check(model)
    model.show_cut(pages.cut(900, 3, 17))
    assert shown(model) == [*range(1000, 900, -1), 17, 3]
    assert model.rowCount() == model.kept == 102
    assert [model.number(row) for row in (1000, 901, 17, 3, 900, 4)] == [0, 99, 100, 101, None, None]
    model.show_cut(pages.cut(990, 3, 17, 950))
    assert shown(model) == [*range(1000, 990, -1), 950, 17, 3]
    model.on_begun(begun(Row(1001, INTENT, None)))
    assert model.rowCount() == 14


def test_a_cut_takes_lines_away_at_the_end_only() -> None:
    pages, told = Pages(300), list[tuple[int, int]]()
    model = LogModel(pages)
    model.rowsRemoved.connect(lambda _parent, first, last: told.append((first, last)))
    model.modelReset.connect(lambda: pytest.fail("a reset would lose the mark and the place"))
    model.show_cut(pages.cut(100))
    assert told == [(200, 299)]
    assert model.rowCount(QModelIndex()) == 200


def test_a_line_of_which_a_part_was_moved_is_still_shown() -> None:
    pages = Pages(10)
    for number in (5, 6, 7):
        pages.there[number] = Row(number, INTENT, GUARDED)
    model = LogModel(pages)
    assert model.rowCount() == 8
    model.show_cut(pages.cut(6))
    assert shown(model) == [10, 9, 8, 7]


def test_everything_may_have_been_moved() -> None:
    pages = Pages(5)
    model = LogModel(pages)
    model.show_cut(pages.cut(5, 2))
    assert shown(model) == [2]


def test_rows_that_were_found_stay_found_over_a_cut() -> None:
    pages = Pages(50)
    model = LogModel(pages)
    model.show_found(Found())
    model.add_older([40, 3])
    model.show_cut(pages.cut(30, 3))
    assert shown(model) == [40, 3]
    model.show_found(None)
    assert shown(model) == [*range(50, 30, -1), 3]


def test_a_search_that_is_through_says_where_older_rows_are_and_says_it_once(glass: Glass) -> None:
    said: list[str] = []
    log = glass.window.log
    log.said.connect(said.append)
    glass.desk.tell(Cut(Point(24, 50), 50, "journal-2025-10.db"))
    log.filter.sought.emit(Sought(words=("MES",)))
    glass.wait(lambda: not log.search.is_looking and bool(said))
    log.search.changed.emit()
    assert said == ["Older rows, up to 24, are in journal-2025-10.db beside the journal."]


def test_without_a_cut_a_search_says_nothing(glass: Glass) -> None:
    said: list[str] = []
    log = glass.window.log
    log.said.connect(said.append)
    log.filter.sought.emit(Sought(words=("MES",)))
    glass.wait(lambda: not log.search.is_looking)
    assert [it for it in said if "Older rows" in it] == []

"""Hammered presses that a guard kept in share a line of the log; the journal keeps each."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.modeltest import ModelTester

from crosstrade_desk.protocol.own_text import own_id
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.ui.log.columns import COLUMNS
from crosstrade_desk.ui.log.folds import Folds
from crosstrade_desk.ui.log.model import LogModel
from support.desks import YES, Book
from support.events import begun, ended
from support.windows import Glass

INTENT = Intent(1_790_000_000_000_000, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "Buy 1", "key=••••;\ncommand=PLACE;")
SENT = Ending("accepted", "The server accepted it.", 200, "{}", 1234)


def blocked(number: int, wire: str = INTENT.wire, rule: str = "in flight") -> Row:
    return Row(number, replace(INTENT, wire=wire), Ending("blocked", "Not sent.", None, "", 0, rule))


class Pages:
    """Rows in a list, newest first for the asking."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows, self.read = rows, 0

    def count(self) -> int:
        return len(self.rows)

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        self.read += count
        return self.rows[::-1][newest_first_offset : newest_first_offset + count]


def shown(model: LogModel, number: int, title: str) -> str:
    column = next(i for i, c in enumerate(COLUMNS) if c.title == title)
    return str(model.index(number, column).data())


def live(rows: list[Row]) -> LogModel:
    """A model to which the rows were told one after the other."""
    pages = Pages([])
    model = LogModel(pages)
    for row in rows:
        pages.rows.append(row)
        model.on_begun(begun(row))
    return model


@pytest.mark.parametrize("restart", [False, True])
def test_hammered_presses_share_one_line_that_says_when_it_was_sent(restart: bool) -> None:
    rows = [Row(1, INTENT, SENT), *map(blocked, range(2, 13))]
    model = LogModel(Pages(rows)) if restart else live(rows)
    assert model.rowCount() == 2
    assert shown(model, 0, "Outcome") == "⊘ blocked ×11"
    assert shown(model, 0, "What").startswith("Sent once at ")
    assert shown(model, 0, "What").endswith("; these 11 presses sent nothing.  Buy 1")
    assert shown(model, 0, "Answer") == "Not sent."
    assert shown(model, 1, "Outcome") == "✓ accepted"
    assert [model.row(number).id for number in (0, 1)] == [12, 1]  # type: ignore[union-attr]


def test_presses_with_the_next_id_of_the_programs_own_repeat_the_order_before() -> None:
    first, later = (f"{INTENT.wire}\norder_id={own_id(number, 1)};" for number in (1, 2))
    model = live([Row(1, replace(INTENT, wire=first), SENT), *(blocked(number, later) for number in range(2, 6))])
    assert model.rowCount() == 2
    assert shown(model, 0, "What").startswith("Sent once at ")


def test_another_message_another_guard_or_a_row_between_begins_a_line_of_its_own() -> None:
    rows = [blocked(1), blocked(2), blocked(3, rule="rate"), blocked(4, wire="else"), Row(5, INTENT, SENT), blocked(6)]
    model = live(rows)
    assert [shown(model, line, "Outcome") for line in range(5)] == [
        "⊘ blocked",
        "✓ accepted",
        "⊘ blocked",
        "⊘ blocked",
        "⊘ blocked ×2",
    ]
    assert shown(model, 4, "What") == "These 2 presses sent nothing.  Buy 1"


def test_a_second_guard_still_names_the_order_that_was_sent() -> None:
    rows = [
        Row(1, INTENT, SENT),
        blocked(2),
        blocked(3),
        blocked(4, rule="double press"),
        blocked(5, rule="double press"),
    ]
    model = live(rows)
    assert model.rowCount() == 3
    assert shown(model, 0, "What").startswith("Sent once at ")


def test_what_never_left_is_not_called_sent() -> None:
    model = live([Row(1, INTENT, None), blocked(2), blocked(3)])
    assert shown(model, 0, "What").startswith("Sent once at ")
    model.on_ended(ended(Row(1, INTENT, Ending("not sent", "Nobody answers.", None, "", 5))))
    assert shown(model, 0, "What") == "These 2 presses sent nothing.  Buy 1"


def test_an_outcome_finds_its_line_below_folded_ones() -> None:
    model = live([Row(1, INTENT, None), *map(blocked, range(2, 9))])
    model.on_ended(ended(Row(1, INTENT, SENT)))
    assert [shown(model, line, "Outcome") for line in (0, 1)] == ["⊘ blocked ×7", "✓ accepted"]


def test_rows_of_another_process_fold_too(qtmodeltester: ModelTester) -> None:
    pages = Pages([Row(1, INTENT, SENT), blocked(2)])
    model = LogModel(pages)
    pages.rows += [blocked(3), blocked(4), Row(5, replace(INTENT, wire="else"), SENT)]
    model.on_begun(begun(pages.rows[-1]))
    assert [shown(model, line, "Outcome") for line in range(3)] == ["✓ accepted", "⊘ blocked ×3", "✓ accepted"]
    qtmodeltester.check(model)


def test_a_press_that_joins_a_line_changes_that_line_alone() -> None:
    pages = Pages([Row(1, INTENT, SENT), blocked(2)])
    model, changed, added = LogModel(pages), list[int](), list[int]()
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    model.rowsInserted.connect(lambda _parent, first, _last: added.append(first))
    pages.rows.append(blocked(3))
    model.on_begun(begun(pages.rows[-1]))
    assert (changed, added) == ([0], [])


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("ab")), max_size=60))
def test_every_row_stands_in_one_line_and_lines_keep_the_order(kinds: list[tuple[bool, str]]) -> None:
    folds = Folds()
    rows = [
        blocked(n, wire) if kept else Row(n, replace(INTENT, wire=wire), SENT)
        for n, (kept, wire) in enumerate(kinds, 1)
    ]
    joins = [folds.add(row) for row in rows]
    lines = [folds.line(row.id) for row in rows]
    wanted, line = [], 0
    for joined in joins:
        line += not joined
        wanted.append(line)
    assert lines == wanted
    for line in set(lines):
        newest = folds.newest(line)
        assert newest == max(n for n, found in enumerate(lines, 1) if found == line)
        assert folds.times(newest) == lines.count(line)


def test_a_million_rows_below_folded_ones_cost_what_is_looked_at() -> None:
    class Many(Pages):
        def count(self) -> int:
            return 1_000_000 + len(self.rows)

        def page(self, newest_first_offset: int, count: int) -> list[Row]:
            self.read += count
            newest = self.count() - newest_first_offset
            made = range(newest, max(0, newest - count), -1)
            return [blocked(n) if n > 1_000_000 else Row(n, replace(INTENT, wire=str(n)), SENT) for n in made]

    pages = Many([])
    model = LogModel(pages)
    assert pages.read <= 2 * 256
    for number in range(1_000_001, 1_000_012):
        pages.rows.append(blocked(number))
        model.on_begun(begun(blocked(number)))
    assert model.rowCount() == 1_000_001
    pages.read = 0
    assert [model.row(n).id for n in (0, 1, 500_000, 1_000_000)] == [1_000_011, 1_000_000, 500_001, 1]  # type: ignore[union-attr]
    assert pages.read <= 4 * 256


def test_while_an_order_hangs_its_row_stays_in_sight_and_marked_however_often_it_is_pressed(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    for _ in range(20):
        glass.click("send")
    assert len(glass.book.intents) == 21, "the journal keeps each press"
    log = glass.window.log
    assert log.model.rowCount() == 2
    assert log.table.currentIndex().row() == 1
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: 1 in glass.book.endings)
    glass.settle()
    assert log.details.toPlainText().startswith("accepted")
    glass.time.now += 5
    glass.wire.always = YES
    glass.type("qty", "2")
    glass.click("send")
    glass.wait(lambda: glass.book.endings.get(22) is not None)
    assert log.table.currentIndex().row() == 0, "the next order is marked as ever"


def test_a_book_without_rows_folds_nothing() -> None:
    assert LogModel(Book()).rowCount() == 0

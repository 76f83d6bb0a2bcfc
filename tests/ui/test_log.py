"""The log pane: a table over the journal that reads a page at a time and shows untrusted text as text."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from crosstrade_desk.sending.outcome import Accepted, Answer, NotSent, Outcome, Refused, Unknown
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.ui.log.model import COLUMNS, LogModel, details
from crosstrade_desk.ui.outcomes import SIGNS, TONES
from support.desks import YES
from support.events import begun, ended
from support.windows import Glass

INTENT = Intent(
    1_790_000_000_000_000, "PRACTICE", "PLACE", "Sim101,Sim102", "MES 12-26", "Buy 1", "key=••••;\ncommand=PLACE;"
)
ENDING = Ending("accepted", "The server accepted it.", 200, '{"success": true}', 1234)


class Counted:
    """Many rows that exist only when asked for."""

    def __init__(self, rows: int) -> None:
        self.rows, self.read = rows, 0

    def count(self) -> int:
        return self.rows

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        self.read += count
        newest = self.rows - newest_first_offset
        return [Row(i, INTENT, ENDING) for i in range(newest, max(0, newest - count), -1)]


def shown(model: LogModel, row: int, title: str) -> str:
    column = next(i for i, c in enumerate(COLUMNS) if c.title == title)
    return str(model.index(row, column).data())


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(LogModel(Counted(600)))


def test_the_newest_row_is_on_top() -> None:
    model = LogModel(Counted(1000))
    assert [model.row(i).id for i in (0, 1, 255, 256, 999)] == [1000, 999, 745, 744, 1]  # type: ignore[union-attr]


def test_a_million_rows_cost_what_is_looked_at() -> None:
    pages = Counted(1_000_000)
    model = LogModel(pages)
    for number in (0, 1, 500_000, 999_999, 0):
        assert model.row(number)
    assert pages.read <= 4 * 256
    for number in range(0, 1_000_000, 1000):
        model.row(number)
    assert len(model._cache) <= 16


def test_columns_say_what_happened() -> None:
    model = LogModel(Counted(1))
    assert shown(model, 0, "What") == "Buy 1"
    assert shown(model, 0, "Accounts") == "Sim101, Sim102"
    assert shown(model, 0, "Outcome") == "✓ accepted"
    assert shown(model, 0, "ms") == "1.2"
    assert shown(model, 0, "Answer") == '200  {"success": true}'
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None


def test_a_blocked_attempt_has_its_sign_and_tone_and_names_its_guard() -> None:
    row = Row(1, INTENT, Ending("blocked", "Not sent: too soon.", None, "", 0, "double press"))
    pages = Counted(1)
    pages.page = lambda _offset, _count: [row]  # type: ignore[method-assign]
    model = LogModel(pages)
    assert (shown(model, 0, "Outcome"), TONES["blocked"]) == ("⊘ blocked", "muted")
    assert shown(model, 0, "Answer") == "Not sent: too soon."
    assert details(row).startswith("blocked\nNot sent: too soon.\nGuard: double press\n\nBuy 1\n")
    assert "Guard" not in details(Row(1, INTENT, ENDING))


def test_every_outcome_has_a_sign_and_a_tone() -> None:
    words = {Accepted("", Answer(200, "")).word, Accepted("", Answer(200, ""), verdict=False).word}
    words |= {Refused.word, NotSent.word, Unknown.word, "blocked", "sending"}
    assert SIGNS.keys() == TONES.keys() == words


def test_a_row_appears_when_it_begins_and_changes_when_it_ends() -> None:
    pages = Counted(3)
    model = LogModel(pages)
    pages.rows = 4
    model.on_begun(begun(Row(4, INTENT, None)))
    assert model.rowCount() == 4
    model.row(0)
    model.on_ended(ended(Row(4, INTENT, Ending("unknown", "No answer.", None, "", 5))))
    assert shown(model, 0, "Outcome") == "? unknown"
    assert shown(model, 0, "Answer") == "No answer."
    model.on_ended(ended(Row(-1, INTENT, ENDING), kept=False))
    assert model.rowCount() == 4


def test_rows_of_another_process_come_along() -> None:
    pages = Counted(3)
    model = LogModel(pages)
    pages.rows = 6
    model.on_begun(begun(Row(6, INTENT, None)))
    assert [model.row(i).id for i in range(6)] == [6, 5, 4, 3, 2, 1]  # type: ignore[union-attr]


def test_no_row_is_blank_when_another_process_adds_rows_across_a_page() -> None:
    pages = Counted(250)
    model = LogModel(pages)
    model.row(0)
    pages.rows = 260
    model.row(0)
    model.on_begun(begun(Row(260, INTENT, None)))
    assert [row.id for i in range(260) if (row := model.row(i))] == list(range(260, 0, -1))


def test_a_row_that_is_not_told_yet_shifts_nothing() -> None:
    pages = Counted(255)
    model = LogModel(pages)
    pages.rows = 256
    assert model.row(0).id == 255  # type: ignore[union-attr]
    model.on_begun(begun(Row(256, INTENT, None)))
    assert [model.row(i).id for i in (0, 1, 2)] == [256, 255, 254]  # type: ignore[union-attr]


def test_text_of_a_server_is_shown_as_text_and_cut() -> None:
    ending = Ending("refused", "no", 400, "<b>bold</b>\x1b[31m\u202e\n" + "x" * 100_000, 5)
    row = Row(1, INTENT, ending)
    pages = Counted(1)
    pages.page = lambda _offset, _count: [row]  # type: ignore[method-assign]
    model = LogModel(pages)
    answer = shown(model, 0, "Answer")
    assert "<b>bold</b>\\x1b[31m\\u202e" in answer
    assert len(answer) < 400
    tip = str(model.index(0, len(COLUMNS) - 1).data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;bold" in tip
    assert "\x1b" not in details(row)
    assert "\\u202e\nxxx" in details(row)
    assert "more: press Copy details" in details(row, 3000)
    assert len(details(row, 3000)) < 4000
    assert len(details(row)) > 100_000


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (YES, "✓ accepted"),
        (Refused("Account not found", Answer(200, "{}")), "✗ refused"),
        (Unknown("No answer within 10 s."), "? unknown"),
        (Accepted("Neither yes nor no.", Answer(200, ""), verdict=False), "~ unconfirmed"),
    ],
)
def test_the_pane_follows_an_order(glass: Glass, outcome, word: str) -> None:  # type: ignore[no-untyped-def]
    glass.wire.always = outcome
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    model = glass.window.log.model
    assert shown(model, 0, "Outcome") == word
    assert outcome.sentence in glass.window.log.details.toPlainText()
    assert outcome.sentence in glass.window.status.text()
    assert glass.window.status.textFormat() == Qt.TextFormat.PlainText


def test_copies_are_masked(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    glass.window.log.copy_details()
    assert "key=••••;" in QGuiApplication.clipboard().text()
    glass.window.log.table.selectRow(0)
    glass.window.log.copy_rows()
    assert "\t✓ accepted\t" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize(
    ("command", "accounts", "said"),
    [("PLACE", "Sim101,Sim102", "Sim101, Sim102"), ("FLATTENEVERYTHING", "", "all"), ("CANCEL", "", "")],
)
def test_all_stands_in_the_log_only_where_all_are_reached(command: str, accounts: str, said: str) -> None:
    class One(Counted):
        def page(self, newest_first_offset: int, count: int) -> list[Row]:
            return [Row(1, replace(INTENT, command=command, accounts=accounts), ENDING)]

    assert shown(LogModel(One(1)), 0, "Accounts") == said


def sent(glass: Glass, outcome: Outcome) -> None:
    """Sends the form and waits for this outcome."""
    glass.wire.always = outcome
    before = len(glass.book.endings)
    glass.time.now += 10
    glass.click("send")
    glass.wait(lambda: len(glass.book.endings) > before)
    glass.settle()


def marked(glass: Glass) -> int:
    table = glass.window.log.table
    row = glass.window.log.model.row(table.currentIndex().row())
    assert row
    assert [index.row() for index in table.selectionModel().selectedRows()] == [table.currentIndex().row()]
    return row.id


def test_a_blocked_press_leaves_the_mark_and_the_buttons_to_the_unknown_row(glass: Glass) -> None:
    glass.fill()
    sent(glass, Unknown("No answer within 10 s."))
    glass.type("qty", "3")
    sent(glass, YES)
    assert glass.book.endings[2].outcome == "blocked"
    assert marked(glass) == 1
    assert glass.window.log.after.form_button.isVisible()
    assert glass.window.log.details.toPlainText().startswith("unknown")


def test_no_row_takes_the_mark_from_an_unknown_one(glass: Glass) -> None:
    glass.fill()
    sent(glass, Unknown("No answer within 10 s."))
    glass.click("flatten")
    glass.wait(lambda: len(glass.book.endings) == 2)
    glass.settle()
    assert marked(glass) == 1


def test_no_row_takes_the_mark_from_one_that_the_trader_marked_even_from_the_newest(glass: Glass) -> None:
    glass.fill()
    sent(glass, YES)
    glass.type("qty", "2")
    sent(glass, YES)
    assert marked(glass) == 2
    table = glass.window.log.table
    spot = table.visualRect(table.model().index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    glass.type("qty", "3")
    sent(glass, YES)
    assert marked(glass) == 2


def test_esc_in_the_log_gives_the_mark_up_and_the_newest_row_has_it(glass: Glass) -> None:
    glass.fill()
    sent(glass, YES)
    glass.type("qty", "2")
    sent(glass, YES)
    table = glass.window.log.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert marked(glass) == 1
    QTest.keyClick(table, Qt.Key.Key_Escape)
    assert marked(glass) == 2
    glass.type("qty", "3")
    sent(glass, YES)
    assert marked(glass) == 3


def test_the_mark_goes_on_to_the_newest_row_once_that_which_waited_has_its_answer(glass: Glass) -> None:
    glass.wire.always = None
    glass.fill()
    glass.click("send")
    glass.wait(lambda: len(glass.wire.carried) == 1)
    glass.settle()
    glass.click("flatten")
    glass.wait(lambda: len(glass.wire.carried) == 2)
    glass.settle()
    assert marked(glass) == 1
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert marked(glass) == 2


def test_the_details_say_how_long_each_part_of_the_way_took(glass: Glass) -> None:
    glass.fill()
    sent(glass, YES)
    shown_text = glass.window.log.details.toPlainText()
    assert "\nTook: gate 0.0 ms, journal 0.0 ms, connect and send 0.0 ms, answer 0.0 ms\n" in shown_text
    glass.window.log.copy_details()
    assert "Took: gate" in QGuiApplication.clipboard().text()

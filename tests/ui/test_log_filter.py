"""The filter of the log over a whole journal, the way to unknown rows, and the export of what is shown."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from crosstrade_desk.sending.outcome import Unknown
from crosstrade_desk.storage.journal import Journal, open_journal
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.storage.search import Sought
from crosstrade_desk.ui.log.found import Found
from crosstrade_desk.ui.log.model import LogModel
from support.desks import YES
from support.events import begun
from support.windows import Glass

INTENT = Intent(1_790_000_000_000_000, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "Buy 1", "key=••••;\ncommand=PLACE;")
ACCEPTED = Ending("accepted", "The server accepted it.", 200, "{}", 1234)
UNKNOWN = Ending("unknown", "No answer within 10 s.", None, "", 5)
ROWS, LOST = 6000, (17, 4990, 5000)  # numbers of the unknown rows: far away from each other, and from the newest


@pytest.fixture
def filled(loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Glass]:
    """A window over a journal of many rows."""
    journal = open_journal(tmp_path / "journal.db")
    assert isinstance(journal, Journal)

    async def fill() -> None:
        connection = journal._opened.connection
        connection.execute("BEGIN")
        for number in range(1, ROWS + 1):
            values = (1, INTENT.at_us, "PRACTICE", "PLACE", "Sim101", "MES 12-26", f"Buy n{number}n", INTENT.wire)
            connection.execute("INSERT INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *values))
            ending = UNKNOWN if number in LOST else ACCEPTED
            said = (ending.outcome, ending.sentence, ending.status, ending.answer, ending.elapsed_us)
            connection.execute("INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?)", (number, *said))
        connection.execute("COMMIT")

    loop.run_until_complete(fill())
    glass = Glass(loop, journal=journal, path=tmp_path / "journal.db")
    glass.show()
    yield glass
    glass.run(journal.close())
    glass.close()


def seek(glass: Glass, sought: Sought) -> None:
    log = glass.window.log
    log.open_filter()
    log.filter.line.setText(" ".join(sought.words))
    log.filter.choose("outcome", sought.outcome)
    glass.wait(lambda: not log.search.is_looking)


def shown(glass: Glass) -> list[int]:
    model = glass.window.log.model
    return [row.id for number in range(model.rowCount()) if (row := model.row(number))]


def marked(glass: Glass) -> int:
    return glass.window.log.mark.row


def press(glass: Glass, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(glass.window.focusWidget() or glass.window, key, modifier)
    glass.settle()


def test_words_are_looked_for_in_the_whole_journal_and_their_number_is_told(filled: Glass) -> None:
    press(filled, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    log = filled.window.log
    assert log.filter.line.hasFocus() or filled.window.focusWidget() is log.filter.line
    QTest.keyClicks(log.filter.line, "buy N5n")
    filled.wait(lambda: log.title.text() == "Log  1 of 6,000")
    assert shown(filled) == [5]


def test_esc_shows_every_row_again_and_goes_to_the_rows(filled: Glass) -> None:
    seek(filled, Sought(words=("n5n",)))
    press(filled, Qt.Key.Key_Escape)
    log = filled.window.log
    assert (log.model.rowCount(), log.title.text(), log.filter.isVisible()) == (ROWS, "Log", False)
    assert filled.window.focusWidget() is log.table


def test_a_choice_counts_beside_the_words_and_is_written_on_its_button(filled: Glass) -> None:
    seek(filled, Sought(words=("buy",), outcome="unknown"))
    assert shown(filled) == [5000, 4990, 17]
    assert filled.window.log.filter.choice.text() == "unknown"
    filled.window.log.filter.choose("outcome", "refused")
    filled.wait(lambda: not filled.window.log.search.is_looking)
    assert shown(filled) == []


def test_the_menu_offers_every_outcome_and_the_names_of_the_journal(filled: Glass) -> None:
    log = filled.window.log
    log.open_filter()
    filled.wait(lambda: "account" in log.filter._names)
    titles = {a.text(): [b.text() for b in a.menu().actions()] for a in log.filter.menu().actions()}
    assert titles["Outcome"] == ["Any", "accepted", "unconfirmed", "refused", "not sent", "blocked", "unknown"]
    assert (titles["Account"], titles["Instrument"]) == (["Any", "Sim101"], ["Any", "MES 12-26"])


def test_a_row_that_fits_joins_what_is_shown_and_another_one_does_not(filled: Glass) -> None:
    seek(filled, Sought(outcome="unknown"))
    filled.fill()
    filled.wire.always = YES
    filled.click("send")
    filled.wait(lambda: filled.window.log.model.newest == ROWS + 1)
    filled.wait(lambda: not filled.desk.busy)
    filled.wire.always = Unknown("No answer within 10 s.")
    filled.time.now += 10
    filled.type("qty", "2")
    filled.click("send")
    filled.wait(lambda: filled.window.log.model.rowCount() == 4)
    assert shown(filled) == [ROWS + 2, 5000, 4990, 17]
    assert filled.window.log.title.text() == f"Log  4 of {ROWS + 2:,}"


def test_what_was_typed_before_brings_no_row_into_what_is_typed_now(filled: Glass) -> None:
    log = filled.window.log
    log.search.seek(Sought(words=("buy",)))
    log.search.seek(Sought(outcome="unknown"))
    filled.wait(lambda: not log.search.is_looking)
    filled.run(asyncio.sleep(0.1))  # a slice of the former search may still be on its way
    assert shown(filled) == [5000, 4990, 17]


def test_the_marked_row_stays_marked_while_it_is_shown(filled: Glass) -> None:
    filled.window.log.mark.put(5000)
    seek(filled, Sought(outcome="unknown"))
    assert marked(filled) == 5000
    seek(filled, Sought(outcome="refused"))
    filled.window.log.close_filter()
    assert marked(filled) == 5000


def test_keys_go_from_unknown_row_to_unknown_row_through_the_whole_journal(filled: Glass) -> None:
    log = filled.window.log
    for expected in (5000, 4990, 17):
        press(filled, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
        filled.wait(lambda expected=expected: marked(filled) == expected)  # type: ignore[misc]
    assert log.after.form_button.isVisible()
    press(filled, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    filled.wait(lambda: "No older row is unknown." in filled.window.status.text())
    assert marked(filled) == 17
    press(filled, Qt.Key.Key_F8, Qt.KeyboardModifier.ControlModifier)
    filled.wait(lambda: marked(filled) == 4990)


def test_the_way_to_unknown_rows_keeps_to_what_is_shown(filled: Glass) -> None:
    seek(filled, Sought(words=("n17n",)))
    filled.window.log.go_unknown(older=True)
    filled.wait(lambda: marked(filled) == 17)
    filled.window.log.go_unknown(older=False)
    filled.wait(lambda: "among those that are shown" in filled.window.status.text())


def test_what_is_shown_is_what_is_exported(filled: Glass, tmp_path: Path) -> None:
    seek(filled, Sought(outcome="unknown"))
    filled.run(filled.window.log.exports.write(tmp_path / "rows.csv"))
    assert "3 rows written to rows.csv." in filled.window.status.text()
    assert len((tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()) > 2
    filled.run(filled.window.log.exports.write(tmp_path / "rows.csv"))
    assert "rows.csv is there already" in filled.window.status.text()


def test_a_journal_that_cannot_be_read_is_told(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(glass.book.endings))
    glass.window.log.filter.choose("outcome", "unknown")
    glass.wait(lambda: "The log could not be filtered." in glass.window.status.text())


def test_the_menu_names_what_can_be_done_with_its_keys(glass: Glass) -> None:
    titles = [action.text().replace("&", "") for action in glass.window.log.menu().actions()]
    assert titles[:3] == ["Filter the log\tCtrl+J", "Older unknown row\tShift+F8", "Newer unknown row\tCtrl+F8"]
    assert titles[-1] == "Export the log …"


def test_the_model_keeps_qts_rules_while_rows_are_found(qtmodeltester: ModelTester) -> None:
    class Pages:
        def count(self) -> int:
            return 1000

        def page(self, newest_first_offset: int, count: int) -> list[Row]:
            newest = 1000 - newest_first_offset
            return [Row(i, INTENT, ACCEPTED) for i in range(newest, max(0, newest - count), -1)]

    model = LogModel(Pages())
    model.show_found(Found())
    qtmodeltester.check(model)
    model.add_older([900, 40, 3])
    model.add_found(500)
    model.add_found(500)
    assert [model.row(n).id for n in range(model.rowCount())] == [900, 500, 40, 3]  # type: ignore[union-attr]
    assert [model.number(i) for i in (900, 500, 41, 3)] == [0, 1, None, 3]
    told: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, _last: told.append(first))
    model.on_begun(begun(Row(1001, INTENT, None)))
    assert (told, model.newest) == ([], 1001)
    model.show_found(None)
    assert model.rowCount() == 1001


def test_an_export_that_is_stopped_leaves_no_file_and_another_waits_for_it(filled: Glass, tmp_path: Path) -> None:
    log, said = filled.window.log, list[str]()
    log.said.connect(said.append)
    stop = log.said.connect(lambda text: log.exports.stop() if "2,000" in text else None)

    async def both() -> None:
        first = asyncio.ensure_future(log.exports.write(tmp_path / "rows.csv"))
        await asyncio.sleep(0)
        assert [it.text() for it in log.menu().actions()][-1] == "Stop the export"
        await log.exports.write(tmp_path / "others.csv")
        await first

    filled.run(both())
    log.said.disconnect(stop)
    assert said[0] == "An export is being written. Wait for it, or stop it under More."
    assert said[-1] == "Stopped: rows.csv was not written."
    assert [*tmp_path.glob("*.csv")] == []
    assert "Stop the export" not in [it.text() for it in log.menu().actions()]
    filled.run(log.exports.write(tmp_path / "rows.csv"))
    assert said[-1].startswith("6000 rows written")

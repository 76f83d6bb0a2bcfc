"""Accidents of the machine around: nobody at the desk, two engines, a dialog that stops it, a log without end."""

import asyncio
import logging
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from crosstrade_desk.desk.arming import Armed
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.message import Message
from crosstrade_desk.sending.outcome import Answer, NotSent, Outcome, Refused
from crosstrade_desk.storage.logfile import open_log
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.storage.search import Archive
from crosstrade_desk.storage.settings import Settings
from crosstrade_desk.ui.log.model import LogModel
from crosstrade_desk.ui.log.view import LogPane
from support import honest_program, source
from support.bad_server import BadServer
from support.desks import HERE, YES, Wire
from support.keys import FLATTEN, SEND, all_windows, press
from support.windows import Glass
from support.wired import YES as YES_PAGE
from support.wired import orders

NO = Refused("Insufficient margin.", Answer(200, '{"success": false}'))


def test_accident_07_nobody_at_the_desk_for_a_while_switches_live_entries_off_and_leaves_the_way_out(
    live: Glass,
) -> None:
    """What falls back when the screen is locked or the computer sleeps is tested where the desktop tells of it."""
    live.fill()
    live.window.ticket.accounts.set_text("LIVE-7")
    live.desk.switch.arm(("LIVE-7",))
    live.time.now += live.desk.limits.idle_s
    press(live.window, SEND)
    press(live.window, FLATTEN)
    live.settle()
    assert [message.command.spec.token for message in live.wire.carried] == ["FLATTEN"]
    assert "nothing was done for a while" in live.window.ticket.send_button.words


@pytest.mark.parametrize("outcome", [NO, NotSent("No way. Nothing was sent.")], ids=["refused", "not sent"])
def test_accident_07_orders_that_fail_in_a_row_switch_entries_off_even_in_practice(
    glass: Glass, outcome: Outcome
) -> None:
    glass.wire.always = outcome
    glass.fill()
    for number in range(5):
        glass.type("qty", str(number + 1))
        press(glass.window, SEND)
        glass.settle()
        glass.time.now += 30
    assert len(glass.wire.carried) == glass.desk.limits.failures == 3
    assert not isinstance(glass.desk.switch.state, Armed)


def test_accident_07_more_orders_than_a_hand_can_send_switch_entries_off(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    for number in range(6):
        glass.type("qty", str(number + 1))
        press(glass.window, SEND)
        glass.settle()
        glass.time.now += 0.5
    assert len(glass.wire.carried) == 3
    assert not isinstance(glass.desk.switch.state, Armed)


def test_accident_22_an_order_goes_through_one_sender_and_never_through_a_former_one_too(glass: Glass) -> None:
    glass.wire.always = YES
    newest = Wire(always=YES)
    glass.go(HERE, newest)
    glass.fill()
    press(glass.window, SEND)
    glass.settle()
    press(glass.window, FLATTEN)
    glass.settle()
    assert (len(glass.wire.carried), len(newest.carried)) == (0, 2)
    assert source.lines_with(r"sender\.send\(") == [
        "desk/carrier.py:         outcome = await sender.send(message, left)"
    ]


def test_accident_22_a_second_start_shows_the_running_program_and_trades_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("version = 1\nread_back = false\n")
    with BadServer(orders(YES_PAGE)) as server:
        told = honest_program.told("start again", server.origin, tmp_path)
        connections = server.connections
    assert told["second"] == 0
    assert told["outcomes"] == []
    assert connections == 2, "two lanes of the one program that runs"


_STOPS = r"QMessageBox|QInputDialog|QProgressDialog|getOpenFile|getSaveFile|getExisting|processEvents|setModal\(True"


def test_accident_32_no_dialog_runs_a_loop_of_its_own() -> None:
    assert [name for name, called in source.calls() if called in ("exec", "exec_")] == []
    assert source.lines_with(_STOPS) == []
    assert source.lines_with(r"asyncSlot|asyncClose") == []


def test_accident_32_a_question_stands_while_answers_come_in_and_keeps_no_exit(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    press(glass.window, SEND)
    glass.settle()
    glass.time.now += 5
    press(glass.window, SEND)
    cancel = glass.desk.compose(SPECS["CANCELALLORDERS"], {})
    assert isinstance(cancel, Message)
    glass.desk.send(cancel)
    glass.settle()
    assert [ending.outcome for ending in glass.book.endings.values()] == ["accepted", "accepted"]
    assert glass.window.ask.is_asking
    press(glass.window, FLATTEN)
    glass.settle()
    assert len(glass.book.endings) == 3
    assert not glass.window.ask.is_asking, "an order is not to be asked about behind the trader who gets out"


def test_accident_32_no_window_stops_another_one(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()
    windows = all_windows(glass)
    glass.window.import_window._open()  # type: ignore[union-attr]
    others = list(dict.fromkeys(part for window in windows for part in window.findChildren(QDialog)))
    assert len(others) == len(windows), "the four windows, and the one that opens a file"
    assert not [part for part in others if part.isModal()]
    glass.click("flatten")
    assert len(glass.wire.carried) == 1
    for number, part in enumerate(others, 2):
        part.activateWindow()
        glass.wait(part.isActiveWindow)
        press(part, FLATTEN)
        glass.settle()
        assert len(glass.wire.carried) == number, part.windowTitle()


INTENT = Intent(1_790_000_000_000_000, "PRACTICE", "PLACE", "Sim101", "MES 12-26", "Buy 1", "key=••••;\ncommand=PLACE;")


class Million:
    """A million rows, each with an answer as long as answers are kept. Notes how many were read."""

    def __init__(self) -> None:
        self.read = 0

    def count(self) -> int:
        return 1_000_000

    def page(self, newest_first_offset: int, count: int) -> list[Row]:
        self.read += count
        newest = self.count() - newest_first_offset
        ending = Ending("accepted", "The server accepted it.", 200, "x" * 65_536, 1234)
        return [Row(number, INTENT, ending) for number in range(newest, max(0, newest - count), -1)]


def test_accident_39_a_log_of_a_million_rows_costs_what_is_looked_at(glass: Glass) -> None:
    pages = Million()
    window = glass.window
    pane = LogPane(LogModel(pages), glass.bridge, window.waiting, window.log.alarms, Archive(Path("no-journal-there")))
    pane.resize(900, 400)
    pane.show()
    table = pane.table
    for row in (0, 999_999, 500_000, 0):
        table.scrollTo(pane.model.index(row, 0))
        table.setCurrentIndex(pane.model.index(row, 0))
        pane.grab()
    assert pages.read < 4000
    assert len(pane.details.toPlainText()) < 4000
    pane.deleteLater()


def test_accident_39_the_log_file_is_rotated(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    open_log(tmp_path)
    (handler,) = (one for one in logging.getLogger().handlers if one not in before)
    for number in range(500):
        handler.handle(logging.LogRecord("any", logging.WARNING, "", 0, "%s", (f"{number} " * 2000,), None))
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 3
    assert max(sizes) <= 1_000_000


@pytest.mark.parametrize(
    "place",
    [(9000, 9000, 1280, 800), (-5000, -900, 1280, 800), (100, 100, 20_000, 20_000), None],
)
def test_accident_40_the_window_opens_on_a_screen_that_is_there(
    loop: asyncio.AbstractEventLoop, place: tuple[int, int, int, int] | None
) -> None:
    glass = Glass(loop, settings=Settings(window=place))
    try:
        glass.show()
        window = glass.window.geometry()
        room = next(s.availableGeometry() for s in QGuiApplication.screens() if s.geometry().contains(window.topLeft()))
        shown = room.intersected(window)
        title_bar = 40  # pixels, whatever draws it
        assert shown.width() > min(window.width(), room.width()) - title_bar
        assert shown.height() > min(window.height(), room.height()) - title_bar
    finally:
        glass.close()
        glass.settle()


_KEY_LOGGERS = ("pynput", "keyboard", "mouse", "pyautogui", "pyqtkeybind", "evdev", "Xlib", "uinput")


def test_accident_42_no_library_that_reads_the_whole_keyboard_comes_with_the_program() -> None:
    assert source.importers(*_KEY_LOGGERS) == set()
    listed = "\n".join(path.read_text() for path in sorted((source.ROOT / "packaging").glob("requirements*.txt")))
    names = {line.split("==")[0].split("[")[0].strip().lower() for line in listed.splitlines() if "==" in line}
    assert "pyside6-essentials" in names
    assert not names & {*map(str.lower, _KEY_LOGGERS), "python-xlib"}

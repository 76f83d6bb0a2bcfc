"""While an answer is missing the window counts the seconds, quietly; and says when the link is down."""

import asyncio
import re

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent

from crosstrade_desk.desk.accounts import AccountClass
from crosstrade_desk.desk.events import Mode, NoPlace, Place
from crosstrade_desk.desk.notices import Level, Notice
from crosstrade_desk.sending.outcome import LinkDown, LinkUp, NotSent
from crosstrade_desk.storage.rows import Ending, Intent, Row
from crosstrade_desk.ui import waiting as module
from crosstrade_desk.ui.log.columns import COLUMNS
from support.desks import YES
from support.events import begun, ended
from support.windows import Glass

LIVE = Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••")


@pytest.fixture
def slow(glass: Glass) -> Glass:
    """The window with an order that has no answer, and a clock for the waiting that stands still."""
    glass.window.waiting._ticks.setInterval(3_600_000)
    glass.window.waiting._clock = lambda: glass.time.now
    glass.fill()
    glass.click("send")
    return glass


def tick(glass: Glass, seconds: float) -> None:
    glass.time.now += seconds
    glass.window.waiting.changed.emit()
    glass.settle()


def cell(glass: Glass, number: int, title: str) -> str:
    column = next(i for i, c in enumerate(COLUMNS) if c.title == title)
    return str(glass.window.log.model.index(number, column).data())


class Painted(QObject):
    """Notes what is painted anew."""

    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        if isinstance(event, QPaintEvent):
            self.areas.append(event.region().boundingRect())
        return False


def test_a_row_without_an_answer_counts_the_seconds(slow: Glass) -> None:
    assert cell(slow, 0, "Answer") == "Waiting for the answer … 0 s"
    tick(slow, 4)
    assert (cell(slow, 0, "Outcome"), cell(slow, 0, "Answer")) == ("… waiting 4 s", "Waiting for the answer … 4 s")
    slow.wire.waiting[0].set_result(YES)
    slow.wait(lambda: bool(slow.book.endings))
    slow.settle()
    assert cell(slow, 0, "Outcome") == "✓ accepted"


def test_a_second_paints_no_more_than_the_row_that_waits(slow: Glass) -> None:
    slow.click("flatten")
    view, painted = slow.window.log.table.viewport(), Painted()
    slow.run(asyncio.sleep(0.1))
    view.installEventFilter(painted)
    tick(slow, 1)
    slow.wait(lambda: bool(painted.areas))
    view.removeEventFilter(painted)
    two_rows = 2 * slow.window.log.table.rowHeight(0)
    assert sum(area.height() for area in painted.areas) <= two_rows
    assert view.height() > two_rows


def test_nothing_ticks_while_nothing_waits(glass: Glass) -> None:
    ticks = glass.window.waiting._ticks
    assert ticks.interval() == module.TICK_MS == 1000
    assert not ticks.isActive()
    glass.fill()
    glass.click("send")
    assert ticks.isActive()
    glass.wire.waiting[0].set_result(YES)
    glass.wait(lambda: bool(glass.book.endings))
    glass.settle()
    assert not ticks.isActive()


def test_an_exit_that_is_tried_again_is_not_said_to_have_left(glass: Glass) -> None:
    glass.wire.always = NotSent("Nobody answers there.")
    glass.fill()
    glass.click("flatten")
    glass.wait(lambda: "try 3" in cell(glass, 0, "Outcome"))
    assert cell(glass, 0, "Answer").startswith("No answer yet, try 3 …")
    assert "sending" not in glass.window.status.text()
    assert "FLATTEN MES 12-26 on Sim101 has not left yet: try 3" in glass.window.status.text()
    glass.wire.always = YES
    glass.wait(lambda: bool(glass.book.endings))


def test_a_row_of_another_program_does_not_count(glass: Glass) -> None:
    glass.fill()
    glass.click("send")
    other = glass.book.intents[0]
    glass.book.intents.insert(0, other)
    glass.window.log.model.on_begun(begun(Row(2, other, None)))
    assert {cell(glass, number, "Outcome").split()[1] for number in (0, 1)} == {"waiting", "sending"}


def test_the_link_badge_counts_too_and_a_link_that_is_down_is_said_first(slow: Glass) -> None:
    link = slow.window.band.link
    tick(slow, 4)
    assert (link.text(), link.property("link")) == ("no answer for 4 s", "waiting")
    slow.bridge.link.emit(LinkDown("Nobody answers."))
    assert (link.text(), link.property("link")) == ("LINK DOWN", "down")
    slow.bridge.link.emit(LinkUp(12.0))
    assert link.text() == "no answer for 4 s"
    slow.wire.waiting[0].set_result(YES)
    slow.wait(lambda: bool(slow.book.endings))
    slow.settle()
    assert (link.text(), link.property("link")) == ("link up, 12 ms", "up")


def test_what_the_band_says_changes_no_width_and_moves_no_button(glass: Glass) -> None:
    band = glass.window.band
    found: set[tuple[int, ...]] = set()
    glass.desk.connect(LIVE, glass.wire)
    for kind in AccountClass:
        for everyone in (False, True):
            for link in (LinkUp(0.5), LinkUp(812.0), LinkDown("Nobody answers.")):
                band.show_money(kind, everyone)
                glass.bridge.link.emit(link)
                glass.settle()
                found.add((band.mode.width(), band.money.width(), band.link.width(), band.link.x(), band.entries.x()))
    glass.desk.disconnect(NoPlace(Mode.LIVE, "Locked.", ""))
    glass.settle()
    found.add((band.mode.width(), band.money.width(), band.link.width(), band.link.x(), band.entries.x()))
    assert len(found) == 1
    for label in (band.mode, band.money, band.link):
        assert label.sizeHint().width() <= label.width(), "nothing is cut off"


def test_a_remark_says_when_it_was_made(glass: Glass) -> None:
    glass.bridge.notice.emit(Notice(Level.INFO, "Copied.", "copy"))
    assert re.fullmatch(r"\d\d:\d\d:\d\d  Copied\.", glass.window.status.text())
    glass.bridge.notice.emit(Notice(Level.INFO, "", "copy"))
    assert glass.window.status.text() == ""


@pytest.mark.parametrize("command", ["FLATTENEVERYTHING", "CANCELALLORDERS", "KILLSWITCH"])
def test_what_reaches_all_accounts_says_so_with_the_strictest_colour(glass: Glass, command: str) -> None:
    glass.window.ticket.accounts.set_text("Sim101")
    glass.desk.connect(LIVE, glass.wire)
    band, ticket = glass.window.band, glass.window.ticket
    assert (band.money.text(), ticket.property("money")) == ("SIMULATION ACCOUNT", "simulation")
    glass.choose(command)
    assert (band.money.text(), ticket.property("money")) == ("ALL ACCOUNTS", "live")
    assert band.money.property("money") == "live"
    glass.choose("PLACE")
    assert band.money.text() == "SIMULATION ACCOUNT"


def test_every_account_ticked_is_all_accounts_even_while_something_is_missing(glass: Glass) -> None:
    glass.window.ticket.accounts.set_text("Sim101")
    glass.desk.connect(LIVE, glass.wire)
    glass.choose("FLATTEN")
    assert glass.window.band.money.text() == "SIMULATION ACCOUNT"
    glass.window.ticket.form.editor("everywhere").set_text("true")
    for instrument in ("MES 12-26", "nonsense"):
        glass.type("instrument", instrument)
        assert glass.window.band.money.text() == "ALL ACCOUNTS"


def test_the_window_does_not_grow_when_the_band_has_more_to_say(glass: Glass) -> None:
    glass.desk.connect(LIVE, glass.wire)
    glass.settle()
    before = glass.window.minimumSizeHint()
    switched = Intent(1, "LIVE", "KILLSWITCH", "", "", "Kill switch on", "key=••••;\nkill_switch=on;")
    glass.bridge.ended.emit(ended(Row(7, switched, Ending("accepted", "Yes.", 200, "", 1)), kept=False))
    assert glass.window.band.kill.isVisible()
    glass.bridge.link.emit(LinkDown("Nobody answers."))
    glass.settle()
    assert glass.window.minimumSizeHint() == before


# --- quitting ---


def test_quit_asks_only_while_a_message_has_no_answer(glass: Glass) -> None:
    ended: list[bool] = []
    glass.window.on_close = lambda: ended.append(True)
    glass.wire.always = None
    glass.fill()
    glass.click("send")
    glass.wait(lambda: bool(glass.window.waiting.rows))
    glass.window.close()
    glass.settle()
    assert ended == []
    assert glass.window.isVisible()
    assert glass.window.ask.question.text().startswith("A message has no answer yet.")
    glass.window.ask.drop()
    glass.window.close()
    assert ended == [], "a no is forgotten"
    glass.window.close()
    assert ended == [True], "the second press in a row is a yes"


def test_with_nothing_in_the_air_quit_asks_nothing(glass: Glass) -> None:
    ended: list[bool] = []
    glass.window.on_close = lambda: ended.append(True)
    glass.window.close()
    assert ended == [True]
    assert not glass.window.ask.is_asking

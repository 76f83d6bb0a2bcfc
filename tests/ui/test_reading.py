"""What is read back, in the real window: shown with its age, and every exit is a press of its own."""

import gc
import sys
import time
import tracemalloc
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from crosstrade_desk.desk.events import Mode, NoPlace
from crosstrade_desk.protocol.secret import Secret
from crosstrade_desk.readback.answers import Failed, Trouble, answered
from crosstrade_desk.readback.plan import PLAN, Call, Subject, View
from crosstrade_desk.readback.reader import Listener, News
from crosstrade_desk.readback.values import (
    Account,
    Accounts,
    Balances,
    Execution,
    Executions,
    MarketInfo,
    Order,
    Orders,
    Position,
    Positions,
    Profits,
    Quote,
)
from crosstrade_desk.ui.reading.pane import ReadingPane
from crosstrade_desk.ui.reading.rows_model import Column, RowsModel
from support import unheard
from support.desks import YES
from support.marker import MARKER
from support.windows import Glass

LEFT = Qt.MouseButton.LeftButton
LONG = Position("Sim101", "MES 12-26", "Long", 5, Decimal("6410.25"), Decimal(6412), Decimal("43.75"))
SHORT = Position("Sim102", "MNQ 12-26", "Short", 1, Decimal(23000), Decimal(23010), Decimal(-20))
HERE = ("Sim101", "MES 12-26")
STOP = Order("7001", *HERE, "StopMarket", "Working", "Sell", 5, 0, None, None, Decimal(6400), "Stop1")
LIMIT = Order("7002", *HERE, "Limit", "Working", "Buy", 2, 0, None, Decimal("6390.25"), None, "Entry")
DONE = Order("7003", "Sim101", "MES 12-26", "Limit", "Filled", "Buy", 2, 2, Decimal(6390), Decimal("6390.25"))
FILL = Execution("e1", "7003", "Sim101", "MES 12-26", "Entry", "Long", 2, Decimal(6390), 2)


class Hand:
    """A reader by hand: it tells what it is told to tell."""

    def __init__(self) -> None:
        self.tell: Listener = lambda _news: None
        self.views: list[View] = []

    def make(self, tell: Listener) -> "Hand":
        self.tell = tell
        return self

    async def run(self) -> None:
        """Reads nothing by itself."""

    def look(self, view: View) -> None:
        self.views.append(view)

    def acted(self, *_sent: Subject) -> None:
        """Nothing is asked."""

    def soon(self, _call: Call, _account: str = "", *, first: bool = False) -> None:
        """Nothing is asked."""

    def retry(self) -> None:
        """Nothing is asked."""

    def usual_s(self, _call: Call) -> float:
        return 4.0


class Read:
    """The window with a reader by hand, at a time of its own."""

    def __init__(self, glass: Glass) -> None:
        self.glass, self.hand, self.now = glass, Hand(), 1000.0
        glass.wire.always = YES
        self.pane: ReadingPane = glass.window.reading
        self.pane._now = lambda: self.now
        glass.fill()
        glass.observer.begin(self.hand.make)
        glass.settle()

    def news(self, call: Call, found: Any, subject: Subject | None = None) -> None:
        self.hand.tell(News(call, subject or Subject(), self.now, found))
        self.glass.settle()

    def positions(self, *items: Position) -> None:
        self.news(Call.POSITIONS, Positions(items))

    def orders(self, *items: Order) -> None:
        self.news(Call.ORDERS, Orders(items), Subject(account="Sim101"))

    def cells(self, title: str) -> list[list[str]]:
        model = self.pane.tables[title].model()
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def mark(self, title: str, row: int = 0) -> None:
        self.pane.show_page(next(t for t in self.titles if t.startswith(title)))
        table = self.pane.tables[title]
        QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(row, 0)).center())

    @property
    def titles(self) -> list[str]:
        return [self.pane.tabs.tabText(number) for number in range(self.pane.tabs.count())]

    def press(self, name: str) -> None:
        button = self.pane.findChild(QPushButton, name)
        assert button
        QTest.mouseClick(button, LEFT)
        self.glass.settle()

    @property
    def sent(self) -> list[str]:
        self.glass.settle()
        return [message.rest.replace("\n", "") for message in self.glass.wire.carried]


@pytest.fixture
def read(glass: Glass) -> Read:
    return Read(glass)


def test_positions_are_shown_with_side_size_and_open_profit(read: Read) -> None:
    read.positions(LONG, SHORT)
    assert read.cells("Positions") == [
        ["Sim101", "MES 12-26", "LONG", "5", "6410.25", "6412", "43.75"],
        ["Sim102", "MNQ 12-26", "SHORT", "1", "23000", "23010", "−20.00"],
    ]
    assert read.titles[0] == "Positions 2"


def test_what_was_not_told_is_a_dash_and_breaks_nothing(read: Read) -> None:
    read.positions(Position(account="Sim101", side="Long"), Position())
    assert read.cells("Positions")[1] == ["Sim101", "–", "LONG", "–", "–", "–", "–"]


def test_flat_is_said_only_by_a_fresh_read(read: Read) -> None:
    table = read.pane.tables["Positions"]
    read.pane.refresh()
    assert table._empty == "Not read yet."
    read.positions()
    assert table._empty == "No open position."
    read.now += 9
    read.pane.refresh()
    assert table._empty != "No open position."
    read.news(Call.POSITIONS, Failed(Trouble.OFFLINE))
    assert table._empty == Trouble.OFFLINE.value


def test_an_old_position_is_grey_and_a_very_old_one_is_gone(read: Read) -> None:
    read.positions(LONG)
    assert not read.pane.positions.is_grey(0)
    read.now += 9
    read.pane.refresh()
    assert read.pane.positions.is_grey(0)
    assert read.pane.age.text() == "read 9 s ago"
    read.now += 60
    read.pane.refresh()
    assert read.cells("Positions") == []
    assert read.pane.age.text() == "not known"


@pytest.mark.parametrize(
    ("button", "wire"),
    [
        ("close", "command=CLOSEPOSITION;account=Sim101;instrument=MES 12-26;"),
        ("half", "command=CLOSEPOSITION;account=Sim101;instrument=MES 12-26;quantity=2;"),
        ("flatten-row", "command=FLATTEN;account=Sim101;instrument=MES 12-26;"),
    ],
)
def test_a_button_gets_the_marked_position_out(read: Read, button: str, wire: str) -> None:
    read.positions(LONG, SHORT)
    read.mark("Positions", 0)
    read.press(button)
    assert read.sent == [wire]


def test_half_of_an_old_read_and_of_one_contract_is_nothing(read: Read) -> None:
    read.positions(SHORT)
    read.mark("Positions")
    read.press("half")
    read.positions(LONG)
    read.mark("Positions")
    read.now += 9
    read.pane.refresh()
    read.press("half")
    assert read.sent == []
    read.press("flatten-row")
    assert len(read.sent) == 1


def test_without_a_marked_row_no_button_sends(read: Read) -> None:
    read.positions(LONG)
    for name in ("close", "half", "flatten-row", "cancel-row", "cancel-all-row"):
        read.press(name)
    assert read.sent == []


def test_a_button_can_be_pressed_while_it_has_something_to_send_and_says_what(read: Read) -> None:
    button = read.pane.findChild(QPushButton, "flatten-row")
    assert button
    read.positions(LONG, SHORT)
    assert not button.isEnabled()
    read.mark("Positions")
    assert button.isEnabled()
    assert "MES 12-26 on Sim101" in button.toolTip()
    read.positions(SHORT)
    assert not button.isEnabled(), "the marked position is gone: no other one takes its place under the finger"


def test_the_exit_is_that_of_the_row_that_was_marked_when_the_button_went_down(read: Read) -> None:
    read.positions(LONG, SHORT)
    read.mark("Positions", 0)
    button = read.pane.findChild(QPushButton, "flatten-row")
    assert button
    QTest.mousePress(button, LEFT)
    read.pane.tables["Positions"].selectRow(1)
    QTest.mouseRelease(button, LEFT)
    assert read.sent == ["command=FLATTEN;account=Sim101;instrument=MES 12-26;"]


def test_a_reversal_has_to_be_held(read: Read) -> None:
    read.positions(LONG)
    read.mark("Positions")
    QTest.mouseClick(read.pane.reverse, LEFT)
    assert read.sent == []
    QTest.mousePress(read.pane.reverse, LEFT)
    read.glass.wait(lambda: bool(read.glass.wire.carried))
    QTest.mouseRelease(read.pane.reverse, LEFT)
    assert read.sent == ["command=REVERSE;account=Sim101;instrument=MES 12-26;"]


def test_no_button_of_the_pane_takes_keys(read: Read) -> None:
    for button in read.pane.findChildren(QPushButton):
        if button.objectName() == "copy-details":
            continue  # sends nothing
        assert button.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_a_double_click_fills_the_form_with_the_exit_and_sends_nothing(read: Read) -> None:
    read.positions(LONG)
    table = read.pane.tables["Positions"]
    place = table.visualRect(table.model().index(0, 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    QTest.mouseDClick(table.viewport(), LEFT, pos=place)
    assert read.glass.window.ticket.form.spec.token == "CLOSEPOSITION"
    assert read.sent == []


def test_working_orders_are_shown_and_ended_ones_are_not(read: Read) -> None:
    read.positions(LONG)
    read.orders(STOP, LIMIT, DONE)
    assert [row[1:5] for row in read.cells("Orders")] == [
        ["Working", "MES 12-26", "SELL", "5"],
        ["Working", "MES 12-26", "BUY", "2"],
    ]
    assert "Orders 2" in read.titles


def test_an_exit_order_without_a_position_says_so_and_only_by_a_fresh_read(read: Read) -> None:
    read.orders(STOP)
    assert "no position!" not in read.cells("Orders")[0]
    read.positions()
    read.orders(STOP)
    assert "no position!" in read.cells("Orders")[0]


def test_the_marked_order_is_cancelled_and_all_of_its_instrument(read: Read) -> None:
    read.orders(LIMIT)
    read.mark("Orders")
    read.press("cancel-row")
    read.press("cancel-all-row")
    assert read.sent == [
        "command=CANCEL;order_id=7002;",
        "command=CANCELORDERS;account=Sim101;instrument=MES 12-26;",
    ]


def test_a_change_fills_the_form_with_the_order(read: Read) -> None:
    read.orders(LIMIT)
    read.mark("Orders")
    read.press("change-row")
    texts = read.glass.window.ticket.form.texts()
    assert read.glass.window.ticket.form.spec.token == "CHANGE"
    assert (texts["order_id"], texts["qty"], texts["limit_price"]) == ("7002", "2", "6390.25")
    assert read.sent == []


@pytest.mark.parametrize(("order", "field"), [(LIMIT, "limit_price"), (STOP, "stop_price")])
def test_a_change_leads_into_the_price_of_the_order_and_escape_back(read: Read, order: Order, field: str) -> None:
    read.orders(order)
    read.mark("Orders")
    read.press("change-row")
    line = read.glass.line(field)
    assert read.glass.window.focusWidget() is line
    assert line.selectedText() == line.text() != "", "what is typed takes its place"
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert read.glass.window.focusWidget() is read.pane.tables["Orders"]
    size = read.glass.line("qty")
    size.setFocus()
    QTest.keyClick(size, Qt.Key.Key_Escape)
    assert read.glass.window.focusWidget() is size, "Escape means nothing elsewhere"
    assert read.sent == []


def test_a_key_fills_the_form_from_a_marked_row_and_enter_does_not(read: Read) -> None:
    read.positions(LONG)
    read.orders(LIMIT)
    form = read.glass.window.ticket.form
    for title, command in (("Positions", "CLOSEPOSITION"), ("Orders", "CHANGE")):
        table = read.pane.tables[title]
        read.pane.show_page(next(t for t in read.titles if t.startswith(title)))
        table.setFocus()
        table.clearSelection()
        before = form.spec
        QTest.keyClick(table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        assert form.spec is before, "no row is marked"
        QTest.keyClick(table, Qt.Key.Key_Down)
        QTest.keyClick(table, Qt.Key.Key_Return)
        assert form.spec is before
        QTest.keyClick(table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        assert form.spec.token == command
    assert read.sent == []


def test_fills_come_newest_first_and_stay(read: Read) -> None:
    read.pane.show_page("Fills")
    read.news(Call.EXECUTIONS, Executions((FILL,)), Subject(account="Sim101"))
    later = Execution("e2", "7004", "Sim101", "MES 12-26", "Exit", "Short", 2, Decimal(6400), 0)
    read.news(Call.EXECUTIONS, Executions((later,)), Subject(account="Sim101"))
    assert [row[3] for row in read.cells("Fills")] == ["SELL", "BUY"]


def test_accounts_say_what_kind_they_are_and_how_they_stand(read: Read) -> None:
    found = Account("APEX-1", connection="Connected", money=Balances(cash=Decimal(50000)))
    read.news(Call.SNAPSHOT, Accounts((found,)))
    row = read.cells("Accounts")[0]
    assert row[:4] == ["APEX-1", "funded", "Connected", "50,000.00"]


def test_the_marked_row_stays_marked_when_others_come_and_go(read: Read) -> None:
    read.positions(LONG, SHORT)
    read.mark("Positions", 1)
    read.positions(SHORT)
    assert read.pane.tables["Positions"].marked == 0
    read.positions(LONG, SHORT)
    assert read.pane.tables["Positions"].marked == 1


def test_money_bears_the_sign_of_its_currency_and_a_loss_a_real_minus(read: Read) -> None:
    account = Account("Sim102", currency="UsDollar", money=Balances(cash=Decimal("99980.5"), realised=Decimal(-3)))
    read.news(Call.SNAPSHOT, Accounts((account,)))
    read.positions(SHORT)
    assert read.cells("Positions")[0][-1] == "−$20.00"
    assert "−$3.00" in read.cells("Accounts")[0]


def test_a_list_that_is_not_whole_is_never_called_flat(read: Read) -> None:
    read.news(Call.POSITIONS, Positions((), whole=False))
    assert read.pane.tables["Positions"]._empty.startswith("Not known")


def test_an_order_is_called_by_the_id_that_it_was_placed_with(read: Read) -> None:
    read.glass.desk.own_orders.on = True
    read.glass.window.ticket.refresh()
    read.glass.click("send")
    own = read.glass.wire.carried[0].command.texts["order_id"]
    mine = Order("9001", "Sim101", "MES 12-26", "Market", "Working", "Buy", 1, name=own)
    read.orders(mine)
    read.mark("Orders")
    read.press("change-row")
    assert read.glass.window.ticket.form.texts()["order_id"] == own
    read.press("cancel-row")
    assert read.sent[-1] == f"command=CANCEL;order_id={own};"


@pytest.mark.parametrize("trouble", [t for t in Trouble if t is not Trouble.REFUSED])
def test_each_trouble_has_its_quiet_sentence_and_the_ticket_goes_on(read: Read, trouble: Trouble) -> None:
    read.positions(LONG)
    read.news(Call.POSITIONS, Failed(trouble, "its words"))
    assert read.pane.trouble.text().rstrip(".") == trouble.value.split(". ")[0].rstrip(".")
    assert "its words" in read.pane.trouble.toolTip()
    by_hand = (Trouble.DENIED, Trouble.STOPPED, Trouble.PUSH_TAKEN, Trouble.PUSH_REFUSED)
    assert read.pane.again.isVisible() is (trouble in by_hand)
    assert not read.glass.window.log.alarms.isVisible()
    read.glass.click("send")
    assert len(read.sent) == 1
    read.positions(LONG)
    assert read.pane.trouble.text() == ""


def test_a_lost_push_connection_is_a_quiet_sentence_on_every_page_until_it_pushes_again(read: Read) -> None:
    read.positions()
    read.news(Call.PUSH, Failed(Trouble.PUSH_TAKEN, "Session active elsewhere"))
    for title in ("Positions", "Orders", "Accounts"):
        read.pane.show_page(title)
        assert read.pane.trouble.text() == "Another program took the push."
    read.pane.show_page("Positions")
    assert read.pane.tables["Positions"]._empty == "No open position."
    read.news(Call.POSITIONS, Failed(Trouble.FAULTY))
    read.positions(LONG)
    assert read.pane.trouble.text().startswith("Another program"), "a read does not end it"
    read.hand.tell(News(Call.SNAPSHOT, Subject(), read.now, Profits(), pushed=True))
    read.pane.refresh()
    assert read.pane.trouble.text() == ""


def test_after_a_refusal_a_press_reads_again(read: Read) -> None:
    asked: list[int] = []
    read.hand.retry = lambda: asked.append(1)  # type: ignore[method-assign]
    read.news(Call.POSITIONS, Failed(Trouble.DENIED))
    read.press("read-again")
    assert asked == [1]


def test_the_buttons_are_those_of_the_page_in_front(read: Read) -> None:
    names = ("close", "cancel-row")
    for title, shown in (("Positions", [True, False]), ("Orders", [False, True]), ("Fills", [False, False])):
        read.pane.show_page(title)
        found = [read.pane.findChild(QPushButton, name) for name in names]
        assert [bool(button and button.isVisible()) for button in found] == shown


def test_a_reversal_that_waited_while_the_window_stood_still_is_not_sent(read: Read) -> None:
    read.glass.window.watch_lag(lambda: True)
    read.positions(LONG)
    read.mark("Positions")
    QTest.mousePress(read.pane.reverse, LEFT)
    read.glass.wait(lambda: "stood still" in read.glass.window.status.text())
    QTest.mouseRelease(read.pane.reverse, LEFT)
    read.press("flatten-row")
    assert read.sent == ["command=FLATTEN;account=Sim101;instrument=MES 12-26;"]


def quote(read: Read, **more: Any) -> None:
    bid, ask = Decimal("6410.00"), Decimal("6410.25")
    found = Quote(instrument="MES 12-26", bid=bid, ask=ask, last=bid, **more)
    now = time.monotonic()
    read.hand.tell(News(Call.QUOTE, Subject(instrument="MES 12-26"), now, found))
    read.glass.settle()


def test_a_press_on_the_ask_puts_it_into_the_price_of_the_order(read: Read) -> None:
    quote(read)
    button = read.glass.part("quote-ask")
    assert isinstance(button, QPushButton)
    assert button.text() == "Ask\n6410.25"
    QTest.mouseClick(button, LEFT)
    assert "takes no price" in read.glass.window.status.text()
    read.glass.press("order_type", "Limit")
    QTest.mouseClick(button, LEFT)
    assert read.glass.window.ticket.form.texts()["limit_price"] == "6410.25"
    assert read.sent == []


def test_a_quote_that_is_not_live_says_what_it_is(read: Read) -> None:
    quote(read, source="Delayed")
    assert read.glass.window.ticket.quotes.age.text() == "Delayed"


def test_what_the_ticket_is_about_is_what_is_read(read: Read) -> None:
    read.glass.window.ticket.accounts.set_text("Sim105")
    assert read.hand.views[-1] == View(("Sim105",), "MES 12-26")
    read.glass.settle()


OTHER = replace(LIMIT, id="8001", account="Sim102")


def orders_of(read: Read, account: str, *items: Order) -> None:
    read.news(Call.ORDERS, Orders(items), Subject(account=account))


def test_the_orders_of_every_account_that_is_read_are_shown_by_account(read: Read) -> None:
    read.glass.window.ticket.accounts.set_text("Sim102,Sim101")
    orders_of(read, "Sim102", OTHER)
    orders_of(read, "Sim101", LIMIT, STOP)
    assert [row[0] for row in read.cells("Orders")] == ["Sim101", "Sim101", "Sim102"]
    assert "Orders 3" in read.titles
    orders_of(read, "Sim102")
    orders_of(read, "Sim101")
    assert read.pane.tables["Orders"]._empty == "No working order on Sim101 and Sim102."


def test_without_a_ticked_account_no_order_is_read_and_it_says_so(read: Read) -> None:
    read.glass.window.ticket.accounts.set_text("")
    read.glass.settle()
    assert read.pane.tables["Orders"]._empty == "No account is ticked: no orders are read."


def test_each_row_acts_on_its_own_account(read: Read) -> None:
    read.glass.window.ticket.accounts.set_text("Sim101,Sim102")
    orders_of(read, "Sim101", LIMIT)
    orders_of(read, "Sim102", OTHER)
    read.mark("Orders", 1)
    read.press("cancel-all-row")
    assert read.sent == ["command=CANCELORDERS;account=Sim102;instrument=MES 12-26;"]


def test_of_several_accounts_each_is_as_old_as_its_own_read_and_none_is_called_empty_unread(read: Read) -> None:
    read.glass.window.ticket.accounts.set_text("Sim101,Sim102")
    orders_of(read, "Sim101")
    assert read.pane.tables["Orders"]._empty == "Not read yet."
    orders_of(read, "Sim101", LIMIT)
    read.now += 9
    orders_of(read, "Sim102", OTHER)
    assert [read.pane.orders.is_grey(row) for row in (0, 1)] == [True, False]
    read.pane.show_page("Orders 2")
    assert read.pane.age.text() == "read 0–9 s ago"


def test_the_fills_of_every_account_are_shown(read: Read) -> None:
    read.pane.show_page("Fills")
    for name in ("Sim101", "Sim102"):
        found = replace(FILL, id=name, account=name)
        read.news(Call.EXECUTIONS, Executions((found,)), Subject(account=name))
    assert {row[1] for row in read.cells("Fills")} == {"Sim101", "Sim102"}


def test_from_the_answer_of_an_exit_on_a_position_claims_nothing_until_it_is_flat(read: Read) -> None:
    read.now = time.monotonic()
    read.positions(LONG, SHORT)
    read.mark("Positions", 0)
    read.press("flatten-row")
    read.glass.wait(lambda: read.cells("Positions")[0][2] == "exiting…")
    assert read.cells("Positions")[0][6] == "reading…"
    assert read.pane.positions.is_grey(0)
    assert read.cells("Positions")[1][2] == "SHORT"
    read.now = time.monotonic()
    read.positions(SHORT)
    assert [row[2] for row in read.cells("Positions")] == ["SHORT"]


def test_on_a_change_of_place_everything_that_was_read_vanishes_at_once(read: Read) -> None:
    quote(read)
    read.now = time.monotonic()
    read.positions(LONG)
    read.orders(LIMIT)
    read.glass.desk.disconnect(NoPlace(Mode.LIVE, "There is no key.", "Press Connection."))
    read.glass.observer.end()
    assert read.glass.window.ticket.quotes.age.text() == "no quote"
    assert "6410" not in str([b.text() for b in read.glass.window.ticket.quotes.findChildren(QPushButton)])
    assert (read.cells("Positions"), read.cells("Orders"), read.cells("Fills")) == ([], [], [])
    assert read.pane.tables["Positions"]._empty == "Nothing is read: there is no connection."


def test_reading_that_is_switched_off_is_said_only_where_there_is_a_connection(read: Read) -> None:
    read.glass.observer.end()
    assert read.pane.tables["Positions"]._empty == "Reading back is switched off in Limits."


def test_the_age_of_a_quote_goes_on_without_news(read: Read) -> None:
    quote(read)
    strip = read.glass.window.ticket.quotes
    assert strip.age.text() == "0 s old"
    shown, now = read.glass.observer.known.quote, time.monotonic()
    read.glass.observer.known.quote = lambda name, _now: shown(name, now + 7)  # type: ignore[method-assign]
    read.glass.wait(lambda: strip.age.text() == "7 s old")


def test_a_form_that_changes_an_order_says_which_one(read: Read) -> None:
    read.now = time.monotonic()
    read.orders(LIMIT)
    read.mark("Orders")
    read.press("change-row")
    assert "Sim101: BUY 2 MES 12-26, Limit 6390.25, Working" in read.glass.problem("order_id")
    read.orders(replace(LIMIT, quantity=3))
    assert "BUY 3 MES 12-26" in read.glass.problem("order_id"), "as it was read last"
    read.glass.type("order_id", "9999")
    assert "Sim101" not in read.glass.problem("order_id")


def test_after_five_minutes_without_a_press_less_is_read_and_it_says_so(read: Read) -> None:
    idle = read.glass.window.idle
    read.positions(LONG)
    assert not read.hand.views[-1].resting
    idle.now = lambda: time.monotonic() + 301
    read.glass.wait(lambda: read.hand.views[-1].resting)
    assert read.pane.age.text().startswith("idle · read ")
    assert read.glass.window.ticket.quotes.age.text() == "idle"
    QTest.mouseClick(read.pane, LEFT, pos=QPoint(3, 3))
    read.glass.wait(lambda: not read.hand.views[-1].resting)
    assert not read.pane.age.text().startswith("idle")


def test_an_order_that_is_left_over_is_told_to_the_view_though_the_order_is_the_same(read: Read) -> None:
    read.orders(STOP)
    told = changes(read.pane.orders)
    read.positions()
    read.orders(STOP)
    read.positions()
    assert told == [(0, 0)]
    assert "no position!" in read.cells("Orders")[0]


def test_the_buttons_are_composed_for_once_a_marked_row(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    read.positions(LONG, SHORT)
    read.mark("Positions", 0)
    made: list[str] = []
    compose = read.glass.desk.compose
    monkeypatch.setattr(read.glass.desk, "compose", lambda *given: made.append(given[0].token) or compose(*given))
    for tick in range(5):
        read.positions(replace(LONG, last=Decimal(6412 + tick)), SHORT)
    assert made == []
    read.mark("Positions", 1)
    assert made.count("FLATTEN") == 1


def test_a_day_of_5000_orders_and_200_symbols_costs_a_refresh_what_changed(read: Read) -> None:
    held = tuple(Position("Sim101", f"S{number} 12-26", "Long", 1) for number in range(200))
    read.glass.window.ticket.accounts.set_text("Sim101,Sim102")
    working = tuple(replace(LIMIT, id=str(number)) for number in range(400))
    done = tuple(replace(DONE, id=f"d{number}") for number in range(4600))
    read.positions(*held)
    read.orders(*working, *done)
    models = (read.pane.positions, read.pane.orders)
    resets: list[int] = []
    texts: list[int] = []
    told = [changes(model) for model in models]
    for model in models:
        model.modelReset.connect(lambda: resets.append(1))
    for column in (*read.pane.positions.columns, *read.pane.orders.columns):
        text = column.text
        object.__setattr__(column, "text", lambda row, text=text: (texts.append(1), text(row))[1])
    for step in range(20):
        read.positions(replace(held[0], last=Decimal(step)), *held[1:])
        read.orders(replace(working[0], filled=step % 2), *working[1:], *done)
    assert resets == []
    assert [len(of) for of in told] == [20, 19], "one row each, and the first time nothing is new of the order"
    assert len(texts) < 20 * 2 * 400, "what is out of sight is not written"


FIVE = tuple(f"Sim{number}" for number in range(101, 106))


class Day:
    """5,000 orders and 200 symbols on five accounts, read over and over: a little is another one each time."""

    def __init__(self, read: Read, orders: int = 5000) -> None:
        self.read = read
        read.glass.window.ticket.accounts.set_text(",".join(FIVE))
        read.glass.settle()
        self.held = [Position(FIVE[n % 5], f"S{n} 12-26", "Long", 1, last=Decimal(6400)) for n in range(200)]
        self.lists = {name: self._orders(name, orders // 5) for name in FIVE}

    @staticmethod
    def _orders(name: str, number: int) -> list[Order]:
        kinds = [LIMIT] * 80 + [DONE] * (number - 80)
        names = (f"S{n % 200} 12-26" for n in range(number))
        pairs = enumerate(zip(kinds, names, strict=True))
        return [replace(kind, id=f"{name}-{n}", account=name, instrument=one) for n, (kind, one) in pairs]

    def round(self, step: int) -> list[float]:
        """Every account once and the positions, and a second of the clock; the processor seconds of each."""
        took = []
        self.read.now = time.monotonic()
        self.held[step % 200] = replace(self.held[step % 200], last=Decimal(6400 + step))
        for name, listed in self.lists.items():
            listed[step % 80] = replace(listed[step % 80], filled=step % 2)
            took.append(self._takes(Call.ORDERS, Orders(tuple(listed)), Subject(name)))
        took.append(self._takes(Call.POSITIONS, Positions(tuple(self.held)), Subject()))
        begun = time.process_time()
        self.read.pane.refresh()
        self.read.glass.observer._tick()
        return [*took, time.process_time() - begun]

    def _takes(self, call: Call, found: Any, subject: Subject) -> float:
        if isinstance(found, Orders):
            assert found.working  # as the thread does that reads it
        begun = time.process_time()
        self.read.hand.tell(News(call, subject, self.read.now, found))
        took = time.process_time() - begun
        self.read.glass.settle()
        return took


def test_a_day_on_five_accounts_is_looked_through_once_a_read_and_not_once_a_news(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day(read)
    day.round(0)
    looked: list[int] = []
    works = Order.works.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Order, "works", property(lambda one: (looked.append(1), works(one))[1]))
    day.round(1)
    assert len(looked) < 5000 + 3 * 5 * 5 * 80, "each list once; working ones at each of their uses"


@pytest.mark.long
def test_a_day_on_five_accounts_takes_less_than_a_frame_at_each_news_and_no_memory(read: Read) -> None:
    day, held = Day(read), []
    tracemalloc.start()
    for stretch in range(3):
        for step in range(25):
            day.round(25 * stretch + step)
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    took = sorted(one for step in range(40) for one in day.round(step))
    sys.stdout.write(f"median {took[len(took) // 2] * 1e3:.1f} ms, p99 {took[int(len(took) * 0.99)] * 1e3:.1f} ms, ")
    grown = held[2] - held[1]
    sys.stdout.write(f"memory {grown / 1024:.0f} KiB\n")
    assert took[int(len(took) * 0.9)] < 1 / 60
    assert grown < 128 * 1024


def columns(count: list[int]) -> tuple[Column[tuple[int, int]], ...]:
    def text(row: tuple[int, int]) -> str:
        count.append(1)
        return str(row[1])

    return (Column("Id", lambda row: str(row[0]), 10), Column("Value", text, 10))


def changes(model: RowsModel[Any]) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    return told


def test_of_two_hundred_symbols_only_what_changed_is_told() -> None:
    model = RowsModel(columns([]), lambda row: row[0])
    rows = [(number, 0) for number in range(200)]
    model.show(rows)
    told, resets = changes(model), []
    model.modelReset.connect(lambda: resets.append(1))
    model.show(rows)
    assert (told, resets) == ([], [])
    model.show([*rows[:50], (50, 1), *rows[51:]])
    assert (told, resets) == ([(50, 50)], [])


def test_rows_apart_are_told_apart() -> None:
    model = RowsModel(columns([]), lambda row: row[0])
    model.show([(number, 0) for number in range(9)])
    told = changes(model)
    model.show([(number, int(number in (1, 2, 5, 8))) for number in range(9)])
    assert told == [(1, 2), (5, 5), (8, 8)]


def test_where_only_so_many_are_kept_the_oldest_makes_room_and_the_marked_one_stays(read: Read) -> None:
    model = RowsModel(columns([]), lambda row: row[0])
    resets: list[int] = []
    model.show([(number, 0) for number in range(9, 0, -1)])
    model.modelReset.connect(lambda: resets.append(1))
    model.show([(number, 0) for number in range(11, 2, -1)])
    assert [model.key_of(number) for number in range(model.rowCount())] == list(range(11, 2, -1))
    assert resets == []


def test_five_thousand_fills_of_a_day_cost_one_row_each() -> None:
    texts: list[int] = []
    model = RowsModel(columns(texts), lambda row: row[0])
    told, resets, inserted = changes(model), [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    rows: list[tuple[int, int]] = []
    for number in range(5000):
        rows = [(number, 0), *rows]
        if number % 100 == 0 or number > 4990:
            model.show(rows)
    assert len(resets) == 1
    assert sum(inserted) == 4999
    assert told == []
    assert texts == []


def test_the_table_reads_no_more_than_is_in_sight(read: Read, qapp: object) -> None:
    many = tuple(replace(FILL, id=f"e{number}") for number in range(5000))
    read.news(Call.EXECUTIONS, Executions(many), Subject(account="Sim101"))
    read.pane.show_page("Fills 5000" if "Fills 5000" in read.titles else "Fills")
    assert read.pane.fills.rowCount() == 5000
    asked: list[int] = []
    data = read.pane.fills.data
    read.pane.fills.data = lambda *given: (asked.append(1), data(*given))[1]  # type: ignore[method-assign]
    read.pane.grab()
    assert len(asked) < 2000


def test_a_trouble_is_said_beside_a_list_that_was_read_empty_a_moment_ago(read: Read) -> None:
    read.positions()
    read.news(Call.POSITIONS, Failed(Trouble.UNREACHABLE))
    assert read.pane.tables["Positions"]._empty == "No open position."
    assert read.pane.trouble.text() == Trouble.UNREACHABLE.value


def test_a_pane_that_cannot_be_painted_stops_reading_and_nothing_else(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise LookupError("a fault of ours")

    with monkeypatch.context() as faulty:
        faulty.setattr(read.pane, "_say_rows", fail)
        read.positions(LONG)
    assert read.glass.observer.known.trouble == Failed(Trouble.STUMBLED)
    read.glass.click("send")
    assert len(read.sent) == 1
    read.pane.refresh()
    assert read.pane.trouble.text().startswith("Reading made a mistake")


def test_a_closed_market_is_said_at_the_age_and_the_quote(read: Read) -> None:
    read.now = time.monotonic()
    read.positions(LONG)
    quote(read)
    info = MarketInfo("MES 12-26", is_open=False)
    read.hand.tell(News(Call.INFO, Subject(instrument="MES 12-26"), read.now, info))
    read.glass.settle()
    assert read.hand.views[-1].closed
    assert read.pane.age.text().startswith("closed · read ")
    assert "closed" in read.pane.age.toolTip()
    assert read.glass.window.ticket.quotes.age.text() == "closed"
    read.hand.tell(News(Call.INFO, Subject(instrument="MES 12-26"), read.now, replace(info, is_open=True)))
    read.glass.settle()
    assert read.pane.age.text().startswith("read ")
    assert read.glass.window.ticket.quotes.age.text().endswith("s old")


DECIMALS = {  # instrument, average as it is told, as it is shown
    "MNQ 12-26": ("23010.333333333333", "23010.333"),
    "6E 12-26": ("1.08455", "1.08455"),
    "6J 12-26": ("0.006640549999", "0.00664055"),
    "ZB 12-26": ("117.21875", "117.21875"),
    "BTC 12-26": ("109640", "109640"),
    "MBT 12-26": ("100000.00000000001", "100000"),
    "UNHEARD 12-26": ("12.34567891", "12.345679"),
}


@pytest.mark.parametrize("instrument", DECIMALS)
def test_an_average_has_one_decimal_more_than_its_tick_and_its_tip_has_all(read: Read, instrument: str) -> None:
    told, shown = DECIMALS[instrument]
    read.positions(replace(LONG, instrument=instrument, average=Decimal(told)))
    assert read.cells("Positions")[0][4] == shown
    tip = read.pane.positions.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"<qt>{told}</qt>"


def test_names_of_a_server_are_shown_as_they_are_and_turn_and_hide_nothing(read: Read) -> None:
    odd = "<h1>FLAT</h1>\u202e01-EVIL\n"
    read.positions(replace(LONG, account=odd, instrument="<img src='x'>\x1b"))
    assert read.cells("Positions")[0][:2] == ["<h1>FLAT</h1>\\u202e01-EVIL\\n", "<img src='x'>\\x1b"]
    tips = [read.pane.positions.index(0, column).data(Qt.ItemDataRole.ToolTipRole) for column in (0, 1)]
    assert tips == [
        "<qt>&lt;h1&gt;FLAT&lt;/h1&gt;\\u202e01-EVIL\\n</qt>",
        "<qt>&lt;img src=&#x27;x&#x27;&gt;\\x1b</qt>",
    ]
    read.mark("Positions")
    for part in read.glass.window.findChildren(QWidget):
        assert "<h1>" not in part.toolTip()
        is_drawn = isinstance(part, QLabel) and part.textFormat() != Qt.TextFormat.PlainText
        assert not (is_drawn and "<h1>" in part.text())


def test_no_number_of_a_table_is_cut_and_nothing_has_to_be_scrolled_sideways(read: Read) -> None:
    read.glass.window.resize(1366, 740)
    wide = replace(SHORT, account="PA-APEX-123456-07", quantity=40, average=Decimal("109640.3333333333"))
    dear = replace(wide, instrument="6J 12-26", last=Decimal("0.0066405"), open_profit=Decimal("-12300.5"))
    read.positions(LONG, wide, dear)
    table = read.pane.tables["Positions"]
    read.glass.wait(lambda: table.columnWidth(4) > 80)
    read.glass.settle()
    metrics = table.fontMetrics()
    for row, cells in enumerate(read.cells("Positions")):
        for number, text in list(enumerate(cells))[1:]:
            assert table.columnWidth(number) > metrics.horizontalAdvance(text) + 8, (row, text)
    assert sum(table.columnWidth(number) for number in range(7)) <= table.viewport().width()
    assert table.columnWidth(0) >= 64


def test_in_a_narrow_table_columns_that_are_read_elsewhere_go_and_no_number_is_cut(read: Read) -> None:
    for height in (740, 600, 504):
        read.glass.window.resize(960, height)
        read.glass.settle()
    wide = replace(SHORT, account="PA-APEX-123456-07", quantity=1234567, open_profit=Decimal("-123456.5"))
    read.positions(LONG, wide)
    table = read.pane.tables["Positions"]
    read.glass.window.grab()  # a column is told its need while it is painted
    read.glass.settle()
    shown = [column.title for number, column in enumerate(read.pane.positions.columns) if table.columnWidth(number)]
    assert shown == ["Account", "Instrument", "Side", "Size", "Open P&L"]
    widths = [table.columnWidth(number) for number in range(len(read.pane.positions.columns))]
    assert sum(widths) <= table.viewport().width(), widths
    assert table.horizontalScrollBar().maximum() == 0
    for row, cells in enumerate(read.cells("Positions")):
        for title in ("Size", "Open P&L"):
            number = [column.title for column in read.pane.positions.columns].index(title)
            assert table.columnWidth(number) > table.fontMetrics().horizontalAdvance(cells[number]) + 8, (row, title)


def test_columns_do_not_shrink_when_a_long_number_goes(read: Read) -> None:
    read.positions(replace(LONG, last=Decimal("109640.33")))
    table = read.pane.tables["Positions"]
    read.glass.wait(lambda: table.columnWidth(5) > 80)
    wide = table.columnWidth(5)
    read.positions(LONG)
    read.pane.grab()
    read.glass.settle()
    assert table.columnWidth(5) == wide


@pytest.mark.parametrize("call", [Call.POSITIONS, Call.ORDERS, Call.EXECUTIONS, Call.SNAPSHOT, Call.QUOTE, Call.INFO])
def test_no_pane_stumbles_over_an_answer_that_no_page_shows(read: Read, call: Call) -> None:
    subject = {Call.ORDERS: Subject("Sim101"), Call.QUOTE: Subject(instrument="MES 12-26")}.get(call, Subject())
    read.now = time.monotonic()
    for name, body in unheard.EVERY.items():
        found = answered(200, body, PLAN[call].route.parse, Secret(MARKER))
        read.hand.tell(News(call, subject, read.now, found))
        assert read.glass.observer.known.trouble is None, name
        if call is Call.POSITIONS and name not in unheard.READABLE:
            assert read.pane.tables["Positions"].said != "No open position.", name
    read.glass.click("send")
    assert len(read.sent) == 1


def test_a_change_of_an_order_that_was_read_is_held_to_the_limit_of_its_own_account(read: Read) -> None:
    read.now = time.monotonic()
    read.orders(replace(LIMIT, quantity=30))
    read.mark("Orders")
    read.press("change-row")
    read.glass.click("send")
    assert read.sent == ["command=CHANGE;order_id=7002;qty=30;limit_price=6390.25;"], "simulation takes 100"
    read.orders(replace(LIMIT, account="APEX-1", quantity=30))
    read.glass.time.now += 5
    read.glass.type("qty", "31")
    read.glass.click("send")
    assert len(read.sent) == 1, "and a funded account does not"
    assert "funded" in read.glass.window.status.text()


def test_while_an_order_is_changed_the_quote_is_that_of_its_instrument(read: Read) -> None:
    read.now = time.monotonic()
    read.orders(replace(LIMIT, instrument="ES 12-26"))
    read.mark("Orders")
    read.press("change-row")
    assert read.hand.views[-1].instrument == "ES 12-26"
    read.glass.type("order_id", "9999")
    assert read.hand.views[-1].instrument == ""


def test_turning_pages_moves_nothing(read: Read) -> None:
    read.glass.window.resize(1366, 740)
    read.glass.settle()
    widths = set()
    for number in (0, 1, 0, 4, 0, 3, 1, 0):
        read.pane.tabs.setCurrentIndex(number)
        read.glass.settle()
        widths.add(read.pane.width())
    assert len(widths) == 1

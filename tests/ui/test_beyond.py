"""What a preset entered where FLATTEN does not look stands in the window, with its way out beside it."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crosstrade_desk.desk.events import Mode, Place
from crosstrade_desk.desk.trails import CONFIRMED_IN_S
from crosstrade_desk.readback.plan import Call, Subject
from crosstrade_desk.readback.reader import News
from crosstrade_desk.readback.values import Order, Orders, Position, Positions
from crosstrade_desk.sending.outcome import Answer, Outcome, Refused
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.log.alarm_bar import AlarmBar
from support.desks import ENTRY, YES, Wire
from support.windows import Glass

OPEN = Position("Sim102", "MES 12-26", "Long", 2)
LEFT = Qt.MouseButton.LeftButton
THERE = Preset("There", sends=True, fields={**ENTRY, "account": "Sim102"})
NO = Refused("Account not found", Answer(200, '{"success": false}'))


@pytest.fixture(autouse=True)
def _ready(glass: Glass) -> None:
    glass.wire.always = YES
    glass.fill()


def bar(glass: Glass) -> AlarmBar:
    return glass.window.log.alarms


def send(glass: Glass, preset: Preset = THERE, outcome: Outcome = YES) -> None:
    glass.time.now += 60
    glass.wire.always = outcome
    glass.window.presets.send_wanted.emit(preset)
    glass.settle()


def press(glass: Glass) -> None:
    glass.wait(bar(glass).send_button.isEnabled)
    QTest.mouseClick(bar(glass).send_button, LEFT)
    glass.settle()


def test_an_entry_that_flatten_does_not_reach_is_told_and_one_press_gets_out_of_it(glass: Glass) -> None:
    send(glass)
    assert bar(glass).isVisible()
    assert bar(glass).words.text().strip() == "Not in FLATTEN: MES 12-26 on Sim102."
    assert bar(glass).send_button.words.strip() == "Flatten this too"
    press(glass)
    assert glass.wire.carried[-1].rest == "\ncommand=FLATTEN;\naccount=Sim102;\ninstrument=MES 12-26;"
    assert not bar(glass).isVisible()


def test_accounts_in_the_same_instrument_go_together_and_the_rest_is_counted(glass: Glass) -> None:
    send(glass, replace(THERE, fields={**THERE.fields, "instrument": "ES 12-26"}))
    send(glass)
    send(glass, replace(THERE, fields={**THERE.fields, "account": "Sim105"}))
    assert "MES 12-26 on Sim105 and Sim102. 1 more elsewhere." in bar(glass).words.text()
    press(glass)
    assert "account=Sim105,Sim102;" in glass.wire.carried[-1].rest
    assert "ES 12-26 on Sim102." in bar(glass).words.text()


def test_once_its_account_is_ticked_flatten_reaches_it(glass: Glass) -> None:
    send(glass)
    glass.window.ticket.accounts.set_text("Sim101,Sim102")
    glass.settle()
    assert not bar(glass).isVisible()
    glass.window.ticket.accounts.set_text("Sim101")
    glass.settle()
    assert bar(glass).isVisible()


def test_another_instrument_in_the_ticket_leaves_the_former_one_behind(glass: Glass) -> None:
    send(glass, replace(THERE, fields=ENTRY))
    assert not bar(glass).isVisible()
    glass.type("instrument", "MNQ 12-26")
    glass.settle()
    assert "Not in FLATTEN: MES 12-26 on Sim101" in bar(glass).words.text()


def test_put_away_it_is_gone_until_the_next_entry_there(glass: Glass) -> None:
    send(glass)
    glass.wait(bar(glass).dismiss_button.isEnabled)
    QTest.mouseClick(bar(glass).dismiss_button, LEFT)
    assert not bar(glass).isVisible()
    glass.type("qty", "3")
    assert not bar(glass).isVisible()
    send(glass)
    assert bar(glass).isVisible()


def test_an_entry_that_was_refused_leaves_nothing_to_get_out_of(glass: Glass) -> None:
    send(glass, outcome=NO)
    assert not bar(glass).isVisible()


def test_what_was_entered_in_practice_is_not_told_of_at_another_place(glass: Glass) -> None:
    send(glass)
    glass.go(Place(Mode.LIVE, "https://app.crosstrade.io/v1/send/••••/••••"), Wire())
    assert not bar(glass).isVisible()


def test_an_exit_that_failed_comes_before_it(glass: Glass) -> None:
    send(glass)
    glass.wire.always = NO
    glass.click("flatten")
    glass.wait(lambda: bar(glass).property("alarm") == "failed")
    assert "(+1 more)" in bar(glass).words.text()
    glass.wait(bar(glass).dismiss_button.isEnabled)
    QTest.mouseClick(bar(glass).dismiss_button, LEFT)
    assert "Not in FLATTEN" in bar(glass).words.text()


# --- with what is read ---


def read(glass: Glass, *held: Position) -> None:
    """The orders of Sim102, none of which works, and the positions are read once the entry had its time."""
    later = time.monotonic() + CONFIRMED_IN_S + 1
    glass.window.log.alarms._beyond.now = lambda: later
    glass.window.log.alarms._beyond._observer.known._usual_s = lambda _call: 60.0
    glass.reads.on_read(News(Call.ORDERS, Subject(account="Sim102"), later, Orders()))
    glass.reads.on_read(News(Call.POSITIONS, Subject(), later + 1, Positions(held)))
    glass.observer.known.take(News(Call.POSITIONS, Subject(), later, Positions(held)))
    glass.settle()


def dismiss(glass: Glass) -> None:
    glass.wait(bar(glass).dismiss_button.isEnabled)
    QTest.mouseClick(bar(glass).dismiss_button, LEFT)
    glass.settle()


def test_once_a_read_shows_it_flat_with_nothing_working_the_bar_goes(glass: Glass) -> None:
    send(glass)
    read(glass, OPEN)
    assert bar(glass).isVisible()
    read(glass)
    assert not bar(glass).isVisible()


def test_put_away_while_it_is_known_to_be_open_says_what_stays(glass: Glass) -> None:
    send(glass)
    read(glass, OPEN)
    dismiss(glass)
    assert not bar(glass).isVisible()
    words = "Put away. Still there when it was read last: LONG 2 MES 12-26 on Sim102. FLATTEN does not reach it."
    assert words in glass.window.status.text()


def test_put_away_while_an_order_works_there_says_so(glass: Glass) -> None:
    send(glass)
    read(glass)
    send(glass)
    works = Order("1", "Sim102", "MES 12-26", "Limit", "Working", "Buy", 1)
    others = (Order("2", "Sim102", "ES 12-26", state="Working"), Order("3", "Sim102", "MES 12-26", state="Filled"))
    now = glass.window.log.alarms._beyond.now()
    glass.observer.known.take(News(Call.ORDERS, Subject(account="Sim102"), now, Orders((works, *others))))
    dismiss(glass)
    assert "read last: 1 order in MES 12-26 on Sim102. FLATTEN" in glass.window.status.text()


def test_put_away_while_nothing_is_known_of_it_nothing_is_said(glass: Glass) -> None:
    send(glass)
    dismiss(glass)
    assert "Put away" not in glass.window.status.text()


def test_its_accounts_are_read_while_the_bar_stands(glass: Glass) -> None:
    send(glass)
    assert glass.observer._also == ("Sim102",)
    dismiss(glass)
    assert glass.observer._also == ()


def test_the_bar_is_whole_while_the_log_is_filtered(glass: Glass) -> None:
    glass.window.resize(1274, 700)
    send(glass)
    whole = bar(glass).geometry()
    glass.window.log.open_filter()
    glass.settle()
    assert glass.window.log.filter.isVisible()
    assert bar(glass).geometry() == whole
    assert "…" not in "".join(bar(glass).words.shown())
    QTest.keyClicks(glass.window.log.filter.line, "buy")
    assert glass.window.log.filter.line.text() == "buy"

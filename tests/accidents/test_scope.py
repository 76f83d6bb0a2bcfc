"""Accidents of reach: the wrong account, the wrong money, more orders than were meant, or fewer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crosstrade_desk.desk.events import Mode
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.command import compose
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.problems import Problems
from crosstrade_desk.protocol.spec import CommandSpec
from support.desks import HERE
from support.keys import FLATTEN, press
from support.stage import ES, SIM102, THREE, Stage, buy, limit, sell, stop
from support.staged import Staged
from support.windows import Glass

LEFT = Qt.MouseButton.LeftButton
MES_ELSEWHERE, ES_HERE = "Sim102 MES 12-26", "Sim101 ES 12-26"
ALL_AROUND = [buy(1), buy(1, at=SIM102), buy(1, at=ES)]


def test_accident_09_flatten_reaches_this_account_and_instrument_as_its_button_says(
    glass: Glass, exchange: Stage
) -> None:
    exchange.do(ALL_AROUND)
    glass.fill()
    assert "MES 12-26 on Sim101" in glass.window.ticket.exits.flatten_button.words
    press(glass.window, FLATTEN)
    glass.settle()
    assert exchange.net == {MES_ELSEWHERE: 1, ES_HERE: 1}


def test_accident_09_everything_is_another_button_that_has_to_be_held(glass: Glass, exchange: Stage) -> None:
    exchange.do(ALL_AROUND)
    glass.click("everything")
    assert len(exchange.net) == 3
    QTest.mousePress(glass.part("everything"), LEFT)
    glass.wait(lambda: exchange.net == {})
    QTest.mouseRelease(glass.part("everything"), LEFT)


def test_accident_09_nothing_pressed_in_practice_reaches_the_live_account(live: Glass) -> None:
    practice = Staged()
    live.go(HERE, practice)
    live.fill()
    practice.stage.do(ALL_AROUND)
    press(live.window, FLATTEN)
    for name, last in (("everything", "FLATTENEVERYTHING"), ("panic", "KILLSWITCH")):
        QTest.mousePress(live.part(name), LEFT)
        live.wait(lambda last=last: last in [intent.command for intent in live.book.intents])
        QTest.mouseRelease(live.part(name), LEFT)
    live.settle()
    assert practice.stage.net == {}
    assert live.wire.carried == []


def test_accident_10_one_press_cancels_the_orders_and_closes_the_position(glass: Glass, exchange: Stage) -> None:
    exchange.do([buy(1), buy(2, limit(90)), sell(1, stop(95)), sell(1, limit(110))])
    assert len(exchange.book) == 3
    glass.fill()
    press(glass.window, FLATTEN)
    glass.settle()
    assert (exchange.net, exchange.book) == ({}, [])
    assert len(glass.book.intents) == 1


def test_accident_11_an_exit_pressed_again_and_again_in_a_lag_turns_nothing_around(
    glass: Glass, exchange: Stage
) -> None:
    exchange.do([sell(2)])
    glass.fill()
    for _ in range(5):
        press(glass.window, FLATTEN)  # none of them has an answer yet
    glass.settle()
    assert exchange.net == {}
    assert glass.tried == 5


def test_accident_11_an_exit_larger_than_the_position_turns_nothing_around(glass: Glass, exchange: Stage) -> None:
    exchange.do([buy(1)])
    glass.fill()
    glass.choose("CLOSEPOSITION")
    glass.type("quantity", "5")
    for _ in range(3):
        glass.click("send")
        glass.time.now += 1
    assert exchange.net == {}


def test_accident_11_no_exit_is_an_order_the_other_way_round() -> None:
    exits = [spec for spec in COMMANDS if spec.exits]
    assert len(exits) == 7
    names = {use.field.name for spec in exits for use in spec.uses}
    assert not names & {"action", "order_type", "limit_price", "stop_price", "tif", "qty"}


def test_accident_12_after_a_flatten_the_position_is_to_be_looked_at_and_a_second_one_leaves_at_once(
    glass: Glass, exchange: Stage
) -> None:
    exchange.do([buy(1)])
    glass.fill()
    press(glass.window, FLATTEN)
    glass.settle()
    assert "a target that was filling may have opened another position" in glass.window.status.text()
    exchange.do([sell(1)])  # what a target does that filled at the same moment
    press(glass.window, FLATTEN)
    glass.settle()
    assert exchange.net == {}


def test_accident_18_the_money_at_stake_follows_from_the_account_that_is_sent(live: Glass) -> None:
    live.fill()
    band, ticket = live.window.band, live.window.ticket
    assert (band.mode.text(), band.money.text(), ticket.property("money")) == (
        "LIVE",
        "SIMULATION ACCOUNT",
        "simulation",
    )
    live.tick("LIVE-7")
    assert (band.money.text(), ticket.property("money")) == ("LIVE ACCOUNT", "live")
    assert "account=Sim101,LIVE-7;" in ticket.read_back.wire.toPlainText()
    live.click("send")
    assert live.sent == []  # one live account among them is enough
    live.tick("LIVE-7")
    live.click("send")
    assert [message.command.accounts for message in live.wire.carried] == [("Sim101",)]


def test_accident_18_practice_is_another_address_and_not_a_switch_in_the_message(live: Glass) -> None:
    live.fill()
    shown = live.window.ticket.read_back.wire.toPlainText()
    assert "SEND to LIVE" in live.window.ticket.send_button.words
    live.go(HERE, Staged())
    assert live.window.ticket.read_back.wire.toPlainText() == shown
    assert "SEND to PRACTICE" in live.window.ticket.send_button.words
    assert {mode.value for mode in Mode} == {"PRACTICE", "LIVE"}


NAMING = [spec for spec in COMMANDS if spec.use("account")]


@pytest.mark.parametrize("spec", NAMING, ids=lambda spec: spec.token)
def test_accident_19_every_message_names_its_accounts_and_none_has_a_current_one(
    glass: Glass, spec: CommandSpec
) -> None:
    texts = minimal(spec)
    missing = compose(spec, {**texts, "account": ""}, needed=spec.wide_without)
    assert isinstance(missing, Problems)
    assert [problem.field for problem in missing.items] == ["account"]
    first, second = (glass.desk.compose(spec, {**texts, "account": name}) for name in ("Sim101", "LIVE-7"))
    glass.desk.send(first)  # type: ignore[arg-type]
    glass.settle()
    assert first != second
    assert "\naccount=Sim101;" in glass.wire.carried[0].rest


def test_accident_21_cancel_orders_reaches_this_account_and_instrument_and_all_is_said_in_words(
    glass: Glass, exchange: Stage
) -> None:
    orders = [buy(1, limit(90), at=at) for at in ("account=Sim101; instrument=MES 12-26;", SIM102, ES)]
    exchange.do(orders)
    glass.fill()
    glass.choose("CANCELORDERS")
    glass.click("send")
    assert len(exchange.book) == 2
    assert not [line for line in exchange.book if line.startswith(("brk", "Sim101 MES"))]
    glass.choose("CANCELALLORDERS")
    assert "in every account" in glass.window.ticket.read_back.sentence.text()
    glass.time.now += 1
    glass.click("send")  # wide: it has to be held
    assert len(exchange.book) == 2


def test_accident_41_one_flatten_names_every_ticked_account_and_says_what_it_does_not_reach(
    glass: Glass, exchange: Stage
) -> None:
    exchange.do([buy(1, at=THREE), buy(1, limit(90), at=THREE)])
    glass.fill()
    glass.window.ticket.accounts.set_text("Sim101,Sim102,Sim103")
    press(glass.window, FLATTEN)
    glass.settle()
    assert (exchange.net, exchange.book) == ({}, [])
    assert glass.book.intents[0].wire.count("account=Sim101,Sim102,Sim103;") == 1
    assert "copier" in glass.window.ticket.exits.flatten_button.toolTip()

"""OCO groups: one that fills or is cancelled takes the others along."""

from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.trades import Change, Tif
from support.trader import BUY, ES, Trader, cancelled, events, fills, refused, texts

D = Decimal
USED = "OCO id '{}' is used up: its group has ended, take a new one"


def straddle(trader: Trader, **more: Any) -> None:
    trader.buy(1, stop="101.00", oco_id="x", order_id="up", **more)
    trader.sell(1, stop="99.00", oco_id="x", order_id="down", **more)


@pytest.mark.parametrize(("price", "filled", "gone"), [("102.00", 1, 2), ("98.00", 2, 1)])
def test_one_that_fills_cancels_the_other(trader: Trader, tape: Any, price: str, filled: int, gone: int) -> None:
    tape.prices = ["100.00", price]
    straddle(trader)
    found = trader.wait(1)
    assert (fills(found), cancelled(found)) == ([(filled, price)], [gone])
    assert found[-1].text.endswith(f"cancelled, order {filled} of its OCO group ended")


def test_one_that_is_cancelled_cancels_all_the_others(trader: Trader) -> None:
    straddle(trader)
    trader.buy(1, limit="90.00", oco_id="x", of=ES)
    assert cancelled(events(trader.exchange.cancel("down"))) == [2, 1, 3]


def test_one_that_ends_with_its_day_cancels_the_other(trader: Trader) -> None:
    trader.buy(1, stop="101.00", oco_id="x", tif=Tif.GTC)
    trader.sell(1, stop="99.00", oco_id="x", tif=Tif.DAY)
    assert cancelled(trader.wait(7 * 3600)) == [2, 1]


def test_of_two_that_one_second_reaches_only_the_first_fills(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "98.00"]
    trader.buy(1, limit="98.50", oco_id="x")
    trader.buy(1, limit="99.00", oco_id="x")
    found = trader.wait(1)
    assert (fills(found), cancelled(found)) == ([(2, "99.00")], [1])


def test_a_group_lives_in_one_account(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00"]
    straddle(trader)
    trader.sell(1, stop="99.00", oco_id="x", account="Sim102")
    assert cancelled(trader.wait(1)) == [2]
    assert trader.working() == [3]


def test_orders_without_a_group_do_not_end_each_other(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    trader.buy(1, limit="99.00")
    assert cancelled(events(trader.exchange.cancel("a"))) == [1]


@pytest.mark.parametrize("how", ["filled", "cancelled", "filled at once"])
def test_a_group_that_is_used_up_takes_no_further_order(trader: Trader, tape: Any, how: str) -> None:
    tape.prices = ["100.00", "102.00"]
    if how == "filled at once":
        trader.buy(1, oco_id="x")
    else:
        straddle(trader)
    if how == "filled":
        trader.wait(1)
    if how == "cancelled":
        events(trader.exchange.cancel("up"))
    assert refused(trader.place(BUY, 1, limit="90.00", oco_id="x")) == USED.format("x")
    trader.buy(1, limit="90.00", oco_id="x", account="Sim102")
    trader.buy(1, limit="90.00", oco_id="X")


def test_a_group_whose_orders_work_takes_more(trader: Trader) -> None:
    straddle(trader)
    assert len(trader.buy(1, limit="90.00", oco_id="x")) == 1


def test_a_marketable_member_cancels_the_group_as_it_comes_in(trader: Trader) -> None:
    straddle(trader)
    found = trader.buy(1, oco_id="x")
    assert (fills(found), cancelled(found)) == ([(3, "100.00")], [1, 2])


def test_a_changed_member_that_trades_at_once_cancels_the_group(trader: Trader) -> None:
    straddle(trader)
    found = events(trader.exchange.change("up", Change(stop=D("100.00"))))
    assert (fills(found), cancelled(found)) == ([(1, "100.00")], [2])


def test_what_a_part_fills_the_others_give_up(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "101.00", "100.00", "98.00"]
    trader.buy(25)
    trader.sell(25, limit="101.00", oco_id="x")
    trader.sell(25, stop="99.00", oco_id="x")
    assert texts(trader.wait(1)) == [
        "order 2 Sim101 MES 12-26: sold 10 of 25 at 101.00, now long 15 at 100.00",
        "order 3 Sim101 MES 12-26: now SELL 15 STOPMARKET stop 99.00 DAY, order 2 of its OCO group part filled",
    ]
    found = trader.wait(2)
    assert (fills(found), cancelled(found)) == ([(3, "98.00")], [2])
    assert trader.held() == {}


def test_a_smaller_one_whose_size_a_part_has_filled_ends_and_the_part_filled_goes_on(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "101.00"]
    trader.sell(15, limit="101.00", oco_id="x")
    trader.sell(10, stop="99.00", oco_id="x")
    assert cancelled(trader.wait(1)) == [2]
    assert fills(trader.wait(1)) == [(1, "101.00")]
    assert trader.net == -15

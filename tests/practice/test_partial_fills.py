"""Big limit orders that rest in the book fill in parts; nothing else does."""

from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.events import Filled, PartFilled
from crosstrade_desk.practice.floor import SLICE
from crosstrade_desk.practice.orders import State
from crosstrade_desk.practice.trades import Change, Tif
from support.trader import Trader, cancelled, events, fills, refused, texts

D = Decimal


def test_a_big_resting_limit_fills_so_much_a_second(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50"]
    trader.buy(25, limit="99.50")
    assert texts(trader.wait(1)) == ["order 1 Sim101 MES 12-26: bought 10 of 25 at 99.50, now long 10 at 99.50"]
    assert (trader.exchange.orders[0].left, trader.exchange.orders[0].state) == (15, State.PART_FILLED)
    assert texts(trader.wait(2)) == [
        "order 1 Sim101 MES 12-26: bought 10 of 25 at 99.50, now long 20 at 99.50",
        "order 1 Sim101 MES 12-26: bought 5, the last of 25, at 99.50, now long 25 at 99.50",
    ]
    assert trader.working() == []


def test_an_order_of_one_slice_fills_whole(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50"]
    trader.buy(SLICE, limit="99.50")
    assert [type(e) for e in trader.wait(1)] == [Filled]


@pytest.mark.parametrize("prices", [{}, {"limit": "101.00"}, {"stop": "101.00"}, {"stop": "101.00", "limit": "105.00"}])
def test_market_orders_stops_and_marketable_limits_fill_whole(trader: Trader, tape: Any, prices: Any) -> None:
    tape.prices = ["100.00", "102.00"]
    found = (*trader.buy(1000, **prices), *trader.wait(1))
    assert [type(e) for e in found if not isinstance(e, type(found[0]))] == [Filled]
    assert trader.net == 1000


def test_the_rest_waits_while_the_price_is_away(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50", "100.00", "100.00", "99.25"]
    trader.buy(15, limit="99.50")
    assert len(fills(trader.wait(3))) == 1
    assert fills(trader.wait(1)) == [(1, "99.50")]
    assert trader.net == 15


def test_cancelling_a_part_filled_order_keeps_its_part(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50"]
    trader.buy(25, limit="99.50", order_id="big")
    trader.wait(1)
    assert texts(events(trader.exchange.cancel("big"))) == [
        "order 1 (big) Sim101 MES 12-26: cancelled with 10 filled, as asked"
    ]
    assert (trader.net, trader.wait(5)) == (10, ())


def test_a_part_filled_day_order_ends_with_its_day(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50", "100.00"]
    trader.buy(25, limit="99.50", tif=Tif.DAY)
    assert cancelled(trader.wait(7 * 3600)) == [1]
    assert trader.exchange.ended_orders[-1].filled == 10


def test_the_size_of_a_part_filled_order_stays_above_its_part(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50"]
    trader.buy(25, limit="99.50", order_id="big")
    trader.wait(1)
    assert refused(trader.exchange.change("big", Change(10))) == "Quantity 10 is not above the 10 that are filled"
    events(trader.exchange.change("big", Change(11)))
    assert [(type(e), e.quantity) for e in trader.wait(1) if isinstance(e, Filled | PartFilled)] == [(Filled, 1)]
    assert trader.net == 11


def test_orders_fill_each_a_slice_best_price_first_then_by_age(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.00"]
    for limit in ("99.25", "99.50", "99.25", "98.75"):
        trader.buy(12, limit=limit)
    trader.sell(1, stop="99.75")
    assert fills(trader.wait(1)) == [(5, "99.00"), (2, "99.50"), (1, "99.25"), (3, "99.25")]

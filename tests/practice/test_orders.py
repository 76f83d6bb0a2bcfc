"""Working orders by their ids: cancel, change, replace, time out."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.orders import State
from crosstrade_desk.practice.trades import Change, Kind, Tif
from crosstrade_desk.protocol.prices import RelativePrice, Unit
from support.trader import BUY, ES, SELL, Trader, cancelled, entry, events, fills, refused, texts, ticks

D = Decimal
GONE = "Order linked to '{}' not found or already terminal."


def test_an_order_id_is_taken_while_its_order_works(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    taken = "Order id 'a' is already in use by a working order"
    assert refused(trader.place(BUY, 1, order_id="a")) == taken
    assert refused(trader.place(BUY, 1, order_id="a", account="Sim102", of=ES)) == taken
    assert trader.net == 0


def test_an_order_id_is_free_again_once_its_order_has_ended(trader: Trader) -> None:
    trader.buy(1, order_id="a")
    trader.buy(1, limit="99.00", order_id="a")
    events(trader.exchange.cancel("a"))
    trader.buy(1, limit="99.00", order_id="a")
    assert trader.working() == [3]


def test_orders_without_an_id_are_no_twins(trader: Trader) -> None:
    trader.buy(1, limit="99.00")
    trader.buy(1, limit="99.00")
    assert trader.working() == [1, 2]


def test_cancel_finds_an_order_by_its_id_in_any_account(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    trader.buy(1, limit="99.00", order_id="b", account="Sim102")
    assert cancelled(events(trader.exchange.cancel("b"))) == [2]
    assert trader.working() == [1]


@pytest.mark.parametrize("order_id", ["never", "filled", "gone", "A", "ENTRY1", ""])
def test_cancel_and_change_refuse_an_id_that_no_working_order_has(trader: Trader, order_id: str) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    trader.buy(1, limit="99.00")
    trader.buy(1, order_id="filled")
    trader.buy(1, limit="99.00", order_id="gone")
    events(trader.exchange.cancel("gone"))
    assert trader.exchange.cancel(order_id) == Rejected(GONE.format(order_id))
    assert trader.exchange.change(order_id, Change(2)) == Rejected(GONE.format(order_id))
    assert trader.working() == [1, 2]


@pytest.mark.parametrize(
    ("change", "terms"),
    [
        (Change(quantity=5), "BUY 5 STOPLIMIT stop 101.00 limit 102.00 DAY"),
        (Change(limit=D("103.00")), "BUY 2 STOPLIMIT stop 101.00 limit 103.00 DAY"),
        (Change(stop=D("101.50")), "BUY 2 STOPLIMIT stop 101.50 limit 102.00 DAY"),
        (Change(1, D("104.00"), D("103.00")), "BUY 1 STOPLIMIT stop 103.00 limit 104.00 DAY"),
        (Change(stop=RelativePrice(D(2), Unit.POINTS)), "BUY 2 STOPLIMIT stop 102.00 limit 102.00 DAY"),
        (Change(limit=ticks(0)), "BUY 2 STOPLIMIT stop 101.00 limit 100.00 DAY"),
        (Change(3, D(0), D(0)), "BUY 3 STOPLIMIT stop 101.00 limit 102.00 DAY"),
    ],
)
def test_change_sets_what_is_given_and_leaves_the_rest(trader: Trader, change: Change, terms: str) -> None:
    trader.buy(2, stop="101.00", limit="102.00", order_id="a")
    assert texts(events(trader.exchange.change("a", change))) == [
        f"order 1 (a) Sim101 MES 12-26: now {terms}, as asked"
    ]
    assert trader.book() == [terms]


@pytest.mark.parametrize("change", [Change(), Change(0, D(0), D(0)), Change(2), Change(2, D("99.00"))])
def test_change_to_what_there_is_does_nothing(trader: Trader, change: Change) -> None:
    trader.buy(2, limit="99.00", order_id="a")
    assert events(trader.exchange.change("a", change)) == ()


@pytest.mark.parametrize(
    ("prices", "change", "text"),
    [
        ({"limit": "99.00"}, Change(stop=D("101.00")), "A LIMIT order has no stop price"),
        ({"stop": "101.00"}, Change(limit=D("99.00")), "A STOPMARKET order has no limit price"),
        ({"limit": "99.00"}, Change(limit=D("99.10")), "Price 99.10 is not a multiple of the tick size 0.25"),
        ({"stop": "101.00"}, Change(stop=D("99.00")), "A buy stop at 99.00 is below the market at 100.00"),
        ({"limit": "99.00"}, Change(-1), "Quantity -1 is not above the 0 that are filled"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_the_order_stays(
    trader: Trader, prices: Any, change: Change, text: str
) -> None:
    trader.buy(2, order_id="a", **prices)
    before = trader.book()
    assert refused(trader.exchange.change("a", change)) == text
    assert trader.book() == before


def test_an_order_changed_to_the_market_trades_at_once(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    trader.sell(1, stop="99.00", order_id="b")
    assert fills(events(trader.exchange.change("a", Change(limit=D("101.00"))))) == [(1, "100.00")]
    assert fills(events(trader.exchange.change("b", Change(stop=D("100.00"))))) == [(2, "100.00")]


def test_a_changed_order_fills_at_its_new_price_and_size(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.00", "98.00"]
    trader.buy(1, limit="99.00", order_id="a")
    events(trader.exchange.change("a", Change(3, D("98.00"))))
    assert fills(trader.wait(1)) == []
    assert fills(trader.wait(1)) == [(1, "98.00")]
    assert trader.net == 3


def test_a_triggered_stop_limit_has_no_stop_any_more(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00"]
    trader.buy(1, stop="101.50", limit="101.25", order_id="a")
    assert trader.exchange.orders[0].state is State.ACCEPTED
    trader.wait(1)
    assert trader.exchange.orders[0].state is State.WORKING
    assert refused(trader.exchange.change("a", Change(stop=D("103.00")))) == "A LIMIT order has no stop price"


def test_cancel_replace_places_under_the_same_id(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    found = events(trader.exchange.cancel_replace(trader.at(), entry(SELL, 2, limit="101.00", order_id="a")))
    assert texts(found) == [
        "order 1 (a) Sim101 MES 12-26: cancelled, it is replaced",
        "order 2 (a) Sim101 MES 12-26: SELL 2 LIMIT limit 101.00 DAY placed",
    ]
    assert cancelled(events(trader.exchange.cancel("a"))) == [2]


def test_cancel_replace_places_nothing_when_the_order_is_gone(trader: Trader) -> None:
    trader.buy(1, order_id="a")
    replacement = entry(BUY, 1, order_id="a")
    assert trader.exchange.cancel_replace(trader.at(), replacement) == Rejected(GONE.format("a"))
    assert trader.net == 1


def test_a_refused_replacement_does_not_bring_the_order_back(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a")
    found = trader.exchange.cancel_replace(trader.at(), entry(BUY, 1, stop="90.00", order_id="a"))
    assert refused(found) == "A buy stop at 90.00 is below the market at 100.00"
    assert (cancelled(found.events), trader.working()) == ([1], [])


@pytest.mark.parametrize("tif", Tif)
def test_a_limit_entry_is_cancelled_when_its_minutes_are_over(trader: Trader, tif: Tif) -> None:
    trader.buy(1, limit="99.00", cancel_after=10, tif=tif)
    assert trader.wait(599) == ()
    assert texts(trader.wait(1)) == ["order 1 Sim101 MES 12-26: cancelled, it did not fill in time"]


def test_the_end_of_the_day_may_come_before_the_minutes_are_over(trader: Trader) -> None:
    trader.wait(7 * 3600 - 60)
    trader.buy(1, limit="99.00", cancel_after=10)
    assert texts(trader.wait(60)) == ["order 1 Sim101 MES 12-26: cancelled, its day is over"]


@pytest.mark.parametrize("prices", [{}, {"stop": "101.00"}, {"stop": "101.00", "limit": "102.00"}])
def test_only_limit_entries_time_out(trader: Trader, prices: Any) -> None:
    assert refused(trader.place(BUY, 1, cancel_after=5, **prices)) == "cancel_after goes with LIMIT orders only"
    assert trader.net == 0


def test_what_works_and_what_ended_can_be_read(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50"]
    trader.buy(20, limit="99.50", order_id="a")
    trader.buy(1, stop="101.00")
    trader.wait(1)
    trader.sell(3)
    working = [(o.number, o.state, o.filled, o.average) for o in trader.exchange.orders]
    assert working == [(1, State.PART_FILLED, 10, D("99.50")), (2, State.ACCEPTED, 0, D(0))]
    events(trader.exchange.cancel("a"))
    assert [(o.number, o.state) for o in trader.exchange.ended_orders] == [(3, State.FILLED), (1, State.CANCELLED)]
    assert [o.placed - trader.exchange.now for o in trader.exchange.ended_orders] == [
        timedelta(0),
        timedelta(seconds=-1),
    ]
    assert [o.terms.kind for o in trader.exchange.working(trader.at())] == [Kind.STOPMARKET]
    assert trader.exchange.working(trader.at("Sim102")) == ()

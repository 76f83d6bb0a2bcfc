"""The simulated NinjaTrader, by value: given these prices and orders, these events."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.events import Done, Filled, Placed, Rejected
from crosstrade_desk.practice.exchange import Exchange, Filter
from crosstrade_desk.practice.trades import Kind, Side, Tif
from crosstrade_desk.protocol.instrument import Instrument
from support.trader import BUY, ES, MES, SELL, Trader, cancelled, entry, events, fills, instrument, refused

D = Decimal


def test_a_market_order_fills_at_once_at_the_price_there_is(trader: Trader) -> None:
    found = trader.buy(2)
    assert [type(e) for e in found] == [Placed, Filled]
    assert [e.text for e in found] == [
        "order 1 Sim101 MES 12-26: BUY 2 MARKET DAY placed",
        "order 1 Sim101 MES 12-26: bought 2 at 100.00, now long 2 at 100.00",
    ]
    assert trader.working() == []


def test_a_limit_waits_for_its_price_and_fills_there(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.75", "99.25", "99.00"]
    assert fills(trader.buy(1, limit="99.50")) == []
    assert fills(trader.wait(1)) == []
    assert fills(trader.wait(1)) == [(1, "99.50")]
    assert trader.working() == []


@pytest.mark.parametrize("side", [BUY, SELL])
def test_a_limit_fills_when_its_very_price_trades(trader: Trader, tape: Any, side: Side) -> None:
    tape.prices = ["100.00", "100.00", "99.50" if side is BUY else "100.50"]
    trader.place(side, 1, limit=tape.prices[2])
    assert fills(trader.wait(1)) == []
    assert fills(trader.wait(1)) == [(1, tape.prices[2])]


def test_a_sell_limit_waits_for_a_higher_price(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.00", "101.25"]
    trader.sell(1, limit="101.00")
    assert fills(trader.wait(2)) == [(1, "101.00")]


def test_a_marketable_limit_fills_at_once_at_the_better_price(trader: Trader) -> None:
    assert fills(trader.buy(1, limit="105.00")) == [(1, "100.00")]
    assert fills(trader.sell(1, limit="95.00")) == [(2, "100.00")]


def test_a_stop_fills_at_the_market_that_reached_it(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "100.50", "101.50"]
    assert fills(trader.buy(1, stop="101.00")) == []
    assert fills(trader.wait(1)) == []
    assert fills(trader.wait(1)) == [(1, "101.50")]


def test_a_sell_stop_waits_for_a_lower_price(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "101.00", "99.00"]
    trader.sell(1, stop="99.00")
    assert fills(trader.wait(1)) == []
    assert fills(trader.wait(1)) == [(1, "99.00")]


def test_a_stop_limit_becomes_a_limit_once_its_stop_trades(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00", "103.00", "101.00", "90.00"]
    trader.buy(1, stop="101.50", limit="101.25")
    assert fills(trader.wait(2)) == []
    assert trader.exchange.orders[0].terms.kind is Kind.LIMIT
    assert fills(trader.wait(1)) == [(1, "101.25")]


def test_every_second_is_looked_at_however_long_nobody_asked(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", *["101.00"] * 50, "98.00", "101.00"]
    trader.buy(1, limit="99.00")
    assert fills(trader.wait(3600)) == [(1, "99.00")]


def test_a_time_gone_by_changes_nothing(trader: Trader, start: datetime) -> None:
    trader.wait(10)
    now = trader.exchange.now
    assert trader.exchange.advance(start) == ()
    assert trader.exchange.now == now


def test_a_day_order_ends_with_its_day_and_a_gtc_order_does_not(trader: Trader) -> None:
    trader.buy(1, limit="50.00", tif=Tif.DAY)
    trader.buy(1, limit="50.00", tif=Tif.GTC)
    assert cancelled(trader.wait(7 * 3600 - 1)) == []
    assert cancelled(trader.wait(1)) == [1]
    assert trader.working() == [2]


def test_an_opposite_order_reduces_first(trader: Trader) -> None:
    trader.buy(1)
    assert trader.sell(1)[-1].text == "order 2 Sim101 MES 12-26: sold 1 at 100.00, now flat, 0.00 realised"
    assert trader.held() == {}


def test_an_opposite_order_too_big_turns_the_position_around(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "101.00"]
    trader.buy(1)
    trader.wait(1)
    trader.sell(3)
    position = trader.exchange.position(trader.at())
    assert (position.quantity, position.average, position.realised) == (-2, D("101.00"), D("5.00"))


def test_average_and_realised_follow_the_point_value(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "103.00", "104.00"]
    trader.buy(1, of=ES)
    trader.wait(1)
    trader.buy(2, of=ES)
    assert trader.exchange.positions[0].average == D(102)
    trader.wait(1)
    trader.sell(1, of=ES)
    assert trader.exchange.positions[0].average == D(102)
    assert trader.exchange.positions[0].realised == D(100)
    trader.sell(2, of=ES)
    assert (trader.exchange.positions[0].average, trader.exchange.positions[0].realised) == (
        D(0),
        D(300),
    )


def test_a_short_wins_when_the_price_falls(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "98.00"]
    trader.sell(2)
    trader.wait(1)
    trader.buy(2)
    assert trader.exchange.position(trader.at()).realised == D(20)


def test_account_names_are_read_in_any_case_and_kept_canonical(trader: Trader) -> None:
    trader.buy(1, account="sIM102")
    assert trader.held() == {"Sim102 MES 12-26": 1}


@pytest.mark.parametrize(
    ("account", "what", "text"),
    [
        ("Sim999", MES, "Account 'Sim999' not found"),
        ("Sim101", instrument("AAPL"), "Instrument 'AAPL' not found"),
        ("Sim101", instrument("XX1!"), "Instrument 'XX1!' not found"),
    ],
)
def test_a_place_that_is_not_there_is_named(exchange: Exchange, account: str, what: Instrument, text: str) -> None:
    assert exchange.find(account, what) == Rejected(text)


@pytest.mark.parametrize(
    ("quantity", "prices", "text"),
    [
        (0, {}, "Quantity 0 is not above zero"),
        (1, {"limit": "100.10"}, "Price 100.10 is not a multiple of the tick size 0.25"),
        (1, {"stop": "100.10"}, "Price 100.10 is not a multiple of the tick size 0.25"),
        (1, {"limit": "-1"}, "Price -1 is not above zero"),
        (1, {"limit": None}, "Check message format, missing required field: LIMIT_PRICE"),
        (1, {"limit": None, "stop": None}, "Check message format, missing required field: LIMIT_PRICE, STOP_PRICE"),
        (1, {"stop": "99.75"}, "A buy stop at 99.75 is below the market at 100.00"),
        (1, {"stop": "99.75", "limit": "101.00"}, "A buy stop at 99.75 is below the market at 100.00"),
    ],
)
def test_what_cannot_be_placed_changes_nothing(trader: Trader, quantity: int, prices: Any, text: str) -> None:
    assert refused(trader.place(BUY, quantity, **prices)) == text
    assert (trader.exchange.positions, trader.exchange.orders, trader.exchange.ended_orders) == ((), (), ())
    assert trader.buy(1)[0].order.number == 1


def test_a_sell_stop_above_the_market_is_refused_and_one_at_the_market_trades(trader: Trader) -> None:
    assert refused(trader.place(SELL, 1, stop="100.25")) == "A sell stop at 100.25 is above the market at 100.00"
    assert fills(trader.sell(1, stop="100.00")) == [(1, "100.00")]


def test_a_whole_close_cancels_the_orders_of_its_instrument_and_account_only(trader: Trader) -> None:
    trader.buy(3)
    trader.sell(1, limit="120.00")
    trader.sell(1, limit="120.00", account="Sim102")
    trader.sell(1, limit="120.00", of=ES)
    found = events(trader.exchange.close(trader.at()))
    assert cancelled(found) == [2]
    assert fills(found) == [(5, "100.00")]
    assert (trader.held(), trader.working()) == ({}, [3, 4])


@pytest.mark.parametrize(
    ("held", "quantity", "percent", "left"),
    [
        (4, 1, None, 3),
        (4, None, D("0.25"), 3),
        (4, None, D("0.3"), 2),
        (1, None, D("0.1"), 0),
        (4, 2, D(1), 2),
        (4, 9, None, 0),
        (4, None, D(1), 0),
        (-4, 3, None, -1),
    ],
)
def test_a_part_is_rounded_up_and_clamped(
    trader: Trader, held: int, quantity: int | None, percent: D | None, left: int
) -> None:
    trader.place(BUY if held > 0 else SELL, abs(held))
    events(trader.exchange.close(trader.at(), quantity, percent))
    assert sum(trader.held().values()) == left


def test_a_partial_close_leaves_the_orders(trader: Trader) -> None:
    trader.buy(2)
    trader.sell(1, limit="120.00")
    assert cancelled(events(trader.exchange.close(trader.at(), 1))) == []
    assert trader.working() == [2]


def test_closing_nothing_is_refused_and_leaves_the_orders(trader: Trader) -> None:
    trader.sell(1, limit="120.00")
    assert trader.exchange.close(trader.at()) == Rejected("No positions found for instrument 'MES 12-26'")
    assert trader.working() == [1]


@pytest.mark.parametrize(
    ("fits", "left"),
    [
        (Filter(), {}),
        (Filter(account="sim101"), {"Sim102 MES 12-26": 1, "Sim102 ES 12-26": -2}),
        (Filter(instrument=MES), {"Sim101 ES 12-26": -1, "Sim102 ES 12-26": -2}),
        (
            Filter(account="Sim102", instrument=instrument("ES1!")),
            {"Sim101 MES 12-26": 3, "Sim101 ES 12-26": -1, "Sim102 MES 12-26": 1},
        ),
        (Filter(short=True), {"Sim101 MES 12-26": 3, "Sim102 MES 12-26": 1}),
        (Filter(short=False), {"Sim101 ES 12-26": -1, "Sim102 ES 12-26": -2}),
        (Filter(account="Sim101", short=False), {"Sim101 ES 12-26": -1, "Sim102 MES 12-26": 1, "Sim102 ES 12-26": -2}),
    ],
)
def test_flatten_closes_what_fits_every_filter(trader: Trader, fits: Filter, left: dict[str, int]) -> None:
    trader.buy(3)
    trader.sell(1, of=ES)
    trader.buy(1, account="Sim102")
    trader.sell(2, of=ES, account="Sim102")
    events(trader.exchange.flatten(fits))
    assert trader.held() == left


def test_flatten_cancels_the_orders_of_flattened_instruments_only(trader: Trader) -> None:
    trader.buy(1)
    trader.sell(1, limit="120.00")
    trader.sell(1, limit="120.00", of=ES)
    assert cancelled(events(trader.exchange.flatten(Filter()))) == [2]
    assert trader.working() == [3]


def test_flatten_that_fits_nothing_is_done(trader: Trader) -> None:
    trader.sell(1, limit="120.00")
    assert trader.exchange.flatten(Filter()) == Done()
    assert trader.exchange.flatten(Filter(account="Sim105", instrument=MES)) == Done()
    assert trader.working() == [1]


@pytest.mark.parametrize("fits", [Filter(account="Nobody"), Filter(instrument=instrument("AAPL"))])
def test_flatten_refuses_a_name_it_does_not_know(trader: Trader, fits: Filter) -> None:
    trader.buy(1)
    assert isinstance(trader.exchange.flatten(fits), Rejected)
    assert trader.held() == {"Sim101 MES 12-26": 1}


def test_flatten_everything_leaves_no_position_and_no_order(trader: Trader) -> None:
    trader.buy(1)
    trader.sell(1, limit="120.00", of=ES, account="Sim105")
    events(trader.exchange.flatten_everything())
    assert (trader.held(), trader.working()) == ({}, [])


def test_cancel_all_orders_leaves_the_positions(trader: Trader) -> None:
    trader.buy(1)
    trader.sell(1, limit="120.00")
    trader.sell(1, limit="120.00", account="Sim102")
    assert [e.text for e in events(trader.exchange.cancel_orders())] == [
        "order 2 Sim101 MES 12-26: cancelled, as asked",
        "order 3 Sim102 MES 12-26: cancelled, as asked",
    ]
    assert (trader.held(), trader.working()) == ({"Sim101 MES 12-26": 1}, [])


def test_cancel_orders_leaves_other_accounts_and_instruments(trader: Trader) -> None:
    trader.buy(1)
    trader.sell(1, limit="120.00")
    trader.sell(1, limit="120.00", of=ES)
    trader.sell(1, limit="120.00", account="Sim102")
    assert cancelled(events(trader.exchange.cancel_orders("sim101", MES))) == [2]
    assert cancelled(events(trader.exchange.cancel_orders("Sim101"))) == [3]
    assert events(trader.exchange.cancel_orders("Sim101")) == ()
    assert (trader.held(), trader.working()) == ({"Sim101 MES 12-26": 1}, [4])


def test_cancel_orders_refuses_a_name_it_does_not_know(trader: Trader) -> None:
    trader.sell(1, limit="120.00")
    assert refused(trader.exchange.cancel_orders("Nobody")) == "Account 'Nobody' not found"
    assert refused(trader.exchange.cancel_orders("Sim101", instrument("AAPL"))) == "Instrument 'AAPL' not found"
    assert trader.working() == [1]


@pytest.mark.parametrize("held", [4, -3])
def test_reverse_mirrors_the_position_and_cancels_the_orders_of_its_instrument(trader: Trader, held: int) -> None:
    trader.place(BUY if held > 0 else SELL, abs(held))
    trader.sell(1, limit="120.00")
    trader.sell(1, limit="120.00", of=ES)
    found = events(trader.exchange.reverse(trader.at()))
    assert (cancelled(found), fills(found)) == ([2], [(4, "100.00"), (5, "100.00")])
    assert (trader.net, trader.working()) == (-held, [3])


def test_reverse_does_nothing_when_flat(trader: Trader) -> None:
    trader.sell(1, limit="120.00")
    assert events(trader.exchange.reverse(trader.at())) == ()
    assert (trader.held(), trader.working()) == ({}, [1])


def test_reverse_position_closes_and_places_what_was_asked_whatever_its_side(trader: Trader) -> None:
    trader.buy(3)
    trader.sell(1, limit="120.00")
    events(trader.exchange.reverse_position(trader.at(), entry(BUY, 1)))
    assert (trader.net, trader.working()) == (1, [])
    events(trader.exchange.reverse_position(trader.at(), entry(SELL, 2, limit="110.00")))
    assert (trader.net, trader.book()) == (0, ["SELL 2 LIMIT limit 110.00 DAY"])


def test_reverse_position_does_nothing_when_flat(trader: Trader) -> None:
    trader.sell(1, limit="120.00")
    assert events(trader.exchange.reverse_position(trader.at(), entry(SELL, 1))) == ()
    assert (trader.held(), trader.working()) == ({}, [1])


def test_flat_place_closes_cancels_and_places(trader: Trader) -> None:
    trader.buy(3)
    trader.sell(1, limit="120.00")
    trader.sell(1, limit="120.00", account="Sim102")
    found = events(trader.exchange.flat_place(trader.at(), entry(SELL, 2)))
    assert (cancelled(found), fills(found)) == ([2], [(4, "100.00"), (5, "100.00")])
    assert (trader.net, trader.working()) == (-2, [3])


@pytest.mark.parametrize("place", [False, True])
def test_flatten_first_cancels_orders_even_without_a_position(trader: Trader, place: bool) -> None:
    trader.sell(1, limit="120.00")
    if place:
        assert cancelled(events(trader.exchange.flat_place(trader.at(), entry(BUY, 1)))) == [1]
    else:
        assert cancelled(events(trader.exchange.flatten_first(trader.at()))) == [1]
    assert (trader.net, trader.working()) == (int(place), [])


def test_a_refused_placement_does_not_take_back_the_close_before_it(trader: Trader) -> None:
    trader.buy(3)
    found = trader.exchange.flat_place(trader.at(), entry(BUY, 1, stop="90.00"))
    assert refused(found) == "A buy stop at 90.00 is below the market at 100.00"
    assert (fills(found.events), trader.net) == ([(2, "100.00")], 0)

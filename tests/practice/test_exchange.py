"""The simulated NinjaTrader, by value: given these prices and orders, these events."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.exchange import Exchange, Filter
from crosstrade_desk.practice.trades import (
    Cancelled,
    Done,
    Event,
    Filled,
    Kind,
    Placed,
    Rejected,
    Result,
    Side,
    Terms,
    Tif,
)
from crosstrade_desk.protocol.instrument import Instrument, parse_instrument


def instrument(text: str) -> Instrument:
    found = parse_instrument(text)
    assert isinstance(found, Instrument)
    return found


MES, ES = instrument("MES 12-26"), instrument("ES 12-26")
BUY, SELL = Side.BUY, Side.SELL


D = Decimal


class Desk:
    """Short words for long tests: `buy(2)`, `sell(1, limit=...)`, `wait(3)`, `held()`."""

    def __init__(self, exchange: Exchange, start: datetime) -> None:
        self.exchange, self.start = exchange, start

    def place(self, side: Side, quantity: int, **more: Any) -> tuple[Event, ...]:
        account, what = more.pop("account", "Sim101"), more.pop("of", MES)
        kinds = {(False, False): Kind.MARKET, (True, False): Kind.LIMIT, (False, True): Kind.STOPMARKET}
        kind = kinds.get(("limit" in more, "stop" in more), Kind.STOPLIMIT)
        more |= {name: D(more[name]) for name in ("limit", "stop") if name in more}
        return events(self.exchange.place(account, what, Terms(side, quantity, kind, **more)))

    def buy(self, quantity: int, **more: Any) -> tuple[Event, ...]:
        return self.place(BUY, quantity, **more)

    def sell(self, quantity: int, **more: Any) -> tuple[Event, ...]:
        return self.place(SELL, quantity, **more)

    def wait(self, seconds: int) -> tuple[Event, ...]:
        return self.exchange.advance(self.exchange.now + timedelta(seconds=seconds))

    def held(self) -> dict[str, int]:
        return {f"{p.account} {p.market.name}": p.quantity for p in self.exchange.positions if p.quantity}

    def working(self) -> list[int]:
        return [order.number for order in self.exchange.orders]


def events(result: Result) -> tuple[Event, ...]:
    assert isinstance(result, Done), result
    return result.events


def fills(found: tuple[Event, ...]) -> list[tuple[int, str]]:
    return [(e.order.number, str(e.price)) for e in found if isinstance(e, Filled)]


def cancelled(found: tuple[Event, ...]) -> list[int]:
    return [e.order.number for e in found if isinstance(e, Cancelled)]


@pytest.fixture
def desk(exchange: Exchange, start: datetime) -> Desk:
    return Desk(exchange, start)


def test_a_market_order_fills_at_once_at_the_price_there_is(desk: Desk) -> None:
    found = desk.buy(2)
    assert [type(e) for e in found] == [Placed, Filled]
    assert [e.text for e in found] == [
        "order 1 Sim101 MES 12-26: BUY 2 MARKET DAY placed",
        "order 1 Sim101 MES 12-26: bought 2 at 100.00, now long 2 at 100.00",
    ]
    assert desk.working() == []


def test_a_limit_waits_for_its_price_and_fills_there(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "99.75", "99.25", "99.00"]
    assert fills(desk.buy(1, limit="99.50")) == []
    assert fills(desk.wait(1)) == []
    assert fills(desk.wait(1)) == [(1, "99.50")]
    assert desk.working() == []


@pytest.mark.parametrize("side", [BUY, SELL])
def test_a_limit_fills_when_its_very_price_trades(desk: Desk, tape: Any, side: Side) -> None:
    tape.prices = ["100.00", "100.00", "99.50" if side is BUY else "100.50"]
    desk.place(side, 1, limit=tape.prices[2])
    assert fills(desk.wait(1)) == []
    assert fills(desk.wait(1)) == [(1, tape.prices[2])]


def test_a_sell_limit_waits_for_a_higher_price(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "99.00", "101.25"]
    desk.sell(1, limit="101.00")
    assert fills(desk.wait(2)) == [(1, "101.00")]


def test_a_marketable_limit_fills_at_once_at_the_better_price(desk: Desk) -> None:
    assert fills(desk.buy(1, limit="105.00")) == [(1, "100.00")]
    assert fills(desk.sell(1, limit="95.00")) == [(2, "100.00")]


def test_a_stop_fills_at_the_market_that_reached_it(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "100.50", "101.50"]
    assert fills(desk.buy(1, stop="101.00")) == []
    assert fills(desk.wait(1)) == []
    assert fills(desk.wait(1)) == [(1, "101.50")]


def test_a_sell_stop_waits_for_a_lower_price(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "101.00", "99.00"]
    desk.sell(1, stop="99.00")
    assert fills(desk.wait(1)) == []
    assert fills(desk.wait(1)) == [(1, "99.00")]


def test_a_stop_limit_becomes_a_limit_once_its_stop_trades(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "102.00", "103.00", "101.00", "90.00"]
    desk.buy(1, stop="101.50", limit="101.25")
    assert fills(desk.wait(2)) == []
    assert desk.exchange.orders[0].terms.kind is Kind.LIMIT
    assert fills(desk.wait(1)) == [(1, "101.25")]


def test_every_second_is_looked_at_however_long_nobody_asked(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", *["101.00"] * 50, "98.00", "101.00"]
    desk.buy(1, limit="99.00")
    assert fills(desk.wait(3600)) == [(1, "99.00")]


def test_a_time_gone_by_changes_nothing(desk: Desk, start: datetime) -> None:
    desk.wait(10)
    now = desk.exchange.now
    assert desk.exchange.advance(start) == ()
    assert desk.exchange.now == now


def test_a_day_order_ends_with_its_day_and_a_gtc_order_does_not(desk: Desk) -> None:
    desk.buy(1, limit="50.00", tif=Tif.DAY)
    desk.buy(1, limit="50.00", tif=Tif.GTC)
    assert cancelled(desk.wait(7 * 3600 - 1)) == []
    assert cancelled(desk.wait(1)) == [1]
    assert desk.working() == [2]


def test_an_opposite_order_reduces_first(desk: Desk) -> None:
    desk.buy(1)
    assert desk.sell(1)[-1].text == "order 2 Sim101 MES 12-26: sold 1 at 100.00, now flat, 0.00 realised"
    assert desk.held() == {}


def test_an_opposite_order_too_big_turns_the_position_around(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "101.00"]
    desk.buy(1)
    desk.wait(1)
    desk.sell(3)
    position = desk.exchange.positions[0]
    assert (position.quantity, position.average, position.realised) == (-2, D("101.00"), D("5.00"))


def test_average_and_realised_follow_the_point_value(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "103.00", "104.00"]
    desk.buy(1, of=ES)
    desk.wait(1)
    desk.buy(2, of=ES)
    assert desk.exchange.positions[0].average == D(102)
    desk.wait(1)
    desk.sell(1, of=ES)
    assert desk.exchange.positions[0].average == D(102)
    assert desk.exchange.positions[0].realised == D(100)
    desk.sell(2, of=ES)
    assert (desk.exchange.positions[0].average, desk.exchange.positions[0].realised) == (D(0), D(300))


def test_a_short_wins_when_the_price_falls(desk: Desk, tape: Any) -> None:
    tape.prices = ["100.00", "98.00"]
    desk.sell(2)
    desk.wait(1)
    desk.buy(2)
    assert desk.exchange.positions[0].realised == D(20)


def test_account_names_are_read_in_any_case_and_kept_canonical(desk: Desk) -> None:
    desk.buy(1, account="sIM102")
    assert desk.held() == {"Sim102 MES 12-26": 1}


@pytest.mark.parametrize(
    ("account", "what", "terms", "text"),
    [
        ("Sim999", MES, Terms(BUY, 1, Kind.MARKET), "Account 'Sim999' not found"),
        ("Sim101", instrument("AAPL"), Terms(BUY, 1, Kind.MARKET), "Instrument 'AAPL' not found"),
        ("Sim101", instrument("XX1!"), Terms(BUY, 1, Kind.MARKET), "Instrument 'XX1!' not found"),
        (
            "Sim101",
            MES,
            Terms(BUY, 1, Kind.LIMIT, limit=D("100.10")),
            "Price 100.10 is not a multiple of the tick size 0.25",
        ),
    ],
)
def test_what_cannot_be_placed_changes_nothing(
    exchange: Exchange, account: str, what: Instrument, terms: Terms, text: str
) -> None:
    assert exchange.place(account, what, terms) == Rejected(text)
    assert (exchange.positions, exchange.orders) == ((), ())


def test_a_whole_close_cancels_the_orders_of_its_instrument_and_account_only(desk: Desk) -> None:
    desk.buy(3)
    desk.sell(1, limit="120.00")
    desk.sell(1, limit="120.00", account="Sim102")
    desk.sell(1, limit="120.00", of=ES)
    found = events(desk.exchange.close("sim101", MES))
    assert cancelled(found) == [2]
    assert fills(found) == [(5, "100.00")]
    assert (desk.held(), desk.working()) == ({}, [3, 4])


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
    desk: Desk, held: int, quantity: int | None, percent: D | None, left: int
) -> None:
    desk.place(BUY if held > 0 else SELL, abs(held))
    events(desk.exchange.close("Sim101", MES, quantity, percent))
    assert sum(desk.held().values()) == left


def test_a_partial_close_leaves_the_orders(desk: Desk) -> None:
    desk.buy(2)
    desk.sell(1, limit="120.00")
    assert cancelled(events(desk.exchange.close("Sim101", MES, 1))) == []
    assert desk.working() == [2]


def test_closing_nothing_is_refused_and_leaves_the_orders(desk: Desk) -> None:
    desk.sell(1, limit="120.00")
    assert desk.exchange.close("Sim101", MES) == Rejected("No positions found for instrument 'MES 12-26'")
    assert desk.working() == [1]


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
def test_flatten_closes_what_fits_every_filter(desk: Desk, fits: Filter, left: dict[str, int]) -> None:
    desk.buy(3)
    desk.sell(1, of=ES)
    desk.buy(1, account="Sim102")
    desk.sell(2, of=ES, account="Sim102")
    events(desk.exchange.flatten(fits))
    assert desk.held() == left


def test_flatten_cancels_the_orders_of_flattened_instruments_only(desk: Desk) -> None:
    desk.buy(1)
    desk.sell(1, limit="120.00")
    desk.sell(1, limit="120.00", of=ES)
    assert cancelled(events(desk.exchange.flatten(Filter()))) == [2]
    assert desk.working() == [3]


def test_flatten_that_fits_nothing_is_done(desk: Desk) -> None:
    desk.sell(1, limit="120.00")
    assert desk.exchange.flatten(Filter()) == Done()
    assert desk.exchange.flatten(Filter(account="Sim105", instrument=MES)) == Done()
    assert desk.working() == [1]


@pytest.mark.parametrize("fits", [Filter(account="Nobody"), Filter(instrument=instrument("AAPL"))])
def test_flatten_refuses_a_name_it_does_not_know(desk: Desk, fits: Filter) -> None:
    desk.buy(1)
    assert isinstance(desk.exchange.flatten(fits), Rejected)
    assert desk.held() == {"Sim101 MES 12-26": 1}


def test_flatten_everything_leaves_no_position_and_no_order(desk: Desk) -> None:
    desk.buy(1)
    desk.sell(1, limit="120.00", of=ES, account="Sim105")
    events(desk.exchange.flatten_everything())
    assert (desk.held(), desk.working()) == ({}, [])


def test_cancel_all_orders_leaves_the_positions(desk: Desk) -> None:
    desk.buy(1)
    desk.sell(1, limit="120.00")
    desk.sell(1, limit="120.00", account="Sim102")
    assert [e.text for e in events(desk.exchange.cancel_all_orders())] == [
        "order 2 Sim101 MES 12-26: cancelled, as asked",
        "order 3 Sim102 MES 12-26: cancelled, as asked",
    ]
    assert (desk.held(), desk.working()) == ({"Sim101 MES 12-26": 1}, [])

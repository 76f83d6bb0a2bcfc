"""Brackets around an entry, and CANCELANDBRACKET."""

from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.events import OrderRejected, Rejected
from crosstrade_desk.practice.orders import State
from crosstrade_desk.practice.trades import Change, Side, Tif
from crosstrade_desk.protocol.prices import RelativePrice, Unit
from support.trader import BUY, ES, SELL, Trader, bracket, cancelled, entry, events, fills, refused, texts, ticks

D = Decimal


def rejected(found: Any) -> list[str]:
    return [e.text for e in found if isinstance(e, OrderRejected)]


@pytest.mark.parametrize(
    ("side", "exits", "book"),
    [
        (BUY, {"take_profit": "102.00"}, ["SELL 2 LIMIT limit 102.00 GTC"]),
        (BUY, {"stop_loss": "98.00"}, ["SELL 2 STOPMARKET stop 98.00 GTC"]),
        (BUY, {"stop_loss_limit": "98.00"}, ["SELL 2 STOPLIMIT stop 98.00 limit 98.00 GTC"]),
        (
            BUY,
            {"stop_loss_limit": "97.50", "stop_loss_stop": "98.00", "take_profit": "102.00"},
            ["SELL 2 STOPLIMIT stop 98.00 limit 97.50 GTC", "SELL 2 LIMIT limit 102.00 GTC"],
        ),
        (
            BUY,
            {"stop_loss": "98.00", "stop_loss_stop": "99.00", "take_profit": "102.00"},
            ["SELL 2 STOPMARKET stop 98.00 GTC", "SELL 2 LIMIT limit 102.00 GTC"],
        ),
        (
            SELL,
            {"take_profit": "98.00", "stop_loss": "102.00"},
            ["BUY 2 STOPMARKET stop 102.00 GTC", "BUY 2 LIMIT limit 98.00 GTC"],
        ),
    ],
)
def test_a_market_entry_takes_its_bracket_along(trader: Trader, side: Side, exits: Any, book: list[str]) -> None:
    trader.place(side, 2, **exits)
    assert (abs(trader.net), trader.book()) == (2, book)


@pytest.mark.parametrize(("price", "filled", "gone"), [("102.50", (3, "102.00"), 2), ("97.00", (2, "97.00"), 3)])
def test_target_and_stop_are_an_oco_pair(
    trader: Trader, tape: Any, price: str, filled: tuple[int, str], gone: int
) -> None:
    tape.prices = ["100.00", price]
    trader.buy(2, take_profit="102.00", stop_loss="98.00")
    found = trader.wait(1)
    assert (fills(found), cancelled(found)) == ([filled], [gone])
    assert (trader.net, trader.working()) == (0, [])


def test_the_brackets_of_two_entries_are_two_pairs(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00"]
    trader.buy(2, take_profit="102.00", stop_loss="98.00")
    trader.buy(2, take_profit="103.00", stop_loss="98.00")
    assert cancelled(trader.wait(1)) == [2]
    assert trader.working() == [5, 6]


def test_a_bracket_stays_when_its_position_is_closed_by_an_opposite_order(trader: Trader) -> None:
    trader.buy(2, take_profit="102.00", stop_loss="98.00")
    trader.sell(2)
    assert (trader.net, trader.working()) == (0, [2, 3])


def test_a_limit_entry_holds_its_bracket_until_it_has_filled(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.00"]
    trader.buy(2, limit="99.50", take_profit="102.00", stop_loss="98.00")
    assert trader.working() == [1]
    trader.wait(1)
    assert trader.book() == ["SELL 2 STOPMARKET stop 98.00 GTC", "SELL 2 LIMIT limit 102.00 GTC"]


def test_relative_prices_of_a_waiting_bracket_are_counted_from_the_fill(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "103.00"]
    trader.buy(1, stop="101.00", take_profit=ticks(8), stop_loss=ticks(-4))
    trader.wait(1)
    assert trader.book() == ["SELL 1 STOPMARKET stop 102.00 GTC", "SELL 1 LIMIT limit 105.00 GTC"]


def test_relative_prices_of_a_limit_entry_are_counted_from_its_limit_not_from_the_market(
    trader: Trader, tape: Any
) -> None:
    tape.prices = ["100.00", "99.00"]
    trader.buy(1, limit="99.50", take_profit=ticks(8), stop_loss_limit=ticks(-8), stop_loss_stop=ticks(-6))
    trader.wait(1)
    assert trader.book() == ["SELL 1 STOPLIMIT stop 98.00 limit 97.50 GTC", "SELL 1 LIMIT limit 101.50 GTC"]


def test_a_stop_that_the_market_has_passed_since_the_fill_trades_at_the_market(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "98.00"]
    trader.buy(1, limit="99.50", take_profit="102.00", stop_loss="99.00")
    found = trader.wait(1)
    assert (fills(found), cancelled(found)) == ([(1, "99.50"), (2, "98.00")], [3])
    assert (trader.net, trader.working()) == (0, [])


@pytest.mark.parametrize("how", ["cancelled", "day over", "timed out", "replaced", "OCO"])
def test_an_entry_that_ends_without_a_fill_drops_its_bracket(trader: Trader, how: str) -> None:
    trader.buy(1, limit="90.00", order_id="a", oco_id="x", cancel_after=5, take_profit="102.00", tif=Tif.DAY)
    ways: dict[str, Any] = {
        "cancelled": lambda: trader.exchange.cancel("a"),
        "day over": lambda: trader.wait(7 * 3600),
        "timed out": lambda: trader.wait(300),
        "replaced": lambda: trader.exchange.cancel_replace(trader.at(), entry(BUY, 1, order_id="a")),
        "OCO": lambda: trader.buy(1, oco_id="x"),
    }
    ways[how]()
    assert trader.working() == []
    assert State.REJECTED not in [order.state for order in trader.exchange.ended_orders]


@pytest.mark.parametrize("how", ["cancelled", "day over", "timed out", "replaced", "OCO"])
def test_an_entry_that_ends_after_a_part_sends_its_bracket_for_that_part(trader: Trader, tape: Any, how: str) -> None:
    tape.prices = ["100.00", "99.50", "100.00"]
    trader.buy(25, limit="99.50", order_id="a", oco_id="x", cancel_after=5, tif=Tif.DAY, take_profit="102.00")
    trader.wait(1)
    assert trader.working() == [1]
    ways: dict[str, Any] = {
        "cancelled": lambda: trader.exchange.cancel("a"),
        "day over": lambda: trader.wait(7 * 3600),
        "timed out": lambda: trader.wait(300),
        "replaced": lambda: trader.exchange.cancel_replace(trader.at(), entry(BUY, 1, order_id="a")),
        "OCO": lambda: trader.sell(1, oco_id="x"),
    }
    ways[how]()
    assert trader.book() == ["SELL 10 LIMIT limit 102.00 GTC"]


@pytest.mark.parametrize("how", ["close", "flatten everything", "cancel orders", "flat place", "bracket"])
def test_what_sweeps_orders_away_drops_a_part_filled_entrys_bracket(trader: Trader, tape: Any, how: str) -> None:
    tape.prices = ["100.00", "99.50", "100.00"]
    trader.buy(25, limit="99.50", take_profit="102.00", stop_loss="98.00")
    trader.wait(1)
    at = trader.at()
    ways: dict[str, Any] = {
        "close": lambda: trader.exchange.close(at),
        "flatten everything": trader.exchange.flatten_everything,
        "cancel orders": trader.exchange.cancel_orders,
        "flat place": lambda: trader.exchange.flat_place(at, entry(BUY, 1)),
        "bracket": lambda: trader.exchange.cancel_and_bracket(at, BUY, 99, bracket(stop_loss="97.00")),
    }
    events(ways[how]())
    assert trader.book() == (["SELL 10 STOPMARKET stop 97.00 GTC"] if how == "bracket" else [])


def test_flattening_everything_drops_the_bracket_of_a_part_that_is_closed_already(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.50", "100.00"]
    trader.buy(25, limit="99.50", take_profit="102.00", stop_loss="98.00")
    trader.wait(1)
    trader.sell(10)
    events(trader.exchange.flatten_everything())
    assert (trader.net, trader.working()) == (0, [])


def test_a_part_filled_bracket_goes_on_protecting_the_rest(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00", "100.00"]
    trader.buy(25, take_profit="102.00", stop_loss="98.00")
    trader.wait(1)
    assert trader.book() == ["SELL 15 STOPMARKET stop 98.00 GTC", "SELL 25 LIMIT limit 102.00 GTC"]
    assert (trader.exchange.orders[1].left, trader.net) == (15, 15)


@pytest.mark.parametrize(
    ("side", "exits", "why"),
    [
        (BUY, {"stop_loss": "100.25"}, "A sell stop at 100.25 is above the market at 100.00"),
        (SELL, {"stop_loss": "99.75"}, "A buy stop at 99.75 is below the market at 100.00"),
        (BUY, {"stop_loss_limit": "101.00"}, "A sell stop at 101.00 is above the market at 100.00"),
        (BUY, {"stop_loss": ticks(4)}, "A sell stop at 101.00 is above the market at 100.00"),
    ],
)
def test_a_stop_on_the_wrong_side_is_rejected_after_the_entry_and_takes_the_target_along(
    trader: Trader, side: Side, exits: Any, why: str
) -> None:
    profit = "105.00" if side is BUY else "95.00"
    found = events(trader.place(side, 1, take_profit=profit, **exits))
    assert rejected(found)[0].endswith(f"GTC rejected: {why}")
    assert rejected(found)[1].endswith("GTC rejected: the other half of its pair is rejected")
    assert (abs(trader.net), trader.working()) == (1, [])
    assert [o.state for o in trader.exchange.ended_orders] == [State.FILLED, State.REJECTED, State.REJECTED]


def test_a_target_on_the_wrong_side_is_marketable_and_closes_at_once(trader: Trader) -> None:
    found = trader.buy(1, take_profit="99.00", stop_loss="98.00")
    assert (fills(found), cancelled(found)) == ([(1, "100.00"), (3, "100.00")], [2])
    assert trader.net == 0


@pytest.mark.parametrize(
    ("exits", "text"),
    [
        ({"take_profit": "102.10"}, "Price 102.10 is not a multiple of the tick size 0.25"),
        (
            {"stop_loss_limit": "98.00", "stop_loss_stop": "98.10"},
            "Price 98.10 is not a multiple of the tick size 0.25",
        ),
        ({"stop_loss": RelativePrice(D(-100), Unit.PERCENT)}, "Price 0.00 is not above zero"),
        ({"stop_loss": "98.00", "stop_loss_limit": "98.00"}, "Give stop_loss or stop_loss_limit, not both"),
        ({"stop_loss_stop": "98.00"}, "A bracket needs take_profit or stop_loss"),
        ({"take_profit": "102.00", "append_atm": True}, "append_atm needs an ATM strategy"),
    ],
)
@pytest.mark.parametrize("prices", [{}, {"limit": "99.00"}])
def test_a_bracket_that_can_never_be_sent_is_refused_with_its_entry(
    trader: Trader, exits: Any, text: str, prices: Any
) -> None:
    assert refused(trader.place(BUY, 1, **prices, **exits)) == text
    assert (trader.net, trader.working()) == (0, [])


# CANCELANDBRACKET


def test_cancel_and_bracket_replaces_all_orders_of_the_instrument_by_one_pair(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "105.00"]
    trader.buy(2, take_profit="110.00", stop_loss="90.00")
    trader.buy(1, limit="80.00")
    trader.sell(1, limit="120.00", of=ES)
    trader.sell(1, limit="120.00", account="Sim102")
    done = trader.exchange.cancel_and_bracket(trader.at(), BUY, 2, bracket(take_profit="104.00", stop_loss="98.00"))
    assert cancelled(events(done)) == [2, 3, 4]
    assert trader.book()[2:] == ["SELL 2 STOPMARKET stop 98.00 GTC", "SELL 2 LIMIT limit 104.00 GTC"]
    assert cancelled(trader.wait(1)) == [7]
    assert trader.net == 0


@pytest.mark.parametrize(("held", "side"), [(3, BUY), (-3, SELL)])
@pytest.mark.parametrize(("asked", "size"), [(2, 2), (3, 3), (9, 3)])
def test_the_size_of_a_new_bracket_is_clamped_to_the_position(
    trader: Trader, held: int, side: Side, asked: int, size: int
) -> None:
    trader.place(side, 3)
    stop = ticks(-8 * side.value)
    events(trader.exchange.cancel_and_bracket(trader.at(), side, asked, bracket(stop_loss=stop)))
    (order,) = trader.exchange.orders
    assert (order.terms.side, order.terms.quantity, trader.net) == (side.opposite, size, held)


def test_without_a_position_the_pair_waits_at_the_quantity_given(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "102.00"]
    trader.sell(1, limit="120.00")
    pair = bracket(take_profit="101.00", stop_loss="98.00")
    assert cancelled(events(trader.exchange.cancel_and_bracket(trader.at(), BUY, 4, pair))) == [1]
    found = trader.wait(1)
    assert (fills(found), cancelled(found), trader.net) == ([(3, "101.00")], [2], -4)


def test_a_new_stop_on_the_wrong_side_leaves_the_position_bare(trader: Trader) -> None:
    trader.buy(2, take_profit="110.00", stop_loss="90.00")
    pair = bracket(take_profit="104.00", stop_loss="100.50")
    found = trader.exchange.cancel_and_bracket(trader.at(), BUY, 2, pair)
    assert isinstance(found, Rejected)
    assert found.text == "A sell stop at 100.50 is above the market at 100.00"
    assert texts(found.events)[:2] == [
        "order 2 Sim101 MES 12-26: cancelled, a new bracket takes their place",
        "order 3 Sim101 MES 12-26: cancelled, a new bracket takes their place",
    ]
    assert (len(rejected(found.events)), trader.net, trader.working()) == (2, 2, [])


@pytest.mark.parametrize(
    ("side", "quantity", "exits", "text"),
    [
        (SELL, 2, {"stop_loss": "104.00"}, "The position is long: action is BUY"),
        (BUY, 2, {}, "A bracket needs take_profit or stop_loss"),
        (BUY, 2, {"stop_loss": "98.10"}, "Price 98.10 is not a multiple of the tick size 0.25"),
        (BUY, 0, {"stop_loss": "98.00"}, "Quantity 0 is not above zero"),
    ],
)
def test_a_new_bracket_that_makes_no_sense_leaves_the_orders(
    trader: Trader, side: Side, quantity: int, exits: Any, text: str
) -> None:
    trader.buy(2, take_profit="110.00", stop_loss="90.00")
    assert trader.exchange.cancel_and_bracket(trader.at(), side, quantity, bracket(**exits)) == Rejected(text)
    assert trader.working() == [2, 3]


def test_a_changed_bracket_order_keeps_its_pair(trader: Trader) -> None:
    trader.buy(1, limit="99.00", order_id="a", take_profit="102.00", stop_loss="98.00")
    events(trader.exchange.change("a", Change(3, D("101.00"))))
    assert trader.book() == ["SELL 3 STOPMARKET stop 98.00 GTC", "SELL 3 LIMIT limit 102.00 GTC"]

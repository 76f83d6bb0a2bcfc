"""ATM strategies: started, joined, scaled, found by name, closed, orphaned."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrade_desk.practice.atm import TEMPLATES, Leg, shared
from crosstrade_desk.practice.events import Rejected
from crosstrade_desk.practice.trades import Change, Side
from support.trader import BUY, ES, SELL, Trader, cancelled, entry, events, fills, refused, texts, ticks

D = Decimal
ONE = {"strategy": "AtmStrategy1", "strategy_id": "run-42"}  # stop 16 ticks, target 32 ticks: 4 and 8 points
TWO = {"strategy": "scalp-2t", "strategy_id": "run-42"}  # stop 8 ticks; targets 4 and 8 ticks
JOIN = {"strategy_id": "run-42"}


def held(trader: Trader) -> int:
    (strategy,) = trader.exchange.strategies
    return strategy.held


def names(trader: Trader) -> list[str]:
    return [order.name for order in trader.exchange.orders]


# Templates


@pytest.mark.parametrize("name", ["AtmStrategy1", "scalp-2t", "trend-1"])
def test_the_templates_of_the_examples_exist(name: str) -> None:
    assert name in TEMPLATES


@pytest.mark.parametrize(
    ("shares", "quantity", "parts"),
    [
        ((1, 1), 1, [1, 0]),
        ((1, 1), 5, [3, 2]),
        ((2, 1), 2, [2, 0]),
        ((2, 1), 3, [2, 1]),
        ((3, 1, 3), 7, [3, 1, 3]),
        ((1,), 9, [9]),
    ],
)
def test_a_quantity_is_shared_by_weight(shares: tuple[int, ...], quantity: int, parts: list[int]) -> None:
    assert shared([Leg(1, 1, share) for share in shares], quantity) == parts


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(0, 200))
def test_one_contract_more_goes_to_one_leg_and_takes_from_none(shares: list[int], quantity: int) -> None:
    legs = [Leg(1, 1, share) for share in shares]
    steps = [after - before for before, after in zip(shared(legs, quantity), shared(legs, quantity + 1), strict=True)]
    assert sorted(steps) == [0] * (len(shares) - 1) + [1]


# Starting


@pytest.mark.parametrize(
    ("side", "book"),
    [
        (BUY, ["STOP1 SELL 3 STOPMARKET stop 96.00 GTC", "TARGET1 SELL 3 LIMIT limit 108.00 GTC"]),
        (SELL, ["STOP1 BUY 3 STOPMARKET stop 104.00 GTC", "TARGET1 BUY 3 LIMIT limit 92.00 GTC"]),
    ],
)
def test_the_fill_of_the_entry_sends_stop_and_target(trader: Trader, side: Side, book: list[str]) -> None:
    found = events(trader.place(side, 3, **ONE))
    assert texts(found)[0].startswith("order 1 (ENTRY1 of run-42) Sim101 MES 12-26")
    assert trader.book() == book


def test_the_quantity_of_the_message_is_shared_among_the_pairs_of_the_template(trader: Trader) -> None:
    trader.buy(3, **TWO)
    assert trader.book() == [
        "STOP1 SELL 2 STOPMARKET stop 98.00 GTC",
        "TARGET1 SELL 2 LIMIT limit 101.00 GTC",
        "STOP2 SELL 1 STOPMARKET stop 98.00 GTC",
        "TARGET2 SELL 1 LIMIT limit 102.00 GTC",
    ]


def test_a_pair_that_gets_no_contract_is_not_sent(trader: Trader) -> None:
    trader.buy(1, **TWO)
    assert names(trader) == ["STOP1", "TARGET1"]


def test_a_leg_without_a_target_has_a_stop_alone(trader: Trader) -> None:
    trader.buy(3, strategy="runner")
    assert names(trader) == ["STOP1", "TARGET1", "STOP2"]


def test_a_limit_entry_sends_them_when_it_fills_with_prices_from_its_fill(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "98.00"]
    trader.buy(1, limit="99.00", **ONE)
    assert names(trader) == ["ENTRY1"]
    trader.wait(1)
    assert trader.book() == ["STOP1 SELL 1 STOPMARKET stop 95.00 GTC", "TARGET1 SELL 1 LIMIT limit 107.00 GTC"]


def test_each_part_of_an_entry_is_protected_as_it_fills(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "99.00"]
    trader.buy(25, limit="99.00", **ONE)
    trader.wait(1)
    assert [o.terms.quantity for o in trader.exchange.orders if o.name != "ENTRY1"] == [10, 10]
    trader.wait(2)
    assert trader.book() == ["STOP1 SELL 25 STOPMARKET stop 95.00 GTC", "TARGET1 SELL 25 LIMIT limit 107.00 GTC"]


def test_an_entry_cancelled_before_it_fills_ends_its_strategy(trader: Trader) -> None:
    trader.buy(1, limit="90.00", order_id="a", **ONE)
    events(trader.exchange.cancel("a"))
    assert trader.exchange.strategies == ()
    trader.buy(1, **ONE)


def test_a_strategy_without_a_name_gets_one(trader: Trader) -> None:
    trader.buy(1, strategy="trend-1")
    trader.buy(1, strategy="trend-1")
    assert [s.id for s in trader.exchange.strategies] == ["trend-1#1", "trend-1#4"]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"strategy": "Trend-1"}, "ATM strategy template 'Trend-1' not found"),
        (ONE, "Strategy id 'run-42' is already in use by a running strategy"),
        ({"strategy_id": "run-43"}, "ATM strategy 'run-43' not found"),
        ({**JOIN, "account": "Sim102"}, "ATM strategy 'run-42' trades MES 12-26 in Sim101"),
        ({**JOIN, "of": ES}, "ATM strategy 'run-42' trades MES 12-26 in Sim101"),
    ],
)
def test_what_cannot_start_or_join_is_refused(trader: Trader, more: Any, text: str) -> None:
    trader.buy(1, **ONE)
    assert refused(trader.place(BUY, 1, **more)) == text
    assert (trader.held(), len(trader.working())) == ({"Sim101 MES 12-26": 1}, 2)


# Scaling


def test_an_entry_that_joins_makes_the_pairs_bigger(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "100.50"]
    trader.buy(1, **TWO)
    trader.wait(1)
    found = trader.buy(2, **JOIN)
    assert found[0].order.name == "ENTRY2"
    assert trader.book() == [
        "STOP1 SELL 2 STOPMARKET stop 98.00 GTC",
        "TARGET1 SELL 2 LIMIT limit 101.00 GTC",
        "STOP2 SELL 1 STOPMARKET stop 98.50 GTC",
        "TARGET2 SELL 1 LIMIT limit 102.50 GTC",
    ]
    assert held(trader) == 3


def test_a_pair_that_has_ended_is_made_anew_from_the_new_fill(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "101.00"]
    trader.buy(2, **TWO)
    trader.wait(1)
    assert names(trader) == ["STOP2", "TARGET2"]
    trader.buy(1, **JOIN)
    assert trader.book()[2:] == ["STOP1 SELL 1 STOPMARKET stop 99.00 GTC", "TARGET1 SELL 1 LIMIT limit 102.00 GTC"]


def test_an_opposite_order_that_joins_is_an_exit_and_no_pair_stays_bigger_than_what_is_left(trader: Trader) -> None:
    trader.buy(5, **ONE)
    found = trader.sell(2, **JOIN)
    assert found[0].order.name == "EXIT1"
    assert trader.book() == ["STOP1 SELL 3 STOPMARKET stop 96.00 GTC", "TARGET1 SELL 3 LIMIT limit 108.00 GTC"]
    trader.sell(3, **JOIN)
    assert (trader.net, trader.working(), trader.exchange.strategies) == (0, [], ())


def test_an_exit_may_wait_at_a_limit(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "103.00"]
    trader.buy(5, **ONE)
    trader.sell(2, limit="103.00", **JOIN)
    trader.wait(1)
    assert trader.book() == ["STOP1 SELL 3 STOPMARKET stop 96.00 GTC", "TARGET1 SELL 3 LIMIT limit 108.00 GTC"]


def test_a_part_filled_target_shrinks_its_stop(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "108.00", "100.00", "90.00"]
    trader.buy(25, **ONE)
    trader.wait(1)
    assert (held(trader), trader.exchange.orders[0].left) == (15, 15)
    trader.wait(2)
    assert (trader.net, trader.working(), trader.exchange.strategies) == (0, [], ())


def test_the_last_exit_ends_the_strategy(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "101.00", "102.00"]
    trader.buy(2, **TWO)
    trader.wait(1)
    assert held(trader) == 1
    trader.wait(1)
    assert (trader.net, trader.working(), trader.exchange.strategies) == (0, [], ())


def test_a_strategy_that_holds_nothing_is_over_though_its_account_holds_something(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "108.00"]
    trader.buy(1)
    trader.buy(1, **ONE)
    trader.wait(1)
    assert (trader.net, trader.working(), trader.exchange.strategies) == (1, [], ())


def test_an_entry_that_still_waits_keeps_its_strategy_alive(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "108.00", "97.00"]
    trader.buy(1, **ONE)
    trader.buy(1, limit="97.00", **JOIN)
    trader.wait(1)
    assert (names(trader), held(trader)) == (["ENTRY2"], 0)
    trader.wait(1)
    assert names(trader) == ["STOP1", "TARGET1"]


# Finding by name


@pytest.mark.parametrize("name", ["TARGET1", "target1", "STOP1"])
def test_cancel_finds_an_order_by_its_name_and_its_pair_goes_along(trader: Trader, name: str) -> None:
    trader.buy(1, **ONE)
    trader.buy(1, strategy="AtmStrategy1", strategy_id="other")
    assert sorted(cancelled(events(trader.exchange.cancel(name, "run-42")))) == [2, 3]
    assert trader.working() == [5, 6]


@pytest.mark.parametrize(("order_id", "strategy_id"), [("TARGET1", ""), ("TARGET2", "run-42"), ("TARGET1", "run-43")])
def test_a_name_without_its_strategy_finds_nothing(trader: Trader, order_id: str, strategy_id: str) -> None:
    trader.buy(1, **ONE)
    gone = Rejected(f"Order linked to '{order_id}' not found or already terminal.")
    assert trader.exchange.cancel(order_id, strategy_id) == gone
    assert trader.exchange.change(order_id, Change(stop=D("97.00")), strategy_id) == gone


def test_change_finds_an_order_by_its_name(trader: Trader) -> None:
    trader.buy(1, **ONE)
    events(trader.exchange.change("STOP1", Change(stop=D("97.50")), "run-42"))
    assert trader.book()[0] == "STOP1 SELL 1 STOPMARKET stop 97.50 GTC"


def test_an_entry_is_found_by_its_name_and_by_the_users_id(trader: Trader) -> None:
    for how in (("ENTRY1", "run-42"), ("mine", "run-42"), ("mine", "")):
        trader.buy(1, limit="90.00", order_id="mine", **ONE)
        assert len(cancelled(events(trader.exchange.cancel(*how)))) == 1


# Closing


def test_close_strategy_closes_its_part_and_cancels_its_orders_alone(trader: Trader) -> None:
    trader.buy(2, **ONE)
    trader.buy(3, strategy="AtmStrategy1", strategy_id="other")
    trader.buy(1, limit="90.00", **JOIN)
    found = events(trader.exchange.close_strategy("run-42"))
    assert (sorted(cancelled(found)), fills(found)) == ([2, 3, 7], [(8, "100.00")])
    assert (trader.net, [s.id for s in trader.exchange.strategies]) == (3, ["other"])
    assert trader.working() == [5, 6]


def test_close_strategy_never_opens_a_position(trader: Trader) -> None:
    trader.buy(2, **ONE)
    trader.sell(2)
    found = events(trader.exchange.close_strategy("run-42"))
    assert (len(cancelled(found)), fills(found), trader.net) == (2, [], 0)
    trader.buy(2, **ONE)
    trader.sell(1)
    events(trader.exchange.close_strategy("run-42"))
    assert trader.net == 0


@pytest.mark.parametrize("strategy_id", ["run-43", ""])
def test_close_strategy_refuses_one_that_does_not_run(trader: Trader, strategy_id: str) -> None:
    trader.buy(1, **ONE)
    assert trader.exchange.close_strategy(strategy_id) == Rejected(f"ATM strategy '{strategy_id}' not found")


@pytest.mark.parametrize("how", ["close", "flatten", "reverse", "flat place"])
def test_closing_the_position_ends_its_strategies(trader: Trader, how: str) -> None:
    trader.buy(2, **ONE)
    trader.buy(2, account="Sim102", strategy="trend-1", strategy_id="elsewhere")
    ways: dict[str, Any] = {
        "close": lambda: trader.exchange.close(trader.at()),
        "flatten": lambda: trader.exchange.flatten_first(trader.at()),
        "reverse": lambda: trader.exchange.reverse(trader.at()),
        "flat place": lambda: trader.exchange.flat_place(trader.at(), entry(BUY, 1, **ONE)),
    }
    events(ways[how]())
    assert [s.id for s in trader.exchange.strategies] == ["elsewhere", *(["run-42"] if how == "flat place" else [])]


def test_an_opposite_order_leaves_orphans_that_open_a_position(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "90.00"]
    trader.buy(1, **ONE)
    trader.sell(1)
    assert (trader.net, names(trader)) == (0, ["STOP1", "TARGET1"])
    trader.wait(1)
    assert (trader.net, trader.working()) == (-1, [])


@pytest.mark.parametrize("quantity", [1, 3])
def test_a_strategy_without_orders_is_over_once_its_account_holds_nothing_on_its_side(
    trader: Trader, quantity: int
) -> None:
    trader.buy(1, **ONE)
    events(trader.exchange.cancel("STOP1", "run-42"))
    assert held(trader) == 1
    trader.sell(quantity)
    assert trader.exchange.strategies == ()


# Brackets under a strategy


def test_an_appended_bracket_is_a_further_pair_and_ends_with_its_strategy(trader: Trader) -> None:
    trader.buy(2, **ONE, take_profit="103.00", stop_loss="97.00", append_atm=True)
    assert trader.book()[2:] == ["STOP2 SELL 2 STOPMARKET stop 97.00 GTC", "TARGET2 SELL 2 LIMIT limit 103.00 GTC"]
    events(trader.exchange.close_strategy("run-42"))
    assert (trader.net, trader.working()) == (0, [])


def test_an_appended_bracket_that_fills_ends_the_strategy(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "103.00"]
    trader.buy(2, **ONE, take_profit="103.00", stop_loss="97.00", append_atm=True)
    trader.wait(1)
    assert (trader.net, trader.working(), trader.exchange.strategies) == (0, [], ())


def test_an_appended_bracket_is_not_sent_for_what_the_strategy_has_closed_already(trader: Trader, tape: Any) -> None:
    tape.prices = ["100.00", "94.00"]
    trader.buy(1, limit="99.00", **ONE, take_profit="103.00", append_atm=True)
    trader.buy(1, limit="90.00", **JOIN)
    found = trader.wait(1)
    assert fills(found) == [(1, "99.00"), (3, "94.00")], "the market passed the stop in the second of the fill"
    assert names(trader) == ["ENTRY2"]


def test_an_exit_takes_no_appended_bracket(trader: Trader) -> None:
    trader.buy(1, **ONE)
    assert refused(trader.place(SELL, 1, **JOIN, take_profit="90.00", append_atm=True)) == (
        "append_atm goes with entries, and this would be an exit of ATM strategy 'run-42'"
    )


def test_a_bracket_that_is_not_appended_outlives_the_strategy(trader: Trader) -> None:
    trader.buy(2, **ONE, take_profit=ticks(12), stop_loss=ticks(-12))
    events(trader.exchange.close_strategy("run-42"))
    assert (trader.net, names(trader)) == (0, ["", ""])
